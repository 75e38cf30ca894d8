//! The one file that a database is, and how it is known again.
//!
//! A path changes its meaning: the host changes its folder, somebody renames another file over it, or removes it.
//! And what stands beside it can go: a second SQLite in this process drops the locks of the first when it closes the
//! file, thinks itself the last, and takes the log away. So the path is resolved once, when the database is opened, and
//! each further connection is shown to have the very file of the first, and the log that the others use; and nothing
//! that was written is acknowledged before both are seen to be there still, with the locks on them that keep others out.

use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, AtomicU32, AtomicU64, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};

use rusqlite::config::DbConfig;
use rusqlite::wal::CheckpointMode;
use rusqlite::{Connection, OpenFlags};

use super::error::classify;
use super::identity::{Found, Identity, beside};
use super::locks::Locks;
use super::site::Site;
use crate::error::{StoreError, Visible, WorkOutcome};

/// Without `CREATE`, and without `URI`: a path is a path.
pub(super) const FLAGS: OpenFlags =
    OpenFlags::SQLITE_OPEN_READ_WRITE.union(OpenFlags::SQLITE_OPEN_NO_MUTEX);

/// What SQLite puts in front of its log, and of each page in it.
const LOG_HEADER: u64 = 32;
const FRAME_HEADER: u64 = 24;

const LOCKS_DROPPED: &str = "its locks are gone: something else in this process opened and closed it, or its index (`-shm`)";

/// How often it is asked again how long the log should be: another process may cut it, when nothing in it is needed.
const LOOKS: usize = 3;

/// A database file while it is open.
#[derive(Debug)]
pub(in crate::store) struct DatabaseFile {
    /// Absolute, without links.
    path: PathBuf,
    identity: Identity,
    may_have_other_names: bool,
    /// A log with something in it lay beside the file before it was opened.
    log_was_left: bool,
    beside: Mutex<Beside>,
    /// How long the log was when it was last found whole.
    whole: AtomicU64,
    page_bytes: AtomicU32,
    /// Something of ours stands in it.
    written: AtomicBool,
    /// It keeps a log beside it, as far as its file system carries one.
    keeps_log: AtomicBool,
    /// It was noticed that another file lies there: from then on nobody gets a connection.
    replaced: AtomicBool,
}

/// The files beside it, which stay what they are while anybody has a connection.
#[derive(Debug, Default)]
struct Beside {
    connections: usize,
    /// `-wal` and `-shm`; not there before there is a log, or on a file system that does not carry one.
    known: [Option<Identity>; 2],
    locks: Locks,
}

/// When somebody looks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum When {
    /// A transaction of ours that writes has begun.
    Begun,
    Between,
}

impl Beside {
    /// Whether these are the files that the connections have open.
    fn are(&self, now: &[Option<Found>; 2]) -> bool {
        let known = self.known.iter().zip(now);
        self.connections == 0 || known.into_iter().all(|(known, now)| is_still(*known, *now))
    }

    /// Whether the locks are held that the connections rely on, as far as the system tells.
    fn holds_locks(&mut self, when: When, file: Identity) -> Result<bool, StoreError> {
        let [_, index] = self.known;
        match when {
            _ if self.connections == 0 => Ok(true),
            When::Begun => self.locks.are_held_to_write(file, index),
            When::Between => self.locks.are_held(),
        }
    }

    fn learn(&mut self, now: &[Option<Found>; 2]) {
        for (known, now) in self.known.iter_mut().zip(now) {
            *known = known.or(now.map(|now| now.identity));
        }
    }
}

impl DatabaseFile {
    /// The file that this connection, the first, has opened at a resolved path.
    pub(super) fn of_first(
        path: PathBuf,
        site: &Site,
        connection: &Connection,
    ) -> Result<Self, StoreError> {
        let found = Found::at(&path)?.ok_or(StoreError::FileReplaced(WorkOutcome::NotDone))?;
        let file = Self {
            path,
            identity: found.identity,
            may_have_other_names: site.may_have_other_names,
            log_was_left: site.log_was_left,
            beside: Mutex::default(),
            whole: AtomicU64::new(0),
            page_bytes: AtomicU32::new(0),
            written: AtomicBool::new(false),
            keeps_log: AtomicBool::new(false),
            replaced: AtomicBool::new(false),
        };
        file.must_be_of(connection)?;
        Ok(file)
    }

    pub(super) fn path(&self) -> &Path {
        &self.path
    }

    /// Refuses a file that is known to have been replaced.
    pub(super) fn must_be_in_place(&self) -> Result<(), StoreError> {
        if self.replaced.load(Ordering::Relaxed) {
            return Err(StoreError::FileReplaced(WorkOutcome::NotDone));
        }
        Ok(())
    }

    fn replaced<T>(&self, outcome: WorkOutcome) -> Result<T, StoreError> {
        self.replaced.store(true, Ordering::Relaxed);
        Err(StoreError::FileReplaced(outcome))
    }

    /// Says what was found, once: from then on nobody looks.
    fn found(&self, what: &'static str) {
        if !self.replaced.load(Ordering::Relaxed) {
            let path = self.path.display();
            tracing::error!(target: "ringfence::store", file = %Visible(path), what, "no more calls");
        }
    }

    /// Another connection to the same file and the same log, which makes neither.
    pub(super) fn connect(
        &self,
        configure: impl FnOnce(&Connection) -> Result<(), StoreError>,
    ) -> Result<Connection, StoreError> {
        // Before SQLite reads or makes anything where another file lies by now, and again behind it.
        self.must_stand()?;
        let connection = Connection::open_with_flags(&self.path, FLAGS).map_err(classify)?;
        self.must_be_of(&connection)?;
        configure(&connection)?;
        self.must_stand()?;
        Ok(connection)
    }

    /// Refuses to go on where the path has come to mean another file, or the log beside it is another, or the locks are
    /// gone.
    fn must_stand(&self) -> Result<(), StoreError> {
        match self.look(When::Between)? {
            Some(_) => Ok(()),
            None => self.replaced(WorkOutcome::NotDone),
        }
    }

    /// How long the log is, if the file and what lies beside it are what the connections have open, under one name, and
    /// locked.
    fn look(&self, when: When) -> Result<Option<u64>, StoreError> {
        let here = Found::at(&self.path)?.is_some_and(|found| {
            found.identity == self.identity
                && (self.may_have_other_names || !found.has_other_names())
        });
        // Looked at under the lock: what is known must not be newer than what is seen.
        let mut known = self.beside();
        let now = self.look_beside()?;
        if !here {
            self.found("the file was moved, removed or replaced, or has another name");
        } else if !known.are(&now) {
            self.found("its log (`-wal`) or the index of that (`-shm`) was removed or replaced");
        } else if !known.holds_locks(when, self.identity)? {
            self.found(LOCKS_DROPPED);
        } else {
            return Ok(Some(bytes_of_log(&now)));
        }
        Ok(None)
    }

    /// Before a transaction of ours writes, when nobody else can. `Ok(false)` where the log is shorter than it was:
    /// that may be another's doing rightly, which is asked [outside the transaction](Self::must_be_whole).
    pub(super) fn stands_before(&self) -> Result<bool, StoreError> {
        match self.look(When::Begun)? {
            None => self.replaced(WorkOutcome::NotDone),
            Some(bytes) if bytes < self.whole.load(Ordering::Relaxed) => Ok(false),
            Some(bytes) => {
                self.whole.store(bytes, Ordering::Relaxed);
                Ok(true)
            }
        }
    }

    /// Right before COMMIT, when nobody else can make the log shorter, or write over what it says. Behind it what was cut
    /// off would be hidden by what was written beyond.
    pub(super) fn must_not_be_cut(&self) -> Result<(), StoreError> {
        let whole = self.whole.load(Ordering::Relaxed);
        let [log, _] = beside(&self.path);
        if whole > 0 && Found::at(&log)?.map_or(0, |log| log.bytes) < whole {
            self.found("its log (`-wal`) was cut");
        } else if !self.beside().locks.keep_others_out()? {
            self.found(LOCKS_DROPPED);
        } else {
            return Ok(());
        }
        self.replaced(WorkOutcome::NotDone)
    }

    /// Behind COMMIT, and before anybody is told: what is not there as it should be is found by nobody else.
    pub(super) fn must_stand_committed(&self, connection: &Connection) -> Result<(), StoreError> {
        self.written.store(true, Ordering::Relaxed);
        let stands = self.look(When::Between).and_then(|found| match found {
            None => Ok(false),
            Some(bytes) if bytes > 0 && bytes >= self.whole.load(Ordering::Relaxed) => {
                self.whole.store(bytes, Ordering::Relaxed);
                Ok(true)
            }
            Some(_) => self.is_whole(connection),
        });
        match stands {
            Ok(true) => {
                self.learn()?;
                Ok(())
            }
            Ok(false) => self.replaced(WorkOutcome::Unknown),
            Err(error) => {
                tracing::error!(target: "ringfence::store", error = %Visible(&error), "nobody can look at what was committed");
                Err(StoreError::OutcomeUnknown)
            }
        }
    }

    /// Refuses to go on with a log that is shorter than what is in it.
    pub(super) fn must_be_whole(&self, connection: &Connection) -> Result<(), StoreError> {
        match self.look(When::Between)? {
            Some(_) if self.is_whole(connection)? => Ok(()),
            _ => self.replaced(WorkOutcome::NotDone),
        }
    }

    /// Whether the log is as long as its index says. Asked outside of a transaction, and again where not: another
    /// process may have begun it anew and cut it.
    fn is_whole(&self, connection: &Connection) -> Result<bool, StoreError> {
        let frame = FRAME_HEADER + u64::from(self.page_bytes.load(Ordering::Relaxed));
        for _ in 0..LOOKS {
            let asked = connection.wal_checkpoint_v2(None::<&str>, CheckpointMode::NOOP);
            let (frames, _) = asked.map_err(classify)?;
            let bytes = bytes_of_log(&self.look_beside()?);
            let frames = u64::try_from(frames).unwrap_or(0);
            if frames == 0 || bytes >= LOG_HEADER + frames * frame {
                self.whole.store(bytes, Ordering::Relaxed);
                return Ok(true);
            }
        }
        Ok(false)
    }

    /// Refuses a connection that has another file open.
    fn must_be_of(&self, connection: &Connection) -> Result<(), StoreError> {
        let found = Found::at(&self.path)?.map(|found| found.identity);
        if has_moved(connection)? || found != Some(self.identity) {
            return self.replaced(WorkOutcome::NotDone);
        }
        Ok(())
    }

    /// Whether something of ours stands in a file that keeps no log yet: until then it is left in the mode in which it
    /// stands.
    pub(super) fn wants_log(&self) -> bool {
        self.written.load(Ordering::Relaxed) && !self.keeps_log.load(Ordering::Relaxed)
    }

    /// It keeps a log of pages of this size, or its file system carries none.
    pub(super) fn settled(&self, page_bytes: u32) -> Result<(), StoreError> {
        self.page_bytes.store(page_bytes, Ordering::Relaxed);
        self.keeps_log.store(true, Ordering::Relaxed);
        self.learn()
    }

    /// Counts a connection, which has the log open from here on, if the file keeps one.
    pub(super) fn connected(&self, keeps_log: bool, page_bytes: u32) -> Result<(), StoreError> {
        self.page_bytes.store(page_bytes, Ordering::Relaxed);
        if keeps_log {
            self.keeps_log.store(true, Ordering::Relaxed);
        }
        let mut beside = self.beside();
        let now = self.look_beside()?;
        if beside.connections == 0 {
            *beside = Beside::default();
        }
        beside.learn(&now);
        beside.connections += 1;
        Ok(())
    }

    /// A connection is about to close. The last one to go takes the log with it.
    pub(super) fn disconnecting(&self) {
        self.beside().connections -= 1;
    }

    /// Lets a connection that closes leave the log alone, unless it is ours to copy into the file and take away.
    /// Whoever only looked leaves a log that lay there as it lay.
    pub(super) fn spare_log(&self, connection: &Connection) {
        let only_looked = self.log_was_left && !self.written.load(Ordering::Relaxed);
        let ours = || -> Result<bool, StoreError> {
            let now = self.look_beside()?;
            let [log, _] = &now;
            let whole = self.whole.load(Ordering::Relaxed);
            // One that was removed is whole where the connection has it open.
            let cut = log.is_some_and(|log| log.bytes < whole);
            Ok(self.is_ours(&now)? && (!cut || self.is_whole(connection)?))
        };
        if only_looked || !matches!(ours(), Ok(true)) {
            leave_log(connection, true);
        }
    }

    /// Whether no other log lies there, and nobody can have come and gone: the last to go takes the index away. One that
    /// others may have written beside us is for those to read who open it next, and believe what fits together.
    fn is_ours(&self, [log, index]: &[Option<Found>; 2]) -> Result<bool, StoreError> {
        let mut beside = self.beside();
        let [known_log, known_index] = beside.known;
        let alone = log.is_none()
            || is_still(known_log, *log) && beside.holds_locks(When::Between, self.identity)?;
        Ok(alone && is_still(known_index, *index))
    }

    fn learn(&self) -> Result<(), StoreError> {
        let mut beside = self.beside();
        // Nothing is missing as a rule.
        if beside.known.iter().any(Option::is_none) {
            let now = self.look_beside()?;
            beside.learn(&now);
        }
        Ok(())
    }

    fn look_beside(&self) -> Result<[Option<Found>; 2], StoreError> {
        let [log, index] = beside(&self.path);
        Ok([Found::at(&log)?, Found::at(&index)?])
    }

    fn beside(&self) -> MutexGuard<'_, Beside> {
        self.beside.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Whether what lies there is what is known of it, if anything is.
fn is_still(known: Option<Identity>, now: Option<Found>) -> bool {
    known.is_none_or(|known| now.is_some_and(|now| now.identity == known))
}

fn bytes_of_log([log, _]: &[Option<Found>; 2]) -> u64 {
    log.map_or(0, |log| log.bytes)
}

/// Lets a connection, when it closes, neither copy the log into the file nor take it away; or as usual.
pub(super) fn leave_log(connection: &Connection, leave: bool) {
    // It cannot fail, but for a SQLite that does not know the switch.
    if let Err(error) = connection.set_db_config(DbConfig::SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, leave)
    {
        tracing::error!(target: "ringfence::store", error = %Visible(&error), "the log is not left alone");
    }
}

#[cfg(unix)]
fn has_moved(connection: &Connection) -> Result<bool, StoreError> {
    let mut moved = 0;
    connection
        .file_control(None::<&str>, rusqlite::FileControl::HasMoved(&mut moved))
        .map_err(classify)?;
    Ok(moved != 0)
}

#[cfg(not(unix))]
fn has_moved(_: &Connection) -> Result<bool, StoreError> {
    Ok(false)
}
