-- Batch 07A-3 B1 holds from here: an item lies where its template lies, a task inspects by a template of its own tenant and
-- flies a mission of it, if any, and a template or mission that is referred to stays.

-- From the catalogue
DROP TRIGGER rf_missions_delete;
CREATE TRIGGER rf_missions_delete BEFORE DELETE ON missions
BEGIN
    SELECT RAISE(ABORT, 'ringfence.restrict:fk_mission_runs_tenant_mission')
    WHERE EXISTS (SELECT 1 FROM mission_runs WHERE tenant_id = OLD.tenant_id AND mission_id = OLD.id);
    SELECT RAISE(ABORT, 'ringfence.restrict:fk_approvals_tenant_mission')
    WHERE EXISTS (SELECT 1 FROM approvals WHERE tenant_id = OLD.tenant_id AND mission_id = OLD.id);
    SELECT RAISE(ABORT, 'ringfence.restrict:fk_inspection_tasks_tenant_mission')
    WHERE EXISTS (SELECT 1 FROM inspection_tasks WHERE tenant_id = OLD.tenant_id AND mission_id = OLD.id);
END;
CREATE TRIGGER rf_inspection_templates_insert BEFORE INSERT ON inspection_templates
BEGIN
    SELECT RAISE(ABORT, 'ringfence.key:inspection_templates')
    WHERE NEW.rowid <> -1 AND EXISTS (SELECT 1 FROM inspection_templates WHERE rowid = NEW.rowid);
    SELECT RAISE(ABORT, 'ringfence.reference:inspection_templates_tenant_id_fkey')
    WHERE NOT EXISTS (SELECT 1 FROM tenants WHERE id = NEW.tenant_id);
    SELECT RAISE(ABORT, 'ringfence.unique:inspection_templates_pkey')
    WHERE EXISTS (SELECT 1 FROM inspection_templates WHERE id = NEW.id);
END;
CREATE TRIGGER rf_inspection_templates_insert_rowid AFTER INSERT ON inspection_templates
WHEN NEW.rowid = -1
BEGIN
    SELECT RAISE(ABORT, 'ringfence.key:inspection_templates');
END;
CREATE TRIGGER rf_inspection_templates_key BEFORE UPDATE ON inspection_templates
WHEN NEW.id IS NOT OLD.id
    OR NEW.tenant_id IS NOT OLD.tenant_id
    OR NEW.rowid IS NOT OLD.rowid
BEGIN
    SELECT RAISE(ABORT, 'ringfence.key:inspection_templates');
END;
CREATE TRIGGER rf_inspection_templates_delete BEFORE DELETE ON inspection_templates
BEGIN
    SELECT RAISE(ABORT, 'ringfence.restrict:fk_inspection_template_items_tenant_template')
    WHERE EXISTS (SELECT 1 FROM inspection_template_items WHERE tenant_id = OLD.tenant_id AND template_id = OLD.id);
    SELECT RAISE(ABORT, 'ringfence.restrict:fk_inspection_tasks_tenant_template')
    WHERE EXISTS (SELECT 1 FROM inspection_tasks WHERE tenant_id = OLD.tenant_id AND template_id = OLD.id);
END;
CREATE TRIGGER rf_inspection_template_items_insert BEFORE INSERT ON inspection_template_items
BEGIN
    SELECT RAISE(ABORT, 'ringfence.key:inspection_template_items')
    WHERE NEW.rowid <> -1 AND EXISTS (SELECT 1 FROM inspection_template_items WHERE rowid = NEW.rowid);
    SELECT RAISE(ABORT, 'ringfence.reference:inspection_template_items_tenant_id_fkey')
    WHERE NOT EXISTS (SELECT 1 FROM tenants WHERE id = NEW.tenant_id);
    SELECT RAISE(ABORT, 'ringfence.reference:fk_inspection_template_items_tenant_template')
    WHERE NOT EXISTS (SELECT 1 FROM inspection_templates WHERE tenant_id = NEW.tenant_id AND id = NEW.template_id);
    SELECT RAISE(ABORT, 'ringfence.unique:inspection_template_items_pkey')
    WHERE EXISTS (SELECT 1 FROM inspection_template_items WHERE id = NEW.id);
END;
CREATE TRIGGER rf_inspection_template_items_insert_rowid AFTER INSERT ON inspection_template_items
WHEN NEW.rowid = -1
BEGIN
    SELECT RAISE(ABORT, 'ringfence.key:inspection_template_items');
END;
CREATE TRIGGER rf_inspection_template_items_key BEFORE UPDATE ON inspection_template_items
WHEN NEW.id IS NOT OLD.id
    OR NEW.tenant_id IS NOT OLD.tenant_id
    OR NEW.rowid IS NOT OLD.rowid
BEGIN
    SELECT RAISE(ABORT, 'ringfence.key:inspection_template_items');
END;
CREATE TRIGGER rf_inspection_template_items_update BEFORE UPDATE OF template_id ON inspection_template_items
BEGIN
    SELECT RAISE(ABORT, 'ringfence.reference:fk_inspection_template_items_tenant_template')
    WHERE NOT EXISTS (SELECT 1 FROM inspection_templates WHERE tenant_id = NEW.tenant_id AND id = NEW.template_id);
END;
CREATE TRIGGER rf_inspection_tasks_insert BEFORE INSERT ON inspection_tasks
BEGIN
    SELECT RAISE(ABORT, 'ringfence.key:inspection_tasks')
    WHERE NEW.rowid <> -1 AND EXISTS (SELECT 1 FROM inspection_tasks WHERE rowid = NEW.rowid);
    SELECT RAISE(ABORT, 'ringfence.reference:inspection_tasks_tenant_id_fkey')
    WHERE NOT EXISTS (SELECT 1 FROM tenants WHERE id = NEW.tenant_id);
    SELECT RAISE(ABORT, 'ringfence.reference:fk_inspection_tasks_tenant_mission')
    WHERE NEW.mission_id IS NOT NULL AND NOT EXISTS (SELECT 1 FROM missions WHERE tenant_id = NEW.tenant_id AND id = NEW.mission_id);
    SELECT RAISE(ABORT, 'ringfence.reference:fk_inspection_tasks_tenant_template')
    WHERE NOT EXISTS (SELECT 1 FROM inspection_templates WHERE tenant_id = NEW.tenant_id AND id = NEW.template_id);
    SELECT RAISE(ABORT, 'ringfence.unique:inspection_tasks_pkey')
    WHERE EXISTS (SELECT 1 FROM inspection_tasks WHERE id = NEW.id);
END;
CREATE TRIGGER rf_inspection_tasks_insert_rowid AFTER INSERT ON inspection_tasks
WHEN NEW.rowid = -1
BEGIN
    SELECT RAISE(ABORT, 'ringfence.key:inspection_tasks');
END;
CREATE TRIGGER rf_inspection_tasks_key BEFORE UPDATE ON inspection_tasks
WHEN NEW.id IS NOT OLD.id
    OR NEW.tenant_id IS NOT OLD.tenant_id
    OR NEW.rowid IS NOT OLD.rowid
BEGIN
    SELECT RAISE(ABORT, 'ringfence.key:inspection_tasks');
END;
CREATE TRIGGER rf_inspection_tasks_update BEFORE UPDATE OF template_id, mission_id ON inspection_tasks
BEGIN
    SELECT RAISE(ABORT, 'ringfence.reference:fk_inspection_tasks_tenant_mission')
    WHERE NEW.mission_id IS NOT NULL AND NOT EXISTS (SELECT 1 FROM missions WHERE tenant_id = NEW.tenant_id AND id = NEW.mission_id);
    SELECT RAISE(ABORT, 'ringfence.reference:fk_inspection_tasks_tenant_template')
    WHERE NOT EXISTS (SELECT 1 FROM inspection_templates WHERE tenant_id = NEW.tenant_id AND id = NEW.template_id);
END;
CREATE TRIGGER rf_inspection_tasks_delete BEFORE DELETE ON inspection_tasks
BEGIN
    SELECT RAISE(ABORT, 'ringfence.restrict:inspection_observations_task_id_fkey')
    WHERE EXISTS (SELECT 1 FROM inspection_observations WHERE task_id = OLD.id);
    SELECT RAISE(ABORT, 'ringfence.restrict:inspection_exports_task_id_fkey')
    WHERE EXISTS (SELECT 1 FROM inspection_exports WHERE task_id = OLD.id);
    SELECT RAISE(ABORT, 'ringfence.restrict:incidents_linked_task_id_fkey')
    WHERE EXISTS (SELECT 1 FROM incidents WHERE linked_task_id = OLD.id);
END;
-- End of what is from the catalogue
