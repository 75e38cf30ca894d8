//! Users, roles and what binds them.

use crate::store::statement::statements;

statements! {
    USER_INSERT: Tenant =
        "INSERT INTO users (tenant_id, id, username, password_hash, password_argon2, \
         password_source, is_active, created_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8)";
    ROLE_INSERT: Tenant =
        "INSERT INTO roles (tenant_id, id, name, description, created_at) \
         VALUES ($1, $2, $3, $4, $5)";
    ASSIGNMENT_INSERT: Tenant =
        "INSERT INTO user_roles (tenant_id, user_id, role_id, created_at, expires_at) \
         VALUES ($1, $2, $3, $4, $5)";
    /// A name that the catalogue lacks inserts nothing.
    GRANT_INSERT: Tenant =
        "INSERT INTO role_permissions (tenant_id, role_id, permission_id, created_at) \
         SELECT $1, $2, p.id, $4 FROM permissions p WHERE p.name = $3";
}
