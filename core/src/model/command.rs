//! What the old platform had drones told: a history that is read. The queue of commands has rows of its own.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::filter::filter;
use super::{
    DroneId, Json, LegacyCommandId, LegacyCommandStatus, LegacyCommandType, OpenEnum, UserId,
};

/// What the platform that owned the database before had a drone told, and what came of it. Nothing of it is ever sent:
/// one that stands at PENDING was left behind by its caller.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "uniffi", derive(uniffi::Record))]
#[cfg_attr(
    feature = "python",
    pyo3::pyclass(module = "ringfence", frozen, get_all, eq)
)]
pub struct LegacyCommand {
    /// Its id.
    pub id: LegacyCommandId,
    /// The drone that it was for.
    pub drone_id: DroneId,
    /// What the drone was to do.
    pub command_type: LegacyCommandType,
    /// With what, as it was written. Other programs may have stored what is no object.
    pub params: Json,
    /// By what the caller told a repetition of it; once in the tenant.
    pub idempotency_key: String,
    /// Whether the caller asked for an answer.
    pub expect_ack: bool,
    /// What came of it.
    pub status: LegacyCommandStatus,
    /// Whether the drone agreed; absent where it did not answer.
    pub ack_ok: Option<bool>,
    /// What it answered.
    pub ack_message: Option<String>,
    /// How often it was sent.
    pub attempts: i64,
    /// Who had it sent, where that is known.
    pub issued_by: Option<UserId>,
    /// When it was asked for.
    pub issued_at: Timestamp,
    /// When its row was last written.
    pub updated_at: Timestamp,
}

filter! {
    /// Selects the old platform's commands; absent fields select all.
    LegacyCommandFilter by "were asked for";

    /// Only commands for this drone.
    drone_id: DroneId;
    /// Only commands of which this came.
    status: LegacyCommandStatus;
}
