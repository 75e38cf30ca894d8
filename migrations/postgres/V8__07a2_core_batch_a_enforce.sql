-- Batch 07A-2 holds from here: a mission flies a drone of its own tenant, runs, decisions and credentials lie where their
-- parent lies, and a parent that is referred to stays. So do parents that tables of later batches refer to; those
-- references become composite with their batch. alerts.drone_id stays loose: it never was a reference, and alerts may
-- outlive their drone.

-- From the catalogue
ALTER TABLE command_requests DROP CONSTRAINT command_requests_drone_id_fkey;
ALTER TABLE inspection_observations DROP CONSTRAINT inspection_observations_drone_id_fkey;
ALTER TABLE inspection_tasks DROP CONSTRAINT inspection_tasks_mission_id_fkey;
ALTER TABLE approvals DROP CONSTRAINT approvals_mission_id_fkey;
ALTER TABLE mission_runs DROP CONSTRAINT mission_runs_mission_id_fkey;
ALTER TABLE missions DROP CONSTRAINT missions_drone_id_fkey;
ALTER TABLE drone_credentials DROP CONSTRAINT drone_credentials_drone_id_fkey;
ALTER TABLE drone_credentials ADD CONSTRAINT fk_drone_credentials_tenant_drone FOREIGN KEY (tenant_id, drone_id) REFERENCES drones (tenant_id, id) ON DELETE RESTRICT;
ALTER TABLE missions ADD CONSTRAINT fk_missions_tenant_drone FOREIGN KEY (tenant_id, drone_id) REFERENCES drones (tenant_id, id) ON DELETE RESTRICT;
ALTER TABLE mission_runs ADD CONSTRAINT fk_mission_runs_tenant_mission FOREIGN KEY (tenant_id, mission_id) REFERENCES missions (tenant_id, id) ON DELETE RESTRICT;
ALTER TABLE approvals ADD CONSTRAINT fk_approvals_tenant_mission FOREIGN KEY (tenant_id, mission_id) REFERENCES missions (tenant_id, id) ON DELETE RESTRICT;
ALTER TABLE inspection_tasks ADD CONSTRAINT inspection_tasks_mission_id_fkey FOREIGN KEY (mission_id) REFERENCES missions (id) ON DELETE RESTRICT;
ALTER TABLE inspection_observations ADD CONSTRAINT inspection_observations_drone_id_fkey FOREIGN KEY (drone_id) REFERENCES drones (id) ON DELETE RESTRICT;
ALTER TABLE command_requests ADD CONSTRAINT command_requests_drone_id_fkey FOREIGN KEY (drone_id) REFERENCES drones (id) ON DELETE RESTRICT;
CREATE TRIGGER ringfence_key BEFORE UPDATE ON drones
    FOR EACH ROW WHEN (NEW.id <> OLD.id OR NEW.tenant_id <> OLD.tenant_id)
    EXECUTE FUNCTION ringfence_refuse('ringfence.key:drones');
CREATE TRIGGER ringfence_key BEFORE UPDATE ON drone_credentials
    FOR EACH ROW WHEN (NEW.id <> OLD.id OR NEW.tenant_id <> OLD.tenant_id)
    EXECUTE FUNCTION ringfence_refuse('ringfence.key:drone_credentials');
CREATE TRIGGER ringfence_key BEFORE UPDATE ON missions
    FOR EACH ROW WHEN (NEW.id <> OLD.id OR NEW.tenant_id <> OLD.tenant_id)
    EXECUTE FUNCTION ringfence_refuse('ringfence.key:missions');
CREATE TRIGGER ringfence_key BEFORE UPDATE ON mission_runs
    FOR EACH ROW WHEN (NEW.id <> OLD.id OR NEW.tenant_id <> OLD.tenant_id)
    EXECUTE FUNCTION ringfence_refuse('ringfence.key:mission_runs');
CREATE TRIGGER ringfence_key BEFORE UPDATE ON approvals
    FOR EACH ROW WHEN (NEW.id <> OLD.id OR NEW.tenant_id <> OLD.tenant_id)
    EXECUTE FUNCTION ringfence_refuse('ringfence.key:approvals');
CREATE POLICY ringfence_tenant ON drones
    USING (tenant_id = (SELECT nullif(current_setting('ringfence.tenant', true), '')))
    WITH CHECK (tenant_id = (SELECT nullif(current_setting('ringfence.tenant', true), '')));
ALTER TABLE drones ENABLE ROW LEVEL SECURITY;
CREATE POLICY ringfence_tenant ON drone_credentials
    USING (tenant_id = (SELECT nullif(current_setting('ringfence.tenant', true), '')))
    WITH CHECK (tenant_id = (SELECT nullif(current_setting('ringfence.tenant', true), '')));
ALTER TABLE drone_credentials ENABLE ROW LEVEL SECURITY;
CREATE POLICY ringfence_tenant ON missions
    USING (tenant_id = (SELECT nullif(current_setting('ringfence.tenant', true), '')))
    WITH CHECK (tenant_id = (SELECT nullif(current_setting('ringfence.tenant', true), '')));
ALTER TABLE missions ENABLE ROW LEVEL SECURITY;
CREATE POLICY ringfence_tenant ON mission_runs
    USING (tenant_id = (SELECT nullif(current_setting('ringfence.tenant', true), '')))
    WITH CHECK (tenant_id = (SELECT nullif(current_setting('ringfence.tenant', true), '')));
ALTER TABLE mission_runs ENABLE ROW LEVEL SECURITY;
CREATE POLICY ringfence_tenant ON approvals
    USING (tenant_id = (SELECT nullif(current_setting('ringfence.tenant', true), '')))
    WITH CHECK (tenant_id = (SELECT nullif(current_setting('ringfence.tenant', true), '')));
ALTER TABLE approvals ENABLE ROW LEVEL SECURITY;
-- End of what is from the catalogue
