//! What both engines are told alike, and how each says it.

use crate::schema::types::{Column, Kind, Naming, OnDelete, Owner, Parent, Table, Unique};
use crate::schema::{catalogue, table, version};

/// Something of a schema that has a name: how it is made and how it goes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Object {
    /// What it is, such as `trigger rf_drones_insert`; no two objects of a schema share it.
    pub name: String,
    /// The table that it stands on; of a function none.
    pub on: Option<&'static str>,
    /// What it hangs on besides, so that it goes and comes again where that is another: the key of a reference, the
    /// function of a trigger.
    pub rests_on: Option<String>,
    /// The statement that makes it.
    pub create: String,
    /// The statement that takes it away.
    pub drop: String,
}

/// Tables that are there at this version.
pub(super) fn tables(version: u32) -> impl Iterator<Item = &'static Table> {
    let all = catalogue().iter();
    all.filter(move |table| table.since <= version)
}

/// A table of Ringfence's own, which a step makes; the others are the old platform's.
pub(super) fn is_own(table: &Table) -> bool {
    table.since > version::BASELINE
}

/// What the engines write differently of the same tables.
pub(super) trait Dialect {
    /// The type of a column.
    fn kind(column: &Column) -> String;
    /// A default, declared as SQLite writes it.
    fn default(column: &Column, value: &str) -> String;
    /// What follows the definition of a table.
    fn after_columns(table: &Table) -> Vec<String>;
    /// What follows the closing parenthesis.
    fn after_table(table: &Table) -> &'static str;
    /// A unique key that stands beside the definition of its table, if this one does.
    fn unique(table: &'static Table, unique: &Unique) -> Option<Object>;
}

/// Tables, columns, unique keys and indexes.
pub(super) fn structure<D: Dialect>(version: u32) -> Vec<Object> {
    let own = tables(version).filter(|table| is_own(table));
    let mut objects: Vec<Object> = own.map(create_table::<D>).collect();
    for table in tables(version) {
        let added = table.columns.iter();
        let added = added.filter(|it| it.since > table.since && it.since <= version);
        objects.extend(added.map(|column| Object {
            name: format!("column {}.{}", table.name, column.name),
            on: Some(table.name),
            rests_on: None,
            create: format!(
                "ALTER TABLE {} ADD COLUMN {}",
                table.name,
                line::<D>(column)
            ),
            drop: format!("ALTER TABLE {} DROP COLUMN {}", table.name, column.name),
        }));
    }
    for table in tables(version) {
        let there = table.uniques.iter().filter(|it| it.there_at(version));
        let moved = there.filter(|it| it.since > table.since || it.until.is_some());
        objects.extend(moved.filter_map(|unique| D::unique(table, unique)));
    }
    objects
}

pub(super) fn create_table<D: Dialect>(table: &'static Table) -> Object {
    let columns = table.columns.iter().filter(|it| it.since == table.since);
    let mut lines: Vec<String> = columns.map(line::<D>).collect();
    for unique in table.uniques.iter().filter(|it| it.since == table.since) {
        lines.push(format!("CONSTRAINT {} {}", unique.name, key(unique)));
    }
    lines.extend(D::after_columns(table));
    let name = table.name;
    let lines = lines.join(",\n    ");
    let after = D::after_table(table);
    Object {
        name: format!("table {name}"),
        on: Some(name),
        rests_on: None,
        create: format!("CREATE TABLE {name} (\n    {lines}\n){after}"),
        drop: format!("DROP TABLE {name}"),
    }
}

/// A unique key as a table declares it, without its name.
pub(super) fn key(unique: &Unique) -> String {
    let kind = match unique.primary {
        true => "PRIMARY KEY",
        false => "UNIQUE",
    };
    format!("{kind} ({})", unique.columns.join(", "))
}

/// A column as a table declares it. One that a trigger fills is nullable until it is.
pub(super) fn line<D: Dialect>(column: &Column) -> String {
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
pub(super) fn index(table: &'static Table, name: &str, columns: &str) -> Object {
    Object {
        name: format!("index {name}"),
        on: Some(table.name),
        rests_on: None,
        create: format!("CREATE INDEX {name} ON {} ({columns})", table.name),
        // One that somebody took away already is not missed.
        drop: format!("DROP INDEX IF EXISTS {name}"),
    }
}

/// `NEW.a <op> OLD.a OR NEW.b <op> OLD.b`.
pub(super) fn differs(columns: &[&str], operator: &str) -> String {
    let each = columns
        .iter()
        .map(|name| format!("NEW.{name} {operator} OLD.{name}"));
    each.collect::<Vec<_>>().join(" OR ")
}

/// The columns that no update may change. The two ends of the old platform's links may, within the tenant.
pub(super) fn fixed(table: &Table) -> Vec<&'static str> {
    let tenant = table.tenant_column();
    if table.filler().is_some() {
        return tenant.into_iter().collect();
    }
    let key = table.key_at(table.since);
    let beside = tenant.filter(|tenant| !key.contains(tenant));
    key.iter().copied().chain(beside).collect()
}

/// Whether rows of a parent are found by tenant and id together, and not by their id alone.
pub(super) fn is_composite(parent: &Parent) -> bool {
    let owner = table(parent.table).map(|table| table.owner);
    owner
        == Some(Owner::Tenant {
            column: "tenant_id",
        })
}

/// References in the order in which they are looked at: the tenant first.
pub(super) fn held(table: &Table, version: u32) -> Vec<&Parent> {
    let mut held: Vec<&Parent> = table
        .parents
        .iter()
        .filter(|parent| parent.enforced_at(version))
        .collect();
    held.sort_by_key(|parent| parent.table != "tenants");
    held
}

/// What rows name at this version, in the order of their columns.
pub(super) fn names(table: &Table, version: u32) -> impl Iterator<Item = (&Parent, Naming)> {
    let parents = table.parents.iter();
    parents.filter_map(move |parent| Some((parent, parent.naming_at(version)?)))
}

/// What a column refers to that leads to one table or another.
pub(super) struct Choice {
    /// The column.
    pub(super) column: &'static str,
    /// The column that says which.
    pub(super) by: &'static str,
    /// The name under which a row is refused that says none of them.
    pub(super) one_of: &'static str,
    /// Each reference, behind what says it.
    pub(super) of: Vec<(&'static str, &'static Parent)>,
}

/// What a table lets a column choose at this version.
pub(super) fn choice(table: &'static Table, version: u32) -> Option<Choice> {
    let held = table.parents.iter().filter(|it| it.enforced_at(version));
    let of: Vec<_> = held
        .filter_map(|it| Some((it.when?, it)))
        .map(|(when, it)| (when.is, it))
        .collect();
    let (_, first) = of.first()?;
    let (column, when) = (first.column, first.when?);
    Some(Choice {
        column,
        by: when.column,
        one_of: when.one_of,
        of,
    })
}

/// The function that looks on Postgres for what a row chose, or for whom it names.
pub(super) fn choosing_function(table: &Table, column: &str) -> String {
    format!("ringfence_{}_{column}", table.name)
}

/// The function that keeps on Postgres what rows of this table chose.
pub(super) fn keeping_function(table: &Table) -> String {
    format!("ringfence_{}_keeps", table.name)
}

/// The function that keeps on Postgres the rows of this table that others name.
pub(super) fn naming_function(table: &Table) -> String {
    format!("ringfence_{}_named", table.name)
}

/// A text that only the kind decides.
pub(super) fn word(kind: Kind, words: [&'static str; 7]) -> &'static str {
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

/// The tenants that a link which comes without one may lie in: those that have both its ends. Follows `SELECT` and what is
/// asked of them.
pub(super) fn tenants_of_link(table: &Table, filler: &Parent) -> String {
    let first = filler.table;
    let ends = table.parents.iter().filter(|it| is_composite(it));
    let others = ends.clone().filter(|it| *it != filler);
    let joined: String = others
        .map(|it| format!(" JOIN {0} ON {0}.tenant_id = {first}.tenant_id", it.table))
        .collect();
    let found: Vec<String> = ends
        .map(|it| format!("{}.id = NEW.{}", it.table, it.column))
        .collect();
    format!("FROM {first}{joined} WHERE {}", found.join(" AND "))
}

/// The unique key of the parent that a reference hangs on at this version.
pub(super) fn referred_key(parent: &Parent, version: u32) -> Option<&'static Unique> {
    let columns: &[&str] = match is_composite(parent) && parent.enforced_at(version) {
        true => &["tenant_id", "id"],
        false => &["id"],
    };
    let mut keys = table(parent.table)?.uniques.iter();
    keys.find(|unique| unique.there_at(version) && unique.columns == columns)
}

/// A reference as it is held: over the tenant too, where the parent has one.
pub(super) fn held_key(parent: &Parent) -> String {
    let theirs = match is_composite(parent) {
        true => "tenant_id, id",
        false => "id",
    };
    foreign_key(
        &held_columns(parent),
        parent.table,
        theirs,
        parent.on_delete,
    )
}

/// The columns that it is held over.
pub(super) fn held_columns(parent: &Parent) -> String {
    match is_composite(parent) {
        true => format!("tenant_id, {}", parent.column),
        false => parent.column.to_owned(),
    }
}

/// What a foreign key leads from and to, whatever becomes of its rows.
pub(super) fn leads(own: &str, parent: &str, theirs: &str) -> String {
    format!("FOREIGN KEY ({own}) REFERENCES {parent} ({theirs})")
}

/// A foreign key, without its name.
pub(super) fn foreign_key(own: &str, parent: &str, theirs: &str, on_delete: OnDelete) -> String {
    let on_delete = match on_delete {
        OnDelete::Restrict => "RESTRICT",
        OnDelete::Cascade => "CASCADE",
        OnDelete::SetNull => "SET NULL",
    };
    let leads = leads(own, parent, theirs);
    format!("{leads} ON DELETE {on_delete}")
}

/// The column that a trigger fills, if it is there at this version, and what it is filled from.
pub(super) fn filled_at(table: &Table, version: u32) -> Option<(&Column, &Parent)> {
    let filled = table.columns.iter().find(|it| it.filled.is_some())?;
    (filled.since <= version).then_some((filled, table.filler()?))
}
