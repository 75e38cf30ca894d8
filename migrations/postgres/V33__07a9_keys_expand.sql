-- Keys, expand: what is unique in the whole database, and should be in a tenant, gets its wider key beside.

-- From the catalogue
DROP INDEX IF EXISTS ix_drone_credentials_tenant_drone_id;
ALTER TABLE drone_credentials ADD CONSTRAINT uq_drone_credentials_tenant_drone_id UNIQUE (tenant_id, drone_id);
-- End of what is from the catalogue
