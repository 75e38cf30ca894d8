-- The guards go; the rows stay as they are.

-- From the catalogue
DROP TRIGGER rf_command_requests_update;
DROP TRIGGER rf_command_requests_key;
DROP TRIGGER rf_command_requests_insert_rowid;
DROP TRIGGER rf_command_requests_insert;
DROP TRIGGER rf_alerts_update;
DROP TRIGGER rf_alerts_key;
DROP TRIGGER rf_alerts_insert_rowid;
DROP TRIGGER rf_alerts_insert;
DROP TRIGGER rf_incidents_update;
DROP TRIGGER rf_incidents_key;
DROP TRIGGER rf_incidents_insert_rowid;
DROP TRIGGER rf_incidents_insert;
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
-- End of what is from the catalogue
