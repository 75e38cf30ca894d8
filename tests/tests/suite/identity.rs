//! Users, roles and permissions.

mod admins;
mod gone;
mod roles;
mod sessions;
mod users;

use ringfence::model::{Assignment, NewRole, NewUser, Permission, RoleId, UserId, UserUpdate};
use ringfence::{Error, Identity, TenantSession};
use ringfence_tests::fixture::World;

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
