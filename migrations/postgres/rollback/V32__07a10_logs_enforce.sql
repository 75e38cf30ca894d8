-- The guards go; the rows stay as they are.

-- From the catalogue
ALTER TABLE audit_logs DISABLE ROW LEVEL SECURITY;
DROP POLICY ringfence_tenant ON audit_logs;
ALTER TABLE events DISABLE ROW LEVEL SECURITY;
DROP POLICY ringfence_tenant ON events;
DROP TRIGGER ringfence_key ON audit_logs;
DROP TRIGGER ringfence_tenant_id ON audit_logs;
DROP TRIGGER ringfence_key ON events;
DROP TRIGGER ringfence_tenant_id ON events;
DROP TRIGGER ringfence_named ON tenants;
DROP TRIGGER ringfence_kept_system ON tenants;
DROP FUNCTION ringfence_audit_logs_tenant_id();
DROP FUNCTION ringfence_events_tenant_id();
DROP FUNCTION ringfence_tenants_named();
-- End of what is from the catalogue
