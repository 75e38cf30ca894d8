//! In which order those who log in are hashed.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Instant;

use ringfence::model::NewUser;
use ringfence::testing::{occupy_hashing, waiting_to_be_hashed};
use ringfence::{Error, OpenOptions, Ringfence};
use ringfence_tests::fixture::{World, each_engine};
use tokio::task::JoinSet;

use super::{PASSWORD, login, user_with_password};

/// How many guess at once, each under a name of its own, so that no throttle holds one back.
const GUESSES: usize = 60;

each_engine!(
    /// However many wait, another tenant's login comes after those that were being hashed when it came, and so does a
    /// password that is set.
    #[tokio::test(flavor = "multi_thread")]
    async fn a_flood_of_refused_logins_in_one_tenant_holds_up_no_other(world: &World) {
        user_with_password(&world.south, "lena").await;
        let refused = Arc::new(AtomicUsize::new(0));
        let mut guesses = JoinSet::new();
        for guess in 0..GUESSES {
            let (ringfence, north) = (world.ringfence.clone(), world.north.clone());
            let refused = Arc::clone(&refused);
            guesses.spawn(async move {
                let name = format!("nobody {guess}");
                assert!(login(&ringfence, &north, &name, PASSWORD).await.is_err());
                refused.fetch_add(1, Ordering::SeqCst);
            });
        }
        let under_way = "SELECT CAST(coalesce(sum(in_flight), 0) AS BIGINT) FROM login_throttles";
        let most = i64::try_from(GUESSES * 3 / 4).unwrap();
        while world.place.count(under_way).await < most {
            tokio::task::yield_now().await;
        }
        let before = refused.load(Ordering::SeqCst);
        let lena = async {
            let right = login(&world.ringfence, &world.south, "lena", PASSWORD).await;
            right.unwrap();
            refused.load(Ordering::SeqCst)
        };
        let identity = world.south.admin().await.identity();
        let set = async {
            let new = NewUser {
                password: Some(PASSWORD.to_owned()),
                ..NewUser::new("mara")
            };
            identity.create_user(new).await.unwrap();
            refused.load(Ordering::SeqCst)
        };
        let (right, set) = tokio::join!(lena, set);
        for (what, after) in [("a login", right), ("a new user", set)] {
            let passed = after - before;
            assert!(
                passed < GUESSES / 2,
                "{what} came behind {passed} of {GUESSES}, {before} before it"
            );
        }
        while guesses.join_next().await.transpose().unwrap().is_some() {}
    }
);

/// How many log in at once, each to a tenant that there is not.
const MADE_UP: usize = 300;

each_engine!(
    /// However many of them wait, a right login comes as soon as it would without them; and they hear nothing before
    /// their turn.
    #[tokio::test(flavor = "multi_thread")]
    async fn made_up_tenants_hold_up_no_login(world: &World) {
        user_with_password(&world.south, "lena").await;
        let patient = OpenOptions {
            busy_timeout_ms: 30_000,
            ..OpenOptions::default()
        };
        let ringfence = Ringfence::open(world.place.url.clone(), patient)
            .await
            .unwrap();
        let right = async || {
            let begun = Instant::now();
            let right = login(&ringfence, &world.south, "lena", PASSWORD).await;
            right.unwrap();
            begun.elapsed()
        };
        let mut alone = right().await;
        for _ in 0..4 {
            alone = alone.max(right().await);
        }

        let places = occupy_hashing(&ringfence).unwrap();
        let answered = Arc::new(AtomicUsize::new(0));
        let mut guesses = JoinSet::new();
        for guess in 0..MADE_UP {
            let (ringfence, answered) = (ringfence.clone(), Arc::clone(&answered));
            guesses.spawn(async move {
                let tenant = format!("made up {guess}");
                let attempt = ringfence.login(tenant.into(), "lena".into(), PASSWORD.into());
                assert_eq!(attempt.await.err(), Some(Error::Unauthenticated));
                answered.fetch_add(1, Ordering::SeqCst);
            });
        }
        let waits_for = async |count: usize| {
            while waiting_to_be_hashed(&ringfence).unwrap() < count {
                tokio::task::yield_now().await;
            }
        };
        waits_for(MADE_UP).await;
        let released = async {
            waits_for(MADE_UP + 1).await;
            assert_eq!(answered.load(Ordering::SeqCst), 0);
            drop(places);
            Instant::now()
        };
        let login_ends = async {
            right().await;
            Instant::now()
        };
        let (released, ended) = tokio::join!(released, login_ends);
        let took = ended.duration_since(released);
        // They were 32 hashings by two at a time, while every name that somebody made up had a lane or shared one.
        assert!(took < alone * 10, "{took:?}, and {alone:?} without them");
        while guesses.join_next().await.transpose().unwrap().is_some() {}
        ringfence.shutdown().await.unwrap();
    }
);
