-- Keys, expand: what is unique in the whole database, and should be in a tenant, gets its wider key beside.

-- From the catalogue
DROP TRIGGER rf_drone_credentials_update;
DROP TRIGGER rf_drone_credentials_insert;
DROP INDEX IF EXISTS ix_drone_credentials_tenant_drone_id;
CREATE UNIQUE INDEX uq_drone_credentials_tenant_drone_id ON drone_credentials (tenant_id, drone_id);
CREATE TRIGGER rf_drone_credentials_insert BEFORE INSERT ON drone_credentials
BEGIN
    SELECT RAISE(ABORT, 'ringfence.key:drone_credentials')
    WHERE NEW.rowid <> -1 AND EXISTS (SELECT 1 FROM drone_credentials WHERE rowid = NEW.rowid);
    SELECT RAISE(ABORT, 'ringfence.reference:drone_credentials_tenant_id_fkey')
    WHERE NOT EXISTS (SELECT 1 FROM tenants WHERE id = NEW.tenant_id);
    SELECT RAISE(ABORT, 'ringfence.reference:fk_drone_credentials_tenant_drone')
    WHERE NOT EXISTS (SELECT 1 FROM drones WHERE tenant_id = NEW.tenant_id AND id = NEW.drone_id);
    SELECT RAISE(ABORT, 'ringfence.unique:drone_credentials_pkey')
    WHERE EXISTS (SELECT 1 FROM drone_credentials WHERE id = NEW.id);
    SELECT RAISE(ABORT, 'ringfence.unique:drone_credentials_drone_id_key')
    WHERE EXISTS (SELECT 1 FROM drone_credentials WHERE drone_id = NEW.drone_id);
    SELECT RAISE(ABORT, 'ringfence.unique:uq_drone_credentials_tenant_drone_id')
    WHERE EXISTS (SELECT 1 FROM drone_credentials WHERE tenant_id = NEW.tenant_id AND drone_id = NEW.drone_id);
END;
CREATE TRIGGER rf_drone_credentials_update BEFORE UPDATE OF drone_id ON drone_credentials
BEGIN
    SELECT RAISE(ABORT, 'ringfence.reference:fk_drone_credentials_tenant_drone')
    WHERE NOT EXISTS (SELECT 1 FROM drones WHERE tenant_id = NEW.tenant_id AND id = NEW.drone_id);
    SELECT RAISE(ABORT, 'ringfence.unique:drone_credentials_drone_id_key')
    WHERE EXISTS (
        SELECT 1 FROM drone_credentials WHERE drone_id = NEW.drone_id AND rowid <> OLD.rowid
    );
    SELECT RAISE(ABORT, 'ringfence.unique:uq_drone_credentials_tenant_drone_id')
    WHERE EXISTS (
        SELECT 1 FROM drone_credentials WHERE tenant_id = NEW.tenant_id AND drone_id = NEW.drone_id AND rowid <> OLD.rowid
    );
END;
-- End of what is from the catalogue
