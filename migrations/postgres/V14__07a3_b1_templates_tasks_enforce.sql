-- Batch 07A-3 B1 holds from here: an item lies where its template lies, a task inspects by a template of its own tenant and
-- flies a mission of it, if any, and a template or mission that is referred to stays.

-- From the catalogue
ALTER TABLE incidents DROP CONSTRAINT incidents_linked_task_id_fkey;
ALTER TABLE inspection_exports DROP CONSTRAINT inspection_exports_task_id_fkey;
ALTER TABLE inspection_observations DROP CONSTRAINT inspection_observations_task_id_fkey;
ALTER TABLE inspection_tasks DROP CONSTRAINT inspection_tasks_template_id_fkey;
ALTER TABLE inspection_tasks DROP CONSTRAINT inspection_tasks_mission_id_fkey;
ALTER TABLE inspection_template_items DROP CONSTRAINT inspection_template_items_template_id_fkey;
ALTER TABLE inspection_template_items ADD CONSTRAINT fk_inspection_template_items_tenant_template FOREIGN KEY (tenant_id, template_id) REFERENCES inspection_templates (tenant_id, id) ON DELETE RESTRICT;
ALTER TABLE inspection_tasks ADD CONSTRAINT fk_inspection_tasks_tenant_mission FOREIGN KEY (tenant_id, mission_id) REFERENCES missions (tenant_id, id) ON DELETE RESTRICT;
ALTER TABLE inspection_tasks ADD CONSTRAINT fk_inspection_tasks_tenant_template FOREIGN KEY (tenant_id, template_id) REFERENCES inspection_templates (tenant_id, id) ON DELETE RESTRICT;
ALTER TABLE inspection_observations ADD CONSTRAINT inspection_observations_task_id_fkey FOREIGN KEY (task_id) REFERENCES inspection_tasks (id) ON DELETE RESTRICT;
ALTER TABLE inspection_exports ADD CONSTRAINT inspection_exports_task_id_fkey FOREIGN KEY (task_id) REFERENCES inspection_tasks (id) ON DELETE RESTRICT;
ALTER TABLE incidents ADD CONSTRAINT incidents_linked_task_id_fkey FOREIGN KEY (linked_task_id) REFERENCES inspection_tasks (id) ON DELETE RESTRICT;
CREATE TRIGGER ringfence_key BEFORE UPDATE ON inspection_templates
    FOR EACH ROW WHEN (NEW.id <> OLD.id OR NEW.tenant_id <> OLD.tenant_id)
    EXECUTE FUNCTION ringfence_refuse('ringfence.key:inspection_templates');
CREATE TRIGGER ringfence_key BEFORE UPDATE ON inspection_template_items
    FOR EACH ROW WHEN (NEW.id <> OLD.id OR NEW.tenant_id <> OLD.tenant_id)
    EXECUTE FUNCTION ringfence_refuse('ringfence.key:inspection_template_items');
CREATE TRIGGER ringfence_key BEFORE UPDATE ON inspection_tasks
    FOR EACH ROW WHEN (NEW.id <> OLD.id OR NEW.tenant_id <> OLD.tenant_id)
    EXECUTE FUNCTION ringfence_refuse('ringfence.key:inspection_tasks');
-- End of what is from the catalogue
