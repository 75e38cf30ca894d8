-- Versions start again.

-- From the catalogue
DROP TRIGGER ringfence_version ON defects;
ALTER TABLE defect_actions DROP CONSTRAINT uq_defect_actions_tenant_id_id;
ALTER TABLE defects DROP CONSTRAINT uq_defects_tenant_id_id;
ALTER TABLE defects DROP COLUMN version;
CREATE INDEX ix_defects_tenant_id ON defects (tenant_id);
CREATE INDEX ix_defect_actions_tenant_id ON defect_actions (tenant_id);
-- End of what is from the catalogue
