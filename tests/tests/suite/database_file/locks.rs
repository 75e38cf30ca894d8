//! Another process writes where the locks of this one were dropped. Something else in the process did that: it closed the
//! file or the index of its log, and POSIX drops the locks of the whole process then.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use ringfence::blocking::wait;
use ringfence::model::{NewDrone, NewTenant, NewUser, Vendor};
use ringfence::{MigrateMode, OpenOptions, Ringfence, Source, WorkOutcome, testing};
use tokio::runtime::Runtime;

use super::acknowledged::{InTheMiddle, is_finished, is_replaced};
use super::{Fleet, index_of, log_of, stored, texts, url};
use crate::apart::{self, Apart};

fn closes_the_index(file: &Path) {
    drop(fs::read(index_of(file)).unwrap());
}

fn closes_the_file(file: &Path) {
    drop(fs::read(file).unwrap());
}

pub(super) fn as_another_sqlite_does(file: &Path) {
    closes_the_file(file);
    closes_the_index(file);
}

type Drop = (&'static str, fn(&Path));

const DROPS: [Drop; 3] = [
    ("a.db-shm", closes_the_index),
    ("a.db", closes_the_file),
    ("both", as_another_sqlite_does),
];

/// What the process apart is told: how its locks are dropped, and the file.
fn told() -> Option<(Drop, PathBuf)> {
    let orders = apart::orders()?;
    let (what, file) = orders.split_once(' ').unwrap();
    let dropped = DROPS.into_iter().find(|(name, _)| *name == what);
    Some((dropped.unwrap(), PathBuf::from(file)))
}

/// The other process: this one.
struct Other {
    _folder: tempfile::TempDir,
    file: PathBuf,
    process: Apart,
    ringfence: Ringfence,
    founded: Vec<String>,
}

impl Other {
    /// Has the database open that the process of this test made.
    fn of(test: &str, what: &str) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("a.db");
        let orders = format!("{what} {}", file.display());
        let mut process = Apart::start(&format!("database_file::locks::{test}"), &orders);
        assert_eq!(process.hear().as_deref(), Some("open"), "{what}");
        let options = OpenOptions {
            migrate: MigrateMode::Check,
            ..OpenOptions::default()
        };
        let mut other = Self {
            ringfence: wait(Ringfence::open(url(&file), options)).unwrap(),
            _folder: folder,
            file,
            process,
            founded: vec!["north".to_owned()],
        };
        other.writes();
        other
    }

    fn writes(&mut self) {
        let id = format!("other-{}", self.founded.len());
        let new = NewTenant {
            id: Some(id.as_str().into()),
            ..NewTenant::new(id.as_str(), NewUser::new("admin"))
        };
        wait(self.ringfence.create_tenant("other".into(), new)).unwrap();
        self.founded.push(id);
    }

    fn goes_on_when(&mut self, said: &str) {
        assert_eq!(self.process.hear().as_deref(), Some(said));
    }

    /// Returns the drones that are found when both have gone, in a whole file with all that this process wrote.
    fn finish(mut self, what: &str) -> Vec<String> {
        self.process.tell("go on");
        let file = self.file;
        let said = self.process.finish();
        assert_eq!(said, ["refused"], "{what}");
        wait(self.ringfence.shutdown()).unwrap();
        assert!(!log_of(&file).exists(), "{what}: it was the last");
        assert_eq!(texts(&file, "PRAGMA integrity_check"), ["ok"], "{what}");
        let founded = texts(&file, "SELECT id FROM tenants ORDER BY id");
        assert_eq!(founded, self.founded, "{what}");
        stored(&file)
    }
}

#[test]
fn who_lost_its_locks_does_not_write_beside_another_process() {
    for (what, _) in DROPS {
        let mut other = Other::of("the_process_that_lost_its_locks", what);
        other.process.tell("drop them");
        other.goes_on_when("dropped");
        other.writes();
        assert_eq!(other.finish(what), ["anew", "drone-0000"], "{what}");
    }
}

#[test]
#[ignore = "run by who_lost_its_locks_does_not_write_beside_another_process"]
fn the_process_that_lost_its_locks() {
    let Some(((what, drops), file)) = told() else {
        return;
    };
    let fleet = Fleet::found(&url(&file));
    fleet.register(0, 10);
    apart::say("open");
    apart::wait_for_word();
    drops(&file);
    apart::say("dropped");
    apart::wait_for_word();
    let error = fleet.try_register("late".to_owned(), 10).unwrap_err();
    is_replaced(what, &error, WorkOutcome::NotDone);
    is_finished(what, &fleet);
    // Whoever opens it anew has locks of its own.
    let anew = fleet.again(&file);
    anew.try_register("anew".to_owned(), 10).unwrap();
    wait(anew.ringfence.shutdown()).unwrap();
    apart::say("refused");
}

#[test]
fn what_another_process_wrote_in_the_middle_of_a_group_is_not_written_over() {
    // The lock on the file alone keeps nobody from writing.
    for (what, _) in DROPS.into_iter().filter(|(what, _)| *what != "a.db") {
        let mut other = Other::of("the_process_that_loses_its_locks_in_the_middle", what);
        other.process.tell("write");
        other.goes_on_when("in the middle");
        other.writes();
        assert_eq!(other.finish(what), ["drone-0000"], "{what}");
    }
}

#[test]
#[ignore = "run by what_another_process_wrote_in_the_middle_of_a_group_is_not_written_over"]
fn the_process_that_loses_its_locks_in_the_middle() {
    let Some(((what, drops), file)) = told() else {
        return;
    };
    let dropped = file.clone();
    let source = InTheMiddle::of_nothing_yet(move || {
        drops(&dropped);
        apart::say("in the middle");
        apart::wait_for_word();
    });
    let theirs = Arc::clone(&source) as Arc<dyn Source>;
    let fleet = Fleet::found_with(&url(&file), OpenOptions::default(), theirs);
    fleet.register(0, 10);
    apart::say("open");
    apart::wait_for_word();
    source.of_the_next();
    let new = NewDrone::new("in the middle", Vendor::Fake);
    let error = Runtime::new().unwrap().block_on(fleet.drones.register(new));
    is_replaced(what, &error.unwrap_err(), WorkOutcome::NotDone);
    is_finished(what, &fleet);
    apart::say("refused");
}

#[test]
fn nothing_is_acknowledged_whose_locks_were_dropped_before_it_was_on_disk() {
    for (what, _) in DROPS {
        let mut other = Other::of("the_process_that_loses_its_locks_at_the_end", what);
        let beside = rusqlite::Connection::open(&other.file).unwrap();
        other.process.tell("write");
        other.goes_on_when("at the end");
        let begun = beside.execute_batch("BEGIN IMMEDIATE; ROLLBACK");
        assert_eq!(begun.is_ok(), what != "a.db", "{what}: {begun:?}");
        drop(beside);
        assert_eq!(other.finish(what), ["at the end", "drone-0000"], "{what}");
    }
}

#[test]
#[ignore = "run by nothing_is_acknowledged_whose_locks_were_dropped_before_it_was_on_disk"]
fn the_process_that_loses_its_locks_at_the_end() {
    let Some(((what, drops), file)) = told() else {
        return;
    };
    let fleet = Fleet::found(&url(&file));
    fleet.register(0, 10);
    apart::say("open");
    apart::wait_for_word();
    testing::do_before_a_commit(move || {
        drops(&file);
        apart::say("at the end");
        apart::wait_for_word();
    });
    let error = fleet.try_register("at the end".to_owned(), 10).unwrap_err();
    is_replaced(what, &error, WorkOutcome::Unknown);
    is_finished(what, &fleet);
    apart::say("refused");
}

#[test]
fn locks_that_were_dropped_before_the_first_write_are_missed() {
    for (what, drops) in DROPS {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("a.db");
        let founded = Fleet::found(&url(&file));
        founded.register(0, 10);
        wait(founded.ringfence.shutdown()).unwrap();
        let fleet = founded.again(&file);
        drops(&file);
        let error = fleet.try_register("late".to_owned(), 10).unwrap_err();
        is_replaced(what, &error, WorkOutcome::NotDone);
        is_finished(what, &fleet);
        assert_eq!(stored(&file), ["drone-0000"], "{what}");
    }
}

#[test]
fn handles_that_come_and_go_keep_the_locks_of_their_neighbours() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("a.db");
    let mut fleet = Fleet::found(&url(&file));
    for number in 0..6 {
        let next = fleet.again(&file);
        fleet.register(3 * number, 10);
        next.register(3 * number + 1, 10);
        fleet.register(3 * number + 2, 10);
        wait(fleet.ringfence.shutdown()).unwrap();
        fleet = next;
    }
    fleet.read_together();
    wait(fleet.ringfence.shutdown()).unwrap();
    assert_eq!(stored(&file).len(), 18);
}
