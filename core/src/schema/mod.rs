//! The catalogue: every table, declared once.
//!
//! For each table it says whose the rows are, what they refer to, what the deletion of a parent does, which
//! batch hardens it, and from which version what holds on each engine. The migration runner's checks and
//! grants, the integrity scan, the statement proof, the boundary matrix in `governance/` and the tests that
//! hold the live schema of both engines against it read this list; none of them keeps one of its own.
//!
//! Versions are those of the migration steps ([`version`]). What a later batch will enforce stands here
//! already, with [`Parent::enforced`] and [`Table::guards`] empty: the scan looks at what is enforced, and a parent
//! that is hardened already stays while such a row refers to it ([`Parent::keeps_parent_since`]).
//!
//! What "hardened" means, once for all tables:
//!
//! | | SQLite | Postgres |
//! |---|---|---|
//! | references | triggers `rf_<table>_…`, on connections without `foreign_keys` too; from [`version::KEYS_ENFORCE`] on foreign keys over `(tenant_id, …)` besides | foreign keys over `(tenant_id, …)` |
//! | a parent's deletion | triggers | foreign keys |
//! | unique keys | triggers, `OR REPLACE` and the rowid included | the keys themselves |
//! | primary key and tenant never change | triggers | triggers `ringfence_key` |
//! | rows of another tenant | the statements' own predicate | that, and row-level security |
//!
//! This module knows nothing of drivers, and holds no SQL but what [`ddl`] writes. The texts of a stored enum are the model's.
//!
//! ```
//! use ringfence::schema::{self, OnDelete};
//!
//! let missions = schema::table("missions").ok_or("missions is declared")?;
//! assert_eq!(missions.tenant_column(), Some("tenant_id"));
//! let (_, drone) = schema::parent_named("fk_missions_tenant_drone").ok_or("so is its drone")?;
//! assert_eq!((drone.table, drone.on_delete), ("drones", OnDelete::Restrict));
//! # Ok::<(), &'static str>(())
//! ```

mod batch;
pub mod ddl;
mod declare;
mod tables;
mod types;
pub mod version;

#[cfg(test)]
mod consistency;

use std::sync::LazyLock;

pub use batch::Batch;
pub use types::{
    Column, Index, Kind, Legacy, Naming, OnDelete, Owner, Parent, Privilege, Special, Table,
    Unique, When,
};

/// The row-level-security policy that every hardened tenant-owned table carries on Postgres.
pub const POLICY: &str = "ringfence_tenant";

/// The transaction-local setting that the policy compares the tenant column with.
pub const TENANT_SETTING: &str = "ringfence.tenant";

/// The tenant id of the deployment's own log. It stands in no `tenants` row, and no tenant may have an id
/// that begins with a tilde.
pub const DEPLOYMENT: &str = "~deployment";

/// The SQLSTATE that the guards on Postgres raise with; the message is one of
/// `ringfence.<what>:<name>`, as on SQLite.
pub const GUARD_SQLSTATE: &str = "RF001";

/// Whether a Postgres server keeps a schema of this name for itself.
pub(crate) fn is_the_servers(schema: &str) -> bool {
    schema.starts_with("pg_") || schema == "information_schema"
}

/// Every table, parents before their children.
#[must_use]
pub fn catalogue() -> &'static [Table] {
    /// Built once: names that follow from a declaration live as long as the process.
    static ALL: LazyLock<Vec<Table>> = LazyLock::new(tables::all);
    &ALL
}

/// The table of that name.
#[must_use]
pub fn table(name: &str) -> Option<&'static Table> {
    catalogue().iter().find(|table| table.name == name)
}

/// The unique key of that name, primary keys among them, and the table that it stands on.
/// [`Unique::field`] is what a conflict is reported under.
#[must_use]
pub fn unique_named(name: &str) -> Option<(&'static Table, &'static Unique)> {
    catalogue().iter().find_map(|table| {
        table
            .uniques
            .iter()
            .find(|unique| unique.name == name)
            .map(|unique| (table, unique))
    })
}

/// The reference of that name, the old platform's names included, and the table that it stands on.
#[must_use]
pub fn parent_named(name: &str) -> Option<(&'static Table, &'static Parent)> {
    edges().find(|(_, parent)| {
        parent.constraint == name
            || parent
                .legacy
                .is_some_and(|legacy| legacy.constraint == name)
    })
}

/// The tables whose rows belong to a tenant.
pub fn tenant_tables() -> impl Iterator<Item = &'static Table> {
    catalogue()
        .iter()
        .filter(|table| table.tenant_column().is_some())
}

/// Every reference, with the table that it stands on.
pub fn edges() -> impl Iterator<Item = (&'static Table, &'static Parent)> {
    catalogue()
        .iter()
        .flat_map(|table| table.parents.iter().map(move |parent| (table, parent)))
}

/// Every reference to this table, with the table that it stands on.
pub fn children(parent: &str) -> impl Iterator<Item = (&'static Table, &'static Parent)> {
    edges().filter(move |(_, edge)| edge.table == parent)
}

/// The words that stand in the place of a row of this table at this version: no row may have one for its id.
pub(crate) fn kept_words(table: &str, version: u32) -> Vec<&'static str> {
    let mut words: Vec<&str> = children(table)
        .filter_map(|(_, parent)| parent.naming_at(version)?.but_for)
        .collect();
    words.sort_unstable();
    words.dedup();
    words
}

impl Parent {
    /// From this version the parent's deletion is refused while any row refers to it: from the step that
    /// hardens the parent, be the reference itself enforced by then or only by a later batch; where the old platform
    /// declared none, from the step that enforces it, because what it left pointed anywhere until then. `None` for
    /// what goes with its parent, and for loose references of which nothing is held.
    #[must_use]
    pub fn keeps_parent_since(&self) -> Option<u32> {
        if self.loose {
            return self.naming.map(|naming| naming.since);
        }
        if self.on_delete != OnDelete::Restrict {
            return None;
        }
        match self.legacy {
            Some(_) => table(self.table)?.guards,
            None => self.enforced,
        }
    }

    /// Whether the parent stays, at this version, while any row refers to it.
    #[must_use]
    pub fn keeps_parent_at(&self, version: u32) -> bool {
        self.keeps_parent_since()
            .is_some_and(|since| since <= version)
    }
}
