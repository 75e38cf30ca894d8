//! Databases that the old platform made.

use ringfence::MigrateMode;
use ringfence::model::{DroneFilter, PageRequest};
use ringfence::schema::version::LATEST;

use super::{refused_under_every_mode, schema_error};
use crate::migrations::step_name;
use crate::picture::Inspect;
use crate::{legacy_data, legacy_rows};
use ringfence_tests::fixture::{Engine, Place, each_engine};

/// Puts a database of the old platform that lies beside the workspace into the place; says whether it is there.
pub(super) async fn put(place: &Place, name: &str) -> bool {
    let Some(bytes) = legacy_data::unpacked(name) else {
        return false;
    };
    match place.engine {
        Engine::Sqlite => std::fs::write(place.file(), bytes).unwrap(),
        Engine::Postgres => place.raw(&String::from_utf8(bytes).unwrap()).await.unwrap(),
    }
    true
}

pub(super) async fn is_hardened_without_a_changed_value(place: &Place) {
    let before = place.legacy_rows().await;
    assert!(before.values().all(|rows| !rows.is_empty()), "{before:?}");
    let older = schema_error(place.open(MigrateMode::Check).await);
    assert_eq!(older.0, "older_schema");
    let looked = place.open(MigrateMode::Never).await.unwrap();
    let scan = looked.integrity_scan(None, None).await.unwrap();
    assert!(scan.checks > 10 && scan.is_clean(), "{scan:?}");

    let rf = place.open(MigrateMode::Auto).await.unwrap();
    assert!(rf.migration_status().await.unwrap().is_current());
    assert_eq!(place.legacy_rows().await, before);
    assert!(rf.integrity_scan(None, None).await.unwrap().is_clean());
    crate::boundary_report::is_whole(&rf).await;
    let unfilled = "SELECT count(*) FROM user_roles WHERE tenant_id IS NULL";
    assert_eq!(place.count(unfilled).await, 0);
    let logs = "SELECT count(*) FROM tenants WHERE id IN (SELECT tenant_id FROM audit_heads)
        AND id IN (SELECT tenant_id FROM policy_epochs)";
    let tenants = place.count("SELECT count(*) FROM tenants").await;
    assert_eq!(place.count(logs).await, tenants);

    rf.rollback("suite".into(), 1, None).await.unwrap();
    assert_eq!(place.legacy_rows().await, before);
    rf.migrate("suite".into(), None, None).await.unwrap();
    assert_eq!(place.legacy_rows().await, before);
}

each_engine!(
    #[tokio::test]
    async fn a_database_of_the_old_platform_is_hardened_without_a_changed_value(place: &Place) {
        legacy_rows::make(place).await;
        is_hardened_without_a_changed_value(place).await;
    }
);

each_engine!(
    #[tokio::test]
    async fn a_real_database_of_the_old_platform_is_hardened_without_a_changed_value(
        place: &Place,
    ) {
        let name = match place.engine {
            Engine::Sqlite => "clean.sqlite.gz",
            Engine::Postgres => "clean.pg.sql.gz",
        };
        if put(place, name).await {
            is_hardened_without_a_changed_value(place).await;
        }
    }
);

each_engine!(
    #[tokio::test]
    async fn an_unknown_revision_is_not_adopted(place: &Place) {
        legacy_rows::make_at(place, "202602280112").await;
        let before = place.picture().await;
        for mode in [MigrateMode::Auto, MigrateMode::Check, MigrateMode::Never] {
            match place.open(mode).await {
                Ok(rf) => {
                    assert_eq!(mode, MigrateMode::Never);
                    let outcome = rf.migrate("suite".into(), Some(1), None).await;
                    assert_eq!(schema_error(outcome).0, "unknown_legacy_revision");
                }
                refused if mode == MigrateMode::Check => {
                    assert_eq!(schema_error(refused).0, "older_schema");
                }
                refused => {
                    let (code, detail) = schema_error(refused);
                    assert_eq!(code, "unknown_legacy_revision");
                    assert!(detail.contains("202602280112"), "{detail}");
                    assert!(detail.contains(legacy_rows::REVISION), "{detail}");
                }
            }
            assert_eq!(place.picture().await, before, "{mode:?}");
        }
    }
);

each_engine!(
    #[tokio::test]
    async fn a_revision_whose_tables_are_not_its_own_is_not_adopted(place: &Place) {
        legacy_rows::make(place).await;
        for column in ["since", "tenant_id"] {
            let add = format!("ALTER TABLE user_roles ADD COLUMN {column} VARCHAR");
            place.raw(&add).await.unwrap();
        }
        let before = place.picture().await;
        let (code, detail) = schema_error(place.open(MigrateMode::Auto).await);
        assert_eq!(code, "unrecognised_schema");
        let first = "user_roles has a column since";
        assert!(detail.contains(first), "{detail}");
        assert_eq!(place.picture().await, before);
    }
);

each_engine!(
    /// The old platform's later revisions added it, and no step makes it anew.
    #[tokio::test]
    async fn a_link_whose_tenant_the_library_cannot_work_with_is_not_adopted(given: &Place) {
        let (folding, text) = match given.engine {
            Engine::Sqlite => ("", "VARCHAR COLLATE NOCASE"),
            Engine::Postgres => (
                "CREATE COLLATION folding (provider = icu, locale = 'und-u-ks-level2', deterministic = false);",
                "VARCHAR COLLATE folding",
            ),
        };
        for (declared, fits, named) in [
            ("INTEGER", false, "user_roles.tenant_id is of type"),
            (text, false, "user_roles.tenant_id: it is compared by"),
            (
                "VARCHAR(200)",
                given.engine == Engine::Sqlite,
                "user_roles.tenant_id",
            ),
            ("TEXT", true, ""),
        ] {
            let place = Place::fresh(given.engine).await;
            legacy_rows::make_at(&place, "202602220008").await;
            let added = format!("{folding} ALTER TABLE user_roles ADD COLUMN tenant_id {declared}");
            place.raw(&added).await.unwrap();
            is_adopted(&place, fits, named, &added).await;
            place.remove().await;
        }
    }
);

/// Another type for a column of a table, and whether the library can work with it: the column as Postgres changes
/// it, and as SQLite declares it before and after.
const ON_POSTGRES: [(&str, &str, &str, bool); 16] = [
    (
        "drones",
        "capabilities",
        "TYPE jsonb USING capabilities::jsonb",
        false,
    ),
    ("drones", "capabilities", "TYPE text", false),
    ("drones", "name", "TYPE char(40)", false),
    ("drones", "name", "TYPE varchar(20)", false),
    ("drones", "id", "TYPE name", false),
    ("drones", "created_at", "TYPE timestamp", false),
    ("drones", "created_at", "TYPE timestamptz(3)", false),
    ("drones", "vendor", "DROP NOT NULL", false),
    ("roles", "description", "SET NOT NULL", false),
    (
        "users",
        "is_active",
        "TYPE integer USING is_active::integer",
        false,
    ),
    ("incidents", "title", "TYPE varchar(100)", false),
    ("incidents", "title", "TYPE text", true),
    ("drones", "name", "TYPE text", true),
    ("drones", "name", "TYPE text COLLATE \"C\"", true),
    ("audit_logs", "status_code", "TYPE bigint", true),
    ("audit_logs", "status_code", "TYPE smallint", false),
];
const ON_SQLITE: [(&str, &str, &str, bool); 15] = [
    (
        "drones",
        "capabilities JSON NOT NULL",
        "capabilities BLOB NOT NULL",
        false,
    ),
    (
        "drones",
        "capabilities JSON NOT NULL",
        "capabilities INTEGER NOT NULL",
        false,
    ),
    (
        "drones",
        "capabilities JSON NOT NULL",
        "capabilities TEXT NOT NULL",
        true,
    ),
    (
        "drones",
        "created_at DATETIME NOT NULL",
        "created_at INTEGER NOT NULL",
        false,
    ),
    (
        "drones",
        "created_at DATETIME NOT NULL",
        "created_at REAL NOT NULL",
        false,
    ),
    (
        "drones",
        "created_at DATETIME NOT NULL",
        "created_at TIMESTAMP NOT NULL",
        true,
    ),
    (
        "drones",
        "vendor VARCHAR NOT NULL",
        "vendor NUMERIC NOT NULL",
        false,
    ),
    (
        "drones",
        "vendor VARCHAR NOT NULL",
        "vendor NOT NULL",
        false,
    ),
    ("drones", "vendor VARCHAR NOT NULL", "vendor VARCHAR", false),
    (
        "drones",
        "vendor VARCHAR NOT NULL",
        "vendor VARCHAR(20) NOT NULL",
        true,
    ),
    (
        "drones",
        "vendor VARCHAR NOT NULL",
        "vendor VARCHAR COLLATE BINARY NOT NULL",
        true,
    ),
    (
        "drones",
        "tenant_id VARCHAR NOT NULL",
        "tenant_id VARCHAR NOT NULL COLLATE NOCASE",
        false,
    ),
    (
        "users",
        "username VARCHAR NOT NULL",
        "username VARCHAR collate \"RTRIM\" NOT NULL",
        false,
    ),
    (
        "incidents",
        "linked_task_id VARCHAR,",
        "linked_task_id VARCHAR NOT NULL,",
        false,
    ),
    (
        "users",
        "is_active BOOLEAN NOT NULL",
        "is_active TEXT NOT NULL",
        false,
    ),
];

#[tokio::test]
async fn on_postgres_a_type_that_the_library_cannot_read_or_write_is_not_adopted() {
    for (table, column, change, fits) in ON_POSTGRES {
        let place = Place::fresh(Engine::Postgres).await;
        legacy_rows::make(&place).await;
        if change == "SET NOT NULL" {
            let filled = format!("UPDATE {table} SET {column} = '' WHERE {column} IS NULL");
            place.raw(&filled).await.unwrap();
        }
        let change = format!("ALTER TABLE {table} ALTER COLUMN {column} {change}");
        place.raw(&change).await.unwrap();
        is_adopted(&place, fits, &format!("{table}.{column}"), &change).await;
        place.remove().await;
    }
}

#[tokio::test]
async fn on_sqlite_a_type_that_would_change_or_lose_values_is_not_adopted() {
    for (table, declared, other, fits) in ON_SQLITE {
        let place = Place::fresh(Engine::Sqlite).await;
        legacy_rows::make_altered(&place, |baseline| {
            let from = baseline.find(&format!("CREATE TABLE {table} (")).unwrap();
            let (before, table) = baseline.split_at(from);
            assert!(table.contains(declared));
            format!("{before}{}", table.replacen(declared, other, 1))
        })
        .await;
        let column = declared.split(' ').next().unwrap();
        is_adopted(&place, fits, &format!("{table}.{column}"), other).await;
        place.remove().await;
    }
}

/// Adopted to the end, or refused by name without a change.
pub(super) async fn is_adopted(place: &Place, fits: bool, column: &str, change: &str) {
    let before = place.picture().await;
    let opened = place.open(MigrateMode::Auto).await;
    if fits {
        let rf = opened.unwrap_or_else(|refused| panic!("{change}: {refused:?}"));
        let session = rf.session("a".into(), "u1_a".into()).await.unwrap();
        let drones = session.drones();
        let page = drones.list(DroneFilter::default(), PageRequest::default());
        assert_eq!(page.await.unwrap().items.len(), 2, "{change}");
        return;
    }
    let (code, detail) = schema_error(opened);
    assert_eq!(code, "unrecognised_schema", "{change}: {detail}");
    assert!(detail.contains(column), "{change}: {detail}");
    let looked = place.open(MigrateMode::Never).await.unwrap();
    let scanned = schema_error(looked.integrity_scan(None, None).await);
    assert_eq!(scanned, (code, detail), "{change}");
    looked.shutdown().await.unwrap();
    assert_eq!(place.picture().await, before, "{change}");
}

each_engine!(
    #[tokio::test]
    async fn tables_without_a_history_are_not_taken_for_ours(place: &Place) {
        place
            .raw("CREATE TABLE missions (id VARCHAR PRIMARY KEY)")
            .await
            .unwrap();
        let before = place.picture().await;
        let refused = schema_error(place.open(MigrateMode::Auto).await);
        assert_eq!(refused.0, "unrecognised_schema");
        assert_eq!(place.picture().await, before);
    }
);

each_engine!(
    /// Whichever step is to make the table, the first is not taken.
    #[tokio::test]
    async fn a_view_in_a_tables_place_in_an_empty_database_is_in_the_first_steps_way(
        place: &Place,
    ) {
        for name in ["drones", "audit_heads"] {
            let view = format!("CREATE VIEW {name} AS SELECT 1 AS one");
            place.raw(&view).await.unwrap();
            let before = place.picture().await;
            let (code, detail) = schema_error(place.open(MigrateMode::Auto).await);
            assert_eq!(code, "unrecognised_schema", "{detail}");
            assert!(
                detail.contains(&format!("{name}: it is a view")),
                "{detail}"
            );
            assert_eq!(place.picture().await, before);
            place.raw(&format!("DROP VIEW {name}")).await.unwrap();
        }
        let rf = place.open(MigrateMode::Auto).await.unwrap();
        assert!(rf.migration_status().await.unwrap().is_current());
    }
);

each_engine!(
    /// A view of the name is none.
    #[tokio::test]
    async fn what_is_no_table_is_not_taken_for_the_old_platforms(place: &Place) {
        let view = "CREATE VIEW alembic_version AS SELECT 'revision' AS version_num";
        place.raw(view).await.unwrap();
        let rf = place.open(MigrateMode::Auto).await.unwrap();
        assert!(rf.migration_status().await.unwrap().is_current());
        rf.shutdown().await.unwrap();
    }
);

/// Postgres keeps a dropped column's place. Another schema's table is another table. A partitioned table is another kind of table.
#[tokio::test]
async fn on_postgres_what_is_not_a_column_or_a_table_of_the_baseline_is_told_from_it() {
    let changes = [
        (
            "ALTER TABLE drones ADD scratch INT; ALTER TABLE drones DROP scratch",
            true,
        ),
        (
            "CREATE SCHEMA other; CREATE TABLE other.drones (songs INT)",
            true,
        ),
        (
            "ALTER TABLE events RENAME TO events_of_all;
             CREATE TABLE events (LIKE events_of_all) PARTITION BY LIST (tenant_id)",
            false,
        ),
    ];
    for (change, fits) in changes {
        let place = Place::fresh(Engine::Postgres).await;
        legacy_rows::make(&place).await;
        place.raw(change).await.unwrap();
        is_adopted(&place, fits, "events", change).await;
        place.remove().await;
    }
}

each_engine!(
    /// Another application's tables are none of our business.
    #[tokio::test]
    async fn tables_of_other_names_are_left_alone(place: &Place) {
        place
            .raw("CREATE TABLE songs (id INT PRIMARY KEY); INSERT INTO songs VALUES (7)")
            .await
            .unwrap();
        let rf = place.open(MigrateMode::Auto).await.unwrap();
        rf.rollback("suite".into(), 0, None).await.unwrap();
        assert_eq!(place.count("SELECT count(*) FROM songs").await, 1);
    }
);

each_engine!(
    #[tokio::test]
    async fn a_revision_whose_tables_were_dropped_is_not_adopted(place: &Place) {
        place
            .raw(&format!(
                "CREATE TABLE alembic_version (version_num VARCHAR(32) NOT NULL);
                 INSERT INTO alembic_version VALUES ('{}')",
                legacy_rows::REVISION
            ))
            .await
            .unwrap();
        let refused = schema_error(place.open(MigrateMode::Auto).await);
        assert_eq!(refused.0, "unrecognised_schema", "{}", refused.1);
    }
);

/// A database that was adopted and then made newer is refused like any other.
#[tokio::test]
async fn an_adopted_database_can_become_too_new() {
    let place = Place::fresh(Engine::Sqlite).await;
    legacy_rows::make(&place).await;
    place.open(MigrateMode::Auto).await.unwrap();
    let next = LATEST + 1;
    place
        .raw(&format!(
            "INSERT INTO ringfence_schema_history VALUES ({next}, 'later', '2030-01-01T00:00:00Z', '1')"
        ))
        .await
        .unwrap();
    refused_under_every_mode(&place, "newer_schema").await;
    assert!(!step_name(LATEST).is_empty());
    place.remove().await;
}
