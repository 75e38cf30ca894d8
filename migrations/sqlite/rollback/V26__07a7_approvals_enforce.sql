-- The guards go; the rows stay as they are.

-- From the catalogue
DROP TRIGGER rf_approval_records_update;
DROP TRIGGER rf_approval_records_key;
DROP TRIGGER rf_approval_records_insert_rowid;
DROP TRIGGER rf_approval_records_insert;
DROP TRIGGER rf_alerts_delete;
DROP TRIGGER rf_incidents_delete;
DROP TRIGGER rf_defects_delete;
DROP TRIGGER rf_inspection_observations_delete;
DROP TRIGGER rf_inspection_tasks_delete;
DROP TRIGGER rf_inspection_templates_delete;
DROP TRIGGER rf_missions_delete;
DROP TRIGGER rf_drones_delete;
DROP TRIGGER rf_users_delete;
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
CREATE TRIGGER rf_missions_delete BEFORE DELETE ON missions
BEGIN
    SELECT RAISE(ABORT, 'ringfence.restrict:fk_mission_runs_tenant_mission')
    WHERE EXISTS (SELECT 1 FROM mission_runs WHERE tenant_id = OLD.tenant_id AND mission_id = OLD.id);
    SELECT RAISE(ABORT, 'ringfence.restrict:fk_approvals_tenant_mission')
    WHERE EXISTS (SELECT 1 FROM approvals WHERE tenant_id = OLD.tenant_id AND mission_id = OLD.id);
    SELECT RAISE(ABORT, 'ringfence.restrict:fk_inspection_tasks_tenant_mission')
    WHERE EXISTS (SELECT 1 FROM inspection_tasks WHERE tenant_id = OLD.tenant_id AND mission_id = OLD.id);
END;
CREATE TRIGGER rf_inspection_templates_delete BEFORE DELETE ON inspection_templates
BEGIN
    SELECT RAISE(ABORT, 'ringfence.restrict:fk_inspection_template_items_tenant_template')
    WHERE EXISTS (SELECT 1 FROM inspection_template_items WHERE tenant_id = OLD.tenant_id AND template_id = OLD.id);
    SELECT RAISE(ABORT, 'ringfence.restrict:fk_inspection_tasks_tenant_template')
    WHERE EXISTS (SELECT 1 FROM inspection_tasks WHERE tenant_id = OLD.tenant_id AND template_id = OLD.id);
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
CREATE TRIGGER rf_inspection_observations_delete BEFORE DELETE ON inspection_observations
BEGIN
    SELECT RAISE(ABORT, 'ringfence.restrict:fk_defects_tenant_observation')
    WHERE EXISTS (SELECT 1 FROM defects WHERE tenant_id = OLD.tenant_id AND observation_id = OLD.id);
END;
CREATE TRIGGER rf_defects_delete BEFORE DELETE ON defects
BEGIN
    SELECT RAISE(ABORT, 'ringfence.restrict:fk_defect_actions_tenant_defect')
    WHERE EXISTS (SELECT 1 FROM defect_actions WHERE tenant_id = OLD.tenant_id AND defect_id = OLD.id);
END;
-- End of what is from the catalogue
