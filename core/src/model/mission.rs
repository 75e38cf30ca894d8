//! Missions: planned flights, their plans, their approvals and their runs.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::filter::filter;
use super::given::{anything, given};
use super::text;
use super::{
    ApprovalId, Decision, DroneId, Json, MissionId, MissionState, OpenEnum, PlanType, RunId,
    UserId, text_enums,
};

/// A planned flight.
///
/// | from | to | by |
/// |---|---|---|
/// | DRAFT | APPROVED | `approve`, by nobody who created or last edited it unless the tenant allows that |
/// | DRAFT | REJECTED | `reject` |
/// | REJECTED | DRAFT | `update` |
/// | APPROVED | RUNNING | `start`, which opens a run |
/// | RUNNING | PAUSED | `pause` |
/// | PAUSED | RUNNING | `resume` |
/// | RUNNING | COMPLETED | `complete`, which ends the run |
/// | any but COMPLETED and ABORTED | ABORTED | `abort`, which ends the run if there is one |
///
/// An emergency mission (`"emergency_fastlane": true` in its constraints) takes the same way, approval
/// included; it needs `mission.fastlane` besides, to be made one and to be started.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "uniffi", derive(uniffi::Record))]
#[cfg_attr(
    feature = "python",
    pyo3::pyclass(module = "ringfence", frozen, get_all, eq)
)]
pub struct Mission {
    /// Its id.
    pub id: MissionId,
    /// Its name.
    pub name: String,
    /// The drone that is to fly it, once there is one.
    pub drone_id: Option<DroneId>,
    /// What kind of flight it is.
    pub plan_type: PlanType,
    /// What is to be flown: as the host described it, or the summary of an imported plan.
    pub payload: Json,
    /// What must be observed on the way; `"emergency_fastlane": true` makes it an emergency mission, and
    /// `fastlane_authorized_by` and `fastlane_authorized_at` say who made it one, and when.
    pub constraints: Json,
    /// Where it stands.
    pub state: MissionState,
    /// Who created it.
    pub created_by: UserId,
    /// When it was created.
    pub created_at: Timestamp,
    /// When it was last changed.
    pub updated_at: Timestamp,
    /// Counts the changes of the row, from 1.
    pub version: i64,
    /// The SHA-256 of the imported plan in lower-case hexadecimal, if there is one.
    pub plan_sha256: Option<String>,
    /// Who changed its content last (name, drone, kind, payload, constraints): its creator at first. Absent where
    /// that was somebody who does not say so, such as the platform that owned the database before.
    pub edited_by: Option<UserId>,
}

impl Mission {
    /// Whether its content is this user's work: who created it, or who is known to have edited it last.
    pub(crate) fn is_work_of(&self, user: &UserId) -> bool {
        self.created_by == *user || self.edited_by.as_ref() == Some(user)
    }
}

given! {
    /// A mission to create, as a draft.
    new NewMission;
    /// A change to a mission in DRAFT or REJECTED; absent fields stay as they are. A rejected mission becomes a draft.
    update MissionUpdate of Mission;

    /// Its name; not blank, at most 200 bytes.
    name: String as text::named;
    /// The drone that is to fly it.
    drone_id: Option<DroneId>;
    /// What kind of flight it is.
    plan_type: PlanType;
    /// What is to be flown. An update replaces it whole; an imported plan stays beside it.
    payload: Json = "{}";
    /// What must be observed on the way; `"emergency_fastlane": true` needs `mission.fastlane`. An update replaces it
    /// whole, and needs that permission also where the old constraints had it.
    constraints: Json = "{}";
}

given! {
    /// A plan to create a mission from, as a draft: a QGroundControl `.plan`, an older `.mission`, or a list of waypoints
    /// (`QGC WPL`).
    new NewPlan;

    /// The mission's name; not blank, at most 200 bytes.
    name: String as text::named;
    /// The file's bytes, at most 8 MiB; they are kept whole, keys that the library does not know included.
    file: Vec<u8> as anything;
    /// The drone that is to fly it.
    drone_id: Option<DroneId>;
    /// What kind of flight it is; absent: what [`PlanSummary::plan_type`] says.
    plan_type: Option<PlanType>;
    /// What must be observed on the way; `"emergency_fastlane": true` needs `mission.fastlane`.
    constraints: Json = "{}";
}

filter! {
    /// Selects missions; absent fields select all.
    MissionFilter by "were created";

    /// Only missions that stand here.
    state: MissionState;
    /// Only missions of this drone.
    drone_id: DroneId;
    /// Only missions of this kind.
    plan_type: PlanType;
    /// Only missions that this user created.
    created_by: UserId;
}

/// The plan of a mission, as it was imported.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "uniffi", derive(uniffi::Record))]
#[cfg_attr(
    feature = "python",
    pyo3::pyclass(module = "ringfence", frozen, get_all, eq)
)]
pub struct MissionPlan {
    /// The file, byte for byte.
    pub file: Vec<u8>,
    /// The SHA-256 of those bytes in lower-case hexadecimal.
    pub sha256: String,
    /// What the file holds.
    pub summary: PlanSummary,
}

/// What a plan holds, read from the file itself.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "uniffi", derive(uniffi::Record))]
#[cfg_attr(
    feature = "python",
    pyo3::pyclass(module = "ringfence", frozen, get_all, eq)
)]
pub struct PlanSummary {
    /// Mission items as the file lists them; a survey counts as one.
    pub items: u32,
    /// How many of them are complex: surveys, corridor and structure scans, landing patterns.
    pub complex_items: u32,
    /// Positions that are flown to, those inside surveys and corridor scans included.
    pub waypoints: u32,
    /// Metres over ground from the first position to the last, along great circles. The way to the first position and
    /// back to the launch point is not in it, nor what the ground station only works out when it uploads
    /// (the orbits of a structure scan).
    pub length_m: f64,
    /// The smallest box around the positions and the areas of the mission; absent where it has none.
    pub bounding_box: Option<BoundingBox>,
    /// Geofences: polygons and circles.
    pub fences: u32,
    /// Rally points: safe places to land.
    pub rally_points: u32,
    /// The kind of flight that this is: an area where there is a survey or a scan, a point where there is one
    /// position, and a route otherwise.
    pub plan_type: PlanType,
    /// The autopilot that it was planned for, as MAVLink numbers it
    /// ([MAV_AUTOPILOT](https://mavlink.io/en/messages/common.html#MAV_AUTOPILOT)): 3 is ArduPilot, 12 PX4. Absent where
    /// the file does not say, as lists of waypoints do not.
    pub firmware: Option<u16>,
    /// The kind of vehicle, as MAVLink numbers it
    /// ([MAV_TYPE](https://mavlink.io/en/messages/common.html#MAV_TYPE)): 1 is a fixed wing, 2 a quadrotor.
    pub vehicle_type: Option<u16>,
    /// Metres per second in forward flight, where the file says it.
    pub cruise_speed_mps: Option<f64>,
    /// Metres per second of a multicopter, where the file says it.
    pub hover_speed_mps: Option<f64>,
    /// The lowest and the highest altitude that is flown at, once for each frame in which the file gives altitudes, in
    /// the order of [`AltitudeFrame`]. Landings are not in it, nor what the ground station only works out when it uploads.
    pub altitudes: Vec<AltitudeRange>,
}

text_enums! {
    /// What altitudes are counted from.
    #[cfg_attr(feature = "uniffi", derive(uniffi::Enum))]
    pub closed enum AltitudeFrame {
        /// Mean sea level.
        Amsl = "AMSL",
        /// Where the vehicle took off.
        Relative = "RELATIVE",
        /// The ground below it.
        Terrain = "TERRAIN",
    }
}

/// The altitudes of a plan that are counted from the same level.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "uniffi", derive(uniffi::Record))]
#[cfg_attr(
    feature = "python",
    pyo3::pyclass(module = "ringfence", frozen, get_all, eq)
)]
pub struct AltitudeRange {
    /// What they are counted from.
    pub frame: AltitudeFrame,
    /// The lowest, in metres.
    pub lowest_m: f64,
    /// The highest, in metres.
    pub highest_m: f64,
}

/// A box in degrees WGS 84. Where it crosses the antimeridian, `west` is greater than `east`, as in GeoJSON
/// (RFC 7946, section 5.2).
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "uniffi", derive(uniffi::Record))]
#[cfg_attr(
    feature = "python",
    pyo3::pyclass(module = "ringfence", frozen, get_all, eq)
)]
pub struct BoundingBox {
    /// Lowest latitude, -90 to 90.
    pub south: f64,
    /// Longitude of the western edge, -180 to 180.
    pub west: f64,
    /// Highest latitude, -90 to 90.
    pub north: f64,
    /// Longitude of the eastern edge, -180 to 180.
    pub east: f64,
}

/// One flight of a mission, from its start to its end. Pausing and resuming do not open another.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "uniffi", derive(uniffi::Record))]
#[cfg_attr(
    feature = "python",
    pyo3::pyclass(module = "ringfence", frozen, get_all, eq)
)]
pub struct MissionRun {
    /// Its id.
    pub id: RunId,
    /// The mission that is flown.
    pub mission_id: MissionId,
    /// RUNNING until it ends, then COMPLETED or ABORTED.
    pub state: MissionState,
    /// When the mission was started.
    pub started_at: Timestamp,
    /// When it ended, once it has.
    pub ended_at: Option<Timestamp>,
}

/// One decision about a mission. A mission that is revised after a rejection has several.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "uniffi", derive(uniffi::Record))]
#[cfg_attr(
    feature = "python",
    pyo3::pyclass(module = "ringfence", frozen, get_all, eq)
)]
pub struct Approval {
    /// Its id.
    pub id: ApprovalId,
    /// The mission that was decided about.
    pub mission_id: MissionId,
    /// Who decided.
    pub approver_id: UserId,
    /// What was decided.
    pub decision: Decision,
    /// Why, at most 4000 bytes.
    pub comment: Option<String>,
    /// When it was decided.
    pub created_at: Timestamp,
    /// The digest of what was decided about (`docs/spec/mission-content.md`), in lower-case hexadecimal. Absent in
    /// decisions of the platform that owned the database before.
    pub content_sha256: Option<String>,
    /// The SHA-256 of the plan that was decided about, where the mission had one.
    pub plan_sha256: Option<String>,
}
