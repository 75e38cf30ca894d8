//! What the log says of refusals: each one's first, whoever waits for it, and in bounded number.

use std::collections::BTreeMap;
use std::time::Duration;

use futures_util::FutureExt;
use futures_util::future::join_all;
use ringfence::model::{
    Action, AuditEvent, DroneFilter, EventFilter, Outcome, PageRequest, UserId,
};
use ringfence::{Error, OpenOptions, Ringfence, TenantSession, testing};
use ringfence_tests::fixture::{
    Engine, Hold, Home, World, each_engine, name_of, new_drone, register,
};

use crate::apart::{self, Apart};
use crate::calls::{Asked, CALLS, Call, things};

/// Another handle to the same database, whose shutdown finishes what was handed over.
async fn another(world: &World) -> Ringfence {
    Ringfence::open(world.place.url.clone(), OpenOptions::default())
        .await
        .unwrap()
}

async fn session(handle: &Ringfence, home: &Home, user: &UserId) -> TenantSession {
    handle
        .session(home.tenant.clone(), user.clone())
        .await
        .unwrap()
}

/// The events of refusals, in the order of the log.
async fn denied(world: &World) -> Vec<AuditEvent> {
    let filter = EventFilter {
        action: Some(Action::Denied),
        ..EventFilter::default()
    };
    let audit = world.north.admin().await.audit();
    let page = PageRequest {
        limit: Some(1_000),
        ..PageRequest::default()
    };
    audit.events(filter, page).await.unwrap().items
}

fn detail(event: &AuditEvent) -> serde_json::Value {
    serde_json::from_str(event.detail.as_ref().unwrap().as_str()).unwrap()
}

each_engine!(
    #[tokio::test]
    async fn a_refused_write_is_recorded_though_nobody_waits_for_its_answer(world: &World) {
        let handle = another(world).await;
        let mut users = Vec::new();
        for number in 0..12 {
            users.push(world.north.user(&format!("clerk {number}")).await);
        }
        let mut sessions = Vec::new();
        for user in &users {
            sessions.push(session(&handle, &world.north, user).await);
        }
        for session in sessions {
            let drones = session.drones();
            let mut call = Box::pin(drones.register(new_drone("kite")));
            // Asked, and hung up.
            drop((&mut call).now_or_never());
        }
        handle.shutdown().await.unwrap();
        let mut actors: Vec<String> = denied(world).await.into_iter().map(|e| e.actor).collect();
        actors.sort();
        let mut expected: Vec<String> = users.into_iter().map(String::from).collect();
        expected.sort();
        assert_eq!(actors, expected);
    }
);

each_engine!(
    /// The first of each permission is an event about what the call is about, those that follow are counted.
    #[tokio::test]
    async fn each_refused_call_is_recorded_under_the_permission_that_was_missing(world: &World) {
        let ids = things::settle(&world.north, "ours").await;
        let handle = another(world).await;
        let user = world.north.user("clerk").await;
        let clerk = session(&handle, &world.north, &user).await;
        let mut expected: BTreeMap<&str, (&Call, u64)> = BTreeMap::new();
        for call in CALLS {
            let Some(missing) = call.needs.first() else {
                continue;
            };
            match (call.make)(&Asked::of(&clerk, &ids)).await {
                Err(Error::Forbidden { permission }) if permission == missing.as_str() => {}
                other => panic!("{}: {other:?}", call.shown()),
            }
            expected.entry(missing.as_str()).or_insert((call, 0)).1 += 1;
        }
        handle.shutdown().await.unwrap();
        let events = denied(world).await;
        for (permission, (first, times)) in expected {
            let of_it = events
                .iter()
                .filter(|event| detail(event)["permission"] == permission);
            let of_it: Vec<&AuditEvent> = of_it.collect();
            let told = of_it[0];
            assert_eq!(
                detail(told),
                serde_json::json!({ "permission": permission })
            );
            assert_eq!(
                (&told.actor, told.method.as_str()),
                (&user.to_string(), first.method)
            );
            let written = first.writes.as_ref().map(|writes| writes.entity);
            let about = written.or(first.names);
            if let Some(entity) = about {
                assert_eq!(told.entity_type, entity, "{}", first.shown());
            }
            if about.is_some() && about == first.names {
                assert!(ids.has(&told.entity_id), "{}", first.shown());
            }
            let counted = of_it
                .iter()
                .map(|it| detail(it)["more"].as_u64().unwrap_or(1));
            assert_eq!(counted.sum::<u64>(), times, "{permission}");
        }
    }
);

each_engine!(
    /// Of several that are counted together it is said which they were.
    #[tokio::test]
    async fn the_event_of_a_refusal_says_which_method_was_refused_and_that_it_was(world: &World) {
        let handle = another(world).await;
        let user = world.north.user("clerk").await;
        let drones = session(&handle, &world.north, &user).await.drones();
        let refused =
            |outcome: ringfence::Result<()>| assert_eq!(outcome.unwrap_err().status(), 403);
        let id = register(&world.north.admin().await, "kite")
            .await
            .unwrap()
            .id;
        for _ in 0..3 {
            refused(drones.get(id.clone()).await.map(drop));
        }
        refused(drones.register(new_drone("heron")).await.map(drop));
        for _ in 0..2 {
            refused(drones.delete(id.clone()).await);
            refused(drones.register(new_drone("heron")).await.map(drop));
        }
        handle.shutdown().await.unwrap();

        let events = denied(world).await;
        for event in &events {
            assert_eq!((&event.outcome, &event.role_id), (&Outcome::Refused, &None));
        }
        let mut told: Vec<_> = events
            .iter()
            .map(|event| (event.method.as_str(), detail(event)["methods"].clone()))
            .collect();
        told.sort_by_key(|(method, methods)| (methods.to_string(), (*method).to_owned()));
        let none = serde_json::Value::Null;
        let expected = [
            ("", serde_json::json!(["drones.delete", "drones.register"])),
            ("drones.get", serde_json::json!(["drones.get"])),
            ("drones.get", none.clone()),
            ("drones.register", none),
        ];
        assert_eq!(told, expected);
    }
);

each_engine!(
    #[tokio::test]
    async fn a_flood_of_refusals_is_an_event_and_a_count(world: &World) {
        let handle = another(world).await;
        let user = world.north.user("clerk").await;
        let clerk = session(&handle, &world.north, &user).await;
        let drones = clerk.drones();
        let flood: u64 = 2_000;
        for _ in 0..flood / 20 {
            let calls =
                (0..20).map(|_| drones.list(DroneFilter::default(), PageRequest::default()));
            for refused in join_all(calls).await {
                assert_eq!(refused.unwrap_err().status(), 403);
            }
        }
        // Another permission is another kind.
        assert_eq!(
            drones
                .register(new_drone("kite"))
                .await
                .unwrap_err()
                .status(),
            403
        );
        handle.shutdown().await.unwrap();

        let events = denied(world).await;
        assert!(events.iter().all(|event| event.actor == user.as_str()));
        let of = |permission: &str| -> Vec<serde_json::Value> {
            let details = events.iter().map(detail);
            details
                .filter(|it| it["permission"] == permission)
                .collect()
        };
        let reads = of("registry.read");
        assert!(reads.len() <= 3, "{reads:?}");
        assert_eq!(reads[0], serde_json::json!({"permission": "registry.read"}));
        let counted: u64 = reads.iter().filter_map(|it| it["more"].as_u64()).sum();
        // Each of the others tells of itself.
        let told = reads.iter().filter(|it| it["more"].is_null()).count();
        assert_eq!(counted + u64::try_from(told).unwrap(), flood);
        assert_eq!(
            of("registry.write"),
            [serde_json::json!({"permission": "registry.write"})]
        );
        assert!(
            world
                .north
                .admin()
                .await
                .audit()
                .verify()
                .await
                .unwrap()
                .is_intact()
        );
    }
);

each_engine!(
    /// A window that began then would never end.
    #[tokio::test(flavor = "multi_thread")]
    async fn what_is_refused_while_the_database_shuts_down_is_recorded_each_by_itself(
        world: &World,
    ) {
        let handle = another(world).await;
        let clerk = session(&handle, &world.north, &world.north.user("clerk").await).await;
        let admin = session(&handle, &world.north, &world.north.admin).await;
        let held = Hold::take(&world.place, "north").await;
        let drones = clerk.drones();
        let mut calls = join_all((0..4).map(|_| drones.register(new_drone("kite"))));
        assert!((&mut calls).now_or_never().is_none());
        let closing = tokio::spawn({
            let handle = handle.clone();
            async move { handle.shutdown().await }
        });
        // Nothing is taken any more: the counts are told already.
        let mut accepted = Vec::new();
        let closed = async {
            loop {
                let drones = admin.drones();
                let mut call = Box::pin(async move { drones.register(new_drone("kite")).await });
                match (&mut call).now_or_never() {
                    Some(outcome) => break outcome.unwrap_err(),
                    None => accepted.push(call),
                }
                tokio::task::yield_now().await;
            }
        };
        let closed = tokio::time::timeout(Duration::from_secs(60), closed);
        assert_eq!(closed.await.unwrap().code(), "closed");
        held.release().await;
        for refused in calls.await {
            assert_eq!(refused.unwrap_err().status(), 403);
        }
        closing.await.unwrap().unwrap();
        let told: Vec<serde_json::Value> = denied(world).await.iter().map(detail).collect();
        assert_eq!(
            told,
            vec![serde_json::json!({"permission": "registry.write"}); 4]
        );
    }
);

each_engine!(
    #[tokio::test]
    async fn a_count_is_told_when_its_minute_is_over(engine: &Engine) {
        let server = tokio::task::spawn_blocking(xtask::cluster::shared);
        let server = format!("{}={}", xtask::cluster::URL_VARIABLE, server.await.unwrap());
        let test = format!("refusals::where_a_minute_is_short::{}", name_of(*engine));
        let process = Apart::start_under(&["env", &server], &test, "go");
        assert_eq!(process.finish(), ["told"]);
    }
);

/// Refuses whatever tells of a refusal.
fn speechless(engine: Engine) -> [String; 2] {
    let denied = Action::Denied.as_str();
    match engine {
        Engine::Sqlite => [
            format!(
                "CREATE TRIGGER host_denies BEFORE INSERT ON audit_events WHEN NEW.action = '{denied}' \
                 BEGIN SELECT RAISE(ABORT, 'not here'); END"
            ),
            "DROP TRIGGER host_denies".to_owned(),
        ],
        Engine::Postgres => [
            format!(
                "CREATE FUNCTION host_denies() RETURNS trigger LANGUAGE plpgsql AS \
                 $$ BEGIN RAISE EXCEPTION 'not here'; END $$; \
                 CREATE TRIGGER host_denies BEFORE INSERT ON audit_events FOR EACH ROW \
                 WHEN (NEW.action = '{denied}') EXECUTE FUNCTION host_denies()"
            ),
            "DROP TRIGGER host_denies ON audit_events".to_owned(),
        ],
    }
}

/// Until the log has so many refusals.
async fn told(world: &World, count: usize) -> Vec<serde_json::Value> {
    let told = async {
        loop {
            let events = denied(world).await;
            if events.len() >= count {
                return events.iter().map(detail).collect();
            }
            tokio::task::yield_now().await;
        }
    };
    let patience = Duration::from_secs(60);
    tokio::time::timeout(patience, told).await.unwrap()
}

each_engine!(
    #[tokio::test(flavor = "multi_thread")]
    #[ignore = "run by another test, in a process of its own"]
    async fn where_a_minute_is_short(world: &World) {
        if apart::orders().is_none() {
            return;
        }
        testing::let_refusals_be_counted_for(1_000);
        let clerk = world.north.session(&world.north.user("clerk").await).await;
        let refused = async || {
            let drones = clerk.drones();
            let listed = drones.list(DroneFilter::default(), PageRequest::default());
            assert_eq!(listed.await.unwrap_err().status(), 403);
        };
        for _ in 0..3 {
            refused().await;
        }
        let first = told(world, 2).await;
        assert_eq!(first[0]["more"], serde_json::Value::Null);
        assert_eq!(first[1]["more"], 2);
        // The next is a first one again. It cannot be recorded, and is counted instead.
        let [deny, allow] = speechless(world.place.engine);
        world.place.raw(&deny).await.unwrap();
        refused().await;
        world.place.raw(&allow).await.unwrap();
        assert_eq!(told(world, 3).await[2]["more"], 1);
        refused().await;
        assert_eq!(told(world, 4).await[3]["more"], serde_json::Value::Null);
        apart::say("told");
    }
);
