//! The ways to call: a read runs where it is called, whichever way.

use std::time::Duration;

use futures_util::FutureExt;
use ringfence::blocking::wait;

use crate::bare;
use crate::fleet::{self, Admin, Shuffled, TENANT};
use crate::measure::{Effort, Line, Target, host_runtime, ratios};

const DRONES: u32 = 1_000;

pub fn lines(effort: Effort) -> Vec<Line> {
    let directory = fleet::directory();
    let file = directory.path().join("calls.db");
    let url = fleet::sqlite_url(&file);
    let db = fleet::open(url.clone());
    let bare = bare::Sqlite::open(&file);
    let admin = Admin::found(&db, TENANT);
    let fill = fleet::sqlite_drones(DRONES, 1);
    bare.connection().execute_batch(&fill).unwrap();
    let ids = Shuffled::new(DRONES).ids(500);
    let (rounds, slice) = (effort.pick(1, 40, 300), Duration::from_millis(4));
    let mut theirs = ids.iter().cycle();
    let mut bare_side = |calls| {
        for _ in 0..calls {
            bare.get(TENANT, theirs.next().unwrap().as_str());
        }
    };

    let asynchronous = admin.drones(&db);
    let mut ours = ids.iter().cycle();
    for id in &ids {
        // No other thread had a part in it: the first poll has the answer.
        let answered = asynchronous.get(id.clone()).now_or_never();
        assert!(
            answered.is_some_and(|drone| drone.is_ok()),
            "a read left its thread"
        );
    }
    let host = host_runtime();
    let in_runtime = ratios(
        rounds,
        slice,
        |calls| {
            host.block_on(async {
                for _ in 0..calls {
                    asynchronous
                        .get(ours.next().unwrap().clone())
                        .await
                        .unwrap();
                }
            });
        },
        &mut bare_side,
    );

    let waiting = admin.waiting_drones(url);
    let mut ours = ids.iter().cycle();
    let by_thread = ratios(
        rounds,
        slice,
        |calls| {
            for _ in 0..calls {
                wait(waiting.get(ours.next().unwrap().clone())).unwrap();
            }
        },
        &mut bare_side,
    );
    vec![
        Line::new(
            "SQLite: read by id, async in the host's runtime",
            in_runtime,
            Target::AtMost(1.35),
        ),
        Line::new(
            "SQLite: read by id, through `blocking`",
            by_thread,
            Target::AtMost(1.35),
        ),
    ]
}
