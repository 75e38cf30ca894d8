//! Drones, their credentials, missions, runs and approvals.

use super::allowed::Allowed;
use super::attack::{Attack, insert, inserts, updates};
use crate::later_batches;

pub(super) fn attacks() -> Vec<Attack> {
    let mut all = Vec::new();
    references(&mut all);
    uniques(&mut all);
    parents(&mut all);
    versions(&mut all);
    all
}

fn references(all: &mut Vec<Attack>) {
    for table in [
        "drones",
        "drone_credentials",
        "missions",
        "mission_runs",
        "approvals",
    ] {
        let refused = format!("ringfence.reference:{table}_tenant_id_fkey");
        all.extend(inserts(table, &[("tenant_id", "'nowhere'")], &refused));
        all.extend(inserts(table, &[("tenant_id", "NULL")], &refused));
    }
    let edges = [
        (
            "drone_credentials",
            "c1_a",
            "drone_id",
            "d1_b",
            "fk_drone_credentials_tenant_drone",
        ),
        (
            "missions",
            "m1_a",
            "drone_id",
            "d1_b",
            "fk_missions_tenant_drone",
        ),
        (
            "mission_runs",
            "n1_a",
            "mission_id",
            "m1_b",
            "fk_mission_runs_tenant_mission",
        ),
        (
            "approvals",
            "v1_a",
            "mission_id",
            "m1_b",
            "fk_approvals_tenant_mission",
        ),
    ];
    for (table, id, column, others, constraint) in edges {
        let refused = format!("ringfence.reference:{constraint}");
        let others = format!("'{others}'");
        for parent in [others.as_str(), "'nothing'", "''"] {
            all.extend(inserts(table, &[(column, parent)], &refused));
            let rest = format!("SET {column} = {parent} WHERE id = '{id}'");
            all.extend(updates(table, &rest, &refused));
        }
        // Into another tenant, with that tenant's name on it.
        all.extend(inserts(
            table,
            &[("tenant_id", "'b'"), (column, &others.replace('b', "a"))],
            &refused,
        ));
        if table != "missions" {
            all.extend(inserts(table, &[(column, "NULL")], &refused));
            all.extend(updates(
                table,
                &format!("SET {column} = NULL WHERE id = '{id}'"),
                &refused,
            ));
        }
    }
    // Another tenant's drone that has credentials answers as one that exists nowhere.
    let refused = "ringfence.reference:fk_drone_credentials_tenant_drone";
    all.extend(inserts(
        "drone_credentials",
        &[("drone_id", "'d2_b'")],
        refused,
    ));
}

fn uniques(all: &mut Vec<Attack>) {
    let name = "ringfence.unique:uq_drones_tenant_name";
    all.extend(inserts("drones", &[("name", "'one'")], name));
    all.extend(updates(
        "drones",
        "SET name = 'one' WHERE id = 'd3_a'",
        name,
    ));

    let drone = "ringfence.unique:drone_credentials_drone_id_key";
    all.extend(inserts(
        "drone_credentials",
        &[("drone_id", "'d2_a'")],
        drone,
    ));
    all.extend(updates(
        "drone_credentials",
        "SET drone_id = 'd2_a' WHERE id = 'c2_a'",
        drone,
    ));
}

fn parents(all: &mut Vec<Attack>) {
    for (sql, constraint) in [
        (
            "DELETE FROM drones WHERE id = 'd1_a'",
            "fk_missions_tenant_drone",
        ),
        (
            "DELETE FROM drones WHERE id = 'd2_b'",
            "fk_drone_credentials_tenant_drone",
        ),
        (
            "DELETE FROM missions WHERE id = 'm1_a'",
            "fk_mission_runs_tenant_mission",
        ),
        (
            "DELETE FROM missions WHERE id = 'm2_b'",
            "fk_approvals_tenant_mission",
        ),
        (
            "DELETE FROM tenants WHERE id = 'only_a_drone'",
            "drones_tenant_id_fkey",
        ),
        (
            "DELETE FROM tenants WHERE id = 'only_a_mission'",
            "missions_tenant_id_fkey",
        ),
    ] {
        all.push(Attack::new(sql, format!("ringfence.restrict:{constraint}")));
    }
    for (sql, constraint) in later_batches::refused_deletions() {
        all.push(Attack::new(sql, format!("ringfence.restrict:{constraint}")));
    }
}

fn versions(all: &mut Vec<Attack>) {
    for (table, id) in [("drones", "d1_a"), ("missions", "m1_a")] {
        for version in ["0", "7", "-1", "version + 2", "NULL", "'1x'"] {
            let rest = format!("SET version = {version} WHERE id = '{id}'");
            all.extend(updates(table, &rest, &format!("ringfence.key:{table}")));
        }
    }
}

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
        .then(&format!("{left} drones WHERE tenant_id = 'a'"), "7"),
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
        // What was never a reference keeps nobody: an alert its drone, history its tenant.
        Allowed::new("DELETE FROM drones WHERE id = 'alerted'"),
        Allowed::new("DELETE FROM tenants WHERE id = 'empty'"),
        // Without the command its drone may go.
        Allowed::new(
            "DELETE FROM command_requests WHERE id = 'lone_command';
             DELETE FROM drones WHERE id = 'commanded';
             DELETE FROM tenants WHERE id = 'only_command_requests'",
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
