-- Versions start again.

-- From the catalogue
DROP TRIGGER rf_inspection_observations_version_step;
DROP TRIGGER rf_inspection_observations_version;
DROP INDEX uq_inspection_exports_tenant_id_id;
DROP INDEX uq_inspection_observations_tenant_id_id;
ALTER TABLE inspection_observations DROP COLUMN version;
CREATE INDEX ix_inspection_observations_tenant_id ON inspection_observations (tenant_id);
CREATE INDEX ix_inspection_exports_tenant_id ON inspection_exports (tenant_id);
-- End of what is from the catalogue
