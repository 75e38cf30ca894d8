ALTER TABLE audit_details DISABLE ROW LEVEL SECURITY;
DROP POLICY ringfence_tenant ON audit_details;
ALTER TABLE audit_events DISABLE ROW LEVEL SECURITY;
DROP POLICY ringfence_tenant ON audit_events;
ALTER TABLE audit_heads DISABLE ROW LEVEL SECURITY;
DROP POLICY ringfence_tenant ON audit_heads;
ALTER TABLE role_permissions DISABLE ROW LEVEL SECURITY;
DROP POLICY ringfence_tenant ON role_permissions;
ALTER TABLE user_roles DISABLE ROW LEVEL SECURITY;
DROP POLICY ringfence_tenant ON user_roles;
ALTER TABLE roles DISABLE ROW LEVEL SECURITY;
DROP POLICY ringfence_tenant ON roles;
ALTER TABLE users DISABLE ROW LEVEL SECURITY;
DROP POLICY ringfence_tenant ON users;
ALTER TABLE tenants DISABLE ROW LEVEL SECURITY;
DROP POLICY ringfence_tenant ON tenants;

DROP TRIGGER ringfence_key ON role_permissions;
DROP TRIGGER ringfence_key ON user_roles;
DROP TRIGGER ringfence_key ON roles;
DROP TRIGGER ringfence_key ON users;
DROP TRIGGER ringfence_key ON tenants;
DROP TRIGGER ringfence_truncate ON permissions;
DROP TRIGGER ringfence_global ON permissions;

-- A name that this step brought goes, unless a grant has come to need it.
DELETE FROM permissions
WHERE id = 'permission:' || name AND description = 'Ringfence permission'
    AND NOT EXISTS (SELECT FROM role_permissions WHERE permission_id = permissions.id);

ALTER TABLE role_permissions
    DROP CONSTRAINT role_permissions_permission_id_fkey,
    DROP CONSTRAINT fk_role_permissions_tenant_role,
    ADD CONSTRAINT role_permissions_permission_id_fkey
        FOREIGN KEY (permission_id) REFERENCES permissions(id) ON DELETE CASCADE,
    ADD CONSTRAINT role_permissions_role_id_fkey
        FOREIGN KEY (role_id) REFERENCES roles(id) ON DELETE CASCADE,
    ALTER COLUMN tenant_id DROP NOT NULL;
ALTER TABLE user_roles
    DROP CONSTRAINT fk_user_roles_tenant_role,
    DROP CONSTRAINT fk_user_roles_tenant_user,
    ADD CONSTRAINT user_roles_role_id_fkey
        FOREIGN KEY (role_id) REFERENCES roles(id) ON DELETE CASCADE,
    ADD CONSTRAINT user_roles_user_id_fkey
        FOREIGN KEY (user_id) REFERENCES users(id) ON DELETE CASCADE,
    ALTER COLUMN tenant_id DROP NOT NULL;
ALTER TABLE roles
    DROP CONSTRAINT roles_tenant_id_fkey,
    ADD CONSTRAINT roles_tenant_id_fkey
        FOREIGN KEY (tenant_id) REFERENCES tenants(id) ON DELETE CASCADE;
ALTER TABLE users
    DROP CONSTRAINT users_tenant_id_fkey,
    ADD CONSTRAINT users_tenant_id_fkey
        FOREIGN KEY (tenant_id) REFERENCES tenants(id) ON DELETE CASCADE;
