DROP TRIGGER ringfence_version ON missions;
DROP TRIGGER ringfence_editor ON missions;
DROP FUNCTION ringfence_editor_unknown();
DROP TRIGGER ringfence_version ON drones;

DROP INDEX ix_approvals_tenant_id_c;
DROP INDEX ix_mission_runs_tenant_id_c;
DROP INDEX ix_missions_tenant_id_c;
DROP INDEX ix_drone_credentials_tenant_id_c;
DROP INDEX ix_drones_tenant_id_c;
DROP INDEX ix_drone_credentials_tenant_drone_id;
DROP INDEX ix_approvals_tenant_mission_id;
DROP INDEX ix_mission_runs_tenant_mission_id;
DROP INDEX ix_missions_tenant_state;
DROP INDEX ix_missions_tenant_drone_id;

ALTER TABLE approvals
    DROP CONSTRAINT uq_approvals_tenant_id_id,
    DROP COLUMN plan_sha256,
    DROP COLUMN content_sha256,
    DROP COLUMN audit_seq;
ALTER TABLE mission_runs
    DROP CONSTRAINT uq_mission_runs_tenant_id_id;
ALTER TABLE missions
    DROP CONSTRAINT uq_missions_tenant_id_id,
    DROP COLUMN plan,
    DROP COLUMN plan_sha256,
    DROP COLUMN edited_version,
    DROP COLUMN edited_by,
    DROP COLUMN version;
ALTER TABLE drone_credentials
    DROP CONSTRAINT uq_drone_credentials_tenant_id_id;
ALTER TABLE drones
    DROP CONSTRAINT uq_drones_tenant_id_id,
    DROP COLUMN version;
