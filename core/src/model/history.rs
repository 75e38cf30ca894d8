//! What the platform that owned the database before wrote down about itself: its events and its log of requests, which are
//! read and never written.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::filter::filter;
use super::{Json, LegacyEventId, LegacyRequestId, UserId, text};

/// Something that happened on the platform that owned the database before. An id that is none of a row of the tenant is
/// masked (`***`): nobody can tell whose it was.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "uniffi", derive(uniffi::Record))]
#[cfg_attr(
    feature = "python",
    pyo3::pyclass(module = "ringfence", frozen, get_all, eq)
)]
pub struct LegacyEvent {
    /// Its id.
    pub event_id: LegacyEventId,
    /// What happened, such as `mission.approved`.
    pub event_type: String,
    /// When.
    pub ts: Timestamp,
    /// Who did it, where that was written down.
    pub actor_id: Option<UserId>,
    /// What marks the events that belong together, where anything does.
    pub correlation_id: Option<String>,
    /// What was known of it, as it was written but for masked ids. Other programs may have stored what is no object.
    pub payload: Json,
}

/// A request that the platform that owned the database before was asked, of those that write. An id that is none of a row of
/// the tenant is masked (`***`): it was asked for, and may be another tenant's.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "uniffi", derive(uniffi::Record))]
#[cfg_attr(
    feature = "python",
    pyo3::pyclass(module = "ringfence", frozen, get_all, eq)
)]
pub struct LegacyRequest {
    /// Its id.
    pub id: LegacyRequestId,
    /// Whose token it came with, where it had one.
    pub actor_id: Option<UserId>,
    /// Method and path in one.
    pub action: String,
    /// The path that was asked for.
    pub resource: String,
    /// The method of HTTP.
    pub method: String,
    /// The status of HTTP that was answered.
    pub status_code: i64,
    /// When.
    pub ts: Timestamp,
    /// What else was written down, but for masked ids.
    pub detail: Json,
}

filter! {
    /// Selects the old platform's events; absent fields select all.
    LegacyEventFilter by "happened";

    /// Only events of this type.
    event_type: String as text::sought;
}

filter! {
    /// Selects the requests that the old platform was asked; absent fields select all.
    LegacyRequestFilter by "were asked";

    /// Only requests with this user's token.
    actor_id: UserId;
}
