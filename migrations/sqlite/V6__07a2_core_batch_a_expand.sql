-- Core batch A, expand: what the old platform does not know is nullable or has a default.

-- From the catalogue
DROP INDEX IF EXISTS ix_approvals_tenant_id;
DROP INDEX IF EXISTS ix_mission_runs_tenant_id;
DROP INDEX IF EXISTS ix_missions_tenant_id;
DROP INDEX IF EXISTS ix_drone_credentials_tenant_id;
DROP INDEX IF EXISTS ix_drones_tenant_id;
ALTER TABLE drones ADD COLUMN version INTEGER NOT NULL DEFAULT 1;
ALTER TABLE missions ADD COLUMN version INTEGER NOT NULL DEFAULT 1;
ALTER TABLE missions ADD COLUMN edited_by TEXT;
ALTER TABLE missions ADD COLUMN edited_version INTEGER;
ALTER TABLE missions ADD COLUMN plan_sha256 TEXT;
ALTER TABLE missions ADD COLUMN plan TEXT;
ALTER TABLE approvals ADD COLUMN audit_seq INTEGER;
ALTER TABLE approvals ADD COLUMN content_sha256 TEXT;
ALTER TABLE approvals ADD COLUMN plan_sha256 TEXT;
CREATE UNIQUE INDEX uq_drones_tenant_id_id ON drones (tenant_id, id);
CREATE UNIQUE INDEX uq_drone_credentials_tenant_id_id ON drone_credentials (tenant_id, id);
CREATE UNIQUE INDEX uq_missions_tenant_id_id ON missions (tenant_id, id);
CREATE UNIQUE INDEX uq_mission_runs_tenant_id_id ON mission_runs (tenant_id, id);
CREATE UNIQUE INDEX uq_approvals_tenant_id_id ON approvals (tenant_id, id);
CREATE INDEX ix_drone_credentials_tenant_drone_id ON drone_credentials (tenant_id, drone_id);
CREATE INDEX ix_missions_tenant_drone_id ON missions (tenant_id, drone_id);
CREATE INDEX ix_missions_tenant_state ON missions (tenant_id, state);
CREATE INDEX ix_mission_runs_tenant_mission_id ON mission_runs (tenant_id, mission_id);
CREATE INDEX ix_approvals_tenant_mission_id ON approvals (tenant_id, mission_id);
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
CREATE TRIGGER rf_missions_version_step BEFORE UPDATE OF version ON missions
WHEN NEW.version IS NOT OLD.version AND NEW.version IS NOT OLD.version + 1
BEGIN
    SELECT RAISE(ABORT, 'ringfence.key:missions');
END;
-- End of what is from the catalogue

-- An edit of the content that does not move edited_version is not Ringfence's: nobody knows whose it is. In the
-- same write as the version, because one write more would move that once more.
CREATE TRIGGER rf_missions_version AFTER UPDATE ON missions
WHEN NEW.version IS OLD.version
BEGIN
    UPDATE missions
    SET version = OLD.version + 1,
        edited_by = CASE
            WHEN NEW.edited_version IS NOT OLD.edited_version
                OR (NEW.name, NEW.drone_id, NEW.plan_type, NEW.payload, NEW.constraints, NEW.plan_sha256)
                IS (OLD.name, OLD.drone_id, OLD.plan_type, OLD.payload, OLD.constraints, OLD.plan_sha256)
            THEN NEW.edited_by
        END
    WHERE rowid = NEW.rowid;
END;

-- Nor by a writer that moves the version himself.
CREATE TRIGGER rf_missions_editor AFTER UPDATE ON missions
WHEN NEW.version IS NOT OLD.version
    AND NEW.edited_by IS NOT NULL
    AND NEW.edited_version IS OLD.edited_version
    AND (NEW.name, NEW.drone_id, NEW.plan_type, NEW.payload, NEW.constraints, NEW.plan_sha256)
    IS NOT (OLD.name, OLD.drone_id, OLD.plan_type, OLD.payload, OLD.constraints, OLD.plan_sha256)
BEGIN
    UPDATE missions SET edited_by = NULL WHERE rowid = NEW.rowid;
END;
