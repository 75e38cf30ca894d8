//! The boundary: another tenant's missions, runs and drones do not exist, with and without the permission.

use std::collections::BTreeMap;

use ringfence::model::{Action, EventFilter, MissionId, MissionUpdate, PageRequest, RunId};
use ringfence::{Error, Missions, OpenOptions, Ringfence};
use ringfence_tests::fixture::{Home, World, each_engine};

use super::crew::{APPROVER, PLANNER, draft, drone, events, forbidden, missing, survey, user};

/// How often the log says that this actor was refused, by the permission that was missing.
async fn refusals_of(home: &Home, actor: &str) -> BTreeMap<String, u64> {
    let filter = EventFilter {
        action: Some(Action::Denied),
        actor: Some(actor.to_owned()),
        ..EventFilter::default()
    };
    let audit = home.admin().await.audit();
    let found = audit.events(filter, PageRequest::default()).await.unwrap();
    let mut counted = BTreeMap::new();
    for event in found.items {
        let detail: serde_json::Value =
            serde_json::from_str(event.detail.unwrap().as_str()).unwrap();
        let permission = detail["permission"].as_str().unwrap().to_owned();
        *counted.entry(permission).or_default() += detail["more"].as_u64().unwrap_or(1);
    }
    counted
}

/// Every refusal that a mission's id meets.
async fn refusals(missions: &Missions, id: &MissionId) -> Vec<Error> {
    let id = || id.clone();
    let page = PageRequest::default;
    vec![
        missions.get(id()).await.unwrap_err(),
        missions.plan(id()).await.unwrap_err(),
        missions
            .update(id(), MissionUpdate::default())
            .await
            .unwrap_err(),
        missions.delete(id()).await.unwrap_err(),
        missions.approve(id(), 1, None).await.unwrap_err(),
        missions.reject(id(), 1, None).await.unwrap_err(),
        missions.approvals(id(), page()).await.unwrap_err(),
        missions.start(id()).await.unwrap_err(),
        missions.pause(id()).await.unwrap_err(),
        missions.resume(id()).await.unwrap_err(),
        missions.complete(id()).await.unwrap_err(),
        missions.abort(id()).await.unwrap_err(),
        missions.runs(id(), page()).await.unwrap_err(),
    ]
}

each_engine!(
    #[tokio::test(flavor = "multi_thread")]
    async fn another_tenants_mission_and_run_are_not_there_whoever_asks(world: &World) {
        let south = user(world, &world.south, "ana", PLANNER).await;
        let approver = user(world, &world.south, "bo", APPROVER).await;
        let theirs = draft(&south, &drone(&world.south, "kite").await).await.id;
        approver.approve(theirs.clone(), 1, None).await.unwrap();
        south.start(theirs.clone()).await.unwrap();
        let runs = south.runs(theirs.clone(), PageRequest::default()).await;
        let run = runs.unwrap().items[0].id.clone();

        let everything = ["mission.read", "mission.write", "mission.approve"];
        let allowed = user(world, &world.north, "ana", &everything).await;
        let nobody = user(world, &world.north, "eve", &[]).await;
        let random = MissionId::from("0190d3a8-0000-7000-8000-000000000000");
        for missions in [&allowed, &nobody] {
            let seen = refusals(missions, &theirs).await;
            assert_eq!(seen, refusals(missions, &random).await);
            for refusal in seen {
                assert_eq!(
                    refusal,
                    Error::NotFound {
                        entity: "mission".to_owned()
                    }
                );
            }
            assert_eq!(missing(missions.run(run.clone()).await), "run");
            assert_eq!(
                missing(missions.run(RunId::from(random.as_str())).await),
                "run"
            );
        }
        let listed = allowed
            .list(Default::default(), PageRequest::default())
            .await;
        assert!(listed.unwrap().items.is_empty());
    }
);

each_engine!(
    #[tokio::test(flavor = "multi_thread")]
    async fn another_tenants_drone_flies_no_mission_of_ours(world: &World) {
        let planner = user(world, &world.north, "ana", PLANNER).await;
        let nobody = user(world, &world.north, "eve", &[]).await;
        let theirs = drone(&world.south, "kite").await;
        let id = planner.create(survey(None)).await.unwrap().id;
        for drone in [theirs, "0190d3a8-0000-7000-8000-000000000000".into()] {
            for missions in [&planner, &nobody] {
                assert_eq!(
                    missing(missions.create(survey(Some(&drone))).await),
                    "drone"
                );
                let update = MissionUpdate {
                    drone_id: drone.clone().into(),
                    ..MissionUpdate::default()
                };
                assert_eq!(missing(missions.update(id.clone(), update).await), "drone");
            }
        }
    }
);

each_engine!(
    #[tokio::test(flavor = "multi_thread")]
    async fn each_method_names_the_permission_that_is_missing_and_the_refusal_is_recorded(
        world: &World,
    ) {
        let home = &world.north;
        let planner = user(world, home, "ana", PLANNER).await;
        user(world, home, "eve", &[]).await;
        // Through a handle of her own, whose shutdown tells what it has counted.
        let handle = Ringfence::open(world.place.url.clone(), OpenOptions::default());
        let handle = handle.await.unwrap();
        let eve = handle.session(home.tenant.clone(), "north-eve".into());
        let nobody = eve.await.unwrap().missions();
        let id = draft(&planner, &drone(home, "kite").await).await.id;
        let missing: Vec<String> = refusals(&nobody, &id)
            .await
            .into_iter()
            .map(|refusal| forbidden::<()>(Err(refusal)))
            .collect();
        let (read, write, approve) = ("mission.read", "mission.write", "mission.approve");
        let expected = [
            read, read, write, write, approve, approve, read, write, write, write, write, write,
            read,
        ];
        assert_eq!(missing, expected);
        let listed = nobody
            .list(Default::default(), PageRequest::default())
            .await;
        assert_eq!(forbidden(listed), read);
        // The first of each permission is an event about the mission, beside the one of its creation.
        assert_eq!(events(home, &id).await.len(), 1 + 3);
        handle.shutdown().await.unwrap();
        let counted = refusals_of(home, "north-eve").await;
        let each =
            [(approve, 2), (read, 5), (write, 7)].map(|(name, times)| (name.to_owned(), times));
        assert_eq!(counted, BTreeMap::from(each));
    }
);
