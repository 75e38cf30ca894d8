-- What batch 07A-2 needs beside what is there: the keys that children will be bound to, the indexes led by the
-- tenant, and the columns that Ringfence keeps.

ALTER TABLE drones
    ADD COLUMN version integer DEFAULT 1 NOT NULL,
    ADD CONSTRAINT uq_drones_tenant_id_id UNIQUE (tenant_id, id);
ALTER TABLE drone_credentials
    ADD CONSTRAINT uq_drone_credentials_tenant_id_id UNIQUE (tenant_id, id);
ALTER TABLE missions
    ADD COLUMN version integer DEFAULT 1 NOT NULL,
    ADD COLUMN plan_sha256 text,
    ADD COLUMN plan text,
    ADD CONSTRAINT uq_missions_tenant_id_id UNIQUE (tenant_id, id);
ALTER TABLE mission_runs
    ADD CONSTRAINT uq_mission_runs_tenant_id_id UNIQUE (tenant_id, id);
ALTER TABLE approvals
    ADD COLUMN audit_seq bigint,
    ADD CONSTRAINT uq_approvals_tenant_id_id UNIQUE (tenant_id, id);

CREATE INDEX ix_missions_tenant_drone_id ON missions (tenant_id, drone_id);
CREATE INDEX ix_missions_tenant_state ON missions (tenant_id, state);
CREATE INDEX ix_mission_runs_tenant_mission_id ON mission_runs (tenant_id, mission_id);
CREATE INDEX ix_approvals_tenant_mission_id ON approvals (tenant_id, mission_id);
CREATE INDEX ix_drone_credentials_tenant_drone_id ON drone_credentials (tenant_id, drone_id);

CREATE INDEX ix_drones_tenant_id_c ON drones (tenant_id, id COLLATE "C");
CREATE INDEX ix_drone_credentials_tenant_id_c ON drone_credentials (tenant_id, id COLLATE "C");
CREATE INDEX ix_missions_tenant_id_c ON missions (tenant_id, id COLLATE "C");
CREATE INDEX ix_mission_runs_tenant_id_c ON mission_runs (tenant_id, id COLLATE "C");
CREATE INDEX ix_approvals_tenant_id_c ON approvals (tenant_id, id COLLATE "C");

CREATE TRIGGER ringfence_version BEFORE UPDATE ON drones
    FOR EACH ROW EXECUTE FUNCTION ringfence_version();
CREATE TRIGGER ringfence_version BEFORE UPDATE ON missions
    FOR EACH ROW EXECUTE FUNCTION ringfence_version();
