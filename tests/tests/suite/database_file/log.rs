//! The write-ahead log of an open database.

use std::sync::atomic::{AtomicBool, Ordering};

use ringfence::blocking::wait;
use ringfence::model::{DroneFilter, PageRequest};

use super::{Fleet, url};

/// What the log may take.
const MOST: u64 = 64 << 20;

#[test]
fn the_log_stays_short_beside_readers_that_never_pause() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("fleet.db");
    let log = folder.path().join("fleet.db-wal");
    let fleet = Fleet::found(&url(&file));
    let some = PageRequest {
        limit: Some(10),
        after: None,
    };
    let stop = AtomicBool::new(false);
    let (longest, written) = std::thread::scope(|scope| {
        for _ in 0..6 {
            scope.spawn(|| {
                while !stop.load(Ordering::SeqCst) {
                    wait(fleet.drones.list(DroneFilter::default(), some.clone())).unwrap();
                }
            });
        }
        let (mut longest, mut written) = (0, 0);
        // Each drone is in the log twice: as a row and in its event.
        for number in 0..400 {
            let bytes = 200_000;
            fleet.register(number, bytes);
            written += 2 * bytes as u64;
            longest = longest.max(log.metadata().unwrap().len());
        }
        stop.store(true, Ordering::SeqCst);
        (longest, written)
    });
    assert!(written > 2 * MOST);
    assert!(longest < MOST, "{} MB of log", longest >> 20);
    wait(fleet.ringfence.shutdown()).unwrap();
}
