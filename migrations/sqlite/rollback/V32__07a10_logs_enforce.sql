-- The guards go; the rows stay as they are.

-- From the catalogue
DROP TRIGGER rf_audit_logs_key;
DROP TRIGGER rf_audit_logs_insert_rowid;
DROP TRIGGER rf_audit_logs_insert;
DROP TRIGGER rf_events_key;
DROP TRIGGER rf_events_insert_rowid;
DROP TRIGGER rf_events_insert;
DROP TRIGGER rf_tenants_kept_system;
DROP TRIGGER rf_tenants_delete;
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
-- End of what is from the catalogue
