//! What a host decides when it opens a database, as far as it concerns the store.

use std::time::Duration;

/// How a store is opened.
#[derive(Debug, Clone)]
pub(crate) struct Settings {
    /// Whether a file that is not there is made (SQLite).
    pub(crate) create_if_missing: bool,
    /// Whether a file may have other names than the one by which it is opened (SQLite).
    pub(crate) allow_hard_links: bool,
    /// Whether a file may lie on a mount whose processes do not share memory, or be a mount itself (SQLite).
    pub(crate) allow_any_mount: bool,
    /// Connections for reading (SQLite), connections in all (Postgres).
    pub(crate) pool_size: usize,
    /// How long to wait for a lock or a connection.
    pub(crate) busy_timeout: Duration,
    /// How long a call may take in all.
    pub(crate) call_timeout: Duration,
    /// How long a migration waits for another, or for the writers of the file.
    pub(crate) migration_lock_timeout: Duration,
    /// Where the tables are, if not where the login's search path leads to (Postgres).
    pub(crate) schema: Option<String>,
}

impl Settings {
    /// How long a lock of SQLite's is waited for, which nothing interrupts.
    pub(crate) fn patience(&self) -> Duration {
        self.busy_timeout.min(self.call_timeout)
    }
}

#[cfg(test)]
impl Settings {
    /// The default ones, but for how long is waited.
    pub(crate) fn usual(busy_timeout: Duration) -> Self {
        Self {
            create_if_missing: true,
            allow_hard_links: false,
            allow_any_mount: false,
            pool_size: 8,
            busy_timeout,
            call_timeout: busy_timeout,
            migration_lock_timeout: busy_timeout,
            schema: None,
        }
    }
}
