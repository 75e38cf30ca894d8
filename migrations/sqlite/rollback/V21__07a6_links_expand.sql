-- From the catalogue
DROP INDEX IF EXISTS ix_alerts_tenant_drone_id_status;
DROP INDEX uq_command_requests_tenant_id_id;
DROP INDEX uq_alerts_tenant_id_id;
DROP INDEX uq_incidents_tenant_id_id;
CREATE INDEX ix_incidents_tenant_id ON incidents (tenant_id);
CREATE INDEX ix_alerts_tenant_id ON alerts (tenant_id);
CREATE INDEX ix_command_requests_tenant_id ON command_requests (tenant_id);
-- End of what is from the catalogue
