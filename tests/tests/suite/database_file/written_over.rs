//! What another process writes over the file of an open database (`cp`, `cat >`, `truncate`) leaves its inode: it is seen
//! before anything more is acknowledged, and what is none of that is not taken for it.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::Arc;

use ringfence::blocking::wait;
use ringfence::{OpenOptions, Source, WorkOutcome};
use tempfile::TempDir;

use super::acknowledged::{InTheMiddle, is_finished, is_replaced};
use super::{Fleet, log_of, stored, url};
use crate::apart::{self, Apart};

/// Run by a shell in the folder of the database: another process, since this one would drop its locks.
const CHANGES: [&str; 7] = [
    "cp older.db a.db",
    "cat older.db > a.db",
    "cp other.db a.db",
    "cp vacuumed.db a.db",
    "truncate -s 0 a.db",
    "truncate -s 100000 a.db",
    "head -c 400000 /dev/urandom > a.db",
];

#[track_caller]
fn shell(file: &Path, command: &str) {
    let folder = file.parent().unwrap();
    let mut shell = Command::new("sh");
    let ran = shell.args(["-c", command]).current_dir(folder).status();
    assert!(ran.unwrap().success(), "{command}");
}

fn ask(file: &Path, what: &str) {
    let other = rusqlite::Connection::open(file).unwrap();
    let mut asked = other.prepare(what).unwrap();
    asked.query([]).unwrap().next().unwrap();
}

/// A fleet whose file has copies beside it: `older.db` of before its drones, one of another fleet, and one that SQLite
/// made. Some of what was written stands in the file, and some in the log.
fn fleet(options: OpenOptions, source: Arc<dyn Source>) -> (TempDir, PathBuf, Fleet) {
    let folder = tempfile::tempdir().unwrap();
    let at = |name: &str| folder.path().join(name);
    let other = Fleet::found(&url(&at("other.db")));
    for number in 0..20 {
        other.register(number, 3_000);
    }
    wait(other.ringfence.shutdown()).unwrap();
    let file = at("a.db");
    let first = Fleet::found(&url(&file));
    wait(first.ringfence.shutdown()).unwrap();
    fs::copy(&file, at("older.db")).unwrap();
    let opened = ringfence::Ringfence::open_with_source(url(&file), options, source);
    let fleet = Fleet::entered(wait(opened).unwrap(), first.tenant, first.admin);
    fleet.register(0, 3_000);
    ask(&file, "PRAGMA wal_checkpoint(TRUNCATE)");
    fleet.register(1, 10);
    ask(
        &file,
        &format!("VACUUM INTO '{}'", at("vacuumed.db").display()),
    );
    (folder, file, fleet)
}

fn usual() -> (TempDir, PathBuf, Fleet) {
    fleet(OpenOptions::default(), Arc::new(ringfence::SystemSource))
}

#[test]
fn nothing_is_written_over_another_database_nor_folded_into_it() {
    for what in CHANGES {
        let (_folder, file, fleet) = usual();
        shell(&file, what);
        let (put, log) = (fs::metadata(&file), fs::metadata(log_of(&file)));
        let error = fleet.try_register("late".to_owned(), 10).expect_err(what);
        is_replaced(what, &error, WorkOutcome::NotDone);
        is_finished(what, &fleet);
        let now = [&file, &log_of(&file)].map(|it| fs::metadata(it).expect(what));
        for (now, then) in now.iter().zip([put, log]) {
            let then = then.expect(what);
            assert_eq!(now.len(), then.len(), "{what}");
            assert_eq!(now.modified().unwrap(), then.modified().unwrap(), "{what}");
        }
    }
}

#[test]
fn what_was_written_is_not_acknowledged_when_another_file_came_over_it_meanwhile() {
    for what in CHANGES {
        let place = Arc::new(std::sync::OnceLock::<PathBuf>::new());
        let there = Arc::clone(&place);
        let source = InTheMiddle::of_nothing_yet(move || shell(there.get().unwrap(), what));
        let theirs = Arc::clone(&source) as Arc<dyn Source>;
        let (_folder, file, fleet) = fleet(OpenOptions::default(), theirs);
        place.set(file.clone()).unwrap();
        source.of_the_next();
        let error = fleet.try_register("late".to_owned(), 10).expect_err(what);
        is_replaced(what, &error, WorkOutcome::Unknown);
        is_finished(what, &fleet);
    }
}

#[test]
fn a_handle_that_wrote_nothing_yet_sees_it_too_and_folds_no_log_of_others() {
    for what in CHANGES {
        let (_folder, file, fleet) = usual();
        let idle = fleet.again(&file);
        shell(&file, what);
        let put = fs::metadata(&file).unwrap().modified().unwrap();
        let error = idle.try_register("late".to_owned(), 10).expect_err(what);
        is_replaced(what, &error, WorkOutcome::NotDone);
        for handle in [&idle, &fleet] {
            wait(handle.ringfence.shutdown()).unwrap();
        }
        assert_eq!(
            fs::metadata(&file).unwrap().modified().unwrap(),
            put,
            "{what}"
        );
    }
}

#[test]
fn what_is_done_rightly_beside_an_open_file_is_no_replacement() {
    let (_folder, file, fleet) = usual();
    let test = "database_file::written_over::the_process_that_writes_and_checkpoints_beside";
    let orders = [
        file.to_str().unwrap(),
        fleet.tenant.as_str(),
        fleet.admin.as_str(),
    ]
    .join("\n");
    let mut process = Apart::start(test, &orders);
    assert_eq!(process.hear().as_deref(), Some("writes"));
    for number in 0..40 {
        let beside = [
            "touch a.db",
            "chmod 600 a.db",
            "cp a.db copy.db",
            "touch -d 2001-01-01 a.db",
        ];
        shell(&file, beside[number % beside.len()]);
        fleet.register(1_000 + number, 2_000);
    }
    process.tell("enough");
    let said = process.finish();
    let theirs: usize = said[0].parse().unwrap();
    wait(fleet.ringfence.shutdown()).unwrap();
    assert_eq!(stored(&file).len(), 2 + 40 + theirs);
}

#[test]
#[ignore = "run by what_is_done_rightly_beside_an_open_file_is_no_replacement"]
fn the_process_that_writes_and_checkpoints_beside() {
    let Some(orders) = apart::orders() else {
        return;
    };
    let [file, tenant, admin] = orders.split('\n').collect::<Vec<_>>()[..] else {
        panic!("{orders}");
    };
    let file = Path::new(file);
    let ringfence = wait(ringfence::Ringfence::open(
        url(file),
        OpenOptions::default(),
    ))
    .unwrap();
    let fleet = Fleet::entered(ringfence, tenant.into(), admin.into());
    apart::say("writes");
    let enough = std::thread::spawn(apart::wait_for_word);
    let mut written = 0;
    while !enough.is_finished() || written < 40 {
        fleet.register(2_000 + written, 2_000);
        written += 1;
        ask(
            file,
            match written % 8 {
                0 => "VACUUM",
                1 | 5 => "PRAGMA wal_checkpoint(TRUNCATE)",
                2 => "PRAGMA wal_checkpoint(RESTART)",
                _ => "PRAGMA wal_checkpoint(PASSIVE)",
            },
        );
    }
    wait(fleet.ringfence.shutdown()).unwrap();
    apart::say(&written.to_string());
}
