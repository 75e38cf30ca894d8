//! Writes at the same time, writes that nobody waits for, and calls whose right ended elsewhere.

use futures_util::FutureExt;
use futures_util::future::join_all;
use ringfence::model::{
    Action, Drone, DroneFilter, DroneUpdate, EventFilter, PageRequest, UserUpdate,
};
use ringfence::{Error, OpenOptions, Ringfence, TenantSession, testing};
use ringfence_tests::fixture::{Hold, World, each_engine, register};

use crate::host_triggers::swallowing;

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

each_engine!(
    #[tokio::test(flavor = "multi_thread")]
    async fn of_concurrent_writes_only_those_fail_that_must(world: &World) {
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
    }
);

each_engine!(
    /// Units that wait together are one group. One that fails in it, wherever it stands and at whatever point, is told so
    /// alone and leaves nothing.
    #[tokio::test(flavor = "multi_thread")]
    async fn a_unit_that_fails_in_a_group_leaves_nothing_and_takes_nobody_along(world: &World) {
        let (north, session) = (&world.north, world.north.admin().await);
        let rock = register(&session, "rock".to_owned()).await.unwrap().id;
        let swallowing = swallowing(world.place.engine);
        world.place.raw(swallowing).await.unwrap();
        let (drones, identity) = (session.drones(), session.identity());
        let admins = north.role("admin").await;
        let rename = |version| DroneUpdate {
            name: Some("pebble".to_owned()),
            version,
            ..DroneUpdate::default()
        };
        for (kind, code) in [
            // Refuses itself before it writes, and after.
            "stale_version",
            "last_admin",
            // Refused by the database, and found to have written nothing.
            "taken",
            "swallowed",
        ]
        .map(|kind| (kind, kind.replace("swallowed", "stale_version")))
        {
            for place in 0..=3 {
                let failing = async {
                    let failed = match kind {
                        "stale_version" => {
                            drones.update(rock.clone(), rename(Some(7))).await.map(drop)
                        }
                        "last_admin" => {
                            identity
                                .unassign_role(north.admin.clone(), admins.clone())
                                .await
                        }
                        "taken" => register(&session, "rock".to_owned()).await.map(drop),
                        _ => drones.update(rock.clone(), rename(None)).await.map(drop),
                    };
                    failed.map_err(|error| error.code().to_owned())
                };
                let names: Vec<String> = (0..3)
                    .map(|number| format!("{kind} {place} {number}"))
                    .collect();
                let before = ids(&session).await.len();
                let held = Hold::take(&world.place, "north").await;
                let mut calls = Vec::new();
                for name in &names {
                    let call = register(&session, name.clone());
                    calls.push(
                        async { call.await.map(drop).map_err(|it| it.code().to_owned()) }.boxed(),
                    );
                }
                calls.insert(place, failing.boxed());
                let mut calls = join_all(calls);
                assert!((&mut calls).now_or_never().is_none());
                held.release().await;
                for (at, outcome) in calls.await.into_iter().enumerate() {
                    let expected = if at == place {
                        Err(code.clone())
                    } else {
                        Ok(())
                    };
                    assert_eq!(outcome, expected, "{kind} at {place}: {at}");
                }
                assert_eq!(ids(&session).await.len(), before + 3, "{kind} at {place}");
                assert_eq!(created(&session).await, ids(&session).await);
                let seen = list(&session).await.unwrap();
                assert!(seen.iter().all(|drone| drone.name != "pebble"));
                assert_eq!(
                    session.whoami().await.unwrap().roles,
                    ["admin"],
                    "{kind} at {place}"
                );
            }
        }
        assert!(intact(&session).await);
    }
);

each_engine!(
    /// No method writes so: its types keep it from it. The store does not rely on them.
    #[tokio::test(flavor = "multi_thread")]
    async fn a_unit_that_writes_without_an_event_is_refused_alone(world: &World) {
        let session = &world.north.admin().await;
        let tenant = &world.north.tenant;
        for place in 0..3 {
            let held = Hold::take(&world.place, "north").await;
            let names = (0..2).map(|number| format!("{place} {number}"));
            let mut calls: Vec<_> = names
                .map(|name| register(session, name).map(|done| done.map(drop)).boxed())
                .collect();
            let silent =
                testing::register_without_an_event(&world.ringfence, tenant.clone(), "silent");
            calls.insert(place, silent.boxed());
            let mut calls = join_all(calls);
            assert!((&mut calls).now_or_never().is_none());
            held.release().await;
            for (at, outcome) in calls.await.into_iter().enumerate() {
                let code = outcome.as_ref().map_err(Error::code);
                let expected = if at == place {
                    Err("internal")
                } else {
                    Ok(&())
                };
                assert_eq!(code, expected, "{at} beside {place}");
            }
        }
        assert_eq!(ids(session).await.len(), 6);
        assert_eq!(created(session).await, ids(session).await);
    }
);

each_engine!(
    #[tokio::test(flavor = "multi_thread")]
    async fn a_write_that_nobody_waits_for_happens_whole_or_not_at_all(world: &World) {
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
    }
);

each_engine!(
    #[tokio::test]
    async fn a_right_that_ends_through_another_handle_ends_here_with_the_next_call(world: &World) {
        let north = &world.north;
        let other = Ringfence::open(world.place.url.clone(), OpenOptions::default())
            .await
            .unwrap();
        let elsewhere = other.session(north.tenant.clone(), north.admin.clone());
        let elsewhere = elsewhere.await.unwrap().identity();
        let (reader, writer) = (north.user("reader").await, north.user("writer").await);
        let admin = north.role("admin").await;
        for user in [&reader, &writer] {
            north.assign(user, admin.clone()).await;
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
    }
);
