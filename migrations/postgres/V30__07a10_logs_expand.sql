-- The old platform's logs, expand: the indexes by which a row is looked up inside its tenant and by which they are listed in
-- the order of time, whole, of a type of event and of a user.

-- From the catalogue
DROP INDEX IF EXISTS ix_audit_logs_ts;
DROP INDEX IF EXISTS ix_audit_logs_tenant_id;
DROP INDEX IF EXISTS ix_audit_logs_actor_id;
DROP INDEX IF EXISTS ix_events_ts;
DROP INDEX IF EXISTS ix_events_tenant_id;
DROP INDEX IF EXISTS ix_events_event_type;
CREATE INDEX ix_events_tenant_id_c ON events (tenant_id, event_id COLLATE "C");
CREATE INDEX ix_events_tenant_ts_id ON events (tenant_id, ts, event_id COLLATE "C");
CREATE INDEX ix_events_tenant_event_type_ts_id ON events (tenant_id, event_type, ts, event_id COLLATE "C");
CREATE INDEX ix_audit_logs_tenant_id_c ON audit_logs (tenant_id, id COLLATE "C");
CREATE INDEX ix_audit_logs_tenant_ts_id ON audit_logs (tenant_id, ts, id COLLATE "C");
CREATE INDEX ix_audit_logs_tenant_actor_id_ts_id ON audit_logs (tenant_id, actor_id, ts, id COLLATE "C");
-- End of what is from the catalogue
