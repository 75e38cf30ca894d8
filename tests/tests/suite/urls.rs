//! URLs that lead somewhere by another way than a host's name, and URLs that lead nowhere: what cannot succeed by trying
//! again is `Invalid` and names the parameter, or is not retryable.

use std::io::{Read, Write};
use std::net::TcpListener;
use std::path::Path;
use std::process::Command;
use std::time::Duration;

use ringfence::{Error, MigrateMode, OpenOptions, Ringfence};
use ringfence_tests::fixture::{Engine, Place, connect};
use xtask::cluster::{Cluster, Options, Tls};

use crate::house::{House, found, schema_error};

async fn open(url: &str) -> Result<(), Error> {
    let rf = Ringfence::open(url.to_owned(), OpenOptions::default()).await?;
    assert!(rf.migration_status().await?.is_current());
    rf.shutdown().await
}

/// How a URL is refused: code, field, whether trying again may help.
type Refusal = (&'static str, Option<&'static str>, bool);

const URL: Refusal = ("invalid", Some("url"), false);

const fn of(field: &'static str) -> Refusal {
    ("invalid", Some(field), false)
}

async fn is_refused(url: &str, (code, field, retryable): Refusal) {
    let opened = tokio::time::timeout(Duration::from_secs(60), open(url)).await;
    let refused = opened.expect("it does not wait").unwrap_err();
    let told = (refused.code(), refused.field(), refused.is_retryable());
    assert_eq!(told, (code, field, retryable), "{url}: {refused:?}");
}

async fn server(options: Options) -> Cluster {
    let started = tokio::task::spawn_blocking(move || Cluster::start(&options));
    started.await.unwrap().unwrap()
}

async fn stop(cluster: Cluster) {
    let stopped = tokio::task::spawn_blocking(|| cluster.stop());
    stopped.await.unwrap().unwrap();
}

#[tokio::test]
async fn a_server_is_reached_by_its_socket_and_by_its_address_alone() {
    let cluster = server(Options::from_environment().unwrap()).await;
    let client = connect(&cluster.url()).await;
    client.batch_execute("CREATE DATABASE fleet").await.unwrap();
    let data = cluster.data_dir();
    let folder = data.parent().unwrap().to_str().unwrap();
    let (port, encoded) = (cluster.port(), folder.replace('/', "%2F"));
    for url in [
        format!("postgres:///fleet?user=postgres&host={folder}&port={port}"),
        format!("postgres://postgres@/fleet?host={encoded}&port={port}"),
        format!("postgres://postgres@{encoded}:{port}/fleet"),
        format!("postgres://postgres@{encoded}:{port}/fleet?sslmode=disable"),
        format!("postgres://postgres@{encoded}:{port}/fleet?sslmode=prefer"),
        format!("postgres://postgres@{encoded}:{port}/fleet?sslmode=require"),
        format!("postgres://postgres@/fleet?host={folder}&port={port}&sslmode=verify-full"),
        format!("postgres://postgres@/fleet?hostaddr=127.0.0.1&port={port}"),
        format!("postgres://postgres@/fleet?hostaddr=127.0.0.1&port={port}&sslmode=disable"),
        format!("postgres://postgres@localhost/fleet?hostaddr=127.0.0.1&port={port}"),
        // The first does not answer.
        format!("postgres://postgres@%2Fnowhere,{encoded},127.0.0.1:1/fleet?port={port}"),
    ] {
        open(&url)
            .await
            .unwrap_or_else(|refused| panic!("{url}: {refused:?}"));
    }
    let tcp = format!("postgres://postgres@127.0.0.1:{port}/fleet");
    let mut cases = Vec::new();
    for (query, refusal) in [
        ("sslmode=require", of("url.sslmode")),
        ("sslmode=verify-full", of("url.sslmode")),
        ("sslmode=perhaps", of("url.sslmode")),
        ("sslrootcert=/no/such/file.pem", of("url.sslrootcert")),
        ("sslrootcert=/", of("url.sslrootcert")),
        ("sslrootcert=/dev/null", of("url.sslrootcert")),
        ("options=-cnonsense%3D1", of("url.options")),
        ("options=-cwork_mem%3Dmuch", of("url.options")),
        ("options=--nonsense", of("url.options")),
        ("options=nonsense", of("url.options")),
        ("nonsense=1", of("url.nonsense")),
        ("pgbouncer=true", of("url.pgbouncer")),
        ("sslcert=/a.pem", of("url.sslcert")),
        ("connect_timeout=soon", of("url.connect_timeout")),
        ("connect_timeout=-1", of("url.connect_timeout")),
        (
            "target_session_attrs=primary",
            of("url.target_session_attrs"),
        ),
        ("host=/etc/passwd", of("url.host")),
        ("dbname=fle%00et", of("url.dbname")),
        ("hostaddr=localhost", of("url.hostaddr")),
        ("hostaddr=127.0.0.1,127.0.0.1", of("url.hostaddr")),
        ("channel_binding=require", of("url.channel_binding")),
        ("sslnegotiation=direct", of("url.sslnegotiation")),
        ("user=nobody", ("login_refused", None, false)),
        ("dbname=nowhere", ("login_refused", None, false)),
        ("options=-csearch_path%3D", ("no_schema", None, false)),
        (
            "options=-csearch_path%3Dnowhere",
            ("no_schema", None, false),
        ),
        (
            "options=-csearch_path%3Dpg_catalog",
            ("no_schema", None, false),
        ),
        (
            "options=-csearch_path%3Dinformation_schema",
            ("no_schema", None, false),
        ),
        (
            "target_session_attrs=read-only",
            ("unreachable", None, true),
        ),
    ] {
        cases.push((format!("{tcp}?{query}"), refusal));
    }
    let pem = tempfile::NamedTempFile::new().unwrap();
    std::fs::write(pem.path(), "dear diary").unwrap();
    let no_certificate = format!("{tcp}?sslrootcert={}", pem.path().display());
    cases.push((no_certificate, of("url.sslrootcert")));
    let pipe = pem.path().with_extension("pipe");
    assert!(
        Command::new("mkfifo")
            .arg(&pipe)
            .status()
            .unwrap()
            .success()
    );
    cases.push((
        format!("{tcp}?sslrootcert={}", pipe.display()),
        of("url.sslrootcert"),
    ));
    let socket = format!("postgres://postgres@/fleet?host={folder}/.s.PGSQL.{port}");
    cases.push((socket, of("url.host")));
    for (url, refusal) in [
        ("postgres://me@host:port/fleet", of("url.port")),
        ("postgres://me:p?hunter2=1@host/fleet", URL),
        ("postgres://me@host/fle%00et", URL),
        ("postgres://me@host/fleet\n", URL),
        ("postgres://me@/fleet", URL),
        (
            "postgres://me@127.0.0.1:1/fleet",
            ("unreachable", None, true),
        ),
        (
            "postgres:///fleet?host=/no/such/folder",
            ("unreachable", None, true),
        ),
    ] {
        cases.push((url.to_owned(), refusal));
    }
    for (url, refusal) in cases {
        is_refused(&url, refusal).await;
    }
    std::fs::remove_file(pipe).unwrap();
    stop(cluster).await;
}

/// A server's certificate that is made out to another name, or signed by somebody else.
#[tokio::test]
async fn a_certificate_that_is_not_trusted_is_no_matter_of_trying_again() {
    const DATA: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/data/tls");
    let read = |name: &str| std::fs::read_to_string(format!("{DATA}/{name}")).unwrap();
    let mut options = Options::from_environment().unwrap();
    options.tls = Some(Tls {
        certificate: read("server.crt"),
        key: read("server.key"),
    });
    let cluster = server(options).await;
    let port = cluster.port();
    let ours = format!("sslrootcert={DATA}/authority.crt");
    let url = format!("postgres://postgres@127.0.0.1:{port}/postgres");
    is_refused(&format!("{url}?sslmode=require"), of("url.sslrootcert")).await;
    is_refused(
        &format!("{url}?sslrootcert={DATA}/stranger.crt"),
        of("url.sslrootcert"),
    )
    .await;
    let elsewhere =
        format!("postgres://postgres@example.org:{port}/postgres?hostaddr=127.0.0.1&{ours}");
    is_refused(&elsewhere, of("url.host")).await;
    open(&format!(
        "postgres://postgres@/postgres?hostaddr=127.0.0.1&port={port}&{ours}"
    ))
    .await
    .unwrap();
    stop(cluster).await;
}

/// A server that answers whoever comes with one error, of which only the code and the text differ.
fn answers(code: &str, message: &str) -> u16 {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port();
    let fields = format!("SFATAL\0VFATAL\0C{code}\0M{message}\0\0");
    let mut answer = vec![b'E'];
    answer.extend(u32::try_from(fields.len() + 4).unwrap().to_be_bytes());
    answer.extend(fields.as_bytes());
    std::thread::spawn(move || {
        for stream in listener.incoming() {
            let Ok(mut stream) = stream else { return };
            let mut asked = [0; 1_024];
            // What is not read any more makes the other side's end a broken one, which says less.
            let _ = stream
                .read(&mut asked)
                .and_then(|_| stream.write_all(&answer));
        }
    });
    port
}

#[tokio::test]
async fn what_a_server_answers_to_a_login_says_whether_trying_again_helps() {
    for (code, message, refusal) in [
        (
            "57P03",
            "the database system is starting up",
            ("unreachable", None, true),
        ),
        (
            "53300",
            "sorry, too many clients already",
            ("busy", None, true),
        ),
        (
            "28P01",
            "password authentication failed",
            ("login_refused", None, false),
        ),
        (
            "28000",
            "no pg_hba.conf entry",
            ("login_refused", None, false),
        ),
        (
            "3D000",
            "database does not exist",
            ("login_refused", None, false),
        ),
        (
            "42501",
            "permission denied for database",
            ("login_refused", None, false),
        ),
        (
            "42704",
            "unrecognized configuration parameter",
            of("url.options"),
        ),
        ("22023", "invalid value for parameter", of("url.options")),
        (
            "08P01",
            "unsupported startup parameter: options",
            of("url.options"),
        ),
        ("08P01", "no such user", ("login_refused", None, false)),
        (
            "08P01",
            "pgbouncer cannot connect to server",
            ("unreachable", None, true),
        ),
        ("XX000", "something else", ("unreachable", None, true)),
    ] {
        let port = answers(code, message);
        let url = format!("postgres://me@127.0.0.1:{port}/fleet?sslmode=disable");
        is_refused(&url, refusal).await;
    }
}

/// The path of a file that cannot be one. SQLite would wait for the pipe, and take the device for an empty database.
#[tokio::test]
async fn a_path_that_leads_to_no_file_is_refused_and_nothing_waits() {
    let folder = tempfile::tempdir().unwrap();
    let at = |name: &str| folder.path().join(name).to_str().unwrap().to_owned();
    let pipe = |path: &str| assert!(Command::new("mkfifo").arg(path).status().unwrap().success());
    std::fs::write(at("file"), "x").unwrap();
    pipe(&at("pipe.db"));
    std::os::unix::fs::symlink(at("pipe.db"), at("link.db")).unwrap();
    std::os::unix::fs::symlink(at("loop.db"), at("loop.db")).unwrap();
    let _socket = std::os::unix::net::UnixListener::bind(at("socket.db")).unwrap();
    let mut refused = vec![
        at("missing/fleet.db"),
        at("file/fleet.db"),
        at("."),
        folder.path().to_str().unwrap().to_owned(),
        at("pipe.db"),
        at("link.db"),
        at("loop.db"),
        at("socket.db"),
        at(&"x".repeat(300)),
        "/dev/null".to_owned(),
        "/dev/zero".to_owned(),
    ];
    for suffix in ["-wal", "-shm", "-journal"] {
        let name = format!("beside{suffix}.db");
        pipe(&at(&format!("{name}{suffix}")));
        refused.push(at(&name));
    }
    let before = std::fs::read_dir(folder.path()).unwrap().count();
    for path in &refused {
        is_refused(&format!("sqlite:{path}"), URL).await;
        assert!(!Path::new(&format!("{path}-wal")).is_file(), "{path}");
    }
    assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), before);
}

/// Names that mean something else without their quotes, wherever they come from.
#[tokio::test]
async fn a_schema_whose_name_needs_quotes_is_found_along_the_search_path() {
    let house = House::build().await;
    let place: &Place = &house.place;
    assert_eq!(place.engine, Engine::Postgres);
    for (number, (schema, option)) in [
        ("Fleet", "%22Fleet%22"),
        ("the fleet", "%22the%5C%20fleet%22"),
        ("Ödland", "%22%C3%96dland%22"),
        ("a\"b", "%22a%22%22b%22"),
        ("select", "%22select%22"),
        ("back\\slash", "%22back%5C%5Cslash%22"),
    ]
    .into_iter()
    .enumerate()
    {
        let quoted = format!("\"{}\"", schema.replace('"', "\"\""));
        place.raw(&format!("CREATE SCHEMA {quoted}")).await.unwrap();
        let url = format!("{}?options=-csearch_path%3D{option}", place.url);
        let by_url = Ringfence::open(url, OpenOptions::default()).await.unwrap();
        found(&by_url, "north").await.unwrap();
        by_url.rollback("suite".into(), 8, None).await.unwrap();
        by_url.migrate("suite".into(), None, None).await.unwrap();
        assert!(by_url.integrity_scan(None, None).await.unwrap().is_clean());
        by_url.shutdown().await.unwrap();
        let path = format!(
            "ALTER DATABASE {} SET search_path = {quoted}",
            house.database()
        );
        place.raw(&path).await.unwrap();
        let by_path = place.open(MigrateMode::Check).await.unwrap();
        found(&by_path, &format!("south {number}")).await.unwrap();
        by_path.shutdown().await.unwrap();
    }
    // Without the quotes it is another name.
    place.raw("CREATE SCHEMA fleet").await.unwrap();
    let options = OpenOptions {
        schema: Some("FLEET".to_owned()),
        ..OpenOptions::default()
    };
    let refused = Ringfence::open(place.url.clone(), options).await.map(drop);
    assert_eq!(refused.unwrap_err().field(), Some("schema"));
    let nowhere = format!(
        "ALTER DATABASE {} SET search_path = pg_catalog",
        house.database()
    );
    place.raw(&nowhere).await.unwrap();
    assert_eq!(
        schema_error(place.open(MigrateMode::Auto).await).0,
        "no_schema"
    );
    house.clear().await;
}
