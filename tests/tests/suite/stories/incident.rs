//! Something happened; somebody flies there and looks.

use ringfence::model::{
    Action, IncidentFilter, IncidentLevel, IncidentStatus, MissionState, NewIncident,
    NewIncidentTask, NewTemplate, Order, TaskFilter, TaskStatus, TimedPageRequest,
};
use ringfence_tests::fixture::{World, each_engine, register};

use super::told_of;

each_engine!(
    #[tokio::test]
    async fn an_incident_is_reported_flown_to_and_closed(world: &World) {
        let admin = world.north.admin().await;
        let drone = register(&admin, "kite").await.unwrap().id;
        let template = NewTemplate::new("Flood", "emergency");
        let template = admin.inspections().create_template(template).await;
        let template = template.unwrap().id;

        // Whoever supervises reports it, and sends a drone.
        let supervisor = world.north.member("supervisor").await;
        let incidents = supervisor.incidents();
        let new = NewIncident::new("Road flooded", IncidentLevel::High, "POINT(8.5 47.4)");
        let incident = incidents.create(new).await.unwrap();
        let errand = NewIncidentTask {
            drone_id: Some(drone.clone()),
            ..NewIncidentTask::new(template)
        };
        let made = incidents
            .create_task(incident.id.clone(), errand)
            .await
            .unwrap();
        let mission = made.mission.id.clone();
        assert_eq!(made.incident.linked_task_id, Some(made.task.id.clone()));
        assert_eq!(made.task.mission_id, Some(mission.clone()));
        let of_mission = TaskFilter {
            mission_id: Some(mission.clone()),
            status: Some(TaskStatus::Scheduled),
            ..TaskFilter::default()
        };
        let newest = TimedPageRequest::in_order(Order::Newest);
        let tasks = admin.inspections().tasks(of_mission, newest.clone()).await;
        assert_eq!(tasks.unwrap().items, std::slice::from_ref(&made.task));

        // Somebody else approves the mission, which is flown like any other.
        let (missions, version) = (admin.missions(), made.mission.version);
        let approved = missions.approve(mission.clone(), version, None).await;
        approved.unwrap();
        missions.start(mission.clone()).await.unwrap();
        let flown = missions.complete(mission.clone()).await.unwrap();
        assert_eq!(flown.state, MissionState::Completed);
        assert_eq!(flown.drone_id, Some(drone));

        // It is found by what was made of it, and closed.
        let of_task = IncidentFilter {
            linked_task_id: Some(made.task.id.clone()),
            ..IncidentFilter::default()
        };
        let found = incidents.list(of_task, newest).await.unwrap().items;
        assert_eq!(found, [made.incident]);
        let comment = Some("drained".to_owned());
        let closed = incidents.close_incident(incident.id.clone(), comment);
        assert_eq!(closed.await.unwrap().status, IncidentStatus::Closed);

        let told = told_of(&admin, incident.id.as_str()).await;
        assert_eq!(told, [Action::Create, Action::Update, Action::Update]);
    }
);
