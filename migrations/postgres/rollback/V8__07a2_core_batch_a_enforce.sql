ALTER TABLE approvals DISABLE ROW LEVEL SECURITY;
DROP POLICY ringfence_tenant ON approvals;
ALTER TABLE mission_runs DISABLE ROW LEVEL SECURITY;
DROP POLICY ringfence_tenant ON mission_runs;
ALTER TABLE missions DISABLE ROW LEVEL SECURITY;
DROP POLICY ringfence_tenant ON missions;
ALTER TABLE drone_credentials DISABLE ROW LEVEL SECURITY;
DROP POLICY ringfence_tenant ON drone_credentials;
ALTER TABLE drones DISABLE ROW LEVEL SECURITY;
DROP POLICY ringfence_tenant ON drones;

DROP TRIGGER ringfence_key ON approvals;
DROP TRIGGER ringfence_key ON mission_runs;
DROP TRIGGER ringfence_key ON missions;
DROP TRIGGER ringfence_key ON drone_credentials;
DROP TRIGGER ringfence_key ON drones;

ALTER TABLE inspection_tasks
    DROP CONSTRAINT inspection_tasks_mission_id_fkey,
    ADD CONSTRAINT inspection_tasks_mission_id_fkey
        FOREIGN KEY (mission_id) REFERENCES missions(id) ON DELETE SET NULL;
ALTER TABLE inspection_observations
    DROP CONSTRAINT inspection_observations_drone_id_fkey,
    ADD CONSTRAINT inspection_observations_drone_id_fkey
        FOREIGN KEY (drone_id) REFERENCES drones(id) ON DELETE SET NULL;
ALTER TABLE command_requests
    DROP CONSTRAINT command_requests_drone_id_fkey,
    ADD CONSTRAINT command_requests_drone_id_fkey
        FOREIGN KEY (drone_id) REFERENCES drones(id) ON DELETE CASCADE;
ALTER TABLE approvals
    DROP CONSTRAINT fk_approvals_tenant_mission,
    ADD CONSTRAINT approvals_mission_id_fkey
        FOREIGN KEY (mission_id) REFERENCES missions(id) ON DELETE CASCADE;
ALTER TABLE mission_runs
    DROP CONSTRAINT fk_mission_runs_tenant_mission,
    ADD CONSTRAINT mission_runs_mission_id_fkey
        FOREIGN KEY (mission_id) REFERENCES missions(id) ON DELETE CASCADE;
ALTER TABLE missions
    DROP CONSTRAINT fk_missions_tenant_drone,
    ADD CONSTRAINT missions_drone_id_fkey
        FOREIGN KEY (drone_id) REFERENCES drones(id) ON DELETE SET NULL;
ALTER TABLE drone_credentials
    DROP CONSTRAINT fk_drone_credentials_tenant_drone,
    ADD CONSTRAINT drone_credentials_drone_id_fkey
        FOREIGN KEY (drone_id) REFERENCES drones(id) ON DELETE CASCADE;
