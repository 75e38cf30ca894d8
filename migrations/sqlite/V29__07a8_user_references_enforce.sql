-- Batch 07A-8 holds from here: whom a row newly names is a user of its tenant, and stays. What rows held before is looked at
-- by nothing, and no update that leaves it as it is. A defect may still be assigned to a text that is nobody's id.

-- From the catalogue
DROP TRIGGER rf_command_requests_update;
DROP TRIGGER rf_command_requests_insert;
DROP TRIGGER rf_alerts_update;
DROP TRIGGER rf_alerts_insert;
DROP TRIGGER rf_defects_update;
DROP TRIGGER rf_defects_insert;
DROP TRIGGER rf_approvals_update;
DROP TRIGGER rf_approvals_insert;
DROP TRIGGER rf_missions_update;
DROP TRIGGER rf_missions_insert;
DROP TRIGGER rf_users_delete;
CREATE TRIGGER rf_users_delete BEFORE DELETE ON users
BEGIN
    SELECT RAISE(ABORT, 'ringfence.restrict:fk_missions_tenant_created_by')
    WHERE EXISTS (SELECT 1 FROM missions WHERE tenant_id = OLD.tenant_id AND created_by = OLD.id);
    SELECT RAISE(ABORT, 'ringfence.restrict:fk_approvals_tenant_approver')
    WHERE EXISTS (SELECT 1 FROM approvals WHERE tenant_id = OLD.tenant_id AND approver_id = OLD.id);
    SELECT RAISE(ABORT, 'ringfence.restrict:fk_defects_tenant_assigned_to')
    WHERE EXISTS (SELECT 1 FROM defects WHERE tenant_id = OLD.tenant_id AND assigned_to = OLD.id);
    SELECT RAISE(ABORT, 'ringfence.restrict:fk_alerts_tenant_acked_by')
    WHERE EXISTS (SELECT 1 FROM alerts WHERE tenant_id = OLD.tenant_id AND acked_by = OLD.id);
    SELECT RAISE(ABORT, 'ringfence.restrict:fk_alerts_tenant_closed_by')
    WHERE EXISTS (SELECT 1 FROM alerts WHERE tenant_id = OLD.tenant_id AND closed_by = OLD.id);
    SELECT RAISE(ABORT, 'ringfence.restrict:fk_command_requests_tenant_issued_by')
    WHERE EXISTS (SELECT 1 FROM command_requests WHERE tenant_id = OLD.tenant_id AND issued_by = OLD.id);
    SELECT RAISE(ABORT, 'ringfence.restrict:fk_approval_records_tenant_approved_by')
    WHERE EXISTS (SELECT 1 FROM approval_records WHERE tenant_id = OLD.tenant_id AND approved_by = OLD.id);
END;
CREATE TRIGGER rf_missions_insert BEFORE INSERT ON missions
BEGIN
    SELECT RAISE(ABORT, 'ringfence.key:missions')
    WHERE NEW.rowid <> -1 AND EXISTS (SELECT 1 FROM missions WHERE rowid = NEW.rowid);
    SELECT RAISE(ABORT, 'ringfence.reference:missions_tenant_id_fkey')
    WHERE NOT EXISTS (SELECT 1 FROM tenants WHERE id = NEW.tenant_id);
    SELECT RAISE(ABORT, 'ringfence.reference:fk_missions_tenant_drone')
    WHERE NEW.drone_id IS NOT NULL AND NOT EXISTS (SELECT 1 FROM drones WHERE tenant_id = NEW.tenant_id AND id = NEW.drone_id);
    SELECT RAISE(ABORT, 'ringfence.reference:fk_missions_tenant_created_by')
    WHERE NOT EXISTS (SELECT 1 FROM users WHERE tenant_id = NEW.tenant_id AND id = NEW.created_by);
    SELECT RAISE(ABORT, 'ringfence.unique:missions_pkey')
    WHERE EXISTS (SELECT 1 FROM missions WHERE id = NEW.id);
END;
CREATE TRIGGER rf_missions_update BEFORE UPDATE OF drone_id, created_by ON missions
BEGIN
    SELECT RAISE(ABORT, 'ringfence.reference:fk_missions_tenant_drone')
    WHERE NEW.drone_id IS NOT NULL AND NOT EXISTS (SELECT 1 FROM drones WHERE tenant_id = NEW.tenant_id AND id = NEW.drone_id);
    SELECT RAISE(ABORT, 'ringfence.reference:fk_missions_tenant_created_by')
    WHERE NEW.created_by IS NOT OLD.created_by AND NOT EXISTS (SELECT 1 FROM users WHERE tenant_id = NEW.tenant_id AND id = NEW.created_by);
END;
CREATE TRIGGER rf_approvals_insert BEFORE INSERT ON approvals
BEGIN
    SELECT RAISE(ABORT, 'ringfence.key:approvals')
    WHERE NEW.rowid <> -1 AND EXISTS (SELECT 1 FROM approvals WHERE rowid = NEW.rowid);
    SELECT RAISE(ABORT, 'ringfence.reference:approvals_tenant_id_fkey')
    WHERE NOT EXISTS (SELECT 1 FROM tenants WHERE id = NEW.tenant_id);
    SELECT RAISE(ABORT, 'ringfence.reference:fk_approvals_tenant_mission')
    WHERE NOT EXISTS (SELECT 1 FROM missions WHERE tenant_id = NEW.tenant_id AND id = NEW.mission_id);
    SELECT RAISE(ABORT, 'ringfence.reference:fk_approvals_tenant_approver')
    WHERE NOT EXISTS (SELECT 1 FROM users WHERE tenant_id = NEW.tenant_id AND id = NEW.approver_id);
    SELECT RAISE(ABORT, 'ringfence.unique:approvals_pkey')
    WHERE EXISTS (SELECT 1 FROM approvals WHERE id = NEW.id);
END;
CREATE TRIGGER rf_approvals_update BEFORE UPDATE OF mission_id, approver_id ON approvals
BEGIN
    SELECT RAISE(ABORT, 'ringfence.reference:fk_approvals_tenant_mission')
    WHERE NOT EXISTS (SELECT 1 FROM missions WHERE tenant_id = NEW.tenant_id AND id = NEW.mission_id);
    SELECT RAISE(ABORT, 'ringfence.reference:fk_approvals_tenant_approver')
    WHERE NEW.approver_id IS NOT OLD.approver_id AND NOT EXISTS (SELECT 1 FROM users WHERE tenant_id = NEW.tenant_id AND id = NEW.approver_id);
END;
CREATE TRIGGER rf_defects_insert BEFORE INSERT ON defects
BEGIN
    SELECT RAISE(ABORT, 'ringfence.key:defects')
    WHERE NEW.rowid <> -1 AND EXISTS (SELECT 1 FROM defects WHERE rowid = NEW.rowid);
    SELECT RAISE(ABORT, 'ringfence.reference:defects_tenant_id_fkey')
    WHERE NOT EXISTS (SELECT 1 FROM tenants WHERE id = NEW.tenant_id);
    SELECT RAISE(ABORT, 'ringfence.reference:fk_defects_tenant_observation')
    WHERE NOT EXISTS (SELECT 1 FROM inspection_observations WHERE tenant_id = NEW.tenant_id AND id = NEW.observation_id);
    SELECT RAISE(ABORT, 'ringfence.reference:fk_defects_tenant_assigned_to')
    WHERE EXISTS (SELECT 1 FROM users WHERE id = NEW.assigned_to)
    AND NOT EXISTS (SELECT 1 FROM users WHERE tenant_id = NEW.tenant_id AND id = NEW.assigned_to);
    SELECT RAISE(ABORT, 'ringfence.unique:defects_pkey')
    WHERE EXISTS (SELECT 1 FROM defects WHERE id = NEW.id);
END;
CREATE TRIGGER rf_defects_update BEFORE UPDATE OF observation_id, assigned_to ON defects
BEGIN
    SELECT RAISE(ABORT, 'ringfence.reference:fk_defects_tenant_observation')
    WHERE NOT EXISTS (SELECT 1 FROM inspection_observations WHERE tenant_id = NEW.tenant_id AND id = NEW.observation_id);
    SELECT RAISE(ABORT, 'ringfence.reference:fk_defects_tenant_assigned_to')
    WHERE NEW.assigned_to IS NOT OLD.assigned_to AND EXISTS (SELECT 1 FROM users WHERE id = NEW.assigned_to)
    AND NOT EXISTS (SELECT 1 FROM users WHERE tenant_id = NEW.tenant_id AND id = NEW.assigned_to);
END;
CREATE TRIGGER rf_alerts_insert BEFORE INSERT ON alerts
BEGIN
    SELECT RAISE(ABORT, 'ringfence.key:alerts')
    WHERE NEW.rowid <> -1 AND EXISTS (SELECT 1 FROM alerts WHERE rowid = NEW.rowid);
    SELECT RAISE(ABORT, 'ringfence.reference:alerts_tenant_id_fkey')
    WHERE NOT EXISTS (SELECT 1 FROM tenants WHERE id = NEW.tenant_id);
    SELECT RAISE(ABORT, 'ringfence.reference:fk_alerts_tenant_drone')
    WHERE NOT EXISTS (SELECT 1 FROM drones WHERE tenant_id = NEW.tenant_id AND id = NEW.drone_id);
    SELECT RAISE(ABORT, 'ringfence.reference:fk_alerts_tenant_acked_by')
    WHERE NEW.acked_by IS NOT NULL AND NOT EXISTS (SELECT 1 FROM users WHERE tenant_id = NEW.tenant_id AND id = NEW.acked_by);
    SELECT RAISE(ABORT, 'ringfence.reference:fk_alerts_tenant_closed_by')
    WHERE NEW.closed_by IS NOT NULL AND NOT EXISTS (SELECT 1 FROM users WHERE tenant_id = NEW.tenant_id AND id = NEW.closed_by);
    SELECT RAISE(ABORT, 'ringfence.unique:alerts_pkey')
    WHERE EXISTS (SELECT 1 FROM alerts WHERE id = NEW.id);
END;
CREATE TRIGGER rf_alerts_update BEFORE UPDATE OF drone_id, acked_by, closed_by ON alerts
BEGIN
    SELECT RAISE(ABORT, 'ringfence.reference:fk_alerts_tenant_drone')
    WHERE NOT EXISTS (SELECT 1 FROM drones WHERE tenant_id = NEW.tenant_id AND id = NEW.drone_id);
    SELECT RAISE(ABORT, 'ringfence.reference:fk_alerts_tenant_acked_by')
    WHERE NEW.acked_by IS NOT OLD.acked_by AND NEW.acked_by IS NOT NULL AND NOT EXISTS (SELECT 1 FROM users WHERE tenant_id = NEW.tenant_id AND id = NEW.acked_by);
    SELECT RAISE(ABORT, 'ringfence.reference:fk_alerts_tenant_closed_by')
    WHERE NEW.closed_by IS NOT OLD.closed_by AND NEW.closed_by IS NOT NULL AND NOT EXISTS (SELECT 1 FROM users WHERE tenant_id = NEW.tenant_id AND id = NEW.closed_by);
END;
CREATE TRIGGER rf_command_requests_insert BEFORE INSERT ON command_requests
BEGIN
    SELECT RAISE(ABORT, 'ringfence.key:command_requests')
    WHERE NEW.rowid <> -1 AND EXISTS (SELECT 1 FROM command_requests WHERE rowid = NEW.rowid);
    SELECT RAISE(ABORT, 'ringfence.reference:command_requests_tenant_id_fkey')
    WHERE NOT EXISTS (SELECT 1 FROM tenants WHERE id = NEW.tenant_id);
    SELECT RAISE(ABORT, 'ringfence.reference:fk_command_requests_tenant_drone')
    WHERE NOT EXISTS (SELECT 1 FROM drones WHERE tenant_id = NEW.tenant_id AND id = NEW.drone_id);
    SELECT RAISE(ABORT, 'ringfence.reference:fk_command_requests_tenant_issued_by')
    WHERE NEW.issued_by IS NOT NULL AND NOT EXISTS (SELECT 1 FROM users WHERE tenant_id = NEW.tenant_id AND id = NEW.issued_by);
    SELECT RAISE(ABORT, 'ringfence.unique:command_requests_pkey')
    WHERE EXISTS (SELECT 1 FROM command_requests WHERE id = NEW.id);
    SELECT RAISE(ABORT, 'ringfence.unique:uq_command_requests_tenant_idempotency')
    WHERE EXISTS (SELECT 1 FROM command_requests WHERE tenant_id = NEW.tenant_id AND idempotency_key = NEW.idempotency_key);
END;
CREATE TRIGGER rf_command_requests_update BEFORE UPDATE OF drone_id, idempotency_key, issued_by ON command_requests
BEGIN
    SELECT RAISE(ABORT, 'ringfence.reference:fk_command_requests_tenant_drone')
    WHERE NOT EXISTS (SELECT 1 FROM drones WHERE tenant_id = NEW.tenant_id AND id = NEW.drone_id);
    SELECT RAISE(ABORT, 'ringfence.reference:fk_command_requests_tenant_issued_by')
    WHERE NEW.issued_by IS NOT OLD.issued_by AND NEW.issued_by IS NOT NULL AND NOT EXISTS (SELECT 1 FROM users WHERE tenant_id = NEW.tenant_id AND id = NEW.issued_by);
    SELECT RAISE(ABORT, 'ringfence.unique:uq_command_requests_tenant_idempotency')
    WHERE EXISTS (
        SELECT 1 FROM command_requests WHERE tenant_id = NEW.tenant_id AND idempotency_key = NEW.idempotency_key AND rowid <> OLD.rowid
    );
END;
-- End of what is from the catalogue
