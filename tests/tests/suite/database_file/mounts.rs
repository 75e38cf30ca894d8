//! What a file lies on: mounts that carry no log are refused, and a file system of layers is none of them.

use std::fs;
use std::path::Path;
use std::sync::Arc;

use ringfence::blocking::wait;
use ringfence::{Error, OpenOptions, Ringfence, SystemSource, WorkOutcome};

use super::acknowledged::is_replaced;
use super::fuse::Fuse;
use super::{Fleet, index_of, stored, url};
use crate::mounted::{self, is_apart, mount, mounts};

fn anywhere() -> OpenOptions {
    OpenOptions {
        allow_any_mount: true,
        ..OpenOptions::default()
    }
}

/// What is wrong with the URL of a file.
#[track_caller]
fn rule_for(file: &Path) -> String {
    let refused = wait(Ringfence::open(url(file), OpenOptions::default()));
    match refused.map(drop) {
        Err(Error::Invalid { field, rule }) => {
            assert_eq!(field, "url");
            assert!(rule.contains("allow_any_mount"), "{rule}");
            rule
        }
        other => panic!("{}: {other:?}", file.display()),
    }
}

#[test]
fn a_file_that_is_a_mount_of_its_own_is_refused_and_a_folder_is_not() {
    mounted::run("database_file::mounts::where_a_file_is_bound");
}

#[test]
#[ignore = "run by a_file_that_is_a_mount_of_its_own_is_refused_and_a_folder_is_not"]
fn where_a_file_is_bound() {
    if !is_apart() {
        return;
    }
    let folder = tempfile::tempdir().unwrap();
    let [here, there] = ["here", "there"].map(|name| folder.path().join(name));
    for folder in [&here, &there] {
        fs::create_dir(folder).unwrap();
    }
    let [file, bound] = [here.join("a.db"), there.join("a.db")];
    let fleet = Fleet::found(&url(&file));
    fleet.register(0, 10);
    fs::write(&bound, "").unwrap();
    mount(&["--bind", file.to_str().unwrap()], &bound);
    let rule = rule_for(&bound);
    assert!(rule.contains(bound.to_str().unwrap()), "{rule}");
    fleet.register(1, 10);

    // Under another folder the file and its log are one.
    let whole = folder.path().join("whole");
    fs::create_dir(&whole).unwrap();
    mount(&["--bind", here.to_str().unwrap()], &whole);
    let other = wait(Ringfence::open(
        url(&whole.join("a.db")),
        OpenOptions::default(),
    ))
    .unwrap();
    assert!(wait(other.migration_status()).unwrap().is_current());
    fleet.register(2, 10);
    for ringfence in [&other, &fleet.ringfence] {
        wait(ringfence.shutdown()).unwrap();
    }
    drop(wait(Ringfence::open(url(&bound), anywhere())).unwrap());
}

#[test]
fn where_the_system_does_not_tell_of_locks_a_database_is_written_as_ever() {
    mounted::run("database_file::mounts::where_nothing_is_told");
}

#[test]
#[ignore = "run by where_the_system_does_not_tell_of_locks_a_database_is_written_as_ever"]
fn where_nothing_is_told() {
    if !is_apart() {
        return;
    }
    mount(&["-t", "tmpfs", "tmpfs"], Path::new("/proc"));
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("a.db");
    let fleet = Fleet::found(&url(&file));
    let mut names = vec![fleet.register(0, 10)];
    let again = fleet.again(&file);
    names.push(again.register(1, 10));
    for ringfence in [&fleet.ringfence, &again.ringfence] {
        wait(ringfence.shutdown()).unwrap();
    }
    assert_eq!(stored(&file), names);
}

#[test]
fn a_file_that_is_copied_up_from_a_lower_layer_is_not_replaced() {
    mounted::run("database_file::mounts::on_layers");
}

#[test]
#[ignore = "run by a_file_that_is_copied_up_from_a_lower_layer_is_not_replaced"]
fn on_layers() {
    if !is_apart() {
        return;
    }
    let folder = tempfile::tempdir().unwrap();
    // The layers on a file system of their own: an overlay may not lie on an overlay.
    mount(&["-t", "tmpfs", "tmpfs"], folder.path());
    let [lower, upper, work, merged] =
        ["lower", "upper", "work", "merged"].map(|name| folder.path().join(name));
    for folder in [&lower, &upper, &work, &merged] {
        fs::create_dir(folder).unwrap();
    }
    let name = "a.db";
    wait(Fleet::found(&url(&lower.join(name))).ringfence.shutdown()).unwrap();
    let layers = format!(
        "lowerdir={},upperdir={},workdir={}",
        lower.display(),
        upper.display(),
        work.display()
    );
    if !mounts(&["-t", "overlay", "overlay", "-o", &layers], &merged) {
        eprintln!("skipped: this system has no overlay");
        return;
    }
    let file = merged.join(name);
    let ringfence = wait(Ringfence::open(url(&file), OpenOptions::default())).unwrap();
    let create = |number| {
        let new = ringfence::model::NewTenant::new(
            format!("tenant {number}"),
            ringfence::model::NewUser::new("admin"),
        );
        wait(ringfence.create_tenant("suite".into(), new))
    };
    for number in 0..3 {
        create(number).unwrap();
    }
    // There as well the system tells of the locks.
    drop(fs::read(index_of(&file)).unwrap());
    let error = create(3).unwrap_err();
    is_replaced("on layers", &error, WorkOutcome::NotDone);
    wait(ringfence.shutdown()).unwrap();
    assert!(upper.join(name).exists());
    let db = rusqlite::Connection::open(&file).unwrap();
    let tenants: i64 = db
        .query_row("SELECT count(*) FROM tenants", [], |row| row.get(0))
        .unwrap();
    assert_eq!(tenants, 4);
}

#[test]
fn a_mount_whose_processes_share_no_memory_is_refused_by_its_name() {
    if !mounted::is_root() || !Path::new("/dev/fuse").exists() {
        eprintln!("skipped: only root with /dev/fuse mounts a file system that is refused");
        return;
    }
    mounted::run("database_file::mounts::on_fuse");
}

#[test]
#[ignore = "run by a_mount_whose_processes_share_no_memory_is_refused_by_its_name"]
fn on_fuse() {
    if !is_apart() {
        return;
    }
    let folder = tempfile::tempdir().unwrap();
    let point = folder.path().join("a folder");
    fs::create_dir(&point).unwrap();
    let Some(fuse) = Fuse::mount(&point) else {
        eprintln!("skipped: this system mounts no FUSE");
        return;
    };
    let file = point.join("fleet.db");
    let rule = rule_for(&file);
    for named in [point.to_str().unwrap(), "fuse"] {
        assert!(rule.contains(named), "{rule}");
    }
    // The option gets past it: this file system makes no files.
    let outcome = wait(Ringfence::open(url(&file), anywhere())).map(drop);
    assert!(
        matches!(outcome, Err(Error::Unavailable { .. })),
        "{outcome:?}"
    );
    fuse.unmount();
}

#[test]
fn what_is_allowed_changes_nothing_elsewhere() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("a.db");
    let options = OpenOptions {
        allow_hard_links: true,
        ..anywhere()
    };
    let fleet = Fleet::found_with(&url(&file), options, Arc::new(SystemSource));
    fleet.register(0, 10);
    wait(fleet.ringfence.shutdown()).unwrap();
    assert_eq!(stored(&file), ["drone-0000"]);
}
