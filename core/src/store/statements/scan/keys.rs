//! The integrity scan's look at keys: rows that share one.
//!
//! The old platform's tables may have lost a key, and a step that makes one over the same columns would stop half-way
//! through the migration without a word about the rows. So every key of a table that some step hardens is looked at
//! before the first step, as soon as its columns are there; unless an index stands by which the engine itself keeps two
//! rows from sharing it.

use std::sync::LazyLock;

use super::report::{ROWS, cut, kept, key};
use crate::error::StoreError;
use crate::model::{IntegrityFinding, IntegrityProblem};
use crate::schema::ddl::Live;
use crate::schema::{self, Table, Unique, version};
use crate::store::engine::Engine;
use crate::store::sql::{Expect, FromRow, Row, Rows, Scope, Statement, Value};

/// One look for rows that share a key, so many at once, in the order in which they lie.
pub(crate) struct Keys {
    pub(crate) query: Rows<Double>,
    table: &'static Table,
    unique: &'static Unique,
    from: u32,
    until: u32,
}

/// A row whose key another row has, too.
pub(crate) struct Double {
    lies: String,
    key: String,
    tenant: Option<String>,
    value: Option<String>,
}

static LOOKS: LazyLock<Vec<Keys>> = LazyLock::new(|| {
    let tables = schema::catalogue().iter();
    tables.flat_map(of_table).collect()
});

pub(super) fn looks() -> &'static [Keys] {
    &LOOKS
}

/// A look for each key of a table that the old platform made and a step hardens. What Ringfence makes has its keys from
/// its first row.
fn of_table(table: &'static Table) -> impl Iterator<Item = Keys> {
    let adopted = table.since == version::BASELINE && table.opened.is_some();
    let keys = table.uniques.iter().filter(move |_| adopted);
    keys.filter_map(move |unique| look(table, unique))
}

/// The step behind which nothing else looks at the rows that share a key: until then another key has fewer columns, all of
/// them this one's, or the same. `None` where there always is such a key.
fn alone_since(table: &Table, unique: &Unique) -> Option<u32> {
    let holds = |other: &&Unique| {
        let within = other.columns.iter().all(|it| unique.columns.contains(it));
        let narrower = other.columns.len() < unique.columns.len();
        within && (narrower || (other.columns == unique.columns && other.until < unique.until))
    };
    let others = table.uniques.iter().filter(holds);
    others
        .map(|other| other.until)
        .try_fold(0, |since, until| until.map(|until| until.max(since)))
}

fn look(table: &'static Table, unique: &'static Unique) -> Option<Keys> {
    let columns = unique.columns.iter().filter_map(|name| table.column(name));
    let there = columns.map(|column| column.since).max();
    let from = there
        .unwrap_or(table.since)
        .max(alone_since(table, unique)?);
    let until = unique.until.map_or(u32::MAX, |until| until - 1);
    (from <= until).then(|| Keys {
        query: Rows::of(Statement::new(
            kept(format!("SCAN {} duplicates from {from}", unique.name)),
            Scope::Operator,
            Expect::Any,
            kept(doubles(table, unique, "c.rowid", "$1")),
            kept(doubles(table, unique, "c.ctid", "CAST($1::text AS tid)")),
        )),
        table,
        unique,
        from,
        until,
    })
}

/// The rows whose key another row has, too. A key that holds NULL is nobody's.
fn doubles(table: &Table, unique: &Unique, lies: &str, behind: &str) -> String {
    let listed = unique.columns.join(", ");
    let same: Vec<String> = unique
        .columns
        .iter()
        .map(|column| format!("d.{column} = c.{column}"))
        .collect();
    let tenant = table
        .tenant_column()
        .filter(|name| table.column(name).is_some_and(|it| it.since == table.since))
        .map_or("NULL".to_owned(), |name| format!("c.{name}"));
    format!(
        "SELECT CAST({lies} AS text), {key}, {tenant}, c.{field} FROM {name} c \
         JOIN (SELECT {listed} FROM {name} GROUP BY {listed} HAVING count(*) > 1) d ON {same} \
         WHERE {lies} > {behind} ORDER BY {lies} LIMIT {ROWS}",
        key = key(table),
        field = unique.field,
        name = table.name,
        same = same.join(" AND ")
    )
}

impl FromRow for Double {
    fn from_row(row: &Row<'_>) -> Result<Self, StoreError> {
        Ok(Self {
            lies: row.get(0)?,
            key: row.shown(1).unwrap_or_default(),
            tenant: row.shown(2),
            value: row.shown(3),
        })
    }
}

impl Keys {
    pub(super) fn at(&self, version: u32) -> bool {
        (self.from..=self.until).contains(&version)
    }

    /// The table whose rows it looks at.
    pub(crate) fn table(&self) -> &'static str {
        self.table.name
    }

    /// Whether an index keeps two rows from sharing the key.
    pub(crate) fn is_kept(&self, live: &[Live]) -> bool {
        let mut live = live.iter();
        live.any(|it| it.is_key_over(self.table, self.unique))
    }

    /// Before the first row.
    pub(crate) fn beginning(engine: Engine) -> Value<'static> {
        match engine {
            Engine::Sqlite => Value::Int(i64::MIN),
            Engine::Postgres => Value::from("(0,0)"),
        }
    }

    /// Behind the last of these, where there may be more.
    pub(crate) fn next(engine: Engine, doubles: &[Double]) -> Option<Value<'static>> {
        let last = doubles.last().filter(|_| doubles.len() >= ROWS as usize)?;
        match engine {
            Engine::Sqlite => last.lies.parse().ok().map(Value::Int),
            Engine::Postgres => Some(Value::from(last.lies.clone())),
        }
    }

    pub(crate) fn findings(&self, doubles: Vec<Double>) -> Vec<IntegrityFinding> {
        let found = doubles.into_iter().map(|row| IntegrityFinding {
            value: row.value.map(cut),
            tenant: row.tenant,
            ..IntegrityFinding::new(
                self.table.name,
                row.key,
                self.unique.field,
                IntegrityProblem::Duplicate,
            )
        });
        found.collect()
    }
}
