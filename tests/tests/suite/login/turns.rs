//! In which order those who log in are hashed.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use ringfence::model::NewUser;
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
