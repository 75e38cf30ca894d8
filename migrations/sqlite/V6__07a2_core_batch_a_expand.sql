-- Core batch A, expand: drones, drone_credentials, missions, mission_runs, approvals. What the old
-- platform does not know is nullable or has a default.

ALTER TABLE drones ADD COLUMN version INTEGER NOT NULL DEFAULT 1;
ALTER TABLE missions ADD COLUMN version INTEGER NOT NULL DEFAULT 1;

-- The .plan file whole, and the hex SHA-256 of its bytes; the payload holds the summary. The file comes
-- last: SQLite walks all pages of a long value to reach a column behind it.
ALTER TABLE missions ADD COLUMN plan_sha256 TEXT;
ALTER TABLE missions ADD COLUMN plan TEXT;

-- The event that recorded the decision: set in rows that Ringfence writes, and only there.
ALTER TABLE approvals ADD COLUMN audit_seq BIGINT;

CREATE UNIQUE INDEX uq_drones_tenant_id_id ON drones (tenant_id, id);
CREATE UNIQUE INDEX uq_drone_credentials_tenant_id_id ON drone_credentials (tenant_id, id);
CREATE UNIQUE INDEX uq_missions_tenant_id_id ON missions (tenant_id, id);
CREATE UNIQUE INDEX uq_mission_runs_tenant_id_id ON mission_runs (tenant_id, id);
CREATE UNIQUE INDEX uq_approvals_tenant_id_id ON approvals (tenant_id, id);
CREATE INDEX ix_missions_tenant_drone_id ON missions (tenant_id, drone_id);
CREATE INDEX ix_missions_tenant_state ON missions (tenant_id, state);
CREATE INDEX ix_mission_runs_tenant_mission_id ON mission_runs (tenant_id, mission_id);
CREATE INDEX ix_approvals_tenant_mission_id ON approvals (tenant_id, mission_id);
CREATE INDEX ix_drone_credentials_tenant_drone_id ON drone_credentials (tenant_id, drone_id);

-- The version moves by one with every update, whoever writes (see 07a1_identity_expand).

CREATE TRIGGER rf_drones_version AFTER UPDATE ON drones
WHEN NEW.version IS OLD.version
BEGIN
    UPDATE drones SET version = OLD.version + 1 WHERE rowid = NEW.rowid;
END;

CREATE TRIGGER rf_drones_version_step BEFORE UPDATE OF version ON drones
WHEN NEW.version IS NOT OLD.version AND NEW.version IS NOT OLD.version + 1
BEGIN
    SELECT RAISE(ABORT, 'ringfence.key:drones');
END;

CREATE TRIGGER rf_missions_version AFTER UPDATE ON missions
WHEN NEW.version IS OLD.version
BEGIN
    UPDATE missions SET version = OLD.version + 1 WHERE rowid = NEW.rowid;
END;

CREATE TRIGGER rf_missions_version_step BEFORE UPDATE OF version ON missions
WHEN NEW.version IS NOT OLD.version AND NEW.version IS NOT OLD.version + 1
BEGIN
    SELECT RAISE(ABORT, 'ringfence.key:missions');
END;
