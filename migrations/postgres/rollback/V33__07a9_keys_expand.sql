-- Back to keys without the tenant.

-- From the catalogue
ALTER TABLE drone_credentials DROP CONSTRAINT uq_drone_credentials_tenant_drone_id;
CREATE INDEX ix_drone_credentials_tenant_drone_id ON drone_credentials (tenant_id, drone_id);
-- End of what is from the catalogue
