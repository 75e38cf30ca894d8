//! Tenants, users, roles, their links and the catalogue of permissions.

use super::allowed::Allowed;
use super::attack::{Attack, insert, inserts, updates};

pub(super) fn attacks() -> Vec<Attack> {
    let mut all = Vec::new();
    links(&mut all);
    permissions(&mut all);
    all
}

/// With the tenant left to its trigger, and with one that is not theirs.
fn links(all: &mut Vec<Attack>) {
    let (user, role) = (
        "ringfence.reference:fk_user_roles_tenant_user",
        "ringfence.reference:fk_user_roles_tenant_role",
    );
    all.extend(inserts("user_roles", &[("user_id", "'nobody'")], user));
    all.extend(inserts("user_roles", &[("user_id", "NULL")], user));
    all.extend(inserts("user_roles", &[("user_id", "'u1_b'")], role));
    all.extend(inserts("user_roles", &[("role_id", "'r1_b'")], role));
    all.extend(inserts("user_roles", &[("role_id", "'nothing'")], role));
    all.extend(inserts("user_roles", &[("role_id", "NULL")], role));
    // The tenant may be left out, but not be another's.
    all.extend(inserts("user_roles", &[("tenant_id", "'b'")], user));
    all.extend(inserts("user_roles", &[("tenant_id", "'nowhere'")], user));
    all.extend(inserts(
        "user_roles",
        &[("tenant_id", "'b'"), ("user_id", "'u1_b'")],
        role,
    ));
    let link = "WHERE user_id = 'u1_a' AND role_id = 'r1_a'";
    for other in ["'u1_b'", "'nobody'", "NULL"] {
        all.extend(updates(
            "user_roles",
            &format!("SET user_id = {other} {link}"),
            user,
        ));
    }
    for other in ["'r1_b'", "'nothing'", "NULL"] {
        all.extend(updates(
            "user_roles",
            &format!("SET role_id = {other} {link}"),
            role,
        ));
    }

    let (role, permission) = (
        "ringfence.reference:fk_role_permissions_tenant_role",
        "ringfence.reference:role_permissions_permission_id_fkey",
    );
    all.extend(inserts(
        "role_permissions",
        &[("role_id", "'nothing'")],
        role,
    ));
    all.extend(inserts("role_permissions", &[("role_id", "NULL")], role));
    all.extend(inserts("role_permissions", &[("tenant_id", "'b'")], role));
    for tenant in ["'a'", "NULL"] {
        let unknown = [("permission_id", "'nothing'"), ("tenant_id", tenant)];
        all.extend(inserts("role_permissions", &unknown, permission));
    }
    let link = "WHERE role_id = 'r1_a'";
    for other in ["'r1_b'", "'nothing'", "NULL"] {
        all.extend(updates(
            "role_permissions",
            &format!("SET role_id = {other} {link}"),
            role,
        ));
    }
    for other in ["'nothing'", "NULL"] {
        let rest = format!("SET permission_id = {other} {link}");
        all.extend(updates("role_permissions", &rest, permission));
    }
}

fn permissions(all: &mut Vec<Attack>) {
    let global = "ringfence.global:permissions";
    all.extend(updates(
        "permissions",
        "SET name = 'walk' WHERE id = 'p_fly'",
        global,
    ));
    all.extend(updates("permissions", "SET description = 'x'", global));
    all.extend(updates(
        "permissions",
        "SET id = 'moved' WHERE id = 'p_fly'",
        global,
    ));
    all.extend(updates(
        "permissions",
        "SET rowid = 99 WHERE id = 'p_fly'",
        global,
    ));
    all.push(Attack::new(
        "DELETE FROM permissions WHERE id = 'p_fly'",
        global,
    ));
    all.push(Attack::new(
        "DELETE FROM permissions WHERE id = 'permission:alert.read'",
        global,
    ));
    all.extend(inserts(
        "permissions",
        &[("id", "'p_fly'")],
        "ringfence.unique:permissions_pkey",
    ));
    all.extend(inserts(
        "permissions",
        &[("name", "'fly'")],
        "ringfence.unique:permissions_name_key",
    ));
    all.extend(inserts(
        "permissions",
        &[("name", "'*'")],
        "ringfence.unique:permissions_name_key",
    ));
    all.extend(inserts(
        "permissions",
        &[("rowid", "1")],
        "ringfence.key:permissions",
    ));
    all.extend(inserts(
        "permissions",
        &[("rowid", "-1")],
        "ringfence.key:permissions",
    ));
}

pub(super) fn allowed() -> Vec<Allowed> {
    let count = "SELECT count(*) FROM";
    vec![
        // The platform's own way of making an identity, in the columns that it knows.
        Allowed::new(insert("tenants", &[]))
            .then(&format!("{count} tenants WHERE id = 'new'"), "1"),
        Allowed::new(insert("users", &[])).then("SELECT version FROM users WHERE id = 'new'", "1"),
        Allowed::new(insert("roles", &[])).then("SELECT version FROM roles WHERE id = 'new'", "1"),
        Allowed::new(insert("permissions", &[])).then(&format!("{count} permissions"), "29"),
        Allowed::new(insert("user_roles", &[])).then(
            "SELECT tenant_id FROM user_roles WHERE user_id = 'u2_a' AND role_id = 'r1_a'",
            "a",
        ),
        Allowed::new(insert("role_permissions", &[])).then(
            "SELECT tenant_id FROM role_permissions
             WHERE role_id = 'r2_a' AND permission_id = 'p_fly'",
            "a",
        ),
        // The trigger that fills the tenant obeys no conflict clause of the statement that woke it.
        Allowed::new(insert("user_roles", &[]).replacen("INSERT", "INSERT OR IGNORE", 1)).then(
            "SELECT tenant_id FROM user_roles WHERE user_id = 'u2_a'",
            "a",
        ),
        Allowed::new(insert("user_roles", &[("tenant_id", "'a'")])),
        Allowed::new(insert("role_permissions", &[("tenant_id", "'a'")])),
        // Names are a tenant's own, and a name may be written over itself.
        Allowed::new(
            insert("users", &[("username", "'cat'"), ("tenant_id", "'b'")])
                + ";"
                + &insert("users", &[("username", "'cat'"), ("id", "'new2'")]),
        ),
        Allowed::new(
            insert("users", &[("name_key", "'cat'"), ("tenant_id", "'b'")])
                + ";"
                + &insert("users", &[("name_key", "'cat'"), ("id", "'new2'")]),
        ),
        Allowed::new(
            "UPDATE users SET name_key = 'dan' WHERE id = 'u1_b';
             UPDATE users SET name_key = 'dan' WHERE id = 'u1_a';
             UPDATE users SET name_key = name_key",
        ),
        // Who writes another name without its key leaves none, and whoever writes the same name leaves it.
        Allowed::new("UPDATE users SET username = 'zoe' WHERE id = 'u3_a'").then(
            "SELECT group_concat(coalesce(name_key, 'none'), ' ') FROM
             (SELECT name_key FROM users WHERE id LIKE 'u3%' ORDER BY id)",
            "none zoë",
        ),
        Allowed::new("UPDATE users SET username = 'zoe', name_key = 'zoe' WHERE id = 'u3_a'")
            .then("SELECT name_key FROM users WHERE id = 'u3_a'", "zoe"),
        Allowed::new("UPDATE users SET username = username")
            .then("SELECT name_key FROM users WHERE id = 'u3_a'", "zoë"),
        Allowed::new(
            insert("roles", &[("name", "'cook'"), ("tenant_id", "'b'")])
                + ";"
                + &insert("roles", &[("name", "'cook'"), ("id", "'new2'")]),
        ),
        Allowed::new(
            "UPDATE users SET username = 'dan' WHERE id = 'u1_b';
             UPDATE users SET username = 'dan' WHERE id = 'u1_a'",
        ),
        Allowed::new(
            "UPDATE roles SET name = 'cook' WHERE id = 'r1_b';
             UPDATE roles SET name = 'cook' WHERE id = 'r1_a'",
        ),
        Allowed::new(
            "UPDATE users SET username = username; UPDATE roles SET name = name;
             UPDATE tenants SET name = name",
        ),
        Allowed::new(
            "UPDATE user_roles SET user_id = user_id, role_id = role_id;
             UPDATE role_permissions SET role_id = role_id, permission_id = permission_id",
        ),
        Allowed::new("UPDATE tenants SET name = 'Renamed' WHERE id = 'a'"),
        // A row may be written with every column that it has, and a free rowid may be asked for.
        Allowed::new("UPDATE users SET id = id, tenant_id = tenant_id, rowid = rowid"),
        Allowed::new(insert("users", &[("rowid", "77")]))
            .then("SELECT rowid FROM users WHERE id = 'new'", "77"),
        // A link may be bent inside its tenant.
        Allowed::new(
            "UPDATE user_roles SET role_id = 'r3_a' WHERE user_id = 'u1_a' AND role_id = 'r1_a';
             UPDATE user_roles SET user_id = 'u2_a' WHERE user_id = 'u1_a'",
        )
        .then(
            "SELECT DISTINCT tenant_id FROM user_roles WHERE user_id = 'u2_a'",
            "a",
        ),
        Allowed::new("UPDATE role_permissions SET role_id = 'r3_a' WHERE role_id = 'r1_a'"),
        // Deleting a user or a role takes its links, and nobody else's.
        Allowed::new(
            "INSERT INTO user_roles (user_id, role_id, created_at) VALUES ('u3_a', 'r1_a', '2026');
             DELETE FROM users WHERE id = 'u3_a'",
        )
        .then(
            "SELECT group_concat(DISTINCT user_id) FROM user_roles",
            "u1_a,u1_b",
        ),
        Allowed::new("DELETE FROM roles WHERE id = 'r1_a'")
            .then(&format!("{count} user_roles WHERE role_id = 'r1_a'"), "0")
            .then(
                &format!("{count} role_permissions WHERE role_id = 'r1_a'"),
                "0",
            )
            .then(&format!("{count} user_roles"), "3")
            .then(&format!("{count} role_permissions"), "2"),
        Allowed::new("DELETE FROM user_roles WHERE user_id = 'u1_a'"),
        Allowed::new("DELETE FROM role_permissions WHERE role_id = 'r1_a'"),
        // A tenant with nothing left may go; another's rows are no reason to keep it.
        Allowed::new(insert("tenants", &[]) + "; DELETE FROM tenants WHERE id = 'new'")
            .then(&format!("{count} tenants WHERE id = 'new'"), "0"),
        // Versions move by one with each update, and once where the writer moved it himself.
        Allowed::new(
            "UPDATE users SET is_active = 0 WHERE id = 'u1_a';
             UPDATE users SET is_active = 1 WHERE id = 'u1_a'",
        )
        .then("SELECT version FROM users WHERE id = 'u1_a'", "3")
        .then("SELECT version FROM users WHERE id = 'u2_a'", "1"),
        Allowed::new("UPDATE users SET version = version + 1, is_active = 0").then(
            "SELECT min(version) || ' ' || max(version) FROM users",
            "2 2",
        ),
        Allowed::new("UPDATE users SET version = version")
            .then("SELECT min(version) FROM users", "2"),
        Allowed::new("UPDATE roles SET description = 'x'").then(
            "SELECT min(version) || ' ' || max(version) FROM roles",
            "2 2",
        ),
        Allowed::new("UPDATE roles SET version = version + 1")
            .then("SELECT max(version) FROM roles", "2"),
    ]
}
