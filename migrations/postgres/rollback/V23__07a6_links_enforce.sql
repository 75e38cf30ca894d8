-- From the catalogue
DROP TRIGGER ringfence_key ON command_requests;
DROP TRIGGER ringfence_key ON alerts;
DROP TRIGGER ringfence_key ON incidents;
ALTER TABLE command_requests DROP CONSTRAINT fk_command_requests_tenant_drone;
ALTER TABLE alerts DROP CONSTRAINT fk_alerts_tenant_drone;
ALTER TABLE incidents DROP CONSTRAINT fk_incidents_tenant_linked_task;
ALTER TABLE incidents ADD CONSTRAINT incidents_linked_task_id_fkey FOREIGN KEY (linked_task_id) REFERENCES inspection_tasks (id) ON DELETE RESTRICT;
ALTER TABLE command_requests ADD CONSTRAINT command_requests_drone_id_fkey FOREIGN KEY (drone_id) REFERENCES drones (id) ON DELETE RESTRICT;
-- End of what is from the catalogue
