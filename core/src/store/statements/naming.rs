//! Which tables name somebody, made from the catalogue.

use std::sync::LazyLock;

use crate::schema::{self, OnDelete};
use crate::store::sql::Statement;
use crate::store::sql::statement::{Expect, Query, Rows, Scope};

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

/// Those of this file, for the registry.
pub(crate) fn all() -> impl Iterator<Item = &'static Statement> {
    std::iter::once(TABLES_THAT_NAME.statement())
}
