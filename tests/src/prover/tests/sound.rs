//! Statements that hold every reference to the tenant, and must be proved.

use super::super::{By, prove, prove_global};
use super::{On, tables};
use ringfence::testing::Engine;

pub(super) const SOUND: &[(&str, On, &str)] = &[
    (
        "row and epoch in one statement",
        On::Both,
        "SELECT (SELECT e.epoch FROM policy_epochs e WHERE e.tenant_id = $1), d.id, d.name \
         FROM drones d WHERE d.tenant_id = $1 AND d.id = $2",
    ),
    (
        "page on Postgres",
        On::Postgres,
        "SELECT d.id, d.name FROM drones d WHERE d.tenant_id = $1 AND d.id COLLATE \"C\" > $2 \
         AND ($3::text IS NULL OR d.vendor = $3) ORDER BY d.id COLLATE \"C\" LIMIT $4",
    ),
    (
        "page on SQLite",
        On::Sqlite,
        "SELECT d.id, d.name FROM drones d WHERE d.tenant_id = $1 AND d.id > $2 \
         AND ($3 IS NULL OR d.vendor = $3) ORDER BY d.id COLLATE BINARY LIMIT $4",
    ),
    (
        "unqualified columns over one table",
        On::Both,
        "SELECT id, state FROM missions WHERE tenant_id = $1 AND id = $2",
    ),
    (
        "the parameter first",
        On::Both,
        "SELECT id FROM drones WHERE $1 = tenant_id",
    ),
    (
        "parentheses",
        On::Both,
        "SELECT id FROM drones WHERE ((tenant_id = ($1)) AND (id = $2))",
    ),
    (
        "row comparison",
        On::Both,
        "SELECT m.id FROM missions m WHERE (m.tenant_id, m.id) = ($1, $2)",
    ),
    (
        "cast to text",
        On::Both,
        "SELECT id FROM drones WHERE tenant_id = CAST($1 AS TEXT)",
    ),
    (
        "cast on Postgres",
        On::Postgres,
        "SELECT id FROM drones WHERE tenant_id = $1::text",
    ),
    (
        "tenants by their own id",
        On::Both,
        "SELECT t.name FROM tenants t WHERE t.id = $1",
    ),
    (
        "count",
        On::Both,
        "SELECT count(*) FROM drones WHERE tenant_id = $1",
    ),
    (
        "inner join held in WHERE",
        On::Both,
        "SELECT m.id, d.name FROM missions m JOIN drones d ON d.id = m.drone_id \
         WHERE m.tenant_id = $1 AND d.tenant_id = $1",
    ),
    (
        "inner join held in ON",
        On::Both,
        "SELECT m.id, d.name FROM missions m \
         INNER JOIN drones d ON m.tenant_id = $1 AND d.tenant_id = $1 AND d.id = m.drone_id",
    ),
    (
        "comma join",
        On::Both,
        "SELECT m.id FROM missions m, drones d \
         WHERE m.tenant_id = $1 AND d.tenant_id = $1 AND d.id = m.drone_id",
    ),
    (
        "left join held where it can be missing",
        On::Both,
        "SELECT m.id, d.name FROM missions m \
         LEFT JOIN drones d ON d.tenant_id = $1 AND d.id = m.drone_id WHERE m.tenant_id = $1",
    ),
    (
        "right join held where it can be missing",
        On::Both,
        "SELECT m.id, d.name FROM drones d \
         RIGHT JOIN missions m ON d.tenant_id = $1 AND d.id = m.drone_id WHERE m.tenant_id = $1",
    ),
    (
        "nested join, held inside before it can be missing",
        On::Both,
        "SELECT m.id FROM missions m LEFT JOIN (mission_runs r JOIN approvals a \
         ON r.tenant_id = $1 AND a.tenant_id = $1 AND a.mission_id = r.mission_id) \
         ON r.mission_id = m.id WHERE m.tenant_id = $1",
    ),
    (
        "full join of held subqueries",
        On::Both,
        "SELECT a.id, b.id FROM (SELECT id FROM drones WHERE tenant_id = $1) a \
         FULL JOIN (SELECT drone_id AS id FROM missions WHERE tenant_id = $1) b ON a.id = b.id",
    ),
    (
        "same table twice",
        On::Both,
        "SELECT a.id FROM roles a JOIN roles b ON b.tenant_id = $1 AND b.name = a.name \
         WHERE a.tenant_id = $1",
    ),
    (
        "exists",
        On::Both,
        "SELECT d.id FROM drones d WHERE d.tenant_id = $1 AND EXISTS \
         (SELECT 1 FROM missions m WHERE m.tenant_id = $1 AND m.drone_id = d.id)",
    ),
    (
        "in subquery under a negation",
        On::Both,
        "SELECT id FROM drones WHERE tenant_id = $1 AND NOT id IN \
         (SELECT drone_id FROM missions WHERE tenant_id = $1)",
    ),
    (
        "permissions of a user through inheritance",
        On::Both,
        "WITH RECURSIVE held(role_id, until) AS (\
           SELECT ur.role_id, ur.expires_at FROM user_roles ur \
            WHERE ur.tenant_id = $1 AND ur.user_id = $2 \
              AND (ur.expires_at IS NULL OR ur.expires_at > $3) \
           UNION SELECT ri.inherits_role_id, h.until FROM role_inheritance ri \
             JOIN held h ON h.role_id = ri.role_id WHERE ri.tenant_id = $1) \
         SELECT p.name, h.until, 0 FROM held h \
           JOIN role_permissions rp ON rp.tenant_id = $1 AND rp.role_id = h.role_id \
           JOIN permissions p ON p.id = rp.permission_id \
         UNION ALL SELECT rd.permission, h.until, 1 FROM held h \
           JOIN role_denies rd ON rd.tenant_id = $1 AND rd.role_id = h.role_id",
    ),
    (
        "cte named like a table, with a held body",
        On::Both,
        "WITH drones AS (SELECT id FROM missions WHERE tenant_id = $1) SELECT id FROM drones",
    ),
    (
        "union",
        On::Both,
        "SELECT id FROM drones WHERE tenant_id = $1 \
         UNION ALL SELECT id FROM missions WHERE tenant_id = $1 ORDER BY 1 LIMIT 10",
    ),
    (
        "group and having",
        On::Both,
        "SELECT d.vendor, count(*) FROM drones d WHERE d.tenant_id = $1 \
         GROUP BY d.vendor HAVING count(*) > $2",
    ),
    (
        "row lock",
        On::Postgres,
        "SELECT size FROM audit_heads WHERE tenant_id = $1 FOR UPDATE",
    ),
    (
        "lateral subquery",
        On::Postgres,
        "SELECT d.id, m.id FROM drones d CROSS JOIN LATERAL (SELECT mi.id FROM missions mi \
         WHERE mi.tenant_id = $1 AND mi.drone_id = d.id LIMIT 1) m WHERE d.tenant_id = $1",
    ),
    (
        "table function on Postgres",
        On::Postgres,
        "SELECT d.id FROM unnest($2::text[]) AS wanted(id) \
         JOIN drones d ON d.tenant_id = $1 AND d.id = wanted.id",
    ),
    (
        "table function on SQLite",
        On::Sqlite,
        "SELECT d.id FROM json_each($2) wanted \
         JOIN drones d ON d.tenant_id = $1 AND d.id = wanted.value",
    ),
    (
        "materialized cte",
        On::Postgres,
        "WITH mine AS MATERIALIZED (SELECT id FROM drones WHERE tenant_id = $1) SELECT id FROM mine",
    ),
    (
        "glob",
        On::Sqlite,
        "SELECT id FROM drones WHERE tenant_id = $1 AND name GLOB $2",
    ),
    (
        "home schema of Postgres",
        On::Postgres,
        "SELECT id FROM public.drones WHERE drones.tenant_id = $1",
    ),
    (
        "home schema of SQLite",
        On::Sqlite,
        "SELECT id FROM main.drones WHERE drones.tenant_id = $1",
    ),
    (
        "quoted names",
        On::Both,
        "SELECT \"d\".\"id\" FROM \"drones\" AS \"d\" WHERE \"d\".\"tenant_id\" = $1",
    ),
    (
        "folded names",
        On::Both,
        "SELECT D.Id FROM Drones D WHERE d.TENANT_ID = $1",
    ),
    (
        "update",
        On::Both,
        "UPDATE missions SET state = $3 WHERE tenant_id = $1 AND id = $2 AND version = $4",
    ),
    (
        "update returning",
        On::Both,
        "UPDATE drones SET name = $3 WHERE tenant_id = $1 AND id = $2 RETURNING version",
    ),
    (
        "update from",
        On::Both,
        "UPDATE missions SET state = $2 FROM drones d \
         WHERE missions.tenant_id = $1 AND d.tenant_id = $1 AND d.id = missions.drone_id",
    ),
    (
        "update with a subquery as value",
        On::Both,
        "UPDATE missions SET name = (SELECT d.name FROM drones d \
         WHERE d.tenant_id = $1 AND d.id = missions.drone_id) WHERE missions.tenant_id = $1",
    ),
    (
        "delete",
        On::Both,
        "DELETE FROM user_roles WHERE tenant_id = $1 AND user_id = $2",
    ),
    (
        "delete using",
        On::Postgres,
        "DELETE FROM user_roles ur USING roles r \
         WHERE ur.tenant_id = $1 AND r.tenant_id = $1 AND r.id = ur.role_id AND r.name = $2",
    ),
    (
        "insert",
        On::Both,
        "INSERT INTO audit_events (tenant_id, seq, actor) VALUES ($1, $2, $3)",
    ),
    (
        "insert of several rows",
        On::Both,
        "INSERT INTO drones (id, tenant_id, name) VALUES ($2, $1, $3), ($4, $1, $5)",
    ),
    (
        "insert select",
        On::Both,
        "INSERT INTO role_permissions (tenant_id, role_id, permission_id) \
         SELECT $1, r.id, p.id FROM roles r CROSS JOIN permissions p \
         WHERE r.tenant_id = $1 AND p.name = $2",
    ),
    (
        "insert or do nothing",
        On::Both,
        "INSERT INTO user_roles (tenant_id, user_id, role_id) VALUES ($1, $2, $3) \
         ON CONFLICT DO NOTHING",
    ),
    (
        "upsert by a target that names the tenant",
        On::Both,
        "INSERT INTO login_throttles (tenant_id, subject, failures) VALUES ($1, $2, 1) \
         ON CONFLICT (tenant_id, subject) DO UPDATE SET failures = login_throttles.failures + 1 \
         RETURNING failures",
    ),
    (
        "upsert held in its WHERE",
        On::Both,
        "INSERT INTO drones (id, tenant_id, name) VALUES ($2, $1, $3) \
         ON CONFLICT (id) DO UPDATE SET name = excluded.name WHERE drones.tenant_id = $1",
    ),
    (
        "upsert under an alias",
        On::Postgres,
        "INSERT INTO drones AS d (id, tenant_id, name) VALUES ($2, $1, $3) \
         ON CONFLICT (id) DO UPDATE SET name = excluded.name WHERE d.tenant_id = $1",
    ),
    (
        "write in a cte",
        On::Postgres,
        "WITH gone AS (DELETE FROM user_roles WHERE tenant_id = $1 AND user_id = $2 \
         RETURNING role_id) SELECT count(*) FROM gone",
    ),
    (
        "with ahead of a write",
        On::Both,
        "WITH old AS (SELECT id FROM drones WHERE tenant_id = $1) \
         UPDATE missions SET drone_id = NULL \
         WHERE tenant_id = $1 AND drone_id IN (SELECT id FROM old)",
    ),
    (
        "semicolon at the end",
        On::Both,
        "SELECT id FROM drones WHERE tenant_id = $1;",
    ),
];

#[test]
fn every_sound_statement_is_proved() {
    for (name, on, sql) in SOUND {
        for engine in on.engines() {
            if let Err(violation) = prove(sql, *engine, &tables()) {
                panic!("{name} on {engine}: {violation}\n{sql}");
            }
        }
    }
}

#[test]
fn run_time_texts_of_sqlite_are_proved_as_their_registry_texts_are() {
    for (name, on, sql) in SOUND.iter().filter(|(_, on, _)| *on != On::Postgres) {
        assert!(on.engines().contains(&Engine::Sqlite));
        let run = sql.replace('$', "?");
        assert!(
            prove(&run, Engine::Sqlite, &tables()).is_ok(),
            "{name}: {run}"
        );
    }
}

#[test]
fn a_proof_says_where_each_reference_is_held() {
    let sql = "WITH mine AS (SELECT id FROM drones WHERE tenant_id = $1) \
               SELECT p.name, m.id FROM permissions p, mine \
               LEFT JOIN missions AS m ON m.tenant_id = $1 AND m.drone_id = mine.id";
    let proof = prove(sql, Engine::Postgres, &tables()).unwrap();
    let held: Vec<_> = proof
        .references
        .iter()
        .map(|r| (r.table.as_str(), r.known_as.as_str(), r.by))
        .collect();
    assert_eq!(
        held,
        [("drones", "drones", By::Where), ("missions", "m", By::On)]
    );
    assert_eq!(proof.references[0].path, "query › WITH mine › FROM");
    assert_eq!(proof.globals, ["permissions"]);
}

#[test]
fn global_scope_reaches_the_global_tables_alone() {
    let read = "SELECT name FROM permissions WHERE name = $1";
    assert!(prove_global(read, Engine::Sqlite, &tables()).is_ok());
    assert!(
        prove_global(
            "INSERT INTO permissions (id, name) VALUES ($1, $2)",
            Engine::Sqlite,
            &tables()
        )
        .is_ok()
    );
    for sql in [
        "SELECT id FROM drones WHERE tenant_id = $1",
        "SELECT p.id FROM permissions p JOIN drones d ON d.tenant_id = $1",
        "INSERT INTO drones (id, tenant_id) VALUES ($2, $1)",
        "SELECT name FROM permissions WHERE id IN (SELECT permission_id FROM role_permissions)",
        "SELECT name FROM sqlite_master",
    ] {
        assert!(
            prove_global(sql, Engine::Sqlite, &tables()).is_err(),
            "{sql}"
        );
    }
}
