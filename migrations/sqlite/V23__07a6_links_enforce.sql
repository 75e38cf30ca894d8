-- Batch 07A-6 holds from here: an incident lies where the task lies that flies to it, an alert and a command where their
-- drone lies, and a task or drone that is referred to stays. The old platform never declared the drone of an alert a
-- reference. Who acknowledged, closed or issued is loose: a batch of its own decides about users.

-- From the catalogue
DROP TRIGGER rf_inspection_tasks_delete;
DROP TRIGGER rf_drones_delete;
CREATE TRIGGER rf_drones_delete BEFORE DELETE ON drones
BEGIN
    SELECT RAISE(ABORT, 'ringfence.restrict:fk_drone_credentials_tenant_drone')
    WHERE EXISTS (SELECT 1 FROM drone_credentials WHERE tenant_id = OLD.tenant_id AND drone_id = OLD.id);
    SELECT RAISE(ABORT, 'ringfence.restrict:fk_missions_tenant_drone')
    WHERE EXISTS (SELECT 1 FROM missions WHERE tenant_id = OLD.tenant_id AND drone_id = OLD.id);
    SELECT RAISE(ABORT, 'ringfence.restrict:fk_inspection_observations_tenant_drone')
    WHERE EXISTS (SELECT 1 FROM inspection_observations WHERE tenant_id = OLD.tenant_id AND drone_id = OLD.id);
    SELECT RAISE(ABORT, 'ringfence.restrict:fk_alerts_tenant_drone')
    WHERE EXISTS (SELECT 1 FROM alerts WHERE tenant_id = OLD.tenant_id AND drone_id = OLD.id);
    SELECT RAISE(ABORT, 'ringfence.restrict:fk_command_requests_tenant_drone')
    WHERE EXISTS (SELECT 1 FROM command_requests WHERE tenant_id = OLD.tenant_id AND drone_id = OLD.id);
END;
CREATE TRIGGER rf_inspection_tasks_delete BEFORE DELETE ON inspection_tasks
BEGIN
    SELECT RAISE(ABORT, 'ringfence.restrict:fk_inspection_observations_tenant_task')
    WHERE EXISTS (SELECT 1 FROM inspection_observations WHERE tenant_id = OLD.tenant_id AND task_id = OLD.id);
    SELECT RAISE(ABORT, 'ringfence.restrict:fk_inspection_exports_tenant_task')
    WHERE EXISTS (SELECT 1 FROM inspection_exports WHERE tenant_id = OLD.tenant_id AND task_id = OLD.id);
    SELECT RAISE(ABORT, 'ringfence.restrict:fk_incidents_tenant_linked_task')
    WHERE EXISTS (SELECT 1 FROM incidents WHERE tenant_id = OLD.tenant_id AND linked_task_id = OLD.id);
END;
CREATE TRIGGER rf_incidents_insert BEFORE INSERT ON incidents
BEGIN
    SELECT RAISE(ABORT, 'ringfence.key:incidents')
    WHERE NEW.rowid <> -1 AND EXISTS (SELECT 1 FROM incidents WHERE rowid = NEW.rowid);
    SELECT RAISE(ABORT, 'ringfence.reference:incidents_tenant_id_fkey')
    WHERE NOT EXISTS (SELECT 1 FROM tenants WHERE id = NEW.tenant_id);
    SELECT RAISE(ABORT, 'ringfence.reference:fk_incidents_tenant_linked_task')
    WHERE NEW.linked_task_id IS NOT NULL AND NOT EXISTS (SELECT 1 FROM inspection_tasks WHERE tenant_id = NEW.tenant_id AND id = NEW.linked_task_id);
    SELECT RAISE(ABORT, 'ringfence.unique:incidents_pkey')
    WHERE EXISTS (SELECT 1 FROM incidents WHERE id = NEW.id);
END;
CREATE TRIGGER rf_incidents_insert_rowid AFTER INSERT ON incidents
WHEN NEW.rowid = -1
BEGIN
    SELECT RAISE(ABORT, 'ringfence.key:incidents');
END;
CREATE TRIGGER rf_incidents_key BEFORE UPDATE ON incidents
WHEN NEW.id IS NOT OLD.id
    OR NEW.tenant_id IS NOT OLD.tenant_id
    OR NEW.rowid IS NOT OLD.rowid
BEGIN
    SELECT RAISE(ABORT, 'ringfence.key:incidents');
END;
CREATE TRIGGER rf_incidents_update BEFORE UPDATE OF linked_task_id ON incidents
BEGIN
    SELECT RAISE(ABORT, 'ringfence.reference:fk_incidents_tenant_linked_task')
    WHERE NEW.linked_task_id IS NOT NULL AND NOT EXISTS (SELECT 1 FROM inspection_tasks WHERE tenant_id = NEW.tenant_id AND id = NEW.linked_task_id);
END;
CREATE TRIGGER rf_alerts_insert BEFORE INSERT ON alerts
BEGIN
    SELECT RAISE(ABORT, 'ringfence.key:alerts')
    WHERE NEW.rowid <> -1 AND EXISTS (SELECT 1 FROM alerts WHERE rowid = NEW.rowid);
    SELECT RAISE(ABORT, 'ringfence.reference:alerts_tenant_id_fkey')
    WHERE NOT EXISTS (SELECT 1 FROM tenants WHERE id = NEW.tenant_id);
    SELECT RAISE(ABORT, 'ringfence.reference:fk_alerts_tenant_drone')
    WHERE NOT EXISTS (SELECT 1 FROM drones WHERE tenant_id = NEW.tenant_id AND id = NEW.drone_id);
    SELECT RAISE(ABORT, 'ringfence.unique:alerts_pkey')
    WHERE EXISTS (SELECT 1 FROM alerts WHERE id = NEW.id);
END;
CREATE TRIGGER rf_alerts_insert_rowid AFTER INSERT ON alerts
WHEN NEW.rowid = -1
BEGIN
    SELECT RAISE(ABORT, 'ringfence.key:alerts');
END;
CREATE TRIGGER rf_alerts_key BEFORE UPDATE ON alerts
WHEN NEW.id IS NOT OLD.id
    OR NEW.tenant_id IS NOT OLD.tenant_id
    OR NEW.rowid IS NOT OLD.rowid
BEGIN
    SELECT RAISE(ABORT, 'ringfence.key:alerts');
END;
CREATE TRIGGER rf_alerts_update BEFORE UPDATE OF drone_id ON alerts
BEGIN
    SELECT RAISE(ABORT, 'ringfence.reference:fk_alerts_tenant_drone')
    WHERE NOT EXISTS (SELECT 1 FROM drones WHERE tenant_id = NEW.tenant_id AND id = NEW.drone_id);
END;
CREATE TRIGGER rf_command_requests_insert BEFORE INSERT ON command_requests
BEGIN
    SELECT RAISE(ABORT, 'ringfence.key:command_requests')
    WHERE NEW.rowid <> -1 AND EXISTS (SELECT 1 FROM command_requests WHERE rowid = NEW.rowid);
    SELECT RAISE(ABORT, 'ringfence.reference:command_requests_tenant_id_fkey')
    WHERE NOT EXISTS (SELECT 1 FROM tenants WHERE id = NEW.tenant_id);
    SELECT RAISE(ABORT, 'ringfence.reference:fk_command_requests_tenant_drone')
    WHERE NOT EXISTS (SELECT 1 FROM drones WHERE tenant_id = NEW.tenant_id AND id = NEW.drone_id);
    SELECT RAISE(ABORT, 'ringfence.unique:command_requests_pkey')
    WHERE EXISTS (SELECT 1 FROM command_requests WHERE id = NEW.id);
    SELECT RAISE(ABORT, 'ringfence.unique:uq_command_requests_tenant_idempotency')
    WHERE EXISTS (SELECT 1 FROM command_requests WHERE tenant_id = NEW.tenant_id AND idempotency_key = NEW.idempotency_key);
END;
CREATE TRIGGER rf_command_requests_insert_rowid AFTER INSERT ON command_requests
WHEN NEW.rowid = -1
BEGIN
    SELECT RAISE(ABORT, 'ringfence.key:command_requests');
END;
CREATE TRIGGER rf_command_requests_key BEFORE UPDATE ON command_requests
WHEN NEW.id IS NOT OLD.id
    OR NEW.tenant_id IS NOT OLD.tenant_id
    OR NEW.rowid IS NOT OLD.rowid
BEGIN
    SELECT RAISE(ABORT, 'ringfence.key:command_requests');
END;
CREATE TRIGGER rf_command_requests_update BEFORE UPDATE OF drone_id, idempotency_key ON command_requests
BEGIN
    SELECT RAISE(ABORT, 'ringfence.reference:fk_command_requests_tenant_drone')
    WHERE NOT EXISTS (SELECT 1 FROM drones WHERE tenant_id = NEW.tenant_id AND id = NEW.drone_id);
    SELECT RAISE(ABORT, 'ringfence.unique:uq_command_requests_tenant_idempotency')
    WHERE EXISTS (
        SELECT 1 FROM command_requests WHERE tenant_id = NEW.tenant_id AND idempotency_key = NEW.idempotency_key AND rowid <> OLD.rowid
    );
END;
-- End of what is from the catalogue
