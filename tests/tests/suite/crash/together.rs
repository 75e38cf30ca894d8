//! Two processes write into the same tenants at the same time.

use ringfence_tests::fixture::{Place, each_engine};

use super::ledger::{Ledger, found, open};
use super::writer::{Writer, crew, register};

/// Drones that each task of either process registers.
const EACH: u32 = 15;

each_engine!(
    #[tokio::test(flavor = "multi_thread")]
    async fn two_processes_write_one_tenant_without_a_gap_in_its_log(place: &Place) {
        let actors = found(place).await;
        let mut ledger = Ledger::default();
        let ringfence = open(place).await;
        let crew = crew(&ringfence, &actors).await;
        let mut other = Writer::start(&place.url, &actors, Some(EACH));
        // From its first write on both are at work.
        ledger.add([other.next().expect("it writes")]);
        let ours: Vec<_> = crew
            .into_iter()
            .map(|(tenant, drones)| {
                tokio::spawn(async move {
                    let mut registered = Vec::new();
                    for _ in 0..EACH {
                        registered.push((tenant.clone(), register(&drones).await.unwrap()));
                    }
                    registered
                })
            })
            .collect();
        let theirs = tokio::task::spawn_blocking(|| other.finish());
        for task in ours {
            ledger.add(task.await.unwrap());
        }
        ledger.add(theirs.await.unwrap());
        ledger.holds(place, &ringfence, &actors).await;
        ringfence.shutdown().await.unwrap();
    }
);
