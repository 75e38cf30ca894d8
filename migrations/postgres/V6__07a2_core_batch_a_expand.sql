-- Core batch A, expand: what the old platform does not know is nullable or has a default.

-- From the catalogue
DROP INDEX IF EXISTS ix_approvals_tenant_id;
DROP INDEX IF EXISTS ix_mission_runs_tenant_id;
DROP INDEX IF EXISTS ix_missions_tenant_id;
DROP INDEX IF EXISTS ix_drone_credentials_tenant_id;
DROP INDEX IF EXISTS ix_drones_tenant_id;
ALTER TABLE drones ADD COLUMN version bigint NOT NULL DEFAULT 1;
ALTER TABLE missions ADD COLUMN version bigint NOT NULL DEFAULT 1;
ALTER TABLE missions ADD COLUMN edited_by text;
ALTER TABLE missions ADD COLUMN edited_version bigint;
ALTER TABLE missions ADD COLUMN plan_sha256 text;
ALTER TABLE missions ADD COLUMN plan text;
ALTER TABLE approvals ADD COLUMN audit_seq bigint;
ALTER TABLE approvals ADD COLUMN content_sha256 text;
ALTER TABLE approvals ADD COLUMN plan_sha256 text;
ALTER TABLE drones ADD CONSTRAINT uq_drones_tenant_id_id UNIQUE (tenant_id, id);
ALTER TABLE drone_credentials ADD CONSTRAINT uq_drone_credentials_tenant_id_id UNIQUE (tenant_id, id);
ALTER TABLE missions ADD CONSTRAINT uq_missions_tenant_id_id UNIQUE (tenant_id, id);
ALTER TABLE mission_runs ADD CONSTRAINT uq_mission_runs_tenant_id_id UNIQUE (tenant_id, id);
ALTER TABLE approvals ADD CONSTRAINT uq_approvals_tenant_id_id UNIQUE (tenant_id, id);
CREATE INDEX ix_drones_tenant_id_c ON drones (tenant_id, id COLLATE "C");
CREATE INDEX ix_drone_credentials_tenant_id_c ON drone_credentials (tenant_id, id COLLATE "C");
CREATE INDEX ix_drone_credentials_tenant_drone_id ON drone_credentials (tenant_id, drone_id);
CREATE INDEX ix_missions_tenant_id_c ON missions (tenant_id, id COLLATE "C");
CREATE INDEX ix_missions_tenant_drone_id ON missions (tenant_id, drone_id);
CREATE INDEX ix_missions_tenant_state ON missions (tenant_id, state);
CREATE INDEX ix_mission_runs_tenant_id_c ON mission_runs (tenant_id, id COLLATE "C");
CREATE INDEX ix_mission_runs_tenant_mission_id ON mission_runs (tenant_id, mission_id);
CREATE INDEX ix_approvals_tenant_id_c ON approvals (tenant_id, id COLLATE "C");
CREATE INDEX ix_approvals_tenant_mission_id ON approvals (tenant_id, mission_id);
CREATE TRIGGER ringfence_version BEFORE UPDATE ON drones
    FOR EACH ROW EXECUTE FUNCTION ringfence_version();
CREATE TRIGGER ringfence_version BEFORE UPDATE ON missions
    FOR EACH ROW EXECUTE FUNCTION ringfence_version();
-- End of what is from the catalogue

-- Who edited a mission last is known while only Ringfence does: its own edits move edited_version along.
CREATE FUNCTION ringfence_editor_unknown() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    NEW.edited_by := NULL;
    RETURN NEW;
END
$$;

CREATE TRIGGER ringfence_editor BEFORE UPDATE ON missions
    FOR EACH ROW
    WHEN (NEW.edited_by IS NOT NULL AND NEW.edited_version IS NOT DISTINCT FROM OLD.edited_version
        AND (NEW.name, NEW.drone_id, NEW.plan_type, NEW.payload::text, NEW.constraints::text, NEW.plan_sha256)
            IS DISTINCT FROM
            (OLD.name, OLD.drone_id, OLD.plan_type, OLD.payload::text, OLD.constraints::text, OLD.plan_sha256))
    EXECUTE FUNCTION ringfence_editor_unknown();
