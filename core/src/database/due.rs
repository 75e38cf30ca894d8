//! When a call ends.

use std::time::{Duration, Instant};

use crate::store::Settings;

/// How long callers wait.
#[derive(Debug, Clone, Copy)]
pub(super) struct Patience {
    turn: Duration,
    call: Duration,
}

impl Patience {
    pub(super) fn of(settings: &Settings) -> Self {
        Self {
            turn: settings.busy_timeout,
            call: settings.call_timeout,
        }
    }

    /// For a lock, a connection or a turn.
    pub(super) fn turn(self) -> Duration {
        self.turn
    }

    /// In all: when a call ends that begins now.
    pub(super) fn due(self) -> Due {
        Due(Instant::now().checked_add(self.call))
    }
}

/// When a call ends. Whatever is done for it takes this, and nothing else says how long a call takes.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Due(Option<Instant>);

impl Due {
    pub(super) fn ends(self) -> Option<Instant> {
        self.0
    }
}
