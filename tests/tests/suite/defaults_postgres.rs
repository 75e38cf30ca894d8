//! What a login, a database or a server has for defaults (`ALTER ROLE … SET`) reaches no call and no migration, and a table
//! that another process changed under prepared statements is read as it is now.

use futures_util::future::join_all;
use ringfence::MigrateMode::{Auto, Check, Never};
use ringfence::model::{DroneFilter, DroneUpdate, PageRequest};
use ringfence::schema::version;
use ringfence::{OpenOptions, Ringfence};
use ringfence_tests::fixture::{Engine, Home, World, administer, connect, register};

use crate::calls::things::drone;
use crate::house::{House, schema_error};
use crate::postgres_fixture::somebody_waits;

/// Each of them would end or refuse something.
const DEFAULTS: [&str; 8] = [
    "row_security = off",
    "default_transaction_read_only = on",
    "default_transaction_isolation = 'serializable'",
    "statement_timeout = '800ms'",
    "lock_timeout = '50ms'",
    "idle_in_transaction_session_timeout = '1ms'",
    "exit_on_error = on",
    "standard_conforming_strings = off",
];

/// Likewise, from 17 on.
const TRANSACTION_TIMEOUT: &str = "transaction_timeout = '800ms'";

/// What makes a step, which makes an index, take longer than any of the timeouts.
const SLOW: &str = "
    CREATE FUNCTION host_sleeps() RETURNS event_trigger LANGUAGE plpgsql AS $$ BEGIN PERFORM pg_sleep(1.5); END $$;
    CREATE EVENT TRIGGER host_sleeps ON ddl_command_start WHEN TAG IN ('CREATE INDEX') EXECUTE FUNCTION host_sleeps()";

/// Keeps a drone of this name out without an error.
const SWALLOWS: &str = "
    CREATE FUNCTION host_swallows() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RETURN NULL; END $$;
    CREATE TRIGGER host_swallows BEFORE INSERT ON drones FOR EACH ROW
        WHEN (NEW.name = 'swallowed') EXECUTE FUNCTION host_swallows()";

#[tokio::test(flavor = "multi_thread")]
async fn no_default_of_the_login_ends_or_refuses_a_call_or_a_migration() {
    let mut house = House::build().await;
    let owner = house.owner("CREATEROLE").await;
    let watcher = house.place.postgres().await;
    let knows = "SELECT current_setting('server_version_num')::int >= 170000";
    let knows: bool = watcher.query_one(knows, &[]).await.unwrap().get(0);
    let more = knows.then_some(TRANSACTION_TIMEOUT);
    for default in DEFAULTS.into_iter().chain(more) {
        administer(&format!("ALTER ROLE \"{owner}\" SET {default}")).await;
    }
    let rf = house.open_as(&owner, Never).await.unwrap();
    let nearly = Some(version::NAMES - 1);
    rf.migrate("suite".into(), nearly, None).await.unwrap();
    house.place.raw(SLOW).await.unwrap();
    // It waits for another migration first, longer than a statement may take by default.
    let holder = house.place.postgres().await;
    let key = "hashtextextended('ringfence schema public', 0)";
    let lock = format!("SELECT pg_advisory_lock({key})");
    holder.batch_execute(&lock).await.unwrap();
    let migrating = rf.migrate("suite".into(), None, None);
    let releasing = async {
        somebody_waits(&watcher).await;
        let release = format!("SELECT pg_sleep(1.5); SELECT pg_advisory_unlock({key})");
        holder.batch_execute(&release).await.unwrap();
    };
    let (migrated, ()) = futures_util::join!(migrating, releasing);
    assert!(migrated.unwrap().is_current());
    assert!(rf.integrity_scan(None, None).await.unwrap().is_clean());

    let north = Home::found(&rf, "north").await;
    let session = north.admin().await;
    register(&session, "kite").await.unwrap();
    let page = || PageRequest::default();
    let drones = session.drones();
    let listed = drones.list(DroneFilter::default(), page());
    assert_eq!(listed.await.unwrap().items.len(), 1);
    // Refusals, alone and among neighbours, and one that the rest of its request runs into.
    let refused = register(&session, "kite").await.unwrap_err();
    assert_eq!(refused.code(), "taken", "{refused:?}");
    let names: Vec<String> = (0..24)
        .map(|number| match number % 3 {
            0 => "kite".to_owned(),
            _ => format!("kite {number}"),
        })
        .collect();
    let all = join_all(names.iter().map(|name| register(&session, name))).await;
    for (name, outcome) in names.iter().zip(all) {
        match outcome {
            Ok(_) => assert_ne!(name, "kite"),
            Err(refused) => assert_eq!((refused.code(), name.as_str()), ("taken", "kite")),
        }
    }
    let stale = DroneUpdate {
        version: Some(7),
        name: Some("heron".to_owned()),
        ..DroneUpdate::default()
    };
    let kite = drone(&session, "glider").await;
    let refused = session.drones().update(kite, stale).await.unwrap_err();
    assert_eq!(refused.code(), "stale_version", "{refused:?}");
    // What is refused is what is told, where COMMIT stands behind it in one request.
    house.place.raw(SWALLOWS).await.unwrap();
    let refused = register(&session, "swallowed").await.unwrap_err();
    assert_eq!(refused.code(), "not_written", "{refused:?}");
    rf.tenants(page()).await.unwrap();
    assert!(session.audit().verify().await.unwrap().is_intact());
    assert!(rf.deployment_log().verify().await.unwrap().is_intact());
    // A write that waits for longer than locks are waited for by default.
    let holder = house.place.postgres().await;
    holder
        .batch_execute("BEGIN; LOCK TABLE drones IN EXCLUSIVE MODE")
        .await
        .unwrap();
    let releasing = async {
        somebody_waits(&watcher).await;
        holder
            .batch_execute("SELECT pg_sleep(1.5); COMMIT")
            .await
            .unwrap();
    };
    let (written, ()) = futures_util::join!(register(&session, "heron"), releasing);
    written.unwrap();
    rf.shutdown().await.unwrap();
    // As at every opening.
    let rf = house.open_as(&owner, Auto).await.unwrap();
    rf.shutdown().await.unwrap();
    house
        .place
        .raw("DROP EVENT TRIGGER host_sleeps")
        .await
        .unwrap();
    house.clear().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_default_with_which_no_guard_would_hold_is_refused_by_its_name() {
    let mut house = House::build().await;
    let owner = house.owner("CREATEROLE").await;
    let database = house.database().to_owned();
    let (of_role, of_database) = (format!("ROLE \"{owner}\""), format!("DATABASE {database}"));
    let of_both = format!("{of_role} IN {of_database}");
    for (whose, role) in [
        (&of_role, "replica"),
        (&of_database, "replica"),
        (&of_both, "local"),
    ] {
        administer(&format!(
            "ALTER {whose} SET session_replication_role = {role}"
        ))
        .await;
        for mode in [Auto, Check, Never] {
            let refused = house.open_as(&owner, mode).await.map(drop);
            let (code, says) = schema_error(refused);
            assert_eq!(code, "guards_asleep", "{whose}: {says}");
            assert!(says.contains(&format!("`session_replication_role` = `{role}`")));
            assert!(says.contains("RESET session_replication_role"), "{says}");
        }
        administer(&format!("ALTER {whose} RESET session_replication_role")).await;
    }
    let options = "options=-csession_replication_role%3Dreplica";
    let url = format!("{}?{options}", house.place.url);
    let refused = Ringfence::open(url, OpenOptions::default()).await;
    assert_eq!(schema_error(refused.map(drop)).0, "guards_asleep");
    // Nothing was made meanwhile.
    let tables = "SELECT count(*) FROM pg_tables WHERE schemaname = 'public'";
    assert_eq!(house.place.count(tables).await, 0);
    house.opens(&owner, Auto).await;
    house.clear().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_table_that_was_changed_under_prepared_statements_is_read_and_written_as_it_is_now() {
    let world = World::new(Engine::Postgres).await;
    let session = world.north.admin().await;
    let kite = drone(&session, "kite").await;
    let watcher = connect(&world.place.url).await;
    for length in [301, 302] {
        // More connections know the statement than a write tries.
        let holder = world.place.postgres().await;
        holder
            .batch_execute("BEGIN; LOCK TABLE drones")
            .await
            .unwrap();
        let reads = (0..6).map(|_| session.drones());
        let reads = reads.map(|drones| {
            let kite = kite.clone();
            async move { drones.get(kite).await }
        });
        let releasing = async {
            let waiting = "SELECT count(*) = 6 FROM pg_stat_activity \
                           WHERE datname = current_database() AND wait_event_type = 'Lock'";
            while !watcher
                .query_one(waiting, &[])
                .await
                .unwrap()
                .get::<_, bool>(0)
            {
                tokio::task::yield_now().await;
            }
            holder.batch_execute("COMMIT").await.unwrap();
        };
        let (found, ()) = futures_util::join!(join_all(reads), releasing);
        found.into_iter().for_each(|found| drop(found.unwrap()));
        let changed = format!("ALTER TABLE drones ALTER COLUMN name TYPE varchar({length})");
        world.place.raw(&changed).await.unwrap();
        let update = DroneUpdate {
            name: Some(format!("kite {length}")),
            ..DroneUpdate::default()
        };
        let updated = session.drones().update(kite.clone(), update).await.unwrap();
        assert_eq!(session.drones().get(kite.clone()).await.unwrap(), updated);
    }
    world.ringfence.shutdown().await.unwrap();
    world.place.remove().await;
}

/// A call that asks twice in one transaction meets the change at its second question.
#[tokio::test(flavor = "multi_thread")]
async fn a_table_that_is_changed_in_the_middle_of_a_read_is_read_as_it_is_now() {
    let world = World::new(Engine::Postgres).await;
    // One connection for all that reads, on which everything is prepared.
    let options = OpenOptions {
        pool_size: 2,
        migrate: Never,
        ..OpenOptions::default()
    };
    let rf = Ringfence::open(world.place.url.clone(), options)
        .await
        .unwrap();
    let Home { tenant, admin, .. } = &world.north;
    let session = rf.session(tenant.clone(), admin.clone()).await.unwrap();
    let before = session.whoami().await.unwrap();
    let watcher = world.place.postgres().await;
    for length in [301, 302] {
        let holder = world.place.postgres().await;
        holder
            .batch_execute("BEGIN; LOCK TABLE roles")
            .await
            .unwrap();
        let changing = async {
            somebody_waits(&watcher).await;
            let changed =
                format!("ALTER TABLE roles ALTER COLUMN name TYPE varchar({length}); COMMIT");
            holder.batch_execute(&changed).await.unwrap();
        };
        let (found, ()) = futures_util::join!(session.whoami(), changing);
        assert_eq!(found.unwrap(), before);
    }
    rf.shutdown().await.unwrap();
    world.ringfence.shutdown().await.unwrap();
    world.place.remove().await;
}
