-- Batch 07A-3 B2 holds from here: an observation and an export lie where their task lies, an observation was made by a drone
-- of its own tenant, if any, and a task or drone that is referred to stays.

-- From the catalogue
ALTER TABLE defects DROP CONSTRAINT defects_observation_id_fkey;
ALTER TABLE inspection_exports DROP CONSTRAINT inspection_exports_task_id_fkey;
ALTER TABLE inspection_observations DROP CONSTRAINT inspection_observations_task_id_fkey;
ALTER TABLE inspection_observations DROP CONSTRAINT inspection_observations_drone_id_fkey;
ALTER TABLE inspection_observations ADD CONSTRAINT fk_inspection_observations_tenant_drone FOREIGN KEY (tenant_id, drone_id) REFERENCES drones (tenant_id, id) ON DELETE RESTRICT;
ALTER TABLE inspection_observations ADD CONSTRAINT fk_inspection_observations_tenant_task FOREIGN KEY (tenant_id, task_id) REFERENCES inspection_tasks (tenant_id, id) ON DELETE RESTRICT;
ALTER TABLE inspection_exports ADD CONSTRAINT fk_inspection_exports_tenant_task FOREIGN KEY (tenant_id, task_id) REFERENCES inspection_tasks (tenant_id, id) ON DELETE RESTRICT;
ALTER TABLE defects ADD CONSTRAINT defects_observation_id_fkey FOREIGN KEY (observation_id) REFERENCES inspection_observations (id) ON DELETE RESTRICT;
CREATE TRIGGER ringfence_key BEFORE UPDATE ON inspection_observations
    FOR EACH ROW WHEN (NEW.id <> OLD.id OR NEW.tenant_id <> OLD.tenant_id)
    EXECUTE FUNCTION ringfence_refuse('ringfence.key:inspection_observations');
CREATE TRIGGER ringfence_key BEFORE UPDATE ON inspection_exports
    FOR EACH ROW WHEN (NEW.id <> OLD.id OR NEW.tenant_id <> OLD.tenant_id)
    EXECUTE FUNCTION ringfence_refuse('ringfence.key:inspection_exports');
-- End of what is from the catalogue
