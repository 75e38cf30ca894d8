//! An operator gives a tenant an administrator again, where nobody is left who may do everything.

use ringfence::model::{AuditEvent, EventFilter, NewUser, PageRequest, Permission, UserUpdate};
use ringfence::{Error, MigrateMode, Ringfence};
use ringfence_tests::fixture::{Place, World, each_engine};
use serde_json::Value;

use crate::legacy_rows::{self, dated};

const OPERATOR: &str = "dana";

async fn restore(rf: &Ringfence, tenant: &str, username: &str) -> ringfence::Result<String> {
    let user = rf.restore_admin(OPERATOR.into(), tenant.into(), username.into());
    user.await.map(|user| user.id.into())
}

async fn create(rf: &Ringfence, tenant: &str, new: NewUser) -> ringfence::Result<String> {
    let user = rf.create_admin(OPERATOR.into(), tenant.into(), new);
    user.await.map(|user| user.id.into())
}

/// Whether a user may do everything in the tenant.
async fn may_do_everything(rf: &Ringfence, tenant: &str, user: &str) -> bool {
    let session = rf.session(tenant.into(), user.into()).await.unwrap();
    session.authorize(Permission::All, None).await.is_ok()
}

/// The last event of a restoring.
async fn last(
    events: impl Future<Output = ringfence::Result<ringfence::model::EventPage>>,
) -> AuditEvent {
    let events = events.await.unwrap().items.into_iter();
    let mut restored = events.filter(|event| event.method == "restore_admin");
    restored.next_back().unwrap()
}

fn everything() -> (EventFilter, PageRequest) {
    (EventFilter::default(), PageRequest::default())
}

fn detail(event: &AuditEvent) -> Value {
    serde_json::from_str(event.detail.as_ref().unwrap().as_str()).unwrap()
}

/// Takes every assignment of the tenant, as another program can.
async fn take_all(place: &Place, tenant: &str) {
    let sql = format!("DELETE FROM user_roles WHERE tenant_id = '{tenant}'");
    place.raw(&sql).await.unwrap();
}

each_engine!(
    #[tokio::test]
    async fn a_tenant_that_has_an_admin_is_given_none(world: &World) {
        let rf = &world.ringfence;
        world.north.user("mara").await;
        for refused in [
            restore(rf, "north", "mara").await,
            create(rf, "north", NewUser::new("lena")).await,
        ] {
            assert_eq!(refused.unwrap_err().code(), "has_admin");
        }
        let nobody = restore(rf, "nowhere", "mara").await.unwrap_err();
        assert_eq!(
            nobody,
            Error::NotFound {
                entity: "tenant".into()
            }
        );
        let log = world.north.admin().await.audit();
        assert!(log.verify().await.unwrap().is_intact());
    }
);

each_engine!(
    #[tokio::test]
    async fn a_user_of_a_tenant_without_one_is_its_admin_again_and_both_logs_say_so(world: &World) {
        let rf = &world.ringfence;
        let (north, admin) = (&world.north, world.north.admin().await);
        let mara = north.user("mara").await;
        let off = UserUpdate {
            is_active: Some(false),
            ..UserUpdate::default()
        };
        admin
            .identity()
            .update_user(mara.clone(), off)
            .await
            .unwrap();
        take_all(&world.place, "north").await;
        let missing = restore(rf, "north", "nobody").await.unwrap_err();
        assert_eq!(
            missing,
            Error::NotFound {
                entity: "user".into()
            }
        );
        // A neighbour's user is nobody here.
        world.south.user("sven").await;
        assert!(restore(rf, "north", "sven").await.is_err());

        let restored = restore(rf, "north", "mara").await.unwrap();
        assert_eq!(restored, mara.as_str());
        assert!(may_do_everything(rf, "north", &restored).await);
        assert!(!may_do_everything(rf, "north", north.admin.as_str()).await);
        let session = north.session(&mara).await;
        let (filter, page) = everything();
        let role = north.session(&mara).await.whoami().await.unwrap().roles;
        assert_eq!(role, ["admin"]);
        let told = last(session.audit().events(filter.clone(), page.clone())).await;
        let deployments = last(rf.deployment_log().events(filter, page)).await;
        assert_eq!(
            (told.actor.as_str(), deployments.actor.as_str()),
            ("~deployment", OPERATOR)
        );
        assert_eq!(detail(&told)["operator"], OPERATOR);
        for event in [&told, &deployments] {
            assert_eq!(
                (event.entity_type.as_str(), event.entity_id.as_str()),
                ("tenant", "north")
            );
            let detail = detail(event);
            assert_eq!(detail["admin"], restored.as_str());
            assert_eq!(detail["after"]["is_active"], true);
        }
        assert!(session.audit().verify().await.unwrap().is_intact());
        assert!(rf.deployment_log().verify().await.unwrap().is_intact());
        // Now it has one.
        let again = restore(rf, "north", "admin").await.unwrap_err();
        assert_eq!(again.code(), "has_admin");
    }
);

each_engine!(
    /// As at login: an operator is told so, and nothing is done.
    #[tokio::test]
    async fn a_name_that_is_several_users_is_nobodys(world: &World) {
        let rf = &world.ringfence;
        let mara = world.north.user("j\u{fc}rgen").await;
        world.north.user("anna").await;
        take_all(&world.place, "north").await;
        let named = "UPDATE users SET username = 'ju\u{308}rgen' WHERE username = 'anna' AND tenant_id = 'north'";
        world.place.raw(named).await.unwrap();
        for name in ["j\u{fc}rgen", "ju\u{308}rgen"] {
            let refused = restore(rf, "north", name).await.unwrap_err();
            assert_eq!(
                (refused.code(), refused.field()),
                ("ambiguous_name", Some("username"))
            );
        }
        let holds = "SELECT count(*) FROM user_roles WHERE tenant_id = 'north'";
        assert_eq!(world.place.count(holds).await, 0);
        // Told apart, either may be.
        let renamed = "UPDATE users SET username = 'anna' WHERE username = 'ju\u{308}rgen'";
        world.place.raw(renamed).await.unwrap();
        let restored = restore(rf, "north", "ju\u{308}rgen").await.unwrap();
        assert_eq!(restored, mara.as_str());
        // It has no password: whoever vouches for it sets one.
        let session = world.north.session(&mara).await;
        let set = session.identity();
        set.set_password(mara, "correct horse".into())
            .await
            .unwrap();
        let login = rf.login("north".into(), "j\u{fc}rgen".into(), "correct horse".into());
        login.await.unwrap();
    }
);

each_engine!(
    #[tokio::test]
    async fn a_new_user_can_be_made_the_admin_and_logs_in(world: &World) {
        let rf = &world.ringfence;
        let new = || NewUser {
            password: Some("correct horse".into()),
            ..NewUser::new("lena")
        };
        // An assignment that has an end is none for good.
        let north = "UPDATE user_roles SET expires_at = '2999-01-01 00:00:00.000000' WHERE tenant_id = 'north'";
        let north = match world.place.engine {
            ringfence_tests::fixture::Engine::Sqlite => north.to_owned(),
            ringfence_tests::fixture::Engine::Postgres => north.replace(".000000'", "+00'"),
        };
        world.place.raw(&north).await.unwrap();
        let taken = create(rf, "north", NewUser::new("admin"))
            .await
            .unwrap_err();
        assert_eq!((taken.code(), taken.field()), ("taken", Some("username")));
        rf.disable_tenant(OPERATOR.into(), "north".into())
            .await
            .unwrap();
        let lena = create(rf, "north", new()).await.unwrap();
        // A disabled tenant stays disabled.
        assert!(
            rf.session("north".into(), lena.as_str().into())
                .await
                .is_err()
        );
        rf.enable_tenant(OPERATOR.into(), "north".into())
            .await
            .unwrap();
        let session = rf.login("north".into(), "lena".into(), "correct horse".into());
        let session = session.await.unwrap();
        session.authorize(Permission::All, None).await.unwrap();
        // One whose end is taken off is another way.
        take_all(&world.place, "south").await;
        let ending = "INSERT INTO user_roles (user_id, role_id, created_at, tenant_id, expires_at) \
                      SELECT u.id, r.id, NOW, 'south', NOW FROM users u JOIN roles r ON r.tenant_id = u.tenant_id \
                      WHERE u.tenant_id = 'south' AND r.name = 'admin'";
        world
            .place
            .raw(&dated(world.place.engine, ending))
            .await
            .unwrap();
        let admin = restore(rf, "south", "admin").await.unwrap();
        assert!(may_do_everything(rf, "south", &admin).await);
    }
);

each_engine!(
    /// Whoever else holds the role would come by what was taken from it.
    #[tokio::test]
    async fn a_role_that_lost_something_is_left_and_another_is_made(world: &World) {
        let rf = &world.ringfence;
        let other = world.north.member("admin").await;
        let other = other.whoami().await.unwrap().user_id;
        let star = "DELETE FROM role_permissions WHERE tenant_id = 'north' AND role_id IN \
                    (SELECT id FROM roles WHERE tenant_id = 'north' AND name = 'admin')";
        world.place.raw(star).await.unwrap();
        let admin = restore(rf, "north", "admin").await.unwrap();
        assert!(may_do_everything(rf, "north", &admin).await);
        assert!(!may_do_everything(rf, "north", other.as_str()).await);
        let session = rf
            .session("north".into(), admin.as_str().into())
            .await
            .unwrap();
        let mut roles = session.whoami().await.unwrap().roles;
        roles.sort();
        let [old, new] = roles.as_slice() else {
            panic!("{roles:?}");
        };
        assert_eq!(old, "admin");
        assert!(
            new.starts_with("admin ") && new.len() == "admin ".len() + 12,
            "{new}"
        );
    }
);

each_engine!(
    #[tokio::test]
    async fn a_user_whom_a_role_denies_something_is_no_admin_and_nothing_is_written(world: &World) {
        let rf = &world.ringfence;
        let mara = world.north.user("mara").await;
        take_all(&world.place, "north").await;
        let denying = format!(
            "INSERT INTO role_denies (tenant_id, role_id, permission, created_at) \
             SELECT 'north', id, 'alert.write', NOW FROM roles WHERE tenant_id = 'north' AND name = 'auditor'; \
             INSERT INTO user_roles (user_id, role_id, created_at, tenant_id) \
             SELECT '{mara}', id, NOW, 'north' FROM roles WHERE tenant_id = 'north' AND name = 'auditor'"
        );
        world
            .place
            .raw(&dated(world.place.engine, &denying))
            .await
            .unwrap();
        let links = "SELECT count(*) FROM user_roles WHERE tenant_id = 'north'";
        let refused = restore(rf, "north", "mara").await.unwrap_err();
        assert_eq!(refused.code(), "no_admin");
        assert_eq!(world.place.count(links).await, 1);
        let lena = create(rf, "north", NewUser::new("lena")).await.unwrap();
        assert!(may_do_everything(rf, "north", &lena).await);
    }
);

each_engine!(
    /// Its role `admin` grants what the old platform knew; of the other tenant's there is none.
    #[tokio::test]
    async fn an_adopted_tenant_that_never_had_one_gets_one(place: &Place) {
        legacy_rows::make(place).await;
        let nobody = "DELETE FROM user_roles; UPDATE roles SET name = 'boss' WHERE id = 'r1_b'";
        place.raw(nobody).await.unwrap();
        let rf = place.open(MigrateMode::Auto).await.unwrap();
        for (tenant, user) in [("a", "u1_a"), ("b", "u1_b")] {
            let restored = restore(&rf, tenant, "ann").await.unwrap();
            assert_eq!(restored, user);
            assert!(may_do_everything(&rf, tenant, user).await);
        }
        let made = "SELECT count(*) FROM roles WHERE tenant_id = 'b' AND name = 'admin'";
        assert_eq!(place.count(made).await, 1);
        rf.shutdown().await.unwrap();
    }
);
