-- Batch 07A-7 holds from here: who decided is a user of the tenant, and what was decided about lies in it and stays. Which
-- table that is, the row says, so that no foreign key can hold it.

-- From the catalogue
DROP TRIGGER rf_defects_delete;
DROP TRIGGER rf_inspection_observations_delete;
DROP TRIGGER rf_inspection_tasks_delete;
DROP TRIGGER rf_inspection_templates_delete;
DROP TRIGGER rf_missions_delete;
DROP TRIGGER rf_drones_delete;
CREATE TRIGGER rf_users_delete BEFORE DELETE ON users
BEGIN
    SELECT RAISE(ABORT, 'ringfence.restrict:fk_approval_records_tenant_approved_by')
    WHERE EXISTS (SELECT 1 FROM approval_records WHERE tenant_id = OLD.tenant_id AND approved_by = OLD.id);
END;
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
    SELECT RAISE(ABORT, 'ringfence.restrict:fk_approval_records_tenant_entity_drone')
    WHERE EXISTS (SELECT 1 FROM approval_records WHERE tenant_id = OLD.tenant_id AND entity_id = OLD.id AND entity_type = 'drone');
END;
CREATE TRIGGER rf_missions_delete BEFORE DELETE ON missions
BEGIN
    SELECT RAISE(ABORT, 'ringfence.restrict:fk_mission_runs_tenant_mission')
    WHERE EXISTS (SELECT 1 FROM mission_runs WHERE tenant_id = OLD.tenant_id AND mission_id = OLD.id);
    SELECT RAISE(ABORT, 'ringfence.restrict:fk_approvals_tenant_mission')
    WHERE EXISTS (SELECT 1 FROM approvals WHERE tenant_id = OLD.tenant_id AND mission_id = OLD.id);
    SELECT RAISE(ABORT, 'ringfence.restrict:fk_inspection_tasks_tenant_mission')
    WHERE EXISTS (SELECT 1 FROM inspection_tasks WHERE tenant_id = OLD.tenant_id AND mission_id = OLD.id);
    SELECT RAISE(ABORT, 'ringfence.restrict:fk_approval_records_tenant_entity_mission')
    WHERE EXISTS (SELECT 1 FROM approval_records WHERE tenant_id = OLD.tenant_id AND entity_id = OLD.id AND entity_type = 'mission');
END;
CREATE TRIGGER rf_inspection_templates_delete BEFORE DELETE ON inspection_templates
BEGIN
    SELECT RAISE(ABORT, 'ringfence.restrict:fk_inspection_template_items_tenant_template')
    WHERE EXISTS (SELECT 1 FROM inspection_template_items WHERE tenant_id = OLD.tenant_id AND template_id = OLD.id);
    SELECT RAISE(ABORT, 'ringfence.restrict:fk_inspection_tasks_tenant_template')
    WHERE EXISTS (SELECT 1 FROM inspection_tasks WHERE tenant_id = OLD.tenant_id AND template_id = OLD.id);
    SELECT RAISE(ABORT, 'ringfence.restrict:fk_approval_records_tenant_entity_inspection_template')
    WHERE EXISTS (SELECT 1 FROM approval_records WHERE tenant_id = OLD.tenant_id AND entity_id = OLD.id AND entity_type = 'inspection_template');
END;
CREATE TRIGGER rf_inspection_tasks_delete BEFORE DELETE ON inspection_tasks
BEGIN
    SELECT RAISE(ABORT, 'ringfence.restrict:fk_inspection_observations_tenant_task')
    WHERE EXISTS (SELECT 1 FROM inspection_observations WHERE tenant_id = OLD.tenant_id AND task_id = OLD.id);
    SELECT RAISE(ABORT, 'ringfence.restrict:fk_inspection_exports_tenant_task')
    WHERE EXISTS (SELECT 1 FROM inspection_exports WHERE tenant_id = OLD.tenant_id AND task_id = OLD.id);
    SELECT RAISE(ABORT, 'ringfence.restrict:fk_incidents_tenant_linked_task')
    WHERE EXISTS (SELECT 1 FROM incidents WHERE tenant_id = OLD.tenant_id AND linked_task_id = OLD.id);
    SELECT RAISE(ABORT, 'ringfence.restrict:fk_approval_records_tenant_entity_inspection_task')
    WHERE EXISTS (SELECT 1 FROM approval_records WHERE tenant_id = OLD.tenant_id AND entity_id = OLD.id AND entity_type = 'inspection_task');
END;
CREATE TRIGGER rf_inspection_observations_delete BEFORE DELETE ON inspection_observations
BEGIN
    SELECT RAISE(ABORT, 'ringfence.restrict:fk_defects_tenant_observation')
    WHERE EXISTS (SELECT 1 FROM defects WHERE tenant_id = OLD.tenant_id AND observation_id = OLD.id);
    SELECT RAISE(ABORT, 'ringfence.restrict:fk_approval_records_tenant_entity_inspection_observation')
    WHERE EXISTS (SELECT 1 FROM approval_records WHERE tenant_id = OLD.tenant_id AND entity_id = OLD.id AND entity_type = 'inspection_observation');
END;
CREATE TRIGGER rf_defects_delete BEFORE DELETE ON defects
BEGIN
    SELECT RAISE(ABORT, 'ringfence.restrict:fk_defect_actions_tenant_defect')
    WHERE EXISTS (SELECT 1 FROM defect_actions WHERE tenant_id = OLD.tenant_id AND defect_id = OLD.id);
    SELECT RAISE(ABORT, 'ringfence.restrict:fk_approval_records_tenant_entity_defect')
    WHERE EXISTS (SELECT 1 FROM approval_records WHERE tenant_id = OLD.tenant_id AND entity_id = OLD.id AND entity_type = 'defect');
END;
CREATE TRIGGER rf_incidents_delete BEFORE DELETE ON incidents
BEGIN
    SELECT RAISE(ABORT, 'ringfence.restrict:fk_approval_records_tenant_entity_incident')
    WHERE EXISTS (SELECT 1 FROM approval_records WHERE tenant_id = OLD.tenant_id AND entity_id = OLD.id AND entity_type = 'incident');
END;
CREATE TRIGGER rf_alerts_delete BEFORE DELETE ON alerts
BEGIN
    SELECT RAISE(ABORT, 'ringfence.restrict:fk_approval_records_tenant_entity_alert')
    WHERE EXISTS (SELECT 1 FROM approval_records WHERE tenant_id = OLD.tenant_id AND entity_id = OLD.id AND entity_type = 'alert');
END;
CREATE TRIGGER rf_approval_records_insert BEFORE INSERT ON approval_records
BEGIN
    SELECT RAISE(ABORT, 'ringfence.key:approval_records')
    WHERE NEW.rowid <> -1 AND EXISTS (SELECT 1 FROM approval_records WHERE rowid = NEW.rowid);
    SELECT RAISE(ABORT, 'ringfence.reference:approval_records_tenant_id_fkey')
    WHERE NOT EXISTS (SELECT 1 FROM tenants WHERE id = NEW.tenant_id);
    SELECT RAISE(ABORT, 'ringfence.reference:fk_approval_records_tenant_approved_by')
    WHERE NOT EXISTS (SELECT 1 FROM users WHERE tenant_id = NEW.tenant_id AND id = NEW.approved_by);
    SELECT RAISE(ABORT, 'ringfence.reference:fk_approval_records_tenant_entity_mission')
    WHERE NEW.entity_type = 'mission' AND NOT EXISTS (SELECT 1 FROM missions WHERE tenant_id = NEW.tenant_id AND id = NEW.entity_id);
    SELECT RAISE(ABORT, 'ringfence.reference:fk_approval_records_tenant_entity_inspection_template')
    WHERE NEW.entity_type = 'inspection_template' AND NOT EXISTS (SELECT 1 FROM inspection_templates WHERE tenant_id = NEW.tenant_id AND id = NEW.entity_id);
    SELECT RAISE(ABORT, 'ringfence.reference:fk_approval_records_tenant_entity_inspection_task')
    WHERE NEW.entity_type = 'inspection_task' AND NOT EXISTS (SELECT 1 FROM inspection_tasks WHERE tenant_id = NEW.tenant_id AND id = NEW.entity_id);
    SELECT RAISE(ABORT, 'ringfence.reference:fk_approval_records_tenant_entity_inspection_observation')
    WHERE NEW.entity_type = 'inspection_observation' AND NOT EXISTS (SELECT 1 FROM inspection_observations WHERE tenant_id = NEW.tenant_id AND id = NEW.entity_id);
    SELECT RAISE(ABORT, 'ringfence.reference:fk_approval_records_tenant_entity_defect')
    WHERE NEW.entity_type = 'defect' AND NOT EXISTS (SELECT 1 FROM defects WHERE tenant_id = NEW.tenant_id AND id = NEW.entity_id);
    SELECT RAISE(ABORT, 'ringfence.reference:fk_approval_records_tenant_entity_incident')
    WHERE NEW.entity_type = 'incident' AND NOT EXISTS (SELECT 1 FROM incidents WHERE tenant_id = NEW.tenant_id AND id = NEW.entity_id);
    SELECT RAISE(ABORT, 'ringfence.reference:fk_approval_records_tenant_entity_alert')
    WHERE NEW.entity_type = 'alert' AND NOT EXISTS (SELECT 1 FROM alerts WHERE tenant_id = NEW.tenant_id AND id = NEW.entity_id);
    SELECT RAISE(ABORT, 'ringfence.reference:fk_approval_records_tenant_entity_drone')
    WHERE NEW.entity_type = 'drone' AND NOT EXISTS (SELECT 1 FROM drones WHERE tenant_id = NEW.tenant_id AND id = NEW.entity_id);
    SELECT RAISE(ABORT, 'ringfence.reference:fk_approval_records_tenant_entity')
    WHERE NEW.entity_type NOT IN ('mission', 'inspection_template', 'inspection_task', 'inspection_observation', 'defect', 'incident', 'alert', 'drone');
    SELECT RAISE(ABORT, 'ringfence.unique:approval_records_pkey')
    WHERE EXISTS (SELECT 1 FROM approval_records WHERE id = NEW.id);
END;
CREATE TRIGGER rf_approval_records_insert_rowid AFTER INSERT ON approval_records
WHEN NEW.rowid = -1
BEGIN
    SELECT RAISE(ABORT, 'ringfence.key:approval_records');
END;
CREATE TRIGGER rf_approval_records_key BEFORE UPDATE ON approval_records
WHEN NEW.id IS NOT OLD.id
    OR NEW.tenant_id IS NOT OLD.tenant_id
    OR NEW.rowid IS NOT OLD.rowid
BEGIN
    SELECT RAISE(ABORT, 'ringfence.key:approval_records');
END;
CREATE TRIGGER rf_approval_records_update BEFORE UPDATE OF entity_type, entity_id, approved_by ON approval_records
BEGIN
    SELECT RAISE(ABORT, 'ringfence.reference:fk_approval_records_tenant_approved_by')
    WHERE NOT EXISTS (SELECT 1 FROM users WHERE tenant_id = NEW.tenant_id AND id = NEW.approved_by);
    SELECT RAISE(ABORT, 'ringfence.reference:fk_approval_records_tenant_entity_mission')
    WHERE NEW.entity_type = 'mission' AND NOT EXISTS (SELECT 1 FROM missions WHERE tenant_id = NEW.tenant_id AND id = NEW.entity_id);
    SELECT RAISE(ABORT, 'ringfence.reference:fk_approval_records_tenant_entity_inspection_template')
    WHERE NEW.entity_type = 'inspection_template' AND NOT EXISTS (SELECT 1 FROM inspection_templates WHERE tenant_id = NEW.tenant_id AND id = NEW.entity_id);
    SELECT RAISE(ABORT, 'ringfence.reference:fk_approval_records_tenant_entity_inspection_task')
    WHERE NEW.entity_type = 'inspection_task' AND NOT EXISTS (SELECT 1 FROM inspection_tasks WHERE tenant_id = NEW.tenant_id AND id = NEW.entity_id);
    SELECT RAISE(ABORT, 'ringfence.reference:fk_approval_records_tenant_entity_inspection_observation')
    WHERE NEW.entity_type = 'inspection_observation' AND NOT EXISTS (SELECT 1 FROM inspection_observations WHERE tenant_id = NEW.tenant_id AND id = NEW.entity_id);
    SELECT RAISE(ABORT, 'ringfence.reference:fk_approval_records_tenant_entity_defect')
    WHERE NEW.entity_type = 'defect' AND NOT EXISTS (SELECT 1 FROM defects WHERE tenant_id = NEW.tenant_id AND id = NEW.entity_id);
    SELECT RAISE(ABORT, 'ringfence.reference:fk_approval_records_tenant_entity_incident')
    WHERE NEW.entity_type = 'incident' AND NOT EXISTS (SELECT 1 FROM incidents WHERE tenant_id = NEW.tenant_id AND id = NEW.entity_id);
    SELECT RAISE(ABORT, 'ringfence.reference:fk_approval_records_tenant_entity_alert')
    WHERE NEW.entity_type = 'alert' AND NOT EXISTS (SELECT 1 FROM alerts WHERE tenant_id = NEW.tenant_id AND id = NEW.entity_id);
    SELECT RAISE(ABORT, 'ringfence.reference:fk_approval_records_tenant_entity_drone')
    WHERE NEW.entity_type = 'drone' AND NOT EXISTS (SELECT 1 FROM drones WHERE tenant_id = NEW.tenant_id AND id = NEW.entity_id);
    SELECT RAISE(ABORT, 'ringfence.reference:fk_approval_records_tenant_entity')
    WHERE NEW.entity_type NOT IN ('mission', 'inspection_template', 'inspection_task', 'inspection_observation', 'defect', 'incident', 'alert', 'drone');
END;
-- End of what is from the catalogue
