//! Users, roles and permissions.

use std::time::Duration;

use jiff::{SignedDuration, Timestamp};
use ringfence::model::{
    Assignment, EventFilter, NewRole, NewUser, PageRequest, Permission, RoleFilter, RoleId,
    UserFilter, UserId, UserUpdate,
};
use ringfence::{Error, Identity, TenantSession};
use ringfence_tests::fixture::{World, each_engine, new_drone};

fn named(username: &str) -> NewUser {
    NewUser::new(username)
}

fn for_good(user: &UserId, role: &RoleId) -> Assignment {
    Assignment {
        user_id: user.clone(),
        role_id: role.clone(),
        expires_at: None,
    }
}

/// A new role without a description or a permission.
async fn role_named(identity: &Identity, name: &str) -> RoleId {
    let new = NewRole::new(name);
    identity.create_role(new).await.unwrap().id
}

/// Lets a role of the tenant `north` have what another one has.
async fn let_inherit(world: &World, heir: &RoleId, from: &RoleId) {
    let inherits = format!(
        "INSERT INTO role_inheritance (tenant_id, role_id, inherits_role_id, created_at) \
         VALUES ('north', '{heir}', '{from}', '2026-01-01 00:00:00.000000')"
    );
    world.place.raw(&inherits).await.unwrap();
}

fn switched(is_active: bool) -> UserUpdate {
    UserUpdate {
        is_active: Some(is_active),
        ..UserUpdate::default()
    }
}

fn not_found(entity: &str) -> Error {
    Error::NotFound {
        entity: entity.to_owned(),
    }
}

fn forbidden(permission: Permission) -> Error {
    Error::Forbidden {
        permission: permission.as_str().to_owned(),
    }
}

fn code_and_field(error: &Error) -> (&str, Option<&str>) {
    (error.code(), error.field())
}

async fn may_list_drones(session: &TenantSession) -> bool {
    let drones = session.drones();
    match drones.list(Default::default(), Default::default()).await {
        Ok(_) => true,
        Err(error) => {
            assert_eq!(error, forbidden(Permission::RegistryRead));
            false
        }
    }
}

async fn me(session: &TenantSession) -> UserId {
    session.whoami().await.unwrap().user_id
}

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
        assert_eq!(found.items, [renamed]);
        let inactive = UserFilter {
            is_active: Some(false),
            ..UserFilter::default()
        };
        let found = identity.users(inactive, PageRequest::default());
        assert_eq!(found.await.unwrap().items, []);
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
    async fn the_last_admin_stays(world: &World) {
        let north = &world.north;
        let identity = north.admin().await.identity();
        let role = north.role("admin").await;
        let (user, now) = (&north.admin, Timestamp::now());
        let ending = Assignment {
            expires_at: Some(now + SignedDuration::from_hours(1)),
            ..for_good(user, &role)
        };
        let all = async || {
            [
                identity
                    .update_user(user.clone(), switched(false))
                    .await
                    .map(drop),
                identity.revoke(role.clone(), Permission::All).await,
                identity.assign_role(ending.clone()).await,
                identity.unassign_role(user.clone(), role.clone()).await,
            ]
        };
        for refused in all().await {
            assert_eq!(refused.unwrap_err().code(), "last_admin");
        }
        assert_eq!(
            north
                .admin()
                .await
                .whoami()
                .await
                .unwrap()
                .permissions
                .len(),
            Permission::ALL.len()
        );

        // Neither one who ceases by himself nor one who is switched off takes the last admin's place.
        let second = north.user("second").await;
        let ceasing = Assignment {
            user_id: second.clone(),
            ..ending.clone()
        };
        identity.assign_role(ceasing).await.unwrap();
        for refused in all().await {
            assert_eq!(refused.unwrap_err().code(), "last_admin");
        }
        identity
            .assign_role(for_good(&second, &role))
            .await
            .unwrap();
        identity
            .update_user(second.clone(), switched(false))
            .await
            .unwrap();
        for refused in all().await {
            assert_eq!(refused.unwrap_err().code(), "last_admin");
        }

        identity
            .update_user(second.clone(), switched(true))
            .await
            .unwrap();
        identity
            .unassign_role(user.clone(), role.clone())
            .await
            .unwrap();
        let takes_back = north.session(&second).await.identity();
        takes_back.assign_role(for_good(user, &role)).await.unwrap();

        // One who has it by a role that inherits it does.
        let heir = role_named(&identity, "heir").await;
        let_inherit(world, &heir, &role).await;
        let third = north.user("third").await;
        let assigned = identity.assign_role(for_good(&third, &heir));
        assigned.await.unwrap();
        let third = north.session(&third).await.identity();
        for gone in [user, &second] {
            let unassigned = third.unassign_role(gone.clone(), role.clone());
            unassigned.await.unwrap();
        }
    }
);

each_engine!(
    #[tokio::test]
    async fn the_last_admin_is_not_denied_anything(world: &World) {
        let identity = world.north.admin().await.identity();
        let role = role_named(&identity, "grounded").await;
        let deny = format!(
            "INSERT INTO role_denies (tenant_id, role_id, permission, created_at) \
             VALUES ('north', '{role}', 'mission.write', '2026-01-01 00:00:00.000000')"
        );
        world.place.raw(&deny).await.unwrap();
        let refused = identity.assign_role(for_good(&world.north.admin, &role));
        assert_eq!(refused.await.unwrap_err().code(), "last_admin");

        // Whom it denies something does not give that back to himself.
        let (second, admin) = (
            world.north.user("second").await,
            world.north.role("admin").await,
        );
        for role in [&admin, &role] {
            identity.assign_role(for_good(&second, role)).await.unwrap();
        }
        let denied = identity.permissions_of(second.clone()).await.unwrap();
        assert_eq!(denied.denied, [Permission::MissionWrite]);
        assert!(!denied.permissions.contains(&Permission::All));
        let second_session = world.north.session(&second).await.identity();
        let refused = second_session.unassign_role(second, role).await;
        assert_eq!(refused.unwrap_err(), forbidden(Permission::MissionWrite));
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
