//! Users: who there is, and who may make and change them.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use jiff::Timestamp;
use ringfence::model::{
    EventFilter, NewUser, PageRequest, Permission, RoleFilter, UserFilter, UserId, UserUpdate,
};
use ringfence::{Error, OpenOptions, Ringfence, Source, SystemSource};
use ringfence_tests::fixture::{World, each_engine};

use super::{code_and_field, for_good, forbidden, me, named, not_found, switched};

each_engine!(
    #[tokio::test]
    async fn users_are_created_renamed_and_listed(world: &World) {
        let identity = world.north.admin().await.identity();
        let mara = identity.create_user(named("mara")).await.unwrap();
        assert_eq!((mara.version, mara.is_active), (1, true));
        assert_eq!(identity.user(mara.id.clone()).await.unwrap(), mara);

        let taken = identity.create_user(named("mara")).await.unwrap_err();
        assert_eq!(code_and_field(&taken), ("taken", Some("username")));
        // Another tenant's names are its own.
        let elsewhere = world.south.admin().await.identity();
        elsewhere.create_user(named("mara")).await.unwrap();

        let update = UserUpdate {
            username: Some("Mara".to_owned()),
            version: Some(1),
            ..UserUpdate::default()
        };
        let renamed = identity.update_user(mara.id.clone(), update.clone());
        let renamed = renamed.await.unwrap();
        assert_eq!((renamed.username.as_str(), renamed.version), ("Mara", 2));
        assert_eq!(identity.user(mara.id.clone()).await.unwrap(), renamed);
        let stale = identity.update_user(mara.id, update).await.unwrap_err();
        assert_eq!(code_and_field(&stale), ("stale_version", Some("version")));

        let filter = UserFilter {
            username: Some("Mara".to_owned()),
            is_active: Some(true),
        };
        let found = identity
            .users(filter, PageRequest::default())
            .await
            .unwrap();
        assert_eq!(found.items, std::slice::from_ref(&renamed));
        let inactive = || UserFilter {
            is_active: Some(false),
            ..UserFilter::default()
        };
        let found = identity.users(inactive(), PageRequest::default());
        assert_eq!(found.await.unwrap().items, []);
        let update = UserUpdate {
            is_active: Some(false),
            ..UserUpdate::default()
        };
        let switched_off = identity.update_user(renamed.id, update).await.unwrap();
        let found = identity.users(inactive(), PageRequest::default());
        assert_eq!(found.await.unwrap().items, [switched_off]);
    }
);

each_engine!(
    #[tokio::test]
    async fn pages_of_users_and_roles_show_each_one_once_in_the_order_of_ids(world: &World) {
        let identity = world.north.admin().await.identity();
        for name in ["a", "B", "é"] {
            identity.create_user(named(name)).await.unwrap();
        }
        let all = identity.users(UserFilter::default(), PageRequest::default());
        let all = all.await.unwrap().items;
        assert_eq!(all.len(), 4);
        assert!(all.is_sorted_by_key(|user| user.id.clone()));
        let (mut seen, mut after) = (Vec::new(), None);
        loop {
            let page = PageRequest {
                limit: Some(3),
                after,
            };
            let page = identity.users(UserFilter::default(), page).await.unwrap();
            seen.extend(page.items);
            after = page.next;
            if after.is_none() {
                break;
            }
        }
        assert_eq!(seen, all);
        let roles = identity.roles(RoleFilter::default(), PageRequest::default());
        assert_eq!(roles.await.unwrap().items.len(), 7);
    }
);

each_engine!(
    #[tokio::test]
    async fn a_user_who_is_switched_off_is_refused_at_its_next_call(world: &World) {
        let operator = world.north.member("operator").await;
        let identity = world.north.admin().await.identity();
        let user = me(&operator).await;
        identity
            .update_user(user.clone(), switched(false))
            .await
            .unwrap();
        let refused = operator.whoami().await;
        assert_eq!(refused.unwrap_err(), Error::Unauthenticated);
        let session = world.ringfence.session(world.north.tenant.clone(), user);
        assert_eq!(session.await.err(), Some(Error::Unauthenticated));
    }
);

each_engine!(
    #[tokio::test]
    async fn whoami_says_what_a_session_may_do(world: &World) {
        let auditor = world.north.member("auditor").await;
        let who = auditor.whoami().await.unwrap();
        assert_eq!(who.tenant_id, world.north.tenant);
        assert_eq!(who.roles, ["auditor"]);
        assert_eq!(
            who.permissions,
            [Permission::AuditRead, Permission::AuditExport]
        );
        assert_eq!(auditor.tenant().await.unwrap().name, "north");
    }
);

each_engine!(
    #[tokio::test]
    async fn reading_and_writing_identity_need_their_permissions(world: &World) {
        let admin = world.north.admin.clone();
        let role = world.north.role("operator").await;
        let reader = world.north.holder(&[Permission::IdentityRead]).await;
        let reader = reader.identity();
        reader.user(admin.clone()).await.unwrap();
        reader.permissions_of(admin.clone()).await.unwrap();
        let write = forbidden(Permission::IdentityWrite);
        let refused = [
            reader.create_user(named("x")).await.map(drop),
            reader
                .create_user(NewUser {
                    password: Some("long enough".to_owned()),
                    ..named("x")
                })
                .await
                .map(drop),
            reader
                .update_user(admin.clone(), switched(true))
                .await
                .map(drop),
            reader
                .set_password(admin.clone(), "long enough".to_owned())
                .await,
            reader.assign_role(for_good(&admin, &role)).await,
            reader.grant(role.clone(), Permission::IdentityRead).await,
            reader.revoke(role.clone(), Permission::MissionRead).await,
        ];
        for refused in refused {
            assert_eq!(refused, Err(write.clone()));
        }

        let stranger = world.north.holder(&[]).await.identity();
        let read = forbidden(Permission::IdentityRead);
        assert_eq!(stranger.user(admin.clone()).await.unwrap_err(), read);
        assert_eq!(
            stranger.permissions_of(admin.clone()).await.unwrap_err(),
            read
        );
        let users = stranger.users(UserFilter::default(), PageRequest::default());
        assert_eq!(users.await.unwrap_err(), read);
        let roles = stranger.roles(RoleFilter::default(), PageRequest::default());
        assert_eq!(roles.await.unwrap_err(), read);
    }
);

each_engine!(
    #[tokio::test]
    async fn the_event_of_a_new_user_says_whether_it_has_a_password_and_never_which(world: &World) {
        let admin = world.north.admin().await;
        let secret = "correct horse battery";
        for (username, password) in [("with", Some(secret)), ("without", None)] {
            let new = NewUser {
                password: password.map(str::to_owned),
                ..NewUser::new(username)
            };
            let user = admin.identity().create_user(new).await.unwrap();
            let of_it = EventFilter {
                entity_id: Some(user.id.into()),
                ..EventFilter::default()
            };
            let audit = admin.audit();
            let page = audit.events(of_it, PageRequest::default()).await;
            let events = page.unwrap().items;
            assert_eq!(events.len(), 1);
            let detail = events[0].detail.as_ref().unwrap().as_str();
            let says = detail.contains(r#""password":"set""#);
            assert_eq!(says, password.is_some(), "{detail}");
            assert!(!detail.contains(secret), "{detail}");
        }
    }
);

each_engine!(
    #[tokio::test]
    async fn users_and_roles_of_another_tenant_are_not_found(world: &World) {
        let (north, south) = (&world.north, &world.south);
        let identity = north.admin().await.identity();
        let (our_user, our_role) = (north.user("user").await, north.role("analyst").await);
        let (user, role) = (&south.admin, south.role("analyst").await);
        let no_user = not_found("user");
        assert_eq!(identity.user(user.clone()).await.unwrap_err(), no_user);
        let refused = identity.update_user(user.clone(), switched(false)).await;
        assert_eq!(refused.unwrap_err(), no_user);
        let refused = identity.set_password(user.clone(), "long enough".to_owned());
        assert_eq!(refused.await.unwrap_err(), no_user);
        let refused = identity.assign_role(for_good(user, &our_role)).await;
        assert_eq!(refused.unwrap_err(), no_user);
        let no_role = not_found("role");
        let refused = identity.assign_role(for_good(&our_user, &role)).await;
        assert_eq!(refused.unwrap_err(), no_role);
        let refused = identity.grant(role.clone(), Permission::AuditRead).await;
        assert_eq!(refused.unwrap_err(), no_role);
        let refused = identity.unassign_role(our_user, role.clone()).await;
        assert_eq!(refused.unwrap_err(), no_role);
        // Found out before the permission is missed.
        let stranger = north.holder(&[]).await.identity();
        let refused = stranger.grant(role, Permission::AuditRead).await;
        assert_eq!(refused.unwrap_err(), no_role);
        assert_eq!(stranger.user(user.clone()).await.unwrap_err(), no_user);
    }
);

/// A source of chance that counts the salts of passwords.
#[derive(Default)]
struct Salts(AtomicUsize);

impl Source for Salts {
    fn now(&self) -> Timestamp {
        Timestamp::now()
    }

    fn fill(&self, bytes: &mut [u8]) -> bool {
        if bytes.len() == 16 {
            self.0.fetch_add(1, Ordering::SeqCst);
        }
        SystemSource.fill(bytes)
    }
}

each_engine!(
    /// A hash costs what a login costs: whoever is refused could have the machine do nothing else.
    #[tokio::test]
    async fn nobody_hashes_who_may_not_write(world: &World) {
        let salts = Arc::new(Salts::default());
        let url = world.place.url.clone();
        let theirs: Arc<Salts> = Arc::clone(&salts);
        let handle = Ringfence::open_with_source(url, OpenOptions::default(), theirs);
        let handle = handle.await.unwrap();
        let as_user = async |user: &UserId| {
            let session = handle.session(world.north.tenant.clone(), user.clone());
            session.await.unwrap().identity()
        };
        let with_password = |username: &str| NewUser {
            password: Some("a long password".to_owned()),
            ..NewUser::new(username)
        };
        let clerk = world.north.user("clerk").await;
        let identity = as_user(&clerk).await;
        let before = salts.0.load(Ordering::SeqCst);
        let refused = Err(forbidden(Permission::IdentityWrite));
        let created = identity.create_user(with_password("mara")).await;
        assert_eq!(created.map(drop), refused);
        let set = identity.set_password(clerk, "a long password".to_owned());
        assert_eq!(set.await, refused);
        assert_eq!(salts.0.load(Ordering::SeqCst), before);
        // Whoever may, does.
        let identity = as_user(&world.north.admin).await;
        identity.create_user(with_password("mara")).await.unwrap();
        assert_eq!(salts.0.load(Ordering::SeqCst), before + 1);
        handle.shutdown().await.unwrap();
    }
);
