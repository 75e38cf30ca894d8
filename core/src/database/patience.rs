//! How long a caller waits.

use std::time::Duration;

/// How long a caller waits.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Patience {
    /// For a lock, a connection or a turn.
    pub(crate) turn: Duration,
    /// In all.
    pub(crate) call: Duration,
}
