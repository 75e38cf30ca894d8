//! PgBouncer between the library and the server: of before prepared statements were carried, and of since.
//!
//! Each needs a program that not every machine has: `cargo xtask test` makes both ready and runs these.

use std::net::{SocketAddr, ToSocketAddrs};
use std::time::Duration;

use futures_util::future::{join, join_all};
use ringfence::model::{Drone, DroneFilter, DroneUpdate, PageRequest};
use ringfence::{Error, MigrateMode, OpenOptions, Ringfence, TenantSession};
use ringfence_tests::delay_proxy::DelayProxy;
use ringfence_tests::fixture::{Engine, Home, Place, World, connect, register};
use tokio_postgres::NoTls;
use xtask::pooler::{CARRIES_FROM, Pooler, Program, newer, packaged};

use crate::postgres_fixture::{KEEPS_COMMIT, WAITS_IN_COMMIT, somebody_waits_in_commit};

/// The request that ends a transaction, to its last byte: `READ COMMITTED` begins one.
const COMMIT: &[u8] = b"COMMIT\0";

/// The login, where the server is, and the database.
fn parts(place: &Place) -> (&str, SocketAddr, &str) {
    let (login, rest) = place
        .url
        .strip_prefix("postgres://")
        .unwrap()
        .split_once('@')
        .unwrap();
    let (server, database) = rest.split_once('/').unwrap();
    let known = server
        .to_socket_addrs()
        .or_else(|_| (server, 5432).to_socket_addrs());
    let address = known.unwrap().find(SocketAddr::is_ipv4).unwrap();
    (login, address, database)
}

fn pool(place: &Place, program: &Program, settings: &[(&str, &str)]) -> Pooler {
    let (login, server, _) = parts(place);
    Pooler::start(program, server, &[login], settings).unwrap()
}

fn url(place: &Place, through: SocketAddr) -> String {
    let (login, _, database) = parts(place);
    format!("postgres://{login}@{through}/{database}")
}

async fn open(place: &Place, pooler: &Pooler, migrate: MigrateMode) -> Result<Ringfence, Error> {
    let options = OpenOptions {
        migrate,
        ..OpenOptions::default()
    };
    Ringfence::open(url(place, pooler.address()), options).await
}

async fn advisory_locks(place: &Place) -> i64 {
    let of_ours = "SELECT count(*) FROM pg_locks l JOIN pg_database d ON d.oid = l.database
        WHERE l.locktype = 'advisory' AND d.datname = current_database()";
    place.count(of_ours).await
}

async fn drones(session: &TenantSession) -> Vec<Drone> {
    let page = PageRequest {
        limit: Some(1_000),
        ..PageRequest::default()
    };
    let drones = session.drones();
    let listed = drones.list(DroneFilter::default(), page);
    listed.await.unwrap().items
}

/// One of many tasks: writes and reads in its tenant, and meets nothing of the other's.
async fn task(session: TenantSession, tenant: &'static str, number: usize) -> usize {
    let mut calls = 0;
    for round in 0..8 {
        let name = format!("{tenant} {number} {round}");
        let drone = register(&session, &name).await.unwrap();
        let found = session.drones().get(drone.id.clone()).await.unwrap();
        assert_eq!(found.name, name);
        let listed = drones(&session).await;
        assert!(listed.iter().any(|it| it.id == drone.id));
        assert!(
            listed.iter().all(|it| it.name.starts_with(tenant)),
            "{listed:?}"
        );
        assert_eq!(session.whoami().await.unwrap().tenant_id.as_str(), tenant);
        calls += 4;
    }
    calls
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "run by `cargo xtask test`, which has PgBouncer"]
async fn everything_works_through_a_pooler_that_carries_statements_and_tenants_stay_apart() {
    let place = Place::fresh(Engine::Postgres).await;
    let program = newer().unwrap();
    // Two connections to the server for all: one that holds the lock of a migration, one that makes its steps.
    let settings = [("pool_mode", "transaction"), ("default_pool_size", "2")];
    let pooler = pool(&place, &program, &settings);
    let rf = open(&place, &pooler, MigrateMode::Auto).await.unwrap();
    assert!(rf.migration_status().await.unwrap().is_current());
    assert_eq!(advisory_locks(&place).await, 0);
    rf.rollback("suite".into(), 8, None).await.unwrap();
    rf.migrate("suite".into(), None, None).await.unwrap();
    assert_eq!(advisory_locks(&place).await, 0);

    let north = Home::found(&rf, "north").await;
    let south = Home::found(&rf, "south").await;
    let mut tasks = Vec::new();
    for number in 0..16 {
        let (home, tenant) = match number % 2 {
            0 => (&north, "north"),
            _ => (&south, "south"),
        };
        tasks.push(tokio::spawn(task(home.admin().await, tenant, number)));
    }
    let calls: usize = join_all(tasks).await.into_iter().map(Result::unwrap).sum();
    assert_eq!(calls, 512);
    let shared = "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()
        AND pid <> pg_backend_pid()";
    assert!(place.count(shared).await <= 2);
    for home in [&north, &south] {
        let session = home.admin().await;
        assert!(session.audit().verify().await.unwrap().is_intact());
        assert_eq!(drones(&session).await.len(), 64);
    }
    assert!(rf.integrity_scan(None, None).await.unwrap().is_clean());
    crate::boundary_report::is_whole(&rf).await;
    assert!(rf.deployment_log().verify().await.unwrap().is_intact());
    rf.shutdown().await.unwrap();
    drop(pooler);
    place.remove().await;
}

/// A pooler keeps what was prepared on its connections to the server under the text, whoever comes next.
#[tokio::test(flavor = "multi_thread")]
#[ignore = "run by `cargo xtask test`, which has PgBouncer"]
async fn a_table_that_was_changed_behind_a_pooler_is_read_and_written_as_it_is_now() {
    let world = World::new(Engine::Postgres).await;
    let settings = [("pool_mode", "transaction"), ("default_pool_size", "1")];
    let pooler = pool(&world.place, &newer().unwrap(), &settings);
    let Home { tenant, admin, .. } = &world.north;
    for length in [301, 302] {
        // Those who were there before, and who comes behind the change.
        let before = open(&world.place, &pooler, MigrateMode::Check)
            .await
            .unwrap();
        let session = before.session(tenant.clone(), admin.clone()).await.unwrap();
        let kite = register(&session, format!("kite {length}")).await.unwrap();
        session.drones().get(kite.id.clone()).await.unwrap();
        drones(&session).await;
        let changed = format!("ALTER TABLE drones ALTER COLUMN name TYPE varchar({length})");
        world.place.raw(&changed).await.unwrap();
        let behind = open(&world.place, &pooler, MigrateMode::Check)
            .await
            .unwrap();
        for rf in [&before, &behind] {
            let session = rf.session(tenant.clone(), admin.clone()).await.unwrap();
            let update = DroneUpdate {
                name: Some("kite".to_owned()),
                ..DroneUpdate::default()
            };
            session
                .drones()
                .update(kite.id.clone(), update)
                .await
                .unwrap();
            session.drones().get(kite.id.clone()).await.unwrap();
            assert!(!drones(&session).await.is_empty());
            let update = DroneUpdate {
                name: Some(format!("kite {length}")),
                ..DroneUpdate::default()
            };
            session
                .drones()
                .update(kite.id.clone(), update)
                .await
                .unwrap();
        }
        before.shutdown().await.unwrap();
        behind.shutdown().await.unwrap();
    }
    drop(pooler);
    world.ringfence.shutdown().await.unwrap();
    world.place.remove().await;
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "run by `cargo xtask test`, which has PgBouncer"]
async fn two_migrations_through_a_pooler_keep_one_another_out() {
    let place = Place::fresh(Engine::Postgres).await;
    let pooler = pool(&place, &newer().unwrap(), &[("pool_mode", "transaction")]);
    let opening = || open(&place, &pooler, MigrateMode::Auto);
    let (one, other) = join(opening(), opening()).await;
    let (one, other) = (one.unwrap(), other.unwrap());
    assert!(one.migration_status().await.unwrap().is_current());
    assert!(other.deployment_log().verify().await.unwrap().is_intact());
    assert_eq!(advisory_locks(&place).await, 0);
    one.shutdown().await.unwrap();
    other.shutdown().await.unwrap();
    drop(pooler);
    place.remove().await;
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "run by `cargo xtask test`, which has PgBouncer"]
async fn a_pooler_that_cannot_carry_the_library_is_refused_and_says_what_to_do() {
    let place = Place::fresh(Engine::Postgres).await;
    place
        .open(MigrateMode::Auto)
        .await
        .unwrap()
        .shutdown()
        .await
        .unwrap();
    let (old, new) = (packaged().unwrap(), newer().unwrap());
    let (by_transaction, by_statement) = (("pool_mode", "transaction"), ("pool_mode", "statement"));
    let dropped = ("max_prepared_statements", "0");
    let carries = "`max_prepared_statements`";
    let no_transactions = "pools by statement";
    for (program, settings, says) in [
        (&old, vec![by_transaction], carries),
        (
            &old,
            vec![by_transaction, ("default_pool_size", "1")],
            carries,
        ),
        (
            &old,
            vec![by_transaction, ("server_round_robin", "1")],
            carries,
        ),
        (&old, vec![by_statement], no_transactions),
        (&new, vec![by_transaction, dropped], carries),
        (
            &new,
            vec![by_transaction, dropped, ("server_round_robin", "1")],
            carries,
        ),
        (&new, vec![by_statement], no_transactions),
    ] {
        let pooler = pool(&place, program, &settings);
        // Once on connections that nobody has used yet, once on those that are there.
        for _ in 0..2 {
            match open(&place, &pooler, MigrateMode::Check).await {
                Err(error @ Error::Schema { .. }) => {
                    let said = error.to_string();
                    assert_eq!(error.code(), "pooler", "{settings:?}: {said}");
                    assert!(said.contains("PgBouncer") && said.contains(says), "{said}");
                    assert!(!error.is_retryable());
                }
                other => panic!("{program:?} {settings:?}: {:?}", other.map(drop)),
            }
        }
    }
    // By session it is the server itself.
    for program in [&old, &new] {
        let pooler = pool(&place, program, &[("pool_mode", "session")]);
        let rf = open(&place, &pooler, MigrateMode::Check).await.unwrap();
        let tenant = format!("by {}", program.version.1);
        let session = Home::found(&rf, &tenant).await.admin().await;
        register(&session, "kite").await.unwrap();
        rf.shutdown().await.unwrap();
    }
    place.remove().await;
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "run by `cargo xtask test`, which has PgBouncer"]
async fn what_a_pooler_does_not_let_in_is_told_by_its_kind() {
    let place = Place::fresh(Engine::Postgres).await;
    for program in [packaged().unwrap(), newer().unwrap()] {
        let pooler = pool(&place, &program, &[("pool_mode", "transaction")]);
        let url = url(&place, pooler.address());
        let (_, host) = url.split_once('@').unwrap();
        for (url, code, field) in [
            (
                format!("{url}?options=-csearch_path%3Dfleet"),
                "invalid",
                Some("url.options"),
            ),
            (format!("postgres://nobody@{host}"), "login_refused", None),
            (format!("{url}_not"), "login_refused", None),
            (
                format!("{url}?sslmode=require"),
                "invalid",
                Some("url.sslmode"),
            ),
        ] {
            let refused = Ringfence::open(url.clone(), OpenOptions::default()).await;
            let refused = refused.map(drop).unwrap_err();
            assert_eq!(
                (refused.code(), refused.field()),
                (code, field),
                "{url}: {refused:?}"
            );
            assert!(!refused.is_retryable());
        }
    }
    place.remove().await;
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "run by `cargo xtask test`, which has PgBouncer"]
async fn a_poolers_console_and_a_database_that_went_are_told_by_their_kind() {
    let place = Place::fresh(Engine::Postgres).await;
    let (login, ..) = parts(&place);
    let refused = async |url: String, code: &str| {
        let refused = Ringfence::open(url.clone(), OpenOptions::default()).await;
        let refused = refused.map(drop).unwrap_err();
        assert_eq!(refused.code(), code, "{url}: {refused:?}");
        assert!(!refused.is_retryable(), "{url}: {refused:?}");
    };
    for program in [packaged().unwrap(), newer().unwrap()] {
        let settings = [("pool_mode", "session"), ("admin_users", login)];
        let pooler = pool(&place, &program, &settings);
        let console = format!("postgres://{login}@{}/pgbouncer", pooler.address());
        refused(console, "pooler").await;
        // An old one lets whoever comes in, and says nothing of the server's refusal.
        if program.version < CARRIES_FROM {
            continue;
        }
        // The pooler has seen the server, and lets whoever comes in before it asks the server again.
        let gone = Place::fresh(Engine::Postgres).await;
        let behind = url(&gone, pooler.address());
        let rf = open(&gone, &pooler, MigrateMode::Auto).await.unwrap();
        rf.shutdown().await.unwrap();
        gone.remove().await;
        refused(behind.clone(), "login_refused").await;
        // From now on the pooler answers by itself, out of what it has kept.
        refused(behind, "login_refused").await;
    }
    place.remove().await;
}

/// Takes the answer to a COMMIT away: in front of the pooler, or behind it, where the pooler puts its own words in place
/// of the server's.
async fn a_lost_answer(in_front: bool) {
    let world = World::new(Engine::Postgres).await;
    let (login, server, database) = parts(&world.place);
    let program = newer().unwrap();
    let settings = [("pool_mode", "transaction")];
    let (proxy, pooler, address) = if in_front {
        let pooler = Pooler::start(&program, server, &[login], &settings).unwrap();
        let proxy = DelayProxy::start(pooler.address(), Duration::ZERO).unwrap();
        let address = proxy.address();
        (proxy, pooler, address)
    } else {
        let proxy = DelayProxy::start(server, Duration::ZERO).unwrap();
        let pooler = Pooler::start(&program, proxy.address(), &[login], &settings).unwrap();
        let address = pooler.address();
        (proxy, pooler, address)
    };
    let url = format!("postgres://{login}@{address}/{database}");
    let rf = Ringfence::open(url, OpenOptions::default()).await.unwrap();
    let Home { tenant, admin, .. } = &world.north;
    let session = rf.session(tenant.clone(), admin.clone()).await.unwrap();
    register(&session, "first").await.unwrap();
    for round in 1..=3 {
        let name = format!("kite {round}");
        proxy.swallow_answer_to(COMMIT);
        register(&session, &name).await.unwrap();
        assert_eq!(proxy.swallowed(), round);
    }
    let looking = world.north.admin().await;
    assert_eq!(drones(&looking).await.len(), 4);
    assert!(looking.audit().verify().await.unwrap().is_intact());
    rf.shutdown().await.unwrap();
    drop((pooler, proxy));
    world.ringfence.shutdown().await.unwrap();
    world.place.remove().await;
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "run by `cargo xtask test`, which has PgBouncer"]
async fn a_write_whose_answer_was_lost_on_the_way_to_the_pooler_stands_once() {
    a_lost_answer(true).await;
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "run by `cargo xtask test`, which has PgBouncer"]
async fn a_write_whose_answer_was_lost_behind_the_pooler_stands_once() {
    a_lost_answer(false).await;
}

/// Says on a pooler's console what it is to do.
async fn tell(console: &str, what: &str) {
    let (client, connection) = tokio_postgres::connect(console, NoTls).await.unwrap();
    tokio::spawn(connection);
    // The console knows nothing of the messages by which values are bound.
    client.simple_query(what).await.unwrap();
}

/// The pooler hangs up on everybody in words of its own (`KILL`), and lets nobody in until it is told to.
#[tokio::test(flavor = "multi_thread")]
#[ignore = "run by `cargo xtask test`, which has PgBouncer"]
async fn writes_whose_commit_the_pooler_hangs_up_on_stand_once() {
    let world = World::new(Engine::Postgres).await;
    let (login, _, database) = parts(&world.place);
    let settings = [
        ("pool_mode", "transaction"),
        ("admin_users", login),
        // A connection that was begun while nobody was let in counts as failed.
        ("server_login_retry", "0"),
    ];
    let pooler = pool(&world.place, &newer().unwrap(), &settings);
    let console = format!("postgres://{login}@{}/pgbouncer", pooler.address());
    let rf = open(&world.place, &pooler, MigrateMode::Check)
        .await
        .unwrap();
    let Home { tenant, admin, .. } = &world.north;
    let session = rf.session(tenant.clone(), admin.clone()).await.unwrap();
    register(&session, "first").await.unwrap();
    world.place.raw(WAITS_IN_COMMIT).await.unwrap();
    let watcher = world.place.postgres().await;
    for together in [1, 6] {
        let keeper = connect(&world.place.url).await;
        let kept = format!("BEGIN; {KEEPS_COMMIT}");
        keeper.batch_execute(&kept).await.unwrap();
        let all = (0..together).map(|number| format!("kite {number} of {together}"));
        let all = all.map(|name| register(&session, name));
        let hanging_up = async {
            somebody_waits_in_commit(&watcher).await;
            tell(&console, &format!("KILL {database}")).await;
            keeper.batch_execute("ROLLBACK").await.unwrap();
            tell(&console, &format!("RESUME {database}")).await;
        };
        let (all, ()) = join(join_all(all), hanging_up).await;
        for written in all {
            written.unwrap();
        }
    }
    let looking = world.north.admin().await;
    assert_eq!(drones(&looking).await.len(), 8);
    assert!(looking.audit().verify().await.unwrap().is_intact());
    assert_eq!(drones(&session).await.len(), 8);
    rf.shutdown().await.unwrap();
    drop(pooler);
    world.ringfence.shutdown().await.unwrap();
    world.place.remove().await;
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "run by `cargo xtask test`, which has PgBouncer"]
async fn connections_that_died_behind_the_pooler_are_replaced_without_an_error() {
    let world = World::new(Engine::Postgres).await;
    let (login, server, database) = parts(&world.place);
    let proxy = DelayProxy::start(server, Duration::ZERO).unwrap();
    let settings = [("pool_mode", "transaction")];
    let pooler = Pooler::start(&newer().unwrap(), proxy.address(), &[login], &settings).unwrap();
    let url = format!("postgres://{login}@{}/{database}", pooler.address());
    let rf = Ringfence::open(url, OpenOptions::default()).await.unwrap();
    let Home { tenant, admin, .. } = &world.north;
    let session = rf.session(tenant.clone(), admin.clone()).await.unwrap();
    for round in 0..5 {
        register(&session, format!("kite {round}")).await.unwrap();
        assert!(proxy.sever() > 0);
        assert_eq!(drones(&session).await.len(), round + 1);
    }
    rf.shutdown().await.unwrap();
    drop((pooler, proxy));
    world.ringfence.shutdown().await.unwrap();
    world.place.remove().await;
}
