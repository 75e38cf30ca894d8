//! A pool of connections that are lent to the calling thread.
//!
//! Nothing that holds a connection ever suspends, so waiting for one is short and needs no runtime.

use std::collections::VecDeque;
use std::ops::{Deref, DerefMut};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use rusqlite::Connection;

use super::connection::{Opened, Origin, Role};
use super::file::DatabaseFile;
use crate::error::StoreError;
use crate::store::calling;

pub(in crate::store) struct Pool {
    origin: Origin,
    role: Role,
    size: usize,
    busy: Duration,
    state: Mutex<State>,
    returned: Condvar,
}

struct State {
    idle: VecDeque<Opened>,
    /// Connections that exist, idle or lent.
    open: usize,
    /// Threads that wait until one comes back.
    waiting: usize,
    /// Somebody waits until nothing is lent.
    draining: bool,
    closed: bool,
}

impl Pool {
    /// Begins with one connection.
    pub(in crate::store) fn new(
        origin: Origin,
        first: Opened,
        role: Role,
        size: usize,
        busy: Duration,
    ) -> Arc<Self> {
        let state = State {
            idle: VecDeque::from([first]),
            open: 1,
            waiting: 0,
            draining: false,
            closed: false,
        };
        Arc::new(Self {
            origin,
            role,
            size,
            busy,
            state: Mutex::new(state),
            returned: Condvar::new(),
        })
    }

    /// Lends a connection for what the call that this thread works for does; opens one while fewer than `size` exist;
    /// waits for the busy timeout at most.
    pub(in crate::store) fn lend(self: &Arc<Self>) -> Result<Lent, StoreError> {
        self.lend_within(None)
    }

    /// How long a connection waits for another's lock.
    pub(in crate::store) fn busy(&self) -> Duration {
        self.busy
    }

    /// Lends one likewise, and waits for no longer than `limit`.
    pub(in crate::store) fn lend_within(
        self: &Arc<Self>,
        limit: Option<Duration>,
    ) -> Result<Lent, StoreError> {
        let lent = self.lend_unlimited(limit.map_or(self.busy, |limit| limit.min(self.busy)))?;
        let ends = calling::ends();
        if ends.is_some() {
            lent.work_for(ends, None);
        }
        Ok(lent)
    }

    fn lend_unlimited(self: &Arc<Self>, patience: Duration) -> Result<Lent, StoreError> {
        self.origin.must_be_in_place()?;
        let mut state = self.state();
        let mut deadline = None;
        loop {
            if state.closed {
                return Err(StoreError::Closed);
            }
            if !state.draining {
                // The connection returned last has the warmest cache.
                if let Some(connection) = state.idle.pop_back() {
                    return Ok(self.lent(connection));
                }
                if state.open < self.size {
                    state.open += 1;
                    drop(state);
                    return self.open_another();
                }
            }
            let deadline = *deadline.get_or_insert_with(|| {
                let patience = Instant::now() + patience;
                calling::ends().map_or(patience, |ends| ends.min(patience))
            });
            let left = deadline.saturating_duration_since(Instant::now());
            if left.is_zero() {
                return Err(StoreError::Busy);
            }
            state = self.wait(state, left);
        }
    }

    /// Lends no more until what is lent has come back, and then again. Waits for so long at most; whether all came
    /// back.
    pub(in crate::store) fn drain(&self, at_most: Duration) -> bool {
        let deadline = Instant::now() + at_most;
        let mut state = self.state();
        state.draining = true;
        loop {
            let left = deadline.saturating_duration_since(Instant::now());
            let all_back = state.open == state.idle.len();
            if all_back || left.is_zero() {
                state.draining = false;
                self.returned.notify_all();
                return all_back;
            }
            state = self.wait(state, left);
        }
    }

    /// Until a connection comes back, or something else changes.
    fn wait<'s>(
        &self,
        mut state: MutexGuard<'s, State>,
        at_most: Duration,
    ) -> MutexGuard<'s, State> {
        state.waiting += 1;
        state = self
            .returned
            .wait_timeout(state, at_most)
            .unwrap_or_else(PoisonError::into_inner)
            .0;
        state.waiting -= 1;
        state
    }

    fn open_another(self: &Arc<Self>) -> Result<Lent, StoreError> {
        match self.origin.connect(self.role, self.busy) {
            Ok(connection) => Ok(self.lent(connection)),
            Err(error) => {
                self.state().open -= 1;
                self.returned.notify_all();
                Err(error)
            }
        }
    }

    fn lent(self: &Arc<Self>, connection: Opened) -> Lent {
        Lent {
            connection: Some(connection),
            without_references: false,
            pool: Arc::clone(self),
        }
    }

    /// Lends no more, closes what is idle, and waits until what is lent has come back.
    pub(in crate::store) fn close(&self) {
        let mut state = self.state();
        state.closed = true;
        state.open -= state.idle.len();
        state.idle.clear();
        self.returned.notify_all();
        while state.open > 0 {
            state.waiting += 1;
            state = self
                .returned
                .wait(state)
                .unwrap_or_else(PoisonError::into_inner);
            state.waiting -= 1;
        }
    }

    fn take_back(&self, connection: Opened, as_it_was: bool) {
        let mut state = self.state();
        if state.closed || !as_it_was || !connection.is_autocommit() {
            state.open -= 1;
            drop(connection);
        } else {
            state.idle.push_back(connection);
        }
        // Waking is a call of the system, and nearly always nobody waits.
        if state.waiting > 0 {
            self.returned.notify_all();
        }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A connection on loan. Dropped inside a transaction it rolls back before it goes home.
pub(in crate::store) struct Lent {
    connection: Option<Opened>,
    /// Its foreign keys were switched off, to be switched on again before it goes home.
    without_references: bool,
    pool: Arc<Pool>,
}

impl Lent {
    /// The file that it is open to, if it is to one.
    pub(super) fn file(&self) -> Option<&DatabaseFile> {
        self.connection.as_ref().and_then(Opened::file)
    }

    /// How long it waits for another's lock.
    pub(super) fn busy(&self) -> Duration {
        self.pool.busy()
    }

    /// Switches `foreign_keys` off, outside of a transaction, for as long as the connection is lent.
    pub(super) fn without_references(&mut self) -> rusqlite::Result<bool> {
        self.without_references = true;
        self.execute_batch("PRAGMA foreign_keys = OFF")?;
        self.holds_references().map(|on| !on)
    }

    fn holds_references(&self) -> rusqlite::Result<bool> {
        self.query_row("PRAGMA foreign_keys", [], |row| row.get(0))
    }

    /// Whether the connection is set as it was when it was lent.
    fn as_it_was(&self) -> bool {
        if !self.without_references {
            return true;
        }
        let set = "PRAGMA foreign_keys = ON; PRAGMA legacy_alter_table = OFF";
        let set = self
            .execute_batch(set)
            .and_then(|()| self.holds_references());
        set.unwrap_or(false)
    }

    /// Lets it work until then, and for no longer than this; it is interrupted in the statement that takes longer.
    pub(in crate::store) fn work_for(&self, until: Option<Instant>, at_most: Option<Duration>) {
        if let Some(connection) = &self.connection {
            connection.limit().set(until, at_most);
        }
    }
}

impl Deref for Lent {
    type Target = Connection;

    #[allow(clippy::expect_used, reason = "only `drop` takes the connection")]
    fn deref(&self) -> &Connection {
        self.connection.as_ref().expect("a lent connection")
    }
}

impl DerefMut for Lent {
    #[allow(clippy::expect_used, reason = "only `drop` takes the connection")]
    fn deref_mut(&mut self) -> &mut Connection {
        self.connection.as_mut().expect("a lent connection")
    }
}

impl Drop for Lent {
    fn drop(&mut self) {
        let Some(connection) = &self.connection else {
            return;
        };
        connection.limit().set(None, None);
        if !connection.is_autocommit() {
            if !connection.is_ours() {
                return;
            }
            // A failure leaves the transaction open, and `take_back` then closes the connection.
            drop(connection.execute_batch("ROLLBACK"));
        }
        let as_it_was = self.as_it_was();
        if let Some(connection) = self.connection.take() {
            self.pool.take_back(connection, as_it_was);
        }
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "tests")]
mod tests {
    use super::super::connection::{Place, connect_first};
    use super::*;
    use crate::store::settings::Settings;

    const LONG: Duration = Duration::from_secs(60);

    fn readers(folder: &tempfile::TempDir) -> Arc<Pool> {
        let place = Place::File(folder.path().join("fleet.db"));
        let (origin, first) = connect_first(&place, &Settings::usual(LONG)).unwrap();
        Pool::new(origin, first, Role::Reader, 4, LONG)
    }

    #[test]
    fn one_long_read_does_not_stop_the_others() {
        let folder = tempfile::tempdir().unwrap();
        let readers = readers(&folder);
        let long = readers.lend().unwrap();
        assert!(!readers.drain(Duration::from_millis(5)));
        drop(readers.lend().unwrap());
        drop(long);
        assert!(readers.drain(LONG));
        drop(readers.lend().unwrap());
    }

    #[test]
    fn foreign_keys_that_were_switched_off_are_on_again_when_the_connection_is_lent_next() {
        let folder = tempfile::tempdir().unwrap();
        let readers = readers(&folder);
        let mut lent = readers.lend().unwrap();
        assert!(lent.without_references().unwrap());
        lent.execute_batch("PRAGMA legacy_alter_table = ON; BEGIN")
            .unwrap();
        drop(lent);
        let lent = readers.lend().unwrap();
        assert!(lent.is_autocommit() && lent.holds_references().unwrap());
        let legacy: bool = lent
            .query_row("PRAGMA legacy_alter_table", [], |row| row.get(0))
            .unwrap();
        assert!(!legacy);
    }

    #[test]
    fn new_reads_wait_for_those_in_progress() {
        let folder = tempfile::tempdir().unwrap();
        let readers = readers(&folder);
        let in_progress = readers.lend().unwrap();
        std::thread::scope(|scope| {
            let drained = scope.spawn(|| readers.drain(LONG));
            while !readers.state().draining {
                std::thread::yield_now();
            }
            let new = scope.spawn(|| readers.lend().map(drop));
            while readers.state().waiting < 2 {
                std::thread::yield_now();
            }
            drop(in_progress);
            assert!(drained.join().unwrap());
            new.join().unwrap().unwrap();
        });
    }
}
