//! What keys, guards and policies take for granted of a table, and what becomes of it when a host changes that.

use ringfence::model::BoundaryLayer;
use ringfence::model::BoundaryProblem::{self, Changed, Excess};
use ringfence::schema::version;
use ringfence_tests::fixture::{Engine, Place, World, each_engine, on};

use super::parts::{Harm, are_noticed};
use super::{change, is_whole, stands};

/// What is done to a table, what of it is named then, and how it is mended.
fn harm(table: &'static str, of: [&str; 3], problem: BoundaryProblem) -> Harm {
    let [harm, what, mend] = of.map(str::to_owned);
    Harm {
        harm,
        table: Some(table),
        layer: BoundaryLayer::Keys,
        what,
        problem,
        mend,
    }
}

/// A unique index of the host's on drones, over this.
fn key(over: &str) -> Harm {
    let made = format!("CREATE UNIQUE INDEX host ON drones {over}");
    harm(
        "drones",
        [&made, "key host on drones", "DROP INDEX host"],
        Excess,
    )
}

/// Changes the text of drones on SQLite as an older version of it lets a host do, and has connections read it anew.
fn rewritten(from: &str, to: &str) -> String {
    format!(
        "PRAGMA writable_schema = ON;
         UPDATE sqlite_master SET sql = replace(sql, '{from}', '{to}') WHERE name = 'drones';
         PRAGMA writable_schema = RESET;
         CREATE TABLE host_notes (place TEXT);
         DROP TABLE host_notes"
    )
}

each_engine!(
    #[tokio::test]
    async fn a_key_over_the_rows_of_all_tenants_is_named(world: &World) {
        let place = &world.place;
        // One that a row's tenant is a part of holds within it, wherever it stands.
        for within in [
            "(tenant_id, vendor, name)",
            "(name, tenant_id)",
            "(tenant_id DESC, id)",
            "(lower(name), tenant_id)",
            "(tenant_id, name) WHERE vendor = 'DJI'",
        ] {
            change(
                place,
                &format!("CREATE UNIQUE INDEX host ON drones {within}"),
            )
            .await;
            is_whole(&world.ringfence).await;
            change(place, "DROP INDEX host").await;
        }
        // Whose rows are nobody's has no tenants to reach over.
        change(place, "CREATE UNIQUE INDEX host ON permissions (id, name)").await;
        is_whole(&world.ringfence).await;
        change(place, "DROP INDEX host").await;
        let mut over = vec![
            "(name)",
            "(id)",
            "(name, id)",
            "(lower(tenant_id), name)",
            "(name) WHERE vendor = 'DJI'",
        ];
        match place.engine {
            Engine::Sqlite => over.push("(tenant_id COLLATE NOCASE, name)"),
            Engine::Postgres => {
                let folding = "CREATE COLLATION folding (provider = icu, locale = 'und-u-ks-level2', \
                               deterministic = false)";
                change(place, folding).await;
                over.extend([
                    "(tenant_id COLLATE folding, name)",
                    "(name) INCLUDE (tenant_id)",
                    "(name); UPDATE pg_index SET indisvalid = false WHERE indexrelid = 'host'::regclass",
                ]);
            }
        }
        let harms = over.into_iter().map(key).collect();
        are_noticed(&world.ringfence, place, harms).await;
    }
);

each_engine!(
    #[tokio::test]
    async fn a_key_is_the_steps_own_only_as_they_leave_it(world: &World) {
        let place = &world.place;
        // As the tenants' own is.
        change(place, "CREATE UNIQUE INDEX host ON tenants (name)").await;
        is_whole(&world.ringfence).await;
        change(place, "DROP INDEX host").await;
        let gone = "drone_credentials_drone_id_key";
        let harms = vec![
            harm(
                "tenants",
                [
                    "CREATE UNIQUE INDEX host ON tenants (name) WHERE id <> 'a'",
                    "key host on tenants",
                    "DROP INDEX host",
                ],
                Excess,
            ),
            harm(
                "drone_credentials",
                [
                    &format!("CREATE UNIQUE INDEX {gone} ON drone_credentials (drone_id)"),
                    &format!("key {gone} on drone_credentials"),
                    &format!("DROP INDEX {gone}"),
                ],
                Excess,
            ),
        ];
        are_noticed(&world.ringfence, place, harms).await;
    }
);

#[tokio::test]
async fn an_exclusion_over_the_rows_of_all_tenants_is_named() {
    on(Engine::Postgres, async |world: &World| {
        let exclusion =
            |over| format!("ALTER TABLE drones ADD CONSTRAINT host EXCLUDE USING btree ({over})");
        let mend = "ALTER TABLE drones DROP CONSTRAINT host";
        change(&world.place, &exclusion("tenant_id WITH =, name WITH =")).await;
        is_whole(&world.ringfence).await;
        change(&world.place, mend).await;
        let harms = ["name WITH =", "name WITH =, lower(tenant_id) WITH ="].map(|over| {
            harm(
                "drones",
                [&exclusion(over), "key host on drones", mend],
                Excess,
            )
        });
        are_noticed(&world.ringfence, &world.place, harms.into()).await;
    })
    .await;
}

each_engine!(
    #[tokio::test]
    async fn a_column_that_is_not_compared_by_its_bytes_is_named(world: &World) {
        let what = "column drones.vendor";
        let (harmed, mend) = match world.place.engine {
            Engine::Sqlite => (
                rewritten("vendor VARCHAR", "vendor VARCHAR COLLATE NOCASE"),
                rewritten("vendor VARCHAR COLLATE NOCASE", "vendor VARCHAR"),
            ),
            Engine::Postgres => {
                let as_it_was = "ALTER TABLE drones ALTER COLUMN vendor TYPE varchar";
                let folding = "CREATE COLLATION folding (provider = icu, locale = 'und-u-ks-level2', \
                               deterministic = false); \
                               ALTER TABLE drones ALTER COLUMN vendor TYPE varchar COLLATE folding";
                let other = format!("{as_it_was} COLLATE \"C\"");
                change(&world.place, &other).await;
                is_whole(&world.ringfence).await;
                (folding.to_owned(), as_it_was.to_owned())
            }
        };
        let harms = vec![harm("drones", [&harmed, what, &mend], Changed)];
        are_noticed(&world.ringfence, &world.place, harms).await;
    }
);

each_engine!(
    /// Until a step makes it, it is the host's.
    #[tokio::test]
    async fn a_column_of_a_later_steps_name_is_compared_as_its_host_likes(place: &Place) {
        let rf = place.at(version::NAMES - 1).await;
        let folding = "CREATE COLLATION folding (provider = icu, locale = 'und-u-ks-level2', deterministic = false)";
        let collation = match place.engine {
            Engine::Sqlite => "NOCASE",
            Engine::Postgres => {
                change(place, folding).await;
                "folding"
            }
        };
        let added = format!("ALTER TABLE users ADD COLUMN name_key text COLLATE {collation}");
        change(place, &added).await;
        stands(&rf).await;
        rf.shutdown().await.unwrap();
    }
);

#[tokio::test]
async fn a_table_that_has_the_rows_of_another_or_lends_its_own_is_named() {
    on(Engine::Postgres, async |world: &World| {
        let harms = vec![
            harm(
                "missions",
                [
                    "CREATE TABLE host_missions () INHERITS (missions)",
                    "table host_missions",
                    "DROP TABLE host_missions",
                ],
                Excess,
            ),
            harm(
                "missions",
                [
                    "CREATE TABLE host_names (name varchar); ALTER TABLE missions INHERIT host_names",
                    "table missions",
                    "ALTER TABLE missions NO INHERIT host_names",
                ],
                Changed,
            ),
        ];
        are_noticed(&world.ringfence, &world.place, harms).await;
    })
    .await;
}

/// Neither the guards nor the scan see the rows behind it; other names of the rowid, they do not use.
#[tokio::test]
async fn a_column_that_hides_the_rowid_is_named_and_no_scan_goes_past_it() {
    on(Engine::Sqlite, async |world: &World| {
        let rf = &world.ringfence;
        let last = "version INTEGER NOT NULL DEFAULT 1,";
        let [oid, rowid] = ["oid", "RowId"].map(|name| format!("{last} {name} TEXT,"));
        change(&world.place, &rewritten(last, &oid)).await;
        is_whole(rf).await;
        change(&world.place, &rewritten(&oid, last)).await;
        let hides = &rewritten(last, &rowid);
        let mend = &rewritten(&rowid, last);
        change(&world.place, hides).await;
        let refused = rf.integrity_scan(None, None).await.unwrap_err();
        assert_eq!(refused.code(), "unrecognised_schema");
        assert!(refused.to_string().contains("drones.RowId"), "{refused}");
        change(&world.place, mend).await;
        assert!(rf.integrity_scan(None, None).await.unwrap().is_clean());
        let harms = vec![harm("drones", [hides, "column drones.RowId", mend], Excess)];
        are_noticed(rf, &world.place, harms).await;
    })
    .await;
}
