//! Defects: what inspections found that has to be mended, and what was done about it.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::filter::filter;
use super::inspection::severity;
use super::text;
use super::{DefectActionId, DefectId, DefectStatus, ObservationId, OpenEnum};

/// Something that has to be mended.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "uniffi", derive(uniffi::Record))]
#[cfg_attr(
    feature = "python",
    pyo3::pyclass(module = "ringfence", frozen, get_all, eq)
)]
pub struct Defect {
    /// Its id.
    pub id: DefectId,
    /// The observation that it was found in.
    pub observation_id: ObservationId,
    /// What is defective.
    pub title: String,
    /// What is known of it.
    pub description: Option<String>,
    /// How grave it is, 1 to 5.
    pub severity: i64,
    /// Where it stands.
    pub status: DefectStatus,
    /// Who is to mend it: a user's id, or what the platform that owned the database before took for one.
    pub assigned_to: Option<String>,
    /// When it was made out.
    pub created_at: Timestamp,
}

/// Something that was done about a defect. Actions are added and never changed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "uniffi", derive(uniffi::Record))]
#[cfg_attr(
    feature = "python",
    pyo3::pyclass(module = "ringfence", frozen, get_all, eq)
)]
pub struct DefectAction {
    /// Its id.
    pub id: DefectActionId,
    /// The defect that it was done about.
    pub defect_id: DefectId,
    /// What was done: `CREATED_FROM_OBSERVATION`, `ASSIGNED`, `STATUS_` and a [`DefectStatus`], `REVIEW_TASK_CREATED`, or
    /// what another program wrote.
    pub action_type: String,
    /// What was said of it.
    pub note: String,
    /// When it was done.
    pub created_at: Timestamp,
}

/// A defect with what was done about it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "uniffi", derive(uniffi::Record))]
#[cfg_attr(
    feature = "python",
    pyo3::pyclass(module = "ringfence", frozen, get_all, eq)
)]
pub struct DefectDetails {
    /// The defect.
    pub defect: Defect,
    /// What was done about it, the first first: up to 1000 actions. `actions` has all of them.
    pub actions: Vec<DefectAction>,
}

filter! {
    /// Selects defects; absent fields select all.
    DefectFilter by "were made out";

    /// Only defects that stand here.
    status: DefectStatus;
    /// Only defects that were found in this observation.
    observation_id: ObservationId;
    /// Only what is assigned to exactly this user, or to whatever text the platform before took for one.
    assigned_to: String as text::sought;
    /// Only defects of this severity, 1 to 5, or graver ones.
    min_severity: i64 as severity;
}
