-- Batch 07A-6 holds from here: an incident lies where the task lies that flies to it, an alert and a command where their
-- drone lies, and a task or drone that is referred to stays. The old platform never declared the drone of an alert a
-- reference. Who acknowledged, closed or issued is loose: a batch of its own decides about users.

-- From the catalogue
ALTER TABLE command_requests DROP CONSTRAINT command_requests_drone_id_fkey;
ALTER TABLE incidents DROP CONSTRAINT incidents_linked_task_id_fkey;
ALTER TABLE incidents ADD CONSTRAINT fk_incidents_tenant_linked_task FOREIGN KEY (tenant_id, linked_task_id) REFERENCES inspection_tasks (tenant_id, id) ON DELETE RESTRICT;
ALTER TABLE alerts ADD CONSTRAINT fk_alerts_tenant_drone FOREIGN KEY (tenant_id, drone_id) REFERENCES drones (tenant_id, id) ON DELETE RESTRICT;
ALTER TABLE command_requests ADD CONSTRAINT fk_command_requests_tenant_drone FOREIGN KEY (tenant_id, drone_id) REFERENCES drones (tenant_id, id) ON DELETE RESTRICT;
CREATE TRIGGER ringfence_key BEFORE UPDATE ON incidents
    FOR EACH ROW WHEN (NEW.id <> OLD.id OR NEW.tenant_id <> OLD.tenant_id)
    EXECUTE FUNCTION ringfence_refuse('ringfence.key:incidents');
CREATE TRIGGER ringfence_key BEFORE UPDATE ON alerts
    FOR EACH ROW WHEN (NEW.id <> OLD.id OR NEW.tenant_id <> OLD.tenant_id)
    EXECUTE FUNCTION ringfence_refuse('ringfence.key:alerts');
CREATE TRIGGER ringfence_key BEFORE UPDATE ON command_requests
    FOR EACH ROW WHEN (NEW.id <> OLD.id OR NEW.tenant_id <> OLD.tenant_id)
    EXECUTE FUNCTION ringfence_refuse('ringfence.key:command_requests');
-- End of what is from the catalogue
