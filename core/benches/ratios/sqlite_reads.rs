//! Reads on SQLite: one drone, and a page of a hundred.

use std::time::Duration;

use ringfence::model::{DroneFilter, DroneId, PageRequest};

use crate::bare;
use crate::fleet::{self, Admin, Shuffled, TENANT};
use crate::measure::{Effort, Line, Target, ratios};

const DRONES: u32 = 10_000;

pub fn lines(effort: Effort) -> Vec<Line> {
    let directory = fleet::directory();
    let file = directory.path().join("reads.db");
    let db = fleet::open(fleet::sqlite_url(&file));
    let bare = bare::Sqlite::open(&file);
    let drones = Admin::found(&db, TENANT).drones(&db);
    let fill = fleet::sqlite_drones(DRONES, 1);
    bare.connection().execute_batch(&fill).unwrap();

    let ids = Shuffled::new(DRONES).ids(1_000);
    let (mut ours, mut theirs) = (ids.iter().cycle(), ids.iter().cycle());
    let by_id = ratios(
        effort.pick(1, 40, 400),
        Duration::from_millis(4),
        |calls| {
            for _ in 0..calls {
                let id: DroneId = ours.next().unwrap().clone();
                pollster::block_on(drones.get(id)).unwrap();
            }
        },
        |calls| {
            for _ in 0..calls {
                let id = theirs.next().unwrap().clone();
                bare.get(TENANT, id.as_str());
            }
        },
    );

    let mut after = None;
    let mut bare_after = String::new();
    let page = ratios(
        effort.pick(1, 40, 400),
        Duration::from_millis(8),
        |calls| {
            for _ in 0..calls {
                let request = PageRequest {
                    limit: Some(100),
                    after: after.take(),
                };
                let page = drones.list(DroneFilter::default(), request);
                after = pollster::block_on(page).unwrap().next;
            }
        },
        |calls| {
            for _ in 0..calls {
                let page = bare.page(TENANT, &bare_after, 100);
                match page.last() {
                    Some(last) if page.len() == 100 => last.id.as_str().clone_into(&mut bare_after),
                    _ => bare_after.clear(),
                }
            }
        },
    );
    vec![
        Line::new(
            "SQLite: read by id, policy epoch included",
            by_id,
            Target::AtMost(1.35),
        ),
        Line::new("SQLite: page of 100", page, Target::AtMost(1.2)),
    ]
}
