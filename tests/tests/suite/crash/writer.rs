//! A process of its own that registers drones: the suite's binary, running one hidden test.

use std::io::{BufRead, BufReader, Write};
use std::process::{Child, ChildStdout, Command, Stdio};
use std::sync::Arc;

use ringfence::model::{NewDrone, TenantId, UserId, Vendor};
use ringfence::{Drones, OpenOptions, Ringfence};

/// Who the writer is; absent, the hidden test has nothing to do.
const ORDERS: &str = "RINGFENCE_CRASH_WRITER";
/// What stands before an acknowledged drone: the test runner writes to the same place.
const MARK: &str = "acknowledged ";
/// Writers of one process at the same time, shared out among the tenants.
pub(super) const CONCURRENT: usize = 4;

/// A drone whose registration was acknowledged: its tenant and its id.
pub(super) type Acknowledged = (String, String);

/// A running writer. Dropping it kills it.
pub(super) struct Writer {
    process: Child,
    said: BufReader<ChildStdout>,
}

impl Writer {
    /// Starts a writer in these tenants; each of its tasks registers so many drones, or goes on for ever.
    pub(super) fn start(url: &str, actors: &[(TenantId, UserId)], each: Option<u32>) -> Self {
        let actors: Vec<String> = actors
            .iter()
            .map(|(tenant, actor)| format!("{tenant}={actor}"))
            .collect();
        let each = each.unwrap_or(u32::MAX);
        let mut process = Command::new(std::env::current_exe().unwrap())
            .args(["--exact", "--ignored", "--nocapture"])
            .arg("crash::writer::the_process_that_is_killed")
            .env(ORDERS, format!("{url}\n{each}\n{}", actors.join("\n")))
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let said = BufReader::new(process.stdout.take().unwrap());
        Self { process, said }
    }

    /// The next acknowledged drone, or `None` when the process has ended.
    pub(super) fn next(&mut self) -> Option<Acknowledged> {
        loop {
            let mut line = String::new();
            self.said.read_line(&mut line).unwrap();
            // A line that the end cut off acknowledges nothing.
            let whole = line.strip_suffix('\n')?;
            if let Some((_, told)) = whole.split_once(MARK) {
                let (tenant, drone) = told.split_once(' ').unwrap();
                return Some((tenant.to_owned(), drone.to_owned()));
            }
        }
    }

    /// Kills the process as `kill -9` does and returns what it had acknowledged besides.
    pub(super) fn kill(mut self) -> Vec<Acknowledged> {
        self.process.kill().unwrap();
        let rest = std::iter::from_fn(|| self.next()).collect();
        self.process.wait().unwrap();
        rest
    }

    /// Waits for a writer that ends by itself and returns what it acknowledged.
    pub(super) fn finish(mut self) -> Vec<Acknowledged> {
        let all = std::iter::from_fn(|| self.next()).collect();
        assert!(self.process.wait().unwrap().success());
        all
    }
}

impl Drop for Writer {
    fn drop(&mut self) {
        // It may have ended already.
        drop(self.process.kill());
        drop(self.process.wait());
    }
}

/// Registers a drone under a name that nothing else has.
pub(super) async fn register(drones: &Drones) -> ringfence::Result<String> {
    let new = NewDrone {
        name: format!("drone-{:032x}", rand::random::<u128>()),
        vendor: Vendor::Fake,
        capabilities: "{}".into(),
    };
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
    let Ok(orders) = std::env::var(ORDERS) else {
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
                        let mut out = std::io::stdout().lock();
                        out.write_all(format!("{MARK}{tenant} {drone}\n").as_bytes())
                            .unwrap();
                        out.flush().unwrap();
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
