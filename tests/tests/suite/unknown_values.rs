//! What another program stored and the library does not know: it is read as it is, in every list, and never written.

use std::fmt::Debug;

use ringfence::model::{
    Action, AlertFilter, AlertSeverity, AlertStatus, AlertType, ApprovalEntity,
    ApprovalRecordFilter, ApprovalStatus, DefectFilter, DefectStatus, DroneFilter, DroneUpdate,
    EventFilter, ExportFilter, ExportFormat, IncidentFilter, IncidentLevel, IncidentStatus,
    LegacyCommandFilter, LegacyCommandStatus, LegacyCommandType, Mission, MissionFilter,
    MissionState, MissionUpdate, NewAlert, NewDrone, NewIncident, NewMission, NewPlan, Outcome,
    PageRequest, PlanType, Resource, TaskFilter, TaskStatus, Vendor,
};
use ringfence::schema::{self, Column, Table};
use ringfence::{Error, Result, TenantSession};
use ringfence_tests::fixture::{Engine, Place, World, each_engine, mission_in, register, survey};
use serde_json::Value;

use crate::calls::things::{self, Ids};
use crate::calls::{Asked, CALLS};
use crate::tampering::drop_guards;

/// None of the texts of any enum.
const FOREIGN: &str = "PARROT";

/// Every column of a stored enum, with its table.
fn enums() -> impl Iterator<Item = (&'static Table, &'static Column)> {
    schema::catalogue().iter().flat_map(|table| {
        let columns = table.columns.iter();
        columns
            .filter(|column| column.known.is_some())
            .map(move |column| (table, column))
    })
}

/// Puts the text into every row of the tenant `north`, past the guards.
async fn put(place: &Place, table: &Table, column: &str, text: &str) {
    if table.log && place.engine == Engine::Sqlite {
        drop_guards(place).await;
    }
    let name = table.name;
    // What a row refers to is something known; the old platform's rows may say otherwise.
    let mut chosen = table.parents.iter().filter_map(|it| it.when);
    if chosen.any(|it| it.column == column) && place.engine == Engine::Sqlite {
        let gone = format!("DROP TRIGGER IF EXISTS rf_{name}_update");
        place.raw(&gone).await.unwrap();
    }
    place
        .plant(&format!(
            "UPDATE {name} SET {column} = '{text}' WHERE tenant_id = 'north'"
        ))
        .await;
}

/// A drone, and a running mission with its decision and its run; an inspection with a defect.
async fn flying(world: &World) -> (TenantSession, Mission) {
    let session = world.north.admin().await;
    let drone = register(&session, "kite").await.unwrap().id;
    let approver = world.north.member("admin").await.missions();
    drop(things::inspected(&world.north, "flying", &drone).await);
    things::reported(&session, &drone).await;
    things::decided(&session, &drone).await;
    let (running, new) = (MissionState::Running, survey(Some(&drone)));
    let mission = mission_in(running, &session.missions(), &approver, new).await;
    (session, mission)
}

/// The rows of a table as every method shows them that reads it.
async fn shown(session: &TenantSession, mission: &Mission, table: &str) -> Vec<Value> {
    let mut all = Vec::new();
    macro_rules! add {
        ($($row:expr),+) => { all.extend([$(serde_json::to_value($row).unwrap()),+]) };
    }
    let first = PageRequest::default();
    let missions = session.missions();
    match table {
        "drones" => {
            let drones = session.drones();
            for drone in drones
                .list(DroneFilter::default(), first)
                .await
                .unwrap()
                .items
            {
                add!(&drone, drones.get(drone.id.clone()).await.unwrap());
            }
        }
        "missions" => {
            let page = missions.list(MissionFilter::default(), first.into()).await;
            for mission in page.unwrap().items {
                add!(&mission, missions.get(mission.id.clone()).await.unwrap());
            }
        }
        "mission_runs" => {
            for run in missions
                .runs(mission.id.clone(), first.into())
                .await
                .unwrap()
                .items
            {
                add!(&run, missions.run(run.id.clone()).await.unwrap());
            }
        }
        "approvals" => {
            let page = missions.approvals(mission.id.clone(), first.into()).await;
            for approval in page.unwrap().items {
                add!(approval);
            }
        }
        "inspection_tasks" => {
            let inspections = session.inspections();
            let page = inspections.tasks(Default::default(), first.into()).await;
            for task in page.unwrap().items {
                add!(&task, inspections.task(task.id.clone()).await.unwrap());
            }
        }
        "inspection_exports" => {
            let inspections = session.inspections();
            let page = inspections.exports(Default::default(), first.into()).await;
            for export in page.unwrap().items {
                add!(
                    &export,
                    inspections.report(export.id.clone()).await.unwrap()
                );
            }
        }
        "defects" => {
            let defects = session.defects();
            let page = defects.list(Default::default(), first.into()).await;
            for defect in page.unwrap().items {
                let again = defects.get(defect.id.clone()).await.unwrap().defect;
                add!(&defect, again);
            }
        }
        "incidents" => {
            let incidents = session.incidents();
            let page = incidents.list(Default::default(), first.into()).await;
            for incident in page.unwrap().items {
                add!(&incident, incidents.get(incident.id.clone()).await.unwrap());
            }
        }
        "alerts" => {
            let alerts = session.alerts();
            let page = alerts.list(Default::default(), first.into()).await;
            for alert in page.unwrap().items {
                add!(&alert, alerts.get(alert.id.clone()).await.unwrap());
            }
        }
        "approval_records" => {
            let approvals = session.approvals();
            let page = approvals.list(Default::default(), first.into()).await;
            for record in page.unwrap().items {
                add!(&record, approvals.get(record.id.clone()).await.unwrap());
            }
        }
        "command_requests" => {
            let commands = session.commands();
            let page = commands.legacy_commands(Default::default(), first.into());
            for command in page.await.unwrap().items {
                let again = commands.legacy_command(command.id.clone()).await.unwrap();
                add!(&command, again);
            }
        }
        "audit_events" => {
            let audit = session.audit();
            for event in audit
                .events(EventFilter::default(), first)
                .await
                .unwrap()
                .items
            {
                add!(&event, audit.event(event.seq).await.unwrap());
            }
            audit.verify().await.unwrap();
        }
        other => panic!("no method is known here that reads {other}"),
    }
    all
}

each_engine!(
    #[tokio::test]
    async fn a_text_of_no_known_value_is_read_as_it_is_in_every_list(world: &World) {
        let (session, mission) = flying(world).await;
        for (table, column) in enums() {
            put(&world.place, table, column.name, FOREIGN).await;
            let rows = shown(&session, &mission, table.name).await;
            assert!(!rows.is_empty());
            for row in rows {
                assert_eq!(row[column.name], FOREIGN, "{}", table.name);
            }
        }
        // The deployment's log is read by other methods.
        let sql = format!("UPDATE audit_events SET action = '{FOREIGN}'");
        world.place.plant(&sql).await;
        let log = world.ringfence.deployment_log();
        let events = log.events(EventFilter::default(), PageRequest::default());
        let foreign = Action::Other {
            text: FOREIGN.into(),
        };
        assert!(
            events
                .await
                .unwrap()
                .items
                .iter()
                .all(|event| event.action == foreign)
        );
        log.verify().await.unwrap();
    }
);

#[tokio::test]
async fn every_stored_enum_is_declared_in_the_catalogue() {
    let declared: Vec<String> = enums()
        .map(|(table, column)| format!("{}.{} {:?}", table.name, column.name, column.known))
        .collect();
    let all = [
        format!("drones.vendor {:?}", Some(Vendor::TEXTS)),
        format!("missions.plan_type {:?}", Some(PlanType::TEXTS)),
        format!("missions.state {:?}", Some(MissionState::TEXTS)),
        format!("mission_runs.state {:?}", Some(MissionState::TEXTS)),
        format!(
            "approvals.decision {:?}",
            Some(ringfence::model::Decision::TEXTS)
        ),
        format!("inspection_tasks.status {:?}", Some(TaskStatus::TEXTS)),
        format!("inspection_exports.format {:?}", Some(ExportFormat::TEXTS)),
        format!("defects.status {:?}", Some(DefectStatus::TEXTS)),
        format!("incidents.status {:?}", Some(IncidentStatus::TEXTS)),
        format!("alerts.alert_type {:?}", Some(AlertType::TEXTS)),
        format!("alerts.severity {:?}", Some(AlertSeverity::TEXTS)),
        format!("alerts.status {:?}", Some(AlertStatus::TEXTS)),
        format!(
            "command_requests.command_type {:?}",
            Some(LegacyCommandType::TEXTS)
        ),
        format!(
            "command_requests.status {:?}",
            Some(LegacyCommandStatus::TEXTS)
        ),
        format!(
            "approval_records.entity_type {:?}",
            Some(ApprovalEntity::TEXTS)
        ),
        format!("approval_records.status {:?}", Some(ApprovalStatus::TEXTS)),
        format!("audit_events.action {:?}", Some(Action::TEXTS)),
        format!("audit_events.outcome {:?}", Some(Outcome::TEXTS)),
    ];
    assert_eq!(declared, all);
}

each_engine!(
    #[tokio::test]
    async fn a_change_of_something_else_keeps_the_text_as_it_is(world: &World) {
        let (session, _) = flying(world).await;
        let mission = session.missions().create(survey(None)).await.unwrap();
        for (table, column) in enums().filter(|(table, _)| !table.log) {
            if column.name != "state" {
                put(&world.place, table, column.name, FOREIGN).await;
            }
        }
        let drones = session.drones();
        let page = drones.list(DroneFilter::default(), PageRequest::default());
        let drone = page.await.unwrap().items.remove(0);
        let renamed = DroneUpdate {
            name: Some("heron".into()),
            ..DroneUpdate::default()
        };
        let drone = drones.update(drone.id, renamed).await.unwrap();
        assert_eq!(
            (drone.vendor.as_str(), drone.vendor.is_known()),
            (FOREIGN, false)
        );
        let renamed = MissionUpdate {
            name: Some("patrol".into()),
            ..MissionUpdate::default()
        };
        let mission = session
            .missions()
            .update(mission.id, renamed)
            .await
            .unwrap();
        assert_eq!(mission.plan_type.as_str(), FOREIGN);
        for stored in [
            "SELECT vendor FROM drones WHERE name = 'heron'",
            "SELECT plan_type FROM missions WHERE name = 'patrol'",
        ] {
            assert_eq!(world.place.raw_text(stored).await.unwrap(), FOREIGN);
        }
        let given = DroneUpdate {
            vendor: Some(Vendor::Dji),
            ..DroneUpdate::default()
        };
        let drone = drones.update(drone.id, given).await.unwrap();
        assert_eq!(drone.vendor, Vendor::Dji);
    }
);

fn illegal<T: Debug>(outcome: Result<T>) {
    assert_eq!(outcome.unwrap_err().code(), "illegal_transition");
}

each_engine!(
    #[tokio::test]
    async fn a_mission_in_an_unknown_state_refuses_every_transition(world: &World) {
        let (session, mission) = flying(world).await;
        let missions = session.missions();
        let table = schema::table("missions").unwrap();
        put(&world.place, table, "state", FOREIGN).await;
        let stored = missions.get(mission.id.clone()).await.unwrap();
        assert_eq!(stored.state.as_str(), FOREIGN);
        let ids = Ids {
            version: stored.version,
            ..things::of_mission(&stored.id, things::nowhere())
        };
        // Whoever did not write it.
        let other = world.north.member("admin").await;
        let transitions = CALLS.iter().filter(|call| {
            let writes = call.writes.as_ref();
            let of_a_mission = writes
                .and_then(|writes| writes.row)
                .is_some_and(|(table, _)| table == "missions");
            of_a_mission && call.names == Some("mission")
        });
        let mut tried = 0;
        for call in transitions {
            let outcome = (call.make)(&Asked::of(&other, &ids)).await;
            assert_eq!(
                outcome.unwrap_err().code(),
                "illegal_transition",
                "{}",
                call.shown()
            );
            tried += 1;
        }
        assert!(tried > 9, "{tried}");
        assert_eq!(missions.get(stored.id.clone()).await.unwrap(), stored);

        // Nor is a run ended whose own state is unknown.
        put(&world.place, table, "state", "RUNNING").await;
        let runs = schema::table("mission_runs").unwrap();
        put(&world.place, runs, "state", FOREIGN).await;
        illegal(missions.complete(mission.id.clone()).await);
        illegal(missions.abort(mission.id.clone()).await);
        let open = "SELECT count(*) FROM mission_runs WHERE state = 'PARROT' AND ended_at IS NULL";
        assert_eq!(world.place.count(open).await, 1);
        missions.pause(mission.id).await.unwrap();
    }
);

fn invalid<T: Debug>(outcome: Result<T>, wanted: &str) {
    match outcome {
        Err(Error::Invalid { field, rule }) => {
            assert_eq!(field, wanted);
            assert!(
                rule.starts_with("is not one of ") && !rule.contains(FOREIGN),
                "{rule}"
            );
        }
        other => panic!("{wanted}: {other:?}"),
    }
}

each_engine!(
    #[tokio::test]
    async fn what_may_be_read_and_not_given_is_invalid_and_names_its_field(world: &World) {
        let (session, mission) = flying(world).await;
        let (drones, missions) = (session.drones(), session.missions());
        let text = || FOREIGN.to_owned();
        let vendor = || Vendor::Other { text: text() };
        let plan_type = || PlanType::Other { text: text() };
        let first = PageRequest::default;

        let new = NewDrone::new("crow", vendor());
        invalid(drones.register(new).await, "vendor");
        let update = DroneUpdate {
            vendor: Some(vendor()),
            ..DroneUpdate::default()
        };
        let drone = mission.drone_id.clone().unwrap();
        invalid(drones.update(drone, update).await, "vendor");
        let filter = DroneFilter {
            vendor: Some(vendor()),
            ..DroneFilter::default()
        };
        invalid(drones.list(filter, first()).await, "vendor");

        let new = NewMission {
            plan_type: plan_type(),
            ..survey(None)
        };
        invalid(missions.create(new).await, "plan_type");
        let new = NewPlan {
            plan_type: Some(plan_type()),
            ..NewPlan::new("plan", Vec::new())
        };
        invalid(missions.import_plan(new).await, "plan_type");
        let update = MissionUpdate {
            plan_type: Some(plan_type()),
            ..MissionUpdate::default()
        };
        invalid(
            missions.update(mission.id.clone(), update).await,
            "plan_type",
        );
        let filter = MissionFilter {
            plan_type: Some(plan_type()),
            ..MissionFilter::default()
        };
        invalid(missions.list(filter, first().into()).await, "plan_type");
        let filter = MissionFilter {
            state: Some(MissionState::Other { text: text() }),
            ..MissionFilter::default()
        };
        invalid(missions.list(filter, first().into()).await, "state");
        let incidents = session.incidents();
        let filter = || IncidentFilter {
            status: Some(IncidentStatus::Other { text: text() }),
            ..IncidentFilter::default()
        };
        invalid(incidents.list(filter(), first().into()).await, "status");
        invalid(incidents.count(filter()).await, "status");
        let filter = || IncidentFilter {
            level: Some(IncidentLevel::Other { text: text() }),
            ..IncidentFilter::default()
        };
        invalid(incidents.list(filter(), first().into()).await, "level");
        invalid(incidents.count(filter()).await, "level");
        let level = IncidentLevel::Other { text: text() };
        let new = NewIncident::new("Smoke", level, "POINT(8.5 47.4)");
        invalid(incidents.create(new).await, "level");
        let alerts = session.alerts();
        for (filter, field) in [
            (
                AlertFilter {
                    status: Some(AlertStatus::Other { text: text() }),
                    ..AlertFilter::default()
                },
                "status",
            ),
            (
                AlertFilter {
                    alert_type: Some(AlertType::Other { text: text() }),
                    ..AlertFilter::default()
                },
                "alert_type",
            ),
            (
                AlertFilter {
                    severity: Some(AlertSeverity::Other { text: text() }),
                    ..AlertFilter::default()
                },
                "severity",
            ),
        ] {
            invalid(alerts.list(filter.clone(), first().into()).await, field);
            invalid(alerts.count(filter).await, field);
        }
        let raised = |alert_type, severity| NewAlert::new("kite", alert_type, severity, "look");
        let unknown = AlertType::Other { text: text() };
        let new = raised(unknown, AlertSeverity::Warning);
        invalid(alerts.raise_alert(new).await, "alert_type");
        let unknown = AlertSeverity::Other { text: text() };
        let new = raised(AlertType::LowBattery, unknown);
        invalid(alerts.raise_alert(new).await, "severity");
        let approvals = session.approvals();
        for (filter, field) in [
            (
                ApprovalRecordFilter {
                    status: Some(ApprovalStatus::Other { text: text() }),
                    ..ApprovalRecordFilter::default()
                },
                "status",
            ),
            (
                ApprovalRecordFilter {
                    entity_type: Some(ApprovalEntity::Other { text: text() }),
                    ..ApprovalRecordFilter::default()
                },
                "entity_type",
            ),
        ] {
            invalid(approvals.list(filter.clone(), first().into()).await, field);
            invalid(approvals.count(filter).await, field);
        }
        let about = Resource::Drone { id: "kite".into() };
        let unknown = ApprovalStatus::Other { text: text() };
        invalid(approvals.record(about, unknown).await, "status");
        let commands = session.commands();
        let filter = || LegacyCommandFilter {
            status: Some(LegacyCommandStatus::Other { text: text() }),
            ..LegacyCommandFilter::default()
        };
        let page = commands.legacy_commands(filter(), first().into());
        invalid(page.await, "status");
        invalid(commands.count_legacy_commands(filter()).await, "status");
        let inspections = session.inspections();
        let filter = || TaskFilter {
            status: Some(TaskStatus::Other { text: text() }),
            ..TaskFilter::default()
        };
        invalid(inspections.tasks(filter(), first().into()).await, "status");
        invalid(inspections.count_tasks(filter()).await, "status");
        let filter = || ExportFilter {
            format: Some(ExportFormat::Other { text: text() }),
            ..ExportFilter::default()
        };
        invalid(
            inspections.exports(filter(), first().into()).await,
            "format",
        );
        invalid(inspections.count_exports(filter()).await, "format");
        let filter = || DefectFilter {
            status: Some(DefectStatus::Other { text: text() }),
            ..DefectFilter::default()
        };
        let defects = session.defects();
        invalid(defects.list(filter(), first().into()).await, "status");
        invalid(defects.count(filter()).await, "status");
        let filter = || EventFilter {
            action: Some(Action::Other { text: text() }),
            ..EventFilter::default()
        };
        invalid(session.audit().events(filter(), first()).await, "action");
        let log = world.ringfence.deployment_log();
        invalid(log.events(filter(), first()).await, "action");
    }
);

each_engine!(
    /// A document is kept as it was written, be it JSON or not. On SQLite a column that is declared JSON makes a number
    /// of a document that is one.
    #[tokio::test]
    async fn a_document_that_is_no_object_is_read_as_it_is(world: &World) {
        let (session, mission) = flying(world).await;
        let documents: &[&str] = match world.place.engine {
            Engine::Sqlite => &["null", "[1, 2]", "5", "{broken", ""],
            Engine::Postgres => &["null", "[1, 2]", "5"],
        };
        for document in documents {
            for (table, column) in [
                ("drones", "capabilities"),
                ("missions", "payload"),
                ("command_requests", "params"),
            ] {
                let table = schema::table(table).unwrap();
                put(&world.place, table, column, document).await;
                for row in shown(&session, &mission, table.name).await {
                    assert_eq!(row[column], *document);
                }
            }
        }
    }
);
