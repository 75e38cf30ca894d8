//! Users, roles and permissions: `identity.read`, `identity.write`.
//!
//! Three rules stand above the permission, else `identity.write` would be a way to everything.
//!
//! * Nobody changes a user who may do more than they: [`outranks`].
//! * Nobody gives or takes what they do not hold: [`holds`], over what a role gives and denies
//!   ([`standing::reach_of_role`]) or over one permission. Who gives a role that denies takes, and who takes it
//!   gives back.
//! * The last admin stays, an active user who may do everything through an assignment without end: [`Admins`].

mod grants;
pub(super) mod roles;
pub(super) mod users;

use std::sync::Arc;

use crate::audit::detail::audited;
use crate::error::{Conflict, ConflictCode, Failure};
use crate::frame::{Call, SessionScope};
use crate::model::{Entity, Role, RoleId, User, UserId};
use crate::policy::permission::PermissionSet;
use crate::policy::standing;
use crate::service::rows;
use crate::store::statements::identity::{ROLE_BY_ID, USER_BY_ID};
use crate::store::{Tx, WriteTx};

/// What a user is called in errors and events.
pub(super) const USER: &str = "user";

/// What a role is called in errors and events.
const ROLE: &str = "role";

audited! { User }
audited! { Role }

/// A tenant's users, its roles, and who holds which: `identity.read`, `identity.write`.
///
/// Whoever manages them must hold what they give or take, what a role denies included, and changes nobody who
/// may do more: anything else is `Forbidden`, naming a permission that is missing. A change that would leave
/// the tenant without an admin is a `Conflict` (`last_admin`).
#[cfg_attr(feature = "uniffi", derive(uniffi::Object))]
pub struct Identity {
    pub(crate) scope: Arc<SessionScope>,
}

/// The user with this id, inside the transaction.
pub(super) async fn find_user(tx: &mut Tx, id: &UserId) -> Result<User, Failure> {
    rows::find(tx, &USER_BY_ID, id.as_str(), USER).await
}

/// The role with this id, inside the transaction.
async fn find_role(tx: &mut Tx, id: &RoleId) -> Result<Role, Failure> {
    rows::find(tx, &ROLE_BY_ID, id.as_str(), ROLE).await
}

/// Refuses an actor who does not hold all of `given` himself.
fn holds(call: &Call, given: PermissionSet, entity: &Entity) -> Result<(), Failure> {
    match call.standing.effective.allowed.first_missing(given) {
        None => Ok(()),
        Some(permission) => Err(call.refuse(permission, entity)),
    }
}

/// Refuses an actor who may do less than the user whom he changes: it would be a way to act as that user, or
/// to take from him. Nobody outranks himself, whatever of his own is denied to him for a time.
async fn outranks(call: &Call, tx: &mut Tx, user: &UserId, entity: &Entity) -> Result<(), Failure> {
    if *user == call.actor {
        return Ok(());
    }
    let theirs = standing::reach_of_user(tx, user, call.now).await?;
    holds(call, theirs, entity)
}

/// Whether the tenant had an admin before a change. One that never had any cannot lose its last.
struct Admins {
    before: bool,
}

impl Admins {
    /// Asked before the change.
    async fn before(call: &Call, tx: &mut Tx) -> Result<Self, Failure> {
        let before = standing::has_admin(tx, call.now).await?;
        Ok(Self { before })
    }

    /// Asked after it: refuses the change if it took the last one.
    async fn remain(self, call: &Call, tx: &mut WriteTx) -> Result<(), Failure> {
        if self.before && !standing::has_admin(tx, call.now).await? {
            let text = "the tenant would be left without a user who may do everything";
            return Err(Conflict::new(ConflictCode::LastAdmin, text).into());
        }
        Ok(())
    }
}
