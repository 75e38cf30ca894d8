//! Which tables there are, and whose their rows are.

use std::collections::{BTreeMap, BTreeSet};

/// The tables that a statement may name: tenant-owned ones with their tenant column, and the short
/// list of global ones. Any other table or view is a violation.
#[derive(Clone, Debug, Default)]
pub struct TenantTables {
    owned: BTreeMap<String, String>,
    global: BTreeSet<String>,
}

/// Whose the rows of a listed table are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Owner<'a> {
    Tenant { column: &'a str },
    Global,
}

impl TenantTables {
    /// Takes `(table, tenant column)` pairs and the names of the global tables, in lower case.
    ///
    /// `tenants` belongs in the first list, with the column `id`.
    pub fn new<T, C, G>(
        owned: impl IntoIterator<Item = (T, C)>,
        global: impl IntoIterator<Item = G>,
    ) -> Self
    where
        T: Into<String>,
        C: Into<String>,
        G: Into<String>,
    {
        TenantTables {
            owned: owned
                .into_iter()
                .map(|(table, column)| (table.into(), column.into()))
                .collect(),
            global: global.into_iter().map(Into::into).collect(),
        }
    }

    pub(super) fn owner(&self, table: &str) -> Option<Owner<'_>> {
        match self.owned.get(table) {
            Some(column) => Some(Owner::Tenant { column }),
            None => self.global.contains(table).then_some(Owner::Global),
        }
    }
}
