//! Where handles may be used and dropped.

use std::pin::pin;
use std::sync::Arc;
use std::task::{Context, Poll, Wake, Waker};
use std::thread::{self, Thread};
use std::time::{Duration, Instant};

use ringfence::model::{DroneFilter, PageRequest};
use ringfence::{Error, MigrateMode, OpenOptions, Ringfence, TenantSession, blocking};
use ringfence_tests::fixture::{Hold, World, each_engine, new_drone};

/// Wakes a thread.
struct Awake(Thread);

impl Wake for Awake {
    fn wake(self: Arc<Self>) {
        self.0.unpark();
    }
}

/// Waits for a future on this thread, as an executor that knows nothing of tokio.
fn wait<T>(future: impl Future<Output = T>) -> T {
    let waker = Waker::from(Arc::new(Awake(thread::current())));
    let mut context = Context::from_waker(&waker);
    let mut future = pin!(future);
    loop {
        match future.as_mut().poll(&mut context) {
            Poll::Ready(value) => return value,
            Poll::Pending => thread::park(),
        }
    }
}

/// Runs this on a thread that knows no runtime.
async fn elsewhere<T: Send + 'static>(work: impl FnOnce() -> T + Send + 'static) -> T {
    let (told, heard) = tokio::sync::oneshot::channel();
    let thread = thread::spawn(move || drop(told.send(work())));
    let value = heard.await;
    thread.join().unwrap();
    value.unwrap()
}

fn options() -> OpenOptions {
    OpenOptions {
        migrate: MigrateMode::Check,
        ..OpenOptions::default()
    }
}

async fn names(session: &TenantSession) -> Vec<String> {
    let drones = session.drones();
    let listed = drones.list(DroneFilter::default(), PageRequest::default());
    let mut names: Vec<_> = listed
        .await
        .unwrap()
        .items
        .into_iter()
        .map(|it| it.name)
        .collect();
    names.sort();
    names
}

fn refused_in_runtime<T>(outcome: ringfence::Result<T>) {
    let error = outcome.err().unwrap();
    assert!(matches!(error, Error::Conflict { .. }), "{error:?}");
    assert_eq!((error.status(), error.code()), (409, "blocking_in_runtime"));
}

each_engine!(
    #[tokio::test]
    async fn waiting_is_refused_inside_a_runtime_and_serves_outside(world: &World) {
        let (url, north) = (world.place.url.clone(), world.north.clone());
        refused_in_runtime(blocking::wait(Ringfence::open(url.clone(), options())));

        let (ringfence, session) = elsewhere(move || {
            let ringfence = blocking::wait(Ringfence::open(url, options())).unwrap();
            let session = blocking::wait(ringfence.session(north.tenant, north.admin)).unwrap();
            blocking::wait(session.drones().register(new_drone("kite"))).unwrap();
            (ringfence, session)
        })
        .await;
        let (tenant, admin) = (world.north.tenant.clone(), world.north.admin.clone());
        refused_in_runtime(blocking::wait(ringfence.migration_status()));
        refused_in_runtime(blocking::wait(ringfence.session(tenant, admin)));
        refused_in_runtime(blocking::wait(session.whoami()));
        refused_in_runtime(blocking::wait(
            session.drones().register(new_drone("heron")),
        ));
        refused_in_runtime(blocking::wait(session.audit().verify()));
        refused_in_runtime(blocking::wait(ringfence.deployment_log().verify()));
        refused_in_runtime(blocking::wait(ringfence.shutdown()));
        assert_eq!(names(&world.north.admin().await).await, ["kite"]);

        let closed = elsewhere(move || {
            blocking::wait(ringfence.shutdown()).unwrap();
            blocking::wait(session.whoami()).err()
        });
        assert_eq!(closed.await, Some(Error::Closed));
    }
);

each_engine!(
    #[tokio::test]
    async fn a_wait_that_is_given_up_ends_at_once_and_the_handle_serves_on(world: &World) {
        let (url, north) = (world.place.url.clone(), world.north.clone());
        let patient = OpenOptions {
            busy_timeout_ms: 60_000,
            ..options()
        };
        refused_in_runtime(
            blocking::wait_while(Ringfence::open(url.clone(), options()), || true).unwrap(),
        );
        let home = north.clone();
        let session = elsewhere(move || {
            let opened = blocking::wait_while(Ringfence::open(url, patient), || true);
            let ringfence = opened.unwrap().unwrap();
            blocking::wait(ringfence.session(home.tenant, home.admin)).unwrap()
        })
        .await;

        let hold = Hold::take(&world.place, north.tenant.as_str()).await;
        let (begun, waiting) = (Instant::now(), session.drones());
        let (given_up, asked) = elsewhere(move || {
            let mut asked = 0;
            let outcome = blocking::wait_while(waiting.register(new_drone("kite")), || {
                asked += 1;
                asked < 3
            });
            (outcome.is_none(), asked)
        })
        .await;
        assert!(given_up);
        assert_eq!(asked, 3);
        assert!(begun.elapsed() < Duration::from_secs(10));

        // Whoever is told to goes on, over the same writer, until the lock is free.
        let (told, asks) = tokio::sync::oneshot::channel();
        let waiting = session.drones();
        let going_on = tokio::spawn(elsewhere(move || {
            let mut told = Some(told);
            blocking::wait_while(waiting.register(new_drone("heron")), || {
                told.take().map(|told| told.send(()));
                true
            })
        }));
        asks.await.unwrap();
        hold.release().await;
        let registered = going_on.await.unwrap();
        assert_eq!(registered.unwrap().unwrap().name, "heron");
        // It was handed over before, and had not happened when its caller gave up.
        assert_eq!(names(&session).await, ["heron", "kite"]);
    }
);

/// Where a thread may wait although a runtime is current on it, and where it may not although no worker runs there.
#[test]
fn waiting_serves_on_threads_for_blocking_work_and_is_refused_wherever_tokio_polls() {
    let opened = Ringfence::open("sqlite::memory:".into(), OpenOptions::default());
    let db = blocking::wait(opened).unwrap();
    let asked = |db: &Ringfence| blocking::wait(db.migration_status());
    let serves = {
        let db = db.clone();
        move || assert!(asked(&db).unwrap().is_current())
    };
    let refuses = {
        let db = db.clone();
        move || refused_in_runtime(asked(&db))
    };

    let threads = tokio::runtime::Runtime::new().unwrap();
    let single = tokio::runtime::Builder::new_current_thread()
        .build()
        .unwrap();
    for runtime in [&threads, &single] {
        let (serves, refuses) = (serves.clone(), refuses.clone());
        runtime.block_on(async move {
            refuses();
            tokio::task::spawn_blocking(serves).await.unwrap();
            let task = refuses.clone();
            tokio::spawn(async move { task() }).await.unwrap();
            let unconstrained = refuses.clone();
            tokio::spawn(tokio::task::unconstrained(async move { unconstrained() }))
                .await
                .unwrap();
            tokio::task::unconstrained(async { refuses() }).await;
            let local = tokio::task::LocalSet::new();
            let task = local.spawn_local(async move { refuses() });
            local.await;
            task.await.unwrap();
        });
    }
    let (serves, refuses) = (serves.clone(), refuses.clone());
    threads.block_on(async move {
        let task = tokio::spawn(async move {
            tokio::task::block_in_place(serves);
            // The budget that was looked at is whole again.
            refuses();
            assert!(tokio::task::coop::has_budget_remaining());
        });
        task.await.unwrap();
    });
}

each_engine!(
    #[tokio::test]
    async fn handles_are_used_and_dropped_with_and_without_a_runtime(world: &World) {
        let (url, north) = (world.place.url.clone(), world.north.clone());
        // Opened and dropped here, the last handle being a session.
        let here = Ringfence::open(url.clone(), options()).await.unwrap();
        let session = here.session(north.tenant.clone(), north.admin.clone());
        let session = session.await.unwrap();
        drop(here);
        session.drones().register(new_drone("here")).await.unwrap();
        drop(session);

        // Opened here, used and dropped on a thread without a runtime.
        let there = Ringfence::open(url.clone(), options()).await.unwrap();
        let home = north.clone();
        elsewhere(move || {
            let session = wait(there.session(home.tenant, home.admin)).unwrap();
            wait(session.drones().register(new_drone("there"))).unwrap();
            assert_eq!(wait(names(&session)), ["here", "there"]);
            drop(there);
            assert_eq!(wait(names(&session)), ["here", "there"]);
        })
        .await;

        // Opened on such a thread, used and dropped here.
        let home = north.clone();
        let back = elsewhere(move || {
            let ringfence = wait(Ringfence::open(url, options())).unwrap();
            wait(ringfence.session(home.tenant, home.admin)).unwrap()
        })
        .await;
        back.drones().register(new_drone("back")).await.unwrap();
        assert_eq!(names(&back).await, ["back", "here", "there"]);
        drop(back);
        assert_eq!(names(&north.admin().await).await.len(), 3);
    }
);
