-- Identity, expand: what the old platform does not know is nullable or has a default, so that it goes on reading and
-- writing these tables as before. A link takes the tenant of its user or role from now on, so that backfill has an end.

-- From the catalogue
DROP INDEX IF EXISTS ix_roles_tenant_id;
DROP INDEX IF EXISTS ix_users_tenant_id;
ALTER TABLE users ADD COLUMN password_argon2 TEXT;
ALTER TABLE users ADD COLUMN password_source TEXT;
ALTER TABLE users ADD COLUMN version INTEGER NOT NULL DEFAULT 1;
ALTER TABLE roles ADD COLUMN version INTEGER NOT NULL DEFAULT 1;
ALTER TABLE user_roles ADD COLUMN tenant_id TEXT;
ALTER TABLE role_permissions ADD COLUMN tenant_id TEXT;
CREATE UNIQUE INDEX uq_users_tenant_id_id ON users (tenant_id, id);
CREATE UNIQUE INDEX uq_roles_tenant_id_id ON roles (tenant_id, id);
CREATE INDEX ix_user_roles_tenant_user ON user_roles (tenant_id, user_id);
CREATE INDEX ix_user_roles_tenant_role ON user_roles (tenant_id, role_id);
CREATE INDEX ix_role_permissions_tenant_role ON role_permissions (tenant_id, role_id);
CREATE TRIGGER rf_users_version AFTER UPDATE ON users
WHEN NEW.version IS OLD.version
BEGIN
    UPDATE users SET version = OLD.version + 1 WHERE rowid = NEW.rowid;
END;
CREATE TRIGGER rf_users_version_step BEFORE UPDATE OF version ON users
WHEN NEW.version IS NOT OLD.version AND NEW.version IS NOT OLD.version + 1
BEGIN
    SELECT RAISE(ABORT, 'ringfence.key:users');
END;
CREATE TRIGGER rf_roles_version AFTER UPDATE ON roles
WHEN NEW.version IS OLD.version
BEGIN
    UPDATE roles SET version = OLD.version + 1 WHERE rowid = NEW.rowid;
END;
CREATE TRIGGER rf_roles_version_step BEFORE UPDATE OF version ON roles
WHEN NEW.version IS NOT OLD.version AND NEW.version IS NOT OLD.version + 1
BEGIN
    SELECT RAISE(ABORT, 'ringfence.key:roles');
END;
CREATE TRIGGER rf_user_roles_tenant AFTER INSERT ON user_roles
WHEN NEW.tenant_id IS NULL
BEGIN
    UPDATE user_roles SET tenant_id = (SELECT tenant_id FROM users WHERE id = NEW.user_id)
    WHERE user_id = NEW.user_id AND role_id = NEW.role_id;
END;
CREATE TRIGGER rf_role_permissions_tenant AFTER INSERT ON role_permissions
WHEN NEW.tenant_id IS NULL
BEGIN
    UPDATE role_permissions SET tenant_id = (SELECT tenant_id FROM roles WHERE id = NEW.role_id)
    WHERE role_id = NEW.role_id AND permission_id = NEW.permission_id;
END;
-- End of what is from the catalogue
