//! A log beside a file with nothing in it: a copy without its log, or a log whose file is gone.

use std::fs;
use std::path::Path;

use ringfence::blocking::wait;
use ringfence::{Error, MigrateMode, OpenOptions, Ringfence};

use super::{Fleet, files, log_of, stored, url};

/// A folder with the log of a database that was killed, and nothing else.
fn log_alone(folder: &Path) -> Vec<u8> {
    let elsewhere = tempfile::tempdir().unwrap();
    let file = elsewhere.path().join("a.db");
    let fleet = Fleet::found(&url(&file));
    fleet.register(0, 10);
    let log = fs::read(log_of(&file)).unwrap();
    assert!(log.len() > 10_000);
    fs::write(log_of(&folder.join("a.db")), &log).unwrap();
    log
}

fn refused(file: &Path) {
    let before = files(file.parent().unwrap());
    for mode in MigrateMode::ALL.iter().copied() {
        let options = OpenOptions {
            migrate: mode,
            ..OpenOptions::default()
        };
        match wait(Ringfence::open(url(file), options)).map(drop) {
            Err(Error::Schema { code, .. }) => assert_eq!(code, "strange_log", "{mode:?}"),
            other => panic!("{mode:?}: {other:?}"),
        }
        assert!(files(file.parent().unwrap()) == before, "{mode:?}");
    }
}

#[test]
fn a_log_whose_file_is_gone_is_neither_removed_nor_played_into_a_new_one() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("a.db");
    log_alone(folder.path());
    refused(&file);
    fs::write(&file, "").unwrap();
    refused(&file);
}

#[test]
fn no_schema_is_made_in_an_empty_copy_beside_a_log_that_does_not_belong_to_it() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("a.db");
    let db = rusqlite::Connection::open(&file).unwrap();
    db.query_row("PRAGMA journal_mode = WAL", [], |_| Ok(()))
        .unwrap();
    drop(db);
    let mut log = log_alone(folder.path());
    // Of another generation: SQLite plays nothing of it.
    for byte in &mut log[16..24] {
        *byte ^= 0xff;
    }
    fs::write(log_of(&file), log).unwrap();
    refused(&file);
}

#[test]
fn a_copy_together_with_its_log_is_whole() {
    let folder = tempfile::tempdir().unwrap();
    let [file, copy] = ["a.db", "b.db"].map(|name| folder.path().join(name));
    let fleet = Fleet::found(&url(&file));
    fleet.register(0, 10);
    // Another process may do this to an open database that nobody writes to.
    fs::copy(&file, &copy).unwrap();
    fs::copy(log_of(&file), log_of(&copy)).unwrap();
    wait(fleet.ringfence.shutdown()).unwrap();
    let opened = wait(Ringfence::open(url(&copy), OpenOptions::default())).unwrap();
    wait(opened.shutdown()).unwrap();
    assert_eq!(stored(&copy), ["drone-0000"]);
}
