-- Core batch C, defects and what was done about them, expand: what the old platform does not know has a default.

-- From the catalogue
DROP INDEX IF EXISTS ix_defect_actions_tenant_id;
DROP INDEX IF EXISTS ix_defects_tenant_id;
ALTER TABLE defects ADD COLUMN version INTEGER NOT NULL DEFAULT 1;
CREATE UNIQUE INDEX uq_defects_tenant_id_id ON defects (tenant_id, id);
CREATE UNIQUE INDEX uq_defect_actions_tenant_id_id ON defect_actions (tenant_id, id);
CREATE TRIGGER rf_defects_version AFTER UPDATE ON defects
WHEN NEW.version IS OLD.version
BEGIN
    UPDATE defects SET version = OLD.version + 1 WHERE rowid = NEW.rowid;
END;
CREATE TRIGGER rf_defects_version_step BEFORE UPDATE OF version ON defects
WHEN NEW.version IS NOT OLD.version AND NEW.version IS NOT OLD.version + 1
BEGIN
    SELECT RAISE(ABORT, 'ringfence.key:defects');
END;
-- End of what is from the catalogue
