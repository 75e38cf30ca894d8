//! What the old platform did, restated: where its missions, defects, alerts and incidents went from each state, tried with
//! rows as it left them. What else is as it was, and what differs on purpose, is a table in `docs/parity.md`, whose every
//! line names the test that holds it.

use std::collections::BTreeSet;

use ringfence::Result;
use ringfence::model::{DefectStatus, MissionUpdate, NewIncidentTask};
use ringfence_tests::fixture::{World, each_engine};
use xtask::repository::root;

use crate::state::tests_of_the_suite;

/// From each state, where the old platform let a thing go. What is not listed it refused.
type Machine = &'static [(&'static str, &'static [&'static str])];

const MISSIONS: Machine = &[
    ("DRAFT", &["APPROVED", "REJECTED", "ABORTED"]),
    ("REJECTED", &["DRAFT", "ABORTED"]),
    ("APPROVED", &["RUNNING", "ABORTED"]),
    ("RUNNING", &["PAUSED", "COMPLETED", "ABORTED"]),
    ("PAUSED", &["RUNNING", "ABORTED"]),
    ("COMPLETED", &[]),
    ("ABORTED", &[]),
];

/// `ASSIGNED` again, because whoever is given a defect begins anew.
const DEFECTS: Machine = &[
    ("OPEN", &["ASSIGNED"]),
    ("ASSIGNED", &["ASSIGNED", "IN_PROGRESS"]),
    ("IN_PROGRESS", &["ASSIGNED", "FIXED"]),
    ("FIXED", &["ASSIGNED", "VERIFIED"]),
    ("VERIFIED", &["ASSIGNED", "CLOSED"]),
    ("CLOSED", &[]),
];

const ALERTS: Machine = &[
    ("OPEN", &["ACKED", "CLOSED"]),
    ("ACKED", &["CLOSED"]),
    ("CLOSED", &[]),
];

/// It closed an incident by hand, from wherever it stood.
const INCIDENTS: Machine = &[
    ("OPEN", &["TASK_CREATED", "CLOSED"]),
    ("TASK_CREATED", &["CLOSED"]),
    ("CLOSED", &[]),
];

/// A thing in each state for each state that there is, under an id that says both.
fn rows(machine: Machine, row: impl Fn(&str, &str) -> String) -> String {
    let all = pairs(machine).map(|(from, to)| row(&format!("{from}-{to}"), from));
    all.collect()
}

fn pairs(machine: Machine) -> impl Iterator<Item = (&'static str, &'static str)> {
    let to = move |from| machine.iter().map(move |(to, _)| (from, *to));
    machine.iter().flat_map(move |(from, _)| to(*from))
}

/// Takes each thing from each state to each other, and compares where it got with where the old platform let it.
async fn goes_where_it_went(
    machine: Machine,
    take: impl AsyncFn(String, &str, &str) -> Result<String>,
) {
    for (from, to) in pairs(machine) {
        let allowed = machine
            .iter()
            .any(|(it, goes)| *it == from && goes.contains(&to));
        let stays = from == to && !allowed;
        if stays {
            continue;
        }
        let got = take(format!("{from}-{to}"), from, to).await;
        match allowed {
            true => assert_eq!(got.unwrap(), to, "from {from}"),
            false => assert_eq!(
                got.unwrap_err().code(),
                "illegal_transition",
                "{from} to {to}"
            ),
        }
    }
}

const AT: &str = "'2026-01-02 03:04:05.000000'";

each_engine!(
    #[tokio::test(flavor = "multi_thread")]
    async fn missions_go_where_they_went(world: &World) {
        let home = &world.north;
        let author = home.user("ines").await;
        let mission = |id: &str, state: &str| {
            format!(
                "INSERT INTO missions (id, tenant_id, name, drone_id, plan_type, payload, constraints, state, created_by,
                     created_at, updated_at)
                 VALUES ('{id}', 'north', 'survey', 'kite', 'AREA_GRID', '{{}}', '{{}}', '{state}', '{author}', {AT}, {AT});"
            )
        };
        let run = |id: &str, state: &str| match state {
            "RUNNING" | "PAUSED" => format!(
                "INSERT INTO mission_runs (id, tenant_id, mission_id, state, started_at)
                 VALUES ('run-{id}', 'north', '{id}', '{state}', {AT});"
            ),
            _ => String::new(),
        };
        home.plant(&format!(
            "INSERT INTO drones (id, tenant_id, name, vendor, capabilities, created_at, updated_at)
             VALUES ('kite', 'north', 'kite', 'FAKE', '{{}}', {AT}, {AT});{}{}",
            rows(MISSIONS, mission),
            rows(MISSIONS, run)
        ))
        .await;
        let missions = home.admin().await.missions();
        goes_where_it_went(MISSIONS, async |id, from, to| {
            let id = || id.as_str().into();
            let seen = missions.get(id()).await?.version;
            let there = match to {
                "DRAFT" => {
                    let update = MissionUpdate {
                        payload: Some("{\"rows\": 5}".into()),
                        ..MissionUpdate::default()
                    };
                    missions.update(id(), update).await?
                }
                "APPROVED" => missions.approve(id(), seen, None).await?,
                "REJECTED" => missions.reject(id(), seen, None).await?,
                "RUNNING" if from == "PAUSED" => missions.resume(id()).await?,
                "RUNNING" => missions.start(id()).await?,
                "PAUSED" => missions.pause(id()).await?,
                "COMPLETED" => missions.complete(id()).await?,
                _ => missions.abort(id()).await?,
            };
            Ok(there.state.as_str().to_owned())
        })
        .await;
    }
);

each_engine!(
    #[tokio::test(flavor = "multi_thread")]
    async fn defects_go_where_they_went(world: &World) {
        let session = world.north.admin().await;
        plant_inspection(world, |id, status| {
            format!(
                "INSERT INTO inspection_observations (id, tenant_id, task_id, ts, position_lat, position_lon, alt_m, item_code,
                     severity, note, created_at)
                 VALUES ('of-{id}', 'north', 'roofs', {AT}, 47.4, 8.5, 30.0, 'crack', 1, '', {AT});
                 INSERT INTO defects (id, tenant_id, observation_id, title, severity, status, created_at)
                 VALUES ('{id}', 'north', 'of-{id}', 'Crack', 1, '{status}', {AT});"
            )
        })
        .await;
        let (defects, mender) = (session.defects(), world.north.user("sol").await);
        goes_where_it_went(DEFECTS, async |id, _, to| {
            let id = || id.as_str().into();
            let there = match to {
                "ASSIGNED" => defects.assign(id(), mender.clone(), None).await?,
                to => {
                    let to = DefectStatus::ALL.iter().find(|it| it.as_str() == to);
                    defects
                        .advance(id(), to.unwrap().clone(), None, None)
                        .await?
                }
            };
            Ok(there.status.as_str().to_owned())
        })
        .await;
    }
);

/// What a defect lies in, and a row for each pair.
async fn plant_inspection(world: &World, row: impl Fn(&str, &str) -> String) {
    let sql = format!(
        "INSERT INTO inspection_templates (id, tenant_id, name, category, is_active, created_at)
             VALUES ('roof', 'north', 'Roof', 'roof', true, {AT});
         INSERT INTO inspection_tasks (id, tenant_id, name, template_id, area_geom, priority, status, created_at)
             VALUES ('roofs', 'north', 'Roofs', 'roof', '', 5, 'DONE', {AT});{}",
        rows(DEFECTS, row)
    );
    world.north.plant(&sql).await;
}

each_engine!(
    #[tokio::test(flavor = "multi_thread")]
    async fn alerts_go_where_they_went(world: &World) {
        let alert = |id: &str, status: &str| {
            format!(
                "INSERT INTO drones (id, tenant_id, name, vendor, capabilities, created_at, updated_at)
                     VALUES ('of-{id}', 'north', 'of-{id}', 'FAKE', '{{}}', {AT}, {AT});
                 INSERT INTO alerts (id, tenant_id, drone_id, alert_type, severity, status, message, detail, first_seen_at,
                     last_seen_at)
                     VALUES ('{id}', 'north', 'of-{id}', 'LINK_LOSS', 'WARNING', '{status}', 'link lost', '{{}}', {AT}, {AT});"
            )
        };
        world.north.plant(&rows(ALERTS, alert)).await;
        let alerts = world.north.admin().await.alerts();
        goes_where_it_went(ALERTS, async |id, _, to| {
            let there = match to {
                "CLOSED" => alerts.close_alert(id.into(), None).await?,
                // Nothing opens one again.
                _ => alerts.ack(id.into(), None).await?,
            };
            Ok(there.status.as_str().to_owned())
        })
        .await;
    }
);

each_engine!(
    #[tokio::test(flavor = "multi_thread")]
    async fn incidents_go_where_they_went(world: &World) {
        let incident = |id: &str, status: &str| {
            format!(
                "INSERT INTO incidents (id, tenant_id, title, level, location_geom, status, created_at)
                 VALUES ('{id}', 'north', 'Smoke', 'HIGH', 'POINT(8.5 47.4)', '{status}', {AT});"
            )
        };
        let template = format!(
            "INSERT INTO inspection_templates (id, tenant_id, name, category, is_active, created_at)
             VALUES ('flood', 'north', 'Flood', 'emergency', true, {AT});"
        );
        world
            .north
            .plant(&(template + &rows(INCIDENTS, incident)))
            .await;
        let session = world.north.admin().await;
        goes_where_it_went(INCIDENTS, async |id, _, to| {
            let incidents = session.incidents();
            match to {
                "CLOSED" => incidents
                    .close_incident(id.as_str().into(), None)
                    .await
                    .map(drop)?,
                _ => {
                    let task = NewIncidentTask::new("flood");
                    incidents
                        .create_task(id.as_str().into(), task)
                        .await
                        .map(drop)?;
                }
            }
            let there = incidents.get(id.as_str().into()).await?;
            Ok(there.status.as_str().to_owned())
        })
        .await;
    }
);

#[test]
fn every_line_of_the_table_is_held_by_a_test() {
    let table = std::fs::read_to_string(root().join("docs/parity.md")).unwrap();
    let tests = tests_of_the_suite();
    let (mut lines, mut missing) = (0, BTreeSet::new());
    for line in table
        .lines()
        .filter(|line| line.starts_with("| ") && line.contains('`'))
    {
        let held = line.rsplit('|').nth(1).unwrap();
        let named: Vec<&str> = held.split('`').skip(1).step_by(2).collect();
        assert!(!named.is_empty(), "{line}");
        missing.extend(named.into_iter().filter(|name| !tests.contains(*name)));
        lines += 1;
    }
    assert!(lines > 20, "only {lines}");
    assert!(missing.is_empty(), "{missing:#?}");
}
