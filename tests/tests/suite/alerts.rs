//! Alerts: raised by a host or from telemetry, one active of a type, taken up and closed.

mod beside;
mod telemetry;

use std::fmt::Debug;
use std::time::Duration;

use futures_util::future::join_all;
use ringfence::model::{
    Action, Alert, AlertFilter, AlertId, AlertSeverity, AlertStatus, AlertType, AuditEvent,
    DroneId, EventFilter, NewAlert, Order, PageRequest, TimedPageRequest,
};
use ringfence::{Error, Result, TenantSession};
use ringfence_tests::fixture::{Home, World, each_engine, register};
use serde_json::{Value, json};

async fn kite(home: &Home) -> (TenantSession, DroneId) {
    let session = home.admin().await;
    let drone = register(&session, "kite").await.unwrap().id;
    (session, drone)
}

fn low_battery(drone: &DroneId, severity: AlertSeverity, percent: f64) -> NewAlert {
    NewAlert {
        detail: format!("{{\"battery_percent\": {percent}}}").into(),
        ..NewAlert::new(
            drone.clone(),
            AlertType::LowBattery,
            severity,
            format!("Low battery: {percent} %"),
        )
    }
}

fn code<T: Debug>(outcome: Result<T>) -> String {
    outcome.unwrap_err().code().to_owned()
}

fn json_of(alert: &Alert) -> Value {
    serde_json::from_str(alert.detail.as_str()).unwrap()
}

async fn every_alert(session: &TenantSession) -> Vec<Alert> {
    let oldest = TimedPageRequest::in_order(Order::Oldest);
    let found = session.alerts().list(AlertFilter::default(), oldest).await;
    found.unwrap().items
}

/// The events about alerts, in the order of the log.
async fn events(session: &TenantSession) -> Vec<AuditEvent> {
    let log = session.audit();
    assert!(log.verify().await.unwrap().is_intact());
    let filter = EventFilter {
        entity_type: Some("alert".to_owned()),
        ..EventFilter::default()
    };
    let page = PageRequest {
        limit: Some(1_000),
        after: None,
    };
    let events = log.events(filter, page).await.unwrap().items;
    let done = events.into_iter();
    done.filter(|event| event.action != Action::Denied)
        .collect()
}

each_engine!(
    #[tokio::test]
    async fn an_alert_is_raised_taken_up_and_closed_and_each_is_an_event(world: &World) {
        let (session, drone) = kite(&world.north).await;
        let alerts = session.alerts();
        let new = low_battery(&drone, AlertSeverity::Warning, 19.50);
        let raised = alerts.raise_alert(new).await.unwrap();
        assert_eq!(raised.status, AlertStatus::Open);
        assert_eq!(raised.first_seen_at, raised.last_seen_at);
        assert_eq!(raised.detail.as_str(), "{\"battery_percent\": 19.5}");

        let operator = world.north.member("operator").await;
        let operator_id = operator.whoami().await.unwrap().user_id;
        let comment = Some("on it".to_owned());
        let acked = operator
            .alerts()
            .ack(raised.id.clone(), comment)
            .await
            .unwrap();
        assert_eq!(acked.status, AlertStatus::Acked);
        assert_eq!(acked.acked_by, Some(operator_id));
        assert!(acked.acked_at >= Some(raised.first_seen_at));
        let again = alerts.ack(raised.id.clone(), None).await;
        assert_eq!(code(again), "illegal_transition");
        let comment = Some("landed".to_owned());
        let closed = alerts
            .close_alert(raised.id.clone(), comment)
            .await
            .unwrap();
        assert_eq!(closed.status, AlertStatus::Closed);
        assert_eq!(closed.closed_by.as_ref(), Some(&world.north.admin));
        assert_eq!(
            (closed.acked_by.as_ref(), closed.acked_at),
            (acked.acked_by.as_ref(), acked.acked_at)
        );
        let expected =
            json!({"battery_percent": 19.5, "ack_comment": "on it", "close_comment": "landed"});
        assert_eq!(json_of(&closed), expected);
        assert_eq!(alerts.get(raised.id.clone()).await.unwrap(), closed);
        let again = alerts.close_alert(raised.id.clone(), None).await;
        assert_eq!(code(again), "illegal_transition");

        let events = events(&session).await;
        let told: Vec<_> = events
            .iter()
            .map(|event| (&event.action, event.method.as_str()))
            .collect();
        let expected = [
            (&Action::Create, "alerts.raise_alert"),
            (&Action::Update, "alerts.ack"),
            (&Action::Update, "alerts.close_alert"),
        ];
        assert_eq!(told, expected);

        // What is over is over: the next one is another.
        let new = low_battery(&drone, AlertSeverity::Warning, 19.0);
        let next = alerts.raise_alert(new).await.unwrap();
        assert_ne!(next.id, raised.id);
        let closed = alerts.close_alert(next.id, None).await.unwrap();
        assert_eq!(
            (closed.status, closed.acked_by),
            (AlertStatus::Closed, None)
        );
    }
);

each_engine!(
    #[tokio::test]
    async fn what_is_seen_again_is_the_same_alert_whose_severity_only_rises(world: &World) {
        world.clock.stop();
        let (session, drone) = kite(&world.north).await;
        let alerts = session.alerts();
        let raise = async |severity, percent| {
            alerts
                .raise_alert(low_battery(&drone, severity, percent))
                .await
                .unwrap()
        };
        let first = raise(AlertSeverity::Warning, 19.0).await;
        // Told already.
        world.clock.advance(Duration::from_secs(59));
        assert_eq!(raise(AlertSeverity::Warning, 18.0).await, first);
        assert_eq!(events(&session).await.len(), 1);
        // A minute after it was last seen it is told again, and what is measured is what is measured now.
        world.clock.advance(Duration::from_secs(1));
        let told = raise(AlertSeverity::Warning, 17.0).await;
        assert_eq!(
            (&told.id, told.first_seen_at),
            (&first.id, first.first_seen_at)
        );
        assert!(told.last_seen_at > first.last_seen_at);
        assert_eq!(json_of(&told)["battery_percent"], 17);
        // A graver one is told at once, also to who has taken it up.
        let comment = Some("seen".to_owned());
        alerts.ack(first.id.clone(), comment).await.unwrap();
        let graver = raise(AlertSeverity::Critical, 9.0).await;
        assert_eq!(graver.severity, AlertSeverity::Critical);
        assert_eq!(graver.status, AlertStatus::Acked);
        assert_eq!(
            json_of(&graver),
            json!({"battery_percent": 9, "ack_comment": "seen"})
        );
        // It stays grave while it is active.
        world.clock.advance(Duration::from_secs(60));
        let later = raise(AlertSeverity::Warning, 16.0).await;
        assert_eq!(later.severity, AlertSeverity::Critical);
        assert_eq!(every_alert(&session).await, [later]);
        let actions: Vec<Action> = events(&session)
            .await
            .into_iter()
            .map(|it| it.action)
            .collect();
        let update = Action::Update;
        assert_eq!(
            actions,
            [
                Action::Create,
                update.clone(),
                update.clone(),
                update.clone(),
                update
            ]
        );
    }
);

each_engine!(
    /// Such a detail has no place for a comment, and stays as it is.
    #[tokio::test]
    async fn what_is_said_of_an_alert_whose_detail_is_no_object_stands_in_its_event(world: &World) {
        let (session, drone) = kite(&world.north).await;
        world
            .place
            .plant(&format!(
                "INSERT INTO alerts (tenant_id, id, drone_id, alert_type, severity, status, message, detail,
                     first_seen_at, last_seen_at) VALUES ('north', 'a', '{drone}', 'LOW_BATTERY', 'WARNING', 'OPEN',
                     'low', '[1]', '2026-01-02 00:00:00.000000', '2026-01-02 00:00:00.000000')"
            ))
            .await;
        let alerts = session.alerts();
        let comment = Some("on it".to_owned());
        let acked = alerts.ack("a".into(), comment).await.unwrap();
        let comment = Some("landed".to_owned());
        let closed = alerts.close_alert("a".into(), comment).await.unwrap();
        assert_eq!([acked.detail.as_str(), closed.detail.as_str()], ["[1]"; 2]);
        let told = events(&session).await.into_iter().map(|event| {
            let detail = event.detail.unwrap();
            let detail: Value = serde_json::from_str(detail.as_str()).unwrap();
            (event.method, detail["comment"].clone())
        });
        let said = |method: &str, comment: &str| (method.to_owned(), json!(comment));
        assert_eq!(
            told.collect::<Vec<_>>(),
            [
                said("alerts.ack", "on it"),
                said("alerts.close_alert", "landed")
            ]
        );
    }
);

each_engine!(
    #[tokio::test(flavor = "multi_thread")]
    async fn of_many_who_raise_the_same_at_once_one_is_stored(world: &World) {
        let (session, drone) = kite(&world.north).await;
        let other = register(&session, "heron").await.unwrap().id;
        let sessions = [session.clone(), world.north.admin().await];
        let raises = (0..64).map(|number| {
            let drone = if number % 4 == 0 { &other } else { &drone };
            let alerts = sessions[number % 2].alerts();
            let new = low_battery(drone, AlertSeverity::Warning, 15.0);
            async move { alerts.raise_alert(new).await.unwrap().id }
        });
        let mut ids: Vec<AlertId> = join_all(raises).await;
        ids.sort();
        ids.dedup();
        assert_eq!(ids.len(), 2);
        assert_eq!(every_alert(&session).await.len(), 2);
        assert_eq!(events(&session).await.len(), 2);
    }
);

each_engine!(
    #[tokio::test]
    async fn an_alert_is_about_a_drone_of_the_tenant_and_nobody_elses(world: &World) {
        let (ours, drone) = kite(&world.north).await;
        let (theirs, foreign) = kite(&world.south).await;
        let own = ours.alerts();
        let raised = own.raise_alert(low_battery(&drone, AlertSeverity::Warning, 15.0));
        let raised = raised.await.unwrap();
        let missing = |entity: &str| Error::NotFound {
            entity: entity.to_owned(),
        };
        for drone in [foreign, "nobody's".into()] {
            let new = low_battery(&drone, AlertSeverity::Warning, 15.0);
            assert_eq!(ours.alerts().raise_alert(new).await, Err(missing("drone")));
        }
        let alerts = theirs.alerts();
        assert_eq!(alerts.get(raised.id.clone()).await, Err(missing("alert")));
        assert_eq!(
            alerts.ack(raised.id.clone(), None).await,
            Err(missing("alert"))
        );
        let refused = alerts.close_alert(raised.id.clone(), None).await;
        assert_eq!(refused, Err(missing("alert")));
        assert_eq!(alerts.count(AlertFilter::default()).await, Ok(0));
        assert_eq!(ours.alerts().get(raised.id.clone()).await.unwrap(), raised);
    }
);

each_engine!(
    #[tokio::test]
    async fn a_drone_stays_while_an_alert_is_about_it(world: &World) {
        let (session, drone) = kite(&world.north).await;
        let new = low_battery(&drone, AlertSeverity::Warning, 15.0);
        let raised = session.alerts().raise_alert(new).await.unwrap();
        let delete = async || session.drones().delete(drone.clone()).await;
        assert_eq!(code(delete().await), "in_use");
        let closed = session.alerts().close_alert(raised.id.clone(), None).await;
        closed.unwrap();
        assert_eq!(code(delete().await), "in_use");
        let gone = format!("DELETE FROM alerts WHERE id = '{}'", raised.id);
        world.place.plant(&gone).await;
        delete().await.unwrap();
    }
);

each_engine!(
    #[tokio::test]
    async fn what_the_old_platform_left_is_read_as_it_is_and_goes_on_where_it_can(world: &World) {
        let (session, drone) = kite(&world.north).await;
        world
            .place
            .plant(&format!(
                "INSERT INTO drones (id, tenant_id, name, vendor, capabilities, created_at, updated_at) VALUES
                     ('any text', 'north', 'heron', 'FAKE', '{{}}', '2026-01-01 00:00:00.000000',
                         '2026-01-01 00:00:00.000000');
                 INSERT INTO alerts (tenant_id, id, drone_id, alert_type, severity, status, message, detail,
                     first_seen_at, last_seen_at, closed_by, closed_at) VALUES
                 ('north', 'z', 'any text', 'LINK_LOSS', 'CRITICAL', 'OPEN', 'lost', 'null',
                     '2026-01-01 00:00:00.000000', '2026-01-01 00:00:00.000000', NULL, NULL),
                 ('north', 'a', '{drone}', 'LOW_BATTERY', 'MILD', 'ACKED', 'low', '[1]',
                     '2026-01-02 00:00:00.000000', '2026-01-02 00:00:00.000000', 'ana', '2026-01-02 01:00:00.000000'),
                 ('north', 'm', '{drone}', 'LOW_BATTERY', 'WARNING', 'open', 'low', '{{\"battery_percent\": 1.50}}',
                     '2026-01-03 00:00:00.000000', '2026-01-03 00:00:00.000000', NULL, NULL)"
            ))
            .await;
        let alerts = session.alerts();
        let found = every_alert(&session).await;
        let shown: Vec<_> = found
            .iter()
            .map(|it| (it.id.as_str(), it.detail.as_str()))
            .collect();
        assert_eq!(
            shown,
            [
                ("z", "null"),
                ("a", "[1]"),
                ("m", "{\"battery_percent\": 1.50}")
            ]
        );
        // Its active alert goes on, with the severity that only another program knows.
        let new = low_battery(&drone, AlertSeverity::Critical, 5.0);
        let seen = alerts.raise_alert(new).await.unwrap();
        assert_eq!((seen.id.as_str(), seen.severity.as_str()), ("a", "MILD"));
        assert_eq!(alerts.get("a".into()).await.unwrap(), seen);
        let comment = || Some("seen".to_owned());
        let acked = alerts.ack("z".into(), comment()).await.unwrap();
        assert_eq!(json_of(&acked), json!({"ack_comment": "seen"}));
        assert_eq!(
            code(alerts.ack("m".into(), comment()).await),
            "illegal_transition"
        );
        let of_drone = AlertFilter {
            drone_id: Some(drone),
            status: Some(AlertStatus::Acked),
            ..AlertFilter::default()
        };
        assert_eq!(alerts.count(of_drone).await, Ok(1));
    }
);
