use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use ringfence_tests::fixture::{Engine, Place};

use super::{fleet, goes_on, one_drone_more};

fn beside(file: &Path, ending: &str) -> PathBuf {
    let mut path = file.as_os_str().to_owned();
    path.push(ending);
    path.into()
}

fn at(file: &Path) -> Place {
    Place::existing(format!("sqlite:{}", file.display()))
}

#[tokio::test]
async fn vacuum_into_copies_a_database_that_is_open() {
    let place = Place::fresh(Engine::Sqlite).await;
    let (rf, then) = fleet(&place).await;
    let copy = place.file().with_file_name("copy.db");
    let sql = format!("VACUUM INTO '{}'", copy.display());
    place.raw(&sql).await.unwrap();
    // The original goes on, and the copy stays where it was.
    one_drone_more(&rf, &place).await;
    goes_on(&at(&copy), &then).await;
    rf.shutdown().await.unwrap();
    place.remove().await;
}

#[tokio::test]
async fn after_shutdown_the_file_alone_is_the_database() {
    let place = Place::fresh(Engine::Sqlite).await;
    let (rf, then) = fleet(&place).await;
    rf.shutdown().await.unwrap();
    let file = place.file();
    assert!(!beside(&file, "-wal").exists() && !beside(&file, "-shm").exists());
    let copy = file.with_file_name("copy.db");
    fs::copy(&file, &copy).unwrap();
    goes_on(&at(&copy), &then).await;
    place.remove().await;
}

#[tokio::test]
async fn a_backup_takes_the_place_of_a_database_that_was_killed() {
    let place = Place::fresh(Engine::Sqlite).await;
    let (rf, then) = fleet(&place).await;
    let file = place.file();
    let backup = file.with_file_name("backup.db");
    let sql = format!("VACUUM INTO '{}'", backup.display());
    place.raw(&sql).await.unwrap();
    one_drone_more(&rf, &place).await;
    // As a process that was killed leaves it: with its log, which holds what came after the backup. Another process
    // copies it: this one has locks to lose.
    let killed = file.with_file_name("killed.db");
    for ending in ["", "-wal"] {
        let (from, to) = (beside(&file, ending), beside(&killed, ending));
        let copied = Command::new("cp").arg(from).arg(to).status();
        assert!(copied.unwrap().success());
    }
    rf.shutdown().await.unwrap();
    fs::remove_file(beside(&killed, "-wal")).unwrap();
    fs::rename(&backup, &killed).unwrap();
    goes_on(&at(&killed), &then).await;
    place.remove().await;
}
