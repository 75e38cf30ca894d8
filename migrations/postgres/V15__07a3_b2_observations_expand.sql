-- 07A-3 B2, observations and exports, expand: what the old platform does not know has a default.

-- From the catalogue
DROP INDEX IF EXISTS ix_inspection_exports_tenant_id;
DROP INDEX IF EXISTS ix_inspection_observations_tenant_id;
ALTER TABLE inspection_observations ADD COLUMN version bigint NOT NULL DEFAULT 1;
ALTER TABLE inspection_observations ADD CONSTRAINT uq_inspection_observations_tenant_id_id UNIQUE (tenant_id, id);
ALTER TABLE inspection_exports ADD CONSTRAINT uq_inspection_exports_tenant_id_id UNIQUE (tenant_id, id);
CREATE TRIGGER ringfence_version BEFORE UPDATE ON inspection_observations
    FOR EACH ROW EXECUTE FUNCTION ringfence_version();
-- End of what is from the catalogue
