-- 07A-3 B2, observations and exports, expand: what the old platform does not know has a default.

-- From the catalogue
DROP INDEX IF EXISTS ix_inspection_exports_tenant_id;
DROP INDEX IF EXISTS ix_inspection_observations_tenant_id;
ALTER TABLE inspection_observations ADD COLUMN version INTEGER NOT NULL DEFAULT 1;
CREATE UNIQUE INDEX uq_inspection_observations_tenant_id_id ON inspection_observations (tenant_id, id);
CREATE UNIQUE INDEX uq_inspection_exports_tenant_id_id ON inspection_exports (tenant_id, id);
CREATE TRIGGER rf_inspection_observations_version AFTER UPDATE ON inspection_observations
WHEN NEW.version IS OLD.version
BEGIN
    UPDATE inspection_observations SET version = OLD.version + 1 WHERE rowid = NEW.rowid;
END;
CREATE TRIGGER rf_inspection_observations_version_step BEFORE UPDATE OF version ON inspection_observations
WHEN NEW.version IS NOT OLD.version AND NEW.version IS NOT OLD.version + 1
BEGIN
    SELECT RAISE(ABORT, 'ringfence.key:inspection_observations');
END;
-- End of what is from the catalogue
