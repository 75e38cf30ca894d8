-- Batch 07A-1 holds from here: no link crosses a tenant, no key changes, and the runtime role sees the rows of the
-- tenant that its transaction named and no other. A tenant that owns a row of any table stays, those of later batches
-- included: purge is the only way out. Not events and audit_logs, whose tenant was never a reference ('system' occurs
-- there), nor the log, which outlives its tenant.

-- From the catalogue
ALTER TABLE approval_records DROP CONSTRAINT approval_records_tenant_id_fkey;
ALTER TABLE command_requests DROP CONSTRAINT command_requests_tenant_id_fkey;
ALTER TABLE alerts DROP CONSTRAINT alerts_tenant_id_fkey;
ALTER TABLE incidents DROP CONSTRAINT incidents_tenant_id_fkey;
ALTER TABLE defect_actions DROP CONSTRAINT defect_actions_tenant_id_fkey;
ALTER TABLE defects DROP CONSTRAINT defects_tenant_id_fkey;
ALTER TABLE inspection_exports DROP CONSTRAINT inspection_exports_tenant_id_fkey;
ALTER TABLE inspection_observations DROP CONSTRAINT inspection_observations_tenant_id_fkey;
ALTER TABLE inspection_tasks DROP CONSTRAINT inspection_tasks_tenant_id_fkey;
ALTER TABLE inspection_template_items DROP CONSTRAINT inspection_template_items_tenant_id_fkey;
ALTER TABLE inspection_templates DROP CONSTRAINT inspection_templates_tenant_id_fkey;
ALTER TABLE approvals DROP CONSTRAINT approvals_tenant_id_fkey;
ALTER TABLE mission_runs DROP CONSTRAINT mission_runs_tenant_id_fkey;
ALTER TABLE missions DROP CONSTRAINT missions_tenant_id_fkey;
ALTER TABLE drone_credentials DROP CONSTRAINT drone_credentials_tenant_id_fkey;
ALTER TABLE drones DROP CONSTRAINT drones_tenant_id_fkey;
ALTER TABLE role_permissions DROP CONSTRAINT role_permissions_permission_id_fkey;
ALTER TABLE role_permissions DROP CONSTRAINT role_permissions_role_id_fkey;
ALTER TABLE user_roles DROP CONSTRAINT user_roles_role_id_fkey;
ALTER TABLE user_roles DROP CONSTRAINT user_roles_user_id_fkey;
ALTER TABLE roles DROP CONSTRAINT roles_tenant_id_fkey;
ALTER TABLE users DROP CONSTRAINT users_tenant_id_fkey;
ALTER TABLE user_roles ALTER COLUMN tenant_id SET NOT NULL;
ALTER TABLE role_permissions ALTER COLUMN tenant_id SET NOT NULL;
ALTER TABLE users ADD CONSTRAINT users_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES tenants (id) ON DELETE RESTRICT;
ALTER TABLE roles ADD CONSTRAINT roles_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES tenants (id) ON DELETE RESTRICT;
ALTER TABLE user_roles ADD CONSTRAINT fk_user_roles_tenant_user FOREIGN KEY (tenant_id, user_id) REFERENCES users (tenant_id, id) ON DELETE CASCADE;
ALTER TABLE user_roles ADD CONSTRAINT fk_user_roles_tenant_role FOREIGN KEY (tenant_id, role_id) REFERENCES roles (tenant_id, id) ON DELETE CASCADE;
ALTER TABLE role_permissions ADD CONSTRAINT fk_role_permissions_tenant_role FOREIGN KEY (tenant_id, role_id) REFERENCES roles (tenant_id, id) ON DELETE CASCADE;
ALTER TABLE role_permissions ADD CONSTRAINT role_permissions_permission_id_fkey FOREIGN KEY (permission_id) REFERENCES permissions (id) ON DELETE RESTRICT;
ALTER TABLE drones ADD CONSTRAINT drones_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES tenants (id) ON DELETE RESTRICT;
ALTER TABLE drone_credentials ADD CONSTRAINT drone_credentials_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES tenants (id) ON DELETE RESTRICT;
ALTER TABLE missions ADD CONSTRAINT missions_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES tenants (id) ON DELETE RESTRICT;
ALTER TABLE mission_runs ADD CONSTRAINT mission_runs_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES tenants (id) ON DELETE RESTRICT;
ALTER TABLE approvals ADD CONSTRAINT approvals_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES tenants (id) ON DELETE RESTRICT;
ALTER TABLE inspection_templates ADD CONSTRAINT inspection_templates_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES tenants (id) ON DELETE RESTRICT;
ALTER TABLE inspection_template_items ADD CONSTRAINT inspection_template_items_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES tenants (id) ON DELETE RESTRICT;
ALTER TABLE inspection_tasks ADD CONSTRAINT inspection_tasks_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES tenants (id) ON DELETE RESTRICT;
ALTER TABLE inspection_observations ADD CONSTRAINT inspection_observations_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES tenants (id) ON DELETE RESTRICT;
ALTER TABLE inspection_exports ADD CONSTRAINT inspection_exports_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES tenants (id) ON DELETE RESTRICT;
ALTER TABLE defects ADD CONSTRAINT defects_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES tenants (id) ON DELETE RESTRICT;
ALTER TABLE defect_actions ADD CONSTRAINT defect_actions_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES tenants (id) ON DELETE RESTRICT;
ALTER TABLE incidents ADD CONSTRAINT incidents_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES tenants (id) ON DELETE RESTRICT;
ALTER TABLE alerts ADD CONSTRAINT alerts_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES tenants (id) ON DELETE RESTRICT;
ALTER TABLE command_requests ADD CONSTRAINT command_requests_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES tenants (id) ON DELETE RESTRICT;
ALTER TABLE approval_records ADD CONSTRAINT approval_records_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES tenants (id) ON DELETE RESTRICT;
CREATE TRIGGER ringfence_key BEFORE UPDATE ON tenants
    FOR EACH ROW WHEN (NEW.id <> OLD.id)
    EXECUTE FUNCTION ringfence_refuse('ringfence.key:tenants');
CREATE TRIGGER ringfence_global BEFORE UPDATE OR DELETE ON permissions
    FOR EACH ROW
    EXECUTE FUNCTION ringfence_refuse('ringfence.global:permissions');
CREATE TRIGGER ringfence_truncate BEFORE TRUNCATE ON permissions
    FOR EACH STATEMENT
    EXECUTE FUNCTION ringfence_refuse('ringfence.global:permissions');
CREATE TRIGGER ringfence_key BEFORE UPDATE ON users
    FOR EACH ROW WHEN (NEW.id <> OLD.id OR NEW.tenant_id <> OLD.tenant_id)
    EXECUTE FUNCTION ringfence_refuse('ringfence.key:users');
CREATE TRIGGER ringfence_key BEFORE UPDATE ON roles
    FOR EACH ROW WHEN (NEW.id <> OLD.id OR NEW.tenant_id <> OLD.tenant_id)
    EXECUTE FUNCTION ringfence_refuse('ringfence.key:roles');
CREATE TRIGGER ringfence_key BEFORE UPDATE ON user_roles
    FOR EACH ROW WHEN (NEW.tenant_id <> OLD.tenant_id)
    EXECUTE FUNCTION ringfence_refuse('ringfence.key:user_roles');
CREATE TRIGGER ringfence_key BEFORE UPDATE ON role_permissions
    FOR EACH ROW WHEN (NEW.tenant_id <> OLD.tenant_id)
    EXECUTE FUNCTION ringfence_refuse('ringfence.key:role_permissions');
CREATE POLICY ringfence_tenant ON tenants
    USING (id = (SELECT nullif(current_setting('ringfence.tenant', true), '')))
    WITH CHECK (id = (SELECT nullif(current_setting('ringfence.tenant', true), '')));
ALTER TABLE tenants ENABLE ROW LEVEL SECURITY;
CREATE POLICY ringfence_tenant ON users
    USING (tenant_id = (SELECT nullif(current_setting('ringfence.tenant', true), '')))
    WITH CHECK (tenant_id = (SELECT nullif(current_setting('ringfence.tenant', true), '')));
ALTER TABLE users ENABLE ROW LEVEL SECURITY;
CREATE POLICY ringfence_tenant ON roles
    USING (tenant_id = (SELECT nullif(current_setting('ringfence.tenant', true), '')))
    WITH CHECK (tenant_id = (SELECT nullif(current_setting('ringfence.tenant', true), '')));
ALTER TABLE roles ENABLE ROW LEVEL SECURITY;
CREATE POLICY ringfence_tenant ON user_roles
    USING (tenant_id = (SELECT nullif(current_setting('ringfence.tenant', true), '')))
    WITH CHECK (tenant_id = (SELECT nullif(current_setting('ringfence.tenant', true), '')));
ALTER TABLE user_roles ENABLE ROW LEVEL SECURITY;
CREATE POLICY ringfence_tenant ON role_permissions
    USING (tenant_id = (SELECT nullif(current_setting('ringfence.tenant', true), '')))
    WITH CHECK (tenant_id = (SELECT nullif(current_setting('ringfence.tenant', true), '')));
ALTER TABLE role_permissions ENABLE ROW LEVEL SECURITY;
CREATE POLICY ringfence_tenant ON audit_heads
    USING (tenant_id = (SELECT named FROM nullif(current_setting('ringfence.tenant', true), '') AS named WHERE left(named, 1) <> '~'))
    WITH CHECK (tenant_id = (SELECT named FROM nullif(current_setting('ringfence.tenant', true), '') AS named WHERE left(named, 1) <> '~'));
ALTER TABLE audit_heads ENABLE ROW LEVEL SECURITY;
CREATE POLICY ringfence_tenant ON audit_events
    USING (tenant_id = (SELECT named FROM nullif(current_setting('ringfence.tenant', true), '') AS named WHERE left(named, 1) <> '~'))
    WITH CHECK (tenant_id = (SELECT named FROM nullif(current_setting('ringfence.tenant', true), '') AS named WHERE left(named, 1) <> '~'));
ALTER TABLE audit_events ENABLE ROW LEVEL SECURITY;
-- End of what is from the catalogue

-- The library's own names stand in the table that grants refer to.
INSERT INTO permissions (id, name, description, created_at)
SELECT 'permission:' || wanted.name, wanted.name, 'Ringfence permission', '2026-01-01 00:00:00+00'
FROM (VALUES
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
) AS wanted (name)
WHERE NOT EXISTS (SELECT FROM permissions WHERE permissions.name = wanted.name);
