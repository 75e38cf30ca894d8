//! Opening a SQLite database that is there already and current.

use std::time::{Duration, Instant};

use crate::bare;
use crate::fleet::{self, Admin, TENANT};
use crate::measure::{Effort, Line, Target, ratios};

pub fn lines(effort: Effort) -> Vec<Line> {
    let directory = fleet::directory();
    let file = directory.path().join("opening.db");
    let url = fleet::sqlite_url(&file);
    Admin::found(&fleet::open(url.clone()), TENANT);
    let operator = bare::Sqlite::open(&file);
    let fill = fleet::sqlite_drones(1_000, 1);
    operator.connection().execute_batch(&fill).unwrap();
    drop(operator);

    let mut milliseconds = Vec::new();
    let over_bare = ratios(
        effort.pick(1, 15, 100),
        Duration::from_millis(20),
        |calls| {
            for _ in 0..calls {
                let started = Instant::now();
                let db = fleet::open(url.clone());
                milliseconds.push(started.elapsed().as_secs_f64() * 1e3);
                pollster::block_on(db.shutdown()).unwrap();
            }
        },
        |calls| {
            for _ in 0..calls {
                let bare = bare::Sqlite::open(&file);
                let tenants = "SELECT count(*) FROM tenants";
                let count = bare.connection().query_row(tenants, [], |row| row.get(0));
                assert_eq!(count, Ok(1));
            }
        },
    );
    vec![
        Line::new(
            "SQLite: open an existing, current database",
            milliseconds,
            Target::Within(Duration::from_millis(10)),
        ),
        Line::new(
            "  the same with its shutdown, over a bare connection",
            over_bare,
            Target::None,
        ),
    ]
}
