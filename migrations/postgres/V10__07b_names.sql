-- Names: users are told apart by their names in Unicode's normalisation form C. The runner fills the key of names that
-- another program stored in another form, where no other user of the tenant has the same; whose name is in form C is
-- found by it without a key.

-- A key belongs to the name that it was made of. What Ringfence writes is its own key; who writes another name without
-- it, leaves none.
CREATE FUNCTION ringfence_renamed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    NEW.name_key := NULL;
    RETURN NEW;
END
$$;

-- From the catalogue
ALTER TABLE users ADD COLUMN name_key text;
ALTER TABLE users ADD CONSTRAINT uq_users_tenant_name_key UNIQUE (tenant_id, name_key);
-- End of what is from the catalogue

-- Whose form no key tells, and whose characters do not tell either that it is form C: a lookup compares them one by
-- one. Few, since they are given keys by whoever migrates next.
CREATE INDEX ix_users_tenant_unkeyed ON users (tenant_id)
    WHERE coalesce(name_key, '') = '' AND username COLLATE "C" ~ '[^ -\u02ff\u0388-\u0482\u048a-\u052f\u1e00-\u1eff\u3041-\u3096\u30a1-\u30ff\u4e00-\u9fff\uac00-\ud7a3]';

CREATE TRIGGER ringfence_renamed BEFORE UPDATE ON users
    FOR EACH ROW WHEN (NEW.username <> OLD.username AND NEW.name_key <> NEW.username)
    EXECUTE FUNCTION ringfence_renamed();
