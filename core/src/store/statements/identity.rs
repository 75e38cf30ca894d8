//! Users, roles and what binds them.

use jiff::Timestamp;

use super::names::{Named, named};
use crate::model::{Role, User};
use crate::store::sql::record::{read_in_order, record};
use crate::store::sql::statement::{Insert, Rows, Stamped, Update, Write, statements};

record! { user: User, users as u { id, created_at, version } edited { username, is_active } }
record! { role: Role, roles as r { id, created_at, version } edited { name, description } }

/// Which rows a filter selects: activity `$4`.
macro_rules! user_filter {
    () => {
        "(CAST($4 AS BOOLEAN) IS NULL OR u.is_active = $4)"
    };
}

/// Which rows a filter selects: name `$4`, and as it was given `$5`.
macro_rules! role_filter {
    () => {
        "(CAST($4 AS TEXT) IS NULL OR r.name IN ($4, $5))"
    };
}

statements! {
    USER_BY_ID: Tenant Stamped<User> = by_id user;
    USER_PAGE: Tenant Stamped<User> = page user (user_filter!());
    USER_INSERT: Tenant Insert<User, 4> =
        insert user with (name_key, password_hash, password_argon2, password_source);
    USER_UPDATE: Tenant Update<User> = update user;
    USER_RENAME: Tenant Update<User, 1> = update user with (name_key);
    /// Users who may be meant by a name.
    USERS_NAMED: Tenant Stamped<Named<User, 3>> = {
        sqlite: named!(sqlite, user!(stamped), ""),
        postgres: named!(postgres, user!(stamped), ""),
    };
    /// With the sessions that are open: the epoch moves by `$7`, and only who knows by how much goes on.
    USER_PASSWORD: Tenant Write = one
        "UPDATE users SET password_hash = $3, password_argon2 = $4, password_source = $5, \
         session_epoch = session_epoch + $7 \
         WHERE tenant_id = $1 AND id = $2 AND version = $6";
    USER_SESSIONS_END: Tenant Write = one
        "UPDATE users SET session_epoch = session_epoch + $3 WHERE tenant_id = $1 AND id = $2";
    /// The roles that it has go with it.
    USER_DELETE: Tenant Write = one
        "DELETE FROM users WHERE tenant_id = $1 AND id = $2 AND version = $3";
    ROLE_BY_ID: Tenant Stamped<Role> = by_id role;
    ROLE_PAGE: Tenant Stamped<Role> = page role (role_filter!());
    ROLE_INSERT: Tenant Insert<Role> = insert role;
    ROLE_UPDATE: Tenant Update<Role> = update role;
    /// What it grants and denies goes with it.
    ROLE_DELETE: Tenant Write = one
        "DELETE FROM roles WHERE tenant_id = $1 AND id = $2 AND version = $3";
    /// Whether a user has the role, be it with an end that is over, or another role inherits it.
    ROLE_HELD: Tenant Rows<i64> =
        "SELECT 1 WHERE EXISTS (SELECT 1 FROM user_roles ur WHERE ur.tenant_id = $1 AND ur.role_id = $2) \
         OR EXISTS (SELECT 1 FROM role_inheritance ri WHERE ri.tenant_id = $1 AND ri.inherits_role_id = $2)";
    ASSIGNMENT: Tenant Rows<AssignmentEnd> =
        "SELECT ur.expires_at FROM user_roles ur \
         WHERE ur.tenant_id = $1 AND ur.user_id = $2 AND ur.role_id = $3";
    ASSIGNMENT_INSERT: Tenant Write = inserted
        "INSERT INTO user_roles (tenant_id, user_id, role_id, created_at, expires_at) \
         VALUES ($1, $2, $3, $4, $5)";
    ASSIGNMENT_UPDATE: Tenant Write = one
        "UPDATE user_roles SET expires_at = $4 \
         WHERE tenant_id = $1 AND user_id = $2 AND role_id = $3";
    ASSIGNMENT_DELETE: Tenant Write = one
        "DELETE FROM user_roles WHERE tenant_id = $1 AND user_id = $2 AND role_id = $3";
    /// The names that a role itself is granted, as they are stored.
    GRANTS: Tenant Rows<String> =
        "SELECT p.name FROM role_permissions rp JOIN permissions p ON p.id = rp.permission_id \
         WHERE rp.tenant_id = $1 AND rp.role_id = $2";
    /// A name that the catalogue lacks inserts nothing.
    GRANT_INSERT: Tenant Write = inserted
        "INSERT INTO role_permissions (tenant_id, role_id, permission_id, created_at) \
         SELECT $1, $2, p.id, $4 FROM permissions p WHERE p.name = $3";
    GRANT_DELETE: Tenant Write = one
        "DELETE FROM role_permissions WHERE tenant_id = $1 AND role_id = $2 \
         AND permission_id IN (SELECT p.id FROM permissions p WHERE p.name = $3)";
}

/// When an assignment that exists ends.
pub(crate) struct AssignmentEnd {
    pub(crate) expires_at: Option<Timestamp>,
}

read_in_order! { AssignmentEnd { expires_at } }
