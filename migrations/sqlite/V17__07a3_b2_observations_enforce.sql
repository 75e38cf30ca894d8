-- Batch 07A-3 B2 holds from here: an observation and an export lie where their task lies, an observation was made by a drone
-- of its own tenant, if any, and a task or drone that is referred to stays.

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
    SELECT RAISE(ABORT, 'ringfence.restrict:command_requests_drone_id_fkey')
    WHERE EXISTS (SELECT 1 FROM command_requests WHERE drone_id = OLD.id);
END;
CREATE TRIGGER rf_inspection_tasks_delete BEFORE DELETE ON inspection_tasks
BEGIN
    SELECT RAISE(ABORT, 'ringfence.restrict:fk_inspection_observations_tenant_task')
    WHERE EXISTS (SELECT 1 FROM inspection_observations WHERE tenant_id = OLD.tenant_id AND task_id = OLD.id);
    SELECT RAISE(ABORT, 'ringfence.restrict:fk_inspection_exports_tenant_task')
    WHERE EXISTS (SELECT 1 FROM inspection_exports WHERE tenant_id = OLD.tenant_id AND task_id = OLD.id);
    SELECT RAISE(ABORT, 'ringfence.restrict:incidents_linked_task_id_fkey')
    WHERE EXISTS (SELECT 1 FROM incidents WHERE linked_task_id = OLD.id);
END;
CREATE TRIGGER rf_inspection_observations_insert BEFORE INSERT ON inspection_observations
BEGIN
    SELECT RAISE(ABORT, 'ringfence.key:inspection_observations')
    WHERE NEW.rowid <> -1 AND EXISTS (SELECT 1 FROM inspection_observations WHERE rowid = NEW.rowid);
    SELECT RAISE(ABORT, 'ringfence.reference:inspection_observations_tenant_id_fkey')
    WHERE NOT EXISTS (SELECT 1 FROM tenants WHERE id = NEW.tenant_id);
    SELECT RAISE(ABORT, 'ringfence.reference:fk_inspection_observations_tenant_drone')
    WHERE NEW.drone_id IS NOT NULL AND NOT EXISTS (SELECT 1 FROM drones WHERE tenant_id = NEW.tenant_id AND id = NEW.drone_id);
    SELECT RAISE(ABORT, 'ringfence.reference:fk_inspection_observations_tenant_task')
    WHERE NOT EXISTS (SELECT 1 FROM inspection_tasks WHERE tenant_id = NEW.tenant_id AND id = NEW.task_id);
    SELECT RAISE(ABORT, 'ringfence.unique:inspection_observations_pkey')
    WHERE EXISTS (SELECT 1 FROM inspection_observations WHERE id = NEW.id);
END;
CREATE TRIGGER rf_inspection_observations_insert_rowid AFTER INSERT ON inspection_observations
WHEN NEW.rowid = -1
BEGIN
    SELECT RAISE(ABORT, 'ringfence.key:inspection_observations');
END;
CREATE TRIGGER rf_inspection_observations_key BEFORE UPDATE ON inspection_observations
WHEN NEW.id IS NOT OLD.id
    OR NEW.tenant_id IS NOT OLD.tenant_id
    OR NEW.rowid IS NOT OLD.rowid
BEGIN
    SELECT RAISE(ABORT, 'ringfence.key:inspection_observations');
END;
CREATE TRIGGER rf_inspection_observations_update BEFORE UPDATE OF task_id, drone_id ON inspection_observations
BEGIN
    SELECT RAISE(ABORT, 'ringfence.reference:fk_inspection_observations_tenant_drone')
    WHERE NEW.drone_id IS NOT NULL AND NOT EXISTS (SELECT 1 FROM drones WHERE tenant_id = NEW.tenant_id AND id = NEW.drone_id);
    SELECT RAISE(ABORT, 'ringfence.reference:fk_inspection_observations_tenant_task')
    WHERE NOT EXISTS (SELECT 1 FROM inspection_tasks WHERE tenant_id = NEW.tenant_id AND id = NEW.task_id);
END;
CREATE TRIGGER rf_inspection_observations_delete BEFORE DELETE ON inspection_observations
BEGIN
    SELECT RAISE(ABORT, 'ringfence.restrict:defects_observation_id_fkey')
    WHERE EXISTS (SELECT 1 FROM defects WHERE observation_id = OLD.id);
END;
CREATE TRIGGER rf_inspection_exports_insert BEFORE INSERT ON inspection_exports
BEGIN
    SELECT RAISE(ABORT, 'ringfence.key:inspection_exports')
    WHERE NEW.rowid <> -1 AND EXISTS (SELECT 1 FROM inspection_exports WHERE rowid = NEW.rowid);
    SELECT RAISE(ABORT, 'ringfence.reference:inspection_exports_tenant_id_fkey')
    WHERE NOT EXISTS (SELECT 1 FROM tenants WHERE id = NEW.tenant_id);
    SELECT RAISE(ABORT, 'ringfence.reference:fk_inspection_exports_tenant_task')
    WHERE NOT EXISTS (SELECT 1 FROM inspection_tasks WHERE tenant_id = NEW.tenant_id AND id = NEW.task_id);
    SELECT RAISE(ABORT, 'ringfence.unique:inspection_exports_pkey')
    WHERE EXISTS (SELECT 1 FROM inspection_exports WHERE id = NEW.id);
END;
CREATE TRIGGER rf_inspection_exports_insert_rowid AFTER INSERT ON inspection_exports
WHEN NEW.rowid = -1
BEGIN
    SELECT RAISE(ABORT, 'ringfence.key:inspection_exports');
END;
CREATE TRIGGER rf_inspection_exports_key BEFORE UPDATE ON inspection_exports
WHEN NEW.id IS NOT OLD.id
    OR NEW.tenant_id IS NOT OLD.tenant_id
    OR NEW.rowid IS NOT OLD.rowid
BEGIN
    SELECT RAISE(ABORT, 'ringfence.key:inspection_exports');
END;
CREATE TRIGGER rf_inspection_exports_update BEFORE UPDATE OF task_id ON inspection_exports
BEGIN
    SELECT RAISE(ABORT, 'ringfence.reference:fk_inspection_exports_tenant_task')
    WHERE NOT EXISTS (SELECT 1 FROM inspection_tasks WHERE tenant_id = NEW.tenant_id AND id = NEW.task_id);
END;
-- End of what is from the catalogue
