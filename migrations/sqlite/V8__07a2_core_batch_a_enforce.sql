-- Batch 07A-2 holds from here: a mission flies a drone of its own tenant, runs, decisions and credentials lie where their
-- parent lies, and a parent that is referred to stays: a legacy ON DELETE CASCADE or SET NULL never gets its turn,
-- because the guard of the parent speaks first.
--
-- Rows of later batches keep their drone or mission too, under the name of their legacy foreign key and by id alone:
-- until their own batch nothing says that they lie in its tenant. alerts.drone_id stays loose: it never was a reference,
-- and alerts may outlive their drone.

-- From the catalogue
CREATE TRIGGER rf_drones_insert BEFORE INSERT ON drones
BEGIN
    SELECT RAISE(ABORT, 'ringfence.key:drones')
    WHERE NEW.rowid <> -1 AND EXISTS (SELECT 1 FROM drones WHERE rowid = NEW.rowid);
    SELECT RAISE(ABORT, 'ringfence.reference:drones_tenant_id_fkey')
    WHERE NOT EXISTS (SELECT 1 FROM tenants WHERE id = NEW.tenant_id);
    SELECT RAISE(ABORT, 'ringfence.unique:drones_pkey')
    WHERE EXISTS (SELECT 1 FROM drones WHERE id = NEW.id);
    SELECT RAISE(ABORT, 'ringfence.unique:uq_drones_tenant_name')
    WHERE EXISTS (SELECT 1 FROM drones WHERE tenant_id = NEW.tenant_id AND name = NEW.name);
END;
CREATE TRIGGER rf_drones_insert_rowid AFTER INSERT ON drones
WHEN NEW.rowid = -1
BEGIN
    SELECT RAISE(ABORT, 'ringfence.key:drones');
END;
CREATE TRIGGER rf_drones_key BEFORE UPDATE ON drones
WHEN NEW.id IS NOT OLD.id
    OR NEW.tenant_id IS NOT OLD.tenant_id
    OR NEW.rowid IS NOT OLD.rowid
BEGIN
    SELECT RAISE(ABORT, 'ringfence.key:drones');
END;
CREATE TRIGGER rf_drones_update BEFORE UPDATE OF name ON drones
BEGIN
    SELECT RAISE(ABORT, 'ringfence.unique:uq_drones_tenant_name')
    WHERE EXISTS (
        SELECT 1 FROM drones WHERE tenant_id = NEW.tenant_id AND name = NEW.name AND rowid <> OLD.rowid
    );
END;
CREATE TRIGGER rf_drones_delete BEFORE DELETE ON drones
BEGIN
    SELECT RAISE(ABORT, 'ringfence.restrict:fk_drone_credentials_tenant_drone')
    WHERE EXISTS (SELECT 1 FROM drone_credentials WHERE tenant_id = OLD.tenant_id AND drone_id = OLD.id);
    SELECT RAISE(ABORT, 'ringfence.restrict:fk_missions_tenant_drone')
    WHERE EXISTS (SELECT 1 FROM missions WHERE tenant_id = OLD.tenant_id AND drone_id = OLD.id);
    SELECT RAISE(ABORT, 'ringfence.restrict:inspection_observations_drone_id_fkey')
    WHERE EXISTS (SELECT 1 FROM inspection_observations WHERE drone_id = OLD.id);
    SELECT RAISE(ABORT, 'ringfence.restrict:command_requests_drone_id_fkey')
    WHERE EXISTS (SELECT 1 FROM command_requests WHERE drone_id = OLD.id);
END;
CREATE TRIGGER rf_drone_credentials_insert BEFORE INSERT ON drone_credentials
BEGIN
    SELECT RAISE(ABORT, 'ringfence.key:drone_credentials')
    WHERE NEW.rowid <> -1 AND EXISTS (SELECT 1 FROM drone_credentials WHERE rowid = NEW.rowid);
    SELECT RAISE(ABORT, 'ringfence.reference:drone_credentials_tenant_id_fkey')
    WHERE NOT EXISTS (SELECT 1 FROM tenants WHERE id = NEW.tenant_id);
    SELECT RAISE(ABORT, 'ringfence.reference:fk_drone_credentials_tenant_drone')
    WHERE NOT EXISTS (SELECT 1 FROM drones WHERE tenant_id = NEW.tenant_id AND id = NEW.drone_id);
    SELECT RAISE(ABORT, 'ringfence.unique:drone_credentials_pkey')
    WHERE EXISTS (SELECT 1 FROM drone_credentials WHERE id = NEW.id);
    SELECT RAISE(ABORT, 'ringfence.unique:drone_credentials_drone_id_key')
    WHERE EXISTS (SELECT 1 FROM drone_credentials WHERE drone_id = NEW.drone_id);
END;
CREATE TRIGGER rf_drone_credentials_insert_rowid AFTER INSERT ON drone_credentials
WHEN NEW.rowid = -1
BEGIN
    SELECT RAISE(ABORT, 'ringfence.key:drone_credentials');
END;
CREATE TRIGGER rf_drone_credentials_key BEFORE UPDATE ON drone_credentials
WHEN NEW.id IS NOT OLD.id
    OR NEW.tenant_id IS NOT OLD.tenant_id
    OR NEW.rowid IS NOT OLD.rowid
BEGIN
    SELECT RAISE(ABORT, 'ringfence.key:drone_credentials');
END;
CREATE TRIGGER rf_drone_credentials_update BEFORE UPDATE OF drone_id ON drone_credentials
BEGIN
    SELECT RAISE(ABORT, 'ringfence.reference:fk_drone_credentials_tenant_drone')
    WHERE NOT EXISTS (SELECT 1 FROM drones WHERE tenant_id = NEW.tenant_id AND id = NEW.drone_id);
    SELECT RAISE(ABORT, 'ringfence.unique:drone_credentials_drone_id_key')
    WHERE EXISTS (
        SELECT 1 FROM drone_credentials WHERE drone_id = NEW.drone_id AND rowid <> OLD.rowid
    );
END;
CREATE TRIGGER rf_missions_insert BEFORE INSERT ON missions
BEGIN
    SELECT RAISE(ABORT, 'ringfence.key:missions')
    WHERE NEW.rowid <> -1 AND EXISTS (SELECT 1 FROM missions WHERE rowid = NEW.rowid);
    SELECT RAISE(ABORT, 'ringfence.reference:missions_tenant_id_fkey')
    WHERE NOT EXISTS (SELECT 1 FROM tenants WHERE id = NEW.tenant_id);
    SELECT RAISE(ABORT, 'ringfence.reference:fk_missions_tenant_drone')
    WHERE NEW.drone_id IS NOT NULL AND NOT EXISTS (SELECT 1 FROM drones WHERE tenant_id = NEW.tenant_id AND id = NEW.drone_id);
    SELECT RAISE(ABORT, 'ringfence.unique:missions_pkey')
    WHERE EXISTS (SELECT 1 FROM missions WHERE id = NEW.id);
END;
CREATE TRIGGER rf_missions_insert_rowid AFTER INSERT ON missions
WHEN NEW.rowid = -1
BEGIN
    SELECT RAISE(ABORT, 'ringfence.key:missions');
END;
CREATE TRIGGER rf_missions_key BEFORE UPDATE ON missions
WHEN NEW.id IS NOT OLD.id
    OR NEW.tenant_id IS NOT OLD.tenant_id
    OR NEW.rowid IS NOT OLD.rowid
BEGIN
    SELECT RAISE(ABORT, 'ringfence.key:missions');
END;
CREATE TRIGGER rf_missions_update BEFORE UPDATE OF drone_id ON missions
BEGIN
    SELECT RAISE(ABORT, 'ringfence.reference:fk_missions_tenant_drone')
    WHERE NEW.drone_id IS NOT NULL AND NOT EXISTS (SELECT 1 FROM drones WHERE tenant_id = NEW.tenant_id AND id = NEW.drone_id);
END;
CREATE TRIGGER rf_missions_delete BEFORE DELETE ON missions
BEGIN
    SELECT RAISE(ABORT, 'ringfence.restrict:fk_mission_runs_tenant_mission')
    WHERE EXISTS (SELECT 1 FROM mission_runs WHERE tenant_id = OLD.tenant_id AND mission_id = OLD.id);
    SELECT RAISE(ABORT, 'ringfence.restrict:fk_approvals_tenant_mission')
    WHERE EXISTS (SELECT 1 FROM approvals WHERE tenant_id = OLD.tenant_id AND mission_id = OLD.id);
    SELECT RAISE(ABORT, 'ringfence.restrict:inspection_tasks_mission_id_fkey')
    WHERE EXISTS (SELECT 1 FROM inspection_tasks WHERE mission_id = OLD.id);
END;
CREATE TRIGGER rf_mission_runs_insert BEFORE INSERT ON mission_runs
BEGIN
    SELECT RAISE(ABORT, 'ringfence.key:mission_runs')
    WHERE NEW.rowid <> -1 AND EXISTS (SELECT 1 FROM mission_runs WHERE rowid = NEW.rowid);
    SELECT RAISE(ABORT, 'ringfence.reference:mission_runs_tenant_id_fkey')
    WHERE NOT EXISTS (SELECT 1 FROM tenants WHERE id = NEW.tenant_id);
    SELECT RAISE(ABORT, 'ringfence.reference:fk_mission_runs_tenant_mission')
    WHERE NOT EXISTS (SELECT 1 FROM missions WHERE tenant_id = NEW.tenant_id AND id = NEW.mission_id);
    SELECT RAISE(ABORT, 'ringfence.unique:mission_runs_pkey')
    WHERE EXISTS (SELECT 1 FROM mission_runs WHERE id = NEW.id);
END;
CREATE TRIGGER rf_mission_runs_insert_rowid AFTER INSERT ON mission_runs
WHEN NEW.rowid = -1
BEGIN
    SELECT RAISE(ABORT, 'ringfence.key:mission_runs');
END;
CREATE TRIGGER rf_mission_runs_key BEFORE UPDATE ON mission_runs
WHEN NEW.id IS NOT OLD.id
    OR NEW.tenant_id IS NOT OLD.tenant_id
    OR NEW.rowid IS NOT OLD.rowid
BEGIN
    SELECT RAISE(ABORT, 'ringfence.key:mission_runs');
END;
CREATE TRIGGER rf_mission_runs_update BEFORE UPDATE OF mission_id ON mission_runs
BEGIN
    SELECT RAISE(ABORT, 'ringfence.reference:fk_mission_runs_tenant_mission')
    WHERE NOT EXISTS (SELECT 1 FROM missions WHERE tenant_id = NEW.tenant_id AND id = NEW.mission_id);
END;
CREATE TRIGGER rf_approvals_insert BEFORE INSERT ON approvals
BEGIN
    SELECT RAISE(ABORT, 'ringfence.key:approvals')
    WHERE NEW.rowid <> -1 AND EXISTS (SELECT 1 FROM approvals WHERE rowid = NEW.rowid);
    SELECT RAISE(ABORT, 'ringfence.reference:approvals_tenant_id_fkey')
    WHERE NOT EXISTS (SELECT 1 FROM tenants WHERE id = NEW.tenant_id);
    SELECT RAISE(ABORT, 'ringfence.reference:fk_approvals_tenant_mission')
    WHERE NOT EXISTS (SELECT 1 FROM missions WHERE tenant_id = NEW.tenant_id AND id = NEW.mission_id);
    SELECT RAISE(ABORT, 'ringfence.unique:approvals_pkey')
    WHERE EXISTS (SELECT 1 FROM approvals WHERE id = NEW.id);
END;
CREATE TRIGGER rf_approvals_insert_rowid AFTER INSERT ON approvals
WHEN NEW.rowid = -1
BEGIN
    SELECT RAISE(ABORT, 'ringfence.key:approvals');
END;
CREATE TRIGGER rf_approvals_key BEFORE UPDATE ON approvals
WHEN NEW.id IS NOT OLD.id
    OR NEW.tenant_id IS NOT OLD.tenant_id
    OR NEW.rowid IS NOT OLD.rowid
BEGIN
    SELECT RAISE(ABORT, 'ringfence.key:approvals');
END;
CREATE TRIGGER rf_approvals_update BEFORE UPDATE OF mission_id ON approvals
BEGIN
    SELECT RAISE(ABORT, 'ringfence.reference:fk_approvals_tenant_mission')
    WHERE NOT EXISTS (SELECT 1 FROM missions WHERE tenant_id = NEW.tenant_id AND id = NEW.mission_id);
END;
-- End of what is from the catalogue
