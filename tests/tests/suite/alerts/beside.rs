//! What another program does about an alert or an incident while we do something about it.

use futures_util::future::BoxFuture;
use futures_util::{FutureExt, TryFutureExt};
use ringfence::Result;
use ringfence::model::{AlertSeverity, AlertType, IncidentLevel, NewAlert, NewIncident};
use ringfence_tests::fixture::{Engine, World};

use super::kite;
use crate::postgres_fixture::somebody_waits;

/// Its transaction is open when ours looks at the row, and committed when ours writes it. On SQLite nobody else writes
/// while a unit does.
#[tokio::test(flavor = "multi_thread")]
async fn on_postgres_what_another_program_did_between_the_look_and_the_write_is_not_written_over() {
    let world = World::new(Engine::Postgres).await;
    let (session, drone) = kite(&world.north).await;
    let (alerts, incidents) = (session.alerts(), session.incidents());
    let (link, battery, breach) = (
        AlertType::LinkLoss,
        AlertType::LowBattery,
        AlertType::GeofenceBreach,
    );
    let of = |alert_type: &AlertType, severity| {
        NewAlert::new(drone.clone(), alert_type.clone(), severity, "seen")
    };
    let raise = |alert_type| alerts.raise_alert(of(alert_type, AlertSeverity::Warning));
    let place = "POINT(8.5 47.4)";
    let new = NewIncident::new("Flood", IncidentLevel::High, place);
    let incident = incidents.create(new).await.unwrap().id;
    let (other, looking) = (world.place.postgres().await, world.place.postgres().await);
    let beside = async |row: (&str, &str), theirs: &str, ours: BoxFuture<'_, Result<()>>| {
        let (table, id) = row;
        let theirs_stand = format!("UPDATE {table} SET {theirs} WHERE id = '{id}'");
        let begun = other.batch_execute(&format!("BEGIN; {theirs_stand}")).await;
        begun.unwrap();
        let committed = async {
            somebody_waits(&looking).await;
            other.batch_execute("COMMIT").await.unwrap();
        };
        let (told, ()) = tokio::join!(ours, committed);
        assert_eq!(told.unwrap_err().code(), "stale_version", "{theirs}");
        let stands = format!("SELECT count(*) FROM {table} WHERE id = '{id}' AND {theirs}");
        assert_eq!(world.place.count(&stands).await, 1, "{theirs}");
    };

    let seen = raise(&link).await.unwrap().id;
    let ours = alerts.ack(seen.clone(), None).map_ok(drop).boxed();
    beside(("alerts", seen.as_str()), "status = 'CLOSED'", ours).await;

    let seen = raise(&battery).await.unwrap().id;
    let ours = alerts.close_alert(seen.clone(), None).map_ok(drop).boxed();
    beside(("alerts", seen.as_str()), "status = 'ACKED'", ours).await;

    // Seen again, and graver.
    let graver = of(&battery, AlertSeverity::Critical);
    let ours = alerts.raise_alert(graver).map_ok(drop).boxed();
    beside(("alerts", seen.as_str()), "status = 'CLOSED'", ours).await;
    let seen = raise(&breach).await.unwrap().id;
    let graver = of(&breach, AlertSeverity::Critical);
    let ours = alerts.raise_alert(graver).map_ok(drop).boxed();
    beside(("alerts", seen.as_str()), "severity = 'CRITICAL'", ours).await;

    let ours = incidents.close_incident(incident.clone(), None);
    let ours = ours.map_ok(drop).boxed();
    let row = ("incidents", incident.as_str());
    beside(row, "status = 'TASK_CREATED'", ours).await;
    assert!(session.audit().verify().await.unwrap().is_intact());
    world.place.remove().await;
}
