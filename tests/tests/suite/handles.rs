//! Where handles may be used and dropped, and what they say once the database was shut down.

use std::pin::pin;
use std::sync::Arc;
use std::task::{Context, Poll, Wake, Waker};
use std::thread::{self, Thread};

use ringfence::model::{
    Assignment, DroneFilter, DroneUpdate, EventFilter, MissionFilter, MissionUpdate, NewDrone,
    NewMission, NewPlan, NewRole, NewTenant, NewUser, PageRequest, Permission, PlanType,
    RoleFilter, UserFilter, UserUpdate, Vendor,
};
use ringfence::{Error, MigrateMode, OpenOptions, Ringfence, TenantSession, blocking};
use ringfence_tests::fixture::{World, each_engine};

const PLAN: &[u8] = include_bytes!("../../../examples/data/river-survey.plan");

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

fn drone(name: &str) -> NewDrone {
    NewDrone {
        name: name.to_owned(),
        vendor: Vendor::Fake,
        capabilities: "{}".into(),
    }
}

fn user(username: &str) -> NewUser {
    NewUser {
        username: username.to_owned(),
        password: None,
    }
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
            blocking::wait(session.drones().register(drone("kite"))).unwrap();
            (ringfence, session)
        })
        .await;
        let (tenant, admin) = (world.north.tenant.clone(), world.north.admin.clone());
        refused_in_runtime(blocking::wait(ringfence.migration_status()));
        refused_in_runtime(blocking::wait(ringfence.session(tenant, admin)));
        refused_in_runtime(blocking::wait(session.whoami()));
        refused_in_runtime(blocking::wait(session.drones().register(drone("heron"))));
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
            let local = tokio::task::LocalSet::new();
            local.spawn_local(async move { refuses() });
            local.await;
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
        session.drones().register(drone("here")).await.unwrap();
        drop(session);

        // Opened here, used and dropped on a thread without a runtime.
        let there = Ringfence::open(url.clone(), options()).await.unwrap();
        let home = north.clone();
        elsewhere(move || {
            let session = wait(there.session(home.tenant, home.admin)).unwrap();
            wait(session.drones().register(drone("there"))).unwrap();
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
        back.drones().register(drone("back")).await.unwrap();
        assert_eq!(names(&back).await, ["back", "here", "there"]);
        drop(back);
        assert_eq!(names(&north.admin().await).await.len(), 3);
    }
);

/// Every one of these calls finds the database shut down.
macro_rules! closed {
    ($($call:expr;)*) => {
        $(assert_eq!($call.await.err(), Some(Error::Closed), "{}", stringify!($call));)*
    };
}

each_engine!(
    #[tokio::test]
    async fn after_shutdown_every_method_is_closed(world: &World) {
        let (ringfence, north) = (&world.ringfence, &world.north);
        let session = north.admin().await;
        let role = north.role("admin").await;
        let (tenant, admin) = (north.tenant.clone(), north.admin.clone());
        let kite = session.drones().register(drone("kite")).await.unwrap().id;
        let mission = || "mission".into();
        let page = PageRequest::default;
        let operator = || "operator".to_owned();
        ringfence.shutdown().await.unwrap();

        let east = NewTenant {
            id: None,
            name: "east".to_owned(),
            admin: user("admin"),
        };
        closed! {
            ringfence.migration_status();
            ringfence.migrate(operator(), None, None);
            ringfence.rollback(operator(), 8, None);
            ringfence.integrity_scan();
            ringfence.create_tenant(operator(), east);
            ringfence.tenants(page());
            ringfence.tenant(tenant.clone());
            ringfence.disable_tenant(operator(), tenant.clone());
            ringfence.enable_tenant(operator(), tenant.clone());
            ringfence.session(tenant.clone(), admin.clone());
            ringfence.login(tenant.clone(), "admin".to_owned(), "a long password".to_owned());
            ringfence.deployment_log().events(EventFilter::default(), page());
            ringfence.deployment_log().event(0);
            ringfence.deployment_log().verify();
            session.authorize(Permission::RegistryRead, None);
            session.whoami();
            session.tenant();
        }
        let identity = session.identity();
        let new_role = NewRole {
            name: "pilot".to_owned(),
            description: None,
        };
        let assignment = Assignment {
            user_id: admin.clone(),
            role_id: role.clone(),
            expires_at: None,
        };
        closed! {
            identity.create_user(user("mara"));
            identity.user(admin.clone());
            identity.users(UserFilter::default(), page());
            identity.update_user(admin.clone(), UserUpdate::default());
            identity.set_password(admin.clone(), "correct horse battery".to_owned());
            identity.create_role(new_role);
            identity.roles(RoleFilter::default(), page());
            identity.assign_role(assignment);
            identity.unassign_role(admin.clone(), role.clone());
            identity.grant(role.clone(), Permission::RegistryRead);
            identity.revoke(role.clone(), Permission::RegistryRead);
            identity.permissions_of(admin.clone());
        }
        let (drones, audit) = (session.drones(), session.audit());
        closed! {
            drones.register(drone("heron"));
            drones.get(kite.clone());
            drones.list(DroneFilter::default(), page());
            drones.update(kite.clone(), DroneUpdate::default());
            drones.delete(kite.clone());
            audit.events(EventFilter::default(), page());
            audit.event(0);
            audit.verify();
        }
        let missions = session.missions();
        let new = NewMission {
            name: "survey".to_owned(),
            drone_id: None,
            plan_type: PlanType::RouteWaypoints,
            payload: "{}".into(),
            constraints: "{}".into(),
        };
        let plan = NewPlan {
            name: "river survey".to_owned(),
            drone_id: None,
            file: PLAN.to_vec(),
            plan_type: None,
            constraints: "{}".into(),
        };
        closed! {
            missions.create(new);
            missions.import_plan(plan);
            missions.plan(mission());
            missions.get(mission());
            missions.list(MissionFilter::default(), page());
            missions.update(mission(), MissionUpdate::default());
            missions.delete(mission());
            missions.approve(mission(), 1, None);
            missions.reject(mission(), 1, None);
            missions.approvals(mission(), page());
            missions.start(mission());
            missions.pause(mission());
            missions.resume(mission());
            missions.complete(mission());
            missions.abort(mission());
            missions.runs(mission(), page());
            missions.run("run".into());
        }
        // What is shut down already is shut down.
        assert_eq!(ringfence.shutdown().await, Ok(()));
    }
);
