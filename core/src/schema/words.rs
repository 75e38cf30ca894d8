//! The constructors that the tables are written with.

use super::types::{Column, Index, Kind, OnDelete, Owner, Parent, Unique};
use super::version;

const fn column(name: &'static str, kind: Kind) -> Column {
    Column {
        name,
        kind,
        null: false,
        since: version::BASELINE,
        known: None,
        limit: None,
        filled: false,
    }
}

pub(super) const fn text(name: &'static str) -> Column {
    column(name, Kind::Text)
}

pub(super) const fn int(name: &'static str) -> Column {
    column(name, Kind::Int)
}

pub(super) const fn bool(name: &'static str) -> Column {
    column(name, Kind::Bool)
}

pub(super) const fn time(name: &'static str) -> Column {
    column(name, Kind::Time)
}

pub(super) const fn json(name: &'static str) -> Column {
    column(name, Kind::Json)
}

pub(super) const fn float(name: &'static str) -> Column {
    column(name, Kind::Float)
}

pub(super) const fn blob(name: &'static str) -> Column {
    column(name, Kind::Blob)
}

/// Rows that belong to the tenant in `tenant_id`.
pub(super) const TENANT: Owner = Owner::Tenant {
    column: "tenant_id",
};

/// The reference to the tenant that owns the row. The old platform declared it with CASCADE; the
/// name stays when it becomes RESTRICT.
pub(super) const fn tenant(constraint: &'static str) -> Parent {
    composite("tenant_id", "tenants", constraint).replaces(constraint, OnDelete::Cascade)
}

/// A reference that is held over `(tenant_id, column)`, or will be.
pub(super) const fn composite(
    column: &'static str,
    table: &'static str,
    constraint: &'static str,
) -> Parent {
    Parent {
        column,
        table,
        on_delete: OnDelete::Restrict,
        constraint,
        enforced: None,
        legacy: None,
        loose: false,
    }
}

/// A reference that nobody ever declared, under the name that a batch will give it.
pub(super) const fn loose(
    column: &'static str,
    table: &'static str,
    constraint: &'static str,
) -> Parent {
    let mut parent = composite(column, table, constraint);
    parent.loose = true;
    parent
}

/// A unique key whose conflict is reported under `field`.
pub(super) const fn unique(
    name: &'static str,
    columns: &'static [&'static str],
    field: &'static str,
) -> Unique {
    Unique {
        name,
        columns,
        since: version::BASELINE,
        field,
    }
}

/// The unique key that children of another tenant cannot reach: `(tenant_id, id)`.
pub(super) const fn tenant_id_id(name: &'static str) -> Unique {
    unique(name, &["tenant_id", "id"], "id")
}

pub(super) const fn index(name: &'static str, columns: &'static [&'static str]) -> Index {
    Index {
        name,
        columns,
        since: version::BASELINE,
        bytewise: false,
    }
}

/// The index that keyset pages run along: `(tenant_id, id COLLATE "C")`.
pub(super) const fn pages(name: &'static str) -> Index {
    index(name, &["tenant_id", "id"]).bytewise()
}
