-- Incidents, alerts and the old platform's command requests, expand: keys to be referred to by, and the index by which a
-- sample of telemetry finds the active alerts of its drone.

-- From the catalogue
DROP INDEX IF EXISTS ix_command_requests_tenant_id;
DROP INDEX IF EXISTS ix_alerts_tenant_id;
DROP INDEX IF EXISTS ix_incidents_tenant_id;
CREATE UNIQUE INDEX uq_incidents_tenant_id_id ON incidents (tenant_id, id);
CREATE UNIQUE INDEX uq_alerts_tenant_id_id ON alerts (tenant_id, id);
CREATE UNIQUE INDEX uq_command_requests_tenant_id_id ON command_requests (tenant_id, id);
CREATE INDEX ix_alerts_tenant_drone_id_status ON alerts (tenant_id, drone_id, status);
-- End of what is from the catalogue
