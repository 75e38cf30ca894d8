//! Keeping the write-ahead log short.
//!
//! SQLite begins its log anew only at a moment when no reader needs what is in it. Its own checkpoint, made by the
//! commit that finds the log long, never waits for that moment: beside readers that do not pause, the log grows
//! without bound (441 MB in 25 s), and every commit tries again, with two flushes. So the writer checkpoints instead,
//! behind a group's answers, when the log has reached a size: first as far as it gets while everybody reads on; then,
//! when new reads have waited for those in progress to finish, and so nobody reads an old state any more, the rest.
//!
//! Where a file keeps no log yet it begins one, behind the first transaction of ours that stands: whoever only looks at a
//! file, or is refused, leaves every byte of it.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use rusqlite::wal::CheckpointMode;
use rusqlite::{Connection, ErrorCode};

use super::connection::keep_log;
use super::error::classify;
use super::file::DatabaseFile;
use super::pool::{Lent, Pool};
use crate::error::{StoreError, Visible};

/// How many pages of log make a checkpoint due (16 MB), and how many more the next attempt after one that did not
/// get through.
const PAGES: i32 = 4_000;

/// How long new reads are held back at most, and how long those of another process are waited for: one long read
/// must not stop everybody. Twice as long after each attempt that did not get through, so that the log ends growing
/// beside steady reads that take longer.
const PATIENCE: Duration = Duration::from_millis(25);
const DOUBLED_AT_MOST: u32 = 4;

pub(in crate::store) struct Checkpoints {
    writing: Arc<Pool>,
    readers: Arc<Pool>,
    busy: Duration,
    next: Mutex<Next>,
}

/// The next attempt.
#[derive(Clone, Copy)]
struct Next {
    /// How long the log must be for it.
    due_at: i32,
    /// How many before it did not get through.
    failed: u32,
}

impl Next {
    const FIRST: Self = Self {
        due_at: PAGES,
        failed: 0,
    };

    /// Never so long that what is held back gives up.
    fn patience(self, busy: Duration) -> Duration {
        let patience = PATIENCE * 2_u32.pow(self.failed.min(DOUBLED_AT_MOST));
        patience.min(busy / 2)
    }
}

/// How far a checkpoint came.
struct Reached {
    /// Pages in the log, or a negative number where there is none.
    log: i32,
    copied: i32,
}

impl Checkpoints {
    pub(in crate::store) fn new(writing: Arc<Pool>, readers: Arc<Pool>, busy: Duration) -> Self {
        Self {
            writing,
            readers,
            busy,
            next: Mutex::new(Next::FIRST),
        }
    }

    /// Checkpoints if that is due. Takes the writer's connection.
    pub(in crate::store) fn if_due(&self) {
        match self.shorten() {
            // Whoever has the connection has a checkpoint behind it, or closes the database. A file that was replaced
            // was told of when that was seen, and every call is told again.
            Ok(()) | Err(StoreError::Busy | StoreError::Closed | StoreError::FileReplaced(_)) => {}
            // The log stays as it is, whole, and is tried again when it has grown.
            Err(error) => {
                tracing::warn!(target: "ringfence::store", error = %Visible(&error), "no checkpoint");
            }
        }
    }

    fn shorten(&self) -> Result<(), StoreError> {
        let writing = self.writing.lend()?;
        if let Some(file) = writing.file().filter(|file| file.wants_log()) {
            self.begin_log(&writing, file)?;
        }
        let mut next = self.next.lock().unwrap_or_else(PoisonError::into_inner);
        let Reached { log, copied } = run(&writing, CheckpointMode::NOOP)?;
        if log < PAGES {
            // It began anew where readers left it a moment.
            *next = Next::FIRST;
        }
        if log < next.due_at || copied == log {
            return Ok(());
        }
        let patience = next.patience(self.busy);
        *next = Next {
            due_at: log.saturating_add(PAGES),
            failed: next.failed + 1,
        };
        if let Some(file) = writing.file() {
            // What is not there would be copied over what is.
            file.must_be_whole(&writing)?;
        }
        run(&writing, CheckpointMode::PASSIVE)?;
        if !self.readers.drain(patience) {
            return Ok(());
        }
        // From here on every read is of the whole log: nothing is in the way of copying the rest.
        let Reached { log, copied } = self.patiently(&writing, patience, || {
            run(&writing, CheckpointMode::RESTART)
        })?;
        if copied == log {
            *next = Next::FIRST;
        }
        Ok(())
    }

    /// Lets a file keep a log from now on. What was written so far stands in the file itself. Where somebody reads for
    /// too long, it is tried again behind the next group.
    fn begin_log(&self, writing: &Lent, file: &DatabaseFile) -> Result<(), StoreError> {
        let patience = Next::FIRST.patience(self.busy);
        if !self.readers.drain(patience) {
            return Ok(());
        }
        match self.patiently(writing, patience, || keep_log(writing).map_err(classify)) {
            Err(StoreError::Busy) => Ok(()),
            begun => file.settled(begun?),
        }
    }

    fn patiently<T>(
        &self,
        writing: &Connection,
        patience: Duration,
        work: impl FnOnce() -> Result<T, StoreError>,
    ) -> Result<T, StoreError> {
        writing.busy_timeout(patience).map_err(classify)?;
        let done = work();
        writing.busy_timeout(self.busy).map_err(classify)?;
        done
    }
}

/// Whoever else checkpoints, or reads for longer than we wait, leaves less to do, or something for the next time.
fn run(connection: &Connection, mode: CheckpointMode) -> Result<Reached, StoreError> {
    match connection.wal_checkpoint_v2(None::<&str>, mode) {
        Ok((log, copied)) => Ok(Reached { log, copied }),
        Err(error) if error.sqlite_error_code() == Some(ErrorCode::DatabaseBusy) => {
            Ok(Reached { log: 0, copied: -1 })
        }
        Err(error) => Err(classify(error)),
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "tests")]
mod tests {
    use std::time::Instant;

    use super::super::connection::{Place, Role, connect_first};
    use super::*;
    use crate::store::settings::Settings;

    const BUSY: Duration = Duration::from_secs(60);

    #[test]
    fn beside_reads_that_last_each_attempt_waits_twice_as_long_until_one_gets_through() {
        let folder = tempfile::tempdir().unwrap();
        let place = Place::File(folder.path().join("fleet.db"));
        let (origin, first) = connect_first(&place, &Settings::usual(BUSY)).unwrap();
        keep_log(&first).unwrap();
        let reader = origin.connect(Role::Reader, BUSY).unwrap();
        let further = connect_first(&place, &Settings::usual(BUSY)).unwrap().0;
        let writing = Pool::new(origin, first, Role::Writer, 1, BUSY);
        let readers = Pool::new(further, reader, Role::Reader, 2, BUSY);
        let checkpoints = Checkpoints::new(Arc::clone(&writing), Arc::clone(&readers), BUSY);
        let log = || {
            let writing = writing.lend().unwrap();
            run(&writing, CheckpointMode::NOOP).unwrap().log
        };
        let write = || {
            let writing = writing.lend().unwrap();
            let bytes = i64::from(PAGES) * 4_096;
            writing
                .execute_batch(&format!(
                    "CREATE TABLE IF NOT EXISTS t (x); DELETE FROM t; \
                     INSERT INTO t VALUES (zeroblob({bytes}))"
                ))
                .unwrap();
        };
        let read = readers.lend().unwrap();
        read.execute_batch("BEGIN; SELECT * FROM sqlite_schema")
            .unwrap();
        for failed in 0..3 {
            write();
            let begun = Instant::now();
            checkpoints.if_due();
            assert!(begun.elapsed() >= PATIENCE * 2_u32.pow(failed));
            assert!(log() > PAGES * i32::try_from(failed).unwrap());
        }
        // Not before the log has grown again.
        let before = checkpoints.next.lock().unwrap().failed;
        checkpoints.if_due();
        assert_eq!((before, checkpoints.next.lock().unwrap().failed), (3, 3));
        drop(read);
        write();
        let longest = log();
        checkpoints.if_due();
        write();
        assert!(log() < longest, "it began anew");
        assert_eq!(checkpoints.next.lock().unwrap().failed, 0, "as at first");
    }

    #[test]
    fn nobody_is_held_back_until_they_give_up() {
        let busy = Duration::from_millis(300);
        for failed in 0..100 {
            let next = Next { due_at: 0, failed };
            assert!(next.patience(busy) <= busy / 2);
            assert!(next.patience(BUSY) <= PATIENCE * 16);
        }
    }
}
