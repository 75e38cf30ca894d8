-- Identity, backfill: the links that stood before the triggers of expand. A link whose user or role is
-- missing keeps its NULL, which the runner's validation then reports; nothing is repaired in silence.
UPDATE user_roles
SET tenant_id = (SELECT users.tenant_id FROM users WHERE users.id = user_roles.user_id)
WHERE tenant_id IS NULL;

UPDATE role_permissions
SET tenant_id = (SELECT roles.tenant_id FROM roles WHERE roles.id = role_permissions.role_id)
WHERE tenant_id IS NULL;
