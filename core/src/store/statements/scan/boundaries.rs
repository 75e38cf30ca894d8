//! The integrity scan's look at boundaries: a check for each way in which a row of an enforced table can break its
//! tenant's.

use super::check::{Check, kept};
use super::report::key;
use crate::model::IntegrityProblem;
use crate::schema::{self, DEPLOYMENT, Owner, Parent, Table, version};

/// A check for each way in which a row of this table can break its tenant's boundary.
pub(super) fn checks(table: &'static Table) -> Vec<Check> {
    let mut checks = Vec::new();
    if table.name == "tenants" {
        checks.push(reserved(table));
        checks.push(without(table, "audit_heads", version::AUDIT_LOG));
        checks.push(without(table, "policy_epochs", version::POLICY));
    }
    if table.name == "audit_heads" {
        checks.push(deployment_without(table));
    }
    let enforced = table.parents.iter();
    for parent in enforced.filter(|parent| parent.enforced.is_some()) {
        checks.extend(checks_of(table, parent));
    }
    checks
}

/// The deployment's log stands under such an id.
fn reserved(tenants: &'static Table) -> Check {
    let text = "SELECT c.id, c.id, c.id, NULL FROM tenants c WHERE c.id LIKE '~%'";
    Check {
        query: kept("SCAN tenants reserved".to_owned(), text.to_owned()),
        table: tenants,
        column: "id",
        refers_to: None,
        problem: IntegrityProblem::TenantReserved,
        from: version::BASELINE,
        until: u32::MAX,
    }
}

/// What every tenant gets with its first row, and nothing ever takes away.
fn without(tenants: &'static Table, lacks: &'static str, from: u32) -> Check {
    let text = format!(
        "SELECT c.id, c.id, c.id, NULL FROM tenants c \
         WHERE NOT EXISTS (SELECT 1 FROM {lacks} h WHERE h.tenant_id = c.id)"
    );
    Check {
        query: kept(format!("SCAN tenants without {lacks}"), text),
        table: tenants,
        column: "id",
        refers_to: Some(lacks),
        problem: IntegrityProblem::LogMissing,
        from,
        until: u32::MAX,
    }
}

/// Likewise the deployment, which has a log and no row of its own.
fn deployment_without(heads: &'static Table) -> Check {
    let text = format!(
        "SELECT '{DEPLOYMENT}', NULL, '{DEPLOYMENT}', NULL \
         WHERE NOT EXISTS (SELECT 1 FROM audit_heads h WHERE h.tenant_id = '{DEPLOYMENT}')"
    );
    Check {
        query: kept("SCAN deployment without audit_heads".to_owned(), text),
        table: heads,
        column: "tenant_id",
        refers_to: None,
        problem: IntegrityProblem::LogMissing,
        from: heads.since,
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
    let name = format!("SCAN {} {:?} from {from}", parent.constraint, problem);
    Check {
        query: kept(name, text),
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
         WHERE c.{column} IS NOT NULL AND p.id IS NULL{chosen}",
        key = key(table),
        chosen = chosen(parent),
        own = own.map_or("NULL".to_owned(), |own| format!("c.{own}")),
        column = parent.column,
        name = table.name,
        parent = parent.table
    )
}

fn mismatch(table: &Table, own: &str, parent: &Parent, theirs: &str) -> String {
    format!(
        "SELECT {key}, c.{own}, c.{column}, p.{theirs} FROM {name} c JOIN {parent} p ON p.id = c.{column} \
         WHERE p.{theirs} <> c.{own}{chosen}",
        key = key(table),
        chosen = chosen(parent),
        column = parent.column,
        name = table.name,
        parent = parent.table
    )
}

/// Where the column leads to one table or another: of the rows that say this one.
fn chosen(parent: &Parent) -> String {
    parent.when.map_or(String::new(), |when| {
        format!(" AND c.{} = '{}'", when.column, when.is)
    })
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
