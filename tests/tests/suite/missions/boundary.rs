//! The boundary: another tenant's missions and drones do not exist. That no method finds them is shown over the table of
//! calls.

use ringfence::model::{MissionState, MissionUpdate, PageRequest};
use ringfence_tests::fixture::{World, each_engine, mission_in};

use super::crew::{APPROVER, FLYER, PLANNER, drone, missing, survey, user};

each_engine!(
    #[tokio::test(flavor = "multi_thread")]
    async fn another_tenants_missions_are_not_listed(world: &World) {
        let south = user(&world.south, "ana", PLANNER).await;
        let approver = user(&world.south, "bo", APPROVER).await;
        let new = survey(Some(&drone(&world.south, "kite").await));
        mission_in(MissionState::Running, &south, &approver, new).await;
        let allowed = user(&world.north, "ana", FLYER).await;
        let page = PageRequest::default();
        let listed = allowed.list(Default::default(), page.into()).await.unwrap();
        assert!(listed.items.is_empty());
    }
);

each_engine!(
    #[tokio::test(flavor = "multi_thread")]
    async fn another_tenants_drone_flies_no_mission_of_ours(world: &World) {
        let planner = user(&world.north, "ana", PLANNER).await;
        let nobody = user(&world.north, "eve", &[]).await;
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
