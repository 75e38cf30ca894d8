//! A filter of a log keeps every event that fits it, and no other.

use std::time::Duration;

use ringfence::Audit;
use ringfence::model::{AuditEvent, EventFilter, PageRequest, Permission};
use ringfence_tests::fixture::{World, each_engine, register};

/// Sets one field of a filter as an event has it.
type Set = fn(&mut EventFilter, &AuditEvent);

/// Whether an event fits what another one set.
type Fits = fn(&AuditEvent, &AuditEvent) -> bool;

/// A filter by each field, and which events fit it.
const FILTERS: [(Set, Fits); 6] = [
    (
        |filter, of| filter.action = Some(of.action.clone()),
        |it, of| it.action == of.action,
    ),
    (
        |filter, of| filter.entity_type = Some(of.entity_type.clone()),
        |it, of| it.entity_type == of.entity_type,
    ),
    (
        |filter, of| filter.entity_id = Some(of.entity_id.clone()),
        |it, of| it.entity_id == of.entity_id,
    ),
    (
        |filter, of| filter.actor = Some(of.actor.clone()),
        |it, of| it.actor == of.actor,
    ),
    (|filter, of| filter.since = of.at, |it, of| it.at >= of.at),
    (|filter, of| filter.until = of.at, |it, of| it.at < of.at),
];

async fn selected(audit: &Audit, filter: EventFilter) -> Vec<AuditEvent> {
    let page = PageRequest {
        limit: Some(1_000),
        ..PageRequest::default()
    };
    audit.events(filter, page).await.unwrap().items
}

each_engine!(
    #[tokio::test]
    async fn a_filter_of_a_log_keeps_every_event_that_fits_it_and_no_other(world: &World) {
        let admin = world.north.admin().await;
        let crew = world.north.holder(&[Permission::RegistryWrite]).await;
        for (session, name) in [(&admin, "kite"), (&crew, "wren"), (&admin, "heron")] {
            world.clock.advance(Duration::from_secs(60));
            let drone = register(session, name).await.unwrap();
            session.drones().delete(drone.id).await.unwrap();
        }
        let audit = admin.audit();
        let all = selected(&audit, EventFilter::default()).await;
        for event in &all {
            for (set, fits) in FILTERS {
                let mut filter = EventFilter::default();
                set(&mut filter, event);
                let shown = format!("{filter:?}");
                let expected = all.iter().filter(|it| fits(it, event));
                let expected: Vec<AuditEvent> = expected.cloned().collect();
                assert_eq!(selected(&audit, filter).await, expected, "{shown}");
            }
        }
    }
);

each_engine!(
    #[tokio::test]
    async fn an_event_by_its_place_is_the_one_that_the_listing_shows(world: &World) {
        let admin = world.north.admin().await;
        register(&admin, "kite").await.unwrap();
        let audit = admin.audit();
        for event in selected(&audit, EventFilter::default()).await {
            assert_eq!(audit.event(event.seq).await.unwrap(), event);
        }
    }
);
