DROP TRIGGER ringfence_open_log ON tenants;
DROP TRIGGER ringfence_reserved ON tenants;
DROP TABLE audit_details;
DROP TABLE audit_events;
DROP TABLE audit_heads;
DROP FUNCTION ringfence_open_log();
DROP FUNCTION ringfence_append();
DROP FUNCTION ringfence_refuse();
