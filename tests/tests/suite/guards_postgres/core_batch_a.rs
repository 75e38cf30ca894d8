//! Drones, their credentials, missions, runs and decisions.

use super::attack::Refused::{Nothing, Policy, Privilege, Reference, Unique};
use super::attack::{Allowed, Attack, By, anyone, owner, runtime, works, works_by};
use crate::later_batches;

const DRONE: &str =
    "INSERT INTO drones (id, tenant_id, name, vendor, capabilities, created_at, updated_at) VALUES";
const CREDENTIAL: &str =
    "INSERT INTO drone_credentials (id, tenant_id, drone_id, secret, created_at) VALUES";
const MISSION: &str =
    "INSERT INTO missions (id, tenant_id, name, drone_id, plan_type, payload, constraints, state,
    created_by, created_at, updated_at) VALUES";
const RUN: &str = "INSERT INTO mission_runs (id, tenant_id, mission_id, state, started_at) VALUES";
const DECISION: &str =
    "INSERT INTO approvals (id, tenant_id, mission_id, approver_id, decision, created_at) VALUES";

fn mission(id: &str, tenant: &str, drone: &str) -> String {
    format!(
        "{MISSION} ('{id}', '{tenant}', 'n', {drone}, 'AREA_GRID', '{{}}', '{{}}', 'DRAFT', 'u1_a', now(), now())"
    )
}

pub(super) fn attacks() -> Vec<Attack> {
    let mut attacks = Vec::new();
    for (sql, refused) in [
        // The other tenant's parent and one that is nowhere are refused alike.
        (
            mission("m9", "a", "'d1_b'"),
            Reference("fk_missions_tenant_drone"),
        ),
        (
            mission("m9", "a", "'d9'"),
            Reference("fk_missions_tenant_drone"),
        ),
        (
            "UPDATE missions SET drone_id = 'd1_b' WHERE id = 'm1_a'".into(),
            Reference("fk_missions_tenant_drone"),
        ),
        (
            format!("{RUN} ('n9', 'a', 'm1_b', 'RUNNING', now())"),
            Reference("fk_mission_runs_tenant_mission"),
        ),
        (
            "UPDATE mission_runs SET mission_id = 'm1_b' WHERE id = 'n1_a'".into(),
            Reference("fk_mission_runs_tenant_mission"),
        ),
        (
            format!("{DECISION} ('v9', 'a', 'm1_b', 'u2_a', 'APPROVE', now())"),
            Reference("fk_approvals_tenant_mission"),
        ),
        (
            format!("{CREDENTIAL} ('c9', 'a', 'd1_b', '{{}}', now())"),
            Reference("fk_drone_credentials_tenant_drone"),
        ),
        (
            "UPDATE drone_credentials SET drone_id = 'd1_b' WHERE id = 'c1_a'".into(),
            Reference("fk_drone_credentials_tenant_drone"),
        ),
        // A parent that is referred to stays.
        (
            "DELETE FROM drones WHERE id = 'd1_a'".into(),
            Reference("fk_missions_tenant_drone"),
        ),
        (
            "DELETE FROM drones WHERE id = 'd2_a'".into(),
            Reference("fk_drone_credentials_tenant_drone"),
        ),
        (
            "DELETE FROM missions WHERE id = 'm1_a'".into(),
            Reference("fk_mission_runs_tenant_mission"),
        ),
        (
            "DELETE FROM missions WHERE id = 'm2_a'".into(),
            Reference("fk_approvals_tenant_mission"),
        ),
        // Names are unique within the tenant, ids still across all of them.
        (
            format!("{DRONE} ('d9', 'a', 'one', 'FAKE', '{{}}', now(), now())"),
            Unique("uq_drones_tenant_name"),
        ),
        (
            format!("{DRONE} ('d1_b', 'a', 'new', 'FAKE', '{{}}', now(), now())"),
            Unique("drones_pkey"),
        ),
        (
            format!("{CREDENTIAL} ('c9', 'a', 'd2_a', '{{}}', now())"),
            Unique("drone_credentials_drone_id_key"),
        ),
    ] {
        attacks.extend(anyone(sql, refused));
    }
    for (sql, constraint) in later_batches::refused_deletions() {
        attacks.push(owner(sql, Reference(constraint.leak())));
    }
    // The runtime role is let at none of those tables, and is held by them all the same.
    for (sql, constraint) in later_batches::refused_parents() {
        attacks.push(runtime(sql, Reference(constraint.leak())));
    }
    attacks.extend([
        owner(
            "UPDATE approvals SET mission_id = 'm1_b' WHERE id = 'v1_a'",
            Reference("fk_approvals_tenant_mission"),
        ),
        owner(
            mission("m9", "nowhere", "NULL"),
            Reference("missions_tenant_id_fkey"),
        ),
        owner(
            format!("{DRONE} ('d9', 'nowhere', 'one', 'FAKE', '{{}}', now(), now())"),
            Reference("drones_tenant_id_fkey"),
        ),
        owner(
            "DELETE FROM tenants WHERE id = 'only_a_drone'",
            Reference("drones_tenant_id_fkey"),
        ),
        owner(
            "DELETE FROM tenants WHERE id = 'only_a_mission'",
            Reference("missions_tenant_id_fkey"),
        ),
        runtime(
            format!("{DRONE} ('d9', 'b', 'new', 'FAKE', '{{}}', now(), now())"),
            Policy,
        ),
        runtime(
            format!("{CREDENTIAL} ('c9', 'b', 'd1_b', '{{}}', now())"),
            Policy,
        ),
        runtime(mission("m9", "b", "NULL"), Policy),
        runtime(
            format!("{RUN} ('n9', 'b', 'm1_b', 'RUNNING', now())"),
            Policy,
        ),
        runtime(
            format!("{DECISION} ('v9', 'b', 'm1_b', 'u2_b', 'APPROVE', now())"),
            Policy,
        ),
        runtime("UPDATE drones SET name = 'mine' WHERE id = 'd1_b'", Nothing),
        runtime(
            "UPDATE drone_credentials SET secret = '{\"k\":1}' WHERE id = 'c1_b'",
            Nothing,
        ),
        runtime(
            "UPDATE missions SET state = 'APPROVED' WHERE id = 'm1_b'",
            Nothing,
        ),
        runtime(
            "UPDATE mission_runs SET state = 'ABORTED' WHERE id = 'n1_b'",
            Nothing,
        ),
        runtime(
            "UPDATE approvals SET decision = 'APPROVE' WHERE id = 'v1_a'",
            Privilege,
        ),
        runtime("DELETE FROM approvals WHERE id = 'v1_b'", Nothing),
        runtime("DELETE FROM drones WHERE id = 'd3_b'", Nothing),
        runtime("TRUNCATE drones CASCADE", Privilege),
    ]);
    attacks
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
    // What was never a reference keeps nobody: an alert its drone, history its tenant.
    allowed.push(works_by(
        By::Owner,
        "DELETE FROM drones WHERE id = 'alerted'; DELETE FROM tenants WHERE id = 'empty'",
        "SELECT count(*) FROM drones, tenants WHERE drones.id = 'alerted' OR tenants.id = 'empty'",
        "0",
    ));
    // Without the command its drone may go.
    allowed.push(works_by(
        By::Owner,
        "DELETE FROM command_requests WHERE id = 'lone_command'; DELETE FROM drones WHERE id = 'commanded'",
        "SELECT count(*) FROM drones WHERE id = 'commanded'",
        "0",
    ));
    allowed
}
