//! A disk that is full or read-only, for root as for anybody: each fact runs in a process of its own, which alone
//! sees the small file systems that it mounts.

use std::path::Path;
use std::sync::Arc;

use ringfence::model::{DroneFilter, NewDrone, NewTenant, NewUser, PageRequest, Vendor};
use ringfence::{Drones, Error, MigrateMode, OpenOptions, Ringfence};

use super::is_unavailable;
use crate::mounted::{self, is_apart, mount};

/// Runs an ignored test of this file in a mount namespace of its own.
fn run_apart(test: &str) {
    mounted::run(&format!("bad_input::disk::{test}"));
}

async fn open(file: &Path, migrate: MigrateMode) -> ringfence::Result<Ringfence> {
    let options = OpenOptions {
        migrate,
        ..OpenOptions::default()
    };
    Ringfence::open(format!("sqlite:{}", file.display()), options).await
}

async fn drones(rf: &Ringfence) -> Arc<Drones> {
    let new = NewTenant {
        id: Some("north".into()),
        ..NewTenant::new("north", NewUser::new("admin"))
    };
    let founded = rf.create_tenant("suite".into(), new).await.unwrap();
    let session = rf.session("north".into(), founded.admin.id).await.unwrap();
    session.drones()
}

/// A drone that takes so many bytes.
fn drone(name: String, bytes: usize) -> NewDrone {
    NewDrone {
        capabilities: format!("{{\"notes\":\"{}\"}}", "x".repeat(bytes)).into(),
        ..NewDrone::new(name, Vendor::Fake)
    }
}

async fn names(drones: &Drones) -> Vec<String> {
    let page = PageRequest {
        limit: Some(1_000),
        after: None,
    };
    let found = drones.list(DroneFilter::default(), page).await.unwrap();
    let mut names: Vec<String> = found.items.into_iter().map(|drone| drone.name).collect();
    names.sort();
    names
}

#[test]
fn a_full_disk_refuses_what_has_no_room_and_keeps_its_neighbours_whole() {
    run_apart("on_a_full_disk");
}

#[tokio::test]
#[ignore = "run by a_full_disk_refuses_what_has_no_room_and_keeps_its_neighbours_whole"]
async fn on_a_full_disk() {
    if !is_apart() {
        return;
    }
    let folder = tempfile::tempdir().unwrap();
    mount(&["-t", "tmpfs", "-o", "size=8m", "tmpfs"], folder.path());
    let file = folder.path().join("fleet.db");
    let rf = open(&file, MigrateMode::Auto).await.unwrap();
    let drones = drones(&rf).await;
    let mut there = Vec::new();
    let mut refused = 0;
    // Large ones among small ones, sixteen at a time, until the disk has been full several times.
    for round in 0.. {
        let handed = (0..16).map(|place| {
            let name = format!("{round:03}-{place:02}");
            let bytes = if place % 5 == 3 { 400_000 } else { 10 };
            let drones = Arc::clone(&drones);
            tokio::spawn(async move {
                let outcome = drones.register(drone(name.clone(), bytes)).await;
                (name, outcome)
            })
        });
        for handle in handed.collect::<Vec<_>>() {
            match handle.await.unwrap() {
                (name, Ok(_)) => there.push(name),
                (name, Err(error)) => {
                    is_unavailable::<()>(&name, Err(error), "disk_full");
                    refused += 1;
                }
            }
        }
        if refused > 20 {
            break;
        }
        assert!(round < 100, "the disk does not fill");
    }
    there.sort();
    assert!(there.len() > 16, "{there:?}");
    assert_eq!(names(&drones).await, there);
    drop(rf.shutdown().await);

    mount(&["-o", "remount,size=64m"], folder.path());
    let rf = open(&file, MigrateMode::Check).await.unwrap();
    let admin = sole_user(&file);
    let session = rf.session("north".into(), admin.into()).await.unwrap();
    assert_eq!(names(&session.drones()).await, there);
    let log = session.audit().verify().await.unwrap();
    assert!(log.is_intact(), "{log:?}");
    // One event a drone, besides those that the founding wrote.
    let before = drones_events(&file);
    assert_eq!(before, i64::try_from(there.len()).unwrap());
    session
        .drones()
        .register(drone("after".into(), 400_000))
        .await
        .unwrap();
    assert!(session.audit().verify().await.unwrap().is_intact());
    rf.shutdown().await.unwrap();
}

fn sole_user(file: &Path) -> String {
    let db = rusqlite::Connection::open(file).unwrap();
    crate::sqlite_fixture::ask(&db, "SELECT id FROM users")
}

fn drones_events(file: &Path) -> i64 {
    let db = rusqlite::Connection::open(file).unwrap();
    let sql =
        "SELECT count(*) FROM audit_events WHERE tenant_id = 'north' AND entity_type = 'drone'";
    crate::sqlite_fixture::ask(&db, sql)
}

#[test]
fn a_disk_without_room_for_the_schema_is_full_and_holds_no_half_of_it() {
    run_apart("without_room_for_the_schema");
}

#[tokio::test]
#[ignore = "run by a_disk_without_room_for_the_schema_is_full_and_holds_no_half_of_it"]
async fn without_room_for_the_schema() {
    if !is_apart() {
        return;
    }
    let folder = tempfile::tempdir().unwrap();
    mount(&["-t", "tmpfs", "-o", "size=640k", "tmpfs"], folder.path());
    let file = folder.path().join("fleet.db");
    let outcome = open(&file, MigrateMode::Auto).await.map(drop);
    is_unavailable("640 kB", outcome, "disk_full");
    mount(&["-o", "remount,size=64m"], folder.path());
    let rf = open(&file, MigrateMode::Auto).await.unwrap();
    assert!(rf.migration_status().await.unwrap().is_current());
    assert!(rf.deployment_log().verify().await.unwrap().is_intact());
    rf.shutdown().await.unwrap();
}

#[test]
fn a_read_only_disk_is_read_only_for_root_too() {
    run_apart("on_a_read_only_disk");
}

#[tokio::test]
#[ignore = "run by a_read_only_disk_is_read_only_for_root_too"]
async fn on_a_read_only_disk() {
    if !is_apart() {
        return;
    }
    let folder = tempfile::tempdir().unwrap();
    mount(&["-t", "tmpfs", "-o", "size=64m", "tmpfs"], folder.path());
    let file = folder.path().join("fleet.db");
    let rf = open(&file, MigrateMode::Auto).await.unwrap();
    drones(&rf).await;
    rf.shutdown().await.unwrap();
    let before = std::fs::read(&file).unwrap();
    mount(&["-o", "remount,ro"], folder.path());
    for path in ["fleet.db", "new.db"] {
        for mode in [MigrateMode::Auto, MigrateMode::Check, MigrateMode::Never] {
            let outcome = open(&folder.path().join(path), mode).await.map(drop);
            if path == "new.db" && mode == MigrateMode::Check {
                assert!(matches!(outcome, Err(Error::Invalid { field, .. }) if field == "url"));
                continue;
            }
            is_unavailable(&format!("{path} {mode:?}"), outcome, "read_only");
        }
    }
    assert_eq!(std::fs::read(&file).unwrap(), before);
    assert!(!folder.path().join("new.db").exists());
    assert!(matches!(
        open(Path::new("/proc/fleet.db"), MigrateMode::Auto).await,
        Err(Error::Unavailable { .. })
    ));
}
