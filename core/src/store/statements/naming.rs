//! Which tables name somebody, and which of some ids are a tenant's own: made from the catalogue.

use std::sync::LazyLock;

use crate::schema::{self, OnDelete, Owner, Table};
use crate::store::sql::Statement;
use crate::store::sql::record::epoch;
use crate::store::sql::statement::{Expect, Query, Rows, Scope, Stamped};

/// The tables in which a row of the tenant names the user `$2`: whatever the catalogue calls a reference to users that does
/// not go with them, but for histories, which say who it was and outlive what they tell of.
pub(crate) static TABLES_THAT_NAME: LazyLock<Rows<String>> = LazyLock::new(|| {
    let named = schema::children("users").filter(|(table, edge)| {
        let stays = edge.loose || edge.on_delete == OnDelete::Restrict;
        stays && table.batch != schema::Batch::History
    });
    let each = named.map(|(table, edge)| {
        let (table, column) = (table.name, edge.column);
        format!(
            "SELECT '{table}' WHERE EXISTS (SELECT 1 FROM {table} x WHERE x.tenant_id = $1 AND x.{column} = $2)"
        )
    });
    let text: &'static str = each.collect::<Vec<_>>().join(" UNION ").leak();
    let statement = Statement::new("TABLES_THAT_NAME", Scope::Tenant, Expect::Any, text, text);
    Query::of(statement.made_of("users"))
});

/// Those of the ids in the JSON array `$2` that a row of the tenant has in any table, or the tenant itself, or what is
/// everybody's.
pub(crate) static OWN_IDS: LazyLock<Stamped<String>> = LazyLock::new(|| {
    let text = |listed: &str, order: &str| -> &'static str {
        let each = schema::catalogue().iter().filter_map(|table| {
            let id = one_id(table)?;
            let own = match table.owner {
                Owner::Global => String::new(),
                Owner::Tenant { column } => format!("x.{column} = $1 AND "),
            };
            let name = table.name;
            Some(format!(
                "SELECT {}, x.{id} FROM {name} x WHERE {own}x.{id}{order} IN (SELECT j.value FROM {listed})",
                epoch!()
            ))
        });
        each.collect::<Vec<_>>().join(" UNION ALL ").leak()
    };
    let statement = Statement::new(
        "OWN_IDS",
        Scope::Tenant,
        Expect::Any,
        text("json_each($2) j", ""),
        text(
            "json_array_elements_text(CAST(CAST($2 AS text) AS json)) AS j(value)",
            " COLLATE \"C\"",
        ),
    );
    Query::of(statement.made_of("tenants"))
});

/// What the rows of a table are told apart by, where it is one id.
fn one_id(table: &'static Table) -> Option<&'static str> {
    match *table.key_at(table.since) {
        [id] if !table.log && table.name != "policy_epochs" => Some(id),
        _ => None,
    }
}

/// Those of this file, for the registry.
pub(crate) fn all() -> impl Iterator<Item = &'static Statement> {
    [TABLES_THAT_NAME.statement(), OWN_IDS.statement()].into_iter()
}
