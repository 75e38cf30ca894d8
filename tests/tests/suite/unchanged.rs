//! An update that changes nothing writes nothing.

use ringfence::model::{
    DroneUpdate, EventFilter, MissionUpdate, NewDrone, NewMission, PageRequest, PlanType,
    UserUpdate, Vendor,
};
use ringfence::{Error, TenantSession};
use ringfence_tests::fixture::{World, each_engine};

/// How many events the tenant's log has.
async fn events(session: &TenantSession) -> usize {
    let audit = session.audit();
    let page = PageRequest {
        limit: Some(1_000),
        ..PageRequest::default()
    };
    let found = audit.events(EventFilter::default(), page).await;
    found.unwrap().items.len()
}

each_engine!(
    #[tokio::test]
    async fn an_update_that_changes_nothing_moves_no_version_and_leaves_no_event(world: &World) {
        let session = world.north.admin().await;
        let (drones, missions, identity) =
            (session.drones(), session.missions(), session.identity());
        let new = NewDrone {
            capabilities: r#"{"payload": "camera"}"#.into(),
            ..NewDrone::new("kite", Vendor::Fake)
        };
        let drone = drones.register(new).await.unwrap();
        let new = NewMission {
            drone_id: Some(drone.id.clone()),
            ..NewMission::new("survey", PlanType::PointTask)
        };
        let mission = missions.create(new).await.unwrap();
        let user = world.north.user("mara").await;
        let user = identity.user(user).await.unwrap();
        session.set_self_approval(true).await.unwrap();
        let before = events(&session).await;

        let same = DroneUpdate {
            name: Some("kite".to_owned()),
            version: Some(drone.version),
            ..DroneUpdate::default()
        };
        for update in [DroneUpdate::default(), same] {
            assert_eq!(
                drones.update(drone.id.clone(), update).await,
                Ok(drone.clone())
            );
        }
        let same = MissionUpdate {
            name: Some("survey".to_owned()),
            drone_id: drone.id.clone().into(),
            ..MissionUpdate::default()
        };
        for update in [MissionUpdate::default(), same] {
            assert_eq!(
                missions.update(mission.id.clone(), update).await,
                Ok(mission.clone())
            );
        }
        let same = UserUpdate {
            username: Some("mara".to_owned()),
            is_active: Some(true),
            ..UserUpdate::default()
        };
        for update in [UserUpdate::default(), same] {
            assert_eq!(
                identity.update_user(user.id.clone(), update).await,
                Ok(user.clone())
            );
        }
        assert!(session.set_self_approval(true).await.unwrap().self_approval);
        assert_eq!(events(&session).await, before);

        // A version that was not seen is stale all the same, and without the permission it is refused.
        let stale = DroneUpdate {
            version: Some(drone.version + 1),
            ..DroneUpdate::default()
        };
        let refused = drones.update(drone.id.clone(), stale).await;
        assert_eq!(refused.as_ref().map_err(Error::code), Err("stale_version"));
        let reader = world.north.member("analyst").await;
        let drones = reader.drones();
        let refused = drones.update(drone.id.clone(), DroneUpdate::default());
        assert_eq!(refused.await.as_ref().map_err(Error::status), Err(403));
    }
);
