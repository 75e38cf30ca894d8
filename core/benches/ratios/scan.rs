//! The integrity scan of a database of observations, against one pass that counts with the same joins.
//!
//! The database is the old platform's, adopted: what is scanned is its final tables. The scan looks at every value of every
//! row besides; the pass that counts reads nothing but what refers.

use std::time::Duration;

use crate::bare;
use crate::fleet;
use crate::measure::{Effort, Line, Target, ratios};

pub fn lines(effort: Effort) -> Vec<Line> {
    let rows = effort.pick(1_000, 100_000, 1_000_000);
    let directory = fleet::directory();
    let file = directory.path().join("scan.db");
    let bare = bare::Sqlite::create(&file);
    bare.connection()
        .execute_batch(&fleet::sqlite_observations(rows))
        .unwrap();
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
