//! Audited writes on SQLite: alone with the flush and without, and many callers at once.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use ringfence::Drones;
use ringfence::blocking::wait;
use tempfile::TempDir;

use crate::bare;
use crate::fleet::{self, Admin, TENANT, new_drone};
use crate::measure::{Effort, Line, Target, host_runtime, load, ratios};

/// What one call may take with many others beside it.
const SLOWEST: Duration = Duration::from_millis(10);

/// Both sides in files of their own in one folder.
struct Sides {
    drones: Arc<Drones>,
    waiting: Arc<Drones>,
    bare: bare::Sqlite,
    _directory: TempDir,
}

impl Sides {
    fn in_folder(directory: TempDir) -> Self {
        let bare = bare::Sqlite::create(&directory.path().join("bare.db"));
        let file = directory.path().join("ringfence.db");
        let url = fleet::sqlite_url(&file);
        let db = fleet::open(url.clone());
        let admin = Admin::found(&db, TENANT);
        Self {
            drones: admin.drones(&db),
            waiting: admin.waiting_drones(url),
            bare,
            _directory: directory,
        }
    }

    /// One caller on a thread of its own, as the bare one is.
    fn alone(&self, rounds: usize, slice: Duration) -> Vec<f64> {
        let ours = |calls| {
            for _ in 0..calls {
                wait(self.waiting.register(new_drone(fresh_name()))).unwrap();
            }
        };
        ratios(rounds, slice, ours, |calls| self.bare_writes(calls))
    }

    /// One task of an async host.
    fn alone_in_runtime(&self, rounds: usize, slice: Duration) -> Vec<f64> {
        let host = host_runtime();
        let ours = |calls| {
            host.block_on(async {
                for _ in 0..calls {
                    self.drones.register(new_drone(fresh_name())).await.unwrap();
                }
            });
        };
        ratios(rounds, slice, ours, |calls| self.bare_writes(calls))
    }

    fn bare_writes(&self, calls: u32) {
        for _ in 0..calls {
            self.bare.register(TENANT, fresh_name());
        }
    }
}

pub fn lines(effort: Effort) -> Vec<Line> {
    let sides = Sides::in_folder(fleet::directory());
    let (rounds, slice) = (effort.pick(1, 20, 150), Duration::from_millis(40));
    let mut lines = vec![
        Line::new(
            "SQLite: audited write, one caller, with the flush",
            sides.alone(rounds, slice),
            Target::AtMost(1.3),
        ),
        Line::new(
            "  the same async, so over the writer's thread",
            sides.alone_in_runtime(rounds, slice),
            Target::None,
        ),
    ];
    if let Some(directory) = fleet::directory_in_memory() {
        let sides = Sides::in_folder(directory);
        let (rounds, slice) = (effort.pick(1, 40, 300), Duration::from_millis(5));
        lines.push(Line::new(
            "SQLite: audited write, one caller, without the flush",
            sides.alone(rounds, slice),
            Target::AtMost(3.0),
        ));
        lines.push(Line::new(
            "  the same async, so over the writer's thread",
            sides.alone_in_runtime(rounds, slice),
            Target::None,
        ));
    }
    for (callers, target) in [(4, 1.5), (16, 2.4), (64, 4.0)] {
        lines.push(together(&sides, effort, callers, target));
    }
    lines
}

/// The rate of many callers over the rate of one lone bare one.
fn together(sides: &Sides, effort: Effort, callers: usize, target: f64) -> Line {
    let host = host_runtime();
    let span = Duration::from_millis(effort.pick(50, 200, 400));
    let mut latencies = Vec::new();
    let rounds = (0..effort.pick(1, 5, 21)).map(|_| {
        let ours = load(&host, callers, span, |_| {
            let drones = Arc::clone(&sides.drones);
            move || {
                let drones = Arc::clone(&drones);
                async move {
                    drones.register(new_drone(fresh_name())).await.unwrap();
                }
            }
        });
        latencies.extend(ours.latencies);
        let started = Instant::now();
        let mut calls = 0.0;
        while started.elapsed() < span {
            sides.bare.register(TENANT, fresh_name());
            calls += 1.0;
        }
        ours.per_second / (calls / started.elapsed().as_secs_f64())
    });
    let rounds = rounds.collect();
    Line::new(
        format!("SQLite: audited writes, {callers} callers, rate over one bare caller's"),
        rounds,
        Target::AtLeast(target),
    )
    .with_p99(latencies, SLOWEST)
}

fn fresh_name() -> String {
    static NUMBER: AtomicU64 = AtomicU64::new(0);
    format!("Drone {}", NUMBER.fetch_add(1, Ordering::Relaxed))
}
