//! TLS, passwords and the rules of a server that is stricter than the suite's: one of its own.

use ringfence::{Error, OpenOptions, Ringfence, WorkOutcome};
use xtask::cluster::{Cluster, Options, Tls};

use ringfence_tests::fixture::connect;

const DATA: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/data/tls");

/// A server that offers TLS with our certificate. It lets `postgres` in from anywhere without a password, `sealed`
/// over TLS only, and `guarded` with a password only.
async fn server() -> Cluster {
    let read = |name: &str| std::fs::read_to_string(format!("{DATA}/{name}")).unwrap();
    let mut options = Options::from_environment().unwrap();
    options.tls = Some(Tls {
        certificate: read("server.crt"),
        key: read("server.key"),
    });
    let cluster = tokio::task::spawn_blocking(move || Cluster::start(&options).unwrap())
        .await
        .unwrap();
    let client = connect(&cluster.url()).await;
    for sql in [
        "CREATE DATABASE fleet",
        "CREATE ROLE sealed LOGIN SUPERUSER",
        "CREATE ROLE guarded LOGIN SUPERUSER PASSWORD 'right'",
    ] {
        client.batch_execute(sql).await.unwrap();
    }
    let rules = "hostssl all sealed 127.0.0.1/32 trust
        hostnossl all sealed 127.0.0.1/32 reject
        host all guarded 127.0.0.1/32 scram-sha-256
        host all all 127.0.0.1/32 trust\n";
    std::fs::write(cluster.data_dir().join("pg_hba.conf"), rules).unwrap();
    client
        .batch_execute("SELECT pg_reload_conf()")
        .await
        .unwrap();
    // A session that starts after the reload goes by the new rules; this asks until one does.
    while connects_without_tls(&cluster).await {}
    cluster
}

async fn connects_without_tls(cluster: &Cluster) -> bool {
    let url = cluster.url().replace("postgres@", "sealed@") + "?sslmode=disable";
    tokio_postgres::connect(&url, tokio_postgres::NoTls)
        .await
        .is_ok()
}

async fn open(cluster: &Cluster, login: &str, database: &str, query: &str) -> Result<(), Error> {
    let url = format!(
        "postgres://{login}@127.0.0.1:{}/{database}{query}",
        cluster.port()
    );
    let rf = Ringfence::open(url, OpenOptions::default()).await?;
    assert!(rf.migration_status().await?.is_current());
    rf.shutdown().await
}

#[track_caller]
fn is_unavailable(outcome: &Result<(), Error>, wanted: &str) {
    match outcome {
        Err(Error::Unavailable {
            code,
            outcome,
            detail,
        }) => {
            assert_eq!((code.as_str(), *outcome), (wanted, WorkOutcome::NotDone));
            for leak in [
                "sealed",
                "guarded",
                "wrong",
                "pg_hba",
                "28P01",
                "BadSignature",
            ] {
                assert!(!detail.contains(leak), "{detail}");
            }
        }
        other => panic!("{other:?}"),
    }
}

#[tokio::test]
async fn tls_and_passwords_are_asked_for_and_refused_as_the_url_and_the_server_say() {
    let cluster = server().await;
    let ours = format!("sslrootcert={DATA}/authority.crt");
    let strangers = format!("sslrootcert={DATA}/stranger.crt");

    for query in [
        format!("?sslmode=require&{ours}"),
        format!("?sslmode=verify-full&{ours}"),
        format!("?{ours}&sslmode=verify-ca"),
    ] {
        open(&cluster, "sealed", "fleet", &query).await.unwrap();
    }
    // A certificate that nobody we trust has signed, from the system's roots or by name.
    for query in [
        format!("?sslmode=require&{strangers}"),
        "?sslmode=require".to_owned(),
        format!("?sslmode=require&sslrootcert={DATA}/nothing.crt"),
    ] {
        let outcome = open(&cluster, "sealed", "fleet", &query).await;
        let refused = outcome.unwrap_err();
        assert_eq!(refused.field(), Some("url.sslrootcert"), "{refused:?}");
    }
    let outcome = open(&cluster, "sealed", "fleet", "?sslmode=disable").await;
    is_unavailable(&outcome, "login_refused");

    open(&cluster, "guarded:right", "fleet", "?sslmode=disable")
        .await
        .unwrap();
    for (login, database) in [
        ("guarded:wrong", "fleet"),
        ("guarded", "fleet"),
        ("nobody", "fleet"),
        ("postgres", "nowhere"),
    ] {
        let outcome = open(&cluster, login, database, "?sslmode=disable").await;
        is_unavailable(&outcome, "login_refused");
    }
    tokio::task::spawn_blocking(|| cluster.stop().unwrap())
        .await
        .unwrap();
}
