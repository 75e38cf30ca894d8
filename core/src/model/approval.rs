//! Recorded decisions: who said what about something of the tenant.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::filter::filter;
use super::text;
use super::{ApprovalEntity, ApprovalRecordId, ApprovalStatus, OpenEnum, UserId};

/// A decision about something of the tenant. It is recorded once and never changed: who decides otherwise records that
/// too, and the newest is what stands. Nothing else follows from it: a mission is approved by `missions().approve`, which
/// keeps its own decisions.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "uniffi", derive(uniffi::Record))]
#[cfg_attr(
    feature = "python",
    pyo3::pyclass(module = "ringfence", frozen, get_all, eq)
)]
pub struct ApprovalRecord {
    /// Its id.
    pub id: ApprovalRecordId,
    /// What kind of thing it is about. Of the platform that owned the database before, any text.
    pub entity_type: ApprovalEntity,
    /// The id of what it is about, which stays while this is there.
    pub entity_id: String,
    /// What was decided.
    pub status: ApprovalStatus,
    /// Who decided.
    pub approved_by: UserId,
    /// When.
    pub created_at: Timestamp,
}

filter! {
    /// Selects recorded decisions; absent fields select all.
    ApprovalRecordFilter by "were recorded";

    /// Only those about the thing with this id.
    entity_id: String as text::sought;
    /// Only those of this user.
    approved_by: UserId;
    /// Only those that say this.
    status: ApprovalStatus;
    /// Only those about things of this kind.
    entity_type: ApprovalEntity;
}
