//! Incidents: from the report to the mission that flies there, and to their end.

use std::fmt::Debug;

use ringfence::model::Permission::{
    IncidentRead, IncidentWrite, InspectionRead, MissionRead, MissionWrite,
};
use ringfence::model::{
    Action, EventFilter, Incident, IncidentFilter, IncidentLevel, IncidentStatus, MissionState,
    NewIncident, NewIncidentTask, Order, PageRequest, TaskStatus, TimedPageRequest,
};
use ringfence::{Error, Result, TenantSession};
use ringfence_tests::fixture::{Engine, Home, World, each_engine, register};
use serde_json::{Value, json};

/// The template of north that is active, and the one that is not.
const TEMPLATES: &str = "\
    INSERT INTO inspection_templates (tenant_id, id, name, category, is_active, created_at) VALUES
        ('north', 'flood', 'Flood', 'emergency', true, '2026-01-01 00:00:00.000000'),
        ('north', 'old', 'Flood, the old way', 'emergency', false, '2026-01-01 00:00:00.000000'),
        ('south', 'theirs', 'Flood', 'emergency', true, '2026-01-01 00:00:00.000000')";

fn flooded() -> NewIncident {
    NewIncident::new(
        "Road flooded",
        IncidentLevel::High,
        r#"{"type":"Point","coordinates":[8.5,47.40]}"#,
    )
}

async fn reported(home: &Home) -> (TenantSession, Incident) {
    let session = home.admin().await;
    let incident = session.incidents().create(flooded()).await.unwrap();
    (session, incident)
}

fn code<T: Debug>(outcome: Result<T>) -> String {
    outcome.unwrap_err().code().to_owned()
}

fn missing<T: Debug>(outcome: Result<T>) -> String {
    match outcome {
        Err(Error::NotFound { entity }) => entity,
        other => panic!("found: {other:?}"),
    }
}

/// Every event from this one on: what was done to what, and the detail.
async fn events_from(session: &TenantSession, seq: i64) -> Vec<(Action, String, String, Value)> {
    let log = session.audit();
    assert!(log.verify().await.unwrap().is_intact());
    let page = PageRequest {
        limit: Some(1_000),
        after: None,
    };
    let events = log
        .events(EventFilter::default(), page)
        .await
        .unwrap()
        .items;
    let later = events.into_iter().filter(|event| event.seq >= seq);
    later
        .map(|event| {
            let detail = event.detail.unwrap();
            let detail = serde_json::from_str(detail.as_str()).unwrap();
            (event.action, event.entity_type, event.entity_id, detail)
        })
        .collect()
}

async fn size(session: &TenantSession) -> i64 {
    session.audit().verify().await.unwrap().size
}

each_engine!(
    #[tokio::test]
    async fn an_incident_becomes_a_mission_a_task_and_a_link_that_three_events_tell(world: &World) {
        world.place.plant(TEMPLATES).await;
        let (session, incident) = reported(&world.north).await;
        assert_eq!(incident.status, IncidentStatus::Open);
        assert_eq!(incident.linked_task_id, None);
        let drone = register(&session, "kite").await.unwrap();
        let before = size(&session).await;

        let incidents = session.incidents();
        let new = NewIncidentTask {
            drone_id: Some(drone.id.clone()),
            ..NewIncidentTask::new("flood")
        };
        let made = incidents
            .create_task(incident.id.clone(), new)
            .await
            .unwrap();

        let (mission, task) = (&made.mission, &made.task);
        assert_eq!(mission.name, "Emergency-Road flooded");
        assert_eq!(mission.state, MissionState::Draft);
        assert_eq!(mission.plan_type.as_str(), "POINT_TASK");
        assert_eq!(mission.drone_id, Some(drone.id));
        assert_eq!(mission.created_by, world.north.admin);
        let payload: Value = serde_json::from_str(mission.payload.as_str()).unwrap();
        let location = incident.location_geom.as_str();
        assert_eq!(
            payload,
            json!({"incident_id": incident.id.as_str(), "location": location})
        );
        assert_eq!(
            mission.constraints.as_str(),
            r#"{"priority":"P0","emergency_mode":true}"#
        );
        let tail = &task.id.as_str()[28..];
        assert_eq!(task.name, format!("EmergencyTask-{tail}"));
        assert_eq!(task.template_id.as_str(), "flood");
        assert_eq!(task.mission_id.as_ref(), Some(&mission.id));
        assert_eq!((task.priority, &task.status), (1, &TaskStatus::Scheduled));
        assert_eq!(task.area_geom, incident.location_geom);
        let linked = Incident {
            status: IncidentStatus::TaskCreated,
            linked_task_id: Some(task.id.clone()),
            ..incident.clone()
        };
        assert_eq!(made.incident, linked);

        // What is stored is what was told.
        assert_eq!(incidents.get(incident.id.clone()).await.unwrap(), linked);
        assert_eq!(
            &session.missions().get(mission.id.clone()).await.unwrap(),
            mission
        );
        assert_eq!(
            &session.inspections().task(task.id.clone()).await.unwrap(),
            task
        );

        let events = events_from(&session, before).await;
        let told: Vec<_> = events
            .iter()
            .map(|(action, kind, id, _)| (action.clone(), kind.as_str(), id.as_str()))
            .collect();
        let expected = [
            (Action::Create, "mission", mission.id.as_str()),
            (Action::Create, "task", task.id.as_str()),
            (Action::Update, "incident", incident.id.as_str()),
        ];
        assert_eq!(told, expected);
        let changed = json!({
            "before": {"status": "OPEN", "linked_task_id": null},
            "after": {"status": "TASK_CREATED", "linked_task_id": task.id.as_str()},
        });
        assert_eq!(events[2].3, changed);

        // The mission takes the way of every mission, four eyes included.
        let own = session
            .missions()
            .approve(mission.id.clone(), 1, None)
            .await;
        assert_eq!(code(own), "own_mission");
        let other = world.north.member("admin").await.missions();
        other.approve(mission.id.clone(), 1, None).await.unwrap();
        session.missions().start(mission.id.clone()).await.unwrap();
        let comment = Some("drained".to_owned());
        let closed = incidents
            .close_incident(incident.id, comment)
            .await
            .unwrap();
        assert_eq!(closed.status, IncidentStatus::Closed);
        assert_eq!(closed.linked_task_id, linked.linked_task_id);
        let last = events_from(&session, size(&session).await - 1).await;
        assert_eq!(last[0].3["comment"], "drained");
    }
);

each_engine!(
    #[tokio::test]
    async fn a_task_is_made_of_an_open_incident_and_an_active_template_of_the_tenant(
        world: &World,
    ) {
        world.place.plant(TEMPLATES).await;
        let (session, incident) = reported(&world.north).await;
        let incidents = session.incidents();
        let with = |template: &str| {
            incidents.create_task(incident.id.clone(), NewIncidentTask::new(template))
        };
        for foreign in ["theirs", "nobody's"] {
            assert_eq!(missing(with(foreign).await), "template");
        }
        let inactive = with("old").await.unwrap_err();
        assert_eq!(
            (inactive.code(), inactive.field()),
            ("inactive_template", Some("template_id"))
        );
        let other = reported(&world.south).await.1;
        let theirs = incidents.create_task(other.id, NewIncidentTask::new("flood"));
        assert_eq!(missing(theirs.await), "incident");
        let foreign_drone = register(&world.south.admin().await, "theirs")
            .await
            .unwrap()
            .id;
        let new = NewIncidentTask {
            drone_id: Some(foreign_drone),
            ..NewIncidentTask::new("flood")
        };
        let refused = incidents.create_task(incident.id.clone(), new).await;
        assert_eq!(missing(refused), "drone");

        with("flood").await.unwrap();
        assert_eq!(code(with("flood").await), "illegal_transition");
        let close = || incidents.close_incident(incident.id.clone(), None);
        close().await.unwrap();
        assert_eq!(code(close().await), "illegal_transition");
        assert_eq!(code(with("flood").await), "illegal_transition");
        // An incident may be closed without anybody having flown there.
        let (_, unseen) = reported(&world.north).await;
        incidents
            .close_incident(unseen.id.clone(), None)
            .await
            .unwrap();
        let refused = incidents.create_task(unseen.id, NewIncidentTask::new("flood"));
        assert_eq!(code(refused.await), "illegal_transition");
        let missions = "SELECT count(*) FROM missions WHERE tenant_id = 'north'";
        assert_eq!(world.place.count(missions).await, 1);
    }
);

each_engine!(
    #[tokio::test]
    async fn whoever_runs_incidents_makes_their_tasks_and_nobody_does_with_less(world: &World) {
        world.place.plant(TEMPLATES).await;
        let supervisor = world.north.member("supervisor").await;
        let incident = supervisor.incidents().create(flooded()).await.unwrap();
        for (held, lacks) in [
            (
                &[IncidentRead, MissionWrite, InspectionRead][..],
                "incident.write",
            ),
            (
                &[IncidentWrite, MissionRead, InspectionRead],
                "mission.write",
            ),
            (&[IncidentWrite, MissionWrite], "inspection.read"),
        ] {
            let caller = world.north.holder(held).await.incidents();
            let refused = caller.create_task(incident.id.clone(), NewIncidentTask::new("flood"));
            match refused.await {
                Err(Error::Forbidden { permission }) => assert_eq!(permission, lacks),
                other => panic!("{other:?}"),
            }
        }
        let incidents = supervisor.incidents();
        let made = incidents.create_task(incident.id, NewIncidentTask::new("flood"));
        made.await.unwrap();
    }
);

each_engine!(
    #[tokio::test]
    async fn of_several_reasons_why_no_task_is_made_the_first_is_told(world: &World) {
        world.place.plant(TEMPLATES).await;
        let (session, incident) = reported(&world.north).await;
        let incidents = session.incidents();
        let closed = incidents.close_incident(incident.id, None).await;
        let closed = closed.unwrap().id;
        let clerk = world.north.holder(&[IncidentWrite, MissionWrite]).await;
        let asked = async |caller: &TenantSession, incident: &str, template: &str| {
            let new = NewIncidentTask::new(template);
            caller.incidents().create_task(incident.into(), new).await
        };
        // What is not there, what the caller may not, where the incident stands, and what the template is.
        for caller in [&clerk, &session] {
            assert_eq!(
                missing(asked(caller, "nothing", "nobody's").await),
                "incident"
            );
            let refused = asked(caller, closed.as_str(), "nobody's").await;
            assert_eq!(missing(refused), "template");
        }
        for template in ["flood", "old"] {
            let refused = asked(&clerk, closed.as_str(), template).await;
            assert_eq!(code(refused), "forbidden");
            let refused = asked(&session, closed.as_str(), template).await;
            assert_eq!(code(refused), "illegal_transition");
        }
    }
);

/// Keeps the last write of an incident's task out, loudly or silently.
fn host_trigger(engine: Engine, loud: bool) -> String {
    match (engine, loud) {
        (Engine::Sqlite, true) => {
            "CREATE TRIGGER host BEFORE UPDATE ON incidents BEGIN SELECT RAISE(ABORT, 'no'); END"
        }
        (Engine::Sqlite, false) => {
            "CREATE TRIGGER host BEFORE UPDATE ON incidents BEGIN SELECT RAISE(IGNORE); END"
        }
        (Engine::Postgres, true) => {
            "CREATE FUNCTION host() RETURNS trigger LANGUAGE plpgsql AS \
             $$ BEGIN RAISE EXCEPTION 'no'; END $$; \
             CREATE TRIGGER host BEFORE UPDATE ON incidents FOR EACH ROW EXECUTE FUNCTION host()"
        }
        (Engine::Postgres, false) => {
            "CREATE FUNCTION host() RETURNS trigger LANGUAGE plpgsql AS \
             $$ BEGIN RETURN NULL; END $$; \
             CREATE TRIGGER host BEFORE UPDATE ON incidents FOR EACH ROW EXECUTE FUNCTION host()"
        }
    }
    .to_owned()
}

async fn nothing_is_left_behind(world: &World, loud: bool) {
    world.place.plant(TEMPLATES).await;
    let (session, incident) = reported(&world.north).await;
    let trigger = host_trigger(world.place.engine, loud);
    world.place.raw(&trigger).await.unwrap();
    let before = size(&session).await;
    let incidents = session.incidents();
    let refused = incidents.create_task(incident.id.clone(), NewIncidentTask::new("flood"));
    refused.await.unwrap_err();
    for table in ["missions", "inspection_tasks"] {
        let left = format!("SELECT count(*) FROM {table} WHERE tenant_id = 'north'");
        assert_eq!(world.place.count(&left).await, 0, "{table}");
    }
    assert_eq!(incidents.get(incident.id.clone()).await.unwrap(), incident);
    assert_eq!(size(&session).await, before);
}

each_engine!(
    #[tokio::test]
    async fn a_failure_after_mission_and_task_were_written_leaves_neither(world: &World) {
        nothing_is_left_behind(world, true).await;
    }
);

each_engine!(
    #[tokio::test]
    async fn a_link_that_is_kept_out_silently_leaves_neither_mission_nor_task(world: &World) {
        nothing_is_left_behind(world, false).await;
    }
);

each_engine!(
    #[tokio::test]
    async fn incidents_are_read_in_the_order_of_time_and_by_what_narrows_them(world: &World) {
        // As another program stored them: random ids, a level of its own, a task that is not there.
        world.place.plant(TEMPLATES).await;
        world
            .place
            .plant(
                "INSERT INTO inspection_tasks (tenant_id, id, name, template_id, area_geom, priority, status, created_at)
                     VALUES ('north', 'task', 'Roofs', 'flood', '', 5, 'DRAFT', '2026-01-01 00:00:00.000000');
                 INSERT INTO incidents (tenant_id, id, title, level, location_geom, status, linked_task_id, created_at) VALUES
                     ('north', 'z', 'first', 'severe', 'somewhere', 'OPEN', NULL, '2026-01-01 00:00:00.000000'),
                     ('north', 'a', 'second', 'HIGH', 'POINT(8 47)', 'TASK_CREATED', 'task', '2026-01-02 00:00:00.000000'),
                     ('north', 'm', 'third', 'HIGH', '', 'ESCALATED', NULL, '2026-01-03 00:00:00.000000'),
                     ('south', 'b', 'theirs', 'HIGH', '', 'OPEN', NULL, '2026-01-03 00:00:00.000000')",
            )
            .await;
        let incidents = world.north.admin().await.incidents();
        let titles = async |filter: IncidentFilter, page: TimedPageRequest| {
            let count = incidents.count(filter.clone()).await.unwrap();
            let found = incidents.list(filter, page).await.unwrap().items;
            assert_eq!(usize::try_from(count).unwrap(), found.len());
            found.into_iter().map(|it| it.title).collect::<Vec<_>>()
        };
        let all = IncidentFilter::default;
        let newest = || TimedPageRequest::in_order(Order::Newest);
        assert_eq!(titles(all(), newest()).await, ["third", "second", "first"]);
        let oldest = TimedPageRequest::in_order(Order::Oldest);
        assert_eq!(titles(all(), oldest).await, ["first", "second", "third"]);
        assert_eq!(
            titles(all(), TimedPageRequest::default()).await,
            ["second", "third", "first"]
        );
        let since = IncidentFilter {
            since: Some("2026-01-02T00:00:00Z".parse().unwrap()),
            level: Some(IncidentLevel::High),
            ..all()
        };
        assert_eq!(titles(since, newest()).await, ["third", "second"]);
        let open = IncidentFilter {
            status: Some(IncidentStatus::Open),
            ..all()
        };
        assert_eq!(titles(open, newest()).await, ["first"]);
        let linked = IncidentFilter {
            linked_task_id: Some("task".into()),
            ..all()
        };
        assert_eq!(titles(linked, newest()).await, ["second"]);
        // What only another program knows is read as it is, and goes nowhere.
        let first = incidents.get("z".into()).await.unwrap();
        assert_eq!(
            (first.level.as_str(), first.location_geom.as_str()),
            ("severe", "somewhere")
        );
        let refused = incidents.close_incident("m".into(), None).await;
        assert_eq!(code(refused), "illegal_transition");
        let made = incidents.create_task("z".into(), NewIncidentTask::new("flood"));
        assert_eq!(made.await.unwrap().task.area_geom, "somewhere");
    }
);

each_engine!(
    #[tokio::test]
    async fn an_incident_lies_somewhere_on_the_globe(world: &World) {
        let incidents = world.north.admin().await.incidents();
        for (location, rule) in [
            ("", "is empty"),
            ("by the river", "is neither well-formed WKT nor GeoJSON"),
            (
                "POINT(47.4 98.5)",
                "has a latitude (the second of two numbers) that is not between -90 and 90 degrees",
            ),
        ] {
            let new = NewIncident::new("Smoke", IncidentLevel::Low, location);
            let expected = Error::Invalid {
                field: "location_geom".to_owned(),
                rule: rule.to_owned(),
            };
            assert_eq!(incidents.create(new).await, Err(expected));
        }
        assert_eq!(incidents.count(IncidentFilter::default()).await, Ok(0));
    }
);
