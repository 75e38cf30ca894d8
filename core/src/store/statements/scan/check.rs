//! One check of the integrity scan, as whichever look at the tables makes it.

use super::report::{ROWS, cut};
use crate::error::StoreError;
use crate::model::{IntegrityFinding, IntegrityProblem};
use crate::schema::Table;
use crate::store::sql::{Expect, FromRow, Row, Rows, Scope, Statement};

/// One check: which rows of a table break one rule.
pub(crate) struct Check {
    pub(crate) query: Rows<Found>,
    pub(super) table: &'static Table,
    pub(super) column: &'static str,
    pub(super) refers_to: Option<&'static str>,
    pub(super) problem: IntegrityProblem,
    /// The versions at which it can be asked.
    pub(super) from: u32,
    pub(super) until: u32,
}

/// A row that breaks the rule: its key, its tenant, the column's value, the tenant that this lies in.
pub(crate) struct Found {
    key: Option<String>,
    tenant: Option<String>,
    value: Option<String>,
    refers_to_tenant: Option<String>,
}

impl FromRow for Found {
    fn from_row(row: &Row<'_>) -> Result<Self, StoreError> {
        Ok(Self {
            key: row.shown(0),
            tenant: row.shown(1),
            value: row.shown(2),
            refers_to_tenant: row.shown(3),
        })
    }
}

impl Check {
    pub(super) fn at(&self, version: u32) -> bool {
        (self.from..=self.until).contains(&version)
    }

    /// The table whose rows it looks at.
    pub(crate) fn table(&self) -> &'static str {
        self.table.name
    }

    pub(crate) fn findings(&self, found: Vec<Found>) -> impl Iterator<Item = IntegrityFinding> {
        found.into_iter().map(|row| IntegrityFinding {
            table: self.table.name.to_owned(),
            key: row.key.unwrap_or_default(),
            column: self.column.to_owned(),
            problem: self.problem,
            stops: self.problem.stops(),
            value: row.value.map(cut),
            tenant: row.tenant,
            refers_to: self.refers_to.map(str::to_owned),
            refers_to_tenant: row.refers_to_tenant,
        })
    }
}

/// A check's statement, bounded. Made once in a process and kept to its end, like those that stand in the source.
pub(super) fn kept(name: String, text: String) -> Rows<Found> {
    let text: &'static str = Box::leak(format!("{text} LIMIT {ROWS}").into_boxed_str());
    let name: &'static str = Box::leak(name.into_boxed_str());
    Rows::of(Statement::new(
        name,
        Scope::Operator,
        Expect::Any,
        text,
        text,
    ))
}
