//! The last administrator.

use jiff::{SignedDuration, Timestamp};
use ringfence::model::{Assignment, Permission};
use ringfence_tests::fixture::{World, each_engine};

use super::{for_good, forbidden, let_inherit, role_named, switched};

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
