-- 07A-3 B1, templates and tasks, expand: what the old platform does not know has a default.

-- From the catalogue
DROP INDEX IF EXISTS ix_inspection_tasks_tenant_id;
DROP INDEX IF EXISTS ix_inspection_template_items_tenant_id;
DROP INDEX IF EXISTS ix_inspection_templates_tenant_id;
ALTER TABLE inspection_templates ADD COLUMN version bigint NOT NULL DEFAULT 1;
ALTER TABLE inspection_template_items ADD COLUMN version bigint NOT NULL DEFAULT 1;
ALTER TABLE inspection_tasks ADD COLUMN version bigint NOT NULL DEFAULT 1;
ALTER TABLE inspection_templates ADD CONSTRAINT uq_inspection_templates_tenant_id_id UNIQUE (tenant_id, id);
ALTER TABLE inspection_template_items ADD CONSTRAINT uq_inspection_template_items_tenant_id_id UNIQUE (tenant_id, id);
ALTER TABLE inspection_tasks ADD CONSTRAINT uq_inspection_tasks_tenant_id_id UNIQUE (tenant_id, id);
CREATE INDEX ix_inspection_template_items_tenant_template_id ON inspection_template_items (tenant_id, template_id);
CREATE TRIGGER ringfence_version BEFORE UPDATE ON inspection_templates
    FOR EACH ROW EXECUTE FUNCTION ringfence_version();
CREATE TRIGGER ringfence_version BEFORE UPDATE ON inspection_template_items
    FOR EACH ROW EXECUTE FUNCTION ringfence_version();
CREATE TRIGGER ringfence_version BEFORE UPDATE ON inspection_tasks
    FOR EACH ROW EXECUTE FUNCTION ringfence_version();
-- End of what is from the catalogue
