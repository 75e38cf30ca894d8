//! What `docs/guides/copying.md` says of copies, dumps and restores, step by step.

mod postgres;
mod sqlite;

use ringfence::model::{DroneFilter, EventFilter, PageRequest};
use ringfence::{MigrateMode, Ringfence};
use ringfence_tests::fixture::{Place, register};

use crate::house::{found, works};

const TENANT: &str = "north";

/// A database with one tenant and one drone, and what its log stands at.
async fn fleet(place: &Place) -> (Ringfence, Stand) {
    let rf = place.open(MigrateMode::Auto).await.unwrap();
    found(&rf, TENANT).await.unwrap();
    let stand = stand(&rf, place).await;
    (rf, stand)
}

/// What a tenant has at one moment.
#[derive(Debug, PartialEq)]
struct Stand {
    drones: usize,
    events: usize,
    root: String,
}

async fn stand(rf: &Ringfence, place: &Place) -> Stand {
    let session = rf.session(TENANT.into(), admin(place).await.into()).await;
    let session = session.unwrap();
    let drones = session.drones();
    let drones = drones.list(DroneFilter::default(), PageRequest::default());
    let audit = session.audit();
    let events = audit.events(EventFilter::default(), PageRequest::default());
    let (drones, events) = (drones.await.unwrap().items, events.await.unwrap().items);
    let verified = audit.verify().await.unwrap();
    assert!(verified.is_intact(), "{verified:?}");
    Stand {
        drones: drones.len(),
        events: events.len(),
        root: verified.root_hash,
    }
}

async fn admin(place: &Place) -> String {
    let sql = format!("SELECT id FROM users WHERE tenant_id = '{TENANT}'");
    place.raw_text(&sql).await.unwrap()
}

async fn one_drone_more(rf: &Ringfence, place: &Place) {
    let session = rf.session(TENANT.into(), admin(place).await.into()).await;
    register(&session.unwrap(), "one more").await.unwrap();
}

/// The copy holds what there was, its log bears it out, and it goes on from there.
async fn goes_on(copy: &Place, expected: &Stand) {
    let rf = copy.open(MigrateMode::Auto).await.unwrap();
    assert_eq!(stand(&rf, copy).await, *expected);
    works(&rf, TENANT, &admin(copy).await).await;
    assert_eq!(stand(&rf, copy).await.drones, expected.drones + 1);
    assert!(rf.integrity_scan(None, None).await.unwrap().is_clean());
    assert!(rf.deployment_log().verify().await.unwrap().is_intact());
    rf.shutdown().await.unwrap();
}
