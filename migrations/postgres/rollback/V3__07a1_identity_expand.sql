DROP TRIGGER ringfence_tenant ON role_permissions;
DROP TRIGGER ringfence_tenant ON user_roles;
DROP TRIGGER ringfence_version ON roles;
DROP TRIGGER ringfence_version ON users;
DROP FUNCTION ringfence_role_permission_tenant();
DROP FUNCTION ringfence_user_role_tenant();
DROP FUNCTION ringfence_version();

DROP INDEX ix_role_permissions_tenant_role;
DROP INDEX ix_user_roles_tenant_role;
DROP INDEX ix_user_roles_tenant_user;
DROP INDEX ix_roles_tenant_id_c;
DROP INDEX ix_users_tenant_id_c;

ALTER TABLE role_permissions DROP COLUMN tenant_id;
ALTER TABLE user_roles DROP COLUMN tenant_id;
ALTER TABLE roles
    DROP CONSTRAINT uq_roles_tenant_id_id,
    DROP COLUMN version;
ALTER TABLE users
    DROP CONSTRAINT uq_users_tenant_id_id,
    DROP COLUMN version,
    DROP COLUMN password_source,
    DROP COLUMN password_argon2;
