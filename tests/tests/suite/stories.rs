//! What people do with a tenant from beginning to end, through the public surface alone.

mod alert;
mod incident;
mod legacy;

use ringfence::TenantSession;
use ringfence::model::{Action, EventFilter, PageRequest};

/// What the tenant's log, which is whole, tells of an entity.
async fn told_of(session: &TenantSession, entity: &str) -> Vec<Action> {
    let log = session.audit();
    assert!(log.verify().await.unwrap().is_intact());
    let of_it = EventFilter {
        entity_id: Some(entity.to_owned()),
        ..EventFilter::default()
    };
    let told = log.events(of_it, PageRequest::default()).await.unwrap();
    told.items.into_iter().map(|event| event.action).collect()
}
