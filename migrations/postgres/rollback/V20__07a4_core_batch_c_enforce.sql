-- From the catalogue
DROP TRIGGER ringfence_key ON defect_actions;
DROP TRIGGER ringfence_key ON defects;
ALTER TABLE defect_actions DROP CONSTRAINT fk_defect_actions_tenant_defect;
ALTER TABLE defects DROP CONSTRAINT fk_defects_tenant_observation;
ALTER TABLE defects ADD CONSTRAINT defects_observation_id_fkey FOREIGN KEY (observation_id) REFERENCES inspection_observations (id) ON DELETE RESTRICT;
ALTER TABLE defect_actions ADD CONSTRAINT defect_actions_defect_id_fkey FOREIGN KEY (defect_id) REFERENCES defects (id) ON DELETE CASCADE;
-- End of what is from the catalogue
