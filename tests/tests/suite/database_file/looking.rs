//! Whoever only looks at a file, or is refused, leaves every byte of it, and nothing beside it.

use std::fs;
use std::path::Path;

use ringfence::model::{NewTenant, NewUser};
use ringfence::{Error, MigrateMode};
use ringfence_tests::fixture::{Engine, Place};

use super::{files, log_of};
use crate::legacy_rows;

/// Bytes 18 and 19 of the header say whether a file keeps a log.
fn keeps_log(file: &Path) -> bool {
    fs::read(file).unwrap()[18..20] == [2, 2]
}

fn set_mode(place: &Place, mode: &str) {
    let set = format!("PRAGMA journal_mode = {mode}");
    let set: String = place
        .sqlite()
        .query_row(&set, [], |row| row.get(0))
        .unwrap();
    assert_eq!(set, mode);
}

/// Looks at a database of the old platform in each way, and is refused in each.
async fn looks(place: &Place) {
    let folder = place.file().parent().unwrap().to_owned();
    let before = files(&folder);
    let unchanged = |what: &str| {
        let now = files(&folder);
        let names = (
            before.keys().collect::<Vec<_>>(),
            now.keys().collect::<Vec<_>>(),
        );
        assert_eq!(names.0, names.1, "{what}");
        assert!(now == before, "{what}: other bytes");
    };
    let rf = place.open(MigrateMode::Never).await.unwrap();
    assert_eq!(rf.migration_status().await.unwrap().current, 0);
    // What cannot be adopted for its shape cannot be scanned either.
    let scanned = rf.integrity_scan(None, None).await;
    assert!(matches!(scanned, Ok(_) | Err(Error::Schema { .. })));
    // What is not there cannot be written.
    let new = NewTenant::new("north", NewUser::new("admin"));
    let refused = rf.create_tenant("dana".into(), new).await;
    assert!(matches!(refused, Err(Error::Schema { .. })), "{refused:?}");
    rf.shutdown().await.unwrap();
    unchanged("Never");
    let refused = place.open(MigrateMode::Check).await.map(drop);
    assert!(matches!(refused, Err(Error::Schema { .. })), "{refused:?}");
    unchanged("Check");
    let stopped = matches!(
        place.open(MigrateMode::Auto).await.map(drop),
        Err(Error::Schema { .. } | Error::Integrity { .. })
    );
    assert!(stopped);
    unchanged("Auto");
    let rf = place.open(MigrateMode::Never).await.unwrap();
    let migrated = rf.migrate("dana".into(), None, None).await.map(drop);
    assert!(migrated.is_err());
    rf.shutdown().await.unwrap();
    unchanged("migrate");
}

/// What stands in the way of adopting a database of the old platform.
const IN_THE_WAY: [(&str, &str); 3] = [
    (
        "another tenant's role",
        "INSERT INTO user_roles (user_id, role_id, created_at) VALUES ('u1_a', 'r1_b', '2026-01-01')",
    ),
    (
        "no table of its own",
        "ALTER TABLE drones ADD COLUMN colour TEXT; DROP TABLE events",
    ),
    (
        "another revision",
        "UPDATE alembic_version SET version_num = '202602280112'",
    ),
];

#[tokio::test]
async fn a_file_that_is_looked_at_or_refused_stays_as_it_is_byte_by_byte() {
    for mode in ["delete", "wal"] {
        for (what, sql) in IN_THE_WAY {
            let place = Place::fresh(Engine::Sqlite).await;
            legacy_rows::make(&place).await;
            place.raw(sql).await.unwrap();
            set_mode(&place, mode);
            eprintln!("{mode}: {what}");
            looks(&place).await;
            assert_eq!(keeps_log(&place.file()), mode == "wal");
            place.remove().await;
        }
    }
}

#[tokio::test]
async fn a_log_that_was_left_beside_a_file_that_is_looked_at_stays_too() {
    let place = Place::fresh(Engine::Sqlite).await;
    legacy_rows::make(&place).await;
    set_mode(&place, "wal");
    // As a program leaves it that was killed.
    let killed = place.sqlite();
    killed.execute_batch(IN_THE_WAY[0].1).unwrap();
    let copies = Place::fresh(Engine::Sqlite).await;
    fs::copy(place.file(), copies.file()).unwrap();
    fs::copy(log_of(&place.file()), log_of(&copies.file())).unwrap();
    drop(killed);
    let index = format!("{}-shm", copies.file().display());
    fs::write(&index, "").unwrap();
    let bytes = |name| fs::read(name).unwrap();
    let before = (bytes(copies.file()), bytes(log_of(&copies.file())));
    let rf = copies.open(MigrateMode::Never).await.unwrap();
    let scan = rf.integrity_scan(None, None).await.unwrap();
    assert!(!scan.is_clean(), "what stands in the log is seen");
    rf.shutdown().await.unwrap();
    for mode in [MigrateMode::Check, MigrateMode::Auto] {
        assert!(copies.open(mode).await.is_err());
    }
    let now = (bytes(copies.file()), bytes(log_of(&copies.file())));
    assert!(now == before);
    place.remove().await;
    copies.remove().await;
}

#[tokio::test]
async fn a_file_keeps_a_log_from_the_first_step_that_stands() {
    let place = Place::fresh(Engine::Sqlite).await;
    legacy_rows::make(&place).await;
    assert!(!keeps_log(&place.file()));
    let rf = place.open(MigrateMode::Never).await.unwrap();
    rf.migrate("dana".into(), Some(1), None).await.unwrap();
    assert!(keeps_log(&place.file()) && log_of(&place.file()).exists());
    rf.shutdown().await.unwrap();
    assert!(!log_of(&place.file()).exists());
    place.remove().await;
}

#[tokio::test]
async fn a_current_file_keeps_a_log_from_the_first_write_that_stands() {
    let place = Place::fresh(Engine::Sqlite).await;
    place
        .open(MigrateMode::Auto)
        .await
        .unwrap()
        .shutdown()
        .await
        .unwrap();
    set_mode(&place, "delete");
    let rf = place.open(MigrateMode::Check).await.unwrap();
    assert!(!keeps_log(&place.file()));
    let new = NewTenant::new("north", NewUser::new("admin"));
    rf.create_tenant("dana".into(), new).await.unwrap();
    let new = NewTenant::new("south", NewUser::new("admin"));
    rf.create_tenant("dana".into(), new).await.unwrap();
    assert!(keeps_log(&place.file()));
    rf.shutdown().await.unwrap();
    place.remove().await;
}
