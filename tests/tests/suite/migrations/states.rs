//! The old platform's databases, in whatever state its own revisions or its models left them: adopted alike.

mod models;

use std::collections::BTreeSet;

use ringfence::schema::{self, version};
use ringfence::{MigrateMode, Ringfence};
use ringfence_tests::fixture::{Engine, Place, each_engine};

use super::adoption::put;
use super::schema_error;
use crate::legacy_revisions::{self, REVISIONS};
use crate::legacy_rows;
use crate::picture::Inspect;

const ADOPTED: &str = "adopted_by_ringfence";

async fn revision(place: &Place) -> Option<String> {
    place
        .raw_text("SELECT version_num FROM alembic_version")
        .await
}

/// Names of references and keys that no step makes or changes yet: of batches to come, and those that nothing holds.
fn to_come() -> Vec<String> {
    let edges = schema::edges().filter(|(_, parent)| parent.enforced.is_none());
    let mut names: Vec<String> = edges
        .flat_map(|(_, parent)| {
            let legacy = parent.legacy.map(|legacy| legacy.constraint.to_owned());
            [Some(parent.constraint.to_owned()), legacy]
        })
        .flatten()
        .collect();
    for table in schema::catalogue() {
        let key = format!("uq_{}_tenant_id_id", table.name);
        if !table.uniques.iter().any(|unique| unique.name == key) {
            names.push(key);
        }
    }
    names
}

/// The schema but for what no step of this version speaks of; `varchar` stands for `text`.
async fn settled(place: &Place) -> BTreeSet<String> {
    let to_come = to_come();
    let schema = place.picture().await.schema.into_iter();
    schema
        .filter(|line| !to_come.iter().any(|name| line.contains(name.as_str())))
        .map(|line| line.replace("character varying", "text"))
        .map(|line| line.replace("((tenant_id)::text =", "(tenant_id ="))
        .map(|line| line.replace("(new.tenant_id)::text", "new.tenant_id"))
        .map(|line| line.replace("(old.tenant_id)::text", "old.tenant_id"))
        .collect()
}

/// The schema, whole.
async fn whole(place: &Place) -> BTreeSet<String> {
    let schema = place.picture().await.schema.into_iter();
    schema
        .map(|line| line.replace("character varying", "text"))
        .collect()
}

fn difference(one: &BTreeSet<String>, other: &BTreeSet<String>) -> String {
    let only = |a: &BTreeSet<String>, b: &BTreeSet<String>| {
        a.difference(b).cloned().collect::<Vec<_>>().join("\n")
    };
    format!("here:\n{}\nthere:\n{}", only(one, other), only(other, one))
}

async fn steps_found(place: &Place, step: &str) -> String {
    let sql = format!(
        "SELECT coalesce(detail, '') FROM audit_events WHERE tenant_id = '~deployment' AND entity_id = '{step}'
         ORDER BY seq LIMIT 1"
    );
    place.raw_text(&sql).await.unwrap()
}

/// Adopts a database: rows and schema are those of one that stood at the baseline.
async fn ends_like(place: &Place, at: &[BTreeSet<String>; 2], what: &str) -> Ringfence {
    let before = place.legacy_rows().await;
    let rf = place.open(MigrateMode::Auto).await;
    let rf = rf.unwrap_or_else(|refused| panic!("{what}: {refused:?}"));
    let scan = rf.integrity_scan(None, None).await.unwrap();
    assert!(scan.is_clean(), "{what}: {scan:?}");
    let live = settled(place).await;
    assert!(live == at[1], "{what}: {}", difference(&live, &at[1]));
    assert_eq!(place.legacy_rows().await, before, "{what}");
    rf
}

/// Likewise, and takes it back to the baseline and up again.
async fn goes_down_and_up_like(place: &Place, at: &[BTreeSet<String>; 2], what: &str) {
    let before = place.legacy_rows().await;
    let rf = ends_like(place, at, what).await;
    rf.rollback("suite".into(), version::BASELINE, None)
        .await
        .unwrap();
    // All of it: nothing that a batch to come will make is left either.
    let live = whole(place).await;
    assert!(live == at[0], "{what}: {}", difference(&live, &at[0]));
    assert_eq!(place.legacy_rows().await, before, "{what}");
    rf.migrate("suite".into(), None, None).await.unwrap();
    let live = settled(place).await;
    assert!(live == at[1], "{what}: {}", difference(&live, &at[1]));
    assert_eq!(place.legacy_rows().await, before, "{what}");
    rf.shutdown().await.unwrap();
}

/// The schema of a database that stood at the baseline: there, and when it is adopted.
async fn from_the_baseline(engine: Engine) -> [BTreeSet<String>; 2] {
    let place = Place::fresh(engine).await;
    legacy_rows::make(&place).await;
    let rf = place.at(version::BASELINE).await;
    let baseline = whole(&place).await;
    rf.migrate("suite".into(), None, None).await.unwrap();
    let adopted = settled(&place).await;
    rf.shutdown().await.unwrap();
    place.remove().await;
    [baseline, adopted]
}

/// How many revisions the schema has seen, and another number than its own, as a `stamp` leaves it.
const UNDER_ANOTHER_NUMBER: [(usize, &str); 3] = [
    (REVISIONS.len(), legacy_rows::REVISION),
    (6, "202602240028"),
    (0, "202602220013"),
];

#[tokio::test]
async fn every_revision_of_the_old_platform_up_to_0028_ends_with_the_same_schema_and_rows() {
    let wanted = from_the_baseline(Engine::Postgres).await;
    for count in 0..=REVISIONS.len() {
        let place = Place::fresh(Engine::Postgres).await;
        legacy_revisions::make(&place, count).await;
        let name = revision(&place).await.unwrap();
        // After each batch; where the number is another's than the schema's, besides.
        let elsewhere = UNDER_ANOTHER_NUMBER.iter().any(|it| it.0 == count);
        match count % 3 == 0 && !elsewhere {
            true => goes_down_and_up_like(&place, &wanted, &name).await,
            false => drop(ends_like(&place, &wanted, &name).await),
        }
        assert_eq!(revision(&place).await.unwrap(), ADOPTED);
        place.remove().await;
    }
}

#[tokio::test]
async fn the_schema_decides_and_not_the_number() {
    let wanted = from_the_baseline(Engine::Postgres).await;
    for (count, number) in UNDER_ANOTHER_NUMBER {
        let place = Place::fresh(Engine::Postgres).await;
        legacy_revisions::make(&place, count).await;
        let stamp = format!("UPDATE alembic_version SET version_num = '{number}'");
        place.raw(&stamp).await.unwrap();
        let what = format!("{count} revisions under {number}");
        goes_down_and_up_like(&place, &wanted, &what).await;
        place.remove().await;
    }
}

/// Not taken away and made again: it is the same object of the server.
#[tokio::test]
async fn what_a_revision_made_already_is_recorded_as_found_and_not_made_again() {
    let place = Place::fresh(Engine::Postgres).await;
    legacy_revisions::make(&place, REVISIONS.len()).await;
    let made = "SELECT string_agg(name || ' ' || oid, ', ' ORDER BY name, oid) FROM (
            SELECT conname::text AS name, oid FROM pg_constraint
            UNION ALL SELECT relname::text, oid FROM pg_class) AS made
        WHERE name IN ('uq_users_tenant_id_id', 'fk_user_roles_tenant_user', 'fk_user_roles_tenant_role',
            'uq_missions_tenant_id_id', 'fk_missions_tenant_drone', 'fk_mission_runs_tenant_mission',
            'ix_user_roles_tenant_user')";
    let before = place.raw_text(made).await.unwrap();
    // References go and come again when the keys are swapped that they hang on.
    let rf = place.at(version::KEYS_BACKFILL).await;
    crate::boundary_report::stands(&rf).await;
    assert_eq!(place.raw_text(made).await.unwrap(), before);
    for (step, found) in [
        ("07a1_identity_expand", "column user_roles.tenant_id"),
        (
            "07a1_identity_expand",
            "constraint users.uq_users_tenant_id_id",
        ),
        ("07a1_identity_expand", "index ix_user_roles_tenant_user"),
        ("07a1_identity_enforce", "not null user_roles.tenant_id"),
        (
            "07a1_identity_enforce",
            "constraint user_roles.fk_user_roles_tenant_user",
        ),
        ("07a2_core_batch_a_expand", "index ix_missions_tenant_state"),
        (
            "07a2_core_batch_a_enforce",
            "constraint missions.fk_missions_tenant_drone",
        ),
        (
            "07a2_core_batch_a_enforce",
            "constraint mission_runs.fk_mission_runs_tenant_mission",
        ),
    ] {
        let detail = steps_found(&place, step).await;
        assert!(detail.contains(found), "{step}: {detail}");
    }
    assert!(!steps_found(&place, "07b_policy").await.contains("found"));
    rf.migrate("suite".into(), None, None).await.unwrap();
    crate::boundary_report::is_whole(&rf).await;
    rf.shutdown().await.unwrap();
    place.remove().await;
}

/// A constraint of the same name that means something else is no result of ours.
#[tokio::test]
async fn what_stands_under_a_name_of_ours_and_means_another_thing_is_in_the_way() {
    for other in [
        "(tenant_id, drone_id) REFERENCES drones (tenant_id, id) ON DELETE CASCADE",
        "(tenant_id, drone_id) REFERENCES drones (tenant_id, id) ON DELETE RESTRICT NOT VALID",
    ] {
        let place = Place::fresh(Engine::Postgres).await;
        legacy_revisions::make(&place, 6).await;
        let another = format!(
            "ALTER TABLE missions DROP CONSTRAINT fk_missions_tenant_drone;
             ALTER TABLE missions ADD CONSTRAINT fk_missions_tenant_drone FOREIGN KEY {other}"
        );
        place.raw(&another).await.unwrap();
        let (code, detail) = schema_error(place.open(MigrateMode::Auto).await);
        assert_eq!(code, "step_failed", "{other}: {detail}");
        assert!(detail.contains("07a2_core_batch_a_enforce"), "{detail}");
        place.remove().await;
    }
}

/// Nor a table of another schema, a key of somebody else's or a column that may be empty.
#[tokio::test]
async fn what_stands_elsewhere_or_in_part_is_made_as_if_it_were_not_there() {
    let wanted = from_the_baseline(Engine::Postgres).await;
    for (count, change) in [
        (
            0,
            "CREATE SCHEMA elsewhere;
             CREATE TABLE elsewhere.user_roles (tenant_id varchar NOT NULL, user_id varchar, role_id varchar);
             CREATE INDEX ix_user_roles_tenant_user ON elsewhere.user_roles (tenant_id, user_id)",
        ),
        (1, "ALTER TABLE user_roles ALTER COLUMN tenant_id DROP NOT NULL"),
    ] {
        let place = Place::fresh(Engine::Postgres).await;
        legacy_revisions::make(&place, count).await;
        place.raw(change).await.unwrap();
        let rf = ends_like(&place, &wanted, change).await;
        rf.shutdown().await.unwrap();
        place.remove().await;
    }
}

/// An index that was never finished keeps nothing apart, and one over more than its columns says another thing.
#[tokio::test]
async fn an_index_of_the_name_that_is_none_of_ours_is_in_the_way() {
    for (engine, change) in [
        (
            Engine::Postgres,
            "UPDATE pg_index SET indisvalid = false WHERE indexrelid = 'ix_user_roles_tenant_user'::regclass",
        ),
        (
            Engine::Sqlite,
            "ALTER TABLE user_roles ADD COLUMN tenant_id VARCHAR;
             CREATE INDEX ix_user_roles_tenant_user ON user_roles (tenant_id, user_id, lower(role_id))",
        ),
    ] {
        let place = Place::fresh(engine).await;
        match engine {
            Engine::Postgres => legacy_revisions::make(&place, 1).await,
            Engine::Sqlite => legacy_rows::make(&place).await,
        }
        place.raw(change).await.unwrap();
        let (code, detail) = schema_error(place.open(MigrateMode::Auto).await);
        assert_eq!(code, "step_failed", "{engine:?}: {detail}");
        assert!(detail.contains("07a1_identity_expand"), "{detail}");
        place.remove().await;
    }
}

/// A run that stopped before the batches that a revision made already: what was found of them hangs on keys that go.
#[tokio::test]
async fn a_database_that_was_adopted_in_part_goes_back_to_the_baseline() {
    let [baseline, _] = from_the_baseline(Engine::Postgres).await;
    for to in [
        version::AUDIT_LOG,
        version::IDENTITY_EXPAND,
        version::CORE_A_EXPAND,
    ] {
        let place = Place::fresh(Engine::Postgres).await;
        legacy_revisions::make(&place, REVISIONS.len()).await;
        let before = place.legacy_rows().await;
        let rf = place.at(to).await;
        rf.rollback("suite".into(), version::BASELINE, None)
            .await
            .unwrap();
        let live = whole(&place).await;
        assert!(live == baseline, "{to}: {}", difference(&live, &baseline));
        assert_eq!(place.legacy_rows().await, before, "{to}");
        assert_eq!(revision(&place).await.unwrap(), legacy_rows::REVISION);
        rf.shutdown().await.unwrap();
        place.remove().await;
    }
}

/// A key of the old platform's under another name would go on emptying or deleting what the library holds.
#[tokio::test]
async fn a_reference_under_another_name_does_not_outlive_its_batch() {
    let wanted = from_the_baseline(Engine::Postgres).await;
    let place = Place::fresh(Engine::Postgres).await;
    legacy_rows::make(&place).await;
    place
        .raw(
            "ALTER TABLE missions RENAME CONSTRAINT missions_drone_id_fkey TO drone_of_the_mission;
             ALTER TABLE mission_runs ADD CONSTRAINT once_more FOREIGN KEY (mission_id) REFERENCES missions (id)
                 ON DELETE CASCADE;
             ALTER TABLE users RENAME CONSTRAINT users_pkey TO pk_users",
        )
        .await
        .unwrap();
    goes_down_and_up_like(&place, &wanted, "other names").await;
    place.remove().await;
}

/// A table without its columns, so that types that stand for each other are one.
fn squeezed(schema: &BTreeSet<String>) -> BTreeSet<String> {
    let lines = schema.iter();
    lines
        .map(|line| line.replace("VARCHAR", "TEXT").replace("\\n\\t", "\\n    "))
        .collect()
}

/// The platform's revision 0008 fails half-way on SQLite: a column, empty, two indexes, and the number as it was.
async fn half_way(place: &Place) {
    place
        .raw(
            "ALTER TABLE user_roles ADD COLUMN tenant_id VARCHAR;
             CREATE INDEX ix_user_roles_tenant_user ON user_roles (tenant_id, user_id);
             CREATE INDEX ix_user_roles_tenant_role ON user_roles (tenant_id, role_id);",
        )
        .await
        .unwrap();
}

#[tokio::test]
async fn what_a_revision_left_half_way_on_sqlite_is_gone_on_from() {
    let [baseline, adopted] = from_the_baseline(Engine::Sqlite).await;
    let place = Place::fresh(Engine::Sqlite).await;
    legacy_rows::make(&place).await;
    half_way(&place).await;
    let before = place.legacy_rows().await;
    let looked = place.open(MigrateMode::Never).await.unwrap();
    assert!(looked.integrity_scan(None, None).await.unwrap().checks > 10);

    let rf = place.open(MigrateMode::Auto).await.unwrap();
    assert!(rf.integrity_scan(None, None).await.unwrap().is_clean());
    crate::boundary_report::is_whole(&rf).await;
    assert_eq!(place.legacy_rows().await, before);
    let live = squeezed(&settled(&place).await);
    let wanted = squeezed(&adopted);
    assert!(live == wanted, "{}", difference(&live, &wanted));
    let links = "SELECT count(*) FROM user_roles l JOIN users u ON u.id = l.user_id AND u.tenant_id = l.tenant_id";
    assert_eq!(place.count(links).await, 4);
    let detail = steps_found(&place, "07a1_identity_expand").await;
    assert!(detail.contains("column user_roles.tenant_id"), "{detail}");

    rf.rollback("suite".into(), version::BASELINE, None)
        .await
        .unwrap();
    assert_eq!(whole(&place).await, baseline);
    assert_eq!(place.legacy_rows().await, before);
    place.remove().await;
}

/// A link whose tenant somebody filled wrongly is found, and stays as it is.
#[tokio::test]
async fn a_column_that_stood_already_is_validated_like_one_that_was_filled() {
    let place = Place::fresh(Engine::Sqlite).await;
    legacy_rows::make(&place).await;
    half_way(&place).await;
    place
        .raw("UPDATE user_roles SET tenant_id = 'b' WHERE user_id = 'u1_a'")
        .await
        .unwrap();
    let refused = place.open(MigrateMode::Auto).await;
    let Err(ringfence::Error::Integrity { findings, .. }) = refused else {
        panic!("{:?}", refused.err());
    };
    assert!(
        findings.iter().all(|it| it.table == "user_roles"),
        "{findings:?}"
    );
    assert_eq!(
        place
            .count("SELECT count(*) FROM user_roles WHERE tenant_id = 'b' AND user_id = 'u1_a'")
            .await,
        1
    );
    place.remove().await;
}

each_engine!(
    /// With the history gone, nobody knows what has been done.
    #[tokio::test]
    async fn tables_of_the_librarys_without_a_history_are_not_taken_for_the_old_platforms(
        place: &Place,
    ) {
        legacy_rows::make(place).await;
        place.at(version::AUDIT_LOG).await.shutdown().await.unwrap();
        place
            .raw("DROP TABLE ringfence_schema_history")
            .await
            .unwrap();
        for number in ["202602210007", ADOPTED] {
            let stamp = format!("UPDATE alembic_version SET version_num = '{number}'");
            place.raw(&stamp).await.unwrap();
            let before = place.picture().await;
            let (code, detail) = schema_error(place.open(MigrateMode::Auto).await);
            match number {
                ADOPTED => assert_eq!(code, "unknown_legacy_revision", "{detail}"),
                _ => assert_eq!(code, "unrecognised_schema", "{detail}"),
            }
            assert!(detail.contains("no history"), "{detail}");
            assert_eq!(place.picture().await, before);
        }
    }
);

each_engine!(
    #[tokio::test]
    async fn alembic_is_told_of_an_adoption_until_it_is_taken_back(place: &Place) {
        legacy_rows::make(place).await;
        let rf = place.at(version::BASELINE).await;
        assert_eq!(revision(place).await.unwrap(), legacy_rows::REVISION);
        for to in [version::AUDIT_LOG, version::LATEST] {
            rf.migrate("suite".into(), Some(to), None).await.unwrap();
            assert_eq!(revision(place).await.unwrap(), ADOPTED);
        }
        rf.rollback("suite".into(), version::AUDIT_LOG, None)
            .await
            .unwrap();
        assert_eq!(revision(place).await.unwrap(), ADOPTED);
        rf.rollback("suite".into(), version::BASELINE, None)
            .await
            .unwrap();
        assert_eq!(revision(place).await.unwrap(), legacy_rows::REVISION);
        let taken = "UPDATE alembic_version SET version_num = '202602280112'";
        place.raw(taken).await.unwrap();
        let refused = schema_error(rf.migrate("suite".into(), None, None).await);
        assert_eq!(refused.0, "unknown_legacy_revision", "{}", refused.1);
    }
);

each_engine!(
    #[tokio::test]
    async fn a_revision_that_cannot_be_adopted_is_refused_with_what_is_known_of_it(place: &Place) {
        legacy_rows::make(place).await;
        for (number, words) in [
            ("202602280112", "phases 8 to 25"),
            ("202602250029", "alembic downgrade 202602240028"),
            ("202602200006", "alembic upgrade"),
            ("ae1027a6acf", "none of the old platform's"),
        ] {
            let stamp = format!("UPDATE alembic_version SET version_num = '{number}'");
            place.raw(&stamp).await.unwrap();
            let (code, detail) = schema_error(place.open(MigrateMode::Auto).await);
            assert_eq!(code, "unknown_legacy_revision", "{detail}");
            assert!(
                detail.contains(number) && detail.contains(words),
                "{detail}"
            );
        }
        place
            .raw(
                "UPDATE alembic_version SET version_num = '202602210007';
                  INSERT INTO alembic_version VALUES ('202602220008')",
            )
            .await
            .unwrap();
        let (code, detail) = schema_error(place.open(MigrateMode::Auto).await);
        assert_eq!(code, "unknown_legacy_revision", "{detail}");
        assert!(detail.contains("several heads"), "{detail}");
    }
);

#[tokio::test]
async fn real_databases_of_later_revisions_and_half_way_are_hardened_without_a_changed_value() {
    for (engine, name) in [
        (Engine::Postgres, "clean-0013.pg.sql.gz"),
        (Engine::Postgres, "clean-0028.pg.sql.gz"),
        (Engine::Sqlite, "half0008.sqlite.gz"),
    ] {
        let place = Place::fresh(engine).await;
        if put(&place, name).await {
            super::adoption::is_hardened_without_a_changed_value(&place).await;
            assert_eq!(revision(&place).await.unwrap(), ADOPTED, "{name}");
        }
        place.remove().await;
    }
}
