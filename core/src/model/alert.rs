//! Alerts: what is wrong with a drone, from when it was first seen until somebody closes it.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::filter::filter;
use super::given::given;
use super::text;
use super::{AlertId, AlertSeverity, AlertStatus, AlertType, DroneId, Json, OpenEnum, UserId};

/// Something that is wrong with a drone. While it is active (OPEN or ACKED) there is no other one of its type for the
/// drone: seen again, it is this one.
///
/// | from | to | by |
/// |---|---|---|
/// | OPEN | ACKED | `ack` |
/// | OPEN, ACKED | CLOSED | `close_alert` |
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "uniffi", derive(uniffi::Record))]
#[cfg_attr(
    feature = "python",
    pyo3::pyclass(module = "ringfence", frozen, get_all, eq)
)]
pub struct Alert {
    /// Its id.
    pub id: AlertId,
    /// The drone.
    pub drone_id: DroneId,
    /// What it is about.
    pub alert_type: AlertType,
    /// How grave it is; while it is active this only rises.
    pub severity: AlertSeverity,
    /// Where it stands.
    pub status: AlertStatus,
    /// What is shown of it.
    pub message: String,
    /// What was measured when it was last written, and `ack_comment` and `close_comment`. Other programs may have stored
    /// what is no object.
    pub detail: Json,
    /// When it was first seen.
    pub first_seen_at: Timestamp,
    /// When it was last seen. It moves when the severity rises, and otherwise at most once a minute.
    pub last_seen_at: Timestamp,
    /// Who took it up.
    pub acked_by: Option<UserId>,
    /// When.
    pub acked_at: Option<Timestamp>,
    /// Who closed it.
    pub closed_by: Option<UserId>,
    /// When.
    pub closed_at: Option<Timestamp>,
}

given! {
    /// An alert to raise.
    new NewAlert;

    /// The drone.
    drone_id: DroneId;
    /// What it is about.
    alert_type: AlertType;
    /// How grave it is.
    severity: AlertSeverity;
    /// What is shown of it; not blank, at most 4000 bytes.
    message: String as text::message;
    /// What was measured.
    detail: Json = "{}";
}

filter! {
    /// Selects alerts; absent fields select all.
    AlertFilter by "were first seen";

    /// Only alerts of this drone.
    drone_id: DroneId;
    /// Only alerts that stand here.
    status: AlertStatus;
    /// Only alerts about this.
    alert_type: AlertType;
    /// Only alerts of this severity.
    severity: AlertSeverity;
}
