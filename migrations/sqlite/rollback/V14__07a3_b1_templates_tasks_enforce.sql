-- The guards go; the rows stay as they are.

-- From the catalogue
DROP TRIGGER rf_inspection_tasks_delete;
DROP TRIGGER rf_inspection_tasks_update;
DROP TRIGGER rf_inspection_tasks_key;
DROP TRIGGER rf_inspection_tasks_insert_rowid;
DROP TRIGGER rf_inspection_tasks_insert;
DROP TRIGGER rf_inspection_template_items_update;
DROP TRIGGER rf_inspection_template_items_key;
DROP TRIGGER rf_inspection_template_items_insert_rowid;
DROP TRIGGER rf_inspection_template_items_insert;
DROP TRIGGER rf_inspection_templates_delete;
DROP TRIGGER rf_inspection_templates_key;
DROP TRIGGER rf_inspection_templates_insert_rowid;
DROP TRIGGER rf_inspection_templates_insert;
DROP TRIGGER rf_missions_delete;
CREATE TRIGGER rf_missions_delete BEFORE DELETE ON missions
BEGIN
    SELECT RAISE(ABORT, 'ringfence.restrict:fk_mission_runs_tenant_mission')
    WHERE EXISTS (SELECT 1 FROM mission_runs WHERE tenant_id = OLD.tenant_id AND mission_id = OLD.id);
    SELECT RAISE(ABORT, 'ringfence.restrict:fk_approvals_tenant_mission')
    WHERE EXISTS (SELECT 1 FROM approvals WHERE tenant_id = OLD.tenant_id AND mission_id = OLD.id);
    SELECT RAISE(ABORT, 'ringfence.restrict:inspection_tasks_mission_id_fkey')
    WHERE EXISTS (SELECT 1 FROM inspection_tasks WHERE mission_id = OLD.id);
END;
-- End of what is from the catalogue
