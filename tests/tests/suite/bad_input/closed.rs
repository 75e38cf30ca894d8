//! A database that was shut down, and a tenant that was disabled.

use ringfence::Error;
use ringfence::model::NewUser;
use ringfence_tests::fixture::{World, each_engine};

use crate::calls::each_call;
use crate::calls::operators::each_operation;
use crate::picture::Inspect;

each_engine!(
    #[tokio::test]
    async fn after_shutdown_every_method_is_closed_and_stays_so(world: &World) {
        let session = world.north.admin().await;
        let before = world.place.picture().await;
        world.ringfence.shutdown().await.unwrap();
        for time in ["first", "second"] {
            let mut called = each_operation(&world.ringfence, &world.north.admin).await;
            called.extend(each_call(&session).await);
            assert!(called.len() > 50);
            for (method, outcome) in called {
                assert_eq!(outcome, Err(Error::Closed), "{method}, the {time} time");
            }
            world.ringfence.shutdown().await.unwrap();
        }
        assert_eq!(world.place.picture().await, before);
    }
);

each_engine!(
    #[tokio::test]
    async fn a_disabled_tenant_opens_no_session_and_those_that_are_open_do_nothing(world: &World) {
        let (rf, north) = (&world.ringfence, &world.north);
        let session = north.admin().await;
        let user = NewUser {
            password: Some("a long password".into()),
            ..NewUser::new("ann")
        };
        session.identity().create_user(user).await.unwrap();
        let login = async || {
            let (name, password) = ("ann".to_owned(), "a long password".to_owned());
            rf.login(north.tenant.clone(), name, password)
                .await
                .map(drop)
        };
        login().await.unwrap();
        rf.disable_tenant("suite".into(), north.tenant.clone())
            .await
            .unwrap();
        let before = world.place.picture().await;
        for (method, outcome) in each_call(&session).await {
            assert_eq!(outcome, Err(Error::Unauthenticated), "{method}");
        }
        let opened = rf.session(north.tenant.clone(), north.admin.clone()).await;
        assert_eq!(opened.map(drop), Err(Error::Unauthenticated));
        assert_eq!(world.place.picture().await, before);
        assert_eq!(login().await, Err(Error::Unauthenticated));
        // Its neighbour goes on.
        world.south.admin().await.whoami().await.unwrap();
        rf.enable_tenant("suite".into(), north.tenant.clone())
            .await
            .unwrap();
        session.whoami().await.unwrap();
        login().await.unwrap();
        assert!(session.audit().verify().await.unwrap().is_intact());
    }
);
