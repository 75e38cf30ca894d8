//! Tenants, users, roles and what binds them: batch 07A-1.

use crate::schema::types::Privilege::{Delete, Insert, Select, Update, UpdateOf};
use crate::schema::types::{Batch, OnDelete, Owner, Table};
use crate::schema::version;
use crate::schema::words::{
    TENANT, bool, composite, index, int, pages, tenant, tenant_id_id, text, time, unique,
};

pub(super) const TENANTS: Table = Table {
    name: "tenants",
    owner: Owner::Tenant { column: "id" },
    since: version::BASELINE,
    batch: Batch::Identity,
    key: &["id"],
    columns: &[
        text("id"),
        text("name"),
        time("created_at"),
        time("disabled_at").null().since(version::POLICY),
        bool("self_approval").since(version::POLICY),
    ],
    parents: &[],
    uniques: &[
        unique("tenants_pkey", &["id"], "id"),
        unique("tenants_name_key", &["name"], "name"),
    ],
    indexes: &[
        index("ix_tenants_created_at", &["created_at"]),
        index("ix_tenants_name", &["name"]),
    ],
    log: false,
    append_only: None,
    moves_epoch: Some(version::POLICY),
    counters: false,
    guards: Some(version::IDENTITY_ENFORCE),
    hardened: Some(version::IDENTITY_ENFORCE),
    runtime: &[Select, UpdateOf(&["self_approval"])],
};

/// The names that grants refer to, shared by every tenant and fixed once enforced.
pub(super) const PERMISSIONS: Table = Table {
    name: "permissions",
    owner: Owner::Global,
    since: version::BASELINE,
    batch: Batch::Identity,
    key: &["id"],
    columns: &[
        text("id"),
        text("name"),
        text("description").null(),
        time("created_at"),
    ],
    parents: &[],
    uniques: &[
        unique("permissions_pkey", &["id"], "id"),
        unique("permissions_name_key", &["name"], "name"),
    ],
    indexes: &[
        index("ix_permissions_created_at", &["created_at"]),
        index("ix_permissions_name", &["name"]),
    ],
    log: false,
    append_only: None,
    moves_epoch: None,
    counters: false,
    guards: Some(version::IDENTITY_ENFORCE),
    hardened: Some(version::IDENTITY_ENFORCE),
    runtime: &[Select],
};

/// `password_hash` is the old platform's; `password_argon2` counts while `password_source` is the digest of it.
pub(super) const USERS: Table = Table {
    name: "users",
    owner: TENANT,
    since: version::BASELINE,
    batch: Batch::Identity,
    key: &["id"],
    columns: &[
        text("id"),
        text("tenant_id"),
        text("username"),
        text("password_hash"),
        bool("is_active"),
        time("created_at"),
        text("password_argon2")
            .null()
            .since(version::IDENTITY_EXPAND),
        text("password_source")
            .null()
            .since(version::IDENTITY_EXPAND),
        int("version").since(version::IDENTITY_EXPAND),
        int("session_epoch").since(version::POLICY),
    ],
    parents: &[tenant("users_tenant_id_fkey").enforced(version::IDENTITY_ENFORCE)],
    uniques: &[
        unique("users_pkey", &["id"], "id"),
        unique(
            "uq_users_tenant_username",
            &["tenant_id", "username"],
            "username",
        ),
        tenant_id_id("uq_users_tenant_id_id").since(version::IDENTITY_EXPAND),
    ],
    indexes: &[
        index("ix_users_created_at", &["created_at"]),
        index("ix_users_tenant_id", &["tenant_id"]),
        index("ix_users_username", &["username"]),
        pages("ix_users_tenant_id_c").since(version::IDENTITY_EXPAND),
    ],
    log: false,
    append_only: None,
    moves_epoch: Some(version::POLICY),
    counters: false,
    guards: Some(version::IDENTITY_ENFORCE),
    hardened: Some(version::IDENTITY_ENFORCE),
    runtime: &[Select, Insert, Update, Delete],
};

pub(super) const ROLES: Table = Table {
    name: "roles",
    owner: TENANT,
    since: version::BASELINE,
    batch: Batch::Identity,
    key: &["id"],
    columns: &[
        text("id"),
        text("tenant_id"),
        text("name"),
        text("description").null(),
        time("created_at"),
        int("version").since(version::IDENTITY_EXPAND),
    ],
    parents: &[tenant("roles_tenant_id_fkey").enforced(version::IDENTITY_ENFORCE)],
    uniques: &[
        unique("roles_pkey", &["id"], "id"),
        unique("uq_roles_tenant_name", &["tenant_id", "name"], "name"),
        tenant_id_id("uq_roles_tenant_id_id").since(version::IDENTITY_EXPAND),
    ],
    indexes: &[
        index("ix_roles_created_at", &["created_at"]),
        index("ix_roles_name", &["name"]),
        index("ix_roles_tenant_id", &["tenant_id"]),
        pages("ix_roles_tenant_id_c").since(version::IDENTITY_EXPAND),
    ],
    log: false,
    append_only: None,
    moves_epoch: Some(version::POLICY),
    counters: false,
    guards: Some(version::IDENTITY_ENFORCE),
    hardened: Some(version::IDENTITY_ENFORCE),
    runtime: &[Select, Insert, Update, Delete],
};

/// The old platform's link without a tenant: its inserts leave `tenant_id` to a trigger.
pub(super) const USER_ROLES: Table = Table {
    name: "user_roles",
    owner: TENANT,
    since: version::BASELINE,
    batch: Batch::Identity,
    key: &["user_id", "role_id"],
    columns: &[
        text("user_id"),
        text("role_id"),
        time("created_at"),
        text("tenant_id").filled().since(version::IDENTITY_EXPAND),
        time("expires_at").null().since(version::POLICY),
    ],
    parents: &[
        composite("role_id", "roles", "fk_user_roles_tenant_role")
            .replaces("user_roles_role_id_fkey", OnDelete::Cascade)
            .cascade()
            .enforced(version::IDENTITY_ENFORCE),
        composite("user_id", "users", "fk_user_roles_tenant_user")
            .replaces("user_roles_user_id_fkey", OnDelete::Cascade)
            .cascade()
            .enforced(version::IDENTITY_ENFORCE),
    ],
    uniques: &[unique(
        "user_roles_pkey",
        &["user_id", "role_id"],
        "role_id",
    )],
    indexes: &[
        index("ix_user_roles_created_at", &["created_at"]),
        index("ix_user_roles_tenant_user", &["tenant_id", "user_id"])
            .since(version::IDENTITY_EXPAND),
        index("ix_user_roles_tenant_role", &["tenant_id", "role_id"])
            .since(version::IDENTITY_EXPAND),
    ],
    log: false,
    append_only: None,
    moves_epoch: Some(version::POLICY),
    counters: false,
    guards: Some(version::IDENTITY_ENFORCE),
    hardened: Some(version::IDENTITY_ENFORCE),
    runtime: &[Select, Insert, Update, Delete],
};

/// A role's grants; the other side is global, so that reference alone runs over one column.
pub(super) const ROLE_PERMISSIONS: Table = Table {
    name: "role_permissions",
    owner: TENANT,
    since: version::BASELINE,
    batch: Batch::Identity,
    key: &["role_id", "permission_id"],
    columns: &[
        text("role_id"),
        text("permission_id"),
        time("created_at"),
        text("tenant_id").filled().since(version::IDENTITY_EXPAND),
    ],
    parents: &[
        composite(
            "permission_id",
            "permissions",
            "role_permissions_permission_id_fkey",
        )
        .replaces("role_permissions_permission_id_fkey", OnDelete::Cascade)
        .enforced(version::IDENTITY_ENFORCE),
        composite("role_id", "roles", "fk_role_permissions_tenant_role")
            .replaces("role_permissions_role_id_fkey", OnDelete::Cascade)
            .cascade()
            .enforced(version::IDENTITY_ENFORCE),
    ],
    uniques: &[unique(
        "role_permissions_pkey",
        &["role_id", "permission_id"],
        "permission_id",
    )],
    indexes: &[
        index("ix_role_permissions_created_at", &["created_at"]),
        index("ix_role_permissions_tenant_role", &["tenant_id", "role_id"])
            .since(version::IDENTITY_EXPAND),
    ],
    log: false,
    append_only: None,
    moves_epoch: Some(version::POLICY),
    counters: false,
    guards: Some(version::IDENTITY_ENFORCE),
    hardened: Some(version::IDENTITY_ENFORCE),
    runtime: &[Select, Insert, Delete],
};
