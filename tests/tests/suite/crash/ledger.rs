//! What was acknowledged, held against what is there.

use std::collections::BTreeSet;

use ringfence::model::{DroneFilter, PageRequest, TenantId, UserId};
use ringfence::{OpenOptions, Ringfence};
use ringfence_tests::fixture::{Home, Place};

use super::writer::Acknowledged;

/// Everything that is half-written, counted in one statement and so on one snapshot: drones without their
/// one event, events without their drone, events without their detail, heads that miscount their log.
const HALF_WRITTEN: &str = "\
    WITH made AS (SELECT tenant_id, entity_id FROM audit_events \
                  WHERE entity_type = 'drone' AND action = 'create'), \
    logs AS (SELECT h.tenant_id, h.size, count(e.seq) AS events, coalesce(max(e.seq), -1) AS last \
             FROM audit_heads h LEFT JOIN audit_events e ON e.tenant_id = h.tenant_id \
             GROUP BY h.tenant_id, h.size) \
    SELECT (SELECT count(*) FROM (SELECT tenant_id, id FROM drones \
                                  EXCEPT SELECT tenant_id, entity_id FROM made) AS unrecorded) \
        || ' ' || (SELECT count(*) FROM (SELECT tenant_id, entity_id FROM made \
                                  EXCEPT SELECT tenant_id, id FROM drones) AS unwritten) \
        || ' ' || (SELECT count(*) FROM (SELECT 1 AS one FROM made GROUP BY tenant_id, entity_id \
                                  HAVING count(*) > 1) AS twice) \
        || ' ' || (SELECT count(*) FROM (SELECT tenant_id, seq FROM audit_events \
                                  WHERE detail IS NULL OR salt IS NULL) AS bare) \
        || ' ' || (SELECT count(*) FROM logs WHERE size <> events OR size <> last + 1)";

/// The acknowledged writes of a run.
#[derive(Default)]
pub(super) struct Ledger {
    acknowledged: BTreeSet<Acknowledged>,
}

impl Ledger {
    pub(super) fn add(&mut self, acknowledged: impl IntoIterator<Item = Acknowledged>) {
        for one in acknowledged {
            assert!(self.acknowledged.insert(one), "acknowledged twice");
        }
    }

    /// All of it is there, nothing is half-written, the logs verify.
    pub(super) async fn holds(
        &self,
        place: &Place,
        ringfence: &Ringfence,
        actors: &[(TenantId, UserId)],
    ) {
        let mut stored = BTreeSet::new();
        for (tenant, actor) in actors {
            let session = ringfence.session(tenant.clone(), actor.clone());
            let session = session.await.unwrap();
            let drones = session.drones();
            let mut page = PageRequest {
                limit: Some(1000),
                after: None,
            };
            loop {
                let found = drones.list(DroneFilter::default(), page.clone());
                let found = found.await.unwrap();
                for drone in found.items {
                    stored.insert((tenant.to_string(), drone.id.to_string()));
                }
                page.after = found.next;
                if page.after.is_none() {
                    break;
                }
            }
            let log = session.audit().verify().await.unwrap();
            assert!(log.is_intact(), "{tenant}: {log:?}");
        }
        let lost: Vec<_> = self.acknowledged.difference(&stored).collect();
        assert!(lost.is_empty(), "acknowledged and lost: {lost:?}");
        assert_eq!(
            place.raw_text(HALF_WRITTEN).await.as_deref(),
            Some("0 0 0 0 0")
        );
    }
}

/// Two tenants in a new database, which is closed again.
pub(super) async fn found(place: &Place) -> Vec<(TenantId, UserId)> {
    let ringfence = open(place).await;
    let mut actors = Vec::new();
    for name in ["north", "south"] {
        let home = Home::found(&ringfence, name).await;
        actors.push((home.tenant, home.admin));
    }
    ringfence.shutdown().await.unwrap();
    actors
}

pub(super) async fn open(place: &Place) -> Ringfence {
    Ringfence::open(place.url.clone(), OpenOptions::default())
        .await
        .unwrap()
}
