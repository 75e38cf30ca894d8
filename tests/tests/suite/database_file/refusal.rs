//! A reader that cannot be opened, and what becomes of acknowledged writes then: POSIX drops every lock that a
//! process has on a file when the process closes any descriptor of it, and the next process that comes and goes takes
//! the log away.

use std::fs::File;
use std::os::unix::fs::{MetadataExt, PermissionsExt};
use std::path::{Path, PathBuf};

use ringfence::blocking::wait;
use ringfence::{OpenOptions, Ringfence};

use super::{Fleet, stored, url};
use crate::apart::{self, Apart};
use crate::bad_input::is_unavailable;

const REFUSED: &str = "refused";

/// Hears what a process acknowledges before and after a reader was refused and another process came and went, and
/// finds all of it after a kill.
fn nothing_is_lost(mut process: Apart, file: &Path) {
    let mut acknowledged = Vec::new();
    loop {
        match process.hear().expect("it goes on to the refusal").as_str() {
            REFUSED => break,
            drone => acknowledged.push(drone.to_owned()),
        }
    }
    // This process is another one; the last to close takes the log away.
    assert_eq!(stored(file), acknowledged);
    process.tell("go on");
    for _ in 0..5 {
        acknowledged.push(process.hear().expect("it writes on"));
    }
    process.kill();
    assert_eq!(stored(file), acknowledged);
}

/// In the process apart: writes before and after what makes the opening of another reader fail.
fn write_around(file: &Path, refuse: impl FnOnce(&Fleet)) {
    let fleet = Fleet::found(&url(file));
    for number in 0..5 {
        apart::say(&fleet.register(number, 10));
    }
    refuse(&fleet);
    apart::say(REFUSED);
    apart::wait_for_word();
    for number in 5..10 {
        apart::say(&fleet.register(number, 10));
    }
    apart::wait_for_word();
}

#[test]
fn a_reader_without_rights_to_the_log_is_read_only_and_loses_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("fleet.db");
    let test = "database_file::refusal::the_process_without_rights";
    let orders = file.to_str().unwrap();
    // To root every file is open, unless it goes without that privilege.
    let without = ["setpriv", "--bounding-set=-dac_override,-dac_read_search"];
    let process = match std::fs::metadata("/proc/self").unwrap().uid() {
        0 => Apart::start_under(&without, test, orders),
        _ => Apart::start(test, orders),
    };
    nothing_is_lost(process, &file);
}

#[test]
#[ignore = "run by a_reader_without_rights_to_the_log_is_read_only_and_loses_nothing"]
fn the_process_without_rights() {
    let Some(file) = apart::orders().map(PathBuf::from) else {
        return;
    };
    write_around(&file, |fleet| {
        let log = PathBuf::from(format!("{}-wal", file.display()));
        let rights = std::fs::metadata(&log).unwrap().permissions();
        std::fs::set_permissions(&log, PermissionsExt::from_mode(0o000)).unwrap();
        let refused = fleet.refused_reader();
        std::fs::set_permissions(&log, rights).unwrap();
        is_unavailable::<()>("no rights to the log", Err(refused), "read_only");
    });
}

#[test]
fn a_reader_without_a_descriptor_is_told_so_and_loses_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("fleet.db");
    let few = ["sh", "-c", "ulimit -n 100 && exec \"$@\"", "sh"];
    let test = "database_file::refusal::the_process_without_descriptors";
    let process = Apart::start_under(&few, test, file.to_str().unwrap());
    nothing_is_lost(process, &file);
}

#[test]
#[ignore = "run by a_reader_without_a_descriptor_is_told_so_and_loses_nothing"]
fn the_process_without_descriptors() {
    let Some(file) = apart::orders().map(PathBuf::from) else {
        return;
    };
    write_around(&file, |fleet| {
        let mut used: Vec<File> = std::iter::from_fn(|| File::open("/dev/null").ok()).collect();
        for left in 0..2 {
            let refused = fleet.refused_reader();
            let what = format!("{left} left");
            is_unavailable::<()>(&what, Err(refused), "too_many_open_files");
            used.pop();
        }
        let anew = wait(Ringfence::open(url(&file), OpenOptions::default())).map(drop);
        is_unavailable("opened anew", anew, "too_many_open_files");
        drop(used);
        fleet.read_together();
    });
}
