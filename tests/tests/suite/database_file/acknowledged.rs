//! What was written is acknowledged only while the file and its log are there to find it in: whatever happened to
//! them, and whether it was seen before COMMIT or behind it.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};

use jiff::Timestamp;
use ringfence::blocking::wait;
use ringfence::model::{NewDrone, Vendor};
use ringfence::{Error, OpenOptions, Source, SystemSource, WorkOutcome, testing};
use tempfile::TempDir;

use super::locks::as_another_sqlite_does;
use super::{Fleet, index_of, log_of, stored, url};
use crate::apart::{self, Apart};

type Change = fn(&Path);

fn cut(file: &Path, bytes: u64) {
    let log = fs::OpenOptions::new()
        .write(true)
        .open(log_of(file))
        .unwrap();
    log.set_len(bytes).unwrap();
}

/// Puts a copy of a file in its place. Another process makes it: this one would drop its locks.
fn renew(file: &Path) {
    let copy = file.with_extension("copy");
    let copied = Command::new("cp").args([file, &copy]).status().unwrap();
    assert!(copied.success());
    fs::rename(copy, file).unwrap();
}

/// What takes the ground away from what is written.
const CHANGES: [(&str, Change); 9] = [
    ("rm a.db-wal", |file| fs::remove_file(log_of(file)).unwrap()),
    ("rm a.db", |file| fs::remove_file(file).unwrap()),
    ("mv a.db b.db", |file| {
        fs::rename(file, file.with_extension("moved")).unwrap();
    }),
    ("another a.db", |file| renew(file)),
    ("another a.db-wal", |file| renew(&log_of(file))),
    ("rm a.db-shm", |file| {
        fs::remove_file(index_of(file)).unwrap();
    }),
    ("ln a.db b.db", |file| {
        fs::hard_link(file, file.with_extension("link")).unwrap();
    }),
    ("truncate -s0 a.db-wal", |file| cut(file, 0)),
    ("truncate a.db-wal", |file| {
        let bytes = fs::metadata(log_of(file)).unwrap().len();
        cut(file, bytes - 5_000);
    }),
];

/// Whether it is seen before COMMIT already: behind it what is missing from the log would be hidden by what was written.
fn shortens_the_log(what: &str) -> bool {
    what.starts_with("truncate") || what == "rm a.db-wal"
}

#[track_caller]
pub(super) fn is_replaced(what: &str, error: &Error, wanted: WorkOutcome) {
    let Error::Unavailable { code, outcome, .. } = error else {
        panic!("{what}: {error:?}");
    };
    assert_eq!(
        (code.as_str(), *outcome),
        ("file_replaced", wanted),
        "{what}"
    );
    assert!(!error.is_retryable(), "{what}");
}

/// From then on nothing is done through the handle, reading included.
#[track_caller]
pub(super) fn is_finished(what: &str, fleet: &Fleet) {
    let error = fleet.try_register("later".to_owned(), 10).unwrap_err();
    is_replaced(what, &error, WorkOutcome::NotDone);
    let listed = fleet.drones.list(Default::default(), Default::default());
    is_replaced(what, &wait(listed).unwrap_err(), WorkOutcome::NotDone);
    wait(fleet.ringfence.shutdown()).unwrap();
}

/// A fleet with a drone whose files were changed since, and what the next write is told.
fn changed(change: Change) -> (TempDir, PathBuf, Fleet, Error) {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("a.db");
    let fleet = Fleet::found(&url(&file));
    fleet.register(0, 10);
    change(&file);
    let error = fleet.try_register("late".to_owned(), 10).unwrap_err();
    (folder, file, fleet, error)
}

#[test]
fn nothing_is_written_where_the_file_or_its_log_has_gone() {
    for (what, change) in CHANGES {
        let (_folder, _, fleet, error) = changed(change);
        is_replaced(what, &error, WorkOutcome::NotDone);
        is_finished(what, &fleet);
    }
}

/// Does something once, in the middle of the next group: where the writer asks what time it is.
pub(super) struct InTheMiddle {
    change: Mutex<Option<Box<dyn FnOnce() + Send>>>,
    armed: AtomicBool,
}

impl InTheMiddle {
    pub(super) fn of_nothing_yet(change: impl FnOnce() + Send + 'static) -> Arc<Self> {
        Arc::new(Self {
            change: Mutex::new(Some(Box::new(change))),
            armed: AtomicBool::new(false),
        })
    }

    pub(super) fn of_the_next(&self) {
        self.armed.store(true, Ordering::SeqCst);
    }
}

impl Source for InTheMiddle {
    fn now(&self) -> Timestamp {
        let writer = std::thread::current().name() == Some("ringfence-writer");
        if writer && self.armed.swap(false, Ordering::SeqCst) {
            let change = self.change.lock().unwrap().take();
            change.expect("it is armed once")();
        }
        SystemSource.now()
    }

    fn fill(&self, bytes: &mut [u8]) -> bool {
        SystemSource.fill(bytes)
    }
}

#[test]
fn nothing_that_was_written_is_acknowledged_when_the_file_or_its_log_went_meanwhile() {
    let runtime = tokio::runtime::Runtime::new().unwrap();
    for (what, change) in CHANGES {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("a.db");
        let changed = file.clone();
        let source = InTheMiddle::of_nothing_yet(move || change(&changed));
        let theirs = Arc::clone(&source) as Arc<dyn Source>;
        let fleet = Fleet::found_with(&url(&file), OpenOptions::default(), theirs);
        fleet.register(0, 10);
        source.of_the_next();
        // Whoever shares the commit shares its fate.
        let outcomes = runtime.block_on(async {
            let handed = (0..8).map(|number| {
                let drones = Arc::clone(&fleet.drones);
                let new = NewDrone::new(format!("in the middle {number}"), Vendor::Fake);
                tokio::spawn(async move { drones.register(new).await.map(drop) })
            });
            let mut outcomes = Vec::new();
            for handle in handed.collect::<Vec<_>>() {
                outcomes.push(handle.await.unwrap().expect_err(what));
            }
            outcomes
        });
        let wanted = match shortens_the_log(what) {
            true => WorkOutcome::NotDone,
            false => WorkOutcome::Unknown,
        };
        let outcome_of = |error: &Error| match error {
            Error::Unavailable { outcome, .. } => *outcome,
            other => panic!("{what}: {other:?}"),
        };
        // Those of the group itself; whoever came behind it was not run.
        assert!(
            outcomes.iter().any(|error| outcome_of(error) == wanted),
            "{what}"
        );
        for error in &outcomes {
            is_replaced(what, error, outcome_of(error));
        }
        is_finished(what, &fleet);
    }
}

#[test]
fn a_log_that_was_removed_is_saved_by_its_last_connection_and_no_other_is_touched() {
    for (what, change) in CHANGES {
        let (_folder, file, fleet, _) = changed(change);
        let log = fs::read(log_of(&file)).ok();
        wait(fleet.ringfence.shutdown()).unwrap();
        match what {
            "rm a.db-wal" | "ln a.db b.db" => {
                assert_eq!(stored(&file), ["drone-0000"], "{what}");
            }
            // SQLite itself leaves the log of a file that has moved.
            "rm a.db" | "mv a.db b.db" | "another a.db" => {
                assert_eq!(fs::read(log_of(&file)).ok(), log, "{what}");
            }
            _ => {
                assert_eq!(fs::read(log_of(&file)).ok(), log, "{what}");
                let db = rusqlite::Connection::open(&file).unwrap();
                let check = "PRAGMA integrity_check";
                let told: String = db.query_row(check, [], |row| row.get(0)).unwrap();
                assert_eq!(told, "ok", "{what}");
            }
        }
    }
}

#[test]
fn what_is_acknowledged_after_the_locks_were_dropped_is_found_by_everybody() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("a.db");
    let test = "database_file::acknowledged::the_process_whose_locks_are_dropped";
    let mut process = Apart::start(test, file.to_str().unwrap());
    assert_eq!(process.hear().as_deref(), Some("dropped"));
    // This process is another one: it thinks itself the last, and takes the log away.
    assert_eq!(stored(&file), ["drone-0000"]);
    assert!(!log_of(&file).exists());
    process.tell("go on");
    let said = process.finish();
    assert_eq!(said, ["refused"]);
    assert_eq!(stored(&file), ["drone-0000"]);
}

#[test]
#[ignore = "run by what_is_acknowledged_after_the_locks_were_dropped_is_found_by_everybody"]
fn the_process_whose_locks_are_dropped() {
    let Some(file) = apart::orders().map(PathBuf::from) else {
        return;
    };
    let fleet = Fleet::found(&url(&file));
    fleet.register(0, 10);
    as_another_sqlite_does(&file);
    apart::say("dropped");
    apart::wait_for_word();
    for number in 1..6 {
        match fleet.try_register(format!("import-{number}"), 10) {
            Ok(name) => apart::say(&name),
            Err(error) => {
                is_replaced("dropped", &error, WorkOutcome::NotDone);
                if number == 1 {
                    apart::say("refused");
                }
            }
        }
    }
    wait(fleet.ringfence.shutdown()).unwrap();
}

#[test]
fn what_nobody_can_look_at_behind_its_commit_is_not_acknowledged() {
    let folder = tempfile::tempdir().unwrap();
    let inside = folder.path().join("inside");
    fs::create_dir(&inside).unwrap();
    let test = "database_file::acknowledged::the_process_whose_folder_goes";
    let process = Apart::start(test, inside.to_str().unwrap());
    assert_eq!(process.finish(), ["unknown"]);
}

#[test]
#[ignore = "run by what_nobody_can_look_at_behind_its_commit_is_not_acknowledged"]
fn the_process_whose_folder_goes() {
    let Some(folder) = apart::orders().map(PathBuf::from) else {
        return;
    };
    let fleet = Fleet::found(&url(&folder.join("a.db")));
    fleet.register(0, 10);
    testing::do_before_a_commit(move || {
        fs::rename(&folder, folder.with_extension("moved")).unwrap();
        // A link to itself: nobody can say what lies there.
        std::os::unix::fs::symlink(&folder, &folder).unwrap();
    });
    let error = fleet.try_register("late".to_owned(), 10).unwrap_err();
    let Error::Unavailable { code, outcome, .. } = &error else {
        panic!("{error:?}");
    };
    assert_eq!(
        (code.as_str(), *outcome),
        ("outcome_unknown", WorkOutcome::Unknown)
    );
    apart::say("unknown");
}

#[test]
fn a_migration_does_not_go_on_where_the_log_has_gone() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("a.db");
    let fleet = Fleet::found(&url(&file));
    let db = &fleet.ringfence;
    fs::remove_file(log_of(&file)).unwrap();
    let error = wait(db.rollback("dana".into(), 8, None)).unwrap_err();
    is_replaced("rollback", &error, WorkOutcome::NotDone);
    is_finished("rollback", &fleet);
}

#[test]
fn another_connection_that_empties_the_log_as_it_may_is_no_replacement() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("a.db");
    let fleet = Fleet::found(&url(&file));
    let other = rusqlite::Connection::open(&file).unwrap();
    let mut names = Vec::new();
    for number in 0..30 {
        names.push(fleet.register(number, 2_000));
        let does = match number % 3 {
            0 => "PRAGMA wal_checkpoint(TRUNCATE)",
            1 => "PRAGMA wal_checkpoint(RESTART)",
            _ => "VACUUM",
        };
        let mut does = other.prepare(does).unwrap();
        does.query([]).unwrap().next().unwrap();
    }
    wait(fleet.ringfence.shutdown()).unwrap();
    drop(other);
    assert_eq!(stored(&file), names);
}
