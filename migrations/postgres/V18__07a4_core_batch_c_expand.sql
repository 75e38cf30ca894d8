-- Core batch C, defects and what was done about them, expand: what the old platform does not know has a default.

-- From the catalogue
DROP INDEX IF EXISTS ix_defect_actions_tenant_id;
DROP INDEX IF EXISTS ix_defects_tenant_id;
ALTER TABLE defects ADD COLUMN version bigint NOT NULL DEFAULT 1;
ALTER TABLE defects ADD CONSTRAINT uq_defects_tenant_id_id UNIQUE (tenant_id, id);
ALTER TABLE defect_actions ADD CONSTRAINT uq_defect_actions_tenant_id_id UNIQUE (tenant_id, id);
CREATE TRIGGER ringfence_version BEFORE UPDATE ON defects
    FOR EACH ROW EXECUTE FUNCTION ringfence_version();
-- End of what is from the catalogue
