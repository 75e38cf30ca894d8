//! A drone says what is wrong with it; somebody takes it up and closes it.

use ringfence::model::{
    Action, AlertFilter, AlertSeverity, AlertStatus, AlertType, NewPlan, Order, TelemetryPosition,
    TelemetrySample, TimedPageRequest,
};
use ringfence_tests::fixture::{World, each_engine, register};

use super::told_of;

each_engine!(
    #[tokio::test]
    async fn a_sample_raises_alerts_that_are_taken_up_and_closed(world: &World) {
        let admin = world.north.admin().await;
        let drone = register(&admin, "kite").await.unwrap().id;
        let file = include_bytes!("../../../../examples/data/river-survey.plan").to_vec();
        let new = NewPlan {
            drone_id: Some(drone.clone()),
            ..NewPlan::new("river", file)
        };
        let missions = admin.missions();
        let mission = missions.import_plan(new).await.unwrap();
        let other = world.north.member("admin").await.missions();
        let approved = other.approve(mission.id.clone(), mission.version, None);
        approved.await.unwrap();
        missions.start(mission.id.clone()).await.unwrap();

        // All is well; then the drone is a kilometre away with half a battery, and at last with next to none.
        let operator = world.north.member("operator").await;
        let alerts = operator.alerts();
        let sample = |lat, percent| TelemetrySample {
            battery_percent: Some(percent),
            position: Some(TelemetryPosition {
                lat,
                lon: 9.951,
                alt_m: Some(40.0),
            }),
            mode: Some("AUTO".to_owned()),
            ..TelemetrySample::new(drone.clone())
        };
        assert_eq!(alerts.evaluate(sample(52.154, 80.0)).await.unwrap(), []);
        let away = alerts.evaluate(sample(52.164, 50.0)).await.unwrap();
        let empty = alerts.evaluate(sample(52.164, 5.0)).await.unwrap();
        let ([breach], [battery]) = (away.as_slice(), empty.as_slice()) else {
            panic!("{away:?} {empty:?}");
        };
        assert_eq!(breach.alert_type, AlertType::GeofenceBreach);
        assert_eq!(battery.alert_type, AlertType::LowBattery);
        assert_eq!(battery.severity, AlertSeverity::Critical);
        let open = AlertFilter {
            drone_id: Some(drone.clone()),
            status: Some(AlertStatus::Open),
            ..AlertFilter::default()
        };
        assert_eq!(alerts.count(open.clone()).await.unwrap(), 2);
        let oldest = TimedPageRequest::in_order(Order::Oldest);
        let listed = alerts.list(open.clone(), oldest).await.unwrap().items;
        assert_eq!(listed, [breach.clone(), battery.clone()]);

        // They are taken up and closed; what is wrong again after that is another alert.
        for alert in [breach, battery] {
            let comment = |text: &str| Some(text.to_owned());
            let acked = alerts.ack(alert.id.clone(), comment("on it")).await;
            assert_eq!(acked.unwrap().status, AlertStatus::Acked);
            let closed = alerts.close_alert(alert.id.clone(), comment("landed"));
            assert_eq!(closed.await.unwrap().status, AlertStatus::Closed);
        }
        assert_eq!(alerts.count(open).await.unwrap(), 0);
        missions.abort(mission.id).await.unwrap();
        let again = alerts.evaluate(sample(52.164, 4.0)).await.unwrap();
        assert_eq!(again.len(), 1);
        assert_eq!(again[0].alert_type, AlertType::LowBattery);
        assert_ne!(again[0].id, battery.id);

        for alert in [breach, battery] {
            let told = told_of(&admin, alert.id.as_str()).await;
            assert_eq!(told, [Action::Create, Action::Update, Action::Update]);
        }
    }
);
