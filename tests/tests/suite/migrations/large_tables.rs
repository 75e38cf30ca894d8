//! Steps on Postgres over tables that are large: they build and look beside whoever works there, and come to the same.

use std::collections::BTreeSet;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use ringfence::model::IntegrityProblem;
use ringfence::schema::{self, version};
use ringfence::{Error, MigrateMode, OpenOptions, Ringfence};
use ringfence_tests::fixture::{Engine, Place};

use super::concurrent::{has_one_history, open_at_once};
use super::preflight::{break_every_reference, breaks_between_the_steps, refuses_and_names_them};
use super::schema_error;
use crate::legacy_rows::{self, dated};
use crate::picture::Inspect;
use crate::postgres_fixture::somebody_waits;

/// What a step makes ahead is called so.
const AHEAD: &str = "SELECT (SELECT count(*) FROM pg_class WHERE relname LIKE 'rf\\_ahead\\_%')
    + (SELECT count(*) FROM pg_constraint WHERE conname LIKE 'rf\\_ahead\\_%')
    + (SELECT count(*) FROM pg_constraint WHERE NOT convalidated)
    + (SELECT count(*) FROM pg_index WHERE NOT indisvalid)";

/// Lets the tables of the old platform take as much room as those of somebody who has used them for a while.
async fn enlarge(place: &Place) {
    let tables = schema::catalogue().iter();
    let tables = tables.filter(|table| table.since == version::BASELINE);
    for name in tables.map(|table| table.name) {
        enlarge_one(place, name).await;
    }
}

async fn enlarge_one(place: &Place, name: &str) {
    place
        .raw(&format!(
            "ALTER TABLE {name} SET (autovacuum_enabled = false);
             ALTER TABLE {name} ADD COLUMN room text;
             ALTER TABLE {name} ALTER COLUMN room SET STORAGE PLAIN;
             DO $$ BEGIN
                 WHILE pg_relation_size('{name}') < 1100000 LOOP
                     UPDATE {name} SET room = repeat('x', 7000);
                 END LOOP;
             END $$;
             ALTER TABLE {name} DROP COLUMN room"
        ))
        .await
        .unwrap();
}

/// A legacy database with large tables, at the baseline.
async fn large() -> Place {
    let place = Place::fresh(Engine::Postgres).await;
    legacy_rows::make(&place).await;
    enlarge(&place).await;
    place
}

/// The schema: what stands in it, in no order.
async fn schema_of(place: &Place) -> BTreeSet<String> {
    place.picture().await.schema.into_iter().collect()
}

/// Lets the database keep each statement that changes its schema.
const HEARD: &str = "CREATE SCHEMA host; CREATE TABLE host.heard (said text);
    CREATE FUNCTION host.hears() RETURNS event_trigger LANGUAGE plpgsql AS
        $$ BEGIN INSERT INTO host.heard VALUES (current_query()); END $$;
    CREATE EVENT TRIGGER host_hears ON ddl_command_end EXECUTE FUNCTION host.hears()";

const FORGOTTEN: &str = "DROP EVENT TRIGGER host_hears; DROP SCHEMA host CASCADE";

/// How many statements began so and held this.
async fn heard(place: &Place, begins: &str, holds: &str) -> i64 {
    let said = format!(
        "SELECT count(DISTINCT said) FROM host.heard WHERE said LIKE '%{begins}%{holds}%' AND said NOT LIKE '-- %'"
    );
    place.count(&said).await
}

#[tokio::test]
async fn the_steps_leave_of_large_tables_what_they_leave_of_small_ones() {
    let small = Place::fresh(Engine::Postgres).await;
    legacy_rows::make(&small).await;
    let place = large().await;
    let rows = place.legacy_rows().await;
    for (place, built, looked_at) in [(&small, 0, 0), (&place, 60, 30)] {
        place.raw(HEARD).await.unwrap();
        let rf = place.open(MigrateMode::Auto).await.unwrap();
        let beside = heard(place, "CREATE", "INDEX CONCURRENTLY rf_ahead_").await;
        let validated = heard(place, "ALTER TABLE", "VALIDATE CONSTRAINT").await;
        assert!(
            beside >= built && validated >= looked_at,
            "{beside} {validated}"
        );
        assert!(built > 0 || beside + validated == 0, "{beside} {validated}");
        place.raw(FORGOTTEN).await.unwrap();
        assert!(rf.integrity_scan(None, None).await.unwrap().is_clean());
        assert!(rf.boundary_report().await.unwrap().is_whole());
        rf.shutdown().await.unwrap();
    }
    assert_eq!(schema_of(&place).await, schema_of(&small).await);
    assert_eq!(place.legacy_rows().await, rows);
    assert_eq!(place.count(AHEAD).await, 0);
    let found = "SELECT count(*) FROM audit_events WHERE tenant_id = '~deployment' AND detail LIKE '%ahead%'";
    assert_eq!(place.count(found).await, 0);
    small.remove().await;
    place.remove().await;
}

/// Somebody else's tables of the same names stand where the login's path leads first.
#[tokio::test]
async fn what_is_made_ahead_stands_in_the_schema_of_the_tables() {
    let place = large().await;
    let apart = "CREATE SCHEMA \"Our plat\";
        DO $$ DECLARE name text; BEGIN
            FOR name IN SELECT tablename FROM pg_tables WHERE schemaname = 'public' LOOP
                EXECUTE format('ALTER TABLE public.%I SET SCHEMA \"Our plat\"', name);
                EXECUTE format('CREATE TABLE public.%I (LIKE \"Our plat\".%I)', name, name);
            END LOOP;
        END $$";
    place.raw(apart).await.unwrap();
    place.raw(HEARD).await.unwrap();
    let options = OpenOptions {
        schema: Some("Our plat".to_owned()),
        ..OpenOptions::default()
    };
    let rf = Ringfence::open(place.url.clone(), options).await.unwrap();
    assert!(heard(&place, "CREATE", "INDEX CONCURRENTLY rf_ahead_").await >= 60);
    assert!(rf.boundary_report().await.unwrap().is_whole());
    assert_eq!(place.count(AHEAD).await, 0);
    let beside = "SELECT count(*) FROM pg_indexes WHERE schemaname = 'public'";
    assert_eq!(place.count(beside).await, 0);
    rf.shutdown().await.unwrap();
    place.remove().await;
}

/// And what was made ahead for the step that is not taken is gone again: the picture is as before.
#[tokio::test]
async fn what_breaks_between_the_steps_of_large_tables_stops_the_next_and_nothing_else() {
    let place = Place::fresh(Engine::Postgres).await;
    let rf = place.at(version::BASELINE).await;
    place.raw(&legacy_rows::rows(place.engine)).await.unwrap();
    enlarge(&place).await;
    breaks_between_the_steps(&place, &rf).await;
    assert_eq!(place.count(AHEAD).await, 0);
    rf.shutdown().await.unwrap();
    place.remove().await;
}

#[tokio::test]
async fn broken_rows_stop_the_first_step_of_large_tables_and_every_one_is_named() {
    let place = Place::fresh(Engine::Postgres).await;
    let rf = place.at(version::BASELINE).await;
    place.raw(&legacy_rows::rows(place.engine)).await.unwrap();
    enlarge(&place).await;
    let wanted = break_every_reference(&place).await;
    refuses_and_names_them(&place, &wanted).await;
    let status = rf.migration_status().await.unwrap();
    assert_eq!(status.current, version::BASELINE);
    assert_eq!(place.count(AHEAD).await, 0);
    rf.shutdown().await.unwrap();
    place.remove().await;
}

/// A legacy database at this version, in which one table is large.
async fn with_a_large_table(version: u32, table: &str) -> (Place, Ringfence) {
    let place = Place::fresh(Engine::Postgres).await;
    let rf = place.at(version::BASELINE).await;
    place.raw(&legacy_rows::rows(place.engine)).await.unwrap();
    rf.migrate("suite".into(), Some(version), None)
        .await
        .unwrap();
    enlarge_one(&place, table).await;
    (place, rf)
}

/// The next step is refused for this problem where this is written once it has looked, and wants for itself the table that
/// somebody reads.
async fn is_refused_behind_the_look(
    (place, rf): (Place, Ringfence),
    read: &str,
    written: &str,
    problem: IntegrityProblem,
) {
    let before = rf.migration_status().await.unwrap();
    let writer = place.postgres().await;
    writer
        .batch_execute(&format!("BEGIN; SELECT FROM {read}"))
        .await
        .unwrap();
    let migrating = rf.clone();
    let step = tokio::spawn(async move { migrating.migrate("suite".into(), None, None).await });
    somebody_waits(&place.postgres().await).await;
    let written = dated(Engine::Postgres, written);
    writer
        .batch_execute(&format!("{written}; COMMIT"))
        .await
        .unwrap();
    match step.await.unwrap() {
        Err(Error::Integrity { findings, .. }) => {
            let [finding] = findings.as_slice() else {
                panic!("{findings:?}");
            };
            assert_eq!(finding.problem, problem);
        }
        other => panic!("{other:?}"),
    }
    assert_eq!(rf.migration_status().await.unwrap(), before);
    assert_eq!(place.count(AHEAD).await, 0);
    rf.shutdown().await.unwrap();
    place.remove().await;
}

/// The row is none of those that were looked at before the step held its table.
#[tokio::test(flavor = "multi_thread")]
async fn a_row_that_is_written_behind_the_look_stops_the_step() {
    let standing = with_a_large_table(version::AUDIT_LOG - 1, "tenants").await;
    let tenant = "INSERT INTO tenants (id, name, created_at) VALUES ('~deployment', 'x', NOW)";
    is_refused_behind_the_look(
        standing,
        "tenants",
        tenant,
        IntegrityProblem::TenantReserved,
    )
    .await;
}

/// No reference holds it, which looks at no row with a null in it.
#[tokio::test(flavor = "multi_thread")]
async fn a_link_that_loses_its_tenant_behind_the_look_stops_the_step() {
    let standing = with_a_large_table(version::IDENTITY_ENFORCE - 1, "user_roles").await;
    let emptied = "UPDATE user_roles SET tenant_id = NULL WHERE user_id = 'u1_a'";
    is_refused_behind_the_look(
        standing,
        "user_roles",
        emptied,
        IntegrityProblem::TenantMissing,
    )
    .await;
}

/// The row itself stays as it was when it was looked at.
#[tokio::test(flavor = "multi_thread")]
async fn a_row_whose_choice_goes_behind_the_look_stops_the_step() {
    let (place, rf) = with_a_large_table(version::APPROVALS_ENFORCE - 1, "approval_records").await;
    let chosen = "INSERT INTO approval_records (id, tenant_id, entity_type, entity_id, status, approved_by, created_at)
         VALUES ('w2_a', 'a', 'drone', 'd2_a', 'APPROVED', 'u1_a', NOW)";
    place.raw(&dated(place.engine, chosen)).await.unwrap();
    let gone = "DELETE FROM drones WHERE id = 'd2_a'";
    is_refused_behind_the_look((place, rf), "drones", gone, IntegrityProblem::Orphan).await;
}

/// An index that is built beside others waits for every older transaction: for that of another who migrates it must not.
#[tokio::test]
async fn four_that_open_one_large_database_at_once_make_one_history() {
    let place = large().await;
    let urls = vec![place.url.clone(); 4];
    tokio::task::spawn_blocking(|| open_at_once(urls))
        .await
        .unwrap();
    has_one_history(&place).await;
    place.remove().await;
}

async fn standing(place: &Place, version: u32) -> Ringfence {
    let rf = place.open(MigrateMode::Never).await.unwrap();
    rf.migrate("suite".into(), Some(version), None)
        .await
        .unwrap();
    rf
}

/// As whoever was killed between a step and what follows it leaves a database.
#[tokio::test]
async fn what_a_killed_run_made_ahead_is_cleared_and_what_it_left_unlooked_at_is_looked_at() {
    let place = large().await;
    let rf = standing(&place, version::CORE_A_BACKFILL).await;
    let ahead = "CREATE INDEX rf_ahead_ix_x ON drones (id);
        ALTER TABLE missions ADD CONSTRAINT rf_ahead_fk_x
            FOREIGN KEY (tenant_id, drone_id) REFERENCES drones (tenant_id, id) NOT VALID";
    let expanded = schema_of(&place).await;
    for back in [version::CORE_A_EXPAND, version::CORE_A_BACKFILL] {
        place.raw(ahead).await.unwrap();
        let outcome = match back {
            version::CORE_A_EXPAND => rf.rollback("suite".into(), back, None).await,
            up => rf.migrate("suite".into(), Some(up), None).await,
        };
        assert_eq!(outcome.unwrap().current, back);
        assert_eq!(place.count(AHEAD).await, 0);
    }
    assert_eq!(schema_of(&place).await, expanded);
    rf.migrate("suite".into(), None, None).await.unwrap();

    let named = "fk_missions_tenant_drone";
    let unlooked_at = "FOREIGN KEY (tenant_id, drone_id) REFERENCES drones (tenant_id, id) ON DELETE RESTRICT NOT VALID";
    place
        .raw(&format!(
            "ALTER TABLE missions DROP CONSTRAINT {named};
             ALTER TABLE missions ADD CONSTRAINT {named} {unlooked_at}"
        ))
        .await
        .unwrap();
    assert!(!rf.boundary_report().await.unwrap().is_whole());
    // What is not looked at in another schema is nobody's business.
    place
        .raw(&format!(
            "CREATE SCHEMA host;
             CREATE TABLE host.drones (tenant_id text, id text, UNIQUE (tenant_id, id));
             CREATE TABLE host.missions (tenant_id text, drone_id text);
             ALTER TABLE host.missions ADD CONSTRAINT {named} FOREIGN KEY (tenant_id, drone_id)
                 REFERENCES host.drones (tenant_id, id) NOT VALID"
        ))
        .await
        .unwrap();
    rf.migrate("suite".into(), None, None).await.unwrap();
    assert!(rf.boundary_report().await.unwrap().is_whole());
    rf.shutdown().await.unwrap();
    place.remove().await;
}

#[tokio::test]
async fn a_row_that_breaks_a_reference_which_was_never_looked_at_is_told() {
    let place = large().await;
    let rf = standing(&place, version::LATEST).await;
    let named = "fk_missions_tenant_drone";
    place
        .raw(&format!("ALTER TABLE missions DROP CONSTRAINT {named}"))
        .await
        .unwrap();
    place
        .plant("UPDATE missions SET drone_id = 'gone' WHERE tenant_id = 'a'")
        .await;
    place
        .raw(&format!(
            "ALTER TABLE missions ADD CONSTRAINT {named} FOREIGN KEY (tenant_id, drone_id)
             REFERENCES drones (tenant_id, id) ON DELETE RESTRICT NOT VALID"
        ))
        .await
        .unwrap();
    let (code, detail) = schema_error(rf.migrate("suite".into(), None, None).await);
    assert_eq!(code, "step_failed");
    assert!(detail.contains(named), "{detail}");
    rf.shutdown().await.unwrap();
    place.remove().await;
}

/// A host's table has the name, or its login may not take the time.
#[tokio::test]
async fn an_index_that_cannot_be_built_beside_others_is_built_by_the_step() {
    let place = large().await;
    let taken = "CREATE TABLE rf_ahead_ix_drones_tenant_id_c ()";
    place.raw(taken).await.unwrap();
    let rf = standing(&place, version::CORE_A_EXPAND).await;
    let built =
        "SELECT count(*) FROM pg_indexes WHERE indexname LIKE '%ix\\_drones\\_tenant\\_id\\_c'";
    assert_eq!(place.count(built).await, 1);
    rf.shutdown().await.unwrap();
    place.remove().await;
}

/// Of two that wait for each other the one gives way that has waited for long enough to look. What it had begun is taken
/// away.
#[tokio::test(flavor = "multi_thread")]
async fn an_index_that_gives_way_to_a_writer_is_built_by_the_step_and_leaves_nothing() {
    let (place, rf) = with_a_large_table(version::IDENTITY_EXPAND - 1, "users").await;
    rf.shutdown().await.unwrap();
    let looks = "DO $$ BEGIN
        EXECUTE format('ALTER DATABASE %I SET deadlock_timeout = 3000', current_database());
    END $$";
    place.raw(looks).await.unwrap();
    let rf = place.open(MigrateMode::Never).await.unwrap();
    let writer = place.postgres().await;
    let writes =
        "SET deadlock_timeout = '1h'; BEGIN; UPDATE users SET is_active = is_active WHERE false";
    writer.batch_execute(writes).await.unwrap();
    let migrating = rf.clone();
    let step = tokio::spawn(async move {
        let to = Some(version::IDENTITY_EXPAND);
        migrating.migrate("suite".into(), to, None).await
    });
    somebody_waits(&place.postgres().await).await;
    let asks = "LOCK TABLE users IN SHARE UPDATE EXCLUSIVE MODE; COMMIT";
    writer.batch_execute(asks).await.unwrap();
    assert_eq!(
        step.await.unwrap().unwrap().current,
        version::IDENTITY_EXPAND
    );
    assert_eq!(place.count(AHEAD).await, 0);
    let built = "SELECT count(*) FROM pg_indexes WHERE indexname IN ('uq_users_tenant_id_id', 'ix_users_tenant_id_c')";
    assert_eq!(place.count(built).await, 2);
    rf.shutdown().await.unwrap();
    place.remove().await;
}

/// Whoever was at work when the index was begun, and does not end, is waited for as long as other work is.
#[tokio::test(flavor = "multi_thread")]
async fn an_index_that_waits_for_a_writer_who_does_not_end_gives_up() {
    let place = large().await;
    drop(standing(&place, version::AUDIT_LOG).await);
    let options = ringfence::OpenOptions {
        migrate: MigrateMode::Never,
        migration_lock_timeout_ms: 100,
        ..ringfence::OpenOptions::default()
    };
    let rf = Ringfence::open(place.url.clone(), options).await.unwrap();
    let writer = place.postgres().await;
    writer
        .batch_execute("BEGIN; UPDATE users SET is_active = is_active")
        .await
        .unwrap();
    let step = rf.migrate("suite".into(), None, None);
    let refused = tokio::time::timeout(Duration::from_secs(60), step).await;
    assert_eq!(refused.unwrap().unwrap_err().code(), "busy");
    writer.batch_execute("COMMIT").await.unwrap();
    rf.migrate("suite".into(), None, None).await.unwrap();
    assert_eq!(place.count(AHEAD).await, 0);
    rf.shutdown().await.unwrap();
    place.remove().await;
}

/// The longest time that a writer of the old platform waited, in each of its transactions of one row, while a database of
/// `rows` observations was hardened.
async fn longest_wait(rows: u32) -> (Duration, Duration, u64) {
    let place = Place::fresh(Engine::Postgres).await;
    legacy_rows::make(&place).await;
    let columns = "inspection_observations SELECT (jsonb_populate_record(o, to_jsonb(o) ||
        jsonb_build_object('id', md5(n::text)))).* FROM inspection_observations o,";
    let more = format!(
        "INSERT INTO {columns} generate_series(1, {rows}) n
         WHERE o.id = (SELECT min(id) FROM inspection_observations); VACUUM ANALYZE inspection_observations"
    );
    for statement in more.split(';') {
        place.raw(statement).await.unwrap();
    }
    let write = format!(
        "INSERT INTO {columns} (SELECT gen_random_uuid() AS n) n
         WHERE o.id = (SELECT min(id) FROM inspection_observations)"
    );
    let ends = Arc::new(AtomicBool::new(false));
    let writer = place.postgres().await;
    let writing = tokio::spawn({
        let ends = Arc::clone(&ends);
        async move {
            let (mut longest, mut written) = (Duration::ZERO, 0);
            while !ends.load(Ordering::Relaxed) {
                let begun = Instant::now();
                writer.batch_execute(&write).await.unwrap();
                longest = longest.max(begun.elapsed());
                written += 1;
            }
            (longest, written)
        }
    });
    let begun = Instant::now();
    let rf = place.open(MigrateMode::Auto).await.unwrap();
    let took = begun.elapsed();
    ends.store(true, Ordering::Relaxed);
    let (longest, written) = writing.await.unwrap();
    let kept = place
        .count("SELECT count(*) FROM inspection_observations")
        .await;
    let before = i64::from(rows) + 2;
    assert!(kept >= before + written, "{kept} of {before} and {written}");
    assert!(rf.integrity_scan(None, None).await.unwrap().is_clean());
    assert_eq!(place.count(AHEAD).await, 0);
    rf.shutdown().await.unwrap();
    place.remove().await;
    (took, longest, u64::try_from(written).unwrap())
}

/// `RINGFENCE_OBSERVATIONS` says how many observations there are; the result goes into `docs/benchmarks.md`.
#[tokio::test(flavor = "multi_thread")]
async fn a_writer_goes_on_and_loses_nothing_while_a_large_table_is_hardened() {
    let rows = std::env::var("RINGFENCE_OBSERVATIONS").ok();
    let rows = rows.and_then(|rows| rows.parse().ok()).unwrap_or(10_000);
    let (took, longest, written) = longest_wait(rows).await;
    assert!(written > 0);
    println!(
        "{rows} observations: hardened in {took:?}; of {written} writes meanwhile the longest took {longest:?}"
    );
}
