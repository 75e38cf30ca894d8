//! Observations on SQLite: many recorded in one call, a page of one task's among all of them, and the memory that takes.

use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, Instant};

use jiff::Timestamp;
use ringfence::Inspections;
use ringfence::model::{
    NewInspectionTask, NewObservation, NewTemplate, ObservationFilter, Order, TaskId,
    TimedPageRequest,
};

use crate::bare;
use crate::fleet::{self, Admin, TENANT};
use crate::measure::{Effort, Line, Target, ratios};

/// How many of the batches the memory is held against.
const FEW: u32 = 10_000;

/// One side's file has the tables, keys, guards and indexes of the other's.
struct Sides {
    ours: Arc<Inspections>,
    bare: bare::Sqlite,
    tasks: Vec<TaskId>,
}

impl Sides {
    fn in_folder(folder: &Path, tasks: u32) -> Self {
        let (file, others) = (folder.join("ours.db"), folder.join("bare.db"));
        let db = fleet::open(fleet::sqlite_url(&file));
        let ours = Admin::found(&db, TENANT).inspections(&db);
        let template = ours.create_template(NewTemplate::new("Roof", "roof"));
        let template = pollster::block_on(template).unwrap().id;
        let tasks = (0..tasks).map(|n| {
            let new = NewInspectionTask::new(format!("Roof {n}"), template.clone());
            pollster::block_on(ours.create_task(new)).unwrap().id
        });
        let tasks = tasks.collect();
        let copy = format!("VACUUM INTO '{}'", others.display());
        let one = bare::Sqlite::open(&file);
        one.connection().execute_batch(&copy).unwrap();
        Self {
            ours,
            bare: bare::Sqlite::open(&others),
            tasks,
        }
    }

    /// How long ours took, and how long the bare driver.
    fn record(&self, task: &TaskId, count: u32, ours_first: bool) -> (Duration, Duration) {
        let ours = || {
            let observations = observations(count);
            let started = Instant::now();
            let recorded = self.ours.record_many(task.clone(), observations);
            let recorded = pollster::block_on(recorded).unwrap();
            assert_eq!(recorded.ids.len(), count as usize);
            started.elapsed()
        };
        let bare = || {
            let observations = observations(count);
            let started = Instant::now();
            let ids = self.bare.observe(TENANT, task.as_str(), &observations);
            assert_eq!(ids.len(), count as usize);
            started.elapsed()
        };
        if ours_first {
            return (ours(), bare());
        }
        let bare = bare();
        (ours(), bare)
    }

    /// The newest hundred of one task after the other.
    fn pages(&self, effort: Effort) -> Vec<f64> {
        let (mut ours, mut theirs) = (self.tasks.iter().cycle(), self.tasks.iter().cycle());
        ratios(
            effort.pick(1, 40, 400),
            Duration::from_millis(8),
            |calls| {
                for _ in 0..calls {
                    let filter = ObservationFilter {
                        task_id: ours.next().cloned(),
                        ..ObservationFilter::default()
                    };
                    let request = TimedPageRequest {
                        limit: Some(100),
                        ..TimedPageRequest::in_order(Order::Newest)
                    };
                    let page = pollster::block_on(self.ours.observations(filter, request));
                    assert_eq!(page.unwrap().items.len(), 100);
                }
            },
            |calls| {
                for _ in 0..calls {
                    let task = theirs.next().unwrap();
                    let page = self.bare.observed(TENANT, task.as_str(), 100);
                    assert_eq!(page.len(), 100);
                }
            },
        )
    }
}

pub fn lines(effort: Effort) -> Vec<Line> {
    let folder = fleet::directory();
    let (batches, size) = (10, effort.pick(1_000, 10_000, 100_000));
    let sides = Sides::in_folder(folder.path(), batches);
    sides.record(&sides.tasks[0], FEW, true);
    let before = resident();
    let mut rounds = Vec::new();
    for (round, task) in sides.tasks.iter().enumerate() {
        let (ours, bare) = sides.record(task, size, round % 2 == 0);
        rounds.push(bare.as_secs_f64() / ours.as_secs_f64());
    }
    let after = resident();
    let all = batches * size;
    let mut lines = vec![Line::new(
        format!("SQLite: {size} observations in one call, rate"),
        rounds,
        Target::AtLeast(0.6),
    )];
    if let (Some(before), Some(after)) = (before, after) {
        lines.push(Line::new(
            format!("  memory after {all} of them, more than after {FEW}"),
            vec![(after - before).max(0.0)],
            Target::Below(64.0),
        ));
    }
    lines.push(Line::new(
        format!("  page of 100 of one task among {all}"),
        sides.pages(effort),
        Target::AtMost(1.5),
    ));
    lines
}

/// Megabytes that the process has in memory, where the system tells.
fn resident() -> Option<f64> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find_map(|it| it.strip_prefix("VmRSS:"))?;
    let kilobytes: f64 = line.trim().strip_suffix("kB")?.trim().parse().ok()?;
    Some(kilobytes / 1024.0)
}

fn observations(count: u32) -> Vec<NewObservation> {
    let begun = Timestamp::now();
    let observation = |n: u32| NewObservation {
        ts: Some(begun + jiff::SignedDuration::from_millis(i64::from(n))),
        severity: Some(2),
        note: Some("a hairline, a hand wide".to_owned()),
        ..NewObservation::new("crack", 47.4 + f64::from(n) * 1e-6, 8.5, 30.25)
    };
    (0..count).map(observation).collect()
}
