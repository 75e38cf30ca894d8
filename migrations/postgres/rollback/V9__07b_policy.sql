DROP TRIGGER ringfence_four_eyes ON approvals;
DROP TRIGGER ringfence_policy_update ON tenants;
DROP TRIGGER ringfence_policy_insert ON tenants;
DROP TRIGGER ringfence_policy_truncate ON role_permissions;
DROP TRIGGER ringfence_policy_delete ON role_permissions;
DROP TRIGGER ringfence_policy_update ON role_permissions;
DROP TRIGGER ringfence_policy_insert ON role_permissions;
DROP TRIGGER ringfence_policy_truncate ON user_roles;
DROP TRIGGER ringfence_policy_delete ON user_roles;
DROP TRIGGER ringfence_policy_update ON user_roles;
DROP TRIGGER ringfence_policy_insert ON user_roles;
DROP TRIGGER ringfence_policy_truncate ON roles;
DROP TRIGGER ringfence_policy_delete ON roles;
DROP TRIGGER ringfence_policy_update ON roles;
DROP TRIGGER ringfence_policy_insert ON roles;
DROP TRIGGER ringfence_policy_truncate ON users;
DROP TRIGGER ringfence_policy_delete ON users;
DROP TRIGGER ringfence_policy_update ON users;
DROP TRIGGER ringfence_policy_insert ON users;

DROP TABLE policy_epochs;
DROP TABLE login_throttles;
DROP TABLE role_denies;
DROP TABLE role_inheritance;
DROP FUNCTION ringfence_four_eyes();
DROP FUNCTION ringfence_epoch_kept();
DROP FUNCTION ringfence_policy_emptied();
DROP FUNCTION ringfence_tenant_changed();
DROP FUNCTION ringfence_policy_changed();

ALTER TABLE user_roles DROP COLUMN expires_at;
ALTER TABLE users DROP COLUMN session_epoch;
ALTER TABLE tenants
    DROP COLUMN self_approval,
    DROP COLUMN disabled_at;
