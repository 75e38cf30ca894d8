-- DROP COLUMN fails while a trigger or an index names the column: those first. The runner refuses to come here while a
-- mission holds a plan or its editor, or an approval its event.
DROP TRIGGER rf_missions_editor;
DROP TRIGGER rf_missions_version;

-- From the catalogue
DROP TRIGGER rf_missions_version_step;
DROP TRIGGER rf_drones_version_step;
DROP TRIGGER rf_drones_version;
DROP INDEX IF EXISTS ix_approvals_tenant_mission_id;
DROP INDEX IF EXISTS ix_mission_runs_tenant_mission_id;
DROP INDEX IF EXISTS ix_missions_tenant_state;
DROP INDEX IF EXISTS ix_missions_tenant_drone_id;
DROP INDEX IF EXISTS ix_drone_credentials_tenant_drone_id;
DROP INDEX uq_approvals_tenant_id_id;
DROP INDEX uq_mission_runs_tenant_id_id;
DROP INDEX uq_missions_tenant_id_id;
DROP INDEX uq_drone_credentials_tenant_id_id;
DROP INDEX uq_drones_tenant_id_id;
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
