-- The runner refuses to come here while this would lose anything; `lossy.rs` counts what. Triggers before the columns
-- that they name.
DROP TRIGGER rf_approvals_four_eyes_update;
DROP TRIGGER rf_approvals_four_eyes_insert;
DROP TRIGGER rf_policy_epochs_delete;

-- From the catalogue
DROP TRIGGER rf_role_denies_epoch_delete;
DROP TRIGGER rf_role_denies_epoch_update;
DROP TRIGGER rf_role_denies_epoch_insert;
DROP TRIGGER rf_role_denies_key;
DROP TRIGGER rf_role_denies_insert;
DROP TRIGGER rf_role_inheritance_epoch_delete;
DROP TRIGGER rf_role_inheritance_epoch_update;
DROP TRIGGER rf_role_inheritance_epoch_insert;
DROP TRIGGER rf_role_inheritance_key;
DROP TRIGGER rf_role_inheritance_insert;
DROP TRIGGER rf_policy_epochs_key;
DROP TRIGGER rf_policy_epochs_insert;
DROP TRIGGER rf_role_permissions_epoch_delete;
DROP TRIGGER rf_role_permissions_epoch_update;
DROP TRIGGER rf_role_permissions_epoch_insert;
DROP TRIGGER rf_user_roles_epoch_delete;
DROP TRIGGER rf_user_roles_epoch_update;
DROP TRIGGER rf_user_roles_epoch_insert;
DROP TRIGGER rf_roles_epoch_delete;
DROP TRIGGER rf_roles_epoch_update;
DROP TRIGGER rf_roles_epoch_insert;
DROP TRIGGER rf_roles_cascade;
DROP TRIGGER rf_users_epoch_delete;
DROP TRIGGER rf_users_epoch_update;
DROP TRIGGER rf_users_epoch_insert;
DROP TRIGGER rf_tenants_epoch_update;
DROP TRIGGER rf_tenants_epoch_insert;
DROP INDEX IF EXISTS ix_role_inheritance_tenant_inherits_role;
ALTER TABLE user_roles DROP COLUMN expires_at;
ALTER TABLE users DROP COLUMN session_epoch;
ALTER TABLE tenants DROP COLUMN self_approval;
ALTER TABLE tenants DROP COLUMN disabled_at;
DROP TABLE login_throttles;
DROP TABLE role_denies;
DROP TABLE role_inheritance;
DROP TABLE policy_epochs;
CREATE TRIGGER rf_roles_cascade AFTER DELETE ON roles
BEGIN
    DELETE FROM user_roles WHERE tenant_id = OLD.tenant_id AND role_id = OLD.id;
    DELETE FROM role_permissions WHERE tenant_id = OLD.tenant_id AND role_id = OLD.id;
END;
-- End of what is from the catalogue
