//! Policy epochs, inheritance, denies and the rule of four eyes.

use super::allowed::{Allowed, MOVED};
use super::attack::{Attack, INSERTS, insert, inserts, updates};

pub(super) fn attacks() -> Vec<Attack> {
    let mut all = Vec::new();
    epochs(&mut all);
    four_eyes(&mut all);
    all
}

fn epochs(all: &mut Vec<Attack>) {
    for (begin, end) in INSERTS {
        let end = if end.contains("UPDATE") {
            "ON CONFLICT DO UPDATE SET epoch = 'forged'"
        } else {
            end
        };
        all.push(Attack::new(
            format!("{begin} INTO policy_epochs VALUES ('b', 'forged') {end}"),
            "ringfence.unique:policy_epochs_pkey",
        ));
    }
    let key = "ringfence.key:policy_epochs";
    for tenant in ["'b'", "'new'", "NULL"] {
        let rest = format!("SET tenant_id = {tenant} WHERE tenant_id = 'a'");
        all.extend(updates("policy_epochs", &rest, key));
    }
    all.push(Attack::new(
        "DELETE FROM policy_epochs WHERE tenant_id = 'a'",
        key,
    ));
}

fn four_eyes(all: &mut Vec<Attack>) {
    let refused = "ringfence.four_eyes:approvals";
    let own = [("approver_id", "'u1_a'"), ("audit_seq", "2")];
    all.extend(inserts("approvals", &own, refused));
    // Nor in two moves: a refusal of one's own turned round, a row of the old platform adopted, another
    // approver or another mission put in.
    all.extend(updates(
        "approvals",
        "SET decision = 'APPROVE' WHERE id = 'v2_a'",
        refused,
    ));
    all.extend(updates(
        "approvals",
        "SET audit_seq = 2 WHERE id = 'v3_a'",
        refused,
    ));
    all.extend(updates(
        "approvals",
        "SET approver_id = 'u2_a' WHERE id = 'v4_a'",
        refused,
    ));
    all.extend(updates(
        "approvals",
        "SET mission_id = 'm3_a' WHERE id = 'v4_a'",
        refused,
    ));
    // Who edited last is an author too.
    let edited = [("mission_id", "'m5_a'"), ("audit_seq", "2")];
    all.extend(inserts("approvals", &edited, refused));
    all.extend(updates(
        "approvals",
        "SET mission_id = 'm5_a', decision = 'APPROVE' WHERE id = 'v2_a'",
        refused,
    ));
}

pub(super) fn allowed() -> Vec<Allowed> {
    let mut all = vec![
        // Four eyes, or a tenant that allows two, or a refusal, or the old platform's own rules.
        Allowed::new(insert("approvals", &[("audit_seq", "2")])),
        Allowed::new(insert("approvals", &[("mission_id", "'m5_a'")])),
        Allowed::new(
            "UPDATE tenants SET self_approval = 1 WHERE id = 'a';".to_owned()
                + &insert("approvals", &[("mission_id", "'m5_a'"), ("audit_seq", "2")]),
        ),
        Allowed::new(insert("approvals", &[("approver_id", "'u1_a'")])),
        Allowed::new(insert(
            "approvals",
            &[
                ("approver_id", "'u1_a'"),
                ("audit_seq", "2"),
                ("decision", "'REJECT'"),
            ],
        )),
        Allowed::new(
            "UPDATE tenants SET self_approval = 1 WHERE id = 'a';".to_owned()
                + &insert(
                    "approvals",
                    &[("approver_id", "'u1_a'"), ("audit_seq", "2")],
                ),
        ),
        Allowed::new(
            "UPDATE tenants SET self_approval = 1 WHERE id = 'a';
             UPDATE approvals SET decision = 'APPROVE' WHERE id = 'v2_a'",
        ),
        Allowed::new(
            "UPDATE approvals SET comment = 'x', decision = decision, audit_seq = audit_seq",
        ),
        // Deleting a role takes its rules, at either end, and nobody else's.
        Allowed::new("DELETE FROM roles WHERE id = 'r2_a'")
            .then("SELECT group_concat(tenant_id) FROM role_inheritance", "b")
            .then("SELECT group_concat(tenant_id) FROM role_denies", "b"),
        Allowed::new("DELETE FROM roles WHERE id = 'r1_a'")
            .then("SELECT group_concat(tenant_id) FROM role_inheritance", "b")
            .then("SELECT group_concat(tenant_id) FROM role_denies", "a,b"),
        Allowed::new("UPDATE role_inheritance SET role_id = role_id, created_at = '2027'"),
        Allowed::new("UPDATE role_denies SET role_id = role_id, created_at = '2027'"),
        Allowed::new("UPDATE policy_epochs SET tenant_id = tenant_id, epoch = 'other'")
            .then(MOVED, &everyone()),
        // A tenant that comes has an epoch; one that comes again has another than it had.
        Allowed::new(insert("tenants", &[]))
            .then(
                "SELECT length(epoch) FROM policy_epochs WHERE tenant_id = 'new'",
                "32",
            )
            .then(MOVED, ""),
        Allowed::new(
            insert("tenants", &[])
                + ";INSERT INTO temp.before SELECT * FROM policy_epochs WHERE tenant_id = 'new';
                   DELETE FROM tenants WHERE id = 'new';"
                + &insert("tenants", &[]),
        )
        .then(MOVED, "new"),
        // The epoch of a tenant that is gone may go too, and comes back when it is needed.
        Allowed::new(
            insert("tenants", &[])
                + ";DELETE FROM tenants WHERE id = 'new'; DELETE FROM policy_epochs WHERE tenant_id = 'new'",
        ),
    ];
    all.extend(moves());
    all.extend(stays());
    all
}

fn everyone() -> String {
    "a,b,empty,only_a_drone,only_a_role,only_a_user".to_owned()
}

/// Whatever a decision is made of moves the epoch of its tenant and of no other, in every spelling.
fn moves() -> Vec<Allowed> {
    let mut all = Vec::new();
    for (table, row) in [
        ("users", "id = 'u3_a'"),
        ("roles", "id = 'r3_a'"),
        ("user_roles", "user_id = 'u1_a' AND role_id = 'r1_a'"),
        (
            "role_permissions",
            "role_id = 'r1_a' AND permission_id = 'p_fly'",
        ),
        ("role_inheritance", "tenant_id = 'a'"),
        ("role_denies", "tenant_id = 'a'"),
    ] {
        for begin in ["INSERT", "INSERT OR REPLACE", "INSERT OR IGNORE"] {
            let sql = insert(table, &[]).replacen("INSERT", begin, 1);
            all.push(Allowed::new(sql).then(MOVED, "a"));
        }
        // Links too when they name their tenant, and no trigger has to fill it.
        all.push(Allowed::new(insert(table, &[("tenant_id", "'a'")])).then(MOVED, "a"));
        for begin in ["UPDATE", "UPDATE OR REPLACE", "UPDATE OR IGNORE"] {
            let sql = format!("{begin} {table} SET created_at = '2027' WHERE {row}");
            all.push(Allowed::new(sql).then(MOVED, "a"));
        }
        all.push(Allowed::new(format!("DELETE FROM {table} WHERE {row}")).then(MOVED, "a"));
        // Also when the row is missing: it is made again.
        let lost =
            "DROP TRIGGER IF EXISTS rf_policy_epochs_delete; DELETE FROM policy_epochs;".to_owned();
        let made = "SELECT coalesce(group_concat(tenant_id), '') FROM policy_epochs WHERE length(epoch) = 32";
        all.push(
            Allowed::new(lost.clone() + &insert(table, &[("tenant_id", "'a'")])).then(made, "a"),
        );
        all.push(
            Allowed::new(format!(
                "{lost} UPDATE {table} SET created_at = '2027' WHERE {row}"
            ))
            .then(made, "a"),
        );
        all.push(Allowed::new(format!("{lost} DELETE FROM {table} WHERE {row}")).then(made, "a"));
        if table == "users" {
            let disable = "UPDATE tenants SET disabled_at = '2027' WHERE id = 'a'";
            all.push(Allowed::new(lost + disable).then(made, "a"));
        }
    }
    for (sql, moved) in [
        (
            "UPDATE tenants SET disabled_at = '2027' WHERE id = 'a'",
            "a",
        ),
        ("UPDATE tenants SET self_approval = 1 WHERE id = 'b'", "b"),
        (
            "UPDATE user_roles SET expires_at = '2027' WHERE user_id = 'u1_a'",
            "a",
        ),
        ("UPDATE users SET is_active = 0", "a,b,only_a_user"),
    ] {
        all.push(Allowed::new(sql).then(MOVED, moved));
    }
    all
}

/// What no decision is made of leaves the epoch, or writers and readers of a busy tenant would pay for it.
fn stays() -> Vec<Allowed> {
    [
        insert("drones", &[]),
        insert("missions", &[]),
        "UPDATE missions SET state = 'APPROVED'".to_owned(),
        "UPDATE tenants SET name = 'Renamed' WHERE id = 'a'".to_owned(),
        "UPDATE audit_heads SET size = 3".to_owned(),
        "UPDATE login_throttles SET failures = 2".to_owned(),
    ]
    .map(|sql| Allowed::new(sql).then(MOVED, ""))
    .into()
}
