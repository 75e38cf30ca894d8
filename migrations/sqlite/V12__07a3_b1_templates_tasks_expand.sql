-- 07A-3 B1, templates and tasks, expand: what the old platform does not know has a default.

-- From the catalogue
DROP INDEX IF EXISTS ix_inspection_tasks_tenant_id;
DROP INDEX IF EXISTS ix_inspection_template_items_tenant_id;
DROP INDEX IF EXISTS ix_inspection_templates_tenant_id;
ALTER TABLE inspection_templates ADD COLUMN version INTEGER NOT NULL DEFAULT 1;
ALTER TABLE inspection_template_items ADD COLUMN version INTEGER NOT NULL DEFAULT 1;
ALTER TABLE inspection_tasks ADD COLUMN version INTEGER NOT NULL DEFAULT 1;
CREATE UNIQUE INDEX uq_inspection_templates_tenant_id_id ON inspection_templates (tenant_id, id);
CREATE UNIQUE INDEX uq_inspection_template_items_tenant_id_id ON inspection_template_items (tenant_id, id);
CREATE UNIQUE INDEX uq_inspection_tasks_tenant_id_id ON inspection_tasks (tenant_id, id);
CREATE INDEX ix_inspection_template_items_tenant_template_id ON inspection_template_items (tenant_id, template_id);
CREATE TRIGGER rf_inspection_templates_version AFTER UPDATE ON inspection_templates
WHEN NEW.version IS OLD.version
BEGIN
    UPDATE inspection_templates SET version = OLD.version + 1 WHERE rowid = NEW.rowid;
END;
CREATE TRIGGER rf_inspection_templates_version_step BEFORE UPDATE OF version ON inspection_templates
WHEN NEW.version IS NOT OLD.version AND NEW.version IS NOT OLD.version + 1
BEGIN
    SELECT RAISE(ABORT, 'ringfence.key:inspection_templates');
END;
CREATE TRIGGER rf_inspection_template_items_version AFTER UPDATE ON inspection_template_items
WHEN NEW.version IS OLD.version
BEGIN
    UPDATE inspection_template_items SET version = OLD.version + 1 WHERE rowid = NEW.rowid;
END;
CREATE TRIGGER rf_inspection_template_items_version_step BEFORE UPDATE OF version ON inspection_template_items
WHEN NEW.version IS NOT OLD.version AND NEW.version IS NOT OLD.version + 1
BEGIN
    SELECT RAISE(ABORT, 'ringfence.key:inspection_template_items');
END;
CREATE TRIGGER rf_inspection_tasks_version AFTER UPDATE ON inspection_tasks
WHEN NEW.version IS OLD.version
BEGIN
    UPDATE inspection_tasks SET version = OLD.version + 1 WHERE rowid = NEW.rowid;
END;
CREATE TRIGGER rf_inspection_tasks_version_step BEFORE UPDATE OF version ON inspection_tasks
WHEN NEW.version IS NOT OLD.version AND NEW.version IS NOT OLD.version + 1
BEGIN
    SELECT RAISE(ABORT, 'ringfence.key:inspection_tasks');
END;
-- End of what is from the catalogue
