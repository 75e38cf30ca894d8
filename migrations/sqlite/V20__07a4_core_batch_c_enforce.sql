-- Batch 07A-4 holds from here: a defect lies where its observation lies, an action where its defect lies, and an observation or
-- defect that is referred to stays. Whom a defect is assigned to is loose: it never was a reference.

-- From the catalogue
DROP TRIGGER rf_inspection_observations_delete;
CREATE TRIGGER rf_inspection_observations_delete BEFORE DELETE ON inspection_observations
BEGIN
    SELECT RAISE(ABORT, 'ringfence.restrict:fk_defects_tenant_observation')
    WHERE EXISTS (SELECT 1 FROM defects WHERE tenant_id = OLD.tenant_id AND observation_id = OLD.id);
END;
CREATE TRIGGER rf_defects_insert BEFORE INSERT ON defects
BEGIN
    SELECT RAISE(ABORT, 'ringfence.key:defects')
    WHERE NEW.rowid <> -1 AND EXISTS (SELECT 1 FROM defects WHERE rowid = NEW.rowid);
    SELECT RAISE(ABORT, 'ringfence.reference:defects_tenant_id_fkey')
    WHERE NOT EXISTS (SELECT 1 FROM tenants WHERE id = NEW.tenant_id);
    SELECT RAISE(ABORT, 'ringfence.reference:fk_defects_tenant_observation')
    WHERE NOT EXISTS (SELECT 1 FROM inspection_observations WHERE tenant_id = NEW.tenant_id AND id = NEW.observation_id);
    SELECT RAISE(ABORT, 'ringfence.unique:defects_pkey')
    WHERE EXISTS (SELECT 1 FROM defects WHERE id = NEW.id);
END;
CREATE TRIGGER rf_defects_insert_rowid AFTER INSERT ON defects
WHEN NEW.rowid = -1
BEGIN
    SELECT RAISE(ABORT, 'ringfence.key:defects');
END;
CREATE TRIGGER rf_defects_key BEFORE UPDATE ON defects
WHEN NEW.id IS NOT OLD.id
    OR NEW.tenant_id IS NOT OLD.tenant_id
    OR NEW.rowid IS NOT OLD.rowid
BEGIN
    SELECT RAISE(ABORT, 'ringfence.key:defects');
END;
CREATE TRIGGER rf_defects_update BEFORE UPDATE OF observation_id ON defects
BEGIN
    SELECT RAISE(ABORT, 'ringfence.reference:fk_defects_tenant_observation')
    WHERE NOT EXISTS (SELECT 1 FROM inspection_observations WHERE tenant_id = NEW.tenant_id AND id = NEW.observation_id);
END;
CREATE TRIGGER rf_defects_delete BEFORE DELETE ON defects
BEGIN
    SELECT RAISE(ABORT, 'ringfence.restrict:fk_defect_actions_tenant_defect')
    WHERE EXISTS (SELECT 1 FROM defect_actions WHERE tenant_id = OLD.tenant_id AND defect_id = OLD.id);
END;
CREATE TRIGGER rf_defect_actions_insert BEFORE INSERT ON defect_actions
BEGIN
    SELECT RAISE(ABORT, 'ringfence.key:defect_actions')
    WHERE NEW.rowid <> -1 AND EXISTS (SELECT 1 FROM defect_actions WHERE rowid = NEW.rowid);
    SELECT RAISE(ABORT, 'ringfence.reference:defect_actions_tenant_id_fkey')
    WHERE NOT EXISTS (SELECT 1 FROM tenants WHERE id = NEW.tenant_id);
    SELECT RAISE(ABORT, 'ringfence.reference:fk_defect_actions_tenant_defect')
    WHERE NOT EXISTS (SELECT 1 FROM defects WHERE tenant_id = NEW.tenant_id AND id = NEW.defect_id);
    SELECT RAISE(ABORT, 'ringfence.unique:defect_actions_pkey')
    WHERE EXISTS (SELECT 1 FROM defect_actions WHERE id = NEW.id);
END;
CREATE TRIGGER rf_defect_actions_insert_rowid AFTER INSERT ON defect_actions
WHEN NEW.rowid = -1
BEGIN
    SELECT RAISE(ABORT, 'ringfence.key:defect_actions');
END;
CREATE TRIGGER rf_defect_actions_key BEFORE UPDATE ON defect_actions
WHEN NEW.id IS NOT OLD.id
    OR NEW.tenant_id IS NOT OLD.tenant_id
    OR NEW.rowid IS NOT OLD.rowid
BEGIN
    SELECT RAISE(ABORT, 'ringfence.key:defect_actions');
END;
CREATE TRIGGER rf_defect_actions_update BEFORE UPDATE OF defect_id ON defect_actions
BEGIN
    SELECT RAISE(ABORT, 'ringfence.reference:fk_defect_actions_tenant_defect')
    WHERE NOT EXISTS (SELECT 1 FROM defects WHERE tenant_id = NEW.tenant_id AND id = NEW.defect_id);
END;
-- End of what is from the catalogue
