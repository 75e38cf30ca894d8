//! Roles: what they let their holders do, from when and until when.

use std::time::Duration;

use jiff::{SignedDuration, Timestamp};
use ringfence::model::{Assignment, NewRole, Permission, UserId};
use ringfence_tests::fixture::{World, each_engine, new_drone};

use super::{
    code_and_field, for_good, forbidden, let_inherit, may_list_drones, named, not_found,
    role_named, switched,
};

each_engine!(
    #[tokio::test]
    async fn nobody_gives_or_takes_what_they_do_not_hold(world: &World) {
        let north = &world.north;
        let manager = north
            .holder(&[
                Permission::IdentityRead,
                Permission::IdentityWrite,
                Permission::MissionRead,
            ])
            .await;
        let identity = manager.identity();
        let user = identity.create_user(named("new")).await.unwrap().id;
        let role = NewRole {
            description: Some("Read missions".to_owned()),
            ..NewRole::new("readers")
        };
        let role = identity.create_role(role).await.unwrap().id;

        // What the manager holds.
        let grant = identity.grant(role.clone(), Permission::MissionRead);
        grant.await.unwrap();
        identity.assign_role(for_good(&user, &role)).await.unwrap();

        // What it does not hold.
        let operator = north.role("operator").await;
        let admin_role = north.role("admin").await;
        let everything = forbidden(Permission::All);
        let refused = identity.grant(role.clone(), Permission::MissionWrite);
        assert_eq!(
            refused.await.unwrap_err(),
            forbidden(Permission::MissionWrite)
        );
        let refused = identity.grant(role.clone(), Permission::All).await;
        assert_eq!(refused.unwrap_err(), everything);
        let refused = identity.assign_role(for_good(&user, &operator)).await;
        assert_eq!(refused.unwrap_err(), forbidden(Permission::RegistryRead));
        let refused = identity.assign_role(for_good(&user, &admin_role)).await;
        assert_eq!(refused.unwrap_err(), everything);
        let refused = identity.unassign_role(north.admin.clone(), admin_role.clone());
        assert_eq!(refused.await.unwrap_err(), everything);
        let refused = identity.revoke(admin_role, Permission::All).await;
        assert_eq!(refused.unwrap_err(), everything);
        let refused = identity.set_password(north.admin.clone(), "a takeover".to_owned());
        assert_eq!(refused.await.unwrap_err(), everything);
        let refused = identity.update_user(north.admin.clone(), switched(false));
        assert_eq!(refused.await.unwrap_err(), everything);

        // A role that inherits holds what it inherits.
        let_inherit(world, &role, &operator).await;
        let other = identity.create_user(named("other")).await.unwrap().id;
        let refused = identity.assign_role(for_good(&other, &role)).await;
        assert_eq!(refused.unwrap_err(), forbidden(Permission::RegistryRead));
    }
);

each_engine!(
    #[tokio::test]
    async fn a_new_end_is_of_one_assignment_and_of_no_other(world: &World) {
        let (north, admin) = (&world.north, world.north.admin().await);
        let user = north.user("mara").await;
        let (flies, audits) = (north.role("operator").await, north.role("auditor").await);
        let identity = admin.identity();
        for role in [&flies, &audits] {
            identity.assign_role(for_good(&user, role)).await.unwrap();
        }
        let ending = Assignment {
            expires_at: Some(Timestamp::now() + SignedDuration::from_hours(1)),
            ..for_good(&user, &flies)
        };
        identity.assign_role(ending).await.unwrap();
        let ends = "SELECT count(*) FROM user_roles WHERE expires_at IS NOT NULL";
        assert_eq!(world.place.count(ends).await, 1);
    }
);

each_engine!(
    #[tokio::test]
    async fn a_user_has_the_roles_that_are_given_and_those_that_they_inherit(world: &World) {
        let (north, identity) = (&world.north, world.north.admin().await.identity());
        let heir = role_named(&identity, "heir").await;
        let audits = north.role("auditor").await;
        let flies = north.role("operator").await;
        for inherited in [&audits, &flies] {
            let_inherit(world, &heir, inherited).await;
        }
        let roles = async |user: &UserId| {
            let session = north.session(user).await;
            session.whoami().await.unwrap().roles
        };
        let (mara, ana) = (north.user("mara").await, north.user("ana").await);
        // One of them in two ways, of which one ends.
        let ending = Assignment {
            expires_at: Some(Timestamp::now() + SignedDuration::from_hours(1)),
            ..for_good(&mara, &audits)
        };
        for given in [for_good(&mara, &heir), ending, for_good(&ana, &flies)] {
            identity.assign_role(given).await.unwrap();
        }
        assert_eq!(roles(&mara).await, ["auditor", "heir", "operator"]);
        assert_eq!(roles(&ana).await, ["operator"]);
        // In the order of their bytes, whatever the database sorts by.
        for name in ["botanist", "Zoologist"] {
            let role = role_named(&identity, name).await;
            identity.assign_role(for_good(&ana, &role)).await.unwrap();
        }
        assert_eq!(roles(&ana).await, ["Zoologist", "botanist", "operator"]);
    }
);

each_engine!(
    /// Finer than what either engine stores, the end would be one thing in the event and another in the row.
    #[tokio::test]
    async fn the_end_of_an_assignment_is_told_as_it_is_stored(world: &World) {
        let north = &world.north;
        let admin = north.admin().await;
        let (user, role) = (north.user("mara").await, north.role("auditor").await);
        let assignment = Assignment {
            expires_at: Some("2999-01-01T00:00:00.123456789Z".parse().unwrap()),
            ..for_good(&user, &role)
        };
        let identity = admin.identity();
        identity.assign_role(assignment.clone()).await.unwrap();
        let seq = admin.audit().verify().await.unwrap().size - 1;
        let event = admin.audit().event(seq).await.unwrap();
        let detail: serde_json::Value =
            serde_json::from_str(event.detail.as_ref().unwrap().as_str()).unwrap();
        assert_eq!(detail["after"]["expires_at"], "2999-01-01T00:00:00.123456Z");
        // It is the end that it has already.
        let again = identity.assign_role(assignment).await.unwrap_err();
        assert_eq!(code_and_field(&again), ("taken", Some("role_id")));
    }
);

each_engine!(
    /// A permission that no step has put into the catalogue could be given to nobody.
    #[tokio::test]
    async fn every_permission_stands_in_the_catalogue_and_is_given_and_taken(world: &World) {
        let identity = world.north.admin().await.identity();
        let role = role_named(&identity, "everything").await;
        for permission in Permission::ALL {
            let given = identity.grant(role.clone(), *permission).await;
            assert_eq!(given, Ok(()), "{permission:?}");
            let taken = identity.revoke(role.clone(), *permission).await;
            assert_eq!(taken, Ok(()), "{permission:?}");
        }
        let names: Vec<String> = Permission::ALL
            .iter()
            .map(|permission| format!("'{permission}'"))
            .collect();
        let known = format!(
            "SELECT count(*) FROM permissions WHERE name IN ({})",
            names.join(", ")
        );
        assert_eq!(
            world.place.count(&known).await,
            i64::try_from(names.len()).unwrap()
        );
    }
);

each_engine!(
    #[tokio::test]
    async fn an_assignment_ends_at_its_time(world: &World) {
        let north = &world.north;
        let identity = north.admin().await.identity();
        let (user, role) = (north.user("guest").await, north.role("analyst").await);
        let until = |seconds: i64| Assignment {
            expires_at: Some(Timestamp::now() + SignedDuration::from_secs(seconds)),
            ..for_good(&user, &role)
        };
        let past = identity.assign_role(until(-1)).await.unwrap_err();
        assert_eq!(code_and_field(&past), ("invalid", Some("expires_at")));

        let session = north.session(&user).await;
        assert!(!may_list_drones(&session).await);
        identity.assign_role(until(3_600)).await.unwrap();
        assert!(may_list_drones(&session).await);
        let permissions = identity.permissions_of(user.clone()).await.unwrap();
        assert!(permissions.valid_until.is_some());
        world.clock.advance(Duration::from_secs(3_600));
        assert!(!may_list_drones(&session).await);

        // Assigned again it goes on, and once more it has no end.
        identity.assign_role(until(7_200)).await.unwrap();
        assert!(may_list_drones(&session).await);
        let again = for_good(&user, &role);
        identity.assign_role(again.clone()).await.unwrap();
        world.clock.advance(Duration::from_secs(7_200));
        assert!(may_list_drones(&session).await);
        let twice = identity.assign_role(again).await.unwrap_err();
        assert_eq!(code_and_field(&twice), ("taken", Some("role_id")));
    }
);

each_engine!(
    /// Nothing is read in between: each write is judged by itself.
    #[tokio::test]
    async fn a_right_that_is_taken_between_two_writes_stops_the_second(world: &World) {
        let north = &world.north;
        let identity = north.admin().await.identity();
        let (user, role) = (north.user("user").await, north.role("admin").await);
        let session = north.session(&user).await;
        identity.assign_role(for_good(&user, &role)).await.unwrap();
        for name in ["kite", "heron"] {
            session.drones().register(new_drone(name)).await.unwrap();
        }
        identity.unassign_role(user, role).await.unwrap();
        let refused = session.drones().register(new_drone("tern")).await;
        assert_eq!(refused.unwrap_err().status(), 403);
    }
);

each_engine!(
    #[tokio::test]
    async fn a_revoked_role_or_permission_stops_the_next_call(world: &World) {
        let north = &world.north;
        let identity = north.admin().await.identity();
        let (user, role) = (north.user("user").await, north.role("analyst").await);
        let session = north.session(&user).await;
        identity.assign_role(for_good(&user, &role)).await.unwrap();
        assert!(may_list_drones(&session).await);
        identity
            .unassign_role(user.clone(), role.clone())
            .await
            .unwrap();
        assert!(!may_list_drones(&session).await);
        identity.assign_role(for_good(&user, &role)).await.unwrap();
        assert!(may_list_drones(&session).await);
        let revoked = identity.revoke(role.clone(), Permission::RegistryRead);
        revoked.await.unwrap();
        assert!(!may_list_drones(&session).await);
        let granted = identity.grant(role.clone(), Permission::RegistryRead);
        granted.await.unwrap();
        assert!(may_list_drones(&session).await);

        let twice = identity.grant(role.clone(), Permission::RegistryRead);
        let twice = twice.await.unwrap_err();
        assert_eq!(code_and_field(&twice), ("taken", Some("permission")));
        let missing = identity.revoke(role.clone(), Permission::MissionWrite);
        assert_eq!(missing.await.unwrap_err(), not_found("grant"));
        let other = north.user("other").await;
        let missing = identity.unassign_role(other, role).await;
        assert_eq!(missing.unwrap_err(), not_found("assignment"));
    }
);

each_engine!(
    #[tokio::test]
    async fn the_legacy_spelling_of_a_permission_is_granted_and_revoked_like_the_dotted_one(
        world: &World,
    ) {
        let identity = world.north.admin().await.identity();
        let role = role_named(&identity, "legacy").await;
        let at = "'2026-01-01 00:00:00.000000'";
        let legacy = format!(
            "INSERT INTO permissions (id, name, created_at) VALUES \
             ('p-1', 'inspection:read', {at}), ('p-2', 'telemetry.read', {at}); \
             INSERT INTO role_permissions (role_id, permission_id, created_at) VALUES \
             ('{role}', 'p-1', {at}), ('{role}', 'p-2', {at})"
        );
        world.place.raw(&legacy).await.unwrap();
        let user = world.north.user("user").await;
        identity.assign_role(for_good(&user, &role)).await.unwrap();
        let effective = identity.permissions_of(user.clone()).await.unwrap();
        assert_eq!(effective.permissions, [Permission::InspectionRead]);
        assert_eq!(effective.unknown, ["telemetry.read"]);

        let twice = identity.grant(role.clone(), Permission::InspectionRead);
        assert_eq!(twice.await.unwrap_err().code(), "taken");
        let dotted = format!(
            "INSERT INTO role_permissions (role_id, permission_id, created_at) \
             SELECT '{role}', id, {at} FROM permissions WHERE name = 'inspection.read'"
        );
        world.place.raw(&dotted).await.unwrap();
        let revoked = identity.revoke(role.clone(), Permission::InspectionRead);
        revoked.await.unwrap();
        let effective = identity.permissions_of(user).await.unwrap();
        assert_eq!(effective.permissions, []);
    }
);
