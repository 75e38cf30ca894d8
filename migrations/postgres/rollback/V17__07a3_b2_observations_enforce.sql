-- From the catalogue
DROP TRIGGER ringfence_key ON inspection_exports;
DROP TRIGGER ringfence_key ON inspection_observations;
ALTER TABLE defects DROP CONSTRAINT defects_observation_id_fkey;
ALTER TABLE inspection_exports DROP CONSTRAINT fk_inspection_exports_tenant_task;
ALTER TABLE inspection_observations DROP CONSTRAINT fk_inspection_observations_tenant_task;
ALTER TABLE inspection_observations DROP CONSTRAINT fk_inspection_observations_tenant_drone;
ALTER TABLE inspection_observations ADD CONSTRAINT inspection_observations_drone_id_fkey FOREIGN KEY (drone_id) REFERENCES drones (id) ON DELETE RESTRICT;
ALTER TABLE inspection_observations ADD CONSTRAINT inspection_observations_task_id_fkey FOREIGN KEY (task_id) REFERENCES inspection_tasks (id) ON DELETE RESTRICT;
ALTER TABLE inspection_exports ADD CONSTRAINT inspection_exports_task_id_fkey FOREIGN KEY (task_id) REFERENCES inspection_tasks (id) ON DELETE RESTRICT;
ALTER TABLE defects ADD CONSTRAINT defects_observation_id_fkey FOREIGN KEY (observation_id) REFERENCES inspection_observations (id) ON DELETE CASCADE;
-- End of what is from the catalogue
