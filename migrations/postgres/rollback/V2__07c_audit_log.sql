DROP TRIGGER ringfence_open_log ON tenants;
DROP TRIGGER ringfence_reserved ON tenants;
DROP TRIGGER ringfence_truncate ON audit_heads;
DROP TRIGGER ringfence_delete ON audit_heads;
DROP TRIGGER ringfence_append_only ON audit_heads;
DROP TRIGGER ringfence_append ON audit_events;

-- From the catalogue
DROP TRIGGER ringfence_truncate ON audit_events;
DROP TRIGGER ringfence_append_only ON audit_events;
DROP TABLE audit_events;
DROP TABLE audit_heads;
-- End of what is from the catalogue

DROP FUNCTION ringfence_open_log();
DROP FUNCTION ringfence_append();
DROP FUNCTION ringfence_refuse();
