//! Defects: what inspections found that has to be mended, and what was done about it.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::filter::filter;
use super::given::given;
use super::inspection::{severity, within};
use super::text::{self, InvalidField};
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
    /// Counts the changes of the row, from 1.
    pub version: i64,
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
    /// what somebody added in words of his own.
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

/// How many defects stand in a status.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "uniffi", derive(uniffi::Record))]
#[cfg_attr(
    feature = "python",
    pyo3::pyclass(module = "ringfence", frozen, get_all, eq)
)]
pub struct DefectsOfStatus {
    /// The status.
    pub status: DefectStatus,
    /// How many stand in it.
    pub defects: i64,
}

/// How a tenant's defects stand.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "uniffi", derive(uniffi::Record))]
#[cfg_attr(
    feature = "python",
    pyo3::pyclass(module = "ringfence", frozen, get_all, eq)
)]
pub struct DefectStats {
    /// How many there are.
    pub total: i64,
    /// How many of them are CLOSED.
    pub closed: i64,
    /// How many stand in each status in which any stands, in the order in which a defect goes through them; what only
    /// another program knows comes last.
    pub by_status: Vec<DefectsOfStatus>,
}

given! {
    /// A defect to make out of an observation.
    new NewDefect;

    /// The observation that it was found in, which has no defect yet.
    observation_id: ObservationId;
    /// What is defective; not blank, at most 200 bytes. Absent: it is named by the observation's item.
    title: Option<String> as within::<200>;
    /// What is known of it, at most 4000 bytes; absent: the observation's note.
    description: Option<String> as text::remark;
    /// How grave it is, 1 to 5; absent: as grave as the observation.
    severity: Option<i64> as severity;
}

given! {
    /// A change to a defect that is not CLOSED; absent fields stay as they are.
    update DefectUpdate of Defect;

    /// What is defective; not blank, at most 200 bytes.
    title: String as within::<200>;
    /// What is known of it, at most 4000 bytes.
    description: Option<String> as text::remark;
    /// How grave it is, 1 to 5.
    severity: i64 as severity;
}

given! {
    /// Something that was done about a defect, in words of one's own.
    new NewDefectAction;

    /// What was done, such as `PARTS_ORDERED`; not blank, at most 50 characters, and none that the library writes itself.
    action_type: String as told_by_somebody;
    /// What is to be said of it, at most 4000 bytes.
    note: Option<String> as text::remark;
}

/// What was done, as the library tells it.
pub(crate) mod done {
    use crate::model::DefectStatus;

    pub(crate) const MADE_OUT: &str = "CREATED_FROM_OBSERVATION";
    pub(crate) const ASSIGNED: &str = "ASSIGNED";
    pub(crate) const REVIEW: &str = "REVIEW_TASK_CREATED";
    /// What a status follows.
    pub(super) const STEP: &str = "STATUS_";

    pub(crate) fn step(to: &DefectStatus) -> String {
        format!("{STEP}{to}")
    }
}

/// Nobody tells what the library alone knows to have happened.
fn told_by_somebody(field: &str, given: &mut String) -> Result<(), InvalidField> {
    within::<50>(field, given)?;
    let upper = given.to_uppercase();
    if upper.starts_with(done::STEP)
        || [done::MADE_OUT, done::ASSIGNED, done::REVIEW].contains(&upper.as_str())
    {
        return Err(InvalidField::new(
            field,
            "is one that the library writes itself",
        ));
    }
    Ok(())
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
