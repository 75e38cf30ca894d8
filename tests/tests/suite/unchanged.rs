//! An update that changes nothing writes nothing.

use ringfence::model::{
    DefectUpdate, DroneUpdate, EventFilter, InspectionTaskUpdate, MissionUpdate, NewDefect,
    NewDrone, NewInspectionTask, NewMission, NewObservation, NewTemplate, NewTemplateItem,
    ObservationUpdate, PageRequest, PlanType, TemplateItemUpdate, TemplateUpdate, UserUpdate,
    Vendor,
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

each_engine!(
    #[tokio::test]
    async fn an_update_that_changes_nothing_of_an_inspection_moves_no_version_and_leaves_no_event(
        world: &World,
    ) {
        let session = world.north.admin().await;
        let (inspections, defects) = (session.inspections(), session.defects());
        let new = NewTemplate {
            description: Some("after a storm".to_owned()),
            ..NewTemplate::new("Roof", "roof")
        };
        let template = inspections.create_template(new).await.unwrap();
        let new = NewTemplateItem::new("rust", "Rust");
        let item = inspections.add_item(template.id.clone(), new);
        let item = item.await.unwrap();
        let new = NewInspectionTask {
            area_geom: Some("POINT(8.5 47.4)".to_owned()),
            ..NewInspectionTask::new("Roofs", template.id.clone())
        };
        let task = inspections.create_task(new).await.unwrap();
        let new = NewObservation {
            confidence: Some(0.75),
            ..NewObservation::new("rust", 47.4, 8.5, 30.0)
        };
        let observation = inspections.record(task.id.clone(), new).await.unwrap();
        let new = NewDefect::new(observation.id.clone());
        let defect = defects.create(new).await.unwrap();
        let before = events(&session).await;

        let same = TemplateUpdate {
            name: Some("Roof".to_owned()),
            description: "after a storm".to_owned().into(),
            is_active: Some(true),
            version: Some(template.version),
            ..TemplateUpdate::default()
        };
        for update in [TemplateUpdate::default(), same] {
            assert_eq!(
                inspections
                    .update_template(template.id.clone(), update)
                    .await,
                Ok(template.clone())
            );
        }
        let same = TemplateItemUpdate {
            code: Some("rust".to_owned()),
            sort_order: Some(item.sort_order),
            ..TemplateItemUpdate::default()
        };
        for update in [TemplateItemUpdate::default(), same] {
            assert_eq!(
                inspections.update_item(item.id.clone(), update).await,
                Ok(item.clone())
            );
        }
        let same = InspectionTaskUpdate {
            name: Some("Roofs".to_owned()),
            area_geom: Some("POINT(8.5 47.4)".to_owned()),
            priority: Some(task.priority),
            version: Some(task.version),
            ..InspectionTaskUpdate::default()
        };
        for update in [InspectionTaskUpdate::default(), same] {
            assert_eq!(
                inspections.update_task(task.id.clone(), update).await,
                Ok(task.clone())
            );
        }
        let same = ObservationUpdate {
            item_code: Some("rust".to_owned()),
            alt_m: Some(30.0),
            confidence: 0.75.into(),
            severity: Some(observation.severity),
            version: Some(observation.version),
            ..ObservationUpdate::default()
        };
        for update in [ObservationUpdate::default(), same] {
            assert_eq!(
                inspections
                    .update_observation(observation.id.clone(), update)
                    .await,
                Ok(observation.clone())
            );
        }
        let same = DefectUpdate {
            title: Some(defect.title.clone()),
            severity: Some(defect.severity),
            ..DefectUpdate::default()
        };
        for update in [DefectUpdate::default(), same] {
            assert_eq!(
                defects.update(defect.id.clone(), update).await,
                Ok(defect.clone())
            );
        }
        assert_eq!(events(&session).await, before);

        // What was returned is what is stored.
        let stored = inspections.template(template.id.clone()).await;
        assert_eq!(stored, Ok(template));
        assert_eq!(inspections.task(task.id.clone()).await, Ok(task));
        let stored = inspections.observation(observation.id.clone()).await;
        assert_eq!(stored, Ok(observation));
    }
);
