//! Names: told apart by what people read, whichever program wrote them.

mod adopted;
mod forms;
mod plans;

use ringfence::model::{
    DroneFilter, DroneUpdate, NewDrone, NewRole, NewTenant, NewUser, PageRequest, RoleFilter,
    UserFilter, UserUpdate, Vendor,
};
use ringfence::{Error, Identity};
use ringfence_tests::fixture::{World, each_engine};

/// One name in two encodings: composed, as it is stored, and taken apart.
pub(super) const COMPOSED: &str = "jürgen";
pub(super) const APART: &str = "ju\u{308}rgen";

fn renamed(username: &str) -> UserUpdate {
    UserUpdate {
        username: Some(username.to_owned()),
        ..UserUpdate::default()
    }
}

fn taken(outcome: Result<impl Sized, Error>, field: &str) {
    let error = outcome.err().expect("the name is taken");
    assert_eq!((error.code(), error.field()), ("taken", Some(field)));
}

pub(super) async fn found(identity: &Identity, username: &str) -> Vec<String> {
    let filter = UserFilter {
        username: Some(username.to_owned()),
        ..UserFilter::default()
    };
    let page = identity.users(filter, PageRequest::default()).await;
    let users = page.unwrap().items.into_iter();
    users.map(|user| user.username).collect()
}

each_engine!(
    #[tokio::test]
    async fn no_two_users_have_one_name_in_two_encodings(world: &World) {
        let identity = world.north.admin().await.identity();
        let first = identity.create_user(NewUser::new(APART)).await.unwrap();
        assert_eq!(first.username, COMPOSED);
        for name in [COMPOSED, APART] {
            taken(identity.create_user(NewUser::new(name)).await, "username");
            assert_eq!(found(&identity, name).await, [COMPOSED]);
        }
        let other = identity.create_user(NewUser::new("anna")).await.unwrap();
        for name in [COMPOSED, APART] {
            let outcome = identity.update_user(other.id.clone(), renamed(name)).await;
            taken(outcome, "username");
        }
        // The same name is no change, however it is spelled.
        let same = identity.update_user(first.id.clone(), renamed(APART)).await;
        assert_eq!(same.unwrap(), first);
        // Another tenant's users are others.
        let south = world.south.admin().await.identity();
        south.create_user(NewUser::new(APART)).await.unwrap();
    }
);

each_engine!(
    #[tokio::test]
    async fn tenants_roles_and_drones_are_told_apart_likewise(world: &World) {
        let session = world.north.admin().await;
        let (identity, drones) = (session.identity(), session.drones());
        let role = identity.create_role(NewRole::new(APART)).await.unwrap();
        assert_eq!(role.name, COMPOSED);
        taken(identity.create_role(NewRole::new(COMPOSED)).await, "name");
        let drone = NewDrone::new(APART, Vendor::Fake);
        let drone = drones.register(drone).await.unwrap();
        assert_eq!(drone.name, COMPOSED);
        let again = NewDrone::new(COMPOSED, Vendor::Fake);
        taken(drones.register(again).await, "name");
        let other = NewDrone::new("heron", Vendor::Fake);
        let other = drones.register(other).await.unwrap();
        let update = DroneUpdate {
            name: Some(APART.to_owned()),
            ..DroneUpdate::default()
        };
        taken(drones.update(other.id, update).await, "name");
        for name in [COMPOSED, APART] {
            let name = Some(name.to_owned());
            let filter = RoleFilter { name: name.clone() };
            let roles = identity.roles(filter, PageRequest::default()).await;
            assert_eq!(roles.unwrap().items, std::slice::from_ref(&role));
            let filter = DroneFilter {
                name,
                ..DroneFilter::default()
            };
            let found = drones.list(filter, PageRequest::default()).await;
            assert_eq!(found.unwrap().items, std::slice::from_ref(&drone));
        }
        let found = |name: &str| {
            let new = NewTenant::new(name, NewUser::new("admin"));
            world.ringfence.create_tenant("suite".into(), new)
        };
        let founded = found(APART).await.unwrap();
        assert_eq!(founded.tenant.name, COMPOSED);
        taken(found(COMPOSED).await, "name");
    }
);

each_engine!(
    /// Else one that a program stored in a third form would be told from it by nothing.
    #[tokio::test]
    async fn every_name_that_is_stored_has_its_key(world: &World) {
        let identity = world.north.admin().await.identity();
        let user = identity.create_user(NewUser::new(APART)).await.unwrap();
        identity.create_user(NewUser::new("anna")).await.unwrap();
        let unkeyed = "SELECT count(*) FROM users WHERE name_key IS NULL OR name_key <> username";
        assert_eq!(world.place.count(unkeyed).await, 0);
        identity
            .update_user(user.id, renamed("Jürgen"))
            .await
            .unwrap();
        assert_eq!(world.place.count(unkeyed).await, 0);
    }
);

each_engine!(
    #[tokio::test]
    async fn a_new_name_and_a_new_state_are_stored_together(world: &World) {
        let identity = world.north.admin().await.identity();
        let user = identity.create_user(NewUser::new(APART)).await.unwrap();
        let update = UserUpdate {
            is_active: Some(false),
            ..renamed("anna")
        };
        let after = identity.update_user(user.id.clone(), update).await.unwrap();
        assert_eq!(identity.user(user.id).await.unwrap(), after);
        assert!(!after.is_active);
    }
);

each_engine!(
    /// As step 10 leaves a name that another program stored in a third form.
    #[tokio::test]
    async fn a_name_in_a_third_form_is_found_by_its_key(world: &World) {
        let (mixed, composed) = ("vi\u{ea}\u{323}t", "vi\u{1ec7}t");
        let identity = world.north.admin().await.identity();
        identity.create_user(NewUser::new("anna")).await.unwrap();
        let stored = format!(
            "UPDATE users SET username = '{mixed}' WHERE username = 'anna'; \
             UPDATE users SET name_key = '{composed}' WHERE username = '{mixed}'"
        );
        world.place.plant(&stored).await;
        assert_eq!(found(&identity, composed).await, [mixed]);
    }
);
