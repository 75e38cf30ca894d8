//! What a step counts and scans is held while it does: a writer that comes in between is either seen or waits.

use std::time::Duration;

use ringfence::model::IntegrityProblem;
use ringfence::schema::version;
use ringfence::testing::{Way, touched};
use ringfence::{Error, MigrateMode, OpenOptions, Ringfence};
use ringfence_migrations::STEPS;
use ringfence_tests::fixture::{Engine, Place, each_engine};
use tokio_postgres::Client;

use super::schema_error;
use crate::legacy_rows::{self, dated};
use crate::picture::Inspect;
use crate::postgres_fixture::{Database, somebody_waits, up};

const END: &str = "UPDATE user_roles SET expires_at = NOW WHERE user_id = 'u1_a'";
const ENDS: &str = "SELECT count(*) FROM user_roles WHERE expires_at IS NOT NULL";

/// A legacy database that stands at this step.
async fn standing(place: &Place, version: u32) -> Ringfence {
    let rf = place.at(1).await;
    place.raw(&legacy_rows::rows(place.engine)).await.unwrap();
    rf.migrate("suite".into(), Some(version), None)
        .await
        .unwrap();
    rf
}

/// What a call ends with that meets this write while it is open, and then committed.
async fn meeting<T: Send + 'static>(
    place: &Place,
    write: &str,
    call: impl Future<Output = ringfence::Result<T>> + Send + 'static,
) -> ringfence::Result<T> {
    let writer = place.postgres().await;
    let write = dated(Engine::Postgres, write);
    let asleep = "BEGIN; SET LOCAL session_replication_role = replica";
    writer
        .batch_execute(&format!("{asleep}; {write}"))
        .await
        .unwrap();
    let called = tokio::spawn(call);
    somebody_waits(&place.postgres().await).await;
    writer.batch_execute("COMMIT").await.unwrap();
    called.await.unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_rollback_sees_the_end_time_that_is_committed_while_it_begins() {
    let place = Place::fresh(Engine::Postgres).await;
    let rf = standing(&place, version::POLICY).await;
    let rolling = rf.clone();
    let rollback = async move {
        rolling
            .rollback("suite".into(), version::POLICY - 1, None)
            .await
    };
    let (code, detail) = schema_error(meeting(&place, END, rollback).await);
    assert_eq!(code, "lossy_rollback");
    assert!(detail.contains("1 end times of assignments"), "{detail}");
    assert_eq!(place.count(ENDS).await, 1);
    drop(rf);
    place.remove().await;
}

/// On SQLite the step's transaction is the only one that writes, from before it counts.
#[tokio::test]
async fn on_sqlite_a_rollback_begins_when_no_other_writer_is_left() {
    let place = Place::fresh(Engine::Sqlite).await;
    drop(standing(&place, version::POLICY).await);
    let options = OpenOptions {
        migrate: MigrateMode::Never,
        busy_timeout_ms: 50,
        migration_lock_timeout_ms: 100,
        ..OpenOptions::default()
    };
    let rf = Ringfence::open(place.url.clone(), options).await.unwrap();
    let writer = place.sqlite();
    writer
        .execute_batch(&format!("BEGIN IMMEDIATE; {}", dated(place.engine, END)))
        .unwrap();
    let to = version::POLICY - 1;
    let refused = rf.rollback("suite".into(), to, None).await.unwrap_err();
    assert_eq!(refused.code(), "busy");
    writer.execute_batch("COMMIT").unwrap();
    let (code, _) = schema_error(rf.rollback("suite".into(), to, None).await);
    assert_eq!(code, "lossy_rollback");
    assert_eq!(place.count(ENDS).await, 1);
    drop(rf);
    place.remove().await;
}

/// No constraint would refuse a tenant's id that a trigger reserves from then on, and a broken link would be
/// `step_failed`, which names no row.
#[tokio::test(flavor = "multi_thread")]
async fn a_step_up_names_the_row_that_is_committed_while_it_begins() {
    let tenant = "INSERT INTO tenants (id, name, created_at) VALUES ('~deployment', 'x', NOW)";
    let link = "INSERT INTO user_roles (user_id, role_id, created_at, tenant_id)
        VALUES ('u1_a', 'r1_b', NOW, 'a')";
    for (version, write, problem) in [
        (version::AUDIT_LOG, tenant, IntegrityProblem::TenantReserved),
        (
            version::IDENTITY_ENFORCE,
            link,
            IntegrityProblem::TenantMismatch,
        ),
    ] {
        let place = Place::fresh(Engine::Postgres).await;
        let rf = standing(&place, version - 1).await;
        let migrating = rf.clone();
        let migrate = async move { migrating.migrate("suite".into(), None, None).await };
        match meeting(&place, write, migrate).await {
            Err(Error::Integrity { findings, .. }) => {
                assert!(
                    findings.iter().any(|finding| finding.problem == problem),
                    "{findings:?}"
                );
            }
            other => panic!("{other:?}"),
        }
        let status = rf.migration_status().await.unwrap();
        assert_eq!(status.current, version - 1);
        drop(rf);
        place.remove().await;
    }
}

each_engine!(
    /// A writer that does not end is not waited for without end, and nothing is half done.
    #[tokio::test(flavor = "multi_thread")]
    async fn a_step_gives_up_on_a_writer_that_does_not_end(place: &Place) {
        drop(standing(place, version::POLICY).await);
        let options = OpenOptions {
            migrate: MigrateMode::Never,
            busy_timeout_ms: 1_000,
            migration_lock_timeout_ms: 100,
            ..OpenOptions::default()
        };
        let rf = Ringfence::open(place.url.clone(), options).await.unwrap();
        let before = place.picture().await;
        let write = dated(place.engine, END);
        let rollback = async || {
            let outcome = rf.rollback("suite".into(), version::POLICY - 1, None);
            let refused = tokio::time::timeout(Duration::from_secs(60), outcome).await;
            assert_eq!(refused.unwrap().unwrap_err().code(), "busy");
        };
        match place.engine {
            Engine::Sqlite => {
                let writer = place.sqlite();
                writer
                    .execute_batch(&format!("BEGIN IMMEDIATE; {write}"))
                    .unwrap();
                rollback().await;
                writer.execute_batch("ROLLBACK").unwrap();
            }
            Engine::Postgres => {
                let writer = place.postgres().await;
                writer
                    .batch_execute(&format!("BEGIN; {write}"))
                    .await
                    .unwrap();
                rollback().await;
                writer.batch_execute("ROLLBACK").await.unwrap();
            }
        }
        assert_eq!(place.picture().await, before);
    }
);

/// The tables that the text really locks against writers, by what the server says.
async fn locked_by(client: &Client, text: &str) -> Vec<String> {
    let tables = "SELECT oid, relname::text FROM pg_class
        WHERE relkind = 'r' AND relnamespace = current_schema()::regnamespace";
    let locks = "SELECT DISTINCT relation FROM pg_locks
        WHERE pid = pg_backend_pid() AND relation IS NOT NULL
            AND mode NOT IN ('AccessShareLock', 'RowShareLock')";
    let tables = client.query(tables, &[]).await.unwrap();
    client
        .batch_execute(&format!("BEGIN; {text}"))
        .await
        .unwrap();
    let locks = client.query(locks, &[]).await.unwrap();
    client.batch_execute("ROLLBACK").await.unwrap();
    let held = |oid: u32| locks.iter().any(|lock| lock.get::<_, u32>(0) == oid);
    let mut held: Vec<String> = tables
        .iter()
        .filter(|row| held(row.get(0)))
        .map(|row| row.get(1))
        .collect();
    held.sort();
    held
}

#[tokio::test]
async fn every_table_that_a_text_locks_is_held_before_it_runs() {
    let database = Database::create().await;
    let client = database.connect().await;
    for step in STEPS {
        if step.version > version::BASELINE {
            held(&client, step.version, Way::Up, step.postgres.up).await;
        }
        up(&client, step.version, step.version).await;
        held(&client, step.version, Way::Down, step.postgres.down).await;
    }
}

async fn held(client: &Client, step: u32, way: Way, text: &str) {
    let known = touched(step, way);
    let locked = locked_by(client, text).await;
    for table in &locked {
        assert!(
            known.contains(&table.as_str()),
            "V{step} {way:?} locks {table}"
        );
    }
}
