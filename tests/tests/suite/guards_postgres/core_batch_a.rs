//! Drones, their credentials, missions, runs and decisions.

use super::attack::Refused::Privilege;
use super::attack::{Allowed, Attack, By, runtime, works, works_by};

const CREDENTIAL: &str =
    "INSERT INTO drone_credentials (id, tenant_id, drone_id, secret, created_at) VALUES";
const MISSION: &str =
    "INSERT INTO missions (id, tenant_id, name, drone_id, plan_type, payload, constraints, state,
    created_by, created_at, updated_at) VALUES";
const RUN: &str = "INSERT INTO mission_runs (id, tenant_id, mission_id, state, started_at) VALUES";
const DECISION: &str =
    "INSERT INTO approvals (id, tenant_id, mission_id, approver_id, decision, created_at) VALUES";

/// A user of the same id in both tenants.
const SAME_AUTHOR: &str =
    "INSERT INTO users (id, tenant_id, username, password_hash, is_active, created_at) VALUES
    ('u9', 'a', 'same', 'hash', true, now()), ('u9', 'b', 'same', 'hash', true, now())";

fn mission(id: &str, tenant: &str, drone: &str) -> String {
    format!(
        "{MISSION} ('{id}', '{tenant}', 'n', {drone}, 'AREA_GRID', '{{}}', '{{}}', 'DRAFT', 'u1_a', now(), now())"
    )
}

pub(super) fn attacks() -> Vec<Attack> {
    vec![runtime("TRUNCATE drones CASCADE", Privilege)]
}

/// Who edited a mission last is known while nobody edits who does not say so.
fn editors() -> Vec<Allowed> {
    let editor =
        "SELECT coalesce(edited_by, 'unknown') || ' ' || version FROM missions WHERE id = 'm5_a'";
    [
        ("name = 'x'", "unknown 2"),
        ("drone_id = 'd1_a'", "unknown 2"),
        ("plan_type = 'POINT_TASK'", "unknown 2"),
        ("payload = '{ }'", "unknown 2"),
        ("constraints = '{ }'", "unknown 2"),
        ("plan_sha256 = 'x'", "unknown 2"),
        ("edited_by = 'u1_a', name = 'x'", "unknown 2"),
        ("version = version + 1, name = 'x'", "unknown 2"),
        ("state = 'REJECTED', updated_at = now()", "u2_a 2"),
        ("name = name, drone_id = NULL, payload = payload", "u2_a 2"),
        (
            "name = 'x', edited_by = 'u1_a', edited_version = version + 1",
            "u1_a 2",
        ),
    ]
    .into_iter()
    .flat_map(|(set, known)| {
        let sql = format!("UPDATE missions SET {set} WHERE id = 'm5_a'");
        works(&sql, editor, known)
    })
    .collect()
}

pub(super) fn allowed() -> Vec<Allowed> {
    let mut allowed = editors();
    for (table, id) in [("drones", "d1_a"), ("missions", "m1_a")] {
        allowed.extend(works(
            &format!("UPDATE {table} SET name = 'new', version = 99 WHERE id = '{id}'"),
            &format!("SELECT name || version FROM {table} WHERE id = '{id}'"),
            "new2",
        ));
    }
    for (sql, table, id) in [
        (
            format!("{CREDENTIAL} ('c9', 'a', 'd1_a', '{{}}', now())"),
            "drone_credentials",
            "c9",
        ),
        (
            format!("{RUN} ('n9', 'a', 'm2_a', 'RUNNING', now())"),
            "mission_runs",
            "n9",
        ),
        (
            format!("{DECISION} ('v9', 'a', 'm1_a', 'u1_a', 'APPROVE', now())"),
            "approvals",
            "v9",
        ),
        (mission("m9", "a", "'d3_a'"), "missions", "m9"),
    ] {
        let question = format!("SELECT tenant_id FROM {table} WHERE id = '{id}'");
        allowed.extend(works(&sql, &question, "a"));
    }
    allowed.extend(works(
        "DELETE FROM drones WHERE id = 'd3_a'; DELETE FROM missions WHERE id = 'm3_a'",
        "SELECT count(*) FROM drones, missions WHERE drones.id = 'd3_a' OR missions.id = 'm3_a'",
        "0",
    ));
    // Another tenant's mission of the same id is none that anybody here has made.
    let theirs = "('m9', 'b', 'n', NULL, 'AREA_GRID', '{}', '{}', 'DRAFT', 'u9', now(), now())";
    let own = mission("m9", "a", "NULL");
    let approved = "INSERT INTO approvals (id, tenant_id, mission_id, approver_id, decision, created_at, audit_seq)
        VALUES ('v9', 'a', 'm9', 'u9', 'APPROVE', now(), 9)";
    allowed.push(works_by(
        By::Owner,
        &format!("{SAME_AUTHOR}; {MISSION} {theirs}; {own}; {approved}"),
        "SELECT count(*) FROM approvals WHERE id = 'v9'",
        "1",
    ));
    // A tenant that has nothing goes.
    allowed.push(works_by(
        By::Owner,
        "DELETE FROM tenants WHERE id = 'empty'",
        "SELECT count(*) FROM tenants WHERE id = 'empty'",
        "0",
    ));
    // Without the alert, or the command, its drone may go.
    allowed.push(works_by(
        By::Owner,
        "DELETE FROM alerts WHERE id = 'lone_alert'; DELETE FROM drones WHERE id = 'alerted'",
        "SELECT count(*) FROM drones WHERE id = 'alerted'",
        "0",
    ));
    allowed.push(works_by(
        By::Owner,
        "DELETE FROM command_requests WHERE id = 'lone_command'; DELETE FROM drones WHERE id = 'commanded'",
        "SELECT count(*) FROM drones WHERE id = 'commanded'",
        "0",
    ));
    allowed
}
