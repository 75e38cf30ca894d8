-- Batch 07A-4 holds from here: a defect lies where its observation lies, an action where its defect lies, and an observation or
-- defect that is referred to stays. Whom a defect is assigned to is loose: it never was a reference.

-- From the catalogue
ALTER TABLE defect_actions DROP CONSTRAINT defect_actions_defect_id_fkey;
ALTER TABLE defects DROP CONSTRAINT defects_observation_id_fkey;
ALTER TABLE defects ADD CONSTRAINT fk_defects_tenant_observation FOREIGN KEY (tenant_id, observation_id) REFERENCES inspection_observations (tenant_id, id) ON DELETE RESTRICT;
ALTER TABLE defect_actions ADD CONSTRAINT fk_defect_actions_tenant_defect FOREIGN KEY (tenant_id, defect_id) REFERENCES defects (tenant_id, id) ON DELETE RESTRICT;
CREATE TRIGGER ringfence_key BEFORE UPDATE ON defects
    FOR EACH ROW WHEN (NEW.id <> OLD.id OR NEW.tenant_id <> OLD.tenant_id)
    EXECUTE FUNCTION ringfence_refuse('ringfence.key:defects');
CREATE TRIGGER ringfence_key BEFORE UPDATE ON defect_actions
    FOR EACH ROW WHEN (NEW.id <> OLD.id OR NEW.tenant_id <> OLD.tenant_id)
    EXECUTE FUNCTION ringfence_refuse('ringfence.key:defect_actions');
-- End of what is from the catalogue
