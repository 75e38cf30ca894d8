//! Who acts in these facts: users with exactly these permissions, and drones and missions for them.

use std::fmt::Debug;
use std::sync::Arc;

use ringfence::model::{
    Action, AuditEvent, DroneId, EventFilter, Mission, MissionId, PageRequest, UserId,
};
use ringfence::{Error, Missions, Result};
pub(super) use ringfence_tests::fixture::survey;
use ringfence_tests::fixture::{Home, World, register};
use serde_json::Value;

/// What a planner may do, who approves nothing.
pub(super) const PLANNER: &[&str] = &["mission.read", "mission.write"];
/// What an approver may do, who plans nothing.
pub(super) const APPROVER: &[&str] = &["mission.read", "mission.approve"];

/// The missions of a home's user `name`, who holds these permissions and no others. The rows are those that
/// the old platform would write.
pub(super) async fn user(
    world: &World,
    home: &Home,
    name: &str,
    permissions: &[&str],
) -> Arc<Missions> {
    let tenant = home.tenant.as_str();
    let id = format!("{tenant}-{name}");
    let at = "'2026-01-05 12:00:00.000000'";
    let mut sql = format!(
        "INSERT INTO users (id, tenant_id, username, password_hash, is_active, created_at) \
         VALUES ('{id}', '{tenant}', '{name}', '', true, {at}); \
         INSERT INTO roles (id, tenant_id, name, created_at) \
         VALUES ('{id}-role', '{tenant}', '{name}', {at}); \
         INSERT INTO user_roles (user_id, role_id, created_at) VALUES ('{id}', '{id}-role', {at});"
    );
    for permission in permissions {
        sql.push_str(&format!(
            "INSERT INTO role_permissions (role_id, permission_id, created_at) \
             SELECT '{id}-role', p.id, {at} FROM permissions p WHERE p.name = '{permission}';"
        ));
    }
    world.place.raw(&sql).await.unwrap();
    home.session(&UserId::from(id)).await.missions()
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
