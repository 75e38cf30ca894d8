-- Names: users are told apart by their names in Unicode's normalisation form C. The runner fills the key of names that
-- another program stored in another form, where no other user of the tenant has the same; whose name is in form C is
-- found by it without a key.

-- From the catalogue
DROP TRIGGER rf_users_update;
DROP TRIGGER rf_users_insert;
ALTER TABLE users ADD COLUMN name_key TEXT;
CREATE UNIQUE INDEX uq_users_tenant_name_key ON users (tenant_id, name_key);
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
    SELECT RAISE(ABORT, 'ringfence.unique:uq_users_tenant_name_key')
    WHERE EXISTS (SELECT 1 FROM users WHERE tenant_id = NEW.tenant_id AND name_key = NEW.name_key);
END;
CREATE TRIGGER rf_users_update BEFORE UPDATE OF username, name_key ON users
BEGIN
    SELECT RAISE(ABORT, 'ringfence.unique:uq_users_tenant_username')
    WHERE EXISTS (
        SELECT 1 FROM users WHERE tenant_id = NEW.tenant_id AND username = NEW.username AND rowid <> OLD.rowid
    );
    SELECT RAISE(ABORT, 'ringfence.unique:uq_users_tenant_name_key')
    WHERE EXISTS (
        SELECT 1 FROM users WHERE tenant_id = NEW.tenant_id AND name_key = NEW.name_key AND rowid <> OLD.rowid
    );
END;
-- End of what is from the catalogue

-- Whose form no key tells, and whose characters do not tell either that it is form C: a lookup compares them one by
-- one. Few, since they are given keys by whoever migrates next.
CREATE INDEX ix_users_tenant_unkeyed ON users (tenant_id)
    WHERE coalesce(name_key, '') = '' AND username GLOB '*[^ -˿Έ-҂Ҋ-ԯḀ-ỿぁ-ゖァ-ヿ一-鿿가-힣]*';

-- A key belongs to the name that it was made of. What Ringfence writes is its own key; who writes another name without
-- it, leaves none.
CREATE TRIGGER rf_users_renamed AFTER UPDATE OF username ON users
WHEN NEW.username IS NOT OLD.username AND NEW.name_key IS NOT NULL AND NEW.name_key IS NOT NEW.username
BEGIN
    UPDATE users SET name_key = NULL WHERE rowid = NEW.rowid;
END;
