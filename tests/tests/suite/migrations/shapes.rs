//! Databases of the old platform whose columns are its own, and whose tables are no plain tables, reach over tenants or
//! cannot be told apart row by row: not adopted.

use ringfence_tests::fixture::{Engine, Place, each_engine};

use super::adoption::is_adopted;
use crate::legacy_rows;

/// What is changed, whether it is adopted, and what is named where it is not.
type Change = (&'static str, bool, &'static str);

const ON_BOTH: [Change; 6] = [
    (
        "CREATE UNIQUE INDEX host ON users (username, id)",
        false,
        "host",
    ),
    ("CREATE UNIQUE INDEX host ON drones (id)", false, "host"),
    (
        "CREATE UNIQUE INDEX host ON drones (lower(name), id)",
        false,
        "host",
    ),
    (
        "CREATE UNIQUE INDEX host ON drones (name) WHERE vendor = 'none'",
        false,
        "host",
    ),
    (
        "CREATE UNIQUE INDEX host ON drones (tenant_id, vendor, name)",
        true,
        "",
    ),
    (
        "CREATE UNIQUE INDEX host ON drones (name, tenant_id, id)",
        true,
        "",
    ),
];

const ON_POSTGRES: [Change; 9] = [
    (
        "CREATE COLLATION folding (provider = icu, locale = 'und-u-ks-level2', deterministic = false);
         ALTER TABLE drones ALTER COLUMN tenant_id TYPE varchar COLLATE folding",
        false,
        "drones.tenant_id: it is compared by the collation folding",
    ),
    (
        "ALTER TABLE users ADD CONSTRAINT host UNIQUE (username, id)",
        false,
        "host",
    ),
    (
        "ALTER TABLE users ADD CONSTRAINT host EXCLUDE USING btree (username WITH =) WHERE (username = 'none')",
        false,
        "host",
    ),
    (
        "ALTER TABLE drone_credentials ADD CONSTRAINT host UNIQUE (drone_id)",
        false,
        "host",
    ),
    (
        "ALTER TABLE drone_credentials RENAME CONSTRAINT drone_credentials_drone_id_key TO host",
        true,
        "",
    ),
    (
        "CREATE TABLE host () INHERITS (missions)",
        false,
        "table host",
    ),
    (
        "CREATE TABLE host (name varchar); ALTER TABLE missions INHERIT host",
        false,
        "table missions",
    ),
    (
        "ALTER TABLE events RENAME TO events_of_all;
         CREATE TABLE events (LIKE events_of_all) PARTITION BY LIST (tenant_id)",
        false,
        "events: it is a partitioned table",
    ),
    (
        "CREATE VIEW audit_heads AS SELECT 1 AS one",
        false,
        "audit_heads: it is a view",
    ),
];

const ON_SQLITE: [Change; 4] = [
    (
        "ALTER TABLE drones RENAME TO other; ALTER TABLE other RENAME TO Drones",
        false,
        "drones: it is named Drones",
    ),
    (
        "CREATE TABLE Audit_Heads (one INT)",
        false,
        "audit_heads: it is named Audit_Heads",
    ),
    (
        "CREATE VIEW audit_heads AS SELECT 1 AS one",
        false,
        "audit_heads: it is a view",
    ),
    // A trigger may bear a table's name.
    (
        "CREATE TRIGGER Drones AFTER INSERT ON missions BEGIN SELECT 1; END;
         CREATE TRIGGER missions AFTER INSERT ON drones BEGIN SELECT max(name COLLATE NOCASE) FROM missions; END",
        true,
        "",
    ),
];

each_engine!(
    #[tokio::test]
    async fn what_the_boundary_takes_for_granted_is_looked_at_before_a_database_is_adopted(
        given: &Place,
    ) {
        let own = match given.engine {
            Engine::Sqlite => &ON_SQLITE[..],
            Engine::Postgres => &ON_POSTGRES[..],
        };
        for (change, fits, named) in ON_BOTH.iter().chain(own) {
            let place = Place::fresh(given.engine).await;
            legacy_rows::make(&place).await;
            place.raw(change).await.unwrap();
            is_adopted(&place, *fits, named, change).await;
            place.remove().await;
        }
    }
);

#[tokio::test]
async fn a_table_without_a_rowid_or_with_a_column_in_its_place_is_not_adopted() {
    for (from, to, named) in [
        (
            "\n);",
            "\n) WITHOUT ROWID;",
            "table drones: it is WITHOUT ROWID",
        ),
        (
            "vendor VARCHAR",
            "rowid VARCHAR,\n    vendor VARCHAR",
            "rowid",
        ),
    ] {
        let place = Place::fresh(Engine::Sqlite).await;
        legacy_rows::make_altered(&place, |baseline| {
            let begins = baseline.find("CREATE TABLE drones (").unwrap();
            let (before, table) = baseline.split_at(begins);
            format!("{before}{}", table.replacen(from, to, 1))
        })
        .await;
        is_adopted(&place, false, named, to).await;
        place.remove().await;
    }
}
