-- What batch 07A-1 needs beside what is there: the links' tenants, the keys that children will be bound to, and
-- the columns of users and roles that Ringfence keeps. The old platform notices none of it.

ALTER TABLE users
    ADD COLUMN password_argon2 text,
    ADD COLUMN password_source text,
    ADD COLUMN version integer DEFAULT 1 NOT NULL,
    ADD CONSTRAINT uq_users_tenant_id_id UNIQUE (tenant_id, id);
ALTER TABLE roles
    ADD COLUMN version integer DEFAULT 1 NOT NULL,
    ADD CONSTRAINT uq_roles_tenant_id_id UNIQUE (tenant_id, id);
ALTER TABLE user_roles ADD COLUMN tenant_id text;
ALTER TABLE role_permissions ADD COLUMN tenant_id text;

CREATE INDEX ix_users_tenant_id_c ON users (tenant_id, id COLLATE "C");
CREATE INDEX ix_roles_tenant_id_c ON roles (tenant_id, id COLLATE "C");
CREATE INDEX ix_user_roles_tenant_user ON user_roles (tenant_id, user_id);
CREATE INDEX ix_user_roles_tenant_role ON user_roles (tenant_id, role_id);
CREATE INDEX ix_role_permissions_tenant_role ON role_permissions (tenant_id, role_id);

-- Whoever writes the row moves its version, and nobody else sets it. The operator is named with its schema, because
-- the caller's search path is not to be relied on.
CREATE FUNCTION ringfence_version() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    NEW.version := OLD.version OPERATOR(pg_catalog.+) 1;
    RETURN NEW;
END
$$;

-- The old platform knows nothing of a link's tenant and leaves it out. A parent that is not there leaves it
-- null: the foreign key says what is wrong.
CREATE FUNCTION ringfence_user_role_tenant() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    NEW.tenant_id := (SELECT tenant_id FROM users WHERE id = NEW.user_id);
    RETURN NEW;
END
$$;

CREATE FUNCTION ringfence_role_permission_tenant() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    NEW.tenant_id := (SELECT tenant_id FROM roles WHERE id = NEW.role_id);
    RETURN NEW;
END
$$;

DO $$
DECLARE
    made text;
BEGIN
    FOREACH made IN ARRAY ARRAY['ringfence_user_role_tenant', 'ringfence_role_permission_tenant'] LOOP
        EXECUTE format('ALTER FUNCTION %I() SET search_path = %I, pg_temp', made, current_schema());
    END LOOP;
END
$$;

CREATE TRIGGER ringfence_version BEFORE UPDATE ON users
    FOR EACH ROW EXECUTE FUNCTION ringfence_version();
CREATE TRIGGER ringfence_version BEFORE UPDATE ON roles
    FOR EACH ROW EXECUTE FUNCTION ringfence_version();
CREATE TRIGGER ringfence_tenant BEFORE INSERT ON user_roles
    FOR EACH ROW WHEN (NEW.tenant_id IS NULL) EXECUTE FUNCTION ringfence_user_role_tenant();
CREATE TRIGGER ringfence_tenant BEFORE INSERT ON role_permissions
    FOR EACH ROW WHEN (NEW.tenant_id IS NULL) EXECUTE FUNCTION ringfence_role_permission_tenant();
