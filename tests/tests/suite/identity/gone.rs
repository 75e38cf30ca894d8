//! Users and roles that are deleted, and what keeps them.

use jiff::Timestamp;
use ringfence::model::{
    Action, AlertSeverity, AlertType, Assignment, Change, NewAlert, NewUser, Permission, RoleUpdate,
};
use ringfence::schema::{Batch, OnDelete};
use ringfence::{Error, MigrateMode};
use ringfence_tests::fixture::{Engine, Place, World, each_engine, register, survey};

use super::{code_and_field, for_good, let_inherit, named, not_found, role_named};
use crate::attacks;

/// The events of the newest write.
async fn newest(world: &World) -> (Action, String, String) {
    let audit = world.north.admin().await.audit();
    let size = audit.verify().await.unwrap().size;
    let event = audit.event(size - 1).await.unwrap();
    (
        event.action,
        event.entity_type,
        event.detail.unwrap().to_string(),
    )
}

each_engine!(
    #[tokio::test]
    async fn a_user_whom_nothing_names_goes_with_the_roles_that_it_has(world: &World) {
        let identity = world.north.admin().await.identity();
        let mara = identity.create_user(named("mara")).await.unwrap().id;
        let role = role_named(&identity, "readers").await;
        identity.assign_role(for_good(&mara, &role)).await.unwrap();
        let session = world.north.session(&mara).await;
        session.whoami().await.unwrap();

        identity.delete_user(mara.clone()).await.unwrap();
        let (action, entity, detail) = newest(world).await;
        assert_eq!((action, entity.as_str()), (Action::Delete, "user"));
        assert!(detail.contains(r#""username":"mara""#), "{detail}");
        assert_eq!(session.whoami().await, Err(Error::Unauthenticated));
        let gone = identity.delete_user(mara.clone()).await;
        assert_eq!(gone, Err(not_found("user")));
        let gone = identity.unassign_role(mara, role.clone()).await;
        assert_eq!(gone, Err(not_found("user")));
        // Nobody has the role any more, and the name is free.
        identity.delete_role(role).await.unwrap();
        identity.create_user(named("mara")).await.unwrap();
    }
);

each_engine!(
    #[tokio::test]
    async fn who_made_or_decided_something_stays_whatever_table_says_so(engine: &Engine) {
        let place = &Place::fresh(*engine).await;
        let rf = place.open(MigrateMode::Auto).await.unwrap();
        for row in attacks::seed() {
            place.raw(&row).await.unwrap();
        }
        let admin = NewUser::new("admin of a");
        let admin = rf.create_admin("suite".into(), "a".into(), admin);
        let admin = admin.await.unwrap().id;
        let identity = rf.session("a".into(), admin).await.unwrap().identity();
        let mut kept = 0;
        for lone in attacks::lone() {
            if lone.edge.table != "users" || lone.child.tenant_column().is_none() {
                continue;
            }
            let user = lone.parent();
            let deleted = identity.delete_user(user.as_str().into()).await;
            let (table, column) = (lone.child.name, lone.edge.column);
            let stays = lone.edge.loose || lone.edge.on_delete == OnDelete::Restrict;
            if stays && lone.child.batch != Batch::History {
                let refused = deleted.expect_err(&format!("{table}.{column}"));
                assert_eq!(refused.code(), "in_use", "{table}.{column}");
                assert!(refused.to_string().contains(table), "{refused}");
                kept += 1;
            } else {
                assert_eq!(deleted, Ok(()), "{table}.{column}");
            }
        }
        assert!(kept >= 8, "only {kept}");
        rf.shutdown().await.unwrap();
    }
);

each_engine!(
    #[tokio::test]
    async fn whoever_deletes_a_user_hears_of_every_table_that_names_it(world: &World) {
        let admin = world.north.admin().await;
        let mara = world.north.member("admin").await;
        let id = mara.whoami().await.unwrap().user_id;
        let drone = register(&mara, "kite").await.unwrap().id;
        mara.missions().create(survey(Some(&drone))).await.unwrap();
        let new = NewAlert::new(
            drone,
            AlertType::LowBattery,
            AlertSeverity::Warning,
            "nearly empty",
        );
        let alert = mara.alerts().raise_alert(new).await.unwrap().id;
        mara.alerts().ack(alert, None).await.unwrap();
        let refused = admin.identity().delete_user(id).await.unwrap_err();
        assert_eq!(refused.code(), "in_use");
        let said = refused.to_string();
        for table in ["alerts", "missions"] {
            assert!(said.contains(table), "{said}");
        }
        assert!(!said.contains("defects"), "{said}");
    }
);

each_engine!(
    #[tokio::test]
    async fn the_last_admin_is_not_deleted_and_nobody_is_whom_another_tenant_has(world: &World) {
        let identity = world.north.admin().await.identity();
        let last = identity.delete_user(world.north.admin.clone()).await;
        assert_eq!(last.unwrap_err().code(), "last_admin");
        let elsewhere = identity.delete_user(world.south.admin.clone()).await;
        assert_eq!(elsewhere, Err(not_found("user")));

        let second = world.north.user("second").await;
        let admins = world.north.role("admin").await;
        identity
            .assign_role(for_good(&second, &admins))
            .await
            .unwrap();
        // By oneself, too: the session ends with its user.
        let myself = world.north.session(&second).await;
        myself.identity().delete_user(second.clone()).await.unwrap();
        assert_eq!(myself.whoami().await, Err(Error::Unauthenticated));
    }
);

each_engine!(
    #[tokio::test]
    async fn a_role_is_looked_up_renamed_and_described(world: &World) {
        let identity = world.north.admin().await.identity();
        let id = role_named(&identity, "readers").await;
        let role = identity.role(id.clone()).await.unwrap();
        assert_eq!((role.name.as_str(), role.version), ("readers", 1));
        let update = RoleUpdate {
            name: Some("lookers".to_owned()),
            description: Change::Set("look at missions".to_owned()),
            version: Some(1),
        };
        let updated = identity.update_role(id.clone(), update.clone()).await;
        let updated = updated.unwrap();
        assert_eq!((updated.name.as_str(), updated.version), ("lookers", 2));
        assert_eq!(updated.description.as_deref(), Some("look at missions"));
        assert_eq!(identity.role(id.clone()).await, Ok(updated.clone()));
        let (action, entity, detail) = newest(world).await;
        assert_eq!((action, entity.as_str()), (Action::Update, "role"));
        assert!(detail.contains(r#""name":"lookers""#), "{detail}");

        let stale = identity.update_role(id.clone(), update).await.unwrap_err();
        assert_eq!(code_and_field(&stale), ("stale_version", Some("version")));
        let taken = RoleUpdate {
            name: Some("admin".to_owned()),
            ..RoleUpdate::default()
        };
        let taken = identity.update_role(id.clone(), taken).await.unwrap_err();
        assert_eq!(code_and_field(&taken), ("taken", Some("name")));
        let bare = RoleUpdate {
            description: Change::Clear,
            ..RoleUpdate::default()
        };
        let bare = identity.update_role(id.clone(), bare).await.unwrap();
        assert_eq!((bare.description, bare.version), (None, 3));
        let unchanged = identity.update_role(id, RoleUpdate::default()).await;
        assert_eq!(unchanged.unwrap().version, 3);
    }
);

each_engine!(
    #[tokio::test]
    async fn a_role_goes_when_nobody_has_it_and_none_inherits_it(world: &World) {
        let north = &world.north;
        let identity = north.admin().await.identity();
        let role = role_named(&identity, "readers").await;
        identity
            .grant(role.clone(), Permission::RegistryRead)
            .await
            .unwrap();
        let user = north.user("mara").await;
        // An end that is over is one that can be given anew.
        let end = Timestamp::now() + jiff::SignedDuration::from_millis(1);
        let ending = Assignment {
            expires_at: Some(end),
            ..for_good(&user, &role)
        };
        identity.assign_role(ending).await.unwrap();
        while Timestamp::now() <= end {
            std::hint::spin_loop();
        }
        let held = identity.delete_role(role.clone()).await.unwrap_err();
        assert_eq!(held.code(), "in_use");
        identity.unassign_role(user, role.clone()).await.unwrap();
        let heir = role_named(&identity, "heirs").await;
        let_inherit(world, &heir, &role).await;
        let inherited = identity.delete_role(role.clone()).await.unwrap_err();
        assert_eq!(inherited.code(), "in_use");
        identity.delete_role(heir).await.unwrap();
        identity.delete_role(role.clone()).await.unwrap();
        let (action, entity, detail) = newest(world).await;
        assert_eq!((action, entity.as_str()), (Action::Delete, "role"));
        assert!(detail.contains(r#""name":"readers""#), "{detail}");
        assert_eq!(identity.role(role).await, Err(not_found("role")));
        let grants = "SELECT CAST(count(*) AS TEXT) FROM role_permissions rp \
             WHERE NOT EXISTS (SELECT 1 FROM roles r WHERE r.id = rp.role_id)";
        assert_eq!(world.place.raw_text(grants).await.as_deref(), Some("0"));
    }
);
