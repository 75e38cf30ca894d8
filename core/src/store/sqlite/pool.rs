//! A pool of connections that are lent to the calling thread.
//!
//! Nothing that holds a connection ever suspends, so waiting for one is short and needs no runtime.

use std::collections::VecDeque;
use std::ops::{Deref, DerefMut};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use rusqlite::Connection;

use super::connection::{Opened, Origin, Role};
use crate::error::StoreError;

pub(super) struct Pool {
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
    closed: bool,
}

impl Pool {
    /// Begins with one connection.
    pub(super) fn new(
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

    /// Lends a connection; opens one while fewer than `size` exist; waits for the busy timeout at most.
    pub(super) fn lend(self: &Arc<Self>) -> Result<Lent, StoreError> {
        let mut state = self.state();
        let mut deadline = None;
        loop {
            if state.closed {
                return Err(StoreError::Closed);
            }
            // The connection returned last has the warmest cache.
            if let Some(connection) = state.idle.pop_back() {
                return Ok(Lent {
                    connection: Some(connection),
                    pool: Arc::clone(self),
                });
            }
            if state.open < self.size {
                state.open += 1;
                drop(state);
                return self.open_another();
            }
            let deadline = *deadline.get_or_insert_with(|| Instant::now() + self.busy);
            let left = deadline.saturating_duration_since(Instant::now());
            if left.is_zero() {
                return Err(StoreError::Busy);
            }
            state.waiting += 1;
            state = self
                .returned
                .wait_timeout(state, left)
                .unwrap_or_else(PoisonError::into_inner)
                .0;
            state.waiting -= 1;
        }
    }

    fn open_another(self: &Arc<Self>) -> Result<Lent, StoreError> {
        match self.origin.connect(self.role, self.busy) {
            Ok(connection) => Ok(Lent {
                connection: Some(connection),
                pool: Arc::clone(self),
            }),
            Err(error) => {
                self.state().open -= 1;
                self.returned.notify_one();
                Err(error)
            }
        }
    }

    /// Lends no more, closes what is idle, and waits until what is lent has come back.
    pub(super) fn close(&self) {
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

    fn take_back(&self, connection: Opened) {
        let mut state = self.state();
        if state.closed || !connection.is_autocommit() {
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
pub(super) struct Lent {
    connection: Option<Opened>,
    pool: Arc<Pool>,
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
        if let Some(connection) = self.connection.take() {
            if !connection.is_autocommit() {
                if !connection.is_ours() {
                    return;
                }
                // A failure leaves the transaction open, and `take_back` then closes the connection.
                drop(connection.execute_batch("ROLLBACK"));
            }
            self.pool.take_back(connection);
        }
    }
}
