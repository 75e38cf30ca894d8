//! A database that the old platform's models made, and none of its revisions.

use std::collections::BTreeSet;

use ringfence::MigrateMode;
use ringfence::schema::{self, version};
use ringfence_tests::fixture::{Engine, Place, each_engine};

use super::super::schema_error;
use super::{difference, from_the_baseline, settled};
use crate::legacy_rows;
use crate::picture::Inspect;

/// The three uniques that the platform's models declare as unique indexes.
const UNIQUE_INDEXES: [(&str, &str); 3] = [
    ("tenants", "name"),
    ("permissions", "name"),
    ("drone_credentials", "drone_id"),
];

/// A database as the platform's models make it at once: no version table, no ON DELETE, no defaults, unique indexes for
/// unique constraints. On Postgres with the types of its migrations.
async fn made_at_once(place: &Place) {
    match place.engine {
        Engine::Sqlite => {
            let other = Place::fresh(Engine::Sqlite).await;
            legacy_rows::make(&other).await;
            let mut text = ringfence_migrations::STEPS[0].sqlite.up.to_owned();
            for clause in [
                " ON DELETE CASCADE",
                " ON DELETE SET NULL",
                " ON DELETE RESTRICT",
            ] {
                text = text.replace(clause, "");
            }
            let defaults = ["(1)", "'0'", "'1'", "'5'", "''", "'DRAFT'", "'OPEN'"];
            for default in defaults {
                text = text.replace(&format!(" DEFAULT {default}"), "");
            }
            for column in ["name", "drone_id"] {
                text = text.replace(&format!(",\n    UNIQUE ({column})"), "");
            }
            for (table, column) in UNIQUE_INDEXES {
                let index = format!("INDEX ix_{table}_{column} ");
                text = text.replace(
                    &format!("CREATE {index}"),
                    &format!("CREATE UNIQUE {index}"),
                );
            }
            assert!(
                !text.contains("DEFAULT") && !text.contains("UNIQUE (name)"),
                "{text}"
            );
            place.raw(&text).await.unwrap();
            let mut copied = format!("ATTACH '{}' AS other;", other.file().display());
            for table in schema::catalogue().iter().filter(|it| it.since == 1) {
                let name = table.name;
                copied += &format!("INSERT INTO main.{name} SELECT * FROM other.{name};");
            }
            place.raw(&copied).await.unwrap();
            other.remove().await;
        }
        Engine::Postgres => {
            legacy_rows::make(place).await;
            let mut changes = "DROP TABLE alembic_version;
                DO $$ DECLARE it record; BEGIN
                    FOR it IN SELECT conrelid::regclass AS at, conname,
                        regexp_replace(pg_get_constraintdef(oid), ' ON DELETE .*', '') AS def
                        FROM pg_constraint WHERE contype = 'f' LOOP
                        EXECUTE format('ALTER TABLE %s DROP CONSTRAINT %I, ADD CONSTRAINT %I %s', it.at, it.conname,
                            it.conname, it.def);
                    END LOOP;
                    FOR it IN SELECT adrelid::regclass AS at, attname FROM pg_attrdef JOIN pg_attribute
                        ON attrelid = adrelid AND attnum = adnum LOOP
                        EXECUTE format('ALTER TABLE %s ALTER COLUMN %I DROP DEFAULT', it.at, it.attname);
                    END LOOP;
                END $$;"
                .to_owned();
            for (table, column) in UNIQUE_INDEXES {
                changes += &format!(
                    "ALTER TABLE {table} DROP CONSTRAINT {table}_{column}_key; DROP INDEX ix_{table}_{column};
                     CREATE UNIQUE INDEX ix_{table}_{column} ON {table} ({column});"
                );
            }
            place.raw(&changes).await.unwrap();
        }
    }
}

/// Indexes, constraints, triggers, functions and policies, without the words in which a table declares its columns, and
/// without indexes that a table's declaration brings.
fn objects(schema: &BTreeSet<String>) -> BTreeSet<String> {
    let lines = schema.iter();
    lines
        .filter(|line| !line.starts_with("((\"table\"") && !line.contains("sqlite_autoindex"))
        .map(|line| match line.starts_with("column ") {
            true => line
                .split(" default ")
                .next()
                .unwrap_or_default()
                .to_owned(),
            false => line.clone(),
        })
        .collect()
}

each_engine!(
    #[tokio::test]
    async fn a_database_that_the_platforms_models_made_is_adopted_like_another(place: &Place) {
        let [_, adopted] = from_the_baseline(place.engine).await;
        made_at_once(place).await;
        let before = place.legacy_rows().await;
        assert!(before.values().all(|rows| !rows.is_empty()), "{before:?}");
        let older = schema_error(place.open(MigrateMode::Check).await);
        assert_eq!(older.0, "older_schema");
        let looked = place.open(MigrateMode::Never).await.unwrap();
        let scan = looked.integrity_scan(None, None).await.unwrap();
        assert!(scan.checks > 10 && scan.is_clean(), "{scan:?}");

        let rf = place.open(MigrateMode::Auto).await.unwrap();
        assert!(rf.integrity_scan(None, None).await.unwrap().is_clean());
        crate::boundary_report::is_whole(&rf).await;
        assert_eq!(place.legacy_rows().await, before);
        let mut live = objects(&settled(place).await);
        if place.engine == Engine::Sqlite {
            // Where its table declares none, and is not made anew.
            let kept = |name: &str| schema::table(name).unwrap().rekeyed().is_none();
            for (table, column) in UNIQUE_INDEXES.into_iter().filter(|(name, _)| kept(name)) {
                let name = format!("{table}_{column}_key");
                let of_the_name = format!("((\"index\", \"{name}\")");
                assert!(
                    live.iter().any(|line| line.starts_with(&of_the_name)),
                    "{live:?}"
                );
                live.retain(|line| !line.starts_with(&of_the_name));
            }
        }
        let wanted = objects(&adopted);
        assert!(live == wanted, "{}", difference(&live, &wanted));

        rf.rollback("suite".into(), version::BASELINE, None)
            .await
            .unwrap();
        assert_eq!(place.legacy_rows().await, before);
        rf.migrate("suite".into(), None, None).await.unwrap();
        assert_eq!(place.legacy_rows().await, before);
    }
);
