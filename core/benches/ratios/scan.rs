//! The integrity scan of a database of observations, against one pass that counts with the same joins.
//!
//! The database is the old platform's, adopted: what is scanned is its final tables. The scan looks at every value of every
//! row besides; the pass that counts reads nothing but what refers.

use std::time::Duration;

use crate::bare;
use crate::fleet;
use crate::measure::{Effort, Line, Target, ratios};

const TENANTS: u32 = 10;
const TASKS: u32 = 1_000;

pub fn lines(effort: Effort) -> Vec<Line> {
    let rows = effort.pick(1_000, 100_000, 1_000_000);
    let directory = fleet::directory();
    let file = directory.path().join("scan.db");
    let bare = bare::Sqlite::create(&file);
    bare.connection().execute_batch(&filling(rows)).unwrap();
    let db = fleet::open(fleet::sqlite_url(&file));
    let over_bare = ratios(
        effort.pick(1, 3, 9),
        Duration::from_millis(20),
        |calls| {
            for _ in 0..calls {
                let report = pollster::block_on(db.integrity_scan(None, None)).unwrap();
                assert!(report.is_clean(), "{report:?}");
            }
        },
        |calls| {
            for _ in 0..calls {
                let broken = bare.connection().query_row(COUNTED, [], |row| row.get(0));
                assert_eq!(broken, Ok(0));
            }
        },
    );
    let what = format!("SQLite: scan of {rows} observations, over a count with its joins");
    vec![Line::new(what, over_bare, Target::AtMost(1.5))]
}

/// The references of the observations, each within its tenant.
const COUNTED: &str = "SELECT count(*) FROM inspection_observations c \
    LEFT JOIN tenants t ON t.id = c.tenant_id \
    LEFT JOIN inspection_tasks k ON k.tenant_id = c.tenant_id AND k.id = c.task_id \
    LEFT JOIN drones d ON d.tenant_id = c.tenant_id AND d.id = c.drone_id \
    WHERE t.id IS NULL OR k.id IS NULL OR (c.drone_id IS NOT NULL AND d.id IS NULL)";

/// A drone and a hundred tasks a tenant, and the observations dealt out to them in turn, as the old platform had them.
fn filling(rows: u32) -> String {
    let now = "'2026-01-05 12:00:00.000000'";
    let numbers = |table: &str, count: u32| {
        format!(
            "WITH RECURSIVE n(i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM n WHERE i + 1 < {count}) {table}"
        )
    };
    let tenant = format!("printf('tenant-%d', 1 + i % {TENANTS})");
    let drones = format!("'01980000-0000-7000-8000-' || printf('%012d', i % {TENANTS})");
    let task = format!("'01980000-0000-7000-8001-' || printf('%012d', i % {TASKS})");
    let statements = [
        "PRAGMA cache_size = -1000000; BEGIN".to_owned(),
        "DELETE FROM tenants".to_owned(),
        numbers(
            &format!(
                "INSERT INTO tenants (id, name, created_at) SELECT {tenant}, 'Tenant ' || i, {now} FROM n"
            ),
            TENANTS,
        ),
        fleet::sqlite_drones(TENANTS, TENANTS),
        format!(
            "INSERT INTO inspection_templates (id, tenant_id, name, category, created_at) \
             SELECT 'template of ' || id, id, 'Roof', 'roof', {now} FROM tenants"
        ),
        numbers(
            &format!(
                "INSERT INTO inspection_tasks (id, tenant_id, name, template_id, created_at) \
                 SELECT {task}, {tenant}, 'Task ' || i, 'template of ' || {tenant}, {now} FROM n"
            ),
            TASKS,
        ),
        numbers(
            &format!(
                "INSERT INTO inspection_observations (id, tenant_id, task_id, drone_id, ts, position_lat, position_lon, \
                 alt_m, item_code, note, created_at) \
                 SELECT '01980000-0000-7000-8002-' || printf('%012d', i * 618033 % 1000000), {tenant}, {task}, {drones}, \
                 {now}, 47.4, 8.5, 30.25, 'crack', 'a hairline, a hand wide', {now} FROM n"
            ),
            rows,
        ),
        "COMMIT; PRAGMA cache_size = -2000; PRAGMA wal_checkpoint(TRUNCATE)".to_owned(),
    ];
    statements.join(";\n")
}
