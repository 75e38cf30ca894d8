//! Users.

use super::{Admins, Identity, USER, find_user, outranks};
use crate::audit::detail::Detail;
use crate::error::{Failure, Result};
use crate::frame::{Call, Permit, Permitted, Written};
use crate::model::{
    Action, Entity, NewUser, PageRequest, Permission, User, UserFilter, UserId, UserPage,
    UserUpdate, text,
};
use crate::password::StoredPassword;
use crate::service::rows::{page_parameters, seen};
use crate::store::statements::identity::{
    USER_BY_ID, USER_INSERT, USER_PAGE, USER_PASSWORD, USER_UPDATE,
};
use crate::store::{Lane, Tx, Value, WriteTx, values};

#[cfg_attr(feature = "uniffi", uniffi::export)]
impl Identity {
    /// Creates an active user without a role.
    ///
    /// # Errors
    /// `Invalid` naming the field; `Forbidden` without `identity.write`; `Conflict` (`taken`) when the
    /// tenant has a user of this name.
    pub async fn create_user(&self, mut new: NewUser) -> Result<User> {
        new.check()?;
        let id: UserId = self.scope.id()?;
        if new.password.is_some() {
            // Nobody hashes who may not write.
            let entity = Entity::new(USER, id.as_str());
            self.scope
                .method("identity.create_user")
                .permit(Permission::IdentityWrite, entity)
                .await?;
        }
        let password = new.password.take();
        let password = self.scope.store_password(password).await?;
        self.scope
            .method("identity.create_user")
            .write(Lane::Normal, (id, new.username, password), create)
            .await
    }

    /// The user with this id.
    ///
    /// # Errors
    /// `NotFound`; `Forbidden` without `identity.read`.
    pub async fn user(&self, id: UserId) -> Result<User> {
        id.check("id")?;
        let entity = Entity::new(USER, id.as_str());
        let parameters = vec![Value::from(id)];
        self.scope
            .method("identity.user")
            .row(Permission::IdentityRead, entity, &USER_BY_ID, parameters)
            .await
    }

    /// Users in the order of their ids, a page at a time.
    ///
    /// # Errors
    /// `Invalid` for a limit or a cursor that cannot be; `Forbidden` without `identity.read`.
    pub async fn users(&self, filter: UserFilter, page: PageRequest) -> Result<UserPage> {
        filter.check()?;
        let window = page.check()?;
        let mut parameters = page_parameters(&window);
        parameters.push(filter.username.into());
        parameters.push(filter.is_active.into());
        let found = self.scope.method("identity.users").rows(
            Permission::IdentityRead,
            USER,
            &USER_PAGE,
            parameters,
        );
        Ok(UserPage::cut(found.await?, &window))
    }

    /// Renames a user, or switches it on or off; absent fields stay as they are. A user who is switched
    /// off opens no session, and its open ones are refused.
    ///
    /// # Errors
    /// `Invalid`; `NotFound`; `Forbidden` without `identity.write`, or when the user may do more than the
    /// caller; `Conflict` for a stale version (`stale_version`), a name that the tenant uses already
    /// (`taken`), or the last admin (`last_admin`).
    pub async fn update_user(&self, id: UserId, update: UserUpdate) -> Result<User> {
        id.check("id")?;
        update.check()?;
        let lane = match update.is_active {
            Some(false) => Lane::Priority,
            _ => Lane::Normal,
        };
        self.scope
            .method("identity.update_user")
            .write(lane, (id, update), change)
            .await
    }

    /// Sets a user's password. The one that it had before ends, on the old platform too, whose hash of it
    /// goes; sessions that are open stay so.
    ///
    /// # Errors
    /// `Invalid`; `NotFound`; `Forbidden` without `identity.write`, or when the user may do more than the
    /// caller.
    pub async fn set_password(&self, id: UserId, password: String) -> Result<()> {
        id.check("id")?;
        text::new_password("password", &password)?;
        // Nobody hashes who may not write.
        self.scope
            .method("identity.set_password")
            .read(id.clone(), may_set_password)
            .await?;
        let password = self.scope.store_password(Some(password)).await?;
        self.scope
            .method("identity.set_password")
            .write(Lane::Normal, (id, password), replace_password)
            .await
    }
}

async fn create(
    call: &Call,
    tx: &mut WriteTx,
    (id, username, password): &(UserId, String, StoredPassword),
) -> Result<Written<User>, Failure> {
    let entity = Entity::new(USER, id.as_str());
    let permit = call.authorize(Permission::IdentityWrite, &entity)?;
    let user = User {
        id: id.clone(),
        username: username.clone(),
        is_active: true,
        created_at: call.signature.time,
        version: 1,
    };
    tx.insert_with(&USER_INSERT, &user, password.columns())
        .await?;
    let mut detail = Detail::created(&user);
    if password.is_some() {
        detail = detail.with("password", "set");
    }
    Ok(permit.wrote(user, Action::Create, entity, detail))
}

/// The user, whom the caller may change.
async fn may_change(
    call: &Call,
    tx: &mut Tx,
    id: &UserId,
) -> Result<(User, Entity, Permit), Failure> {
    let user = find_user(tx, id).await?;
    let entity = Entity::new(USER, id.as_str());
    let permit = call.authorize(Permission::IdentityWrite, &entity)?;
    outranks(call, tx, id, &entity).await?;
    Ok((user, entity, permit))
}

async fn change(
    call: &Call,
    tx: &mut WriteTx,
    (id, update): &(UserId, UserUpdate),
) -> Result<Written<User>, Failure> {
    let (before, entity, permit) = may_change(call, tx, id).await?;
    seen(update.version, before.version)?;
    let admins = Admins::before(call, tx).await?;
    let after = update.after(&before);
    if after == before {
        return Ok(permit.unchanged(before));
    }
    let after = User {
        version: before.version + 1,
        ..after
    };
    tx.update(&USER_UPDATE, &after, before.version).await?;
    admins.remain(call, tx).await?;
    let detail = Detail::changed(&before, &after);
    Ok(permit.wrote(after, Action::Update, entity, detail))
}

async fn may_set_password(call: &Call, tx: &mut Tx, id: &UserId) -> Result<Permitted<()>, Failure> {
    let (_, _, permit) = may_change(call, tx, id).await?;
    Ok(permit.read(()))
}

async fn replace_password(
    call: &Call,
    tx: &mut WriteTx,
    (id, password): &(UserId, StoredPassword),
) -> Result<Written<()>, Failure> {
    let (user, entity, permit) = may_change(call, tx, id).await?;
    let [hash, argon2, source] = password.columns();
    tx.write(
        &USER_PASSWORD,
        values![user.id, hash, argon2, source, user.version],
    )
    .await?;
    let detail = Detail::new().with("password", "changed");
    Ok(permit.wrote((), Action::Update, entity, detail))
}
