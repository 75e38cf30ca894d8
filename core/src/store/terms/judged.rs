//! What the calls of a transaction are judged by.

use jiff::Timestamp;

use crate::environment::Environment;
use crate::store::statements::log::EpochRow;

/// What a call is judged by: read after the call arrived, in the transaction that acts, behind whatever this waited
/// for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Judged {
    /// The tenant's policy epoch; empty for operators.
    pub(crate) epoch: String,
    /// The time that decisions are made at: the server's on Postgres, the host's clock on SQLite.
    pub(crate) now: Timestamp,
}

impl Judged {
    pub(in crate::store) fn by(row: EpochRow, clock: &Environment) -> Self {
        Self {
            epoch: row.epoch,
            now: decided_at(clock, row.server),
        }
    }

    /// What operators are judged by, and whoever has no policy: no epoch.
    pub(in crate::store) fn without_policy(now: Timestamp) -> Self {
        Self {
            epoch: String::new(),
            now,
        }
    }
}

/// The time of a decision: what the server's clock said, or the host's where there is no server.
pub(in crate::store) fn decided_at(clock: &Environment, server: Option<Timestamp>) -> Timestamp {
    server.map_or_else(|| clock.now(), |said| clock.server_time(said))
}
