-- Identity, expand: what the old platform does not know is nullable or has a default, so that it goes on reading and
-- writing these tables as before. A link takes the tenant of its user or role from now on, so that backfill has an end.

-- Whoever writes the row moves its version, and nobody else sets it. The operator is named with its schema, because
-- the caller's search path is not to be relied on.
CREATE FUNCTION ringfence_version() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    NEW.version := OLD.version OPERATOR(pg_catalog.+) 1;
    RETURN NEW;
END
$$;

-- From the catalogue
DROP INDEX IF EXISTS ix_roles_tenant_id;
DROP INDEX IF EXISTS ix_users_tenant_id;
ALTER TABLE users ADD COLUMN password_argon2 text;
ALTER TABLE users ADD COLUMN password_source text;
ALTER TABLE users ADD COLUMN version bigint NOT NULL DEFAULT 1;
ALTER TABLE roles ADD COLUMN version bigint NOT NULL DEFAULT 1;
ALTER TABLE user_roles ADD COLUMN tenant_id text;
ALTER TABLE role_permissions ADD COLUMN tenant_id text;
ALTER TABLE users ADD CONSTRAINT uq_users_tenant_id_id UNIQUE (tenant_id, id);
ALTER TABLE roles ADD CONSTRAINT uq_roles_tenant_id_id UNIQUE (tenant_id, id);
CREATE INDEX ix_users_tenant_id_c ON users (tenant_id, id COLLATE "C");
CREATE INDEX ix_roles_tenant_id_c ON roles (tenant_id, id COLLATE "C");
CREATE INDEX ix_user_roles_tenant_user ON user_roles (tenant_id, user_id);
CREATE INDEX ix_user_roles_tenant_role ON user_roles (tenant_id, role_id);
CREATE INDEX ix_role_permissions_tenant_role ON role_permissions (tenant_id, role_id);
CREATE TRIGGER ringfence_version BEFORE UPDATE ON users
    FOR EACH ROW EXECUTE FUNCTION ringfence_version();
CREATE TRIGGER ringfence_version BEFORE UPDATE ON roles
    FOR EACH ROW EXECUTE FUNCTION ringfence_version();
CREATE FUNCTION ringfence_user_roles_tenant() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    NEW.tenant_id := (SELECT tenant_id FROM users WHERE id = NEW.user_id);
    RETURN NEW;
END
$$;
DO $$
BEGIN
    EXECUTE format('ALTER FUNCTION ringfence_user_roles_tenant() SET search_path = %I, pg_temp', current_schema());
END
$$;
CREATE TRIGGER ringfence_tenant BEFORE INSERT ON user_roles
    FOR EACH ROW WHEN (NEW.tenant_id IS NULL) EXECUTE FUNCTION ringfence_user_roles_tenant();
CREATE FUNCTION ringfence_role_permissions_tenant() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    NEW.tenant_id := (SELECT tenant_id FROM roles WHERE id = NEW.role_id);
    RETURN NEW;
END
$$;
DO $$
BEGIN
    EXECUTE format('ALTER FUNCTION ringfence_role_permissions_tenant() SET search_path = %I, pg_temp', current_schema());
END
$$;
CREATE TRIGGER ringfence_tenant BEFORE INSERT ON role_permissions
    FOR EACH ROW WHEN (NEW.tenant_id IS NULL) EXECUTE FUNCTION ringfence_role_permissions_tenant();
-- End of what is from the catalogue
