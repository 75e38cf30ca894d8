//! Users, roles and their links, tenants and the permission names.

use super::attack::Refused::{Guard, Nothing, Null, Policy, Privilege, Reference, Unique};
use super::attack::{Allowed, Attack, By, anyone, owner, runtime, works, works_by};

pub(super) fn attacks() -> Vec<Attack> {
    let mut attacks = links();
    attacks.extend(parents());
    attacks.extend(permissions());
    attacks.extend(anyone(
        "INSERT INTO users (id, tenant_id, username, password_hash, is_active, created_at)
         VALUES ('u9', 'a', 'ann', 'h', true, now())",
        Unique("uq_users_tenant_username"),
    ));
    attacks.extend(anyone(
        "INSERT INTO roles (id, tenant_id, name, created_at) VALUES ('r9', 'a', 'pilot', now())",
        Unique("uq_roles_tenant_name"),
    ));
    attacks.push(owner(
        "INSERT INTO users (id, tenant_id, username, password_hash, is_active, created_at)
         VALUES ('u9', 'nowhere', 'zoe', 'h', true, now())",
        Reference("users_tenant_id_fkey"),
    ));
    attacks.push(owner(
        "INSERT INTO roles (id, tenant_id, name, created_at) VALUES ('r9', 'nowhere', 'x', now())",
        Reference("roles_tenant_id_fkey"),
    ));
    attacks
}

fn links() -> Vec<Attack> {
    let link = "INSERT INTO user_roles (user_id, role_id, created_at)";
    let grant = "INSERT INTO role_permissions (role_id, permission_id, created_at)";
    let with = "INSERT INTO user_roles (tenant_id, user_id, role_id, created_at)";
    let granted = "INSERT INTO role_permissions (tenant_id, role_id, permission_id, created_at)";
    // Whose parents are not there, not one tenant's or not the tenant's to see, has no tenant to be filled with.
    let nobody = format!("{link} VALUES ('nobody', 'r1_a', now())");
    let apart = format!("{link} VALUES ('u2_a', 'r1_b', now())");
    let nothing = format!("{grant} VALUES ('nothing', 'p_fly', now())");
    let mut attacks = vec![
        owner(nobody.clone(), Null("user_roles.tenant_id")),
        runtime(nobody, Policy),
        owner(apart.clone(), Null("user_roles.tenant_id")),
        runtime(apart, Policy),
        owner(nothing.clone(), Null("role_permissions.tenant_id")),
        runtime(nothing, Policy),
        owner(
            format!("{with} VALUES ('b', 'u2_a', 'r1_b', now())"),
            Reference("fk_user_roles_tenant_user"),
        ),
        owner(
            format!("{granted} VALUES ('b', 'r2_a', 'p_fly', now())"),
            Reference("fk_role_permissions_tenant_role"),
        ),
        owner(
            "UPDATE user_roles SET tenant_id = NULL WHERE user_id = 'u1_a'",
            Null("user_roles.tenant_id"),
        ),
        owner(
            "UPDATE role_permissions SET tenant_id = NULL WHERE role_id = 'r1_a'",
            Null("role_permissions.tenant_id"),
        ),
        runtime(format!("{link} VALUES ('u1_b', 'r3_b', now())"), Policy),
        runtime(
            format!("{with} VALUES ('b', 'u1_b', 'r3_b', now())"),
            Policy,
        ),
        runtime(
            format!("{granted} VALUES ('b', 'r2_b', 'p_fly', now())"),
            Policy,
        ),
        runtime("DELETE FROM user_roles WHERE user_id = 'u1_b'", Nothing),
        runtime(
            "DELETE FROM role_permissions WHERE role_id = 'r1_b'",
            Nothing,
        ),
        runtime(
            "UPDATE role_permissions SET permission_id = 'p_land'",
            Privilege,
        ),
    ];
    for (sql, refused) in [
        (
            format!("{with} VALUES ('a', 'u1_b', 'r3_a', now())"),
            Reference("fk_user_roles_tenant_user"),
        ),
        (
            format!("{link} VALUES ('u1_a', 'r1_a', now())"),
            Unique("user_roles_pkey"),
        ),
        (
            format!("{granted} VALUES ('a', 'r1_b', 'p_fly', now()) ON CONFLICT DO NOTHING"),
            Reference("fk_role_permissions_tenant_role"),
        ),
        (
            format!("{granted} VALUES ('a', 'r2_b', 'p_fly', now())"),
            Reference("fk_role_permissions_tenant_role"),
        ),
        (
            format!("{grant} VALUES ('r2_a', 'p_none', now())"),
            Reference("role_permissions_permission_id_fkey"),
        ),
        (
            "UPDATE user_roles SET role_id = 'r3_b' WHERE role_id = 'r2_a'".into(),
            Reference("fk_user_roles_tenant_role"),
        ),
        (
            "UPDATE user_roles SET user_id = 'u2_b' WHERE role_id = 'r2_a'".into(),
            Reference("fk_user_roles_tenant_user"),
        ),
    ] {
        attacks.extend(anyone(sql, refused));
    }
    attacks.push(owner(
        "UPDATE role_permissions SET role_id = 'r3_b' WHERE role_id = 'r1_a'",
        Reference("fk_role_permissions_tenant_role"),
    ));
    attacks
}

fn parents() -> Vec<Attack> {
    vec![
        runtime("DELETE FROM tenants WHERE id = 'a'", Privilege),
        runtime("UPDATE tenants SET name = 'mine'", Privilege),
        runtime("INSERT INTO tenants VALUES ('c', 'C', now())", Privilege),
        owner(
            "INSERT INTO tenants VALUES ('~deployment', 'D', now())",
            Guard("ringfence.reserved:tenants"),
        ),
        owner(
            "INSERT INTO tenants VALUES ('~x', 'X', now())",
            Guard("ringfence.reserved:tenants"),
        ),
        owner(
            "INSERT INTO tenants VALUES ('system', 'S', now())",
            Guard("ringfence.reserved:tenants"),
        ),
        runtime(
            "UPDATE users SET is_active = false WHERE id = 'u1_b'",
            Nothing,
        ),
        runtime("DELETE FROM users WHERE id = 'u1_b'", Nothing),
        runtime("DELETE FROM roles WHERE id = 'r1_b'", Nothing),
        runtime("TRUNCATE users CASCADE", Privilege),
    ]
}

fn permissions() -> Vec<Attack> {
    let guard = Guard("ringfence.global:permissions");
    let rename = "UPDATE permissions SET name = 'mine' WHERE name = 'fly'";
    let replace = "INSERT INTO permissions VALUES ('p_fly', 'fly', NULL, now())
        ON CONFLICT (id) DO UPDATE SET name = 'mine'";
    vec![
        owner(rename, guard.clone()),
        owner(replace, guard.clone()),
        owner(
            "DELETE FROM permissions WHERE name = 'audit.read'",
            guard.clone(),
        ),
        owner("TRUNCATE permissions CASCADE", guard),
        runtime(rename, Privilege),
        runtime(replace, Privilege),
        runtime(
            "DELETE FROM permissions WHERE name = 'audit.read'",
            Privilege,
        ),
        runtime(
            "INSERT INTO permissions VALUES ('p', 'p', NULL, now())",
            Privilege,
        ),
    ]
}

pub(super) fn allowed() -> Vec<Allowed> {
    let mut allowed = Vec::new();
    // As the old platform links: without a tenant.
    allowed.extend(works(
        "INSERT INTO user_roles (user_id, role_id, created_at) VALUES ('u2_a', 'r1_a', now())",
        "SELECT tenant_id FROM user_roles WHERE user_id = 'u2_a'",
        "a",
    ));
    allowed.extend(works(
        "INSERT INTO role_permissions (role_id, permission_id, created_at) VALUES ('r2_a', 'p_fly', now())",
        "SELECT tenant_id FROM role_permissions WHERE role_id = 'r2_a'",
        "a",
    ));
    allowed.extend(works(
        "UPDATE user_roles SET role_id = 'r3_a' WHERE role_id = 'r2_a'",
        "SELECT count(*) FROM user_roles WHERE role_id = 'r3_a'",
        "1",
    ));
    // Who writes another name without its key leaves none, and whoever writes both leaves both.
    for (set, left) in [
        ("username = 'zoe'", "none"),
        ("username = 'zoe', name_key = 'zoe'", "zoe"),
    ] {
        allowed.extend(works(
            &format!(
                "UPDATE users SET name_key = 'ann' WHERE id = 'u1_a'; UPDATE users SET {set} WHERE id = 'u1_a'"
            ),
            "SELECT coalesce(name_key, 'none') FROM users WHERE id = 'u1_a'",
            left,
        ));
    }
    for table in ["users", "roles"] {
        let id = if table == "users" { "u1_a" } else { "r1_a" };
        allowed.extend(works(
            &format!("UPDATE {table} SET version = 99 WHERE id = '{id}'"),
            &format!("SELECT version FROM {table} WHERE id = '{id}'"),
            "2",
        ));
    }
    allowed.extend(works(
        // Whom no row names.
        "INSERT INTO user_roles (user_id, role_id, created_at) VALUES ('u3_a', 'r1_a', now());
         DELETE FROM users WHERE id = 'u3_a'",
        "SELECT count(*) FROM user_roles WHERE user_id = 'u3_a'",
        "0",
    ));
    allowed.extend(works(
        "DELETE FROM roles WHERE id = 'r1_a'",
        "SELECT count(*) FROM user_roles NATURAL FULL JOIN role_permissions NATURAL FULL JOIN role_inheritance
         WHERE role_id = 'r1_a'",
        "0",
    ));
    allowed.push(works_by(
        By::Owner,
        "DELETE FROM tenants WHERE id = 'empty'",
        "SELECT count(*) FROM tenants WHERE id = 'empty'",
        "0",
    ));
    allowed
}
