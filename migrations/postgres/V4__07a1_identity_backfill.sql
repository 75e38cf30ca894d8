-- A link's tenant is that of its user, a grant's that of its role. The checks that follow this step find a
-- link whose two sides lie in different tenants.

UPDATE user_roles SET tenant_id = users.tenant_id
FROM users WHERE users.id = user_roles.user_id AND user_roles.tenant_id IS NULL;

UPDATE role_permissions SET tenant_id = roles.tenant_id
FROM roles WHERE roles.id = role_permissions.role_id AND role_permissions.tenant_id IS NULL;
