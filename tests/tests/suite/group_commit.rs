//! Writes at the same time, writes that nobody waits for, and calls whose right ended elsewhere.

use futures_util::FutureExt;
use futures_util::future::join_all;
use ringfence::model::{
    Action, Assignment, Drone, DroneFilter, EventFilter, NewDrone, PageRequest, UserUpdate, Vendor,
};
use ringfence::{Error, OpenOptions, Ringfence, TenantSession};
use ringfence_tests::fixture::{World, on_each_engine};

async fn register(session: &TenantSession, name: String) -> ringfence::Result<Drone> {
    let new = NewDrone {
        name,
        vendor: Vendor::Fake,
        capabilities: "{}".into(),
    };
    session.drones().register(new).await
}

async fn list(session: &TenantSession) -> ringfence::Result<Vec<Drone>> {
    let drones = session.drones();
    let listed = drones.list(DroneFilter::default(), PageRequest::default());
    Ok(listed.await?.items)
}

/// The ids of all drones, in order.
async fn ids(session: &TenantSession) -> Vec<String> {
    let drones = list(session).await.unwrap();
    let mut ids: Vec<_> = drones.into_iter().map(|drone| drone.id.into()).collect();
    ids.sort();
    ids
}

/// The ids that the events of creation name, in order.
async fn created(session: &TenantSession) -> Vec<String> {
    let filter = EventFilter {
        action: Some(Action::Create),
        entity_type: Some("drone".to_owned()),
        ..EventFilter::default()
    };
    let log = session.audit();
    let events = log.events(filter, PageRequest::default()).await.unwrap();
    let mut ids: Vec<_> = events.items.into_iter().map(|it| it.entity_id).collect();
    ids.sort();
    ids
}

async fn intact(session: &TenantSession) -> bool {
    session.audit().verify().await.unwrap().is_intact()
}

#[tokio::test(flavor = "multi_thread")]
async fn of_concurrent_writes_only_those_fail_that_must() {
    on_each_engine(async |world: &World| {
        let session = &world.north.admin().await;
        register(session, "kite 11".to_owned()).await.unwrap();
        // Twelve names, one of them taken before and four wanted twice.
        let calls = (0..16).map(|call| register(session, format!("kite {}", call % 12)));
        let (stood, failed): (Vec<_>, Vec<_>) =
            join_all(calls).await.into_iter().partition(Result::is_ok);
        assert_eq!((stood.len(), failed.len()), (11, 5));
        for failure in failed {
            let error = failure.unwrap_err();
            assert_eq!((error.code(), error.field()), ("taken", Some("name")));
        }
        let there = ids(session).await;
        assert_eq!(there.len(), 12);
        for drone in stood {
            assert!(there.contains(&String::from(drone.unwrap().id)));
        }
        assert_eq!(created(session).await, there);
        assert!(intact(session).await);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_write_that_nobody_waits_for_happens_whole_or_not_at_all() {
    on_each_engine(async |world: &World| {
        let session = &world.north.admin().await;
        for round in 0..24 {
            let mut call = Box::pin(register(session, format!("dropped {round}")));
            let done = (&mut call).now_or_never();
            assert!(done.is_none_or(|done| done.is_ok()));
            if round % 2 == 0 {
                // Dropped a little later.
                tokio::task::yield_now().await;
            }
        }
        let awaited = register(session, "awaited".to_owned()).await.unwrap();

        // A dropped call may still be under way: what is compared stood still meanwhile.
        let (there, events) = loop {
            let before = ids(session).await;
            let events = created(session).await;
            if before == ids(session).await {
                break (before, events);
            }
        };
        assert_eq!(there, events);
        assert!(there.contains(&String::from(awaited.id)));
        assert!(intact(session).await);
    })
    .await;
}

#[tokio::test]
async fn a_right_that_ends_through_another_handle_ends_here_with_the_next_call() {
    on_each_engine(async |world: &World| {
        let north = &world.north;
        let other = Ringfence::open(world.place.url.clone(), OpenOptions::default())
            .await
            .unwrap();
        let elsewhere = other.session(north.tenant.clone(), north.admin.clone());
        let elsewhere = elsewhere.await.unwrap().identity();
        let (reader, writer) = (north.user("reader").await, north.user("writer").await);
        let admin = north.role("admin").await;
        let identity = north.admin().await.identity();
        for user in [&reader, &writer] {
            let assignment = Assignment {
                user_id: user.clone(),
                role_id: admin.clone(),
                expires_at: None,
            };
            identity.assign_role(assignment).await.unwrap();
        }
        let (reading, writing) = (north.session(&reader).await, north.session(&writer).await);
        list(&reading).await.unwrap();
        register(&writing, "kite".to_owned()).await.unwrap();

        for user in [&reader, &writer] {
            let unassigned = elsewhere.unassign_role(user.clone(), admin.clone());
            unassigned.await.unwrap();
        }
        assert_eq!(list(&reading).await.unwrap_err().status(), 403);
        let refused = register(&writing, "heron".to_owned()).await;
        assert_eq!(refused.unwrap_err().status(), 403);

        for user in [&reader, &writer] {
            let off = UserUpdate {
                is_active: Some(false),
                ..UserUpdate::default()
            };
            elsewhere.update_user(user.clone(), off).await.unwrap();
        }
        assert_eq!(list(&reading).await, Err(Error::Unauthenticated));
        let refused = register(&writing, "heron".to_owned()).await;
        assert_eq!(refused, Err(Error::Unauthenticated));

        let (first, second) = (north.admin().await, north.admin().await);
        list(&first).await.unwrap();
        list(&second).await.unwrap();
        let disabled = other.disable_tenant("operator".to_owned(), north.tenant.clone());
        disabled.await.unwrap();
        assert_eq!(list(&first).await, Err(Error::Unauthenticated));
        let refused = register(&second, "heron".to_owned()).await;
        assert_eq!(refused.as_ref().map_err(Error::status), Err(401));
        other.shutdown().await.unwrap();
    })
    .await;
}
