//! Users, roles and permissions.

use std::sync::Arc;

use jiff::Timestamp;
use pyo3::prelude::*;
use ringfence::model::{
    Assignment, Cursor, EffectivePermissions, NewRole, NewUser, PageRequest, Permission, Role,
    RoleFilter, RoleId, RolePage, RoleUpdate, User, UserFilter, UserId, UserPage, UserUpdate,
};

use crate::arguments::Given::{self, Absent};
use crate::table::handles;

handles! {
    /// A tenant's users, roles and permissions: `identity.read`, `identity.write`.
    ///
    /// Nobody grants, assigns or takes beyond what they hold, nor touches a user who may do more (`Forbidden`), and the
    /// last administrator stays (`Conflict`, `last_admin`).
    class Identity(Arc<ringfence::Identity>) {
        /// Creates an active user without a role. Without a password only the host vouches for it.
        ///
        /// Raises `Invalid` naming the field; `Forbidden` without `identity.write`; `Conflict` (`taken`) when the tenant
        /// has a user of this name.
        fn create_user(username: String; password: Option<String> = None) -> User
            => |identity| identity.create_user(NewUser { username, password });

        /// The user with this id.
        ///
        /// Raises `NotFound`; `Forbidden` without `identity.read`.
        fn user(id: UserId) -> User;

        /// Users in the order of their ids, a page at a time.
        ///
        /// Raises `Invalid` for a limit or a cursor that cannot be; `Forbidden` without `identity.read`.
        fn users(;
            username: Option<String> = None,
            is_active: Option<bool> = None,
            limit: Option<u32> = None,
            after: Option<Cursor> = None,
        ) -> UserPage => |identity| {
            identity.users(UserFilter { username, is_active }, PageRequest { limit, after })
        };

        /// Renames a user, or switches it on or off; what is left out stays as it is. A user who is switched off opens no
        /// session, and its open ones are refused.
        ///
        /// Raises `Invalid`; `NotFound`; `Forbidden` without `identity.write`; `Conflict` for a stale version
        /// (`stale_version`), a name that the tenant uses already (`taken`), or the last admin (`last_admin`).
        fn update_user(
            id: UserId;
            username: Given<String> = Absent,
            is_active: Given<bool> = Absent,
            version: Option<i64> = None,
        ) -> User => |identity| {
            let update = UserUpdate {
                username: username.value(),
                is_active: is_active.value(),
                version,
            };
            identity.update_user(id, update)
        };

        /// Deletes a user whom nothing names, and the roles that it has with it. One who created a mission or decided about
        /// one stays, and is switched off instead.
        ///
        /// Raises `Invalid`; `NotFound`; `Forbidden` without `identity.write`; `Conflict` while a row names the user
        /// (`in_use`), or for the last admin (`last_admin`).
        fn delete_user(id: UserId) -> Nothing;

        /// Sets a user's password. Its sessions that are open end, in every process, but for the one that sets its own
        /// user's.
        ///
        /// Raises `Invalid`; `NotFound`; `Forbidden` without `identity.write`.
        fn set_password(id: UserId, password: String) -> Nothing;

        /// Ends the sessions of a user that are open, in every process: their next call raises `Unauthenticated`. That of
        /// the caller ends too, where it is the user's own.
        ///
        /// Raises `Invalid`; `NotFound`; `Forbidden` without `identity.write`.
        fn end_sessions(id: UserId) -> Nothing;

        /// Creates a role without permissions.
        ///
        /// Raises `Invalid` naming the field; `Forbidden` without `identity.write`; `Conflict` (`taken`) when the tenant
        /// has a role of this name.
        fn create_role(name: String; description: Option<String> = None) -> Role
            => |identity| identity.create_role(NewRole { name, description });

        /// The role with this id.
        ///
        /// Raises `NotFound`; `Forbidden` without `identity.read`.
        fn role(id: RoleId) -> Role;

        /// Renames a role, or says anew what it is for; what is left out stays as it is, and `None` takes the description
        /// away.
        ///
        /// Raises `Invalid`; `NotFound`; `Forbidden` without `identity.write`, or when the role gives or denies what the
        /// caller does not hold; `Conflict` for a stale version (`stale_version`) or a name that the tenant uses already
        /// (`taken`).
        fn update_role(
            id: RoleId;
            name: Given<String> = Absent,
            description: Given<Option<String>> = Absent,
            version: Option<i64> = None,
        ) -> Role => |identity| {
            let update = RoleUpdate {
                name: name.value(),
                description: description.into(),
                version,
            };
            identity.update_role(id, update)
        };

        /// Deletes a role that nobody has, with what it grants and denies.
        ///
        /// Raises `Invalid`; `NotFound`; `Forbidden` without `identity.write`, or when the role gives or denies what the
        /// caller does not hold; `Conflict` (`in_use`) while a user has the role, be it with an end that is over, or another
        /// role inherits it.
        fn delete_role(id: RoleId) -> Nothing;

        /// Roles in the order of their ids, a page at a time.
        ///
        /// Raises `Invalid` for a limit or a cursor that cannot be; `Forbidden` without `identity.read`.
        fn roles(;
            name: Option<String> = None,
            limit: Option<u32> = None,
            after: Option<Cursor> = None,
        ) -> RolePage => |identity| {
            identity.roles(RoleFilter { name }, PageRequest { limit, after })
        };

        /// Gives a role to a user, until `expires_at` or for good. For a role that the user has already it changes the
        /// end, or takes it away.
        ///
        /// Raises `Invalid` for an end that is not in the future; `NotFound` (`user`, `role`); `Forbidden` without
        /// `identity.write`; `Conflict` when the user has the role with this end already (`taken`), or for the last admin
        /// (`last_admin`).
        fn assign_role(
            user_id: UserId,
            role_id: RoleId;
            expires_at: Option<Timestamp> = None,
        ) -> Nothing => |identity| identity.assign_role(Assignment { user_id, role_id, expires_at });

        /// Takes a role from a user.
        ///
        /// Raises `Invalid`; `NotFound` (`user`, `role`, or `assignment` when the user does not have the role);
        /// `Forbidden` without `identity.write`; `Conflict` (`last_admin`).
        fn unassign_role(user: UserId, role: RoleId) -> Nothing;

        /// Grants a role a permission.
        ///
        /// Raises `Invalid`; `NotFound`; `Forbidden` without `identity.write`, or when the caller does not hold the
        /// permission; `Conflict` (`taken`) when the role has it already.
        fn grant(role: RoleId, permission: Permission) -> Nothing;

        /// Takes a permission from a role. What the role inherits stays.
        ///
        /// Raises `Invalid`; `NotFound` (`role`, or `grant` when the role itself was not granted it); `Forbidden` without
        /// `identity.write`, or when the caller does not hold the permission; `Conflict` (`last_admin`).
        fn revoke(role: RoleId, permission: Permission) -> Nothing;

        /// What a user may do as of now, out of all its roles: inherited ones, denies and end times included.
        ///
        /// Raises `Invalid`; `NotFound`; `Forbidden` without `identity.read`.
        fn permissions_of(user: UserId) -> EffectivePermissions;
    }
}
