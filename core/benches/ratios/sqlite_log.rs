//! The write-ahead log of SQLite beside readers that never pause: how long it grows, and what that leaves the
//! writer.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::{Duration, Instant};

use ringfence::Drones;
use ringfence::blocking::wait;
use tempfile::TempDir;

use crate::bare;
use crate::fleet::{self, Admin, Shuffled, TENANT, drone_id, new_drone, sqlite_drones};
use crate::measure::{Effort, Line, Load, Target};

const READERS: usize = 6;
const DRONES: u32 = 10_000;

/// What one write may take beside them.
const SLOWEST: Duration = Duration::from_millis(50);

/// Both sides in files of their own in one folder.
struct Sides {
    drones: Arc<Drones>,
    file: PathBuf,
    bare: bare::Sqlite,
    bare_file: PathBuf,
    _directory: TempDir,
}

impl Sides {
    fn new() -> Self {
        let directory = fleet::directory();
        let [file, bare_file] = ["ringfence.db", "bare.db"].map(|name| directory.path().join(name));
        let url = fleet::sqlite_url(&file);
        let admin = Admin::found(&fleet::open(url.clone()), TENANT);
        let bare = bare::Sqlite::create(&bare_file);
        // The readers read what Ringfence's read.
        let version = "ALTER TABLE drones ADD COLUMN version INTEGER NOT NULL DEFAULT 1";
        bare.connection().execute_batch(version).unwrap();
        for file in [&file, &bare_file] {
            let filled = bare::Sqlite::open(file);
            let connection = filled.connection();
            connection.execute_batch(&sqlite_drones(DRONES, 1)).unwrap();
        }
        Self {
            drones: admin.waiting_drones(url),
            file,
            bare,
            bare_file,
            _directory: directory,
        }
    }

    /// The writes of one caller beside the readers, and the largest size of the log meanwhile.
    fn ours(&self, span: Duration) -> (Load, u64) {
        let shared = &self.drones;
        let read = || {
            let (drones, mut ids) = (Arc::clone(shared), Shuffled::new(DRONES));
            move || {
                wait(drones.get(drone_id(ids.next()).into())).unwrap();
            }
        };
        let write = || {
            wait(self.drones.register(new_drone(fresh_name()))).unwrap();
        };
        beside_readers(span, &self.file, read, write)
    }

    fn bare(&self, span: Duration) -> (Load, u64) {
        let file = &self.bare_file;
        let read = || {
            let (bare, mut ids) = (bare::Sqlite::open(file), Shuffled::new(DRONES));
            move || {
                bare.get(TENANT, &drone_id(ids.next()));
            }
        };
        let write = || {
            self.bare.register(TENANT, fresh_name());
        };
        beside_readers(span, file, read, write)
    }
}

pub fn lines(effort: Effort) -> Vec<Line> {
    let sides = Sides::new();
    let (_, longest) = sides.ours(Duration::from_secs(effort.pick(1, 6, 60)));
    let span = Duration::from_secs(effort.pick(1, 3, 10));
    let mut latencies = Vec::new();
    let rounds = (0..effort.pick(1, 2, 6)).map(|round| {
        let ours = |latencies: &mut Vec<Duration>| {
            let (ours, _) = sides.ours(span);
            latencies.extend(ours.latencies);
            ours.per_second
        };
        if round % 2 == 0 {
            let ours = ours(&mut latencies);
            ours / sides.bare(span).0.per_second
        } else {
            let bare = sides.bare(span).0.per_second;
            ours(&mut latencies) / bare
        }
    });
    let rounds = rounds.collect();
    vec![
        Line::new(
            "SQLite: log beside six readers that never pause, its largest size",
            vec![longest as f64 / f64::from(1 << 20)],
            Target::Below(64.0),
        ),
        Line::new(
            "  audited writes, rate over the bare writer's beside six",
            rounds,
            Target::AtLeast(0.8),
        )
        .with_p99(latencies, SLOWEST),
    ]
}

/// Keeps the readers reading, each on a thread of its own, while this thread writes.
fn beside_readers<R: FnMut()>(
    span: Duration,
    file: &Path,
    reader: impl Fn() -> R + Sync,
    mut write: impl FnMut(),
) -> (Load, u64) {
    let log = PathBuf::from(format!("{}-wal", file.display()));
    let stop = AtomicBool::new(false);
    let (mut latencies, mut longest) = (Vec::new(), 0);
    let started = Instant::now();
    std::thread::scope(|scope| {
        for _ in 0..READERS {
            scope.spawn(|| {
                let mut read = reader();
                while !stop.load(Ordering::Relaxed) {
                    read();
                }
            });
        }
        while started.elapsed() < span {
            let began = Instant::now();
            write();
            latencies.push(began.elapsed());
            longest = longest.max(log.metadata().unwrap().len());
        }
        stop.store(true, Ordering::Relaxed);
    });
    let per_second = latencies.len() as f64 / span.as_secs_f64();
    let load = Load {
        per_second,
        latencies,
    };
    (load, longest)
}

fn fresh_name() -> String {
    static NUMBER: AtomicU64 = AtomicU64::new(0);
    format!("Log drone {}", NUMBER.fetch_add(1, Ordering::Relaxed))
}
