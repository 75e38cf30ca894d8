-- Takes the log away, the deployment's included. The runner refuses to come here while a log holds events.
DROP TRIGGER rf_tenants_head;
DROP TRIGGER rf_tenants_reserved_update;
DROP TRIGGER rf_tenants_reserved_insert;
-- Their triggers go with the tables.
DROP TABLE audit_details;
DROP TABLE audit_events;
DROP TABLE audit_heads;
