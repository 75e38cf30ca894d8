//! The integrity scan's look at values: whether the library can read what stands in the tables that it reads.
//!
//! SQLite holds anything in any column, so there each row is looked at, by the very methods that read it later. On
//! Postgres the types hold, and only the rows come that may hold a text or a time that the library does not know.
//! The logs are left out: their values are what `verify` looks at.

use std::sync::LazyLock;

use serde::de::IgnoredAny;

use super::report::{ROWS, cut, key};
use crate::error::StoreError;
use crate::model::{IntegrityFinding, IntegrityProblem};
use crate::schema::{self, Column, Kind, Table};
use crate::store::sql::{Expect, Gather, Query, Row, Scope, Statement};

/// One look at the values of a table, with the columns that it has at these versions.
pub(crate) struct Look {
    pub(crate) query: Query<Findings>,
    table: &'static Table,
    columns: Vec<&'static Column>,
    from: u32,
    until: u32,
}

/// What a look finds. A row says by its first column which look it answers; its key, its tenant and the values
/// follow.
#[derive(Default)]
pub(crate) struct Findings(pub(crate) Vec<IntegrityFinding>);

const VALUES: usize = 3;

static LOOKS: LazyLock<Vec<Look>> = LazyLock::new(|| {
    let mut looks = Vec::new();
    let read = schema::catalogue().iter();
    for table in read.filter(|table| table.opened.is_some() && !table.log) {
        let mut since: Vec<u32> = table.columns.iter().map(|column| column.since).collect();
        since.sort_unstable();
        since.dedup();
        for (place, from) in since.iter().enumerate() {
            let until = since.get(place + 1).map_or(u32::MAX, |next| next - 1);
            looks.push(look(looks.len(), table, *from, until));
        }
    }
    looks
});

pub(super) fn looks() -> &'static [Look] {
    &LOOKS
}

impl Gather for Findings {
    fn gather(&mut self, row: &Row<'_>) -> Result<(), StoreError> {
        let look = usize::try_from(row.get::<i64>(0)?)
            .ok()
            .and_then(|number| LOOKS.get(number))
            .ok_or_else(|| StoreError::Engine("a row of no look".to_owned()))?;
        if self.0.len() < ROWS as usize {
            self.0.extend(look.findings(row));
        }
        Ok(())
    }
}

impl Look {
    pub(super) fn at(&self, version: u32) -> bool {
        (self.from..=self.until).contains(&version)
    }

    /// The table whose values it looks at.
    pub(crate) fn table(&self) -> &'static str {
        self.table.name
    }

    fn findings(&self, row: &Row<'_>) -> impl Iterator<Item = IntegrityFinding> {
        let columns = self.columns.iter().enumerate();
        columns.filter_map(|(place, column)| {
            let place = VALUES + place;
            let problem = problem(row, place, column)?;
            let may_be_secret = column.kind != Kind::Time && column.known.is_none();
            Some(IntegrityFinding {
                table: self.table.name.to_owned(),
                key: row.shown(1).unwrap_or_default(),
                column: column.name.to_owned(),
                problem,
                stops: problem.stops(),
                value: row.shown(place).filter(|_| !may_be_secret).map(cut),
                tenant: row.shown(2),
                refers_to: None,
                refers_to_tenant: None,
            })
        })
    }
}

/// What is wrong with the value of a column in this row.
fn problem(row: &Row<'_>, place: usize, column: &Column) -> Option<IntegrityProblem> {
    // A link's tenant that is missing is found by the check of its own.
    let lacks = !column.null && column.filled.is_none() && row.lacks(place);
    if lacks || !row.holds(place, column.kind) {
        return Some(IntegrityProblem::Unreadable);
    }
    if let Some(known) = column.known
        && let Ok(Some(text)) = row.get::<Option<String>>(place)
        && !known.contains(&text.as_str())
    {
        return Some(IntegrityProblem::UnknownValue);
    }
    if column.kind == Kind::Json
        && let Ok(Some(document)) = row.opt_document(place)
        && serde_json::from_str::<IgnoredAny>(&document).is_err()
    {
        return Some(IntegrityProblem::MalformedJson);
    }
    None
}

fn look(number: usize, table: &'static Table, from: u32, until: u32) -> Look {
    let columns: Vec<&Column> = table
        .columns
        .iter()
        .filter(|column| column.since <= from)
        .collect();
    let rows = rows(number, table, &columns);
    let suspects: Vec<String> = columns
        .iter()
        .filter_map(|column| suspect(column))
        .collect();
    // Made once in a process and kept to its end, like the statements that stand in the source.
    let kept = |text: String| -> &'static str { Box::leak(text.into_boxed_str()) };
    let postgres = match suspects.as_slice() {
        [] => format!("{rows} WHERE false"),
        some => format!("{rows} WHERE {} LIMIT {ROWS}", some.join(" OR ")),
    };
    let name = kept(format!("SCAN {} values from {from}", table.name));
    Look {
        query: Query::of(Statement::new(
            name,
            Scope::Operator,
            Expect::Any,
            kept(rows),
            kept(postgres),
        )),
        table,
        columns,
        from,
        until,
    }
}

fn rows(number: usize, table: &Table, columns: &[&Column]) -> String {
    let tenant = table
        .tenant_column()
        .filter(|name| columns.iter().any(|column| column.name == *name))
        .map_or("NULL".to_owned(), |name| format!("c.{name}"));
    let values: Vec<String> = columns
        .iter()
        .map(|column| format!("c.{}", column.name))
        .collect();
    format!(
        "SELECT {number}, {key}, {tenant}, {values} FROM {name} c",
        key = key(table),
        values = values.join(", "),
        name = table.name
    )
}

/// On Postgres: which values of a column may not be what the library knows. The library's times end with the year
/// 9999; infinity is none of them.
fn suspect(column: &Column) -> Option<String> {
    let name = column.name;
    if let Some(known) = column.known {
        let texts: Vec<String> = known.iter().map(|text| format!("'{text}'")).collect();
        return Some(format!("c.{name} NOT IN ({})", texts.join(", ")));
    }
    (column.kind == Kind::Time)
        .then(|| format!("c.{name} = '-infinity' OR c.{name} > '9999-12-30 22:00:00+00'"))
}
