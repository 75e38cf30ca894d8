//! Drones, their credentials, missions, runs and approvals.

use super::allowed::Allowed;
use super::attack::insert;

/// Who edited a mission last is known while nobody edits who does not say so.
fn editors() -> Vec<Allowed> {
    let editor =
        "SELECT coalesce(edited_by, 'unknown') || ' ' || version FROM missions WHERE id = 'm5_a'";
    let edit = |set: &str| Allowed::new(format!("UPDATE missions SET {set} WHERE id = 'm5_a'"));
    let mut all: Vec<Allowed> = [
        "name = 'x'",
        "drone_id = 'd1_a'",
        "plan_type = 'POINT_TASK'",
        "payload = '{ }'",
        "constraints = '{ }'",
        "plan_sha256 = 'x'",
        "edited_by = 'u1_a', name = 'x'",
    ]
    .map(|set| edit(set).then(editor, "unknown 2"))
    .into();
    all.extend([
        edit("state = 'REJECTED', updated_at = '2027'").then(editor, "u2_a 2"),
        edit("name = name, drone_id = NULL, payload = payload").then(editor, "u2_a 2"),
        edit("name = 'x', edited_by = 'u1_a', edited_version = version + 1").then(editor, "u1_a 2"),
        Allowed::new(
            "UPDATE missions SET name = 'x', edited_by = 'u1_a', edited_version = version + 1;
             UPDATE missions SET name = 'y', edited_by = 'u1_a', edited_version = version + 1",
        )
        .then(editor, "u1_a 3"),
        edit("name = 'x', version = version + 1").then(
            "SELECT count(edited_by) FROM missions WHERE id = 'm5_a'",
            "0",
        ),
        edit("state = 'REJECTED', version = version + 1").then(editor, "u2_a 2"),
    ]);
    all
}

pub(super) fn allowed() -> Vec<Allowed> {
    let mut all = boundary();
    all.extend(editors());
    all
}

fn boundary() -> Vec<Allowed> {
    let left = "SELECT count(*) FROM";
    vec![
        Allowed::new(insert("drones", &[]))
            .then("SELECT version FROM drones WHERE id = 'new'", "1"),
        Allowed::new(insert("drone_credentials", &[])),
        Allowed::new(insert("missions", &[]))
            .then("SELECT version FROM missions WHERE id = 'new'", "1"),
        Allowed::new(insert("missions", &[("drone_id", "'d1_a'")])),
        Allowed::new(insert("missions", &[("drone_id", "NULL")])),
        Allowed::new(insert("mission_runs", &[])),
        Allowed::new(insert("approvals", &[])),
        Allowed::new(insert("missions", &[("rowid", "77")]))
            .then("SELECT rowid FROM missions WHERE id = 'new'", "77"),
        // Names are a tenant's own, and a name may be written over itself.
        Allowed::new(
            insert("drones", &[("name", "'kite'"), ("tenant_id", "'b'")])
                + ";"
                + &insert("drones", &[("name", "'kite'"), ("id", "'new2'")]),
        ),
        Allowed::new(
            "UPDATE drones SET name = 'kite' WHERE id = 'd1_b';
             UPDATE drones SET name = 'kite' WHERE id = 'd1_a'",
        ),
        Allowed::new(
            "UPDATE drones SET name = name, id = id, tenant_id = tenant_id, rowid = rowid",
        ),
        Allowed::new("UPDATE drone_credentials SET drone_id = drone_id, secret = '[]'"),
        // A parent may be exchanged inside the tenant, and taken off a mission.
        Allowed::new("UPDATE missions SET drone_id = 'd2_a' WHERE id = 'm1_a'"),
        Allowed::new("UPDATE missions SET drone_id = NULL WHERE id = 'm1_a'"),
        Allowed::new(
            "UPDATE mission_runs SET mission_id = 'm2_a', ended_at = started_at WHERE id = 'n1_a'",
        ),
        Allowed::new("UPDATE approvals SET mission_id = 'm1_a' WHERE id = 'v1_a'"),
        Allowed::new("UPDATE drone_credentials SET drone_id = 'd1_a' WHERE id = 'c1_a'"),
        // Children first, then the parent.
        Allowed::new(
            "DELETE FROM mission_runs WHERE id = 'n1_a'; DELETE FROM missions WHERE id = 'm1_a';
             DELETE FROM drones WHERE id = 'd1_a'",
        )
        .then(&format!("{left} drones WHERE tenant_id = 'a'"), "6"),
        Allowed::new(
            "DELETE FROM approvals WHERE id = 'v1_a'; DELETE FROM missions WHERE id = 'm2_a'",
        ),
        Allowed::new(
            "DELETE FROM drone_credentials WHERE id = 'c1_a'; DELETE FROM drones WHERE id = 'd2_a'",
        ),
        Allowed::new("DELETE FROM missions WHERE id = 'm3_a'"),
        Allowed::new(
            "DELETE FROM drones WHERE id = 'only_drone'; DELETE FROM tenants WHERE id = 'only_a_drone'",
        ),
        // Another tenant's mission of the same id is none that anybody here has made.
        Allowed::new(
            insert("users", &[])
                + ";"
                + &insert("users", &[("tenant_id", "'b'")])
                + ";"
                + &insert("missions", &[("tenant_id", "'b'"), ("created_by", "'new'")])
                + ";"
                + &insert("missions", &[])
                + ";"
                + &insert(
                    "approvals",
                    &[
                        ("mission_id", "'new'"),
                        ("approver_id", "'new'"),
                        ("audit_seq", "9"),
                    ],
                ),
        )
        .then("SELECT count(*) FROM approvals WHERE id = 'new'", "1"),
        // A tenant that has nothing goes.
        Allowed::new("DELETE FROM tenants WHERE id = 'empty'"),
        // Without the alert, or the command, its drone may go.
        Allowed::new(
            "DELETE FROM alerts WHERE id = 'lone_alert'; DELETE FROM drones WHERE id = 'alerted'",
        ),
        Allowed::new(
            "DELETE FROM command_requests WHERE id = 'lone_command';
             DELETE FROM drones WHERE id = 'commanded'",
        ),
        // Versions move by one with each update, and once where the writer moved it himself.
        Allowed::new(
            "UPDATE missions SET state = 'APPROVED'; UPDATE missions SET state = 'RUNNING'",
        )
        .then(
            "SELECT min(version) || ' ' || max(version) FROM missions",
            "3 3",
        ),
        Allowed::new("UPDATE missions SET version = version + 1, state = 'APPROVED'").then(
            "SELECT min(version) || ' ' || max(version) FROM missions",
            "2 2",
        ),
        Allowed::new("UPDATE drones SET vendor = 'DJI' WHERE id = 'd1_a'")
            .then("SELECT version FROM drones WHERE id = 'd1_a'", "2")
            .then("SELECT version FROM drones WHERE id = 'd1_b'", "1"),
        Allowed::new("UPDATE drones SET version = version + 1")
            .then("SELECT max(version) FROM drones", "2"),
    ]
}
