//! A process of its own that registers drones: the suite's binary, running one hidden test.

use std::sync::Arc;

use ringfence::model::{TenantId, UserId};
use ringfence::{Drones, OpenOptions, Ringfence};
use ringfence_tests::fixture::new_drone;

use crate::apart::{self, Apart};

/// Writers of one process at the same time, shared out among the tenants.
pub(super) const CONCURRENT: usize = 4;

/// A drone whose registration was acknowledged: its tenant and its id.
pub(super) type Acknowledged = (String, String);

/// A running writer. Dropping it kills it.
pub(super) struct Writer(Apart);

impl Writer {
    /// Starts a writer in these tenants; each of its tasks registers so many drones, or goes on for ever.
    pub(super) fn start(url: &str, actors: &[(TenantId, UserId)], each: Option<u32>) -> Self {
        let actors: Vec<String> = actors
            .iter()
            .map(|(tenant, actor)| format!("{tenant}={actor}"))
            .collect();
        let each = each.unwrap_or(u32::MAX);
        let orders = format!("{url}\n{each}\n{}", actors.join("\n"));
        Self(Apart::start(
            "crash::writer::the_process_that_is_killed",
            &orders,
        ))
    }

    /// The next acknowledged drone, or `None` when the process has ended.
    pub(super) fn next(&mut self) -> Option<Acknowledged> {
        self.0.hear().map(|said| acknowledged(&said))
    }

    /// Kills the process as `kill -9` does and returns what it had acknowledged besides.
    pub(super) fn kill(self) -> Vec<Acknowledged> {
        self.0
            .kill()
            .iter()
            .map(|said| acknowledged(said))
            .collect()
    }

    /// Waits for a writer that ends by itself and returns what it acknowledged.
    pub(super) fn finish(self) -> Vec<Acknowledged> {
        self.0
            .finish()
            .iter()
            .map(|said| acknowledged(said))
            .collect()
    }
}

fn acknowledged(said: &str) -> Acknowledged {
    let (tenant, drone) = said.split_once(' ').unwrap();
    (tenant.to_owned(), drone.to_owned())
}

/// Registers a drone under a name that nothing else has.
pub(crate) async fn register(drones: &Drones) -> ringfence::Result<String> {
    let new = new_drone(format!("drone-{:032x}", rand::random::<u128>()));
    Ok(drones.register(new).await?.id.as_str().to_owned())
}

/// The tasks of a writer: each with the drones of one tenant.
pub(super) async fn crew(
    ringfence: &Ringfence,
    actors: &[(TenantId, UserId)],
) -> Vec<(String, Arc<Drones>)> {
    let mut crew = Vec::new();
    for (tenant, actor) in actors.iter().cycle().take(CONCURRENT) {
        let session = ringfence.session(tenant.clone(), actor.clone());
        crew.push((tenant.to_string(), session.await.unwrap().drones()));
    }
    crew
}

#[test]
#[ignore = "the other process of the crash tests, which start it themselves"]
fn the_process_that_is_killed() {
    let Some(orders) = apart::orders() else {
        return;
    };
    let mut orders = orders.lines();
    let url = orders.next().unwrap().to_owned();
    let each: u32 = orders.next().unwrap().parse().unwrap();
    let actors: Vec<(TenantId, UserId)> = orders
        .map(|order| order.split_once('=').unwrap())
        .map(|(tenant, actor)| (tenant.into(), actor.into()))
        .collect();
    let runtime = tokio::runtime::Runtime::new().unwrap();
    runtime.block_on(async {
        let ringfence = Ringfence::open(url, OpenOptions::default()).await.unwrap();
        let tasks: Vec<_> = crew(&ringfence, &actors)
            .await
            .into_iter()
            .map(|(tenant, drones)| {
                tokio::spawn(async move {
                    for _ in 0..each {
                        let drone = register(&drones).await.unwrap();
                        apart::say(&format!("{tenant} {drone}"));
                    }
                })
            })
            .collect();
        for task in tasks {
            task.await.unwrap();
        }
        ringfence.shutdown().await.unwrap();
    });
}
