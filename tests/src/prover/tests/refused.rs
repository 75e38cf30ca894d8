//! Statements that reach another tenant's rows, or might, and must not be proved. Each names a part
//! of the message that it has to fail with, so that none fails for a reason that is not its own.

use super::super::prove;
use super::{On, tables};

const HELD: &str = "no top-level conjunct";
const OUTER: &str = "may be missing from its outer join";
const KIND: &str = "never proved";
const NOT_PARSED: &str = "does not parse";
const MEANING: &str = "gives no meaning";
const UNKNOWN: &str = "neither tenant-owned nor";
const GIVEN: &str = "instead of `$1`";
const LISTED: &str = "must hold the tenant column";
const ASSIGNED: &str = "is assigned";
const CONFLICT: &str = "DO UPDATE may reach";
const AMBIGUOUS: &str = "ambiguous";
const FUNCTION: &str = "is not on the list";
const PARAMETER: &str = "only numbered ones";

#[rustfmt::skip]
const REFUSED: &[(&str, On, &str, &str)] = &[
    // the predicate itself
    ("no predicate", On::Both, HELD, "SELECT id FROM drones"),
    ("another predicate only", On::Both, HELD, "SELECT id FROM drones WHERE id = $1"),
    ("weakened by OR", On::Both, HELD, "SELECT id FROM drones WHERE tenant_id = $1 OR id = $2"),
    ("OR ahead of AND", On::Both, HELD, "SELECT id FROM drones WHERE id = $2 OR id = $3 AND tenant_id = $1"),
    ("OR in parentheses", On::Both, HELD, "SELECT id FROM drones WHERE (tenant_id = $1 OR tenant_id IS NOT NULL) AND id = $2"),
    ("one branch of OR", On::Both, HELD, "SELECT id FROM drones WHERE (tenant_id = $1 AND id = $2) OR (id = $3)"),
    ("both branches of OR", On::Both, HELD, "SELECT id FROM drones WHERE (tenant_id = $1 AND id = $2) OR (tenant_id = $1 AND id = $3)"),
    ("NOT", On::Both, HELD, "SELECT id FROM drones WHERE NOT tenant_id = $1"),
    ("NOT NOT", On::Both, HELD, "SELECT id FROM drones WHERE NOT (NOT (tenant_id = $1))"),
    ("CASE", On::Both, HELD, "SELECT id FROM drones WHERE CASE WHEN tenant_id = $1 THEN id = $2 ELSE id = $3 END"),
    ("COALESCE around it", On::Both, HELD, "SELECT id FROM drones WHERE COALESCE(tenant_id = $1, 1 = 1)"),
    ("COALESCE inside it", On::Both, HELD, "SELECT id FROM drones WHERE tenant_id = COALESCE($1, tenant_id)"),
    ("IN list", On::Both, HELD, "SELECT id FROM drones WHERE tenant_id IN ($1, $2)"),
    ("IN list of one", On::Both, HELD, "SELECT id FROM drones WHERE tenant_id IN ($1)"),
    ("IN with row values", On::Both, HELD, "SELECT id FROM drones WHERE (tenant_id, id) IN (($1, $2))"),
    ("other parameter", On::Both, HELD, "SELECT id FROM drones WHERE tenant_id = $2"),
    ("parameter eleven", On::Both, HELD, "SELECT id FROM drones WHERE tenant_id = $11"),
    ("itself", On::Both, HELD, "SELECT id FROM drones WHERE tenant_id = tenant_id"),
    ("parameter with itself", On::Both, HELD, "SELECT id FROM drones WHERE $1 = $1"),
    ("literal", On::Both, HELD, "SELECT id FROM drones WHERE tenant_id = 'one'"),
    ("literal that looks like the parameter", On::Both, HELD, "SELECT id FROM drones WHERE tenant_id = '$1'"),
    ("name that looks like the parameter", On::Both, HELD, "SELECT id FROM drones WHERE tenant_id = \"$1\""),
    ("at least", On::Both, HELD, "SELECT id FROM drones WHERE tenant_id >= $1"),
    ("not equal", On::Both, HELD, "SELECT id FROM drones WHERE tenant_id <> $1"),
    ("between", On::Both, HELD, "SELECT id FROM drones WHERE tenant_id BETWEEN $1 AND $1"),
    ("LIKE", On::Both, HELD, "SELECT id FROM drones WHERE tenant_id LIKE $1"),
    ("not distinct from (a null would match)", On::Both, HELD, "SELECT id FROM drones WHERE tenant_id IS NOT DISTINCT FROM $1"),
    ("collation", On::Sqlite, HELD, "SELECT id FROM drones WHERE tenant_id = $1 COLLATE NOCASE"),
    ("function of the column", On::Both, HELD, "SELECT id FROM drones WHERE lower(tenant_id) = $1"),
    ("function of the parameter", On::Both, HELD, "SELECT id FROM drones WHERE tenant_id = lower($1)"),
    ("cutting cast", On::Postgres, HELD, "SELECT id FROM drones WHERE tenant_id = $1::varchar(2)"),
    ("any of an array", On::Postgres, HELD, "SELECT id FROM drones WHERE tenant_id = ANY($1)"),
    ("compared again", On::Both, HELD, "SELECT id FROM drones WHERE (tenant_id = $1) = (id = $2)"),
    ("row comparison of other columns", On::Both, HELD, "SELECT id FROM drones WHERE (tenant_id, id) = ($2, $1)"),
    ("row comparison by order", On::Both, HELD, "SELECT id FROM drones WHERE (tenant_id, id) > ($1, $2)"),
    ("another column", On::Both, HELD, "SELECT id FROM tenants WHERE tenant_id = $1"),
    ("tenants without", On::Both, HELD, "SELECT t.name FROM tenants t WHERE t.name = $1"),
    ("exact name of another column", On::Postgres, HELD, "SELECT id FROM drones WHERE \"TENANT_ID\" = $1"),
    ("in a comment", On::Both, HELD, "SELECT id FROM drones WHERE id = $2 -- AND tenant_id = $1"),
    ("commented tail", On::Both, HELD, "SELECT id FROM drones /* WHERE tenant_id = $1 */ WHERE id = $2"),
    // in the wrong clause
    ("HAVING", On::Both, HELD, "SELECT tenant_id FROM drones GROUP BY tenant_id HAVING tenant_id = $1"),
    ("select list", On::Both, HELD, "SELECT tenant_id = $1 FROM drones"),
    ("ORDER BY", On::Both, HELD, "SELECT id FROM drones ORDER BY tenant_id = $1"),
    ("FILTER", On::Both, HELD, "SELECT count(*) FILTER (WHERE tenant_id = $1) FROM drones"),
    // joins
    ("one side of a join", On::Both, HELD, "SELECT m.id FROM missions m JOIN drones d ON d.id = m.drone_id WHERE m.tenant_id = $1"),
    ("the other side of a join", On::Both, HELD, "SELECT m.id FROM missions m JOIN drones d ON d.id = m.drone_id WHERE d.tenant_id = $1"),
    ("by way of the neighbour", On::Both, HELD, "SELECT m.id FROM missions m JOIN drones d ON d.tenant_id = m.tenant_id WHERE m.tenant_id = $1"),
    ("comma join", On::Both, HELD, "SELECT m.id FROM missions m, drones d WHERE m.tenant_id = $1 AND d.id = m.drone_id"),
    ("cross join", On::Both, HELD, "SELECT m.id FROM missions m CROSS JOIN drones d WHERE m.tenant_id = $1"),
    ("LEFT JOIN, WHERE only", On::Both, OUTER, "SELECT m.id FROM missions m LEFT JOIN drones d ON d.id = m.drone_id WHERE m.tenant_id = $1 AND d.tenant_id = $1"),
    ("LEFT JOIN, ON only for the kept side", On::Both, HELD, "SELECT m.id FROM missions m LEFT JOIN drones d ON d.tenant_id = $1 AND m.tenant_id = $1"),
    ("LEFT JOIN, OR in ON", On::Both, OUTER, "SELECT m.id FROM missions m LEFT JOIN drones d ON d.tenant_id = $1 OR d.id = m.drone_id WHERE m.tenant_id = $1"),
    ("LEFT JOIN, held by a later join", On::Both, OUTER, "SELECT m.id FROM missions m LEFT JOIN drones d ON d.id = m.drone_id JOIN permissions p ON d.tenant_id = $1 WHERE m.tenant_id = $1"),
    ("RIGHT JOIN, ON only for the kept side", On::Both, HELD, "SELECT m.id FROM drones d RIGHT JOIN missions m ON d.tenant_id = $1 AND m.tenant_id = $1"),
    ("RIGHT JOIN, WHERE only", On::Both, OUTER, "SELECT m.id FROM drones d RIGHT JOIN missions m ON d.id = m.drone_id WHERE d.tenant_id = $1 AND m.tenant_id = $1"),
    ("FULL JOIN, ON", On::Both, OUTER, "SELECT m.id FROM drones d FULL JOIN missions m ON d.tenant_id = $1 AND m.tenant_id = $1"),
    ("FULL JOIN, WHERE", On::Both, OUTER, "SELECT m.id FROM drones d FULL JOIN missions m ON d.id = m.drone_id WHERE d.tenant_id = $1 AND m.tenant_id = $1"),
    ("nested join", On::Both, OUTER, "SELECT m.id FROM missions m LEFT JOIN (drones d JOIN approvals a ON a.tenant_id = $1) ON a.mission_id = m.id WHERE m.tenant_id = $1 AND d.tenant_id = $1"),
    ("NATURAL JOIN", On::Both, MEANING, "SELECT 1 FROM missions NATURAL JOIN mission_runs WHERE tenant_id = $1"),
    ("USING", On::Both, MEANING, "SELECT 1 FROM missions m JOIN mission_runs r USING (tenant_id) WHERE m.tenant_id = $1"),
    ("unqualified over two tables", On::Both, AMBIGUOUS, "SELECT 1 FROM missions m JOIN drones d ON d.id = m.drone_id WHERE tenant_id = $1"),
    ("unqualified ON before a second table", On::Both, AMBIGUOUS, "SELECT 1 FROM permissions p JOIN drones d ON tenant_id = $1 JOIN missions m ON m.tenant_id = $1"),
    ("same alias twice", On::Both, "two sources", "SELECT 1 FROM missions d, drones d WHERE d.tenant_id = $1"),
    ("hidden by its alias", On::Both, HELD, "SELECT 1 FROM drones d WHERE drones.tenant_id = $1"),
    ("alias named like another table", On::Both, HELD, "SELECT 1 FROM drones missions JOIN missions m ON m.id = missions.id WHERE missions.tenant_id = $1"),
    ("renamed columns", On::Postgres, MEANING, "SELECT 1 FROM drones AS d(tenant_id, id) WHERE d.tenant_id = $1"),
    // subqueries
    ("scalar subquery", On::Both, HELD, "SELECT (SELECT max(m.id) FROM missions m) FROM drones d WHERE d.tenant_id = $1"),
    ("EXISTS held outside", On::Both, HELD, "SELECT d.id FROM drones d WHERE d.tenant_id = $1 AND EXISTS (SELECT 1 FROM missions m WHERE d.tenant_id = $1 AND m.drone_id = d.id)"),
    ("EXISTS by way of the outer row", On::Both, HELD, "SELECT d.id FROM drones d WHERE d.tenant_id = $1 AND EXISTS (SELECT 1 FROM missions m WHERE m.tenant_id = d.tenant_id)"),
    ("IN subquery", On::Both, HELD, "SELECT id FROM drones WHERE tenant_id = $1 AND id IN (SELECT drone_id FROM missions)"),
    ("subquery in FROM, held outside", On::Both, HELD, "SELECT x.id FROM (SELECT * FROM drones) x WHERE x.tenant_id = $1"),
    ("subquery in LIMIT", On::Both, HELD, "SELECT id FROM drones WHERE tenant_id = $1 LIMIT (SELECT count(*) FROM missions)"),
    ("subquery in ORDER BY", On::Both, HELD, "SELECT id FROM drones WHERE tenant_id = $1 ORDER BY (SELECT count(*) FROM missions)"),
    ("subquery in a window", On::Both, HELD, "SELECT rank() OVER (ORDER BY (SELECT count(*) FROM missions)) FROM drones WHERE tenant_id = $1"),
    ("subquery in a named window", On::Postgres, HELD, "SELECT rank() OVER w FROM drones WHERE tenant_id = $1 WINDOW w AS (ORDER BY (SELECT count(*) FROM missions))"),
    ("subquery as an argument", On::Both, HELD, "SELECT coalesce((SELECT max(id) FROM missions), $2) FROM drones WHERE tenant_id = $1"),
    ("subquery in ON", On::Both, HELD, "SELECT p.id FROM permissions p JOIN drones d ON d.tenant_id = $1 AND p.id = (SELECT permission_id FROM role_permissions)"),
    ("subquery in DISTINCT ON", On::Postgres, HELD, "SELECT DISTINCT ON ((SELECT max(id) FROM missions)) id FROM drones WHERE tenant_id = $1"),
    ("lateral", On::Postgres, HELD, "SELECT m.id FROM drones d, LATERAL (SELECT * FROM missions mi WHERE mi.drone_id = d.id) m WHERE d.tenant_id = $1"),
    ("lateral held outside", On::Postgres, HELD, "SELECT m.id FROM drones d, LATERAL (SELECT * FROM missions mi) m WHERE d.tenant_id = $1 AND m.tenant_id = $1"),
    ("argument of a table function", On::Postgres, HELD, "SELECT d.id FROM drones d, unnest((SELECT array_agg(id) FROM missions)) x WHERE d.tenant_id = $1"),
    ("argument of a table function of SQLite", On::Sqlite, HELD, "SELECT d.id FROM drones d, json_each((SELECT payload FROM missions)) x WHERE d.tenant_id = $1"),
    ("array subquery", On::Postgres, HELD, "SELECT ARRAY(SELECT id FROM missions) FROM drones WHERE tenant_id = $1"),
    // CTEs
    ("CTE body", On::Both, HELD, "WITH x AS (SELECT id FROM drones) SELECT m.id FROM missions m JOIN x ON x.id = m.drone_id WHERE m.tenant_id = $1"),
    ("CTE named like the table it reads", On::Both, HELD, "WITH drones AS (SELECT * FROM drones) SELECT id FROM drones WHERE tenant_id = $1"),
    ("CTE named like a table, hidden by a schema", On::Postgres, HELD, "WITH drones AS (SELECT id FROM missions WHERE tenant_id = $1) SELECT id FROM public.drones"),
    ("CTE named like a table, hidden by main", On::Sqlite, HELD, "WITH drones AS (SELECT id FROM missions WHERE tenant_id = $1) SELECT id FROM main.drones"),
    ("CTE of another case", On::Postgres, HELD, "WITH \"Drones\" AS (SELECT id FROM missions WHERE tenant_id = $1) SELECT id FROM drones"),
    ("CTE out of sight", On::Both, HELD, "SELECT m.id FROM missions m WHERE m.tenant_id = $1 AND m.id IN (WITH drones AS (SELECT 1 AS id) SELECT id FROM drones) AND m.drone_id IN (SELECT id FROM drones)"),
    ("CTE read before it is made", On::Both, HELD, "WITH a AS (SELECT id FROM drones), drones AS (SELECT id FROM missions WHERE tenant_id = $1) SELECT id FROM a"),
    ("recursive CTE, second arm", On::Both, HELD, "WITH RECURSIVE h(id) AS (SELECT role_id FROM user_roles WHERE tenant_id = $1 UNION SELECT ri.inherits_role_id FROM role_inheritance ri JOIN h ON h.id = ri.role_id) SELECT id FROM h"),
    ("recursive CTE, first arm", On::Both, HELD, "WITH RECURSIVE h(id) AS (SELECT role_id FROM user_roles UNION SELECT ri.inherits_role_id FROM role_inheritance ri JOIN h ON h.id = ri.role_id WHERE ri.tenant_id = $1) SELECT id FROM h"),
    ("target behind a CTE of its name", On::Both, HELD, "WITH drones AS (SELECT 1 AS tenant_id) UPDATE drones SET name = $2"),
    ("write in a CTE", On::Postgres, HELD, "WITH gone AS (DELETE FROM missions RETURNING id) SELECT g.id FROM gone g JOIN drones d ON d.tenant_id = $1"),
    // set operations
    ("UNION, second arm", On::Both, HELD, "SELECT id FROM drones WHERE tenant_id = $1 UNION SELECT id FROM missions"),
    ("UNION, first arm", On::Both, HELD, "SELECT id FROM drones UNION ALL SELECT id FROM missions WHERE tenant_id = $1"),
    ("EXCEPT", On::Both, HELD, "SELECT id FROM drones WHERE tenant_id = $1 EXCEPT SELECT drone_id FROM missions"),
    ("TABLE", On::Postgres, MEANING, "SELECT id FROM drones WHERE tenant_id = $1 UNION ALL TABLE drones"),
    // writes
    ("UPDATE without", On::Both, HELD, "UPDATE missions SET state = $2 WHERE id = $1"),
    ("UPDATE without WHERE", On::Both, HELD, "UPDATE missions SET state = $1"),
    ("UPDATE FROM, source without", On::Both, HELD, "UPDATE missions SET state = d.name FROM drones d WHERE missions.tenant_id = $1 AND d.id = missions.drone_id"),
    ("UPDATE FROM, target without", On::Both, HELD, "UPDATE missions SET state = $2 FROM drones d WHERE d.tenant_id = $1 AND d.id = missions.drone_id"),
    ("UPDATE with a subquery", On::Both, HELD, "UPDATE missions SET name = (SELECT name FROM drones LIMIT 1) WHERE tenant_id = $1"),
    ("tenant assigned", On::Both, ASSIGNED, "UPDATE drones SET tenant_id = $2 WHERE tenant_id = $1"),
    ("tenant assigned to itself", On::Both, ASSIGNED, "UPDATE drones SET tenant_id = $1 WHERE tenant_id = $1"),
    ("tenant assigned in a row", On::Postgres, ASSIGNED, "UPDATE drones SET (name, tenant_id) = ($2, $3) WHERE tenant_id = $1"),
    ("tenant assigned, quoted", On::Both, ASSIGNED, "UPDATE drones SET \"tenant_id\" = $2 WHERE tenant_id = $1"),
    ("UPDATE OR REPLACE", On::Sqlite, MEANING, "UPDATE OR REPLACE drones SET name = $2 WHERE tenant_id = $1"),
    ("DELETE without", On::Both, HELD, "DELETE FROM drones WHERE id = $1"),
    ("DELETE without WHERE", On::Both, HELD, "DELETE FROM drones"),
    ("DELETE USING, source without", On::Postgres, HELD, "DELETE FROM user_roles ur USING roles r WHERE ur.tenant_id = $1 AND r.id = ur.role_id"),
    ("RETURNING with a subquery", On::Both, HELD, "DELETE FROM drones WHERE tenant_id = $1 RETURNING (SELECT count(*) FROM missions)"),
    ("INSERT for another tenant", On::Both, GIVEN, "INSERT INTO drones (id, tenant_id) VALUES ($1, $2)"),
    ("INSERT, second row", On::Both, GIVEN, "INSERT INTO drones (id, tenant_id) VALUES ($2, $1), ($3, $4)"),
    ("INSERT of a literal", On::Both, GIVEN, "INSERT INTO drones (id, tenant_id) VALUES ($2, '$1')"),
    ("INSERT of a function of it", On::Both, GIVEN, "INSERT INTO drones (id, tenant_id) VALUES ($2, coalesce($3, $1))"),
    ("INSERT without the column", On::Both, LISTED, "INSERT INTO drones (id, name) VALUES ($1, $2)"),
    ("INSERT without columns", On::Both, LISTED, "INSERT INTO drones VALUES ($2, $1)"),
    ("INSERT with the column twice", On::Both, LISTED, "INSERT INTO drones (tenant_id, tenant_id, id) VALUES ($1, $2, $3)"),
    ("INSERT of defaults", On::Both, MEANING, "INSERT INTO drones DEFAULT VALUES"),
    ("INSERT SELECT from everybody", On::Both, HELD, "INSERT INTO drones (tenant_id, id) SELECT $1, m.id FROM missions m"),
    ("INSERT SELECT of their tenant", On::Both, GIVEN, "INSERT INTO drones (tenant_id, id) SELECT m.tenant_id, m.id FROM missions m WHERE m.tenant_id = $1"),
    ("INSERT SELECT, shifted by a wildcard", On::Both, GIVEN, "INSERT INTO drones (tenant_id, id) SELECT p.*, $1 FROM permissions p"),
    ("INSERT SELECT, second arm", On::Both, GIVEN, "INSERT INTO drones (tenant_id, id) SELECT $1, p.id FROM permissions p UNION SELECT p.name, p.id FROM permissions p"),
    ("INSERT with a subquery", On::Both, HELD, "INSERT INTO drones (tenant_id, id) VALUES ($1, (SELECT max(id) FROM missions))"),
    ("INSERT OR REPLACE", On::Sqlite, MEANING, "INSERT OR REPLACE INTO drones (tenant_id, id) VALUES ($1, $2)"),
    ("REPLACE", On::Sqlite, MEANING, "REPLACE INTO drones (tenant_id, id) VALUES ($1, $2)"),
    ("INSERT OR ROLLBACK", On::Sqlite, MEANING, "INSERT OR ROLLBACK INTO drones (tenant_id, id) VALUES ($1, $2)"),
    ("upsert by id alone", On::Both, CONFLICT, "INSERT INTO drones (tenant_id, id, name) VALUES ($1, $2, $3) ON CONFLICT (id) DO UPDATE SET name = excluded.name"),
    ("upsert that checks what it brought", On::Both, CONFLICT, "INSERT INTO drones (tenant_id, id, name) VALUES ($1, $2, $3) ON CONFLICT (id) DO UPDATE SET name = excluded.name WHERE excluded.tenant_id = $1"),
    ("upsert into an alias named excluded", On::Postgres, CONFLICT, "INSERT INTO drones AS excluded (tenant_id, id, name) VALUES ($1, $2, $3) ON CONFLICT (id) DO UPDATE SET name = $3 WHERE excluded.tenant_id = $1"),
    ("upsert, unqualified", On::Both, CONFLICT, "INSERT INTO drones (tenant_id, id, name) VALUES ($1, $2, $3) ON CONFLICT (id) DO UPDATE SET name = excluded.name WHERE tenant_id = $1"),
    ("upsert weakened by OR", On::Both, CONFLICT, "INSERT INTO drones (tenant_id, id, name) VALUES ($1, $2, $3) ON CONFLICT (id) DO UPDATE SET name = excluded.name WHERE drones.tenant_id = $1 OR drones.id = $2"),
    ("upsert by constraint", On::Postgres, CONFLICT, "INSERT INTO drones (tenant_id, id, name) VALUES ($1, $2, $3) ON CONFLICT ON CONSTRAINT drones_pkey DO UPDATE SET name = excluded.name"),
    ("upsert that moves the row", On::Both, ASSIGNED, "INSERT INTO drones (tenant_id, id) VALUES ($1, $2) ON CONFLICT (tenant_id, id) DO UPDATE SET tenant_id = excluded.tenant_id"),
    ("upsert with a subquery", On::Both, HELD, "INSERT INTO drones (tenant_id, id) VALUES ($1, $2) ON CONFLICT (tenant_id, id) DO UPDATE SET name = (SELECT max(name) FROM missions)"),
    ("global table written", On::Both, "writes a global table", "UPDATE permissions SET name = $2 WHERE id IN (SELECT permission_id FROM role_permissions WHERE tenant_id = $1)"),
    ("global table inserted into", On::Both, "writes a global table", "INSERT INTO permissions (id) SELECT r.id FROM roles r WHERE r.tenant_id = $1"),
    // what is unknown
    ("unknown table", On::Both, UNKNOWN, "SELECT id FROM everything WHERE tenant_id = $1"),
    ("unknown view beside a held table", On::Both, UNKNOWN, "SELECT d.id FROM drones d JOIN all_missions m ON m.tenant_id = $1 WHERE d.tenant_id = $1"),
    ("catalogue of SQLite", On::Sqlite, UNKNOWN, "SELECT sql FROM sqlite_master WHERE name = $1"),
    ("catalogue of Postgres", On::Postgres, UNKNOWN, "SELECT relname FROM pg_catalog.pg_class WHERE relname = $1"),
    ("other schema", On::Postgres, UNKNOWN, "SELECT id FROM backup.drones WHERE drones.tenant_id = $1"),
    ("attached database", On::Sqlite, UNKNOWN, "SELECT id FROM temp.drones WHERE drones.tenant_id = $1"),
    ("quoted with capitals", On::Postgres, UNKNOWN, "SELECT id FROM \"Drones\" WHERE tenant_id = $1"),
    ("ONLY", On::Postgres, "", "SELECT id FROM ONLY drones WHERE tenant_id = $1"),
    ("table function that runs SQL", On::Postgres, FUNCTION, "SELECT * FROM dblink($2) x, drones d WHERE d.tenant_id = $1"),
    ("table function of pragmas", On::Sqlite, FUNCTION, "SELECT * FROM pragma_table_info('drones') x, drones d WHERE d.tenant_id = $1"),
    ("table called as a function", On::Sqlite, FUNCTION, "SELECT * FROM drones($1) WHERE tenant_id = $1"),
    ("lateral function", On::Postgres, FUNCTION, "SELECT d.id FROM drones d, LATERAL query_rows(d.id) x WHERE d.tenant_id = $1"),
    ("function that runs SQL", On::Postgres, FUNCTION, "SELECT query_to_xml('select * from drones', true, true, '') FROM drones WHERE tenant_id = $1"),
    ("function that moves the tenant", On::Postgres, FUNCTION, "SELECT set_config('ringfence.tenant', $2, true) FROM drones WHERE tenant_id = $1"),
    ("function of a foreign schema", On::Postgres, FUNCTION, "SELECT public.lower(name) FROM drones WHERE tenant_id = $1"),
    ("function that loads code", On::Sqlite, FUNCTION, "SELECT load_extension($2) FROM drones WHERE tenant_id = $1"),
    ("no table at all", On::Both, "no tenant-owned table", "SELECT $1"),
    ("global table alone", On::Both, "no tenant-owned table", "SELECT name FROM permissions WHERE name = $1"),
    // parameters
    ("unnumbered parameter", On::Sqlite, PARAMETER, "SELECT id FROM drones WHERE tenant_id = $1 AND id = ?"),
    ("named parameter", On::Sqlite, PARAMETER, "SELECT id FROM drones WHERE tenant_id = $1 AND id = $id"),
    ("two spellings", On::Sqlite, PARAMETER, "SELECT id FROM drones WHERE tenant_id = $1 AND id = ?2"),
    ("SQLite's spelling on Postgres", On::Postgres, "", "SELECT id FROM drones WHERE tenant_id = ?1"),
    // kinds
    ("not SQL", On::Both, NOT_PARSED, "SELEKT id FROM drones"),
    ("empty", On::Both, "one statement expected", ""),
    ("two statements", On::Both, "one statement expected", "SELECT id FROM drones WHERE tenant_id = $1; DELETE FROM drones"),
    ("DDL", On::Both, KIND, "DROP TABLE drones"),
    ("CREATE TABLE AS", On::Both, KIND, "CREATE TABLE x AS SELECT * FROM drones WHERE tenant_id = $1"),
    ("CREATE VIEW", On::Both, KIND, "CREATE VIEW x AS SELECT * FROM drones"),
    ("PRAGMA", On::Sqlite, KIND, "PRAGMA foreign_keys = 0"),
    ("SET", On::Postgres, KIND, "SET row_security = off"),
    ("COPY", On::Postgres, KIND, "COPY drones TO STDOUT"),
    ("CALL", On::Postgres, KIND, "CALL purge($1)"),
    ("MERGE", On::Postgres, KIND, "MERGE INTO drones d USING missions m ON m.id = d.id WHEN MATCHED THEN DELETE"),
    ("TRUNCATE", On::Postgres, KIND, "TRUNCATE drones"),
    ("EXPLAIN", On::Both, KIND, "EXPLAIN SELECT id FROM drones WHERE tenant_id = $1"),
    ("PREPARE", On::Postgres, KIND, "PREPARE x AS SELECT id FROM drones"),
    ("SELECT INTO", On::Postgres, MEANING, "SELECT id INTO copied FROM drones WHERE tenant_id = $1"),
    ("INDEXED BY", On::Sqlite, "", "SELECT id FROM drones INDEXED BY ix WHERE tenant_id = $1"),
    ("TABLESAMPLE", On::Postgres, MEANING, "SELECT id FROM drones TABLESAMPLE SYSTEM (1) WHERE tenant_id = $1"),
];

#[test]
fn every_statement_that_reaches_further_is_refused_for_its_own_reason() {
    let mut wrong = Vec::new();
    for (name, on, message, sql) in REFUSED {
        for engine in on.engines() {
            match prove(sql, *engine, &tables()) {
                Ok(proof) => {
                    wrong.push(format!("{name} on {engine} is proved: {proof:?}\n  {sql}"))
                }
                Err(violation) if violation.to_string().contains(message) => {}
                Err(violation) => wrong.push(format!("{name} on {engine}: {violation}\n  {sql}")),
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn a_violation_names_reference_place_and_what_did_not_count() {
    let sql = "SELECT d.id FROM drones d WHERE d.tenant_id = $1 AND EXISTS (\n\
               SELECT 1 FROM missions m WHERE m.tenant_id = $1 OR m.id = $2)";
    let violation = prove(sql, ringfence::testing::Engine::Postgres, &tables()).unwrap_err();
    assert_eq!(
        violation.to_string(),
        "`missions m` at 2:15 in query › subquery of WHERE › FROM: no top-level conjunct \
         `m.tenant_id = $1`; does not count: `m.tenant_id = $1 OR m.id = $2`"
    );
}
