//! What a drone says of itself raises alerts, in one transaction, and nothing else does.

use std::time::Duration;

use ringfence::model::{
    Action, AlertSeverity, AlertType, DroneId, MissionId, NewMission, NewPlan, PlanType,
    TelemetryPosition, TelemetrySample,
};
use ringfence::{Error, TenantSession};
use ringfence_tests::fixture::{Engine, Hold, World, each_engine, register};
use serde_json::json;

use super::{events, every_alert, json_of, kite};

/// Inside of the plan's circle and outside of the polygon that it excludes.
const INSIDE: (f64, f64) = (52.154, 9.951);
/// In that polygon.
const EXCLUDED: (f64, f64) = (52.1559, 9.9545);
/// A kilometre away.
const OUTSIDE: (f64, f64) = (52.164, 9.951);

fn at(drone: &DroneId, (lat, lon): (f64, f64)) -> TelemetrySample {
    TelemetrySample {
        position: Some(TelemetryPosition {
            lat,
            lon,
            alt_m: Some(40.0),
        }),
        ..TelemetrySample::new(drone.clone())
    }
}

/// A mission of the drone's with the plan of the river, which is approved.
async fn planned(world: &World, session: &TenantSession, drone: &DroneId) -> MissionId {
    bounded(world, session, drone, "{}").await
}

/// Likewise, under these constraints.
async fn bounded(
    world: &World,
    session: &TenantSession,
    drone: &DroneId,
    constraints: &str,
) -> MissionId {
    let file = include_bytes!("../../../../examples/data/river-survey.plan").to_vec();
    let new = NewPlan {
        drone_id: Some(drone.clone()),
        constraints: constraints.into(),
        ..NewPlan::new("river", file)
    };
    approved(world, session, new).await
}

async fn approved(world: &World, session: &TenantSession, new: NewPlan) -> MissionId {
    let mission = session.missions().import_plan(new).await.unwrap();
    let approver = world.north.member("admin").await.missions();
    approver.approve(mission.id.clone(), 1, None).await.unwrap();
    mission.id
}

/// A plan that keeps its drone out of fifty metres around a place, and lets it be everywhere else.
fn keeping_out((lat, lon): (f64, f64)) -> NewPlan {
    let file = json!({
        "fileType": "Plan",
        "version": 1,
        "mission": {"version": 2, "items": []},
        "geoFence": {
            "version": 2,
            "circles": [{"inclusion": false, "circle": {"center": [lat, lon], "radius": 50}}],
        },
    });
    NewPlan::new("out of there", file.to_string().into_bytes())
}

async fn types(session: &TenantSession, sample: TelemetrySample) -> Vec<AlertType> {
    let raised = session.alerts().evaluate(sample).await.unwrap();
    raised.into_iter().map(|alert| alert.alert_type).collect()
}

each_engine!(
    #[tokio::test]
    async fn everything_that_a_sample_says_is_wrong_is_raised_at_once(world: &World) {
        let (session, drone) = kite(&world.north).await;
        let alerts = session.alerts();
        let sample = TelemetrySample {
            battery_percent: Some(19.9),
            mode: Some("LINK_LOST".to_owned()),
            latency_ms: Some(3_000),
            ..TelemetrySample::new(drone.clone())
        };
        let raised = alerts.evaluate(sample.clone()).await.unwrap();
        let mut stored = every_alert(&session).await;
        stored.sort_by_key(|alert| raised.iter().position(|it| it.id == alert.id));
        assert_eq!(stored, raised);
        let [battery, link] = raised.as_slice() else {
            panic!("{raised:?}");
        };
        assert_eq!(battery.alert_type, AlertType::LowBattery);
        assert_eq!(battery.severity, AlertSeverity::Warning);
        assert_eq!(
            json_of(battery),
            json!({"battery_percent": 19.9, "threshold": 20.0})
        );
        assert_eq!(link.alert_type, AlertType::LinkLoss);
        assert_eq!(link.severity, AlertSeverity::Critical);
        assert_eq!(
            json_of(link),
            json!({"mode": "LINK_LOST", "latency_ms": 3000})
        );
        let told = events(&session).await;
        let told: Vec<_> = told
            .iter()
            .map(|it| (&it.action, it.entity_id.as_str()))
            .collect();
        let (battery_id, link_id) = (battery.id.as_str(), link.id.as_str());
        assert_eq!(
            told,
            [(&Action::Create, battery_id), (&Action::Create, link_id)]
        );

        // One of them is taken up, the other one is graver a second later.
        alerts.ack(link.id.clone(), None).await.unwrap();
        let graver = TelemetrySample {
            battery_percent: Some(9.0),
            ..sample
        };
        let raised = alerts.evaluate(graver).await.unwrap();
        assert_eq!(raised.len(), 1);
        assert_eq!(
            (&raised[0].id, &raised[0].severity),
            (&battery.id, &AlertSeverity::Critical)
        );
        alerts.close_alert(battery.id.clone(), None).await.unwrap();
    }
);

each_engine!(
    #[tokio::test]
    async fn a_sample_that_changes_nothing_writes_nothing(world: &World) {
        world.clock.stop();
        let (session, drone) = kite(&world.north).await;
        let alerts = session.alerts();
        let sample = |percent| TelemetrySample {
            battery_percent: Some(percent),
            ..at(&drone, OUTSIDE)
        };
        assert_eq!(alerts.evaluate(sample(80.0)).await.unwrap(), []);
        let heron = register(&session, "heron").await.unwrap().id;
        let beside = TelemetrySample {
            drone_id: heron.clone(),
            ..sample(20.0)
        };
        let of_heron = alerts.evaluate(beside).await.unwrap();
        assert_eq!(alerts.evaluate(sample(20.0)).await.unwrap().len(), 1);
        let size = session.audit().verify().await.unwrap().size;
        for second in 1..=59_u32 {
            world.clock.advance(Duration::from_secs(1));
            let percent = 20.0 - f64::from(second) / 10.0;
            assert_eq!(alerts.evaluate(sample(percent)).await.unwrap(), []);
        }
        assert_eq!(session.audit().verify().await.unwrap().size, size);
        world.clock.advance(Duration::from_secs(1));
        let told = alerts.evaluate(sample(14.0)).await.unwrap();
        assert_eq!(json_of(&told[0])["battery_percent"], 14.0);
        assert_eq!(session.audit().verify().await.unwrap().size, size + 1);
        // All is well again, and the alert waits for somebody to close it.
        assert_eq!(alerts.evaluate(sample(95.0)).await.unwrap(), []);
        let stored = every_alert(&session).await;
        let (of_others, of_kite): (Vec<_>, Vec<_>) = stored
            .into_iter()
            .partition(|alert| alert.drone_id == heron);
        assert_eq!((of_kite, of_others), (told, of_heron));
    }
);

each_engine!(
    #[tokio::test]
    async fn the_fences_of_the_mission_that_a_drone_flies_bind_it_while_it_flies(world: &World) {
        let (session, drone) = kite(&world.north).await;
        let other = register(&session, "heron").await.unwrap().id;
        let beside = TelemetrySample {
            battery_percent: Some(5.0),
            ..TelemetrySample::new(other.clone())
        };
        assert_eq!(types(&session, beside).await, [AlertType::LowBattery]);
        let breach = [AlertType::GeofenceBreach];
        // Approved is not flown, and nobody else is bound.
        let mission = planned(world, &session, &drone).await;
        assert_eq!(types(&session, at(&drone, OUTSIDE)).await, []);
        let missions = session.missions();
        missions.start(mission.clone()).await.unwrap();
        assert_eq!(types(&session, at(&other, OUTSIDE)).await, []);
        assert_eq!(types(&session, at(&drone, INSIDE)).await, []);
        // In what the plan excludes, and then too far from where it is flown.
        for place in [EXCLUDED, OUTSIDE] {
            let raised = session.alerts().evaluate(at(&drone, place)).await.unwrap();
            assert_eq!(raised.len(), 1);
            assert_eq!(raised[0].alert_type, AlertType::GeofenceBreach);
            let (lat, lon) = place;
            let position = json!({"lat": lat, "lon": lon, "alt_m": 40.0});
            assert_eq!(
                json_of(&raised[0]),
                json!({"position": position, "mode": null})
            );
            let id = raised[0].id.clone();
            session.alerts().close_alert(id, None).await.unwrap();
        }
        missions.pause(mission.clone()).await.unwrap();
        assert_eq!(types(&session, at(&drone, OUTSIDE)).await, []);
        missions.resume(mission.clone()).await.unwrap();
        assert_eq!(types(&session, at(&drone, OUTSIDE)).await, breach);
        missions.complete(mission).await.unwrap();
        let flagged = TelemetrySample {
            mode: Some("GEOFENCE_BREACH".to_owned()),
            ..TelemetrySample::new(other)
        };
        assert_eq!(types(&session, flagged).await, breach);
    }
);

each_engine!(
    /// The writer is held, and the answer comes all the same.
    #[tokio::test(flavor = "multi_thread")]
    async fn a_sample_that_changes_nothing_does_not_wait_for_whoever_writes(world: &World) {
        world.clock.stop();
        let (session, drone) = kite(&world.north).await;
        let alerts = session.alerts();
        let low = TelemetrySample {
            battery_percent: Some(15.0),
            ..at(&drone, OUTSIDE)
        };
        let well = at(&drone, OUTSIDE);
        assert_eq!(alerts.evaluate(low.clone()).await.unwrap().len(), 1);
        let held = Hold::take(&world.place, "north").await;
        for sample in [well, low] {
            let told = tokio::time::timeout(Duration::from_secs(60), alerts.evaluate(sample));
            assert_eq!(told.await.unwrap(), Ok(Vec::new()));
        }
        held.release().await;
    }
);

each_engine!(
    /// Each place is in a fence of one mission alone: whichever is read first, one of the places is the other one's.
    #[tokio::test]
    async fn a_drone_that_flies_two_missions_is_bound_by_the_fences_of_both(world: &World) {
        let (session, drone) = kite(&world.north).await;
        let missions = session.missions();
        let places = [INSIDE, OUTSIDE];
        for place in places {
            let new = NewPlan {
                drone_id: Some(drone.clone()),
                ..keeping_out(place)
            };
            let mission = approved(world, &session, new).await;
            missions.start(mission).await.unwrap();
        }
        assert_eq!(types(&session, at(&drone, EXCLUDED)).await, []);
        for place in places {
            let raised = session.alerts().evaluate(at(&drone, place)).await.unwrap();
            let told: Vec<_> = raised.iter().map(|it| &it.alert_type).collect();
            assert_eq!(told, [&AlertType::GeofenceBreach], "{place:?}");
            let id = raised[0].id.clone();
            session.alerts().close_alert(id, None).await.unwrap();
        }
    }
);

each_engine!(
    #[tokio::test]
    async fn the_ceiling_of_the_mission_that_a_drone_flies_is_a_fence(world: &World) {
        let (session, drone) = kite(&world.north).await;
        let missions = session.missions();
        let high = |alt_m| {
            let mut sample = at(&drone, INSIDE);
            sample.position.as_mut().unwrap().alt_m = alt_m;
            sample
        };
        // A mission without a plan has no fences, and a ceiling is none by itself.
        let new = NewMission {
            drone_id: Some(drone.clone()),
            constraints: r#"{"max_alt_m": 30}"#.into(),
            ..NewMission::new("by hand", PlanType::PointTask)
        };
        let unplanned = missions.create(new).await.unwrap().id;
        let approver = world.north.member("admin").await.missions();
        approver.approve(unplanned.clone(), 1, None).await.unwrap();
        missions.start(unplanned).await.unwrap();
        assert_eq!(types(&session, high(Some(500.0))).await, []);

        let mission = bounded(world, &session, &drone, r#"{"max_alt_m": 120}"#).await;
        missions.start(mission).await.unwrap();
        for within in [Some(-3.0), Some(120.0), None] {
            assert_eq!(types(&session, high(within)).await, []);
        }
        let breach = [AlertType::GeofenceBreach];
        assert_eq!(types(&session, high(Some(120.5))).await, breach);
    }
);

each_engine!(
    #[tokio::test]
    async fn the_fences_of_a_plan_that_was_read_are_those_of_its_tenant_and_of_its_hash(
        world: &World,
    ) {
        let (session, drone) = kite(&world.north).await;
        let mission = planned(world, &session, &drone).await;
        session.missions().start(mission.clone()).await.unwrap();
        assert_eq!(types(&session, at(&drone, INSIDE)).await, []);

        // Another tenant's row says that it is of this hash, and holds something else.
        let (southern, other) = kite(&world.south).await;
        let file = br#"{"fileType": "Plan", "version": 1, "mission": {"version": 2, "items": []}, "geoFence":
            {"version": 2, "circles": [{"inclusion": true, "circle": {"center": [0, 0], "radius": 9}}]}}"#;
        let new = NewPlan {
            drone_id: Some(other.clone()),
            ..NewPlan::new("at sea", file.to_vec())
        };
        let at_sea = southern.missions().import_plan(new).await.unwrap().id;
        let claim = format!(
            "UPDATE missions SET plan_sha256 = (SELECT plan_sha256 FROM missions WHERE id = '{mission}'),              state = 'RUNNING' WHERE id = '{at_sea}'"
        );
        world.place.plant(&claim).await;
        assert_eq!(types(&southern, at(&other, OUTSIDE)).await, []);

        // A plan that takes the place of one that was read is another one.
        let new = NewPlan::new("at sea", file.to_vec());
        let other = session.missions().import_plan(new).await.unwrap().id;
        let of = |column| format!("(SELECT o.{column} FROM missions o WHERE o.id = '{other}')");
        let swap = format!(
            "UPDATE missions SET plan = {}, plan_sha256 = {} WHERE id = '{mission}'",
            of("plan"),
            of("plan_sha256"),
        );
        world.place.plant(&swap).await;
        let breach = [AlertType::GeofenceBreach];
        assert_eq!(types(&session, at(&drone, INSIDE)).await, breach);
    }
);

each_engine!(
    #[tokio::test]
    async fn a_plan_that_another_program_spoiled_has_no_fence_and_hides_no_other_alert(
        world: &World,
    ) {
        let (session, drone) = kite(&world.north).await;
        let mission = planned(world, &session, &drone).await;
        session.missions().start(mission.clone()).await.unwrap();
        let spoil = format!("UPDATE missions SET plan = 'spoiled' WHERE id = '{mission}'");
        world.place.plant(&spoil).await;
        let sample = TelemetrySample {
            battery_percent: Some(3.0),
            ..at(&drone, OUTSIDE)
        };
        assert_eq!(types(&session, sample).await, [AlertType::LowBattery]);
    }
);

each_engine!(
    #[tokio::test]
    async fn a_sample_that_cannot_be_or_is_of_no_drone_of_the_tenant_is_refused(world: &World) {
        let (session, drone) = kite(&world.north).await;
        let foreign = kite(&world.south).await.1;
        let alerts = session.alerts();
        for drone in [foreign, "nobody's".into()] {
            for battery_percent in [Some(5.0), None] {
                let sample = TelemetrySample {
                    battery_percent,
                    ..TelemetrySample::new(drone.clone())
                };
                let missing = Error::NotFound {
                    entity: "drone".to_owned(),
                };
                assert_eq!(alerts.evaluate(sample).await, Err(missing));
            }
        }
        let mut nowhere = at(&drone, (f64::NAN, 0.0));
        nowhere.battery_percent = Some(5.0);
        let refused = alerts.evaluate(nowhere).await.unwrap_err();
        assert_eq!(
            (refused.status(), refused.field()),
            (422, Some("position.lat"))
        );
        assert_eq!(every_alert(&session).await, []);
    }
);

each_engine!(
    #[tokio::test]
    async fn of_a_sample_every_alert_is_stored_or_none(world: &World) {
        let (session, drone) = kite(&world.north).await;
        let trigger = match world.place.engine {
            Engine::Sqlite => {
                "CREATE TRIGGER host BEFORE INSERT ON alerts WHEN NEW.alert_type = 'LINK_LOSS' \
                 BEGIN SELECT RAISE(ABORT, 'no'); END"
            }
            Engine::Postgres => {
                "CREATE FUNCTION host() RETURNS trigger LANGUAGE plpgsql AS \
                 $$ BEGIN RAISE EXCEPTION 'no'; END $$; \
                 CREATE TRIGGER host BEFORE INSERT ON alerts \
                 FOR EACH ROW WHEN (NEW.alert_type = 'LINK_LOSS') EXECUTE FUNCTION host()"
            }
        };
        world.place.raw(trigger).await.unwrap();
        let sample = TelemetrySample {
            battery_percent: Some(5.0),
            link_ok: Some(false),
            ..TelemetrySample::new(drone)
        };
        session.alerts().evaluate(sample).await.unwrap_err();
        assert_eq!(every_alert(&session).await, []);
        assert!(events(&session).await.is_empty());
    }
);
