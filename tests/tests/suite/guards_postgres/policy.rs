//! Inheritance, denies, the epoch and four eyes.

use super::attack::Refused::{Guard, Nothing, Policy, Privilege, Reference, Unique};
use super::attack::{Allowed, Attack, By, anyone, owner, runtime, works, works_by};

pub(super) fn attacks() -> Vec<Attack> {
    let mut attacks = Vec::new();
    let inherit = "INSERT INTO role_inheritance VALUES";
    let deny = "INSERT INTO role_denies VALUES";
    for (sql, refused) in [
        (
            format!("{inherit} ('a', 'r1_b', 'r2_a', now())"),
            Reference("fk_role_inheritance_tenant_role"),
        ),
        (
            format!("{inherit} ('a', 'r2_a', 'r1_b', now())"),
            Reference("fk_role_inheritance_tenant_inherits_role"),
        ),
        (
            format!("{deny} ('a', 'r1_b', 'fly', now())"),
            Reference("fk_role_denies_tenant_role"),
        ),
        (
            format!("{deny} ('a', 'r2_a', 'fly', now())"),
            Unique("role_denies_pkey"),
        ),
        (
            format!("{inherit} ('a', 'r1_a', 'r2_a', now())"),
            Unique("role_inheritance_pkey"),
        ),
    ] {
        attacks.extend(anyone(sql, refused));
    }
    attacks.extend([
        owner(
            "UPDATE role_inheritance SET role_id = 'r3_a'",
            Guard("ringfence.key:role_inheritance"),
        ),
        owner(
            "UPDATE role_denies SET permission = 'land'",
            Guard("ringfence.key:role_denies"),
        ),
        runtime("UPDATE tenants SET disabled_at = NULL", Privilege),
        runtime(
            "UPDATE tenants SET self_approval = true WHERE id = 'b'",
            Nothing,
        ),
        runtime("UPDATE role_denies SET permission = 'land'", Privilege),
        runtime(
            "UPDATE role_inheritance SET inherits_role_id = 'r3_a'",
            Privilege,
        ),
        runtime(format!("{inherit} ('b', 'r2_b', 'r1_b', now())"), Policy),
        runtime(format!("{deny} ('b', 'r1_b', 'fly', now())"), Policy),
        runtime(
            "DELETE FROM role_inheritance WHERE tenant_id = 'b'",
            Nothing,
        ),
        runtime("DELETE FROM role_denies WHERE tenant_id = 'b'", Nothing),
        runtime(
            "INSERT INTO login_throttles VALUES ('b', 'ee', 1, 0, 0, now(), NULL, NULL)",
            Policy,
        ),
        runtime(
            "UPDATE login_throttles SET failures = 0 WHERE tenant_id = 'b'",
            Nothing,
        ),
        runtime("DELETE FROM login_throttles WHERE tenant_id = 'b'", Nothing),
        owner(
            "DELETE FROM policy_epochs WHERE tenant_id = 'a'",
            Guard("ringfence.key:policy_epochs"),
        ),
        owner(
            "TRUNCATE policy_epochs",
            Guard("ringfence.key:policy_epochs"),
        ),
        runtime("DELETE FROM policy_epochs", Privilege),
        runtime("TRUNCATE policy_epochs", Privilege),
        runtime(
            "UPDATE policy_epochs SET epoch = 'x' WHERE tenant_id = 'b'",
            Nothing,
        ),
        runtime("INSERT INTO policy_epochs VALUES ('c', 'x')", Policy),
    ]);
    attacks.extend(four_eyes());
    attacks
}

fn four_eyes() -> Vec<Attack> {
    let refused = Guard("ringfence.four_eyes:approvals");
    let mine = "INSERT INTO public.approvals
        (id, tenant_id, mission_id, approver_id, decision, created_at, audit_seq)
        VALUES ('v9', 'a', 'm1_a', 'u1_a', 'APPROVE', now(), 2)";
    let decoy = "CREATE TEMP TABLE missions (id text, tenant_id text, created_by text);
        SET LOCAL search_path = pg_temp, public";
    let mut attacks = Vec::new();
    attacks.extend(anyone(mine, refused.clone()));
    attacks.extend(anyone(format!("{decoy}; {mine}"), refused.clone()));
    attacks.push(owner(
        "UPDATE approvals SET approver_id = 'u1_a', decision = 'APPROVE', audit_seq = 2 WHERE id = 'v1_a'",
        refused.clone(),
    ));
    // Who edited last is an author too.
    let edited = mine.replace("m1_a", "m5_a").replace("u1_a", "u2_a");
    attacks.extend(anyone(edited, refused));
    attacks
}

/// The tenants whose epoch is another than the seed's.
const MOVED: &str =
    "SELECT coalesce(string_agg(tenant_id, ',' ORDER BY tenant_id), 'none') FROM policy_epochs
    WHERE epoch <> 'seed-' || tenant_id";

pub(super) fn allowed() -> Vec<Allowed> {
    let mut allowed = Vec::new();
    for sql in [
        "INSERT INTO users (id, tenant_id, username, password_hash, is_active, created_at)
         VALUES ('u9', 'a', 'zoe', 'h', true, now())",
        "UPDATE users SET is_active = false WHERE id = 'u2_a'",
        "DELETE FROM users WHERE id = 'u3_a'",
        "INSERT INTO roles (id, tenant_id, name, created_at) VALUES ('r9', 'a', 'new', now())",
        "UPDATE roles SET name = 'new' WHERE id = 'r3_a'",
        "DELETE FROM roles WHERE id = 'r3_a'",
        "INSERT INTO user_roles (user_id, role_id, created_at) VALUES ('u2_a', 'r1_a', now())",
        "UPDATE user_roles SET expires_at = now() WHERE role_id = 'r2_a'",
        "DELETE FROM user_roles WHERE role_id = 'r2_a'",
        "INSERT INTO role_permissions (role_id, permission_id, created_at) VALUES ('r2_a', 'p_fly', now())",
        "DELETE FROM role_permissions WHERE role_id = 'r1_a'",
        "INSERT INTO role_inheritance VALUES ('a', 'r3_a', 'r2_a', now())",
        "DELETE FROM role_inheritance WHERE role_id = 'r1_a'",
        "INSERT INTO role_denies VALUES ('a', 'r3_a', 'land', now())",
        "DELETE FROM role_denies WHERE role_id = 'r2_a'",
        "CREATE TEMP TABLE policy_epochs (tenant_id text PRIMARY KEY, epoch text);
         SET LOCAL search_path = pg_temp, public; UPDATE users SET is_active = false WHERE id = 'u2_a';
         SET LOCAL search_path = public; DROP TABLE pg_temp.policy_epochs",
    ] {
        allowed.extend(works(sql, MOVED, "a"));
    }
    // The epoch of a tenant that is gone may go.
    allowed.push(works_by(
        By::Owner,
        "INSERT INTO tenants (id, name, created_at) VALUES ('c', 'c', now());
         DELETE FROM tenants WHERE id = 'c'; DELETE FROM policy_epochs WHERE tenant_id = 'c'",
        "SELECT count(*)::text FROM policy_epochs WHERE tenant_id = 'c'",
        "0",
    ));
    let everyone = everyone();
    for (sql, moved) in [
        (
            "UPDATE role_permissions SET permission_id = 'p_fly' WHERE permission_id = 'p_fly' AND role_id = 'r1_a'",
            "a",
        ),
        (
            "UPDATE role_inheritance SET created_at = now() WHERE tenant_id = 'a'",
            "a",
        ),
        (
            "UPDATE role_denies SET created_at = now() WHERE tenant_id = 'a'",
            "a",
        ),
        ("UPDATE users SET is_active = false", "a,b"),
        ("UPDATE tenants SET disabled_at = now() WHERE id = 'a'", "a"),
        (
            "UPDATE tenants SET self_approval = true WHERE id = 'a'",
            "a",
        ),
        ("UPDATE tenants SET name = 'Another' WHERE id = 'a'", "none"),
        (
            "INSERT INTO tenants (id, name, created_at) VALUES ('new', 'New', now())",
            "new",
        ),
        (
            "DELETE FROM tenants WHERE id = 'empty'; INSERT INTO tenants VALUES ('empty', 'E', now())",
            "empty",
        ),
        ("TRUNCATE user_roles", &everyone),
        ("TRUNCATE role_permissions", &everyone),
        ("TRUNCATE role_inheritance", &everyone),
        ("TRUNCATE role_denies", &everyone),
        // CASCADE reaches the tables that refer to the named one, and fires their triggers.
        (
            "DROP TRIGGER ringfence_policy_truncate ON user_roles; TRUNCATE users CASCADE",
            &everyone,
        ),
        (
            "DROP TRIGGER ringfence_policy_truncate ON user_roles;
             DROP TRIGGER ringfence_policy_truncate ON role_permissions;
             DROP TRIGGER ringfence_policy_truncate ON role_inheritance;
             DROP TRIGGER ringfence_policy_truncate ON role_denies; TRUNCATE roles CASCADE",
            &everyone,
        ),
    ] {
        allowed.push(works_by(By::Owner, sql, MOVED, moved));
    }
    allowed.extend(works(
        "UPDATE drones SET name = 'new' WHERE id = 'd1_a'",
        MOVED,
        "none",
    ));
    allowed.extend(works(
        "DELETE FROM users WHERE id = 'nobody'",
        MOVED,
        "none",
    ));
    allowed.push(works_by(
        By::Runtime,
        "INSERT INTO login_throttles VALUES ('a', 'ff', 1, 0, 0, now(), NULL, NULL)
         ON CONFLICT (tenant_id, subject) DO UPDATE SET failures = login_throttles.failures + 1",
        "SELECT failures FROM login_throttles WHERE tenant_id = 'a'",
        "2",
    ));
    allowed.extend(deciding());
    allowed
}

fn everyone() -> String {
    "a,b,empty,only_a_drone,only_a_role".to_owned()
}

fn deciding() -> Vec<Allowed> {
    let decide = |approver: &str, decision: &str, seq: &str| {
        format!(
            "INSERT INTO approvals (id, tenant_id, mission_id, approver_id, decision, created_at, audit_seq)
             VALUES ('v9', 'a', 'm1_a', '{approver}', '{decision}', now(), {seq})"
        )
    };
    let made = "SELECT count(*) FROM approvals WHERE id = 'v9'";
    let mut allowed = Vec::new();
    allowed.extend(works(&decide("u2_a", "APPROVE", "2"), made, "1"));
    allowed.extend(works(&decide("u1_a", "REJECT", "2"), made, "1"));
    // The old platform's rows are exempt.
    allowed.extend(works(&decide("u1_a", "APPROVE", "NULL"), made, "1"));
    allowed.push(works_by(
        By::Owner,
        &format!(
            "UPDATE tenants SET self_approval = true WHERE id = 'a'; {}",
            decide("u1_a", "APPROVE", "2")
        ),
        made,
        "1",
    ));
    allowed
}
