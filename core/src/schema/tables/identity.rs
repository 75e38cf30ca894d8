//! Tenants, users, roles and what binds them: batch 07A-1.

use crate::schema::batch::Batch::Identity;
use crate::schema::declare::{
    READ_AND_WRITE, TENANT, adopted, adopted_as, bool, int, replaces, row_version, text, time,
};
use crate::schema::types::Privilege::{Delete, Insert, Select, UpdateOf};
use crate::schema::types::{OnDelete, Owner, Special, Table};
use crate::schema::version::{AUDIT_LOG, NAMES, POLICY};

pub(super) fn tables() -> Vec<Table> {
    let links = [user_roles(), role_permissions()];
    [tenants(), permissions(), users(), roles()]
        .into_iter()
        .chain(links)
        .collect()
}

/// Ids that begin with `~` are Ringfence's own, and every tenant has a log, whoever makes it.
fn tenants() -> Table {
    let columns = vec![
        text("id"),
        text("name"),
        time("created_at"),
        time("disabled_at").null().since(POLICY),
        bool("self_approval").default_to("0").since(POLICY),
    ];
    let owner = Owner::Tenant { column: "id" };
    adopted_as("tenants", Identity, owner, vec!["id"], columns)
        .unique("tenants_name_key", &["name"])
        .indexed(&["created_at", "name"])
        .moves_epoch(POLICY, &["disabled_at", "self_approval"])
        .runtime(&[Select, UpdateOf(&["self_approval"])])
        .special(&[
            Special::Sqlite("reserved_insert", AUDIT_LOG),
            Special::Sqlite("reserved_update", AUDIT_LOG),
            Special::Sqlite("head", AUDIT_LOG),
            Special::Postgres("reserved", AUDIT_LOG),
            Special::Postgres("open_log", AUDIT_LOG),
        ])
        .build()
}

/// The names that grants refer to, shared by every tenant and fixed once enforced.
fn permissions() -> Table {
    let columns = vec![
        text("id"),
        text("name"),
        text("description").null(),
        time("created_at"),
    ];
    adopted_as("permissions", Identity, Owner::Global, vec!["id"], columns)
        .unique("permissions_name_key", &["name"])
        .indexed(&["created_at", "name"])
        .runtime(&[Select])
        .build()
}

/// `password_hash` is the old platform's; `password_argon2`, a PHC string, counts while `password_source` is the SHA-256
/// of it. `name_key` is the name in Unicode's form C, in which names are compared, where Ringfence wrote the name or found
/// it alone; who writes another name without it, empties it.
fn users() -> Table {
    let columns = vec![
        text("id"),
        text("tenant_id"),
        text("username"),
        text("password_hash"),
        bool("is_active"),
        time("created_at"),
        text("password_argon2").null().expanded(),
        text("password_source").null().expanded(),
        row_version(),
        int("session_epoch").default_to("0").since(POLICY),
        text("name_key").null().since(NAMES),
    ];
    adopted("users", Identity, columns)
        .unique("uq_users_tenant_username", &["tenant_id", "username"])
        .indexed(&["created_at", "tenant_id", "username"])
        .unique_since(
            NAMES,
            "uq_users_tenant_name_key",
            &["tenant_id", "name_key"],
            "username",
        )
        .moves_epoch(POLICY, &[])
        .runtime(READ_AND_WRITE)
        .special(&[
            Special::Sqlite("renamed", NAMES),
            Special::Postgres("renamed", NAMES),
            Special::Partial("ix_users_tenant_unkeyed", &["tenant_id"], NAMES),
        ])
        .build()
}

fn roles() -> Table {
    let columns = vec![
        text("id"),
        text("tenant_id"),
        text("name"),
        text("description").null(),
        time("created_at"),
        row_version(),
    ];
    adopted("roles", Identity, columns)
        .unique("uq_roles_tenant_name", &["tenant_id", "name"])
        .indexed(&["created_at", "name", "tenant_id"])
        .moves_epoch(POLICY, &[])
        .runtime(READ_AND_WRITE)
        .build()
}

/// The old platform's link without a tenant: its inserts leave `tenant_id` to a trigger.
fn user_roles() -> Table {
    let columns = vec![
        text("user_id"),
        text("role_id"),
        time("created_at"),
        text("tenant_id").filled_by("user_id").expanded(),
        time("expires_at").null().since(POLICY),
    ];
    let key = vec!["user_id", "role_id"];
    adopted_as("user_roles", Identity, TENANT, key, columns)
        .parents(&[
            replaces("user_id", "users", OnDelete::Cascade).cascade(),
            replaces("role_id", "roles", OnDelete::Cascade).cascade(),
        ])
        .indexed(&["created_at"])
        .indexed_within_the_tenant(&[
            ("ix_user_roles_tenant_user", &["tenant_id", "user_id"]),
            ("ix_user_roles_tenant_role", &["tenant_id", "role_id"]),
        ])
        .moves_epoch(POLICY, &[])
        .runtime(READ_AND_WRITE)
        .build()
}

/// A role's grants; the other side is global, so that reference alone runs over one column.
fn role_permissions() -> Table {
    let columns = vec![
        text("role_id"),
        text("permission_id"),
        time("created_at"),
        text("tenant_id").filled_by("role_id").expanded(),
    ];
    let key = vec!["role_id", "permission_id"];
    adopted_as("role_permissions", Identity, TENANT, key, columns)
        .parents(&[
            replaces("role_id", "roles", OnDelete::Cascade).cascade(),
            replaces("permission_id", "permissions", OnDelete::Cascade),
        ])
        .indexed(&["created_at"])
        .indexed_within_the_tenant(&[(
            "ix_role_permissions_tenant_role",
            &["tenant_id", "role_id"],
        )])
        .moves_epoch(POLICY, &[])
        .runtime(&[Select, Insert, Delete])
        .build()
}
