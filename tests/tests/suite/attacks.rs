//! The attacks that the catalogue itself names: on every reference that is held, every unique key, every parent and
//! every column that never changes, of every table, on both engines.
//!
//! A table that a batch hardens is attacked by being declared. What is special to a table stands beside, in
//! `guards_sqlite` and `guards_postgres`.

use std::collections::BTreeMap;

use ringfence::schema::{self, Kind, OnDelete, Owner, Parent, Table, version};
use tokio_postgres::Client;

use crate::postgres_fixture::{Database, up};
use crate::sqlite_fixture::{SETTINGS, empty, up as sqlite_up};

/// A row as literals that both engines read.
type Row = BTreeMap<&'static str, String>;

const AT: &str = "'2026-01-02 03:04:05.000000'";

/// The tables that somebody could attack: those of tenants that are guarded, parents before their children.
fn guarded() -> impl Iterator<Item = &'static Table> {
    let all = schema::catalogue().iter();
    all.filter(|table| {
        table.guarded_at(version::LATEST) && !table.log && table.owner != Owner::Global
    })
    // A tenant's epoch comes with the tenant.
    .filter(|table| table.name != "policy_epochs")
}

fn id(table: &str, tenant: &str, number: u32) -> String {
    match table {
        "tenants" => format!("'{tenant}'"),
        "permissions" => format!("'p_{number}'"),
        _ => format!("'{table}_{tenant}_{number}'"),
    }
}

/// The references of a table that are held, but for that to its tenant.
fn references(table: &'static Table) -> impl Iterator<Item = &'static Parent> {
    let held = table.parents.iter();
    held.filter(|parent| parent.enforced_at(version::LATEST) && parent.table != "tenants")
}

/// A row of this number: its parents are those of the same number, its tenant's.
fn row(table: &'static Table, tenant: &str, number: u32) -> Row {
    let mut row = Row::new();
    for column in &table.columns {
        let reference = references(table).find(|parent| parent.column == column.name);
        let mut keys = table.uniques.iter();
        let of_a_key = keys.any(|unique| unique.columns.contains(&column.name));
        let left_out = column.null && !of_a_key;
        let left_out = left_out || column.default.is_some() || column.filled.is_some();
        let value = match (reference, column.kind) {
            (Some(parent), _) => id(parent.table, tenant, number),
            _ if Some(column.name) == table.tenant_column() => format!("'{tenant}'"),
            _ if left_out => continue,
            (None, Kind::Text) => match column.known {
                Some(known) => format!("'{}'", known[0]),
                None => id(table.name, tenant, number),
            },
            (None, Kind::Int) => "1".to_owned(),
            (None, Kind::Bool) => "TRUE".to_owned(),
            (None, Kind::Time) => AT.to_owned(),
            (None, Kind::Json) => "'{}'".to_owned(),
            (None, Kind::Float) => "0.5".to_owned(),
            (None, Kind::Blob) => "''".to_owned(),
        };
        row.insert(column.name, value);
    }
    row
}

fn insert(verb: &str, table: &Table, row: &Row) -> String {
    let (columns, values): (Vec<&str>, Vec<&str>) = row
        .iter()
        .map(|(name, value)| (*name, value.as_str()))
        .unzip();
    let (columns, values) = (columns.join(", "), values.join(", "));
    format!("{verb} INTO {} ({columns}) VALUES ({values})", table.name)
}

/// Where a row is.
fn at(table: &Table, row: &Row) -> String {
    let key = table
        .key
        .iter()
        .map(|name| format!("{name} = {}", row[name]));
    key.collect::<Vec<_>>().join(" AND ")
}

/// Two rows in each table of each of two tenants, and of what others refer to a third that nobody refers to.
fn seed() -> Vec<String> {
    let mut all: Vec<String> = (1..=3)
        .map(|number| {
            format!("INSERT INTO permissions (id, name, created_at) VALUES ('p_{number}', 'n_{number}', {AT})")
        })
        .collect();
    for table in guarded() {
        for tenant in ["a", "b"] {
            let alone = table.name == "tenants";
            let last = match schema::children(table.name).next() {
                _ if alone => 1,
                Some(_) => 3,
                None => 2,
            };
            let rows = (1..=last).map(|number| row(table, tenant, number));
            // A link whose tenant is left to its trigger says it too.
            all.extend(rows.map(|row| insert("INSERT", table, &row)));
        }
    }
    all
}

/// A statement, and the names of which one must refuse it.
struct Attack {
    sql: String,
    refused_by: Vec<String>,
}

/// How each engine says what was broken.
struct Words {
    insert: &'static [&'static str],
    update: &'static [&'static str],
    reference: fn(&str) -> String,
    unique: fn(&str) -> String,
    restrict: fn(&str) -> String,
}

const SQLITE: Words = Words {
    insert: &[
        "INSERT",
        "INSERT OR IGNORE",
        "INSERT OR REPLACE",
        "INSERT OR FAIL",
    ],
    update: &["UPDATE", "UPDATE OR IGNORE", "UPDATE OR REPLACE"],
    reference: |name| format!("ringfence.reference:{name}"),
    unique: |name| format!("ringfence.unique:{name}"),
    restrict: |name| format!("ringfence.restrict:{name}"),
};

const POSTGRES: Words = Words {
    insert: &["INSERT"],
    update: &["UPDATE"],
    reference: str::to_owned,
    unique: str::to_owned,
    restrict: str::to_owned,
};

/// Whether a column of a row may never change.
fn is_fixed(table: &Table, column: &str) -> bool {
    let link = table.filler().is_some();
    Some(column) == table.tenant_column() || (!link && table.key.contains(&column))
}

fn attacks(words: &Words) -> Vec<Attack> {
    let mut all = Vec::new();
    let mut attack = |sql: String, refused_by: Vec<String>| all.push(Attack { sql, refused_by });
    for table in guarded() {
        let key = format!("ringfence.key:{}", table.name);
        let (one, two) = (row(table, "a", 1), row(table, "a", 2));
        let fresh = |number: u32| {
            let mut fresh = row(table, "a", number);
            for (_, value) in fresh.iter_mut().filter(|(name, _)| table.key == [**name]) {
                "'fresh'".clone_into(value);
            }
            fresh
        };
        for parent in references(table) {
            let named = (words.reference)(parent.constraint);
            let mut elsewhere = vec!["'nothing'".to_owned()];
            if schema::table(parent.table).unwrap().owner != Owner::Global {
                elsewhere.push(id(parent.table, "b", 3));
            }
            for other in elsewhere {
                let mut wrong = fresh(3);
                wrong.insert(parent.column, other.clone());
                for verb in words.insert {
                    attack(insert(verb, table, &wrong), vec![named.clone()]);
                }
                for verb in words.update {
                    let sql = format!(
                        "{verb} {} SET {} = {other} WHERE {}",
                        table.name,
                        parent.column,
                        at(table, &one)
                    );
                    attack(sql, vec![named.clone(), key.clone()]);
                }
            }
        }
        for unique in table
            .uniques
            .iter()
            .filter(|it| it.since <= version::LATEST)
        {
            let named = (words.unique)(unique.name);
            // Of what is taken as a whole, the primary key may be what speaks.
            let primary = (words.unique)(table.uniques[0].name);
            if table.name != "tenants" || unique.columns == ["id"] {
                let mut taken = fresh(3);
                for name in &unique.columns {
                    taken.insert(name, one[name].clone());
                }
                // What other keys hold is free.
                let others = table.uniques.iter().flat_map(|other| &other.columns);
                for name in others.filter(|name| ["username", "name_key"].contains(name)) {
                    if !unique.columns.contains(name) {
                        taken.insert(name, "'free'".to_owned());
                    }
                }
                for verb in words.insert {
                    attack(
                        insert(verb, table, &taken),
                        vec![named.clone(), primary.clone()],
                    );
                }
            }
            let free = unique.columns.iter().filter(|name| !is_fixed(table, name));
            let set: Vec<String> = free.map(|name| format!("{name} = {}", one[name])).collect();
            if !set.is_empty() && table.name != "tenants" {
                for verb in words.update {
                    let sql = format!(
                        "{verb} {} SET {} WHERE {}",
                        table.name,
                        set.join(", "),
                        at(table, &two)
                    );
                    attack(sql, vec![named.clone(), primary.clone()]);
                }
            }
        }
        for column in table
            .columns
            .iter()
            .filter(|column| is_fixed(table, column.name))
        {
            for verb in words.update {
                let sql = format!(
                    "{verb} {} SET {} = 'b' WHERE {}",
                    table.name,
                    column.name,
                    at(table, &one)
                );
                attack(sql, vec![key.clone()]);
            }
        }
        let keeps = schema::children(table.name).filter(|(_, parent)| {
            parent.keeps_parent_at(version::LATEST) && parent.enforced_at(version::LATEST)
        });
        let keeps: Vec<String> = keeps
            .map(|(_, parent)| (words.restrict)(parent.constraint))
            .collect();
        if !keeps.is_empty() {
            attack(
                format!("DELETE FROM {} WHERE {}", table.name, at(table, &one)),
                keeps,
            );
        }
    }
    all
}

/// What goes with a parent: the parent's row, and how many rows of each child refer to it.
fn cascades() -> Vec<(String, String)> {
    let mut all = Vec::new();
    for table in guarded() {
        for (child, parent) in schema::children(table.name) {
            let goes = parent.on_delete == OnDelete::Cascade && parent.enforced_at(version::LATEST);
            if goes {
                let gone = row(table, "a", 1);
                all.push((
                    format!("DELETE FROM {} WHERE {}", table.name, at(table, &gone)),
                    format!(
                        "SELECT count(*) FROM {} WHERE tenant_id = 'a' AND {} = {}",
                        child.name,
                        parent.column,
                        id(table.name, "a", 1)
                    ),
                ));
            }
        }
    }
    all
}

#[test]
fn sqlite_refuses_every_attack_that_the_catalogue_names() {
    for settings in SETTINGS {
        let db = empty(settings);
        sqlite_up(&db, 1, version::LATEST);
        for sql in seed() {
            db.execute_batch(&sql)
                .unwrap_or_else(|error| panic!("{error}: {sql}"));
        }
        let attacks = attacks(&SQLITE);
        assert!(attacks.len() > 300, "only {}", attacks.len());
        for Attack { sql, refused_by } in attacks {
            let outcome = db.execute_batch(&sql);
            let said = outcome.expect_err(&sql).to_string();
            assert!(
                refused_by.iter().any(|it| said.starts_with(it.as_str())),
                "{said}: {sql}"
            );
        }
        for (delete, left) in cascades() {
            db.execute_batch("SAVEPOINT one").unwrap();
            let count = || db.query_row(&left, [], |row| row.get::<_, i64>(0)).unwrap();
            assert_ne!(count(), 0, "{left}");
            db.execute_batch(&delete).unwrap();
            assert_eq!(count(), 0, "{delete}: {left}");
            db.execute_batch("ROLLBACK TO one; RELEASE one").unwrap();
        }
    }
}

/// What refused a statement: the constraint that is named, or the text of a guard.
async fn refusal(client: &Client, sql: &str) -> String {
    let error = client.batch_execute(sql).await.expect_err(sql);
    let error = error.as_db_error().unwrap();
    error.constraint().unwrap_or(error.message()).to_owned()
}

#[tokio::test]
async fn postgres_refuses_every_attack_that_the_catalogue_names() {
    let database = Database::create().await;
    let client = database.connect().await;
    up(&client, 1, version::LATEST).await;
    for sql in seed() {
        client
            .batch_execute(&sql)
            .await
            .unwrap_or_else(|error| panic!("{error:?}: {sql}"));
    }
    for Attack { sql, refused_by } in attacks(&POSTGRES) {
        let said = refusal(&client, &sql).await;
        assert!(refused_by.contains(&said), "{said}: {sql}");
    }
    for (delete, left) in cascades() {
        client.batch_execute("BEGIN").await.unwrap();
        let count = async || client.query_one(&left, &[]).await.unwrap().get::<_, i64>(0);
        assert_ne!(count().await, 0, "{left}");
        client.batch_execute(&delete).await.unwrap();
        assert_eq!(count().await, 0, "{delete}: {left}");
        client.batch_execute("ROLLBACK").await.unwrap();
    }
}
