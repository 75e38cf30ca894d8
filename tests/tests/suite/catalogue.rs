//! The live schema of both engines, held against the catalogue at every version.
//!
//! Both sides are written as lines of one form, the catalogue's by [`declared`], the engines' by [`sqlite`] and
//! [`postgres`]; a difference is then a line that one of them lacks.

mod declared;
mod postgres;
mod sqlite;

use std::collections::BTreeSet;

use ringfence::schema::version;
use ringfence::testing::Engine;
use ringfence_migrations::STEPS;

use crate::postgres_fixture::{Database, up};
use crate::sqlite_fixture::run;

type Lines = BTreeSet<String>;

fn compare(engine: Engine, version: u32, live: &Lines) {
    let declared = declared::lines(engine, version);
    let missing: Vec<_> = declared.difference(live).collect();
    let undeclared: Vec<_> = live.difference(&declared).collect();
    assert!(
        missing.is_empty() && undeclared.is_empty(),
        "{engine:?} V{version}\ndeclared, not there: {missing:#?}\nthere, not declared: {undeclared:#?}"
    );
}

#[test]
fn sqlite_is_what_the_catalogue_says_at_every_version() {
    let db = rusqlite::Connection::open_in_memory().unwrap();
    for step in STEPS {
        run(&db, step.sqlite.up).unwrap();
        compare(Engine::Sqlite, step.version, &sqlite::lines(&db));
    }
}

#[tokio::test]
async fn postgres_is_what_the_catalogue_says_at_every_version() {
    let database = Database::create().await;
    let client = database.connect().await;
    for version in 1..=version::LATEST {
        up(&client, version, version).await;
        compare(Engine::Postgres, version, &postgres::lines(&client).await);
    }
}

#[test]
fn the_catalogue_ends_where_the_steps_end() {
    let steps: Vec<u32> = STEPS.iter().map(|step| step.version).collect();
    assert_eq!(steps, (1..=version::LATEST).collect::<Vec<_>>());
}
