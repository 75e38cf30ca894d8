-- From the catalogue
DROP TRIGGER ringfence_tenant ON role_permissions;
DROP FUNCTION ringfence_role_permissions_tenant();
DROP TRIGGER ringfence_tenant ON user_roles;
DROP FUNCTION ringfence_user_roles_tenant();
DROP TRIGGER ringfence_version ON roles;
DROP TRIGGER ringfence_version ON users;
DROP INDEX IF EXISTS ix_role_permissions_tenant_role;
DROP INDEX IF EXISTS ix_user_roles_tenant_role;
DROP INDEX IF EXISTS ix_user_roles_tenant_user;
DROP INDEX IF EXISTS ix_roles_tenant_id_c;
DROP INDEX IF EXISTS ix_users_tenant_id_c;
ALTER TABLE roles DROP CONSTRAINT uq_roles_tenant_id_id;
ALTER TABLE users DROP CONSTRAINT uq_users_tenant_id_id;
ALTER TABLE role_permissions DROP COLUMN tenant_id;
ALTER TABLE user_roles DROP COLUMN tenant_id;
ALTER TABLE roles DROP COLUMN version;
ALTER TABLE users DROP COLUMN version;
ALTER TABLE users DROP COLUMN password_source;
ALTER TABLE users DROP COLUMN password_argon2;
CREATE INDEX ix_users_tenant_id ON users (tenant_id);
CREATE INDEX ix_roles_tenant_id ON roles (tenant_id);
-- End of what is from the catalogue

DROP FUNCTION ringfence_version();
