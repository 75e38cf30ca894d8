-- From the catalogue
DROP TRIGGER ringfence_key ON inspection_tasks;
DROP TRIGGER ringfence_key ON inspection_template_items;
DROP TRIGGER ringfence_key ON inspection_templates;
ALTER TABLE incidents DROP CONSTRAINT incidents_linked_task_id_fkey;
ALTER TABLE inspection_exports DROP CONSTRAINT inspection_exports_task_id_fkey;
ALTER TABLE inspection_observations DROP CONSTRAINT inspection_observations_task_id_fkey;
ALTER TABLE inspection_tasks DROP CONSTRAINT fk_inspection_tasks_tenant_template;
ALTER TABLE inspection_tasks DROP CONSTRAINT fk_inspection_tasks_tenant_mission;
ALTER TABLE inspection_template_items DROP CONSTRAINT fk_inspection_template_items_tenant_template;
ALTER TABLE inspection_template_items ADD CONSTRAINT inspection_template_items_template_id_fkey FOREIGN KEY (template_id) REFERENCES inspection_templates (id) ON DELETE CASCADE;
ALTER TABLE inspection_tasks ADD CONSTRAINT inspection_tasks_mission_id_fkey FOREIGN KEY (mission_id) REFERENCES missions (id) ON DELETE RESTRICT;
ALTER TABLE inspection_tasks ADD CONSTRAINT inspection_tasks_template_id_fkey FOREIGN KEY (template_id) REFERENCES inspection_templates (id) ON DELETE RESTRICT;
ALTER TABLE inspection_observations ADD CONSTRAINT inspection_observations_task_id_fkey FOREIGN KEY (task_id) REFERENCES inspection_tasks (id) ON DELETE CASCADE;
ALTER TABLE inspection_exports ADD CONSTRAINT inspection_exports_task_id_fkey FOREIGN KEY (task_id) REFERENCES inspection_tasks (id) ON DELETE CASCADE;
ALTER TABLE incidents ADD CONSTRAINT incidents_linked_task_id_fkey FOREIGN KEY (linked_task_id) REFERENCES inspection_tasks (id) ON DELETE SET NULL;
-- End of what is from the catalogue
