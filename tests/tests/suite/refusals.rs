//! What the log says of refusals: each one's first, whoever waits for it, and in bounded number.

use futures_util::FutureExt;
use futures_util::future::join_all;
use ringfence::model::{
    Action, AuditEvent, DroneFilter, EventFilter, NewDrone, PageRequest, UserId, Vendor,
};
use ringfence::{OpenOptions, Ringfence, TenantSession};
use ringfence_tests::fixture::{Home, World, on_each_engine};

fn kite() -> NewDrone {
    NewDrone {
        name: "kite".to_owned(),
        vendor: Vendor::Fake,
        capabilities: "{}".into(),
    }
}

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

#[tokio::test]
async fn a_refused_write_is_recorded_though_nobody_waits_for_its_answer() {
    on_each_engine(async |world: &World| {
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
            let mut call = Box::pin(drones.register(kite()));
            // Asked, and hung up.
            drop((&mut call).now_or_never());
        }
        handle.shutdown().await.unwrap();
        let mut actors: Vec<String> = denied(world).await.into_iter().map(|e| e.actor).collect();
        actors.sort();
        let mut expected: Vec<String> = users.into_iter().map(String::from).collect();
        expected.sort();
        assert_eq!(actors, expected);
    })
    .await;
}

#[tokio::test]
async fn a_flood_of_refusals_is_an_event_and_a_count() {
    on_each_engine(async |world: &World| {
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
        assert_eq!(drones.register(kite()).await.unwrap_err().status(), 403);
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
    })
    .await;
}
