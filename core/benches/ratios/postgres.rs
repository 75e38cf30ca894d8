//! The same on Postgres: on loopback, and behind a network.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use ringfence::Drones;
use ringfence_migrations::STEPS;
use tokio::runtime::Runtime;
use xtask::cluster::{Cluster, Options};
use xtask::delay_proxy::DelayProxy;

use crate::bare;
use crate::fleet::{self, Admin, CONNECTIONS, Shuffled, TENANT, new_drone};
use crate::measure::{Effort, Line, Target, host_runtime, load, ratios};

const DRONES: u32 = 10_000;

/// A server that flushes what it acknowledges, as one in the field does.
fn durable() -> Options {
    Options {
        settings: vec![("fsync".to_owned(), "on".to_owned())],
        ..Options::default()
    }
}

/// A server with Ringfence's database and a host's own, and both sides connected.
struct Sides {
    cluster: Cluster,
    host: Arc<Runtime>,
    admins: Vec<Admin>,
    /// The drones of the tenants, the first of which has all that is read.
    drones: Vec<Arc<Drones>>,
    /// In the host's own database.
    bare: Vec<Arc<bare::Postgres>>,
}

impl Sides {
    fn start() -> Self {
        let cluster = Cluster::start(&durable()).unwrap();
        let host = host_runtime();
        host.block_on(async {
            let operator = bare::Postgres::administer(&cluster.url()).await;
            for database in ["ringfence", "host"] {
                let text = format!("CREATE DATABASE {database}");
                operator.batch_execute(&text).await.unwrap();
            }
        });
        let db = fleet::open(cluster.url_of("ringfence"));
        let tenants: Vec<String> = (1..=CONNECTIONS).map(|n| format!("tenant-{n}")).collect();
        let admins: Vec<Admin> = tenants
            .iter()
            .map(|tenant| Admin::found(&db, tenant))
            .collect();
        let legacy_tenants: String = tenants
            .iter()
            .map(|tenant| format!("INSERT INTO tenants VALUES ('{tenant}', '{tenant}', now());"))
            .collect();
        let bare = host.block_on(async {
            let operator = bare::Postgres::administer(&cluster.url_of("ringfence")).await;
            let fill = fleet::postgres_drones(DRONES) + "; ANALYZE";
            operator.batch_execute(&fill).await.unwrap();
            let url = cluster.url_of("host");
            let operator = bare::Postgres::administer(&url).await;
            let fill = [STEPS[0].postgres.up, &legacy_tenants].concat();
            operator.batch_execute(&fill).await.unwrap();
            let mut bare = Vec::new();
            for _ in 0..CONNECTIONS {
                bare.push(Arc::new(bare::Postgres::connect(&url, false).await));
            }
            bare
        });
        let drones = admins.iter().map(|admin| admin.drones(&db)).collect();
        Self {
            cluster,
            host,
            admins,
            drones,
            bare,
        }
    }

    /// Reads of one drone, through whatever stands at `port`.
    fn read(&self, effort: Effort, port: u16) -> Vec<f64> {
        let url = format!("postgres://postgres@127.0.0.1:{port}/ringfence");
        let drones = self.admins[0].drones(&fleet::open(url.clone()));
        let bare = self.host.block_on(bare::Postgres::connect(&url, true));
        let ids = Shuffled::new(DRONES).ids(1_000);
        let (mut ours, mut theirs) = (ids.iter().cycle(), ids.iter().cycle());
        ratios(
            effort.pick(1, 30, 200),
            Duration::from_millis(20),
            |calls| {
                self.host.block_on(async {
                    for _ in 0..calls {
                        drones.get(ours.next().unwrap().clone()).await.unwrap();
                    }
                });
            },
            |calls| {
                self.host.block_on(async {
                    for _ in 0..calls {
                        bare.get(TENANT, theirs.next().unwrap().as_str()).await;
                    }
                });
            },
        )
    }

    fn write_alone(&self, effort: Effort) -> Vec<f64> {
        ratios(
            effort.pick(1, 20, 100),
            Duration::from_millis(40),
            |calls| {
                self.host.block_on(async {
                    for _ in 0..calls {
                        self.drones[0]
                            .register(new_drone(fresh_name()))
                            .await
                            .unwrap();
                    }
                });
            },
            |calls| {
                self.host.block_on(async {
                    for _ in 0..calls {
                        self.bare[0].register(TENANT, fresh_name()).await;
                    }
                });
            },
        )
    }

    /// As many callers as connections, in so many tenants: our rate over the bare one.
    fn write_together(&self, effort: Effort, tenants: usize) -> Vec<f64> {
        let span = Duration::from_millis(effort.pick(50, 300, 1_000));
        let callers = self.bare.len();
        let rounds = (0..effort.pick(1, 5, 15)).map(|_| {
            let ours = load(&self.host, callers, span, |caller| {
                let drones = Arc::clone(&self.drones[caller % tenants]);
                move || {
                    let drones = Arc::clone(&drones);
                    async move {
                        drones.register(new_drone(fresh_name())).await.unwrap();
                    }
                }
            });
            let bare = load(&self.host, callers, span, |caller| {
                let bare = Arc::clone(&self.bare[caller]);
                let tenant = format!("tenant-{}", 1 + caller % tenants);
                move || {
                    let (bare, tenant) = (Arc::clone(&bare), tenant.clone());
                    async move {
                        bare.register(&tenant, fresh_name()).await;
                    }
                }
            });
            ours.per_second / bare.per_second
        });
        rounds.collect()
    }
}

pub fn reads(effort: Effort) -> Vec<Line> {
    let sides = Sides::start();
    let server = ([127, 0, 0, 1], sides.cluster.port()).into();
    let proxy = DelayProxy::start(server, Duration::from_micros(250)).unwrap();
    let near = sides.read(effort, sides.cluster.port());
    let far = sides.read(effort, proxy.address().port());
    vec![
        Line::new("Postgres: read by id, loopback", near, Target::AtMost(2.8)),
        Line::new(
            "Postgres: read by id, 0.5 ms of network added",
            far,
            Target::AtMost(1.1),
        ),
    ]
}

pub fn writes(effort: Effort) -> Vec<Line> {
    let sides = Sides::start();
    vec![
        Line::new(
            "Postgres: audited write, one caller",
            sides.write_alone(effort),
            Target::AtMost(2.4),
        ),
        Line::new(
            "Postgres: audited writes, 32 callers in one tenant, rate",
            sides.write_together(effort, 1),
            Target::AtLeast(0.45),
        ),
        Line::new(
            "Postgres: audited writes, 32 callers in 32 tenants, rate",
            sides.write_together(effort, sides.drones.len()),
            Target::AtLeast(0.3),
        ),
    ]
}

fn fresh_name() -> String {
    static NUMBER: AtomicU64 = AtomicU64::new(0);
    format!("New drone {}", NUMBER.fetch_add(1, Ordering::Relaxed))
}
