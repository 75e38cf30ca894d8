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

ALTER TABLE approval_records
    DROP CONSTRAINT approval_records_tenant_id_fkey,
    ADD CONSTRAINT approval_records_tenant_id_fkey
        FOREIGN KEY (tenant_id) REFERENCES tenants(id) ON DELETE CASCADE;
ALTER TABLE command_requests
    DROP CONSTRAINT command_requests_tenant_id_fkey,
    ADD CONSTRAINT command_requests_tenant_id_fkey
        FOREIGN KEY (tenant_id) REFERENCES tenants(id) ON DELETE CASCADE;
ALTER TABLE alerts
    DROP CONSTRAINT alerts_tenant_id_fkey,
    ADD CONSTRAINT alerts_tenant_id_fkey
        FOREIGN KEY (tenant_id) REFERENCES tenants(id) ON DELETE CASCADE;
ALTER TABLE incidents
    DROP CONSTRAINT incidents_tenant_id_fkey,
    ADD CONSTRAINT incidents_tenant_id_fkey
        FOREIGN KEY (tenant_id) REFERENCES tenants(id) ON DELETE CASCADE;
ALTER TABLE defect_actions
    DROP CONSTRAINT defect_actions_tenant_id_fkey,
    ADD CONSTRAINT defect_actions_tenant_id_fkey
        FOREIGN KEY (tenant_id) REFERENCES tenants(id) ON DELETE CASCADE;
ALTER TABLE defects
    DROP CONSTRAINT defects_tenant_id_fkey,
    ADD CONSTRAINT defects_tenant_id_fkey
        FOREIGN KEY (tenant_id) REFERENCES tenants(id) ON DELETE CASCADE;
ALTER TABLE inspection_exports
    DROP CONSTRAINT inspection_exports_tenant_id_fkey,
    ADD CONSTRAINT inspection_exports_tenant_id_fkey
        FOREIGN KEY (tenant_id) REFERENCES tenants(id) ON DELETE CASCADE;
ALTER TABLE inspection_observations
    DROP CONSTRAINT inspection_observations_tenant_id_fkey,
    ADD CONSTRAINT inspection_observations_tenant_id_fkey
        FOREIGN KEY (tenant_id) REFERENCES tenants(id) ON DELETE CASCADE;
ALTER TABLE inspection_tasks
    DROP CONSTRAINT inspection_tasks_tenant_id_fkey,
    ADD CONSTRAINT inspection_tasks_tenant_id_fkey
        FOREIGN KEY (tenant_id) REFERENCES tenants(id) ON DELETE CASCADE;
ALTER TABLE inspection_template_items
    DROP CONSTRAINT inspection_template_items_tenant_id_fkey,
    ADD CONSTRAINT inspection_template_items_tenant_id_fkey
        FOREIGN KEY (tenant_id) REFERENCES tenants(id) ON DELETE CASCADE;
ALTER TABLE inspection_templates
    DROP CONSTRAINT inspection_templates_tenant_id_fkey,
    ADD CONSTRAINT inspection_templates_tenant_id_fkey
        FOREIGN KEY (tenant_id) REFERENCES tenants(id) ON DELETE CASCADE;
ALTER TABLE approvals
    DROP CONSTRAINT approvals_tenant_id_fkey,
    ADD CONSTRAINT approvals_tenant_id_fkey
        FOREIGN KEY (tenant_id) REFERENCES tenants(id) ON DELETE CASCADE;
ALTER TABLE mission_runs
    DROP CONSTRAINT mission_runs_tenant_id_fkey,
    ADD CONSTRAINT mission_runs_tenant_id_fkey
        FOREIGN KEY (tenant_id) REFERENCES tenants(id) ON DELETE CASCADE;
ALTER TABLE missions
    DROP CONSTRAINT missions_tenant_id_fkey,
    ADD CONSTRAINT missions_tenant_id_fkey
        FOREIGN KEY (tenant_id) REFERENCES tenants(id) ON DELETE CASCADE;
ALTER TABLE drone_credentials
    DROP CONSTRAINT drone_credentials_tenant_id_fkey,
    ADD CONSTRAINT drone_credentials_tenant_id_fkey
        FOREIGN KEY (tenant_id) REFERENCES tenants(id) ON DELETE CASCADE;
ALTER TABLE drones
    DROP CONSTRAINT drones_tenant_id_fkey,
    ADD CONSTRAINT drones_tenant_id_fkey
        FOREIGN KEY (tenant_id) REFERENCES tenants(id) ON DELETE CASCADE;

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
