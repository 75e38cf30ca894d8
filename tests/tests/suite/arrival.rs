//! The order of arrival: what a call is judged by was read after it came, its time is the transaction's, and its turn
//! comes when it is due.

mod urgent;

use std::sync::Arc;
use std::time::{Duration, Instant};

use futures_util::future::{BoxFuture, join_all};
use futures_util::{FutureExt, TryFutureExt};
use jiff::{SignedDuration, Timestamp};
use ringfence::model::{
    Assignment, DroneFilter, DroneUpdate, LogOutcome, MissionUpdate, NewRole, NewUser,
    ObservationUpdate, PageRequest, Permission, RoleId, RoleUpdate, TaskStatus, TemplateUpdate,
    UserId, UserUpdate,
};
use ringfence::{Error, OpenOptions, Ringfence, Source, SystemSource, TenantSession, testing};
use ringfence_tests::delay_proxy::DelayProxy;
use ringfence_tests::fixture::{
    Clock, Engine, Hold, Home, Place, World, connect, each_engine, register,
};

use crate::calls::things;
use crate::postgres_fixture::somebody_waits;

async fn list(session: &TenantSession) -> ringfence::Result<usize> {
    let drones = session.drones();
    let listed = drones.list(DroneFilter::default(), PageRequest::default());
    Ok(listed.await?.items.len())
}

/// A user who may read and write drones, through a role that ends then.
async fn hand(home: &Home, name: &str, until: Option<Timestamp>) -> (UserId, RoleId) {
    let identity = home.admin().await.identity();
    let new = ringfence::model::NewRole::new(format!("role of {name}"));
    let role = identity.create_role(new).await.unwrap().id;
    for permission in [Permission::RegistryRead, Permission::RegistryWrite] {
        identity.grant(role.clone(), permission).await.unwrap();
    }
    let user = home.user(name).await;
    let assignment = Assignment {
        user_id: user.clone(),
        role_id: role.clone(),
        expires_at: until,
    };
    identity.assign_role(assignment).await.unwrap();
    (user, role)
}

/// A handle whose every byte takes this long, each way; ends with the proxy.
async fn far(place: &Place, one_way: Duration) -> (Ringfence, DelayProxy) {
    let (before, rest) = place.url.rsplit_once('@').unwrap();
    let (server, database) = rest.split_once('/').unwrap();
    let proxy = DelayProxy::start(server.parse().unwrap(), Duration::ZERO).unwrap();
    let url = format!("{before}@{}/{database}?sslmode=disable", proxy.address());
    let handle = Ringfence::open(url, OpenOptions::default()).await.unwrap();
    proxy.set_delay(one_way);
    (handle, proxy)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_right_that_ended_before_the_call_lets_nothing_through_that_joins_a_group_on_its_way() {
    let world = World::new(Engine::Postgres).await;
    let north = &world.north;
    let (far, _proxy) = far(&world.place, Duration::from_millis(50)).await;
    let open = async |user: &UserId| {
        let opened = far.session(north.tenant.clone(), user.clone());
        opened.await.unwrap()
    };
    let busy = open(&north.admin).await;
    let mut rounds = Vec::new();
    for round in 0..6 {
        let (user, _) = hand(north, &format!("hand {round}"), None).await;
        let session = open(&user).await;
        register(&session, &format!("before {round}"))
            .await
            .unwrap();
        rounds.push((user, session));
    }
    let raw = connect(&world.place.url).await;
    for (round, (user, session)) in rounds.iter().enumerate() {
        // A group is on its way, its answer under way while somebody else ends the right.
        let name = format!("on its way {round}");
        // Both know the policy as it is: what is read before the right ends would do.
        register(&busy, &format!("busy {round}")).await.unwrap();
        register(session, &format!("busy too {round}"))
            .await
            .unwrap();
        let group = register(&busy, &name);
        let ended = async {
            tokio::time::sleep(Duration::from_millis(75)).await;
            let off = "UPDATE users SET is_active = false WHERE id = $1";
            raw.execute(off, &[&user.as_str()]).await.unwrap();
            register(session, &format!("after {round}")).await
        };
        let (stood, after) = futures_util::join!(group, ended);
        stood.unwrap();
        assert_eq!(after, Err(Error::Unauthenticated), "round {round}");
    }

    // Likewise when an operator ends them all.
    let names: Vec<String> = (0..3).map(|call| format!("meanwhile {call}")).collect();
    let meanwhile = join_all(names.iter().map(|name| register(&busy, name)));
    let disabled = async {
        tokio::time::sleep(Duration::from_millis(75)).await;
        let disabled = world
            .ringfence
            .disable_tenant("suite".into(), north.tenant.clone());
        disabled.await.unwrap();
        register(&busy, "disabled").await
    };
    let (_, after) = futures_util::join!(meanwhile, disabled);
    assert_eq!(after, Err(Error::Unauthenticated));
    let names = "SELECT count(*) FROM drones WHERE name LIKE 'after%' OR name = 'disabled'";
    assert_eq!(world.place.count(names).await, 0);
    far.shutdown().await.unwrap();
    world.ringfence.shutdown().await.unwrap();
    world.place.remove().await;
}

each_engine!(
    #[tokio::test(flavor = "multi_thread")]
    async fn an_assignment_that_ends_while_a_write_waits_no_longer_counts(world: &World) {
        let end = Timestamp::now() + SignedDuration::from_millis(2_500);
        let (user, _) = hand(&world.north, "hand", Some(end)).await;
        let session = world.north.session(&user).await;
        let held = Hold::take(&world.place, "north").await;
        assert!(
            Timestamp::now() < end,
            "the machine is too slow for this test"
        );
        let mut write = Box::pin(register(&session, "late"));
        assert!((&mut write).now_or_never().is_none());
        while Timestamp::now() < end + SignedDuration::from_millis(1_100) {
            tokio::task::yield_now().await;
        }
        held.release().await;
        assert_eq!(write.await.unwrap_err().status(), 403);
        assert_eq!(world.place.count("SELECT count(*) FROM drones").await, 0);
    }
);

each_engine!(
    /// Whether another process takes it while the write waits, or a neighbour in the very group.
    #[tokio::test(flavor = "multi_thread")]
    async fn a_right_that_is_taken_while_a_write_waits_no_longer_counts(world: &World) {
        testing::let_groups_take(2_000);
        let north = &world.north;
        let (admin, identity) = (north.admin().await, north.admin().await.identity());
        for neighbour in [false, true] {
            let (user, role) = hand(north, &format!("hand {neighbour}"), None).await;
            let session = north.session(&user).await;
            register(&session, &format!("before {neighbour}"))
                .await
                .unwrap();
            register(&admin, &format!("before too {neighbour}"))
                .await
                .unwrap();
            let held = Hold::take(&world.place, "north").await;
            let late = register(&session, "late").boxed();
            let refused = if neighbour {
                let first = identity.unassign_role(user.clone(), role.clone()).boxed();
                let mut first = Box::pin(first);
                assert!((&mut first).now_or_never().is_none());
                let mut late = late;
                assert!((&mut late).now_or_never().is_none());
                held.release().await;
                first.await.unwrap();
                late.await
            } else {
                let mut late = late;
                assert!((&mut late).now_or_never().is_none());
                let taken = format!("DELETE FROM user_roles WHERE user_id = '{user}'");
                held.release_after(&taken).await;
                late.await
            };
            assert_eq!(
                refused.unwrap_err().status(),
                403,
                "by a neighbour: {neighbour}"
            );
        }
        let late = "SELECT count(*) FROM drones WHERE name = 'late'";
        assert_eq!(world.place.count(late).await, 0);
    }
);

/// A device whose clock is an hour behind.
struct SlowClock;

impl Source for SlowClock {
    fn now(&self) -> Timestamp {
        Timestamp::now() - SignedDuration::from_hours(1)
    }

    fn fill(&self, bytes: &mut [u8]) -> bool {
        SystemSource.fill(bytes)
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn on_postgres_a_device_with_a_slow_clock_keeps_no_right_for_longer() {
    let world = World::new(Engine::Postgres).await;
    let (user_id, role_id) = hand(&world.north, "hand", None).await;
    let (url, source) = (world.place.url.clone(), Arc::new(SlowClock));
    let device = Ringfence::open_with_source(url, OpenOptions::default(), source);
    let device = device.await.unwrap();
    let session = device.session(world.north.tenant.clone(), user_id.clone());
    let session = session.await.unwrap();
    list(&session).await.unwrap();
    let identity = world.north.admin().await.identity();
    let unassigned = identity.unassign_role(user_id.clone(), role_id.clone());
    unassigned.await.unwrap();
    // As late as can be: what is done before the end must be done within it.
    let end = Timestamp::now() + SignedDuration::from_millis(1_500);
    let assignment = Assignment {
        user_id,
        role_id,
        expires_at: Some(end),
    };
    identity.assign_role(assignment).await.unwrap();
    list(&session).await.unwrap();
    while Timestamp::now() <= end {
        tokio::task::yield_now().await;
    }
    assert_eq!(list(&session).await.unwrap_err().status(), 403);
    assert_eq!(register(&session, "late").await.unwrap_err().status(), 403);
    assert!(session.whoami().await.unwrap().roles.is_empty());
    device.shutdown().await.unwrap();
    world.ringfence.shutdown().await.unwrap();
    world.place.remove().await;
}

each_engine!(
    #[tokio::test]
    async fn a_clock_that_panics_costs_the_call_in_which_it_did_and_no_other(world: &World) {
        let clock = Arc::new(Clock::default());
        let (url, source) = (world.place.url.clone(), Arc::clone(&clock));
        let handle = Ringfence::open_with_source(url, OpenOptions::default(), source);
        let handle = handle.await.unwrap();
        let switch = async || {
            let tenant = world.north.tenant.clone();
            handle.disable_tenant("suite".into(), tenant).await
        };
        clock.when_a_unit_asks(|| panic!("the clock of the host fails"));
        let failed = switch().await;
        assert_eq!(
            failed.as_ref().map_err(Error::status),
            Err(503),
            "{failed:?}"
        );
        switch().await.unwrap();
        handle.shutdown().await.unwrap();
    }
);

each_engine!(
    /// It came in time, and what goes before it in its group takes too long: here, asking for the time.
    #[tokio::test(flavor = "multi_thread")]
    async fn a_unit_whose_patience_ends_within_its_group_is_refused_and_not_run(world: &World) {
        let options = OpenOptions {
            busy_timeout_ms: 400,
            ..OpenOptions::default()
        };
        let patience = Duration::from_millis(options.busy_timeout_ms.into());
        let clock = Arc::new(Clock::default());
        let (url, source) = (world.place.url.clone(), Arc::clone(&clock));
        let handle = Ringfence::open_with_source(url, options, source)
            .await
            .unwrap();
        let north = &world.north;
        let session = handle.session(north.tenant.clone(), north.admin.clone());
        let session = session.await.unwrap();
        register(&session, "in time").await.unwrap();
        clock.when_a_unit_asks(move || {
            let asked = Instant::now();
            while asked.elapsed() <= patience {
                std::thread::yield_now();
            }
        });
        let late = register(&session, "late").await;
        let error = late.unwrap_err();
        assert_eq!((error.code(), error.is_retryable()), ("too_late", true));
        let stored = "SELECT count(*) FROM drones WHERE name = 'late'";
        assert_eq!(world.place.count(stored).await, 0);
        register(&session, "later").await.unwrap();
        handle.shutdown().await.unwrap();
    }
);

/// Its transaction is open when ours looks at the row, and committed when ours writes it. On SQLite nobody else writes
/// while a unit does.
#[tokio::test(flavor = "multi_thread")]
async fn on_postgres_what_another_program_changed_between_the_look_and_the_write_is_not_written_over()
 {
    let world = World::new(Engine::Postgres).await;
    let ids = things::settle(&world.north, "a").await;
    let session = world.north.admin().await;
    let (drones, missions, identity) = (session.drones(), session.missions(), session.identity());
    let inspections = session.inspections();
    let mut calls: Vec<(&str, String, BoxFuture<'_, ringfence::Result<()>>)> = Vec::new();
    let named = DroneUpdate {
        name: Some("ours".into()),
        ..DroneUpdate::default()
    };
    let drone = ids.drone.to_string();
    let call = drones.update(ids.drone, named).map_ok(drop);
    calls.push(("drones", drone, call.boxed()));
    let spare = ids.spare_drone.to_string();
    calls.push(("drones", spare, drones.delete(ids.spare_drone).boxed()));
    let named = MissionUpdate {
        name: Some("ours".into()),
        ..MissionUpdate::default()
    };
    let mission = ids.mission.to_string();
    let call = missions.update(ids.mission, named).map_ok(drop);
    calls.push(("missions", mission, call.boxed()));
    let approved = ids.approved.to_string();
    let call = missions.start(ids.approved).map_ok(drop);
    calls.push(("missions", approved, call.boxed()));
    let rejected = ids.rejected.to_string();
    calls.push(("missions", rejected, missions.delete(ids.rejected).boxed()));
    let inactive = UserUpdate {
        is_active: Some(false),
        ..UserUpdate::default()
    };
    let user = ids.user.to_string();
    let call = identity.update_user(ids.user, inactive).map_ok(drop);
    calls.push(("users", user, call.boxed()));
    let member = ids.member.to_string();
    let call = identity.set_password(ids.member, "correct horse".into());
    calls.push(("users", member, call.boxed()));
    let third = identity.create_user(NewUser::new("third")).await.unwrap();
    let named = UserUpdate {
        username: Some("ours".into()),
        ..UserUpdate::default()
    };
    let call = identity.update_user(third.id.clone(), named).map_ok(drop);
    calls.push(("users", third.id.to_string(), call.boxed()));
    let fourth = identity.create_user(NewUser::new("fourth")).await.unwrap();
    let call = identity.delete_user(fourth.id.clone());
    calls.push(("users", fourth.id.to_string(), call.boxed()));
    let named = RoleUpdate {
        name: Some("ours".into()),
        ..RoleUpdate::default()
    };
    let role = ids.role.to_string();
    let call = identity.update_role(ids.role, named).map_ok(drop);
    calls.push(("roles", role, call.boxed()));
    let spare = identity.create_role(NewRole::new("spare")).await.unwrap();
    let call = identity.delete_role(spare.id.clone());
    calls.push(("roles", spare.id.to_string(), call.boxed()));
    let named = TemplateUpdate {
        name: Some("ours".into()),
        ..TemplateUpdate::default()
    };
    let template = ids.template.to_string();
    let call = inspections
        .update_template(ids.template, named)
        .map_ok(drop);
    calls.push(("inspection_templates", template, call.boxed()));
    let item = ids.item.to_string();
    let call = inspections.remove_item(ids.item);
    calls.push(("inspection_template_items", item, call.boxed()));
    let spare = ids.spare_template.to_string();
    let call = inspections.delete_template(ids.spare_template);
    calls.push(("inspection_templates", spare, call.boxed()));
    let task = ids.task.to_string();
    let call = inspections.advance_task(ids.task, TaskStatus::Scheduled, None);
    calls.push(("inspection_tasks", task, call.map_ok(drop).boxed()));
    let spare = ids.spare_task.to_string();
    let call = inspections.delete_task(ids.spare_task);
    calls.push(("inspection_tasks", spare, call.boxed()));
    let noted = ObservationUpdate {
        note: Some("ours".into()),
        ..ObservationUpdate::default()
    };
    let observation = ids.observation.to_string();
    let call = inspections.update_observation(ids.observation, noted);
    calls.push((
        "inspection_observations",
        observation,
        call.map_ok(drop).boxed(),
    ));
    let (other, looking) = (world.place.postgres().await, world.place.postgres().await);
    for (table, id, call) in calls {
        let column = match table {
            "users" => "username",
            "inspection_template_items" => "title",
            "inspection_observations" => "note",
            _ => "name",
        };
        let theirs = format!("UPDATE {table} SET {column} = 'theirs {id}' WHERE id = '{id}'");
        other
            .batch_execute(&format!("BEGIN; {theirs}"))
            .await
            .unwrap();
        let committed = async {
            somebody_waits(&looking).await;
            other.batch_execute("COMMIT").await.unwrap();
        };
        let (told, ()) = tokio::join!(call, committed);
        assert_eq!(told.unwrap_err().code(), "stale_version", "{table} {id}");
        let stands =
            format!("SELECT count(*) FROM {table} WHERE id = '{id}' AND {column} = 'theirs {id}'");
        assert_eq!(world.place.count(&stands).await, 1, "{table} {id}");
    }
    assert!(session.audit().verify().await.unwrap().outcome == LogOutcome::Intact);
    world.place.remove().await;
}
