-- Batch 07A-1 holds from here: no link crosses a tenant, no key changes, and a tenant that owns a row of any table stays,
-- those of later batches included: purge is the only way out. Not events and audit_logs, whose tenant was never a
-- reference ('system' occurs there), nor the log, which outlives its tenant. Keys and foreign keys stay as they are until
-- 07a9_keys rebuilds the tables once; until then these triggers are the boundary.

-- From the catalogue
CREATE TRIGGER rf_tenants_insert BEFORE INSERT ON tenants
BEGIN
    SELECT RAISE(ABORT, 'ringfence.key:tenants')
    WHERE NEW.rowid <> -1 AND EXISTS (SELECT 1 FROM tenants WHERE rowid = NEW.rowid);
    SELECT RAISE(ABORT, 'ringfence.unique:tenants_pkey')
    WHERE EXISTS (SELECT 1 FROM tenants WHERE id = NEW.id);
    SELECT RAISE(ABORT, 'ringfence.unique:tenants_name_key')
    WHERE EXISTS (SELECT 1 FROM tenants WHERE name = NEW.name);
END;
CREATE TRIGGER rf_tenants_insert_rowid AFTER INSERT ON tenants
WHEN NEW.rowid = -1
BEGIN
    SELECT RAISE(ABORT, 'ringfence.key:tenants');
END;
CREATE TRIGGER rf_tenants_key BEFORE UPDATE ON tenants
WHEN NEW.id IS NOT OLD.id
    OR NEW.rowid IS NOT OLD.rowid
BEGIN
    SELECT RAISE(ABORT, 'ringfence.key:tenants');
END;
CREATE TRIGGER rf_tenants_update BEFORE UPDATE OF name ON tenants
BEGIN
    SELECT RAISE(ABORT, 'ringfence.unique:tenants_name_key')
    WHERE EXISTS (
        SELECT 1 FROM tenants WHERE name = NEW.name AND rowid <> OLD.rowid
    );
END;
CREATE TRIGGER rf_tenants_delete BEFORE DELETE ON tenants
BEGIN
    SELECT RAISE(ABORT, 'ringfence.restrict:users_tenant_id_fkey')
    WHERE EXISTS (SELECT 1 FROM users WHERE tenant_id = OLD.id);
    SELECT RAISE(ABORT, 'ringfence.restrict:roles_tenant_id_fkey')
    WHERE EXISTS (SELECT 1 FROM roles WHERE tenant_id = OLD.id);
    SELECT RAISE(ABORT, 'ringfence.restrict:drones_tenant_id_fkey')
    WHERE EXISTS (SELECT 1 FROM drones WHERE tenant_id = OLD.id);
    SELECT RAISE(ABORT, 'ringfence.restrict:drone_credentials_tenant_id_fkey')
    WHERE EXISTS (SELECT 1 FROM drone_credentials WHERE tenant_id = OLD.id);
    SELECT RAISE(ABORT, 'ringfence.restrict:missions_tenant_id_fkey')
    WHERE EXISTS (SELECT 1 FROM missions WHERE tenant_id = OLD.id);
    SELECT RAISE(ABORT, 'ringfence.restrict:mission_runs_tenant_id_fkey')
    WHERE EXISTS (SELECT 1 FROM mission_runs WHERE tenant_id = OLD.id);
    SELECT RAISE(ABORT, 'ringfence.restrict:approvals_tenant_id_fkey')
    WHERE EXISTS (SELECT 1 FROM approvals WHERE tenant_id = OLD.id);
    SELECT RAISE(ABORT, 'ringfence.restrict:inspection_templates_tenant_id_fkey')
    WHERE EXISTS (SELECT 1 FROM inspection_templates WHERE tenant_id = OLD.id);
    SELECT RAISE(ABORT, 'ringfence.restrict:inspection_template_items_tenant_id_fkey')
    WHERE EXISTS (SELECT 1 FROM inspection_template_items WHERE tenant_id = OLD.id);
    SELECT RAISE(ABORT, 'ringfence.restrict:inspection_tasks_tenant_id_fkey')
    WHERE EXISTS (SELECT 1 FROM inspection_tasks WHERE tenant_id = OLD.id);
    SELECT RAISE(ABORT, 'ringfence.restrict:inspection_observations_tenant_id_fkey')
    WHERE EXISTS (SELECT 1 FROM inspection_observations WHERE tenant_id = OLD.id);
    SELECT RAISE(ABORT, 'ringfence.restrict:inspection_exports_tenant_id_fkey')
    WHERE EXISTS (SELECT 1 FROM inspection_exports WHERE tenant_id = OLD.id);
    SELECT RAISE(ABORT, 'ringfence.restrict:defects_tenant_id_fkey')
    WHERE EXISTS (SELECT 1 FROM defects WHERE tenant_id = OLD.id);
    SELECT RAISE(ABORT, 'ringfence.restrict:defect_actions_tenant_id_fkey')
    WHERE EXISTS (SELECT 1 FROM defect_actions WHERE tenant_id = OLD.id);
    SELECT RAISE(ABORT, 'ringfence.restrict:incidents_tenant_id_fkey')
    WHERE EXISTS (SELECT 1 FROM incidents WHERE tenant_id = OLD.id);
    SELECT RAISE(ABORT, 'ringfence.restrict:alerts_tenant_id_fkey')
    WHERE EXISTS (SELECT 1 FROM alerts WHERE tenant_id = OLD.id);
    SELECT RAISE(ABORT, 'ringfence.restrict:command_requests_tenant_id_fkey')
    WHERE EXISTS (SELECT 1 FROM command_requests WHERE tenant_id = OLD.id);
    SELECT RAISE(ABORT, 'ringfence.restrict:approval_records_tenant_id_fkey')
    WHERE EXISTS (SELECT 1 FROM approval_records WHERE tenant_id = OLD.id);
END;
CREATE TRIGGER rf_permissions_insert BEFORE INSERT ON permissions
BEGIN
    SELECT RAISE(ABORT, 'ringfence.key:permissions')
    WHERE NEW.rowid <> -1 AND EXISTS (SELECT 1 FROM permissions WHERE rowid = NEW.rowid);
    SELECT RAISE(ABORT, 'ringfence.unique:permissions_pkey')
    WHERE EXISTS (SELECT 1 FROM permissions WHERE id = NEW.id);
    SELECT RAISE(ABORT, 'ringfence.unique:permissions_name_key')
    WHERE EXISTS (SELECT 1 FROM permissions WHERE name = NEW.name);
END;
CREATE TRIGGER rf_permissions_insert_rowid AFTER INSERT ON permissions
WHEN NEW.rowid = -1
BEGIN
    SELECT RAISE(ABORT, 'ringfence.key:permissions');
END;
CREATE TRIGGER rf_permissions_update BEFORE UPDATE ON permissions
BEGIN
    SELECT RAISE(ABORT, 'ringfence.global:permissions');
END;
CREATE TRIGGER rf_permissions_delete BEFORE DELETE ON permissions
BEGIN
    SELECT RAISE(ABORT, 'ringfence.global:permissions');
END;
CREATE TRIGGER rf_users_insert BEFORE INSERT ON users
BEGIN
    SELECT RAISE(ABORT, 'ringfence.key:users')
    WHERE NEW.rowid <> -1 AND EXISTS (SELECT 1 FROM users WHERE rowid = NEW.rowid);
    SELECT RAISE(ABORT, 'ringfence.reference:users_tenant_id_fkey')
    WHERE NOT EXISTS (SELECT 1 FROM tenants WHERE id = NEW.tenant_id);
    SELECT RAISE(ABORT, 'ringfence.unique:users_pkey')
    WHERE EXISTS (SELECT 1 FROM users WHERE id = NEW.id);
    SELECT RAISE(ABORT, 'ringfence.unique:uq_users_tenant_username')
    WHERE EXISTS (SELECT 1 FROM users WHERE tenant_id = NEW.tenant_id AND username = NEW.username);
END;
CREATE TRIGGER rf_users_insert_rowid AFTER INSERT ON users
WHEN NEW.rowid = -1
BEGIN
    SELECT RAISE(ABORT, 'ringfence.key:users');
END;
CREATE TRIGGER rf_users_key BEFORE UPDATE ON users
WHEN NEW.id IS NOT OLD.id
    OR NEW.tenant_id IS NOT OLD.tenant_id
    OR NEW.rowid IS NOT OLD.rowid
BEGIN
    SELECT RAISE(ABORT, 'ringfence.key:users');
END;
CREATE TRIGGER rf_users_update BEFORE UPDATE OF username ON users
BEGIN
    SELECT RAISE(ABORT, 'ringfence.unique:uq_users_tenant_username')
    WHERE EXISTS (
        SELECT 1 FROM users WHERE tenant_id = NEW.tenant_id AND username = NEW.username AND rowid <> OLD.rowid
    );
END;
CREATE TRIGGER rf_users_cascade AFTER DELETE ON users
BEGIN
    DELETE FROM user_roles WHERE tenant_id = OLD.tenant_id AND user_id = OLD.id;
END;
CREATE TRIGGER rf_roles_insert BEFORE INSERT ON roles
BEGIN
    SELECT RAISE(ABORT, 'ringfence.key:roles')
    WHERE NEW.rowid <> -1 AND EXISTS (SELECT 1 FROM roles WHERE rowid = NEW.rowid);
    SELECT RAISE(ABORT, 'ringfence.reference:roles_tenant_id_fkey')
    WHERE NOT EXISTS (SELECT 1 FROM tenants WHERE id = NEW.tenant_id);
    SELECT RAISE(ABORT, 'ringfence.unique:roles_pkey')
    WHERE EXISTS (SELECT 1 FROM roles WHERE id = NEW.id);
    SELECT RAISE(ABORT, 'ringfence.unique:uq_roles_tenant_name')
    WHERE EXISTS (SELECT 1 FROM roles WHERE tenant_id = NEW.tenant_id AND name = NEW.name);
END;
CREATE TRIGGER rf_roles_insert_rowid AFTER INSERT ON roles
WHEN NEW.rowid = -1
BEGIN
    SELECT RAISE(ABORT, 'ringfence.key:roles');
END;
CREATE TRIGGER rf_roles_key BEFORE UPDATE ON roles
WHEN NEW.id IS NOT OLD.id
    OR NEW.tenant_id IS NOT OLD.tenant_id
    OR NEW.rowid IS NOT OLD.rowid
BEGIN
    SELECT RAISE(ABORT, 'ringfence.key:roles');
END;
CREATE TRIGGER rf_roles_update BEFORE UPDATE OF name ON roles
BEGIN
    SELECT RAISE(ABORT, 'ringfence.unique:uq_roles_tenant_name')
    WHERE EXISTS (
        SELECT 1 FROM roles WHERE tenant_id = NEW.tenant_id AND name = NEW.name AND rowid <> OLD.rowid
    );
END;
CREATE TRIGGER rf_roles_cascade AFTER DELETE ON roles
BEGIN
    DELETE FROM user_roles WHERE tenant_id = OLD.tenant_id AND role_id = OLD.id;
    DELETE FROM role_permissions WHERE tenant_id = OLD.tenant_id AND role_id = OLD.id;
END;
CREATE TRIGGER rf_user_roles_insert BEFORE INSERT ON user_roles
BEGIN
    SELECT RAISE(ABORT, 'ringfence.key:user_roles')
    WHERE NEW.rowid <> -1 AND EXISTS (SELECT 1 FROM user_roles WHERE rowid = NEW.rowid);
    SELECT RAISE(ABORT, 'ringfence.reference:fk_user_roles_tenant_user')
    WHERE NOT EXISTS (
        SELECT 1 FROM users
        WHERE id = NEW.user_id AND (NEW.tenant_id IS NULL OR tenant_id = NEW.tenant_id)
    );
    SELECT RAISE(ABORT, 'ringfence.reference:fk_user_roles_tenant_role')
    WHERE NOT EXISTS (
        SELECT 1 FROM users JOIN roles ON roles.tenant_id = users.tenant_id
        WHERE users.id = NEW.user_id AND roles.id = NEW.role_id
    );
    SELECT RAISE(ABORT, 'ringfence.unique:user_roles_pkey')
    WHERE EXISTS (SELECT 1 FROM user_roles WHERE user_id = NEW.user_id AND role_id = NEW.role_id);
END;
CREATE TRIGGER rf_user_roles_insert_rowid AFTER INSERT ON user_roles
WHEN NEW.rowid = -1
BEGIN
    SELECT RAISE(ABORT, 'ringfence.key:user_roles');
END;
CREATE TRIGGER rf_user_roles_key BEFORE UPDATE ON user_roles
WHEN NEW.rowid IS NOT OLD.rowid
BEGIN
    SELECT RAISE(ABORT, 'ringfence.key:user_roles');
END;
CREATE TRIGGER rf_user_roles_update BEFORE UPDATE OF user_id, role_id, tenant_id ON user_roles
BEGIN
    SELECT RAISE(ABORT, 'ringfence.key:user_roles')
    WHERE OLD.tenant_id IS NOT NULL AND NEW.tenant_id IS NOT OLD.tenant_id;
    SELECT RAISE(ABORT, 'ringfence.reference:fk_user_roles_tenant_user')
    WHERE NOT EXISTS (SELECT 1 FROM users WHERE tenant_id = NEW.tenant_id AND id = NEW.user_id);
    SELECT RAISE(ABORT, 'ringfence.reference:fk_user_roles_tenant_role')
    WHERE NOT EXISTS (SELECT 1 FROM roles WHERE tenant_id = NEW.tenant_id AND id = NEW.role_id);
    SELECT RAISE(ABORT, 'ringfence.unique:user_roles_pkey')
    WHERE EXISTS (
        SELECT 1 FROM user_roles WHERE user_id = NEW.user_id AND role_id = NEW.role_id AND rowid <> OLD.rowid
    );
END;
CREATE TRIGGER rf_role_permissions_insert BEFORE INSERT ON role_permissions
BEGIN
    SELECT RAISE(ABORT, 'ringfence.key:role_permissions')
    WHERE NEW.rowid <> -1 AND EXISTS (SELECT 1 FROM role_permissions WHERE rowid = NEW.rowid);
    SELECT RAISE(ABORT, 'ringfence.reference:fk_role_permissions_tenant_role')
    WHERE NOT EXISTS (
        SELECT 1 FROM roles
        WHERE id = NEW.role_id AND (NEW.tenant_id IS NULL OR tenant_id = NEW.tenant_id)
    );
    SELECT RAISE(ABORT, 'ringfence.reference:role_permissions_permission_id_fkey')
    WHERE NOT EXISTS (SELECT 1 FROM permissions WHERE id = NEW.permission_id);
    SELECT RAISE(ABORT, 'ringfence.unique:role_permissions_pkey')
    WHERE EXISTS (SELECT 1 FROM role_permissions WHERE role_id = NEW.role_id AND permission_id = NEW.permission_id);
END;
CREATE TRIGGER rf_role_permissions_insert_rowid AFTER INSERT ON role_permissions
WHEN NEW.rowid = -1
BEGIN
    SELECT RAISE(ABORT, 'ringfence.key:role_permissions');
END;
CREATE TRIGGER rf_role_permissions_key BEFORE UPDATE ON role_permissions
WHEN NEW.rowid IS NOT OLD.rowid
BEGIN
    SELECT RAISE(ABORT, 'ringfence.key:role_permissions');
END;
CREATE TRIGGER rf_role_permissions_update BEFORE UPDATE OF role_id, permission_id, tenant_id ON role_permissions
BEGIN
    SELECT RAISE(ABORT, 'ringfence.key:role_permissions')
    WHERE OLD.tenant_id IS NOT NULL AND NEW.tenant_id IS NOT OLD.tenant_id;
    SELECT RAISE(ABORT, 'ringfence.reference:fk_role_permissions_tenant_role')
    WHERE NOT EXISTS (SELECT 1 FROM roles WHERE tenant_id = NEW.tenant_id AND id = NEW.role_id);
    SELECT RAISE(ABORT, 'ringfence.reference:role_permissions_permission_id_fkey')
    WHERE NOT EXISTS (SELECT 1 FROM permissions WHERE id = NEW.permission_id);
    SELECT RAISE(ABORT, 'ringfence.unique:role_permissions_pkey')
    WHERE EXISTS (
        SELECT 1 FROM role_permissions WHERE role_id = NEW.role_id AND permission_id = NEW.permission_id AND rowid <> OLD.rowid
    );
END;
-- End of what is from the catalogue

-- The names that Ringfence knows, where the platform's bootstrap has not put them yet.
INSERT INTO permissions (id, name, description, created_at)
WITH known (name) AS (
    VALUES
        ('*'),
        ('identity.read'),
        ('identity.write'),
        ('registry.read'),
        ('registry.write'),
        ('mission.read'),
        ('mission.write'),
        ('mission.approve'),
        ('mission.fastlane'),
        ('inspection.read'),
        ('inspection.write'),
        ('inspection.export'),
        ('defect.read'),
        ('defect.write'),
        ('incident.read'),
        ('incident.write'),
        ('alert.read'),
        ('alert.write'),
        ('approval.read'),
        ('approval.write'),
        ('command.read'),
        ('command.write'),
        ('command.dispatch'),
        ('command.approve'),
        ('audit.read'),
        ('audit.export')
)
SELECT 'permission:' || name, name, 'Ringfence permission', '2026-01-01 00:00:00.000000'
FROM known
WHERE name NOT IN (SELECT name FROM permissions);
