-- From the catalogue
DROP INDEX IF EXISTS ix_audit_logs_tenant_actor_id_ts_id;
DROP INDEX IF EXISTS ix_audit_logs_tenant_ts_id;
DROP INDEX IF EXISTS ix_audit_logs_tenant_id_c;
DROP INDEX IF EXISTS ix_events_tenant_event_type_ts_id;
DROP INDEX IF EXISTS ix_events_tenant_ts_id;
DROP INDEX IF EXISTS ix_events_tenant_id_c;
CREATE INDEX ix_events_event_type ON events (event_type);
CREATE INDEX ix_events_tenant_id ON events (tenant_id);
CREATE INDEX ix_events_ts ON events (ts);
CREATE INDEX ix_audit_logs_actor_id ON audit_logs (actor_id);
CREATE INDEX ix_audit_logs_tenant_id ON audit_logs (tenant_id);
CREATE INDEX ix_audit_logs_ts ON audit_logs (ts);
-- End of what is from the catalogue
