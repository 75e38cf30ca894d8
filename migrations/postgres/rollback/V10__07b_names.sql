-- Nothing is lost: a key follows from its name.
DROP TRIGGER ringfence_renamed ON users;
DROP INDEX ix_users_tenant_unkeyed;

-- From the catalogue
ALTER TABLE users DROP CONSTRAINT uq_users_tenant_name_key;
ALTER TABLE users DROP COLUMN name_key;
-- End of what is from the catalogue

DROP FUNCTION ringfence_renamed();
