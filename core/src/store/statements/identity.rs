//! Users, roles and what binds them.

use jiff::Timestamp;

use crate::error::StoreError;
use crate::model::{Role, User};
use crate::store::statement::statements;
use crate::store::{FromRow, Row};

/// In the order in which [`User`] is read.
macro_rules! user {
    () => {
        "u.id, u.username, u.is_active, u.created_at, u.version"
    };
}

/// Which rows a filter selects: name `$4`, activity `$5`.
macro_rules! user_filter {
    () => {
        "(CAST($4 AS TEXT) IS NULL OR u.username = $4) \
         AND (CAST($5 AS BOOLEAN) IS NULL OR u.is_active = $5)"
    };
}

/// In the order in which [`Role`] is read.
macro_rules! role {
    () => {
        "r.id, r.name, r.description, r.created_at, r.version"
    };
}

/// Which rows a filter selects: name `$4`.
macro_rules! role_filter {
    () => {
        "(CAST($4 AS TEXT) IS NULL OR r.name = $4)"
    };
}

statements! {
    USER_BY_ID: Tenant = by_id (
        "SELECT ", epoch!(), ", ", user!(), " FROM users u WHERE u.tenant_id = $1 AND u.id"
    );
    USER_PAGE: Tenant = {
        sqlite: concat!(
            "SELECT ", epoch!(), ", ", user!(),
            " FROM users u WHERE u.tenant_id = $1 AND u.id > $2 AND ", user_filter!(),
            " ORDER BY u.id LIMIT $3"
        ),
        postgres: concat!(
            "SELECT ", epoch!(), ", ", user!(),
            " FROM users u WHERE u.tenant_id = $1 AND u.id COLLATE \"C\" > $2 AND ", user_filter!(),
            " ORDER BY u.id COLLATE \"C\" LIMIT $3"
        ),
    };
    USER_INSERT: Tenant = inserted
        "INSERT INTO users (tenant_id, id, username, password_hash, password_argon2, \
         password_source, is_active, created_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8)";
    /// The version moves by its trigger; `$5` is the one that was read.
    USER_UPDATE: Tenant = one
        "UPDATE users SET username = $3, is_active = $4 \
         WHERE tenant_id = $1 AND id = $2 AND version = $5";
    USER_PASSWORD: Tenant = one
        "UPDATE users SET password_hash = $3, password_argon2 = $4, password_source = $5 \
         WHERE tenant_id = $1 AND id = $2 AND version = $6";
    ROLE_BY_ID: Tenant = by_id (
        "SELECT ", epoch!(), ", ", role!(), " FROM roles r WHERE r.tenant_id = $1 AND r.id"
    );
    ROLE_PAGE: Tenant = {
        sqlite: concat!(
            "SELECT ", epoch!(), ", ", role!(),
            " FROM roles r WHERE r.tenant_id = $1 AND r.id > $2 AND ", role_filter!(),
            " ORDER BY r.id LIMIT $3"
        ),
        postgres: concat!(
            "SELECT ", epoch!(), ", ", role!(),
            " FROM roles r WHERE r.tenant_id = $1 AND r.id COLLATE \"C\" > $2 AND ", role_filter!(),
            " ORDER BY r.id COLLATE \"C\" LIMIT $3"
        ),
    };
    ROLE_INSERT: Tenant = inserted
        "INSERT INTO roles (tenant_id, id, name, description, created_at) \
         VALUES ($1, $2, $3, $4, $5)";
    ASSIGNMENT: Tenant =
        "SELECT ur.expires_at FROM user_roles ur \
         WHERE ur.tenant_id = $1 AND ur.user_id = $2 AND ur.role_id = $3";
    ASSIGNMENT_INSERT: Tenant = inserted
        "INSERT INTO user_roles (tenant_id, user_id, role_id, created_at, expires_at) \
         VALUES ($1, $2, $3, $4, $5)";
    ASSIGNMENT_UPDATE: Tenant = one
        "UPDATE user_roles SET expires_at = $4 \
         WHERE tenant_id = $1 AND user_id = $2 AND role_id = $3";
    ASSIGNMENT_DELETE: Tenant = one
        "DELETE FROM user_roles WHERE tenant_id = $1 AND user_id = $2 AND role_id = $3";
    /// The names that a role itself is granted, as they are stored.
    GRANTS: Tenant =
        "SELECT p.name FROM role_permissions rp JOIN permissions p ON p.id = rp.permission_id \
         WHERE rp.tenant_id = $1 AND rp.role_id = $2";
    /// A name that the catalogue lacks inserts nothing.
    GRANT_INSERT: Tenant = inserted
        "INSERT INTO role_permissions (tenant_id, role_id, permission_id, created_at) \
         SELECT $1, $2, p.id, $4 FROM permissions p WHERE p.name = $3";
    GRANT_DELETE: Tenant = one
        "DELETE FROM role_permissions WHERE tenant_id = $1 AND role_id = $2 \
         AND permission_id IN (SELECT p.id FROM permissions p WHERE p.name = $3)";
}

impl FromRow for User {
    fn from_row(row: &Row<'_>) -> Result<Self, StoreError> {
        Ok(Self {
            id: row.text(0)?.into(),
            username: row.text(1)?,
            is_active: row.bool(2)?,
            created_at: row.time(3)?,
            version: row.int(4)?,
        })
    }
}

impl FromRow for Role {
    fn from_row(row: &Row<'_>) -> Result<Self, StoreError> {
        Ok(Self {
            id: row.text(0)?.into(),
            name: row.text(1)?,
            description: row.opt_text(2)?,
            created_at: row.time(3)?,
            version: row.int(4)?,
        })
    }
}

/// When an assignment that exists ends.
pub(crate) struct AssignmentEnd(pub(crate) Option<Timestamp>);

impl FromRow for AssignmentEnd {
    fn from_row(row: &Row<'_>) -> Result<Self, StoreError> {
        row.opt_time(0).map(Self)
    }
}
