//! The audit log as a caller sees it.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::text::{self, InvalidField};
use super::{Action, Json, OpenEnum, Outcome, RoleId};

/// One event of a log: what was done, by whom, to what.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "uniffi", derive(uniffi::Record))]
#[cfg_attr(
    feature = "python",
    pyo3::pyclass(module = "ringfence", frozen, get_all, eq)
)]
pub struct AuditEvent {
    /// Its place in the log, from 0 and without gaps.
    pub seq: i64,
    /// When it happened. Absent where what is stored is no time, which `verify` names.
    pub at: Option<Timestamp>,
    /// Who did it: a user's id, or in the deployment's log an operator's name.
    pub actor: String,
    /// The role in force: the one whose grant let the actor act, given or inherited. Absent where no permission was
    /// asked for, or none was held, and where operators act.
    pub role_id: Option<RoleId>,
    /// The method that was called, such as `drones.register`. Empty in an event that counts refusals of several.
    pub method: String,
    /// What was done.
    pub action: Action,
    /// How it came out.
    pub outcome: Outcome,
    /// What kind of thing it was done to: `drone`, `mission`, `role`, ….
    pub entity_type: String,
    /// The id of that thing.
    pub entity_id: String,
    /// The changed columns before and after; secrets are named, never shown. Absent where it is not there, which
    /// `verify` names unless it was erased with an event that says so.
    pub detail: Option<Json>,
    /// Where the call came from, as the host said: kept and erased with the detail.
    pub origin: Option<String>,
    /// What the host knows the call by: kept and erased with the detail.
    pub correlation_id: Option<String>,
    /// The leaf's hash in the Merkle tree, in lower-case hexadecimal.
    pub leaf_hash: String,
}

/// Selects events; absent fields select all.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "uniffi", derive(uniffi::Record))]
#[serde(default)]
pub struct EventFilter {
    /// Only what was done so.
    #[cfg_attr(feature = "uniffi", uniffi(default = None))]
    pub action: Option<Action>,
    /// Only what was done to things of this kind.
    #[cfg_attr(feature = "uniffi", uniffi(default = None))]
    pub entity_type: Option<String>,
    /// Only what was done to the thing with this id.
    #[cfg_attr(feature = "uniffi", uniffi(default = None))]
    pub entity_id: Option<String>,
    /// Only what this user or operator did.
    #[cfg_attr(feature = "uniffi", uniffi(default = None))]
    pub actor: Option<String>,
    /// Only what happened at this moment or later.
    #[cfg_attr(feature = "uniffi", uniffi(default = None))]
    pub since: Option<Timestamp>,
    /// Only what happened before this moment.
    #[cfg_attr(feature = "uniffi", uniffi(default = None))]
    pub until: Option<Timestamp>,
}

impl EventFilter {
    /// Refuses what can never be stored.
    pub(crate) fn check(&self) -> Result<(), InvalidField> {
        Action::check_opt("action", self.action.as_ref())?;
        for (field, value) in [
            ("entity_type", &self.entity_type),
            ("entity_id", &self.entity_id),
            ("actor", &self.actor),
        ] {
            if let Some(value) = value {
                text::bounded(field, value, text::ID_MAX)?;
            }
        }
        Ok(())
    }
}

/// What recomputing a log from its events showed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "uniffi", derive(uniffi::Record))]
#[cfg_attr(
    feature = "python",
    pyo3::pyclass(module = "ringfence", frozen, get_all, eq)
)]
pub struct LogVerification {
    /// The log's identity, which every leaf holds.
    pub log_id: String,
    /// How many events the log says that it has.
    pub size: i64,
    /// The Merkle root that the log stands at (RFC 6962), in lower-case hexadecimal.
    pub root_hash: String,
    /// Whether the events bear it out.
    pub outcome: LogOutcome,
}

#[cfg_attr(feature = "uniffi", uniffi::export)]
impl LogVerification {
    /// Whether every event is as it was recorded.
    pub fn is_intact(&self) -> bool {
        self.outcome == LogOutcome::Intact
    }
}

/// Whether a log's events bear out the root that it stands at; otherwise the first place where they do not.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "uniffi", derive(uniffi::Enum))]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum LogOutcome {
    /// Every event is there and as it was recorded.
    Intact,
    /// This event is missing.
    EventMissing {
        /// Its place in the log.
        seq: i64,
    },
    /// This event is not the one that its stored hash was made of.
    LeafDiffers {
        /// Its place in the log.
        seq: i64,
    },
    /// The detail of this event is not the one that was recorded.
    DetailDiffers {
        /// Its place in the log.
        seq: i64,
    },
    /// The detail of this event is not there, and no event says that it was erased.
    DetailMissing {
        /// Its place in the log.
        seq: i64,
    },
    /// The interior hashes stored with this event do not follow from the leaves.
    NodesDiffer {
        /// Its place in the log.
        seq: i64,
    },
    /// There is an event beyond the size that the log says it has.
    EventBeyondSize {
        /// Its place in the log.
        seq: i64,
    },
    /// Every event agrees with its own hash, but together they do not give the root that the log stands at.
    RootDiffers,
}
