//! The catalogue as statements: the tables, columns, keys, references, guards and policies that it declares, written
//! for each engine.
//!
//! A migration step is the difference between what the catalogue says at two versions ([`sqlite_step`],
//! [`postgres_step`]). It is written into the step's file between two marks, under `RINGFENCE_BLESS`, and frozen
//! with it; a test holds every live schema against [`sqlite`] and [`postgres`], text for text. What is special about a
//! table is written by hand around the marks and named in [`Table::special`](super::Table::special).
//!
//! The old platform's own tables are there at the baseline: nothing is written for them but what changes later.

mod postgres;
mod sqlite;

use super::types::{Column, Kind, Owner, Parent, Table, Unique};
use super::version;

/// Something of a schema that has a name: how it is made and how it goes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Object {
    /// What it is, such as `trigger rf_drones_insert`; no two objects of a schema share it.
    pub name: String,
    /// The statement that makes it.
    pub create: String,
    /// The statement that takes it away.
    pub drop: String,
}

/// A difference between two versions, both ways.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Difference {
    /// From the older to the newer.
    pub up: String,
    /// Back.
    pub down: String,
}

/// What SQLite holds at this version, in the order in which it is made.
#[must_use]
pub fn sqlite(version: u32) -> Vec<Object> {
    sqlite::objects(version)
}

/// What Postgres holds at this version, in the order in which it is made.
#[must_use]
pub fn postgres(version: u32) -> Vec<Object> {
    postgres::objects(version)
}

/// What the step to this version changes on SQLite.
#[must_use]
pub fn sqlite_step(version: u32) -> Difference {
    difference(&sqlite(version.saturating_sub(1)), &sqlite(version))
}

/// What the step to this version changes on Postgres.
#[must_use]
pub fn postgres_step(version: u32) -> Difference {
    difference(&postgres(version.saturating_sub(1)), &postgres(version))
}

fn difference(older: &[Object], newer: &[Object]) -> Difference {
    Difference {
        up: way(older, newer),
        down: way(newer, older),
    }
}

/// What is no more goes first, the last made first; what is changed goes and comes again.
fn way(from: &[Object], to: &[Object]) -> String {
    let gone = from.iter().rev().filter(|object| !to.contains(object));
    let come = to.iter().filter(|object| !from.contains(object));
    let statements = gone
        .map(|object| &object.drop)
        .chain(come.map(|object| &object.create));
    statements.map(|text| format!("{text};\n")).collect()
}

/// Tables that are there at this version.
fn tables(version: u32) -> impl Iterator<Item = &'static Table> {
    let all = super::catalogue().iter();
    all.filter(move |table| table.since <= version)
}

/// A table of Ringfence's own, which a step makes; the others are the old platform's.
fn is_own(table: &Table) -> bool {
    table.since > version::BASELINE
}

/// What the engines write differently of the same tables.
trait Dialect {
    /// The type of a column.
    fn kind(column: &Column) -> String;
    /// A default, declared as SQLite writes it.
    fn default(column: &Column, value: &str) -> String;
    /// What follows the definition of a table.
    fn after_columns(table: &Table) -> Vec<String>;
    /// What follows the closing parenthesis.
    fn after_table(table: &Table) -> &'static str;
    /// A unique key that is added to a table.
    fn unique(table: &Table, unique: &Unique) -> Object;
}

/// Tables, columns, unique keys and indexes.
fn structure<D: Dialect>(version: u32) -> Vec<Object> {
    let own = tables(version).filter(|table| is_own(table));
    let mut objects: Vec<Object> = own.map(create_table::<D>).collect();
    for table in tables(version) {
        let added = table.columns.iter();
        let added = added.filter(|it| it.since > table.since && it.since <= version);
        objects.extend(added.map(|column| Object {
            name: format!("column {}.{}", table.name, column.name),
            create: format!(
                "ALTER TABLE {} ADD COLUMN {}",
                table.name,
                line::<D>(column)
            ),
            drop: format!("ALTER TABLE {} DROP COLUMN {}", table.name, column.name),
        }));
    }
    for table in tables(version) {
        let added = table.uniques.iter();
        let added = added.filter(|it| it.since > table.since && it.since <= version);
        objects.extend(added.map(|unique| D::unique(table, unique)));
    }
    objects
}

fn create_table<D: Dialect>(table: &Table) -> Object {
    let columns = table.columns.iter().filter(|it| it.since == table.since);
    let mut lines: Vec<String> = columns.map(line::<D>).collect();
    for unique in table.uniques.iter().filter(|it| it.since == table.since) {
        let kind = match unique.columns == table.key {
            true => "PRIMARY KEY",
            false => "UNIQUE",
        };
        let columns = unique.columns.join(", ");
        lines.push(format!("CONSTRAINT {} {kind} ({columns})", unique.name));
    }
    lines.extend(D::after_columns(table));
    let name = table.name;
    let lines = lines.join(",\n    ");
    let after = D::after_table(table);
    Object {
        name: format!("table {name}"),
        create: format!("CREATE TABLE {name} (\n    {lines}\n){after}"),
        drop: format!("DROP TABLE {name}"),
    }
}

/// A column as a table declares it. One that a trigger fills is nullable until it is.
fn line<D: Dialect>(column: &Column) -> String {
    let null = match column.null || column.filled.is_some() {
        true => "",
        false => " NOT NULL",
    };
    let default = column.default.map_or(String::new(), |value| {
        format!(" DEFAULT {}", D::default(column, value))
    });
    format!("{} {}{null}{default}", column.name, D::kind(column))
}

/// An index of the catalogue.
fn index(table: &Table, name: &str, columns: &str) -> Object {
    Object {
        name: format!("index {name}"),
        create: format!("CREATE INDEX {name} ON {} ({columns})", table.name),
        drop: format!("DROP INDEX {name}"),
    }
}

/// `NEW.a <op> OLD.a OR NEW.b <op> OLD.b`.
fn differs(columns: &[&str], operator: &str) -> String {
    let each = columns
        .iter()
        .map(|name| format!("NEW.{name} {operator} OLD.{name}"));
    each.collect::<Vec<_>>().join(" OR ")
}

/// The columns that no update may change. The two ends of the old platform's links may, within the tenant.
fn fixed(table: &Table) -> Vec<&'static str> {
    let tenant = table.tenant_column();
    if table.filler().is_some() {
        return tenant.into_iter().collect();
    }
    let beside = tenant.filter(|tenant| !table.key.contains(tenant));
    table.key.iter().copied().chain(beside).collect()
}

/// Whether rows of a parent are found by tenant and id together, and not by their id alone.
fn is_composite(parent: &Parent) -> bool {
    let owner = super::table(parent.table).map(|table| table.owner);
    owner
        == Some(Owner::Tenant {
            column: "tenant_id",
        })
}

/// References in the order in which they are looked at: the tenant first.
fn held(table: &Table, version: u32) -> Vec<&Parent> {
    let mut held: Vec<&Parent> = table
        .parents
        .iter()
        .filter(|parent| parent.enforced_at(version))
        .collect();
    held.sort_by_key(|parent| parent.table != "tenants");
    held
}

/// A text that only the kind decides.
fn word(kind: Kind, words: [&'static str; 7]) -> &'static str {
    let [text, int, bool, time, json, float, blob] = words;
    match kind {
        Kind::Text => text,
        Kind::Int => int,
        Kind::Bool => bool,
        Kind::Time => time,
        Kind::Json => json,
        Kind::Float => float,
        Kind::Blob => blob,
    }
}

/// The function that fills the tenant of this table's rows on Postgres.
pub(super) fn filling_function(table: &Table) -> String {
    format!("ringfence_{}_tenant", table.name)
}
