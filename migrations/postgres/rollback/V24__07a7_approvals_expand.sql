-- From the catalogue
DROP INDEX IF EXISTS ix_approval_records_tenant_status_created_at_id;
DROP INDEX IF EXISTS ix_approval_records_tenant_approved_by_created_at_id;
ALTER TABLE approval_records DROP CONSTRAINT uq_approval_records_tenant_id_id;
CREATE INDEX ix_approval_records_approved_by ON approval_records (approved_by);
CREATE INDEX ix_approval_records_status ON approval_records (status);
CREATE INDEX ix_approval_records_tenant_id ON approval_records (tenant_id);
-- End of what is from the catalogue
