//! What a host decides when it opens a database, as far as it concerns the store.

use std::time::Duration;

/// How a store is opened.
#[derive(Debug, Clone)]
pub(crate) struct Settings {
    /// Whether a file that is not there is made (SQLite).
    pub(crate) create_if_missing: bool,
    /// Connections for reading (SQLite), connections in all (Postgres).
    pub(crate) pool_size: usize,
    /// How long to wait for a lock or a connection.
    pub(crate) busy_timeout: Duration,
    /// How long a migration waits for another, or for the writers of the file.
    pub(crate) migration_lock_timeout: Duration,
    /// Where the tables are, if not where the login's search path leads to (Postgres).
    pub(crate) schema: Option<String>,
}
