//! Who acts in these facts: users with exactly these permissions, and drones and missions for them.

use std::fmt::Debug;
use std::sync::Arc;

use ringfence::model::Permission::{MissionApprove, MissionFastlane, MissionRead, MissionWrite};
use ringfence::model::{
    Action, AuditEvent, DroneId, EventFilter, Mission, MissionId, PageRequest, Permission,
};
use ringfence::{Error, Missions, Result};
pub(super) use ringfence_tests::fixture::survey;
use ringfence_tests::fixture::{Home, register};
use serde_json::Value;

/// What a planner may do, who approves nothing.
pub(super) const PLANNER: &[Permission] = &[MissionRead, MissionWrite];
/// What an approver may do, who plans nothing.
pub(super) const APPROVER: &[Permission] = &[MissionRead, MissionApprove];
/// What somebody may do who plans, and approves what others plan.
pub(super) const FLYER: &[Permission] = &[MissionRead, MissionWrite, MissionApprove];
/// What a planner may do where there is no time.
pub(super) const CHIEF: &[Permission] = &[MissionRead, MissionWrite, MissionFastlane];

/// The missions of a home's user `name`, who holds these permissions and no others.
pub(super) async fn user(home: &Home, name: &str, permissions: &[Permission]) -> Arc<Missions> {
    home.holder_called(name, permissions).await.missions()
}

/// The id of a home's user.
pub(super) async fn id_of(home: &Home, name: &str) -> String {
    home.user_called(name).await.into()
}

/// A drone of this home.
pub(super) async fn drone(home: &Home, name: &str) -> DroneId {
    register(&home.admin().await, name).await.unwrap().id
}

/// A draft of the planner's.
pub(super) async fn draft(planner: &Missions, drone: &DroneId) -> Mission {
    planner.create(survey(Some(drone))).await.unwrap()
}

/// The refusal of what must be a conflict: its code.
pub(super) fn conflict<T: Debug>(outcome: Result<T>) -> String {
    match outcome {
        Err(error @ Error::Conflict { .. }) => error.code().to_owned(),
        other => panic!("not a conflict: {other:?}"),
    }
}

/// The entity that must not have been found.
pub(super) fn missing<T: Debug>(outcome: Result<T>) -> String {
    match outcome {
        Err(Error::NotFound { entity }) => entity,
        other => panic!("found: {other:?}"),
    }
}

/// The permission that must have been missing.
pub(super) fn forbidden<T: Debug>(outcome: Result<T>) -> String {
    match outcome {
        Err(Error::Forbidden { permission }) => permission,
        other => panic!("not forbidden: {other:?}"),
    }
}

/// The events about a mission in the order of the log.
pub(super) async fn events(home: &Home, mission: &MissionId) -> Vec<AuditEvent> {
    let filter = EventFilter {
        entity_id: Some(mission.as_str().to_owned()),
        ..EventFilter::default()
    };
    let log = home.admin().await.audit();
    assert!(log.verify().await.unwrap().is_intact());
    log.events(filter, PageRequest::default())
        .await
        .unwrap()
        .items
}

/// What an event says.
pub(super) fn detail(event: &AuditEvent) -> Value {
    serde_json::from_str(event.detail.as_ref().unwrap().as_str()).unwrap()
}

/// Which actions these events are.
pub(super) fn actions(events: &[AuditEvent]) -> Vec<Action> {
    events.iter().map(|event| event.action.clone()).collect()
}
