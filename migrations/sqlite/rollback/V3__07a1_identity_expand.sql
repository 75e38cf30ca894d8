-- DROP COLUMN fails while a trigger or an index names the column: those first.

-- From the catalogue
DROP TRIGGER rf_role_permissions_tenant;
DROP TRIGGER rf_user_roles_tenant;
DROP TRIGGER rf_roles_version_step;
DROP TRIGGER rf_roles_version;
DROP TRIGGER rf_users_version_step;
DROP TRIGGER rf_users_version;
DROP INDEX IF EXISTS ix_role_permissions_tenant_role;
DROP INDEX IF EXISTS ix_user_roles_tenant_role;
DROP INDEX IF EXISTS ix_user_roles_tenant_user;
DROP INDEX uq_roles_tenant_id_id;
DROP INDEX uq_users_tenant_id_id;
ALTER TABLE role_permissions DROP COLUMN tenant_id;
ALTER TABLE user_roles DROP COLUMN tenant_id;
ALTER TABLE roles DROP COLUMN version;
ALTER TABLE users DROP COLUMN version;
ALTER TABLE users DROP COLUMN password_source;
ALTER TABLE users DROP COLUMN password_argon2;
CREATE INDEX ix_users_tenant_id ON users (tenant_id);
CREATE INDEX ix_roles_tenant_id ON roles (tenant_id);
-- End of what is from the catalogue
