//! Plans of a ground station: read once, kept whole.

use ringfence::Error;
use ringfence::model::{MissionUpdate, NewPlan, PlanType};
use ringfence_tests::fixture::{World, each_engine};
use serde_json::Value;
use sha2::{Digest, Sha256};

use super::crew::{PLANNER, detail, events, missing, survey, user};

const RIVER: &[u8] = include_bytes!("../../../../examples/data/river-survey.plan");

fn river() -> NewPlan {
    NewPlan::new("river", RIVER.to_vec())
}

each_engine!(
    #[tokio::test(flavor = "multi_thread")]
    async fn an_imported_plan_is_kept_byte_for_byte_beside_its_summary(world: &World) {
        let home = &world.north;
        let planner = user(home, "ana", PLANNER).await;
        let mission = planner.import_plan(river()).await.unwrap();
        assert_eq!(mission.plan_type, PlanType::AreaGrid);
        let hash: String = Sha256::digest(RIVER)
            .iter()
            .map(|byte| format!("{byte:02x}"))
            .collect();
        assert_eq!(mission.plan_sha256.as_ref(), Some(&hash));
        assert_eq!(planner.get(mission.id.clone()).await.unwrap(), mission);

        let plan = planner.plan(mission.id.clone()).await.unwrap();
        assert_eq!(plan.file, RIVER);
        assert_eq!(plan.sha256, hash);
        let payload: Value = serde_json::from_str(mission.payload.as_str()).unwrap();
        assert_eq!(payload, serde_json::to_value(&plan.summary).unwrap());
        assert_eq!(plan.summary.items, 6);

        let update = MissionUpdate {
            payload: Some("{}".into()),
            ..MissionUpdate::default()
        };
        planner.update(mission.id.clone(), update).await.unwrap();
        assert_eq!(planner.plan(mission.id.clone()).await.unwrap(), plan);
        let events = events(home, &mission.id).await;
        let told = detail(&events[0]);
        assert_eq!(told["after"]["plan_sha256"], hash.as_str());
        assert!(!told.to_string().contains("QGroundControl"));
    }
);

each_engine!(
    /// A mark of its byte order, a number and a text that nobody can represent: the databases take the file as text.
    #[tokio::test(flavor = "multi_thread")]
    async fn a_strange_file_that_is_a_plan_is_kept_byte_for_byte(world: &World) {
        let planner = user(&world.north, "ana", PLANNER).await;
        let river = std::str::from_utf8(RIVER).unwrap();
        let strange = river.replacen('{', r#"{"unheardOf": [1e999, "\ud800"],"#, 1);
        let file = format!("\u{feff}{strange}\n").into_bytes();
        let new = NewPlan::new("strange", file.clone());
        let mission = planner.import_plan(new).await.unwrap();
        let plan = planner.plan(mission.id).await.unwrap();
        assert_eq!((plan.file, plan.summary.items), (file, 6));
    }
);

each_engine!(
    #[tokio::test(flavor = "multi_thread")]
    async fn a_bad_plan_is_refused_naming_the_place_and_leaves_nothing(world: &World) {
        let planner = user(&world.north, "ana", PLANNER).await;
        let mut file: Value = serde_json::from_slice(RIVER).unwrap();
        file["mission"]["version"] = 3.into();
        let bad = NewPlan {
            file: file.to_string().into_bytes(),
            ..river()
        };
        let refused = planner.import_plan(bad).await.unwrap_err();
        assert_eq!(refused.field(), Some("plan.mission.version"));
        assert_eq!(refused.status(), 422);
        let count = "SELECT CAST(count(*) AS TEXT) FROM missions";
        assert_eq!(world.place.raw_text(count).await.as_deref(), Some("0"));
    }
);

each_engine!(
    #[tokio::test(flavor = "multi_thread")]
    async fn a_mission_that_was_not_imported_has_no_plan_and_a_changed_one_is_told(world: &World) {
        let planner = user(&world.north, "ana", PLANNER).await;
        let plain = planner.create(survey(None)).await.unwrap().id;
        assert_eq!(missing(planner.plan(plain).await), "plan");
        assert_eq!(missing(planner.plan("none".into()).await), "mission");
        let imported = planner.import_plan(river()).await.unwrap().id;
        let tamper =
            "UPDATE missions SET plan = replace(plan, '52.', '53.') WHERE plan IS NOT NULL";
        world.place.raw(tamper).await.unwrap();
        let refused = planner.plan(imported).await.unwrap_err();
        assert!(matches!(refused, Error::Integrity { .. }), "{refused:?}");
    }
);
