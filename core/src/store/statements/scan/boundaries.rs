//! The integrity scan's look at boundaries: a check for each way in which a row of an enforced table can break its
//! tenant's.

use std::sync::LazyLock;

use super::report::{ROWS, cut, key};
use crate::error::StoreError;
use crate::model::{IntegrityFinding, IntegrityProblem};
use crate::schema::{self, Owner, Parent, Table, version};
use crate::store::sql::{Expect, FromRow, Row, Rows, Scope, Statement};

/// One check: which rows of a table break one rule.
pub(crate) struct Check {
    pub(crate) query: Rows<Found>,
    table: &'static Table,
    column: &'static str,
    refers_to: Option<&'static str>,
    problem: IntegrityProblem,
    /// The versions at which it can be asked.
    from: u32,
    until: u32,
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

static CHECKS: LazyLock<Vec<Check>> = LazyLock::new(|| {
    let mut checks = Vec::new();
    for table in schema::catalogue() {
        if table.name == "tenants" {
            checks.push(reserved(table));
        }
        for parent in table
            .parents
            .iter()
            .filter(|parent| parent.enforced.is_some())
        {
            checks.extend(checks_of(table, parent));
        }
    }
    checks
});

/// Every check, whatever the version.
pub(super) fn checks() -> &'static [Check] {
    &CHECKS
}

impl Check {
    pub(super) fn at(&self, version: u32) -> bool {
        (self.from..=self.until).contains(&version)
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

/// The deployment's log stands under such an id.
fn reserved(tenants: &'static Table) -> Check {
    let text = "SELECT c.id, c.id, c.id, NULL FROM tenants c WHERE c.id LIKE '~%' LIMIT 1000";
    Check {
        query: Rows::of(Statement::new(
            "SCAN tenants reserved",
            Scope::Operator,
            Expect::Any,
            text,
            text,
        )),
        table: tenants,
        column: "id",
        refers_to: None,
        problem: IntegrityProblem::TenantReserved,
        from: version::BASELINE,
        until: u32::MAX,
    }
}

fn checks_of(table: &'static Table, parent: &'static Parent) -> Vec<Check> {
    let Some(own) = table.tenant_column() else {
        return Vec::new();
    };
    let own_since = table.column(own).map_or(table.since, |column| column.since);
    let nullable = table
        .column(own)
        .is_some_and(|column| column.filled.is_some());
    let mut checks = Vec::new();
    if parent.table == "tenants" {
        checks.push(check(
            table,
            parent,
            IntegrityProblem::TenantUnknown,
            own_since,
            unknown_tenant(table, own),
        ));
        return checks;
    }
    // A link was older than its tenant.
    let before_own = (own_since > table.since).then(|| own_since - 1);
    if let Some(until) = before_own {
        checks.push(Check {
            until,
            ..check(
                table,
                parent,
                IntegrityProblem::Orphan,
                table.since,
                orphan(table, None, parent),
            )
        });
    }
    checks.push(check(
        table,
        parent,
        IntegrityProblem::Orphan,
        own_since,
        orphan(table, Some(own), parent),
    ));
    let Some(Owner::Tenant { column: theirs }) = schema::table(parent.table).map(|t| t.owner)
    else {
        return checks;
    };
    checks.push(check(
        table,
        parent,
        IntegrityProblem::TenantMismatch,
        own_since,
        mismatch(table, own, parent, theirs),
    ));
    // Without a tenant of its own, its two parents must agree.
    for other in table
        .parents
        .iter()
        .filter(|other| other.table != "tenants")
    {
        let owned = schema::table(other.table)
            .and_then(Table::tenant_column)
            .is_some();
        if let Some(until) = before_own
            && owned
            && other.constraint != parent.constraint
        {
            checks.push(Check {
                until,
                ..check(
                    table,
                    parent,
                    IntegrityProblem::TenantMismatch,
                    table.since,
                    parents_disagree(table, parent, other),
                )
            });
        }
    }
    // Once a table, with the reference that the tenant follows from.
    let follows = table.parents.iter().find(|first| first.table != "tenants");
    if nullable && follows.is_some_and(|first| first.constraint == parent.constraint) {
        checks.push(check(
            table,
            parent,
            IntegrityProblem::TenantMissing,
            version::IDENTITY_BACKFILL,
            missing_tenant(table, own, parent),
        ));
    }
    checks
}

fn check(
    table: &'static Table,
    parent: &'static Parent,
    problem: IntegrityProblem,
    from: u32,
    text: String,
) -> Check {
    // Made once in a process and kept to its end, like the statements that stand in the source.
    let text: &'static str = Box::leak(format!("{text} LIMIT {ROWS}").into_boxed_str());
    let name: &'static str =
        Box::leak(format!("SCAN {} {:?} from {from}", parent.constraint, problem).into_boxed_str());
    Check {
        query: Rows::of(Statement::new(
            name,
            Scope::Operator,
            Expect::Any,
            text,
            text,
        )),
        table,
        column: parent.column,
        refers_to: Some(parent.table),
        problem,
        from,
        until: u32::MAX,
    }
}

fn unknown_tenant(table: &Table, own: &str) -> String {
    format!(
        "SELECT {key}, c.{own}, c.{own}, NULL FROM {name} c LEFT JOIN tenants t ON t.id = c.{own} \
         WHERE t.id IS NULL AND c.{own} IS NOT NULL",
        key = key(table),
        name = table.name
    )
}

fn missing_tenant(table: &Table, own: &str, parent: &Parent) -> String {
    format!(
        "SELECT {key}, c.{own}, c.{column}, NULL FROM {name} c WHERE c.{own} IS NULL",
        key = key(table),
        column = parent.column,
        name = table.name
    )
}

fn orphan(table: &Table, own: Option<&str>, parent: &Parent) -> String {
    format!(
        "SELECT {key}, {own}, c.{column}, NULL FROM {name} c LEFT JOIN {parent} p ON p.id = c.{column} \
         WHERE c.{column} IS NOT NULL AND p.id IS NULL",
        key = key(table),
        own = own.map_or("NULL".to_owned(), |own| format!("c.{own}")),
        column = parent.column,
        name = table.name,
        parent = parent.table
    )
}

fn mismatch(table: &Table, own: &str, parent: &Parent, theirs: &str) -> String {
    format!(
        "SELECT {key}, c.{own}, c.{column}, p.{theirs} FROM {name} c JOIN {parent} p ON p.id = c.{column} \
         WHERE p.{theirs} <> c.{own}",
        key = key(table),
        column = parent.column,
        name = table.name,
        parent = parent.table
    )
}

fn parents_disagree(table: &Table, parent: &Parent, other: &Parent) -> String {
    format!(
        "SELECT {key}, o.tenant_id, c.{column}, p.tenant_id FROM {name} c \
         JOIN {parent} p ON p.id = c.{column} JOIN {other} o ON o.id = c.{other_column} \
         WHERE p.tenant_id <> o.tenant_id",
        key = key(table),
        column = parent.column,
        name = table.name,
        parent = parent.table,
        other = other.table,
        other_column = other.column
    )
}
