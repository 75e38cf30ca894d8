//! A log that goes, or a password that is set, at any moment of an attempt.

use std::pin::{Pin, pin};

use futures_util::poll;
use ringfence::testing::{occupy_hashing, waiting_to_be_hashed};
use ringfence::{Error, OpenOptions, Ringfence, TenantSession};
use ringfence_tests::fixture::{World, each_engine};

use super::{PASSWORD, login, user_with_password};
use crate::tampering::delete;

/// Another handle, for which nobody is hashed before this says so.
async fn narrow(world: &World) -> Ringfence {
    let patient = OpenOptions {
        busy_timeout_ms: 30_000,
        ..OpenOptions::default()
    };
    Ringfence::open(world.place.url.clone(), patient)
        .await
        .unwrap()
}

/// Polls an attempt until it waits to be hashed, behind so many others.
async fn waits_to_be_hashed(
    ringfence: &Ringfence,
    others: usize,
    mut attempt: Pin<&mut impl Future<Output = Result<TenantSession, Error>>>,
) {
    while waiting_to_be_hashed(ringfence).unwrap() == others {
        assert!(poll!(attempt.as_mut()).is_pending(), "nobody was hashed");
        tokio::task::yield_now().await;
    }
}

each_engine!(
    #[tokio::test(flavor = "multi_thread")]
    async fn where_nothing_can_be_counted_an_answer_comes_after_a_hashing_all_the_same(
        world: &World,
    ) {
        user_with_password(&world.north, "mara").await;
        delete(&world.place, "policy_epochs").await;
        let ringfence = narrow(world).await;
        for tenant in ["north", "nowhere"] {
            let places = occupy_hashing(&ringfence).unwrap();
            let others = waiting_to_be_hashed(&ringfence).unwrap();
            let (name, password) = ("mara".to_owned(), PASSWORD.to_owned());
            let mut attempt = pin!(ringfence.login(tenant.into(), name, password));
            waits_to_be_hashed(&ringfence, others, attempt.as_mut()).await;
            drop(places);
            let outcome = attempt.await.map(drop);
            assert_eq!(outcome, Err(Error::Unauthenticated), "{tenant}");
        }
        ringfence.shutdown().await.unwrap();
    }
);

each_engine!(
    #[tokio::test(flavor = "multi_thread")]
    async fn a_log_that_goes_while_a_password_is_compared_confirms_none(world: &World) {
        user_with_password(&world.north, "mara").await;
        let ringfence = narrow(world).await;
        let places = occupy_hashing(&ringfence).unwrap();
        let others = waiting_to_be_hashed(&ringfence).unwrap();
        let mut attempt = pin!(login(&ringfence, &world.north, "mara", PASSWORD));
        waits_to_be_hashed(&ringfence, others, attempt.as_mut()).await;
        delete(&world.place, "policy_epochs").await;
        drop(places);
        let outcome = attempt.await.map(drop);
        assert_eq!(outcome, Err(Error::Unauthenticated));
        ringfence.shutdown().await.unwrap();
    }
);

/// Polls a right attempt once, which then ends by itself, and waits until its success is recorded.
async fn is_recorded(
    world: &World,
    mut attempt: Pin<&mut impl Future<Output = Result<TenantSession, Error>>>,
) {
    assert!(poll!(attempt.as_mut()).is_pending());
    let recorded = "SELECT count(*) FROM audit_events WHERE action = 'login'";
    while world.place.count(recorded).await == 0 {
        tokio::task::yield_now().await;
    }
}

each_engine!(
    #[tokio::test(flavor = "multi_thread")]
    async fn a_log_that_goes_behind_a_right_password_does_not_tell_that_it_was(world: &World) {
        user_with_password(&world.north, "mara").await;
        let mut attempt = pin!(login(&world.ringfence, &world.north, "mara", PASSWORD));
        is_recorded(world, attempt.as_mut()).await;
        delete(&world.place, "policy_epochs").await;
        assert_eq!(attempt.await.map(drop), Err(Error::Unauthenticated));
    }
);

each_engine!(
    #[tokio::test(flavor = "multi_thread")]
    async fn a_password_that_is_set_behind_a_right_one_ends_its_session_before_it_begins(
        world: &World,
    ) {
        let mara = user_with_password(&world.north, "mara").await;
        let identity = world.north.admin().await.identity();
        let mut attempt = pin!(login(&world.ringfence, &world.north, "mara", PASSWORD));
        is_recorded(world, attempt.as_mut()).await;
        let another = "battery staple".to_owned();
        identity.set_password(mara, another).await.unwrap();
        let outcome = match attempt.await {
            Ok(session) => session.whoami().await.map(drop),
            Err(refused) => Err(refused),
        };
        assert_eq!(outcome, Err(Error::Unauthenticated));
    }
);
