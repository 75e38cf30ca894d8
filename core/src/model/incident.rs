//! Incidents: something happened, and somebody flies there to look.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::filter::filter;
use super::geometry::geometry;
use super::given::given;
use super::text;
use super::{
    DroneId, IncidentId, IncidentLevel, IncidentStatus, InspectionTask, Mission, OpenEnum, TaskId,
    TemplateId,
};

/// Something that happened at a place.
///
/// | from | to | by |
/// |---|---|---|
/// | OPEN | TASK_CREATED | `create_task`, which makes a mission and an inspection task |
/// | OPEN, TASK_CREATED | CLOSED | `close_incident` |
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "uniffi", derive(uniffi::Record))]
#[cfg_attr(
    feature = "python",
    pyo3::pyclass(module = "ringfence", frozen, get_all, eq)
)]
pub struct Incident {
    /// Its id.
    pub id: IncidentId,
    /// What happened.
    pub title: String,
    /// How grave it is; of the platform that owned the database before, any text.
    pub level: IncidentLevel,
    /// Where it happened, as WKT or GeoJSON.
    pub location_geom: String,
    /// Where it stands.
    pub status: IncidentStatus,
    /// The inspection task that was made of it, once there is one.
    pub linked_task_id: Option<TaskId>,
    /// When it was reported.
    pub created_at: Timestamp,
}

given! {
    /// An incident to report.
    new NewIncident;

    /// What happened; not blank, at most 200 bytes.
    title: String as text::named;
    /// How grave it is.
    level: IncidentLevel;
    /// Where it happened, as WKT or GeoJSON in degrees WGS 84, at most 256 KiB.
    location_geom: String as geometry;
}

given! {
    /// What is to be made of an incident.
    new NewIncidentTask;

    /// What is to be looked at: an active inspection template of the tenant.
    template_id: TemplateId;
    /// The drone that is to fly there; one may be given to the mission later.
    drone_id: Option<DroneId>;
}

/// What was made of an incident.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "uniffi", derive(uniffi::Record))]
#[cfg_attr(
    feature = "python",
    pyo3::pyclass(module = "ringfence", frozen, get_all, eq)
)]
pub struct IncidentTask {
    /// The incident, linked to the task.
    pub incident: Incident,
    /// The mission that flies there, a draft.
    pub mission: Mission,
    /// What is to be looked at there.
    pub task: InspectionTask,
}

filter! {
    /// Selects incidents; absent fields select all.
    IncidentFilter by "were reported";

    /// Only the incident that this task was made of.
    linked_task_id: TaskId;
    /// Only incidents that stand here.
    status: IncidentStatus;
    /// Only incidents of this level.
    level: IncidentLevel;
}
