//! What the catalogue writes: the steps' files hold it, and both engines hold it, text for text.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use ringfence::schema::ddl::{self, Difference, Object};
use ringfence::schema::{self, Special, version};
use ringfence_migrations::{STEPS, Texts};
use tokio_postgres::Client;

use crate::postgres_fixture::{Database, up};
use crate::sqlite_fixture::{SETTINGS, empty, run, schema};

const BEGIN: &str = "-- From the catalogue\n";
const END: &str = "-- End of what is from the catalogue\n";

/// A step's text with what the catalogue writes between the marks. What has nothing to write there has no marks.
fn with(text: &str, written: &str) -> Option<String> {
    if written.is_empty() && !text.contains(BEGIN) {
        return Some(text.to_owned());
    }
    let (head, rest) = text.split_once(BEGIN)?;
    let (_, tail) = rest.split_once(END)?;
    Some(format!("{head}{BEGIN}{written}{END}{tail}"))
}

fn bless(path: &Path, text: &str, written: &str) -> Option<String> {
    let wanted = with(text, written);
    let name = path.display();
    match wanted {
        None => Some(format!("{name} lacks the marks:\n{BEGIN}{END}")),
        Some(wanted) if wanted == text => None,
        Some(wanted) if std::env::var_os("RINGFENCE_BLESS").is_some() => {
            std::fs::write(path, wanted).unwrap();
            None
        }
        Some(_) => Some(format!(
            "{name} is not what the catalogue says; run with RINGFENCE_BLESS=1"
        )),
    }
}

#[test]
fn every_step_holds_what_the_catalogue_writes() {
    let migrations = Path::new(env!("CARGO_MANIFEST_DIR")).join("../migrations");
    let mut stale = Vec::new();
    // The baseline is the old platform's own.
    for step in STEPS.iter().filter(|it| it.version > version::BASELINE) {
        let file = format!("V{}__{}.sql", step.version, step.name);
        let engines: [(&str, Texts, Difference); 2] = [
            ("sqlite", step.sqlite, ddl::sqlite_step(step.version)),
            ("postgres", step.postgres, ddl::postgres_step(step.version)),
        ];
        for (engine, texts, difference) in engines {
            let folder = migrations.join(engine);
            stale.extend(bless(&folder.join(&file), texts.up, &difference.up));
            let back = folder.join("rollback").join(&file);
            stale.extend(bless(&back, texts.down, &difference.down));
        }
    }
    assert!(stale.is_empty(), "{}", stale.join("\n"));
}

/// The names of the triggers that are written by hand, as far as they are there.
fn special(
    version: u32,
    name: impl Fn(&str, Special) -> Option<(String, u32)>,
) -> BTreeSet<String> {
    let all = schema::catalogue().iter().flat_map(|table| {
        let special = table.special.iter();
        special.filter_map(|special| name(table.name, *special))
    });
    all.filter(|(_, since)| *since <= version)
        .map(|(name, _)| name)
        .collect()
}

#[test]
fn sqlite_holds_what_the_catalogue_writes_and_what_is_special_and_no_other_trigger() {
    let db = empty(SETTINGS[0]);
    for step in STEPS {
        run(&db, step.sqlite.up).unwrap();
        let live = schema(&db);
        let mut triggers = special(step.version, |table, special| match special {
            Special::Sqlite(name, since) => Some((format!("rf_{table}_{name}"), since)),
            Special::Postgres(..) | Special::Partial(..) => None,
        });
        for object in ddl::sqlite(step.version) {
            let (kind, name) = object.name.split_once(' ').unwrap();
            if kind == "trigger" {
                triggers.insert(name.to_owned());
            }
            // A column stands in its table's text, and the old platform's indexes stand as it wrote them.
            let key = (kind.to_owned(), name.to_owned());
            if kind != "column" {
                assert_eq!(
                    live[&key].as_ref(),
                    Some(&object.create),
                    "V{}",
                    step.version
                );
            }
        }
        let there = live.into_keys().filter(|(kind, _)| kind == "trigger");
        let there: BTreeSet<String> = there.map(|(_, name)| name).collect();
        assert_eq!(there, triggers, "V{}", step.version);
    }
}

/// How Postgres tells what it holds: constraints, indexes, triggers, policies and the columns that are not null.
const TOLD: &str = "\
    SELECT 'constraint ' || conrelid::regclass || '.' || conname, pg_get_constraintdef(oid) FROM pg_constraint \
    WHERE connamespace = current_schema()::regnamespace AND contype IN ('f', 'p', 'u') \
    UNION ALL SELECT 'index ' || indexname, indexdef FROM pg_indexes WHERE schemaname = current_schema() \
    UNION ALL SELECT 'trigger ' || tgname || ' on ' || tgrelid::regclass, pg_get_triggerdef(oid) || tgenabled::text FROM pg_trigger \
    WHERE NOT tgisinternal \
    UNION ALL SELECT 'policy ' || policyname || ' on ' || tablename, qual || ' ' || with_check FROM pg_policies \
    UNION ALL SELECT 'function ' || proname, prosrc || coalesce(proconfig::text, '') FROM pg_proc \
    WHERE pronamespace = current_schema()::regnamespace";

async fn told(client: &Client) -> BTreeMap<String, String> {
    let rows = client.query(TOLD, &[]).await.unwrap();
    rows.iter().map(|row| (row.get(0), row.get(1))).collect()
}

/// What is taken away and made again from the catalogue's own text: Postgres tells a text in words of its own.
async fn made_again(client: &Client, objects: &[Object]) -> BTreeMap<String, String> {
    let named = |object: &&Object| {
        let kind = object.name.split(' ').next().unwrap();
        !["table", "column", "not"].contains(&kind)
    };
    let again: Vec<&Object> = objects.iter().filter(named).collect();
    for object in again.iter().rev() {
        client.batch_execute(&object.drop).await.unwrap();
    }
    for object in again {
        client.batch_execute(&object.create).await.unwrap();
    }
    told(client).await
}

#[tokio::test]
async fn postgres_holds_what_the_catalogue_writes_and_what_is_special_and_no_other_trigger() {
    let database = Database::create().await;
    let client = database.connect().await;
    for version in 1..=version::LATEST {
        up(&client, version, version).await;
        let live = told(&client).await;
        let objects = ddl::postgres(version);
        client.batch_execute("BEGIN").await.unwrap();
        let again = made_again(&client, &objects).await;
        client.batch_execute("ROLLBACK").await.unwrap();
        for object in &objects {
            assert_eq!(
                live.get(&object.name),
                again.get(&object.name),
                "V{version} {object:?}"
            );
        }
        let mut triggers = special(version, |table, special| match special {
            Special::Postgres(name, since) => {
                Some((format!("trigger ringfence_{name} on {table}"), since))
            }
            Special::Sqlite(..) | Special::Partial(..) => None,
        });
        let names = objects.into_iter().map(|object| object.name);
        triggers.extend(names.filter(|name| name.starts_with("trigger ")));
        let there = live.into_keys().filter(|name| name.starts_with("trigger "));
        assert_eq!(there.collect::<BTreeSet<_>>(), triggers, "V{version}");
    }
}
