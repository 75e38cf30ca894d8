//! How a lost COMMIT ended is believed of the server alone that it was sent to: a URL may name several hosts.

use std::net::SocketAddr;
use std::time::Duration;

use ringfence::model::{TenantId, UserId};
use ringfence::{Error, MigrateMode, OpenOptions, Ringfence, TenantSession, WorkOutcome};
use ringfence_tests::delay_proxy::DelayProxy;
use ringfence_tests::fixture::{Home, connect, register};
use tokio_postgres::Client;
use xtask::cluster::{Cluster, Options};

/// The request that ends a transaction, to its last byte: `READ COMMITTED` begins one.
const COMMIT: &[u8] = b"COMMIT\0";

/// A server behind a bad network, and another that a URL names besides.
struct Pair {
    first: Cluster,
    second: Cluster,
    proxy: DelayProxy,
    tenant: TenantId,
    admin: UserId,
}

/// What the second server is.
enum Second {
    /// A standby of the first that has heard of nothing since.
    Behind,
    /// One that has nothing to do with it.
    Stranger,
}

impl Pair {
    async fn new(second: Second) -> Self {
        let first = Cluster::start(&Options::from_environment().unwrap()).unwrap();
        run(&first.url(), "CREATE DATABASE fleet").await;
        let home = {
            let url = first.url_of("fleet");
            let rf = Ringfence::open(url, OpenOptions::default()).await.unwrap();
            let home = Home::found(&rf, "north").await;
            rf.shutdown().await.unwrap();
            home
        };
        let second = match second {
            Second::Behind => first.idle_standby().unwrap(),
            Second::Stranger => {
                let stranger = Cluster::start(&Options::from_environment().unwrap()).unwrap();
                run(&stranger.url(), "CREATE DATABASE fleet").await;
                stranger
            }
        };
        let upstream = SocketAddr::from(([127, 0, 0, 1], first.port()));
        Self {
            proxy: DelayProxy::start(upstream, Duration::ZERO).unwrap(),
            first,
            second,
            tenant: home.tenant,
            admin: home.admin,
        }
    }

    /// A session over the bad network with one connection in the pool, and nowhere else to go from now on.
    async fn session(&self, busy_timeout_ms: u32) -> TenantSession {
        let url = format!(
            "postgres://postgres@{},127.0.0.1:{}/fleet?sslmode=disable",
            self.proxy.address(),
            self.second.port()
        );
        let options = OpenOptions {
            migrate: MigrateMode::Check,
            busy_timeout_ms,
            ..OpenOptions::default()
        };
        let far = Ringfence::open(url, options).await.unwrap();
        let session = far.session(self.tenant.clone(), self.admin.clone());
        let session = session.await.unwrap();
        register(&session, "first").await.unwrap();
        self.proxy.sever();
        register(&session, "second").await.unwrap();
        session
    }

    /// How often the first server has a drone of this name.
    async fn stands(&self, name: &str) -> i64 {
        let client = connect(&self.first.url_of("fleet")).await;
        let sql = "SELECT count(*) FROM drones WHERE name = $1";
        client.query_one(sql, &[&name]).await.unwrap().get(0)
    }
}

async fn run(url: &str, sql: &str) {
    connect(url).await.batch_execute(sql).await.unwrap();
}

fn is_unknown<T: std::fmt::Debug>(outcome: ringfence::Result<T>) {
    match outcome {
        Err(Error::Unavailable { code, outcome, .. }) => {
            assert_eq!(
                (code.as_str(), outcome),
                ("outcome_unknown", WorkOutcome::Unknown)
            );
        }
        other => panic!("{other:?}"),
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_server_that_cannot_know_is_not_believed() {
    for second in [Second::Behind, Second::Stranger] {
        let pair = Pair::new(second).await;
        let session = pair.session(500).await;
        pair.proxy.refuse(true);
        pair.proxy.swallow_answer_to(COMMIT);
        is_unknown(register(&session, "kite").await);
        assert_eq!(pair.stands("kite").await, 1);
    }
}

/// A server that cannot write is told from one that by its defaults would rather not.
#[tokio::test(flavor = "multi_thread")]
async fn a_write_to_a_standby_is_read_only_and_reads_go_on() {
    let pair = Pair::new(Second::Behind).await;
    let options = OpenOptions {
        migrate: MigrateMode::Check,
        ..OpenOptions::default()
    };
    let rf = Ringfence::open(pair.second.url_of("fleet"), options)
        .await
        .unwrap();
    let session = rf.session(pair.tenant.clone(), pair.admin.clone());
    let session = session.await.unwrap();
    let refused = register(&session, "kite").await.unwrap_err();
    assert_eq!(refused.code(), "read_only");
    assert!(!refused.is_retryable());
    session.whoami().await.unwrap();
    rf.shutdown().await.unwrap();
}

/// Whether somebody of ours has come to this server.
async fn somebody_comes(client: &Client) {
    let ours = "SELECT EXISTS (SELECT FROM pg_stat_activity WHERE application_name = 'ringfence')";
    while !client.query_one(ours, &[]).await.unwrap().get::<_, bool>(0) {
        tokio::task::yield_now().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_right_server_is_believed_as_soon_as_it_is_back() {
    let pair = Pair::new(Second::Behind).await;
    let session = pair.session(60_000).await;
    let standby = connect(&pair.second.url_of("fleet")).await;
    pair.proxy.refuse(true);
    pair.proxy.swallow_answer_to(COMMIT);
    let coming_back = async {
        somebody_comes(&standby).await;
        pair.proxy.refuse(false);
    };
    let (written, ()) = futures_util::join!(register(&session, "kite"), coming_back);
    written.unwrap();
    assert_eq!(pair.stands("kite").await, 1);
}
