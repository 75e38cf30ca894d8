-- Versions start again.

-- From the catalogue
DROP TRIGGER ringfence_version ON inspection_tasks;
DROP TRIGGER ringfence_version ON inspection_template_items;
DROP TRIGGER ringfence_version ON inspection_templates;
DROP INDEX IF EXISTS ix_inspection_template_items_tenant_template_id;
ALTER TABLE inspection_tasks DROP CONSTRAINT uq_inspection_tasks_tenant_id_id;
ALTER TABLE inspection_template_items DROP CONSTRAINT uq_inspection_template_items_tenant_id_id;
ALTER TABLE inspection_templates DROP CONSTRAINT uq_inspection_templates_tenant_id_id;
ALTER TABLE inspection_tasks DROP COLUMN version;
ALTER TABLE inspection_template_items DROP COLUMN version;
ALTER TABLE inspection_templates DROP COLUMN version;
CREATE INDEX ix_inspection_templates_tenant_id ON inspection_templates (tenant_id);
CREATE INDEX ix_inspection_template_items_tenant_id ON inspection_template_items (tenant_id);
CREATE INDEX ix_inspection_tasks_tenant_id ON inspection_tasks (tenant_id);
-- End of what is from the catalogue
