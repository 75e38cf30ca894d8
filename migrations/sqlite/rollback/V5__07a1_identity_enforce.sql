-- The guards go; the rows stay as they are.

-- From the catalogue
DROP TRIGGER rf_role_permissions_update;
DROP TRIGGER rf_role_permissions_key;
DROP TRIGGER rf_role_permissions_insert_rowid;
DROP TRIGGER rf_role_permissions_insert;
DROP TRIGGER rf_user_roles_update;
DROP TRIGGER rf_user_roles_key;
DROP TRIGGER rf_user_roles_insert_rowid;
DROP TRIGGER rf_user_roles_insert;
DROP TRIGGER rf_roles_cascade;
DROP TRIGGER rf_roles_update;
DROP TRIGGER rf_roles_key;
DROP TRIGGER rf_roles_insert_rowid;
DROP TRIGGER rf_roles_insert;
DROP TRIGGER rf_users_cascade;
DROP TRIGGER rf_users_update;
DROP TRIGGER rf_users_key;
DROP TRIGGER rf_users_insert_rowid;
DROP TRIGGER rf_users_insert;
DROP TRIGGER rf_permissions_delete;
DROP TRIGGER rf_permissions_update;
DROP TRIGGER rf_permissions_insert_rowid;
DROP TRIGGER rf_permissions_insert;
DROP TRIGGER rf_tenants_delete;
DROP TRIGGER rf_tenants_update;
DROP TRIGGER rf_tenants_key;
DROP TRIGGER rf_tenants_insert_rowid;
DROP TRIGGER rf_tenants_insert;
-- End of what is from the catalogue

-- The names that enforce added go too, but for those that a role has been granted since.
DELETE FROM permissions
WHERE id = 'permission:' || name
    AND description = 'Ringfence permission'
    AND id NOT IN (SELECT permission_id FROM role_permissions);
