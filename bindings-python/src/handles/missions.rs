//! Missions, their plans, approvals and runs.

use std::sync::Arc;

use jiff::Timestamp;
use pyo3::prelude::*;
use pyo3::pybacked::PyBackedBytes;
use ringfence::model::{
    ApprovalPage, Cursor, DroneId, Json, Mission, MissionFilter, MissionId, MissionPage,
    MissionPlan, MissionRun, MissionState, MissionUpdate, NewMission, NewPlan, Order, PlanType,
    RunId, RunPage, TimedPageRequest, UserId,
};

use crate::arguments::Given::{self, Absent};
use crate::table::handles;

handles! {
    /// A tenant's missions: `mission.read`, `mission.write`, `mission.approve`, `mission.fastlane`.
    class Missions(Arc<ringfence::Missions>) {
        /// The mission with this id. Its plan is read with `plan`.
        ///
        /// Raises `NotFound`; `Forbidden` without `mission.read`.
        fn get(id: MissionId) -> Mission;

        /// Missions that were created from `since` on and before `until`, a page at a time: in the order of their ids, or
        /// with `order` of the times at which they were created.
        ///
        /// Raises `Invalid` for a limit, a cursor or an id that cannot be; `Forbidden` without `mission.read`.
        fn list(;
            state: Option<MissionState> = None,
            drone_id: Option<DroneId> = None,
            plan_type: Option<PlanType> = None,
            created_by: Option<UserId> = None,
            since: Option<Timestamp> = None,
            until: Option<Timestamp> = None,
            order: Option<Order> = None,
            limit: Option<u32> = None,
            after: Option<Cursor> = None,
        ) -> MissionPage => |missions| {
            let filter = MissionFilter { state, drone_id, plan_type, created_by, since, until };
            missions.list(filter, TimedPageRequest { limit, after, order })
        };

        /// The plan that a mission was imported from, byte for byte, with what it holds.
        ///
        /// Raises `NotFound` for the mission (`mission`), or for its plan (`plan`) where it was not imported; `Forbidden`
        /// without `mission.read`; `Integrity` when the stored file is not the one that was imported.
        fn plan(id: MissionId) -> MissionPlan;

        /// Creates a mission, as a draft. `payload` and `constraints` are JSON objects as text.
        ///
        /// Raises `Invalid` naming the field; `NotFound` for the drone; `Forbidden` without `mission.write`, or without
        /// `mission.fastlane` for an emergency mission.
        fn create(
            name: String,
            plan_type: PlanType;
            drone_id: Option<DroneId> = None,
            payload: Option<Json> = None,
            constraints: Option<Json> = None,
        ) -> Mission => |missions| {
            let new = NewMission {
                name,
                drone_id,
                plan_type,
                payload: payload.unwrap_or_default(),
                constraints: constraints.unwrap_or_default(),
            };
            missions.create(new)
        };

        /// Creates a mission, as a draft, from the bytes of a QGroundControl `.plan`, an older `.mission` or a list of
        /// waypoints (`QGC WPL`), which are kept whole.
        ///
        /// Raises `Invalid` naming the field, inside the file as well (`plan.mission.items[3].params[4]`,
        /// `plan.lines[3][8]`), and the format of a file of another; `NotFound` for the drone; `Forbidden` without
        /// `mission.write`, or without `mission.fastlane` for an emergency mission.
        fn import_plan(
            name: String,
            file: PyBackedBytes;
            drone_id: Option<DroneId> = None,
            plan_type: Option<PlanType> = None,
            constraints: Option<Json> = None,
        ) -> Mission => |missions| {
            let new = NewPlan {
                name,
                drone_id,
                file: file.to_vec(),
                plan_type,
                constraints: constraints.unwrap_or_default(),
            };
            missions.import_plan(new)
        };

        /// Changes a mission in DRAFT or REJECTED, which is a draft afterwards. What is left out stays as it is;
        /// `drone_id=None` takes the drone away.
        ///
        /// Raises `Invalid`; `NotFound` for the mission or the drone; `Forbidden` without `mission.write`, or without
        /// `mission.fastlane` where the new constraints are those of an emergency mission; `Conflict` for a stale version
        /// (`stale_version`) or in any other state (`illegal_transition`).
        fn update(
            id: MissionId;
            name: Given<String> = Absent,
            drone_id: Given<Option<DroneId>> = Absent,
            plan_type: Given<PlanType> = Absent,
            payload: Given<Json> = Absent,
            constraints: Given<Json> = Absent,
            version: Option<i64> = None,
        ) -> Mission => |missions| {
            let update = MissionUpdate {
                name: name.value(),
                drone_id: drone_id.into(),
                plan_type: plan_type.value(),
                payload: payload.value(),
                constraints: constraints.value(),
                version,
            };
            missions.update(id, update)
        };

        /// Deletes a mission in DRAFT or REJECTED, and with it the decisions about it, which the event in the log keeps.
        ///
        /// Raises `NotFound`; `Forbidden` without `mission.write`; `Conflict` in any other state (`illegal_transition`),
        /// or while anything else refers to it (`in_use`).
        fn delete(id: MissionId) -> Nothing;

        /// Approves a draft, as it stood at the version that the approver saw. The approver has neither created it nor
        /// edited it last, unless the tenant allows that.
        ///
        /// Raises `Invalid`; `NotFound`; `Forbidden` without `mission.approve`; `Conflict` for a mission that was changed
        /// since that version (`stale_version`), in any other state (`illegal_transition`), without a drone (`no_drone`),
        /// or for the actor's own work (`own_mission`).
        fn approve(id: MissionId, version: i64; comment: Option<String> = None) -> Mission;

        /// Rejects a draft, as it stood at the version that was seen; `update` makes it a draft again. Authors may reject
        /// their own.
        ///
        /// Raises `Invalid`; `NotFound`; `Forbidden` without `mission.approve`; `Conflict` for a mission that was changed
        /// since that version (`stale_version`), or in any other state (`illegal_transition`).
        fn reject(id: MissionId, version: i64; comment: Option<String> = None) -> Mission;

        /// The decisions about a mission, a page at a time: in the order of their ids, or with `order` in which they were
        /// taken.
        ///
        /// Raises `Invalid`; `NotFound`; `Forbidden` without `mission.read`.
        fn approvals(
            mission: MissionId;
            order: Option<Order> = None,
            limit: Option<u32> = None,
            after: Option<Cursor> = None,
        ) -> ApprovalPage => |missions| missions.approvals(mission, TimedPageRequest { limit, after, order });

        /// Starts an approved mission and opens its run.
        ///
        /// Raises `NotFound`; `Forbidden` without `mission.write`, or without `mission.fastlane` for an emergency mission;
        /// `Conflict` in any other state (`illegal_transition`), without a drone (`no_drone`), or when its content is not
        /// what was approved (`changed_since_approval`).
        fn start(id: MissionId) -> Mission;

        /// Pauses a running mission; its run stays open.
        ///
        /// Raises `NotFound`; `Forbidden` without `mission.write`; `Conflict` in any other state (`illegal_transition`).
        fn pause(id: MissionId) -> Mission;

        /// Resumes a paused mission, with the run that its start opened.
        ///
        /// Raises `NotFound`; `Forbidden` without `mission.write`; `Conflict` in any other state (`illegal_transition`).
        fn resume(id: MissionId) -> Mission;

        /// Completes a running mission and ends its run.
        ///
        /// Raises `NotFound`; `Forbidden` without `mission.write`; `Conflict` in any other state (`illegal_transition`).
        fn complete(id: MissionId) -> Mission;

        /// Aborts a mission that is not over, and ends its run if there is one.
        ///
        /// Raises `NotFound`; `Forbidden` without `mission.write`; `Conflict` for a mission that is over
        /// (`illegal_transition`).
        fn abort(id: MissionId) -> Mission;

        /// The runs of a mission, a page at a time: in the order of their ids, or with `order` in which they began.
        ///
        /// Raises `Invalid`; `NotFound`; `Forbidden` without `mission.read`.
        fn runs(
            mission: MissionId;
            order: Option<Order> = None,
            limit: Option<u32> = None,
            after: Option<Cursor> = None,
        ) -> RunPage => |missions| missions.runs(mission, TimedPageRequest { limit, after, order });

        /// The run with this id.
        ///
        /// Raises `NotFound`; `Forbidden` without `mission.read`.
        fn run(id: RunId) -> MissionRun;
    }
}
