//! An open database stays the file that was opened.

use std::path::{Path, PathBuf};

use ringfence::blocking::wait;
use ringfence::{Error, OpenOptions, Ringfence};

use super::{Fleet, stored, url};
use crate::apart::{self, Apart};
use crate::bad_input::is_unavailable;

#[test]
fn a_host_that_changes_its_folder_keeps_its_database() {
    let folder = tempfile::tempdir().unwrap();
    let test = "database_file::identity::the_process_that_changes_its_folder";
    Apart::start(test, folder.path().to_str().unwrap()).finish();
    assert_eq!(
        stored(&folder.path().join("here/rel.db")),
        ["drone-0000", "drone-0001"]
    );
    assert!(!folder.path().join("there/rel.db").exists());
}

#[test]
#[ignore = "run by a_host_that_changes_its_folder_keeps_its_database"]
fn the_process_that_changes_its_folder() {
    let Some(folder) = apart::orders().map(PathBuf::from) else {
        return;
    };
    let [here, there] = ["here", "there"].map(|name| folder.join(name));
    for folder in [&here, &there] {
        std::fs::create_dir(folder).unwrap();
    }
    std::env::set_current_dir(&here).unwrap();
    let fleet = Fleet::found("sqlite:rel.db");
    fleet.register(0, 10);
    std::env::set_current_dir(&there).unwrap();
    fleet.read_together();
    fleet.register(1, 10);
    wait(fleet.ringfence.shutdown()).unwrap();
}

/// Opens a database, does something to its files, and returns what a further reader meets, and everybody after it:
/// nothing is acknowledged any more that nobody would find.
fn opened_after(change: impl FnOnce(&Path)) -> (tempfile::TempDir, Error) {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("fleet.db");
    let fleet = Fleet::found(&url(&file));
    fleet.register(0, 10);
    change(&file);
    let refused = fleet.refused_reader();
    assert!(!refused.is_retryable(), "{refused:?}");
    let drones = &fleet.drones;
    let listed = drones.list(Default::default(), Default::default());
    assert_eq!(wait(listed).map(drop), Err(refused.clone()));
    assert_eq!(
        fleet.try_register("late".to_owned(), 10),
        Err(refused.clone())
    );
    wait(fleet.ringfence.shutdown()).unwrap();
    (folder, refused)
}

#[test]
fn a_file_renamed_over_the_database_is_noticed_and_left_alone() {
    let mut other = Vec::new();
    let (folder, refused) = opened_after(|file| {
        let put = file.with_file_name("other.db");
        let db = rusqlite::Connection::open(&put).unwrap();
        db.execute_batch("CREATE TABLE drones (name TEXT)").unwrap();
        drop(db);
        other = std::fs::read(&put).unwrap();
        std::fs::rename(&put, file).unwrap();
    });
    is_unavailable::<()>("renamed over", Err(refused), "file_replaced");
    assert_eq!(
        std::fs::read(folder.path().join("fleet.db")).unwrap(),
        other
    );
}

#[test]
fn a_database_that_was_moved_or_removed_is_noticed_and_not_made_anew() {
    type Change = fn(&Path);
    let changes: [(&str, Change); 2] = [
        ("moved", |file| {
            std::fs::rename(file, file.with_file_name("moved.db")).unwrap();
        }),
        ("removed", |file| std::fs::remove_file(file).unwrap()),
    ];
    for (what, change) in changes {
        let (folder, refused) = opened_after(change);
        is_unavailable::<()>(what, Err(refused), "file_replaced");
        assert!(!folder.path().join("fleet.db").exists(), "{what}");
    }
}

#[test]
fn a_log_that_was_removed_is_noticed_and_not_made_anew() {
    for suffix in ["-wal", "-shm"] {
        let (folder, refused) = opened_after(|file| {
            std::fs::remove_file(format!("{}{suffix}", file.display())).unwrap();
        });
        is_unavailable::<()>(suffix, Err(refused), "file_replaced");
        assert!(!folder.path().join(format!("fleet.db{suffix}")).exists());
    }
}

#[test]
fn a_link_is_followed_once() {
    let folder = tempfile::tempdir().unwrap();
    let [link, file, other] =
        ["link.db", "fleet.db", "other.db"].map(|name| folder.path().join(name));
    drop(wait(Ringfence::open(url(&file), OpenOptions::default())).unwrap());
    std::os::unix::fs::symlink(&file, &link).unwrap();
    let fleet = Fleet::found(&url(&link));
    std::fs::remove_file(&link).unwrap();
    std::os::unix::fs::symlink(&other, &link).unwrap();
    fleet.read_together();
    fleet.register(0, 10);
    wait(fleet.ringfence.shutdown()).unwrap();
    assert_eq!(stored(&file), ["drone-0000"]);
    assert!(!other.exists());
}
