-- Approval records, expand: a key to be referred to by, and the indexes by which they are listed of an approver and of a
-- decision.

-- From the catalogue
DROP INDEX IF EXISTS ix_approval_records_tenant_id;
DROP INDEX IF EXISTS ix_approval_records_status;
DROP INDEX IF EXISTS ix_approval_records_approved_by;
ALTER TABLE approval_records ADD CONSTRAINT uq_approval_records_tenant_id_id UNIQUE (tenant_id, id);
CREATE INDEX ix_approval_records_tenant_approved_by_created_at_id ON approval_records (tenant_id, approved_by, created_at, id COLLATE "C");
CREATE INDEX ix_approval_records_tenant_status_created_at_id ON approval_records (tenant_id, status, created_at, id COLLATE "C");
-- End of what is from the catalogue
