-- User references, expand: the indexes by which the rows are found that name a user.

-- From the catalogue
DROP INDEX IF EXISTS ix_command_requests_issued_by;
DROP INDEX IF EXISTS ix_alerts_closed_by;
DROP INDEX IF EXISTS ix_alerts_acked_by;
DROP INDEX IF EXISTS ix_approvals_approver_id;
CREATE INDEX ix_missions_tenant_created_by ON missions (tenant_id, created_by);
CREATE INDEX ix_approvals_tenant_approver_id ON approvals (tenant_id, approver_id);
CREATE INDEX ix_alerts_tenant_acked_by ON alerts (tenant_id, acked_by);
CREATE INDEX ix_alerts_tenant_closed_by ON alerts (tenant_id, closed_by);
CREATE INDEX ix_command_requests_tenant_issued_by ON command_requests (tenant_id, issued_by);
-- End of what is from the catalogue
