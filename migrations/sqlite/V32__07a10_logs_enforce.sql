-- Batch 07A-10 holds from here: what the old platform newly writes down is of a tenant that is there and stays, or, a request
-- without a token, under the word `system`, which no tenant has for its id. Rows of tenants that are no more stay.

-- From the catalogue
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
    SELECT RAISE(ABORT, 'ringfence.restrict:fk_events_tenant')
    WHERE EXISTS (SELECT 1 FROM events WHERE tenant_id = OLD.id);
    SELECT RAISE(ABORT, 'ringfence.restrict:fk_audit_logs_tenant')
    WHERE EXISTS (SELECT 1 FROM audit_logs WHERE tenant_id = OLD.id);
END;
CREATE TRIGGER rf_tenants_kept_system BEFORE INSERT ON tenants
WHEN NEW.id = 'system'
BEGIN
    SELECT RAISE(ABORT, 'ringfence.reserved:tenants');
END;
CREATE TRIGGER rf_events_insert BEFORE INSERT ON events
BEGIN
    SELECT RAISE(ABORT, 'ringfence.key:events')
    WHERE NEW.rowid <> -1 AND EXISTS (SELECT 1 FROM events WHERE rowid = NEW.rowid);
    SELECT RAISE(ABORT, 'ringfence.reference:fk_events_tenant')
    WHERE NOT EXISTS (SELECT 1 FROM tenants WHERE id = NEW.tenant_id);
    SELECT RAISE(ABORT, 'ringfence.unique:events_pkey')
    WHERE EXISTS (SELECT 1 FROM events WHERE event_id = NEW.event_id);
END;
CREATE TRIGGER rf_events_insert_rowid AFTER INSERT ON events
WHEN NEW.rowid = -1
BEGIN
    SELECT RAISE(ABORT, 'ringfence.key:events');
END;
CREATE TRIGGER rf_events_key BEFORE UPDATE ON events
WHEN NEW.event_id IS NOT OLD.event_id
    OR NEW.tenant_id IS NOT OLD.tenant_id
    OR NEW.rowid IS NOT OLD.rowid
BEGIN
    SELECT RAISE(ABORT, 'ringfence.key:events');
END;
CREATE TRIGGER rf_audit_logs_insert BEFORE INSERT ON audit_logs
BEGIN
    SELECT RAISE(ABORT, 'ringfence.key:audit_logs')
    WHERE NEW.rowid <> -1 AND EXISTS (SELECT 1 FROM audit_logs WHERE rowid = NEW.rowid);
    SELECT RAISE(ABORT, 'ringfence.reference:fk_audit_logs_tenant')
    WHERE NOT EXISTS (SELECT 1 FROM tenants WHERE id = NEW.tenant_id)
    AND NEW.tenant_id IS NOT 'system';
    SELECT RAISE(ABORT, 'ringfence.unique:audit_logs_pkey')
    WHERE EXISTS (SELECT 1 FROM audit_logs WHERE id = NEW.id);
END;
CREATE TRIGGER rf_audit_logs_insert_rowid AFTER INSERT ON audit_logs
WHEN NEW.rowid = -1
BEGIN
    SELECT RAISE(ABORT, 'ringfence.key:audit_logs');
END;
CREATE TRIGGER rf_audit_logs_key BEFORE UPDATE ON audit_logs
WHEN NEW.id IS NOT OLD.id
    OR NEW.tenant_id IS NOT OLD.tenant_id
    OR NEW.rowid IS NOT OLD.rowid
BEGIN
    SELECT RAISE(ABORT, 'ringfence.key:audit_logs');
END;
-- End of what is from the catalogue
