//! Postgres crashes and comes back while an open database writes.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use rand::Rng;
use ringfence::{Drones, Error};
use ringfence_tests::fixture::Place;
use tokio::sync::mpsc::{UnboundedSender, unbounded_channel};
use xtask::cluster::{Cluster, Options};

use super::ledger::{Ledger, found, open};
use super::writer::{CONCURRENT, crew, register};
use super::{moments, rounds};

/// How long a host waits before it tries again what was unavailable.
const PAUSE: Duration = Duration::from_millis(5);

/// A write that was acknowledged, and whose it was.
struct Told {
    task: usize,
    tenant: String,
    drone: String,
}

#[tokio::test(flavor = "multi_thread")]
async fn an_open_database_outlives_a_crash_of_its_server() {
    let mut moments = moments();
    let mut options = Options::from_environment().unwrap();
    // A crashed server first writes its whole folder out, file by file unless it is told otherwise: seconds a round.
    options
        .settings
        .push(("recovery_init_sync_method".into(), "syncfs".into()));
    let cluster = tokio::task::spawn_blocking(move || Cluster::start(&options).unwrap());
    let cluster = Arc::new(cluster.await.unwrap());
    let place = Place::existing(cluster.url());
    let actors = found(&place).await;
    let ringfence = open(&place).await;
    let stop = Arc::new(AtomicBool::new(false));
    let (tell, mut told) = unbounded_channel();
    let mut tasks = Vec::new();
    for (task, (tenant, drones)) in crew(&ringfence, &actors).await.into_iter().enumerate() {
        let (tell, stop) = (tell.clone(), Arc::clone(&stop));
        tasks.push(tokio::spawn(write_on(task, tenant, drones, tell, stop)));
    }
    drop(tell);
    let mut ledger = Ledger::default();
    for _ in 0..rounds() {
        for _ in 0..moments.random_range(1..=20) {
            let Told { tenant, drone, .. } = told.recv().await.expect("they write");
            ledger.add([(tenant, drone)]);
        }
        let server = Arc::clone(&cluster);
        let restart = tokio::task::spawn_blocking(move || server.restart_immediate().unwrap());
        restart.await.unwrap();
        // What was acknowledged up to here; from here on each of them has to write again.
        while let Ok(Told { tenant, drone, .. }) = told.try_recv() {
            ledger.add([(tenant, drone)]);
        }
        let mut again = [false; CONCURRENT];
        while again.contains(&false) {
            let Told {
                task,
                tenant,
                drone,
            } = told.recv().await.expect("they write on");
            again[task] = true;
            ledger.add([(tenant, drone)]);
        }
        ledger.holds(&place, &ringfence, &actors).await;
    }
    stop.store(true, Ordering::SeqCst);
    for task in tasks {
        task.await.unwrap();
    }
    while let Some(Told { tenant, drone, .. }) = told.recv().await {
        ledger.add([(tenant, drone)]);
    }
    ledger.holds(&place, &ringfence, &actors).await;
    ringfence.shutdown().await.unwrap();
}

/// Registers drones until told to stop. The only error that it meets is that the server is away.
async fn write_on(
    task: usize,
    tenant: String,
    drones: Arc<Drones>,
    tell: UnboundedSender<Told>,
    stop: Arc<AtomicBool>,
) {
    while !stop.load(Ordering::SeqCst) {
        match register(&drones).await {
            Ok(drone) => {
                let tenant = tenant.clone();
                let told = Told {
                    task,
                    tenant,
                    drone,
                };
                // A test that failed listens no more.
                if tell.send(told).is_err() {
                    return;
                }
            }
            Err(Error::Unavailable { .. }) => tokio::time::sleep(PAUSE).await,
            Err(other) => panic!("a crash of the server shows as {other:?}"),
        }
    }
}
