//! What a role may do, and what a user may do in the end.

use super::{Admins, Identity, ROLE, USER, find_role, find_user, holds};
use crate::audit::detail::Detail;
use crate::error::{Conflict, ConflictCode, Failure, Result};
use crate::frame::{Call, Permitted, Written};
use crate::model::{Action, EffectivePermissions, Entity, Permission, RoleId, UserId};
use crate::policy::permission::{self, PermissionSet};
use crate::policy::standing;
use crate::store::statements::identity::{GRANT_DELETE, GRANT_INSERT, GRANTS};
use crate::store::{Lane, Tx, Value, WriteTx, values};

/// What a grant is called in errors.
const GRANT: &str = "grant";

#[cfg_attr(feature = "uniffi", uniffi::export)]
impl Identity {
    /// Grants a role a permission.
    ///
    /// # Errors
    /// `Invalid`; `NotFound`; `Forbidden` without `identity.write`, or when the caller does not hold the
    /// permission himself; `Conflict` (`taken`) when the role has it already.
    pub async fn grant(&self, role: RoleId, permission: Permission) -> Result<()> {
        role.check("role")?;
        self.scope
            .method("identity.grant")
            .write(Lane::Normal, (role, permission), give)
            .await
    }

    /// Takes a permission from a role, in whichever spelling it is stored. What the role inherits stays.
    ///
    /// # Errors
    /// `Invalid`; `NotFound` (`role`, or `grant` when the role itself was not granted it); `Forbidden`
    /// without `identity.write`, or when the caller does not hold the permission himself; `Conflict`
    /// (`last_admin`).
    pub async fn revoke(&self, role: RoleId, permission: Permission) -> Result<()> {
        role.check("role")?;
        self.scope
            .method("identity.revoke")
            .write(Lane::Priority, (role, permission), take)
            .await
    }

    /// What a user may do as of now, out of all its roles: inherited ones, denies and end times included.
    ///
    /// # Errors
    /// `Invalid`; `NotFound`; `Forbidden` without `identity.read`.
    pub async fn permissions_of(&self, user: UserId) -> Result<EffectivePermissions> {
        user.check("user")?;
        self.scope
            .method("identity.permissions_of")
            .read(user, effective)
            .await
    }
}

async fn give(
    call: &Call,
    tx: &mut WriteTx,
    (role, permission): &(RoleId, Permission),
) -> Result<Written<()>, Failure> {
    find_role(tx, role).await?;
    let entity = Entity::new(ROLE, role.as_str());
    let permit = call.authorize(Permission::IdentityWrite, &entity)?;
    holds(call, PermissionSet::from_iter([*permission]), &entity)?;
    if !spellings(tx, role, *permission).await?.is_empty() {
        let text = "the role is granted this permission already";
        return Err(Conflict::on("permission", ConflictCode::Taken, text).into());
    }
    let mut parameters = key(role, permission.as_str());
    parameters.push(Value::from(call.signature.time));
    tx.write(&GRANT_INSERT, parameters).await?;
    let detail = Detail::new().set("permission", permission.as_str());
    Ok(permit.wrote((), Action::Update, entity, detail))
}

async fn take(
    call: &Call,
    tx: &mut WriteTx,
    (role, permission): &(RoleId, Permission),
) -> Result<Written<()>, Failure> {
    find_role(tx, role).await?;
    let entity = Entity::new(ROLE, role.as_str());
    let stored = spellings(tx, role, *permission).await?;
    if stored.is_empty() {
        return Err(Failure::NotFound(GRANT));
    }
    let permit = call.authorize(Permission::IdentityWrite, &entity)?;
    holds(call, PermissionSet::from_iter([*permission]), &entity)?;
    let admins = Admins::before(call, tx).await?;
    for name in stored {
        tx.write(&GRANT_DELETE, key(role, &name)).await?;
    }
    admins.remain(call, tx).await?;
    let detail = Detail::new().taken("permission", permission.as_str());
    Ok(permit.wrote((), Action::Update, entity, detail))
}

/// The stored names by which a role itself is granted a permission: the legacy spelling may be among them.
async fn spellings(
    tx: &mut Tx,
    role: &RoleId,
    permission: Permission,
) -> Result<Vec<String>, Failure> {
    let mut names = tx.all(&GRANTS, &[Value::from(role.as_str())]).await?;
    names.retain(|name| permission::from_stored(name) == Some(permission));
    Ok(names)
}

fn key<'v>(role: &'v RoleId, name: &'v str) -> Vec<Value<'v>> {
    values![role, name]
}

async fn effective(
    call: &Call,
    tx: &mut Tx,
    user: &UserId,
) -> Result<Permitted<EffectivePermissions>, Failure> {
    find_user(tx, user).await?;
    let entity = Entity::new(USER, user.as_str());
    let permit = call.authorize(Permission::IdentityRead, &entity)?;
    let effective = standing::effective(tx, user, call.now).await?;
    Ok(permit.read(EffectivePermissions {
        user_id: user.clone(),
        permissions: effective.allowed.iter().collect(),
        denied: effective.denied.iter().collect(),
        unknown: effective.unknown,
        valid_until: effective.valid_until,
    }))
}
