//! The emergency fastlane: a permission besides, never a way around the approval.

use ringfence::model::{Json, MissionState, MissionUpdate, NewMission};
use ringfence_tests::fixture::{World, each_engine};
use serde_json::Value;

use super::crew::{APPROVER, CHIEF, PLANNER, conflict, drone, forbidden, id_of, survey, user};

const EMERGENCY: &str = "{\"emergency_fastlane\": true, \"reason\": \"flood\", \
                         \"fastlane_authorized_by\": \"mallory\"}";

fn authorized_by(constraints: &Json) -> Option<String> {
    let constraints: Value = serde_json::from_str(constraints.as_str()).unwrap();
    let by = constraints.get("fastlane_authorized_by")?;
    let at = constraints["fastlane_authorized_at"].as_str().unwrap();
    assert!(at.ends_with("+00:00") && at.len() == 32, "{at}");
    Some(by.as_str().unwrap().to_owned())
}

each_engine!(
    #[tokio::test(flavor = "multi_thread")]
    async fn an_emergency_mission_needs_its_permission_when_it_is_made_one_and_when_it_starts(
        world: &World,
    ) {
        let home = &world.north;
        let planner = user(home, "ana", PLANNER).await;
        let chief = user(home, "cleo", CHIEF).await;
        let approver = user(home, "bo", APPROVER).await;
        let drone = drone(home, "kite").await;
        let emergency = NewMission {
            constraints: EMERGENCY.into(),
            ..survey(Some(&drone))
        };
        let refused = planner.create(emergency.clone()).await;
        assert_eq!(forbidden(refused), "mission.fastlane");

        let created = chief.create(emergency).await.unwrap();
        let id = created.id.clone();
        assert_eq!(
            authorized_by(&created.constraints).as_deref(),
            Some(id_of(home, "cleo").await.as_str())
        );
        assert_eq!(planner.get(id.clone()).await.unwrap(), created);
        assert_eq!(
            conflict(chief.start(id.clone()).await),
            "illegal_transition"
        );
        approver.approve(id.clone(), 1, None).await.unwrap();
        assert_eq!(
            forbidden(planner.start(id.clone()).await),
            "mission.fastlane"
        );
        let started = chief.start(id.clone()).await.unwrap();
        assert_eq!(started.state, MissionState::Running);
        // What ends a flight needs no more than any flight.
        planner.pause(id.clone()).await.unwrap();
        planner.abort(id).await.unwrap();
    }
);

each_engine!(
    #[tokio::test(flavor = "multi_thread")]
    async fn a_revision_that_makes_it_an_emergency_needs_the_permission_and_one_that_ends_it_does_not(
        world: &World,
    ) {
        let home = &world.north;
        let planner = user(home, "ana", PLANNER).await;
        let chief = user(home, "cleo", CHIEF).await;
        let id = planner.create(survey(None)).await.unwrap().id;
        let with = |constraints: &str| MissionUpdate {
            constraints: Some(constraints.into()),
            ..MissionUpdate::default()
        };
        let refused = planner.update(id.clone(), with(EMERGENCY)).await;
        assert_eq!(forbidden(refused), "mission.fastlane");
        let made = chief.update(id.clone(), with(EMERGENCY)).await.unwrap();
        assert_eq!(
            authorized_by(&made.constraints).as_deref(),
            Some(id_of(home, "cleo").await.as_str())
        );

        let renamed = MissionUpdate {
            name: Some("flood".to_owned()),
            ..MissionUpdate::default()
        };
        let kept = planner.update(id.clone(), renamed).await.unwrap();
        assert_eq!(kept.constraints, made.constraints);
        let calm = EMERGENCY.replace("true", "false");
        let ended = planner.update(id, with(&calm)).await.unwrap();
        assert_eq!(authorized_by(&ended.constraints), None);
    }
);
