DROP TRIGGER ringfence_editor ON missions;
DROP FUNCTION ringfence_editor_unknown();

-- From the catalogue
DROP TRIGGER ringfence_version ON missions;
DROP TRIGGER ringfence_version ON drones;
DROP INDEX IF EXISTS ix_approvals_tenant_mission_id;
DROP INDEX IF EXISTS ix_approvals_tenant_id_c;
DROP INDEX IF EXISTS ix_mission_runs_tenant_mission_id;
DROP INDEX IF EXISTS ix_mission_runs_tenant_id_c;
DROP INDEX IF EXISTS ix_missions_tenant_state;
DROP INDEX IF EXISTS ix_missions_tenant_drone_id;
DROP INDEX IF EXISTS ix_missions_tenant_id_c;
DROP INDEX IF EXISTS ix_drone_credentials_tenant_drone_id;
DROP INDEX IF EXISTS ix_drone_credentials_tenant_id_c;
DROP INDEX IF EXISTS ix_drones_tenant_id_c;
ALTER TABLE approvals DROP CONSTRAINT uq_approvals_tenant_id_id;
ALTER TABLE mission_runs DROP CONSTRAINT uq_mission_runs_tenant_id_id;
ALTER TABLE missions DROP CONSTRAINT uq_missions_tenant_id_id;
ALTER TABLE drone_credentials DROP CONSTRAINT uq_drone_credentials_tenant_id_id;
ALTER TABLE drones DROP CONSTRAINT uq_drones_tenant_id_id;
ALTER TABLE approvals DROP COLUMN plan_sha256;
ALTER TABLE approvals DROP COLUMN content_sha256;
ALTER TABLE approvals DROP COLUMN audit_seq;
ALTER TABLE missions DROP COLUMN plan;
ALTER TABLE missions DROP COLUMN plan_sha256;
ALTER TABLE missions DROP COLUMN edited_version;
ALTER TABLE missions DROP COLUMN edited_by;
ALTER TABLE missions DROP COLUMN version;
ALTER TABLE drones DROP COLUMN version;
CREATE INDEX ix_drones_tenant_id ON drones (tenant_id);
CREATE INDEX ix_drone_credentials_tenant_id ON drone_credentials (tenant_id);
CREATE INDEX ix_missions_tenant_id ON missions (tenant_id);
CREATE INDEX ix_mission_runs_tenant_id ON mission_runs (tenant_id);
CREATE INDEX ix_approvals_tenant_id ON approvals (tenant_id);
-- End of what is from the catalogue
