//! Sessions end with the password that they were opened by, and where somebody ends them.

use futures_util::future::join_all;
use ringfence::model::{Action, EventFilter, NewUser, PageRequest, Permission, UserId};
use ringfence::{Error, MigrateMode, Ringfence, TenantSession};
use ringfence_tests::fixture::{Home, World, each_engine};

const PASSWORD: &str = "correct horse";

async fn user_with_password(session: &TenantSession, username: &str) -> UserId {
    let new = NewUser {
        password: Some(PASSWORD.to_owned()),
        ..NewUser::new(username)
    };
    session.identity().create_user(new).await.unwrap().id
}

async fn login(ringfence: &Ringfence, home: &Home, username: &str) -> TenantSession {
    let login = ringfence.login(home.tenant.clone(), username.into(), PASSWORD.into());
    login.await.unwrap()
}

/// Whether a session goes on: asked by a call that the policy may answer by what it remembers, and by one that it may
/// not.
async fn goes_on(session: &TenantSession) -> bool {
    let whoami = session.whoami().await;
    let asked = session.authorize(Permission::RegistryRead, None).await;
    match whoami {
        Ok(_) => {
            assert!(!matches!(asked, Err(Error::Unauthenticated)));
            true
        }
        Err(error) => {
            assert_eq!(error, Error::Unauthenticated);
            assert_eq!(asked, Err(Error::Unauthenticated));
            false
        }
    }
}

async fn set_password(session: &TenantSession, user: &UserId) {
    let identity = session.identity();
    let set = identity.set_password(user.clone(), PASSWORD.into());
    set.await.unwrap();
}

async fn end_sessions(session: &TenantSession, user: &UserId) {
    let identity = session.identity();
    identity.end_sessions(user.clone()).await.unwrap();
}

/// Sessions of one user: logged in and vouched for, in this handle and in another one of the same database.
async fn sessions(
    world: &World,
    other: &Ringfence,
    username: &str,
    user: &UserId,
) -> Vec<TenantSession> {
    let mut sessions = Vec::new();
    for ringfence in [&world.ringfence, other] {
        let home = &world.north;
        sessions.push(login(ringfence, home, username).await);
        let vouched = ringfence.session(home.tenant.clone(), user.clone());
        sessions.push(vouched.await.unwrap());
    }
    for session in &sessions {
        assert!(goes_on(session).await);
    }
    sessions
}

async fn all_have_ended(sessions: &[TenantSession]) {
    for session in sessions {
        assert!(!goes_on(session).await);
    }
}

each_engine!(
    #[tokio::test]
    async fn a_password_set_by_another_ends_the_users_sessions_in_every_process(world: &World) {
        let other = world.place.open(MigrateMode::Check).await.unwrap();
        let admin = world.north.admin().await;
        let mara = user_with_password(&admin, "mara").await;
        let jon = user_with_password(&admin, "jon").await;
        let open = sessions(world, &other, "mara", &mara).await;
        let others = sessions(world, &other, "jon", &jon).await;
        set_password(&admin, &mara).await;
        all_have_ended(&open).await;
        for session in &others {
            assert!(goes_on(session).await);
        }
        assert!(goes_on(&admin).await);
        // Whoever knows the new one comes in again, and whom the host vouches for.
        sessions(world, &other, "mara", &mara).await;
        other.shutdown().await.unwrap();
    }
);

each_engine!(
    #[tokio::test]
    async fn a_password_of_ones_own_ends_every_session_but_the_one_that_sets_it(world: &World) {
        let other = world.place.open(MigrateMode::Check).await.unwrap();
        let admin = world.north.admin().await;
        let before = sessions_of_admin(world, &other).await;
        for _ in 0..10 {
            set_password(&admin, &world.north.admin).await;
            assert!(goes_on(&admin).await);
        }
        all_have_ended(&before).await;
        // It ends like any other.
        let again = login(&other, &world.north, "admin").await;
        set_password(&again, &world.north.admin).await;
        assert!(goes_on(&again).await);
        assert!(!goes_on(&admin).await);
        other.shutdown().await.unwrap();
    }
);

each_engine!(
    /// Each leads from where the one before it has led, whatever the session remembers.
    #[tokio::test(flavor = "multi_thread")]
    async fn passwords_of_ones_own_that_are_set_side_by_side_leave_the_session_that_sets_them(
        world: &World,
    ) {
        let other = world.place.open(MigrateMode::Check).await.unwrap();
        let admin = world.north.admin().await;
        let before = sessions_of_admin(world, &other).await;
        for _ in 0..3 {
            let identity = admin.identity();
            let user = &world.north.admin;
            let sets = (0..12).map(|_| identity.set_password(user.clone(), PASSWORD.into()));
            for set in join_all(sets).await {
                match set {
                    Ok(()) => {}
                    Err(error) => assert_eq!(error.code(), "stale_version", "{error:?}"),
                }
            }
            assert!(goes_on(&admin).await);
        }
        all_have_ended(&before).await;
        other.shutdown().await.unwrap();
    }
);

async fn sessions_of_admin(world: &World, other: &Ringfence) -> Vec<TenantSession> {
    let mut sessions = Vec::new();
    for ringfence in [&world.ringfence, other] {
        let vouched = ringfence.session(world.north.tenant.clone(), world.north.admin.clone());
        let vouched = vouched.await.unwrap();
        assert!(goes_on(&vouched).await);
        sessions.push(vouched);
    }
    sessions
}

each_engine!(
    #[tokio::test]
    async fn sessions_that_somebody_ends_have_ended_and_the_log_says_so(world: &World) {
        let other = world.place.open(MigrateMode::Check).await.unwrap();
        let admin = world.north.admin().await;
        let mara = user_with_password(&admin, "mara").await;
        let open = sessions(world, &other, "mara", &mara).await;
        end_sessions(&admin, &mara).await;
        all_have_ended(&open).await;
        let filter = EventFilter {
            action: Some(Action::Update),
            entity_id: Some(mara.as_str().to_owned()),
            ..EventFilter::default()
        };
        let events = admin.audit().events(filter, PageRequest::default()).await;
        let events = events.unwrap().items;
        assert_eq!(events.len(), 1, "{events:?}");
        assert_eq!(
            events[0].detail.as_ref().unwrap().as_str(),
            r#"{"sessions":"ended"}"#
        );
        sessions(world, &other, "mara", &mara).await;

        // The caller's own, too.
        let own = sessions_of_admin(world, &other).await;
        end_sessions(&admin, &world.north.admin).await;
        all_have_ended(&own).await;
        assert!(!goes_on(&admin).await);
        other.shutdown().await.unwrap();
    }
);

each_engine!(
    /// A change that is refused ends nothing, whoever makes it.
    #[tokio::test]
    async fn a_password_that_is_not_set_ends_no_session(world: &World) {
        let admin = world.north.admin().await;
        let mara = user_with_password(&admin, "mara").await;
        let session = login(&world.ringfence, &world.north, "mara").await;
        let identity = session.identity();
        for refused in [
            identity.set_password(mara.clone(), PASSWORD.into()).await,
            identity.end_sessions(mara.clone()).await,
            identity.end_sessions(world.north.admin.clone()).await,
        ] {
            assert_eq!(refused.unwrap_err().code(), "forbidden");
        }
        assert!(goes_on(&session).await && goes_on(&admin).await);
    }
);
