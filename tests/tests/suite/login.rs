//! Logging in with a password.

mod broken;
mod counters;
mod endings;
mod turns;

use std::time::Duration;

use futures_util::future::join_all;
use ringfence::model::{Action, AuditEvent, EventFilter, NewUser, PageRequest, UserId, UserUpdate};
use ringfence::{Error, OpenOptions, Ringfence, TenantSession};
use ringfence_tests::fixture::{Home, World, each_engine};

const PASSWORD: &str = "correct horse";

async fn user_with_password(home: &Home, username: &str) -> UserId {
    let new = NewUser {
        password: Some(PASSWORD.to_owned()),
        ..NewUser::new(username)
    };
    let identity = home.admin().await.identity();
    identity.create_user(new).await.unwrap().id
}

async fn login(
    ringfence: &Ringfence,
    home: &Home,
    username: &str,
    password: &str,
) -> Result<TenantSession, Error> {
    let (username, password) = (username.to_owned(), password.to_owned());
    ringfence
        .login(home.tenant.clone(), username, password)
        .await
}

async fn refused(world: &World, username: &str) -> Error {
    let attempt = login(&world.ringfence, &world.north, username, "wrong horse").await;
    attempt.err().expect("a wrong password is refused")
}

/// The events of logins, refused ones included.
async fn events(world: &World) -> Vec<AuditEvent> {
    let audit = world.north.admin().await.audit();
    let mut events = Vec::new();
    for action in [Action::Login, Action::Denied] {
        let filter = EventFilter {
            action: Some(action),
            ..EventFilter::default()
        };
        events.extend(
            audit
                .events(filter, PageRequest::default())
                .await
                .unwrap()
                .items,
        );
    }
    events
}

fn detail(event: &AuditEvent) -> &str {
    event.detail.as_ref().unwrap().as_str()
}

each_engine!(
    #[tokio::test]
    async fn whatever_is_wrong_the_answer_is_the_same(world: &World) {
        let (ringfence, north) = (&world.ringfence, &world.north);
        let mara = user_with_password(north, "mara").await;
        let session = login(ringfence, north, "mara", PASSWORD).await.unwrap();
        assert_eq!(session.whoami().await.unwrap().user_id, mara);

        assert_eq!(refused(world, "mara").await, Error::Unauthenticated);
        assert_eq!(refused(world, "nobody").await, Error::Unauthenticated);
        // A user without a password.
        assert_eq!(refused(world, "admin").await, Error::Unauthenticated);
        let unauthenticated = Some(Error::Unauthenticated);
        // The password of another tenant's user of this name.
        user_with_password(&world.south, "lena").await;
        let attempt = login(ringfence, north, "lena", PASSWORD).await;
        assert_eq!(attempt.err(), unauthenticated);
        let attempt = ringfence.login("nobody".into(), "mara".into(), PASSWORD.into());
        assert_eq!(attempt.await.err(), unauthenticated);
        let identity = north.admin().await.identity();
        let off = UserUpdate {
            is_active: Some(false),
            ..UserUpdate::default()
        };
        identity.update_user(mara, off).await.unwrap();
        let attempt = login(ringfence, north, "mara", PASSWORD).await;
        assert_eq!(attempt.err(), unauthenticated);
        let disabled = ringfence.disable_tenant("suite".into(), world.south.tenant.clone());
        disabled.await.unwrap();
        let attempt = login(ringfence, &world.south, "lena", PASSWORD).await;
        assert_eq!(attempt.err(), unauthenticated);
    }
);

each_engine!(
    #[tokio::test]
    async fn what_cannot_be_a_name_or_a_password_is_invalid(world: &World) {
        let attempt = async |tenant: &str, username: &str, password: &str| {
            let attempt = world
                .ringfence
                .login(tenant.into(), username.into(), password.into());
            let error = attempt.await.err().unwrap();
            error.field().unwrap_or_default().to_owned()
        };
        assert_eq!(attempt("", "mara", PASSWORD).await, "tenant");
        assert_eq!(attempt("north", "a\0b", PASSWORD).await, "username");
        let long = "x".repeat(10_000_000);
        assert_eq!(attempt("north", &long, PASSWORD).await, "username");
        assert_eq!(attempt("north", "mara", &long).await, "password");
    }
);

each_engine!(
    #[tokio::test]
    async fn a_password_that_was_set_anew_replaces_the_one_before(world: &World) {
        let (ringfence, north) = (&world.ringfence, &world.north);
        let mara = user_with_password(north, "mara").await;
        let identity = north.admin().await.identity();
        let set = identity.set_password(mara, "another horse".to_owned());
        set.await.unwrap();
        let attempt = login(ringfence, north, "mara", PASSWORD).await;
        assert_eq!(attempt.err(), Some(Error::Unauthenticated));
        login(ringfence, north, "mara", "another horse")
            .await
            .unwrap();
    }
);

each_engine!(
    #[tokio::test]
    async fn a_password_that_the_old_platform_set_meanwhile_voids_ours(world: &World) {
        let mara = user_with_password(&world.north, "mara").await;
        let sql = "UPDATE users SET password_hash = 'c0ffee' WHERE username = 'mara'";
        world.place.raw(sql).await.unwrap();
        let attempt = login(&world.ringfence, &world.north, "mara", PASSWORD).await;
        assert_eq!(attempt.err(), Some(Error::Unauthenticated));
        // Until a password is set here again; and so it is for somebody who had none of ours yet.
        let identity = world.north.admin().await.identity();
        let legacy = "UPDATE users SET password_hash = 'c0ffee', password_argon2 = NULL, password_source = NULL
                      WHERE username = 'mara'";
        for sql in [sql, legacy] {
            world.place.raw(sql).await.unwrap();
            let set = identity.set_password(mara.clone(), PASSWORD.to_owned());
            set.await.unwrap();
            login(&world.ringfence, &world.north, "mara", PASSWORD)
                .await
                .unwrap();
        }
    }
);

each_engine!(
    #[tokio::test]
    async fn guesses_are_throttled_for_names_that_nobody_has_as_well(world: &World) {
        world.clock.stop();
        user_with_password(&world.north, "mara").await;
        for username in ["mara", "nobody"] {
            for _ in 0..5 {
                assert_eq!(refused(world, username).await, Error::Unauthenticated);
            }
            let retry_after_ms = 1_000;
            let throttled = Error::Throttled { retry_after_ms };
            assert_eq!(refused(world, username).await, throttled);
        }
        // The right password waits as well, and then begins anew.
        let attempt = login(&world.ringfence, &world.north, "mara", PASSWORD).await;
        assert_eq!(attempt.err().unwrap().status(), 429);
        world.clock.advance(Duration::from_secs(1));
        login(&world.ringfence, &world.north, "mara", PASSWORD)
            .await
            .unwrap();
        for _ in 0..5 {
            assert_eq!(refused(world, "mara").await, Error::Unauthenticated);
        }
        // Other names go on.
        assert_eq!(refused(world, "admin").await, Error::Unauthenticated);
    }
);

each_engine!(
    #[tokio::test]
    async fn guesses_side_by_side_and_in_another_process_do_not_slip_by(world: &World) {
        user_with_password(&world.north, "mara").await;
        let other = Ringfence::open(world.place.url.clone(), OpenOptions::default())
            .await
            .unwrap();
        let guess = async |guess: u32| {
            let database = if guess.is_multiple_of(2) {
                &world.ringfence
            } else {
                &other
            };
            let password = format!("guess number {guess}");
            let attempt = login(database, &world.north, "mara", &password).await;
            attempt.err().unwrap().status()
        };
        let statuses = join_all((0..24).map(guess)).await;
        let verified = statuses.iter().filter(|status| **status == 401).count();
        let throttled = statuses.iter().filter(|status| **status == 429).count();
        assert_eq!(verified + throttled, 24);
        // Never a sixth one side by side; one if the first block was over before the last guess came.
        assert!((5..=7).contains(&verified), "{verified} were verified");
        other.shutdown().await.unwrap();
    }
);

each_engine!(
    #[tokio::test]
    async fn a_flood_of_refused_logins_is_counted_and_not_written_row_by_row(world: &World) {
        world.clock.stop();
        let mara = user_with_password(&world.north, "mara").await;
        for _ in 0..20 {
            refused(world, "mara").await;
        }
        for guess in 0..10 {
            refused(world, &format!("secret typed into the wrong field {guess}")).await;
        }
        // Blocked in the end.
        for _ in 0..7 {
            refused(world, "nobody").await;
        }
        let recorded = events(world).await;
        assert_eq!(recorded.len(), 2, "{recorded:?}");
        assert!(recorded.iter().all(|event| event.actor.is_empty()));
        assert_eq!(recorded[0].entity_id, mara.as_str());
        assert_eq!(detail(&recorded[0]), r#"{"login":"wrong_password"}"#);
        assert_eq!(recorded[1].entity_id, "");
        assert_eq!(detail(&recorded[1]), r#"{"login":"unknown_user"}"#);

        world.clock.advance(Duration::from_secs(60));
        login(&world.ringfence, &world.north, "mara", PASSWORD)
            .await
            .unwrap();
        let recorded = events(world).await;
        assert_eq!(recorded.len(), 3);
        assert_eq!(recorded[0].action, Action::Login);
        assert_eq!(recorded[0].actor, mara.as_str());
        assert_eq!(detail(&recorded[0]), r#"{"refused_before":19}"#);

        // The others' window is over: their count stands in the next event too, and their rows go.
        world.clock.advance(Duration::from_secs(1_800));
        login(&world.ringfence, &world.north, "mara", PASSWORD)
            .await
            .unwrap();
        let recorded = events(world).await;
        assert_eq!(detail(&recorded[1]), r#"{"refused_elsewhere":16}"#);
        let rows = "SELECT CAST(count(*) AS TEXT) FROM login_throttles WHERE tenant_id = 'north' \
                    AND refused + failures > 0";
        assert_eq!(world.place.raw_text(rows).await.unwrap(), "0");
        let audit = world.north.admin().await.audit();
        assert!(audit.verify().await.unwrap().is_intact());
    }
);
