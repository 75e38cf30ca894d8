-- Versions start again.

-- From the catalogue
DROP TRIGGER rf_defects_version_step;
DROP TRIGGER rf_defects_version;
DROP INDEX uq_defect_actions_tenant_id_id;
DROP INDEX uq_defects_tenant_id_id;
ALTER TABLE defects DROP COLUMN version;
CREATE INDEX ix_defects_tenant_id ON defects (tenant_id);
CREATE INDEX ix_defect_actions_tenant_id ON defect_actions (tenant_id);
-- End of what is from the catalogue
