//! The attacks that the catalogue itself names: on every reference that is held, every unique key, every parent, every
//! rowid and every column that never changes, of every table, on both engines, by the owner of the tables and by the
//! runtime role; and what must go on working beside them.
//!
//! A table that a batch hardens is attacked by being declared. What is special to a table stands beside, in
//! `guards_sqlite` and `guards_postgres`, which also drop each guard in turn and expect that something here notices.

mod forms;
mod tries;
mod world;

use ringfence::schema::{self, OnDelete, Owner, version};
use ringfence_tests::fixture::Engine;
use rusqlite::{Connection, OptionalExtension};
use tokio_postgres::Client;

use self::tries::{Refused, kept_by};
use self::world::Lone;
use crate::guards_postgres as postgres;
use crate::guards_sqlite as sqlite;
use crate::postgres_fixture::{Database, up};
use crate::sqlite_fixture::{SETTINGS, Settings, empty, up as sqlite_up};

pub(crate) use self::world::{is_overtaken, lone, seed};

/// The attacks on SQLite, where nobody is but the owner of the file.
pub(crate) fn on_sqlite() -> Vec<sqlite::Attack> {
    let tries = tries::all(Engine::Sqlite).into_iter();
    let attack = |it: tries::Try| {
        let (kind, name) = match it.refused {
            Refused::Reference(name) => ("reference", name),
            Refused::Unique(name) => ("unique", name),
            Refused::Restrict(name) => ("restrict", name),
            Refused::Key(name) => ("key", name),
            Refused::Global(name) => ("global", name),
            Refused::Null(_) | Refused::Policy | Refused::Privilege | Refused::Nothing => {
                unreachable!("{}", it.sql)
            }
        };
        sqlite::Attack::new(it.sql, format!("ringfence.{kind}:{name}"))
    };
    tries.map(attack).collect()
}

/// What must go on working on SQLite.
pub(crate) fn allowed_on_sqlite() -> Vec<sqlite::Allowed> {
    let forms = forms::all(Engine::Sqlite).into_iter();
    let allowed = |it: forms::Form| sqlite::Allowed::new(it.sql).then(&it.question, &it.answer);
    forms.map(allowed).collect()
}

/// A database of the newest version with the rows that the attacks are made for.
pub(crate) fn world_on_sqlite(settings: Settings) -> Connection {
    let db = empty(settings);
    sqlite_up(&db, 1, version::LATEST);
    for sql in seed() {
        db.execute_batch(&sql)
            .unwrap_or_else(|error| panic!("{error}: {sql}"));
    }
    db
}

/// The attacks on Postgres, by either.
pub(crate) fn on_postgres() -> Vec<postgres::Attack> {
    let tries = tries::all(Engine::Postgres).into_iter();
    let guard = |kind: &str, name: &str| {
        postgres::Refused::Guard(format!("ringfence.{kind}:{name}").leak())
    };
    let attack = |it: tries::Try| postgres::Attack {
        by: it.by,
        sql: it.sql,
        refused: match it.refused {
            Refused::Reference(name) if no_foreign_key_holds(name) => guard("reference", name),
            Refused::Restrict(name) if no_foreign_key_holds(name) => guard("restrict", name),
            Refused::Reference(name) | Refused::Restrict(name) => {
                postgres::Refused::Reference(name)
            }
            Refused::Unique(name) => postgres::Refused::Unique(name),
            Refused::Key(name) => guard("key", name),
            Refused::Global(name) => guard("global", name),
            Refused::Null(column) => postgres::Refused::Null(column),
            Refused::Policy => postgres::Refused::Policy,
            Refused::Privilege => postgres::Refused::Privilege,
            Refused::Nothing => postgres::Refused::Nothing,
        },
    };
    tries.map(attack).collect()
}

/// Whether the reference leads to one table or another, as the row says, or is held of what is written only.
fn no_foreign_key_holds(name: &str) -> bool {
    schema::edges().any(|(_, parent)| {
        let by_triggers = parent.when.is_some() || parent.naming.is_some();
        let one_of = parent.when.map(|when| when.one_of);
        by_triggers && (parent.constraint == name || one_of == Some(name))
    })
}

/// What must go on working on Postgres.
pub(crate) fn allowed_on_postgres() -> Vec<postgres::Allowed> {
    let forms = forms::all(Engine::Postgres).into_iter();
    let allowed = |it: forms::Form| postgres::works_by(it.by, &it.sql, &it.question, &it.answer);
    forms.map(allowed).collect()
}

/// A database of the newest version with the rows that the attacks are made for, and the runtime role let at it.
pub(crate) async fn world_on_postgres() -> (Database, Client) {
    let database = Database::create().await;
    let client = database.connect().await;
    up(&client, 1, version::LATEST).await;
    database.grant(&client, version::LATEST).await;
    for sql in seed() {
        client
            .batch_execute(&sql)
            .await
            .unwrap_or_else(|error| panic!("{error:?}: {sql}"));
    }
    (database, client)
}

#[test]
fn sqlite_refuses_every_attack_that_the_catalogue_names() {
    let attacks = on_sqlite();
    assert!(attacks.len() > 1500, "only {}", attacks.len());
    sqlite::are_refused(world_on_sqlite, &attacks);
}

#[test]
fn sqlite_lets_through_what_stays_in_its_tenant() {
    sqlite::are_let_through(world_on_sqlite, &allowed_on_sqlite());
}

#[tokio::test]
async fn postgres_refuses_every_attack_that_the_catalogue_names() {
    let attacks = on_postgres();
    assert!(attacks.len() > 300, "only {}", attacks.len());
    postgres::are_refused(world_on_postgres().await, attacks).await;
}

#[tokio::test]
async fn postgres_lets_through_what_stays_in_its_tenant() {
    postgres::are_let_through(world_on_postgres().await, allowed_on_postgres()).await;
}

/// What becomes of a row whose parent is deleted.
#[derive(Debug, PartialEq, Eq)]
enum Fate {
    /// The parent stays too, because of one of these.
    Kept(Vec<String>),
    Gone,
    Emptied,
    /// Nothing happens to it.
    Stays,
}

/// What the catalogue says. `declared`: whether the engine holds the foreign keys that the old platform declared.
fn fate(lone: &Lone, engine: Engine, declared: bool) -> Fate {
    let edge = lone.edge;
    if lone.owner().owner == Owner::Global {
        return Fate::Kept(vec![lone.owner().name.to_owned()]);
    }
    if let Some(name) = kept_by(engine, edge) {
        let beside = lone.beside().map(|other| other.constraint);
        return Fate::Kept(
            [name]
                .into_iter()
                .chain(beside)
                .map(str::to_owned)
                .collect(),
        );
    }
    if edge.enforced_at(version::LATEST) && edge.on_delete == OnDelete::Cascade {
        return Fate::Gone;
    }
    match edge.legacy.filter(|_| declared).map(|it| it.on_delete) {
        Some(OnDelete::Cascade) => Fate::Gone,
        Some(OnDelete::SetNull) => Fate::Emptied,
        // The engine names no key.
        Some(OnDelete::Restrict) => Fate::Kept(vec!["FOREIGN KEY".to_owned()]),
        None => Fate::Stays,
    }
}

/// What was seen: the refusal, or what the child refers to afterwards.
fn seen(lone: &Lone, refusal: Option<String>, refers_to: Option<String>) -> Fate {
    match (refusal, refers_to.as_deref()) {
        (Some(refusal), Some(there)) if there == lone.referring() => Fate::Kept(vec![refusal]),
        (None, None) => Fate::Gone,
        (None, Some("emptied")) => Fate::Emptied,
        (None, Some(there)) if there == lone.referring() => Fate::Stays,
        other => panic!("{}: {other:?}", lone.edge.constraint),
    }
}

fn is_as_declared(lone: &Lone, declared: &Fate, seen: &Fate) {
    let as_declared = match (declared, seen) {
        (Fate::Kept(names), Fate::Kept(said)) => {
            names.iter().any(|name| said[0].contains(name.as_str()))
        }
        (declared, seen) => declared == seen,
    };
    let name = lone.edge.constraint;
    assert!(as_declared, "{name}: {seen:?}, not {declared:?}");
}

#[test]
fn on_sqlite_each_parent_goes_or_stays_as_the_catalogue_says() {
    for settings in SETTINGS {
        let db = world_on_sqlite(settings);
        for lone in lone() {
            db.execute_batch("SAVEPOINT one").unwrap();
            let refusal = db.execute_batch(&lone.delete_parent()).err();
            let refers_to = db
                .query_row(&lone.reference(), [], |row| row.get(0))
                .optional()
                .unwrap()
                .flatten();
            let seen = seen(&lone, refusal.map(|it| it.to_string()), refers_to);
            let declared = fate(&lone, Engine::Sqlite, settings.foreign_keys);
            is_as_declared(&lone, &declared, &seen);
            db.execute_batch("ROLLBACK TO one; RELEASE one").unwrap();
        }
    }
}

#[tokio::test]
async fn on_postgres_each_parent_goes_or_stays_as_the_catalogue_says() {
    let (_database, client) = world_on_postgres().await;
    client.batch_execute("BEGIN").await.unwrap();
    for lone in lone() {
        client
            .batch_execute("SAVEPOINT one; SAVEPOINT two")
            .await
            .unwrap();
        let refusal = match client.batch_execute(&lone.delete_parent()).await {
            Ok(()) => None,
            Err(error) => {
                client.batch_execute("ROLLBACK TO two").await.unwrap();
                let error = error.as_db_error().unwrap();
                Some(error.constraint().unwrap_or(error.message()).to_owned())
            }
        };
        let refers_to = client
            .query_one(&lone.reference(), &[])
            .await
            .unwrap()
            .get(0);
        let seen = seen(&lone, refusal, refers_to);
        is_as_declared(&lone, &fate(&lone, Engine::Postgres, true), &seen);
        client.batch_execute("ROLLBACK TO one").await.unwrap();
    }
}
