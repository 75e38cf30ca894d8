-- Incidents, alerts and the old platform's command requests, expand: keys to be referred to by, and the index by which a
-- sample of telemetry finds the active alerts of its drone.

-- From the catalogue
DROP INDEX IF EXISTS ix_command_requests_tenant_id;
DROP INDEX IF EXISTS ix_alerts_tenant_id;
DROP INDEX IF EXISTS ix_incidents_tenant_id;
ALTER TABLE incidents ADD CONSTRAINT uq_incidents_tenant_id_id UNIQUE (tenant_id, id);
ALTER TABLE alerts ADD CONSTRAINT uq_alerts_tenant_id_id UNIQUE (tenant_id, id);
ALTER TABLE command_requests ADD CONSTRAINT uq_command_requests_tenant_id_id UNIQUE (tenant_id, id);
CREATE INDEX ix_alerts_tenant_drone_id_status ON alerts (tenant_id, drone_id, status);
-- End of what is from the catalogue
