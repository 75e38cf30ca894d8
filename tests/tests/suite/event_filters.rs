//! A filter of a log keeps every event that fits it, and no other.

use std::time::Duration;

use ringfence::Audit;
use ringfence::model::{AuditEvent, EventFilter, PageRequest, Permission};
use ringfence_tests::fixture::{World, each_engine, register};

async fn selected(audit: &Audit, filter: EventFilter) -> Vec<i64> {
    let page = PageRequest {
        limit: Some(1_000),
        ..PageRequest::default()
    };
    let events = audit.events(filter, page).await.unwrap().items;
    events.into_iter().map(|event| event.seq).collect()
}

/// Whether an event fits a filter.
type Fits<'e> = Box<dyn Fn(&AuditEvent) -> bool + 'e>;

/// The filters that this event fits, each by one field, and whether another fits it too.
fn filters(of: &AuditEvent) -> Vec<(EventFilter, Fits<'_>)> {
    let none = EventFilter::default;
    vec![
        (
            EventFilter {
                action: Some(of.action.clone()),
                ..none()
            },
            Box::new(|it| it.action == of.action),
        ),
        (
            EventFilter {
                entity_type: Some(of.entity_type.clone()),
                ..none()
            },
            Box::new(|it| it.entity_type == of.entity_type),
        ),
        (
            EventFilter {
                entity_id: Some(of.entity_id.clone()),
                ..none()
            },
            Box::new(|it| it.entity_id == of.entity_id),
        ),
        (
            EventFilter {
                actor: Some(of.actor.clone()),
                ..none()
            },
            Box::new(|it| it.actor == of.actor),
        ),
        (
            EventFilter {
                since: of.at,
                ..none()
            },
            Box::new(|it| it.at >= of.at),
        ),
        (
            EventFilter {
                until: of.at,
                ..none()
            },
            Box::new(|it| it.at < of.at),
        ),
    ]
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
        let page = PageRequest {
            limit: Some(1_000),
            ..PageRequest::default()
        };
        let all = audit.events(EventFilter::default(), page).await.unwrap();
        for event in &all.items {
            for (filter, fits) in filters(event) {
                let shown = format!("{filter:?}");
                let expected = all.items.iter().filter(|it| fits(it));
                let expected: Vec<i64> = expected.map(|it| it.seq).collect();
                assert_eq!(selected(&audit, filter).await, expected, "{shown}");
            }
        }
    }
);
