-- Nothing is lost: a key follows from its name.
DROP TRIGGER rf_users_renamed;
DROP INDEX ix_users_tenant_unkeyed;

-- From the catalogue
DROP TRIGGER rf_users_update;
DROP TRIGGER rf_users_insert;
DROP INDEX uq_users_tenant_name_key;
ALTER TABLE users DROP COLUMN name_key;
CREATE TRIGGER rf_users_insert BEFORE INSERT ON users
BEGIN
    SELECT RAISE(ABORT, 'ringfence.key:users')
    WHERE NEW.rowid <> -1 AND EXISTS (SELECT 1 FROM users WHERE rowid = NEW.rowid);
    SELECT RAISE(ABORT, 'ringfence.reference:users_tenant_id_fkey')
    WHERE NOT EXISTS (SELECT 1 FROM tenants WHERE id = NEW.tenant_id);
    SELECT RAISE(ABORT, 'ringfence.unique:users_pkey')
    WHERE EXISTS (SELECT 1 FROM users WHERE id = NEW.id);
    SELECT RAISE(ABORT, 'ringfence.unique:uq_users_tenant_username')
    WHERE EXISTS (SELECT 1 FROM users WHERE tenant_id = NEW.tenant_id AND username = NEW.username);
END;
CREATE TRIGGER rf_users_update BEFORE UPDATE OF username ON users
BEGIN
    SELECT RAISE(ABORT, 'ringfence.unique:uq_users_tenant_username')
    WHERE EXISTS (
        SELECT 1 FROM users WHERE tenant_id = NEW.tenant_id AND username = NEW.username AND rowid <> OLD.rowid
    );
END;
-- End of what is from the catalogue
