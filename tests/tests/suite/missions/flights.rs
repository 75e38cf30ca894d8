//! Flights: which step is possible where, and the runs that they open and end.

use ringfence::model::{
    Action, EventFilter, Mission, MissionId, MissionState, MissionUpdate, PageRequest,
};
use ringfence::{Missions, Result};
use ringfence_tests::fixture::{World, each_engine, mission_in};

use super::crew::{
    APPROVER, FLYER, PLANNER, actions, conflict, detail, draft, drone, events, survey, user,
};

each_engine!(
    #[tokio::test(flavor = "multi_thread")]
    async fn one_run_lasts_from_the_start_to_the_end_over_every_pause(world: &World) {
        let home = &world.north;
        let planner = user(home, "ana", PLANNER).await;
        let approver = user(home, "bo", APPROVER).await;
        let drone = drone(home, "kite").await;
        let id = draft(&planner, &drone).await.id;
        approver
            .approve(id.clone(), 1, Some("go".to_owned()))
            .await
            .unwrap();
        let started = planner.start(id.clone()).await.unwrap();
        assert_eq!(started.state, MissionState::Running);
        let page = PageRequest::default();
        let runs = planner
            .runs(id.clone(), page.clone().into())
            .await
            .unwrap()
            .items;
        assert_eq!(runs.len(), 1);
        assert_eq!(
            (runs[0].state.clone(), runs[0].ended_at),
            (MissionState::Running, None)
        );
        assert_eq!(runs[0].started_at, started.updated_at);

        planner.pause(id.clone()).await.unwrap();
        planner.resume(id.clone()).await.unwrap();
        let done = planner.complete(id.clone()).await.unwrap();
        assert_eq!((&done.state, done.version), (&MissionState::Completed, 6));
        assert_eq!(planner.get(id.clone()).await.unwrap(), done);
        let ended = planner.runs(id.clone(), page.into()).await.unwrap().items;
        assert_eq!(ended.len(), 1);
        assert_eq!(ended[0].id, runs[0].id);
        assert_eq!(ended[0].state, MissionState::Completed);
        assert_eq!(ended[0].ended_at, Some(done.updated_at));
        assert_eq!(planner.run(runs[0].id.clone()).await.unwrap(), ended[0]);

        let events = events(home, &id).await;
        assert_eq!(actions(&events[..2]), [Action::Create, Action::Approval]);
        let told: Vec<_> = events[2..]
            .iter()
            .map(|event| {
                assert_eq!(event.action, Action::Update);
                detail(event)["event"].as_str().unwrap().to_owned()
            })
            .collect();
        assert_eq!(told, ["start", "pause", "resume", "complete"]);
        assert_eq!(detail(&events[2])["runs"][0], runs[0].id.as_str());
    }
);

each_engine!(
    #[tokio::test(flavor = "multi_thread")]
    async fn every_run_that_the_old_platform_left_open_ends_with_the_mission(world: &World) {
        let home = &world.north;
        let planner = user(home, "ana", PLANNER).await;
        let approver = user(home, "bo", APPROVER).await;
        let drone = drone(home, "kite").await;
        let id = draft(&planner, &drone).await.id;
        approver.approve(id.clone(), 1, None).await.unwrap();
        planner.start(id.clone()).await.unwrap();
        let other = draft(&planner, &drone).await.id;
        // Runs that are over, or another mission's, are not looked at, whatever they are.
        let further = format!(
            "INSERT INTO mission_runs (id, tenant_id, mission_id, state, started_at, ended_at) VALUES \
             ('open', 'north', '{id}', 'RUNNING', '2026-01-05 12:00:00.000000', NULL), \
             ('over', 'north', '{id}', 'HOVERING', '2026-01-05 12:00:00.000000', \
              '2026-01-05 13:00:00.000000'), \
             ('theirs', 'north', '{other}', 'HOVERING', '2026-01-05 12:00:00.000000', NULL)"
        );
        world.place.raw(&further).await.unwrap();
        let aborted = planner.abort(id.clone()).await.unwrap();
        let page = PageRequest::default;
        let runs = planner.runs(id.clone(), page().into()).await.unwrap().items;
        assert_eq!(runs.len(), 3);
        let mut ended = Vec::new();
        for run in runs {
            let over = run.id.as_str() == "over";
            assert_eq!(run.state.as_str() == "HOVERING", over);
            assert_eq!(run.ended_at == Some(aborted.updated_at), !over);
            if !over {
                ended.push(run.id.to_string());
            }
        }
        let of_it = EventFilter {
            entity_id: Some(id.to_string()),
            ..EventFilter::default()
        };
        let audit = home.admin().await.audit();
        let events = audit.events(of_it, page()).await.unwrap().items;
        let told = format!("{:?}", events.last().unwrap().detail);
        assert!(
            ended.iter().all(|run| told.contains(run.as_str())),
            "{told}"
        );
    }
);

each_engine!(
    #[tokio::test(flavor = "multi_thread")]
    async fn a_mission_without_a_drone_is_neither_approved_nor_started(world: &World) {
        let home = &world.north;
        let planner = user(home, "ana", PLANNER).await;
        let approver = user(home, "bo", APPROVER).await;
        let id = planner.create(survey(None)).await.unwrap().id;
        let refused = approver.approve(id.clone(), 1, None).await;
        assert_eq!(refused.as_ref().unwrap_err().field(), Some("drone_id"));
        assert_eq!(conflict(refused), "no_drone");
        // The old platform approved such missions.
        let approve = format!("UPDATE missions SET state = 'APPROVED' WHERE id = '{id}'");
        world.place.raw(&approve).await.unwrap();
        let refused = planner.start(id.clone()).await;
        assert_eq!(refused.as_ref().unwrap_err().field(), Some("drone_id"));
        assert_eq!(conflict(refused), "no_drone");
        let page = PageRequest::default();
        assert!(
            planner
                .runs(id, page.into())
                .await
                .unwrap()
                .items
                .is_empty()
        );
    }
);

const STEPS: [&str; 8] = [
    "update", "approve", "reject", "start", "pause", "resume", "complete", "abort",
];

async fn step(missions: &Missions, id: MissionId, step: &str) -> Result<Mission> {
    let seen = missions.get(id.clone()).await?.version;
    match step {
        "update" => {
            let update = MissionUpdate {
                payload: Some("{\"rows\": 5}".into()),
                ..MissionUpdate::default()
            };
            missions.update(id, update).await
        }
        "approve" => missions.approve(id, seen, None).await,
        "reject" => missions.reject(id, seen, None).await,
        "start" => missions.start(id).await,
        "pause" => missions.pause(id).await,
        "resume" => missions.resume(id).await,
        "complete" => missions.complete(id).await,
        _ => missions.abort(id).await,
    }
}

each_engine!(
    #[tokio::test(flavor = "multi_thread")]
    async fn every_step_is_possible_exactly_where_the_state_machine_says(world: &World) {
        /// A state, and the steps that it allows.
        const STATES: [(MissionState, &[&str]); 7] = [
            (
                MissionState::Draft,
                &["update", "approve", "reject", "abort"],
            ),
            (MissionState::Rejected, &["update", "abort"]),
            (MissionState::Approved, &["start", "abort"]),
            (MissionState::Running, &["pause", "complete", "abort"]),
            (MissionState::Paused, &["resume", "abort"]),
            (MissionState::Completed, &[]),
            (MissionState::Aborted, &[]),
        ];
        let home = &world.north;
        let planner = user(home, "ana", PLANNER).await;
        let other = user(home, "bo", FLYER).await;
        let drone = drone(home, "kite").await;
        for (state, allowed) in STATES {
            for asked in STEPS {
                let new = survey(Some(&drone));
                let before = mission_in(state.clone(), &planner, &other, new).await;
                let id = before.id.clone();
                assert_eq!(before.state, state);
                let outcome = step(&other, id.clone(), asked).await;
                if allowed.contains(&asked) {
                    assert_eq!(outcome.unwrap().version, before.version + 1);
                    continue;
                }
                let said = outcome.as_ref().unwrap_err().to_string();
                assert_eq!(
                    said,
                    format!("a mission in {} does not allow {asked}", state.as_str())
                );
                assert_eq!(conflict(outcome), "illegal_transition");
                assert_eq!(other.get(id.clone()).await.unwrap(), before);
                let deletable = [MissionState::Draft, MissionState::Rejected].contains(&state);
                let deleted = other.delete(id).await;
                assert_eq!(deleted.is_ok(), deletable, "{state:?}");
            }
        }
    }
);
