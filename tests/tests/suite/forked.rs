//! A child of fork has copies of its parent's handles, and nothing that answers behind them.

use std::mem;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use fork::Fork;
use ringfence::{Error, OpenOptions, Ringfence};
use ringfence_tests::fixture::{Engine, World, each_engine, new_drone};
use tokio::runtime::{Builder, Runtime};

use crate::apart::{self, Apart};
use crate::calls::each_call;
use crate::calls::operators::each_operation;
use crate::crash::writer::register;

/// By when the child must have called every method.
const AT_ONCE: Duration = Duration::from_secs(20);

each_engine!(
    #[tokio::test]
    async fn a_child_of_fork_is_refused_at_once_and_leaves_its_parent_whole(engine: &Engine) {
        stays_whole("forked::the_process_that_forks", *engine);
    }
);

#[test]
#[ignore = "run by a_child_of_fork_is_refused_at_once_and_leaves_its_parent_whole"]
fn the_process_that_forks() {
    let Some(engine) = apart::orders() else {
        return;
    };
    let engine = engine_named(&engine);
    let host = Runtime::new().unwrap();
    let world = host.block_on(World::new(engine));
    let session = host.block_on(world.north.admin());
    // Other threads hold connections and locks at the moment of the fork.
    let stop = Arc::new(AtomicBool::new(false));
    let writers: Vec<_> = (0..4)
        .map(|_| {
            let (drones, stop) = (session.drones(), Arc::clone(&stop));
            host.spawn(async move {
                let mut registered = 0;
                while !stop.load(Ordering::SeqCst) {
                    register(&drones).await.unwrap();
                    registered += 1;
                }
                registered
            })
        })
        .collect();
    for _ in 0..5 {
        // As if another thread asked the host's clock at that moment.
        let asked = world.clock.hold();
        match fork::fork().unwrap() {
            Fork::Child => {
                mem::forget(asked);
                let own = Builder::new_current_thread().build().unwrap();
                let mut called = own.block_on(each_operation(&world.ringfence, &world.north.admin));
                called.extend(own.block_on(each_call(&session)));
                let refused =
                    called.len() > 50 && called.iter().all(|(_, outcome)| is_forked(outcome));
                // The folder is the parent's.
                let World {
                    place,
                    ringfence,
                    north,
                    south,
                    ..
                } = world;
                mem::forget(place);
                drop((session, north, south));
                drop(ringfence);
                std::process::exit(if refused { 0 } else { 1 });
            }
            Fork::Parent(child) => {
                drop(asked);
                assert_eq!(ended(child), 0, "what the child met");
            }
        }
    }
    stop.store(true, Ordering::SeqCst);
    let mut registered = 0;
    for writer in writers {
        registered += host.block_on(writer).unwrap();
    }
    host.block_on(async {
        register(&session.drones()).await.unwrap();
        let log = session.audit().verify().await.unwrap();
        assert!(log.is_intact(), "{log:?}");
        if engine == Engine::Sqlite {
            assert!(Path::new(&format!("{}-wal", world.place.file().display())).exists());
        }
        let stored = world
            .place
            .raw_text("SELECT CAST(count(*) AS TEXT) FROM drones")
            .await;
        assert_eq!(stored, Some((registered + 1).to_string()));
        world.ringfence.shutdown().await.unwrap();
        world.place.remove().await;
    });
    apart::say("whole");
}

each_engine!(
    #[tokio::test]
    async fn a_child_of_fork_opens_what_its_parent_closed_before(engine: &Engine) {
        stays_whole("forked::the_process_that_closes_and_forks", *engine);
    }
);

#[test]
#[ignore = "run by a_child_of_fork_opens_what_its_parent_closed_before"]
fn the_process_that_closes_and_forks() {
    let Some(engine) = apart::orders() else {
        return;
    };
    let host = Runtime::new().unwrap();
    let world = host.block_on(World::new(engine_named(&engine)));
    host.block_on(world.ringfence.shutdown()).unwrap();
    let open = async |name: &str| {
        let options = OpenOptions::default();
        let ringfence = Ringfence::open(world.place.url.clone(), options)
            .await
            .unwrap();
        let (tenant, admin) = (world.north.tenant.clone(), world.north.admin.clone());
        let session = ringfence.session(tenant, admin).await.unwrap();
        session.drones().register(new_drone(name)).await.unwrap();
        assert!(session.audit().verify().await.unwrap().is_intact());
        ringfence.shutdown().await.unwrap();
    };
    match fork::fork().unwrap() {
        Fork::Child => {
            let own = Builder::new_current_thread().build().unwrap();
            own.block_on(open("child"));
            std::process::exit(0);
        }
        Fork::Parent(child) => assert_eq!(ended(child), 0, "what the child met"),
    }
    host.block_on(open("parent"));
    let stored = world
        .place
        .raw_text("SELECT CAST(count(*) AS TEXT) FROM drones");
    assert_eq!(host.block_on(stored).as_deref(), Some("2"));
    host.block_on(world.place.remove());
    apart::say("whole");
}

each_engine!(
    #[tokio::test]
    async fn a_child_of_fork_that_drops_the_last_handle_leaves_its_parent_whole(engine: &Engine) {
        stays_whole("forked::the_process_whose_child_drops_all", *engine);
    }
);

/// What the library knows of SQLite's locks is the parent's, so that a child opens no file at all. A child on Postgres
/// has connections of its own.
#[test]
#[ignore = "run by a_child_of_fork_that_drops_the_last_handle_leaves_its_parent_whole"]
fn the_process_whose_child_drops_all() {
    let Some(engine) = apart::orders() else {
        return;
    };
    let engine = engine_named(&engine);
    let host = Runtime::new().unwrap();
    let world = host.block_on(World::new(engine));
    let session = host.block_on(world.north.admin());
    let (url, tenant) = (world.place.url.clone(), world.north.tenant.clone());
    let admin = world.north.admin.clone();
    let drones = session.drones();
    host.block_on(drones.register(new_drone("before"))).unwrap();
    for round in 0..3 {
        match fork::fork().unwrap() {
            Fork::Child => {
                mem::forget(world.place);
                drop((drones, session, world.ringfence, world.north, world.south));
                let own = Builder::new_current_thread().build().unwrap();
                let as_expected = own.block_on(async {
                    let opened = Ringfence::open(url, OpenOptions::default()).await;
                    if engine == Engine::Sqlite {
                        return is_forked(&opened.map(drop));
                    }
                    let opened = opened.unwrap();
                    let session = opened.session(tenant, admin).await.unwrap();
                    // Its generator of names is its parent's.
                    let new = new_drone(format!("child {round}"));
                    session.drones().register(new).await.unwrap();
                    opened.shutdown().await.is_ok()
                });
                std::process::exit(if as_expected { 0 } else { 1 });
            }
            Fork::Parent(child) => assert_eq!(ended(child), 0, "what the child met"),
        }
        host.block_on(async {
            let registered = drones.register(new_drone(format!("parent {round}")));
            let registered = tokio::time::timeout(AT_ONCE, registered).await;
            registered.expect("the parent still hears").unwrap();
        });
    }
    host.block_on(async {
        assert!(session.audit().verify().await.unwrap().is_intact());
        world.ringfence.shutdown().await.unwrap();
        let stored = "SELECT CAST(count(*) AS TEXT) FROM drones";
        let expected = if engine == Engine::Sqlite { "4" } else { "7" };
        assert_eq!(
            world.place.raw_text(stored).await.as_deref(),
            Some(expected)
        );
        world.place.remove().await;
    });
    apart::say("whole");
}

/// The process of this hidden test ends as it should.
fn stays_whole(test: &str, engine: Engine) {
    let said = Apart::start(test, &format!("{engine:?}")).finish();
    assert_eq!(said, ["whole"]);
}

fn engine_named(name: &str) -> Engine {
    let named = |engine: &Engine| format!("{engine:?}") == name;
    Engine::ALL.into_iter().find(named).unwrap()
}

fn is_forked(outcome: &Result<(), Error>) -> bool {
    matches!(outcome, Err(error) if error.code() == "forked" && !error.is_retryable())
}

/// How a child ended. One that waits for something is ended.
fn ended(child: i32) -> i32 {
    let began = Instant::now();
    while began.elapsed() < AT_ONCE {
        if let Some(status) = fork::waitpid_nohang(child).unwrap() {
            return status;
        }
        std::thread::sleep(Duration::from_millis(5));
    }
    let kill = std::process::Command::new("kill")
        .args(["-9", &child.to_string()])
        .status();
    panic!("the child waits, and was ended: {kill:?}");
}
