//! Users.

use jiff::Timestamp;

use super::{Admins, Identity, USER, find_user, outranks};
use crate::audit::detail::Detail;
use crate::error::{Conflict, ConflictCode, Failure, Result, StoreError};
use crate::frame::{Call, Permit, Permitted, Written};
use crate::model::{
    Action, Entity, NewUser, PageRequest, Permission, User, UserFilter, UserId, UserPage,
    UserUpdate, Window, text,
};
use crate::password::StoredPassword;
use crate::service::rows::{page_parameters, seen};
use crate::store::statements::identity::{
    USER_BY_ID, USER_DELETE, USER_INSERT, USER_PAGE, USER_PASSWORD, USER_RENAME, USER_SESSIONS_END,
    USER_UPDATE, USERS_NAMED,
};
use crate::store::statements::names::{Named, of_the_name, sought};
use crate::store::statements::naming::TABLES_THAT_NAME;
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
        let call = self.scope.method("identity.create_user");
        let id: UserId = self.scope.id()?;
        if new.password.is_some() {
            // Nobody hashes who may not write.
            let entity = Entity::new(USER, id.as_str());
            call.permit(Permission::IdentityWrite, entity).await?;
        }
        let password = call.store_password(new.password.take()).await?;
        call.write(Lane::Normal, (id, new.username, password), create)
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
        let method = self.scope.method("identity.users");
        let found = if let Some(name) = &filter.username {
            let parameters = sought(name).into();
            let found = method.rows(Permission::IdentityRead, USER, &USERS_NAMED, parameters);
            let named = having(name, found.await?).map_err(Failure::from)?;
            page_of(named, filter.is_active, &window)
        } else {
            let mut parameters = page_parameters(&window);
            parameters.push(filter.is_active.into());
            let found = method.rows(Permission::IdentityRead, USER, &USER_PAGE, parameters);
            found.await?
        };
        Ok(UserPage::cut(found, &window))
    }

    /// Renames a user, or switches it on or off; absent fields stay as they are. A user who is switched
    /// off opens no session, and its open ones are refused.
    ///
    /// # Errors
    /// `Invalid`; `NotFound`; `Forbidden` without `identity.write`, or when the user may do more than the
    /// caller; `Conflict` for a stale version (`stale_version`), a name that the tenant uses already
    /// (`taken`), or the last admin (`last_admin`).
    pub async fn update_user(&self, id: UserId, mut update: UserUpdate) -> Result<User> {
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

    /// Deletes a user whom nothing names, and the roles that it has with it. One who created a mission or decided about
    /// one stays, and is switched off instead; what the logs tell of a user who is gone still names its id.
    ///
    /// # Errors
    /// `Invalid`; `NotFound`; `Forbidden` without `identity.write`, or when the user may do more than the
    /// caller; `Conflict` while a row names the user (`in_use`), or for the last admin (`last_admin`).
    pub async fn delete_user(&self, id: UserId) -> Result<()> {
        id.check("id")?;
        self.scope
            .method("identity.delete_user")
            .write(Lane::Priority, id, remove)
            .await
    }

    /// Sets a user's password. The one that it had before ends, on the old platform too, whose hash of it
    /// goes; and so do its sessions that are open, in every process, but for the one that sets its own user's.
    ///
    /// # Errors
    /// `Invalid`; `NotFound`; `Forbidden` without `identity.write`, or when the user may do more than the
    /// caller.
    pub async fn set_password(&self, id: UserId, password: String) -> Result<()> {
        id.check("id")?;
        text::new_password("password", &password)?;
        let call = self.scope.method("identity.set_password");
        // Nobody hashes who may not write.
        call.read(id.clone(), may_set_password).await?;
        let password = call.store_password(Some(password)).await?;
        let step = self.scope.epoch_step()?;
        call.write(Lane::Normal, (id, password, step), replace_password)
            .await
    }

    /// Ends the sessions of a user that are open, in every process: their next call is `Unauthenticated`. That of the
    /// caller ends too, where it is the user's own. Whoever knows the password logs in again.
    ///
    /// # Errors
    /// `Invalid`; `NotFound`; `Forbidden` without `identity.write`, or when the user may do more than the
    /// caller.
    pub async fn end_sessions(&self, id: UserId) -> Result<()> {
        id.check("id")?;
        let step = self.scope.epoch_step()?;
        self.scope
            .method("identity.end_sessions")
            .write(Lane::Priority, (id, step), end)
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
    let user = store_new(tx, id, username, password, call.signature.time).await?;
    let mut detail = Detail::created(&user);
    if password.is_some() {
        detail = detail.with("password", "set");
    }
    Ok(permit.wrote(user, Action::Create, entity, detail))
}

/// Stores an active user, whose name nobody else of the tenant has in any form.
pub(in crate::service) async fn store_new(
    tx: &mut WriteTx,
    id: &UserId,
    username: &str,
    password: &StoredPassword,
    now: Timestamp,
) -> Result<User, Failure> {
    let user = User {
        id: id.clone(),
        username: username.to_owned(),
        is_active: true,
        created_at: now,
        version: 1,
    };
    refuse_namesakes(tx, &user).await?;
    let [hash, argon2, source] = password.columns();
    let more = [Value::from(username), hash, argon2, source];
    tx.insert_with(&USER_INSERT, &user, more).await?;
    Ok(user)
}

/// The users of the tenant who have this name, in whatever form it is stored: several where another program stored it in
/// two.
pub(in crate::service) async fn called(tx: &mut Tx, name: &str) -> Result<Vec<User>, StoreError> {
    let found = tx.all(&USERS_NAMED, &sought(name)).await?;
    having(name, found)
}

/// Those who have the name, of all who may be meant by it, by their ids. Whoever was found in several ways is one.
fn having<const NAME: usize>(
    name: &str,
    found: Vec<Named<User, NAME>>,
) -> Result<Vec<User>, StoreError> {
    let mut named = of_the_name(name, found)?;
    named.sort_by(|one, other| one.id.as_str().cmp(other.id.as_str()));
    named.dedup_by(|one, other| one.id == other.id);
    Ok(named)
}

/// What the statement of a page finds among them.
fn page_of(mut found: Vec<User>, is_active: Option<bool>, window: &Window) -> Vec<User> {
    let after = window.after.as_deref().unwrap_or_default();
    found.retain(|user| {
        user.id.as_str() > after && is_active.is_none_or(|active| user.is_active == active)
    });
    found
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
    if after.username == before.username {
        tx.update(&USER_UPDATE, &after, before.version).await?;
    } else {
        refuse_namesakes(tx, &after).await?;
        let key = [Value::from(after.username.as_str())];
        tx.update_with(&USER_RENAME, &after, key, before.version)
            .await?;
    }
    admins.remain(call, tx).await?;
    let detail = Detail::changed(&before, &after);
    Ok(permit.wrote(after, Action::Update, entity, detail))
}

async fn remove(call: &Call, tx: &mut WriteTx, id: &UserId) -> Result<Written<()>, Failure> {
    let (user, entity, permit) = may_change(call, tx, id).await?;
    let tables = tx.all(&TABLES_THAT_NAME, &values![id]).await?;
    if !tables.is_empty() {
        let text = format!(
            "rows of {} name the user, who can be switched off instead",
            tables.join(", ")
        );
        return Err(Conflict::new(ConflictCode::InUse, text).into());
    }
    let admins = Admins::before(call, tx).await?;
    tx.write(&USER_DELETE, values![user.id, user.version])
        .await?;
    admins.remain(call, tx).await?;
    let detail = Detail::gone(&user);
    Ok(permit.wrote((), Action::Delete, entity, detail))
}

async fn may_set_password(call: &Call, tx: &mut Tx, id: &UserId) -> Result<Permitted<()>, Failure> {
    let (_, _, permit) = may_change(call, tx, id).await?;
    Ok(permit.read(()))
}

async fn replace_password(
    call: &Call,
    tx: &mut WriteTx,
    (id, password, step): &(UserId, StoredPassword, i64),
) -> Result<Written<()>, Failure> {
    let (user, entity, permit) = may_change(call, tx, id).await?;
    if *id == call.actor {
        call.goes_on_behind(*step);
    }
    let [hash, argon2, source] = password.columns();
    tx.write(
        &USER_PASSWORD,
        values![user.id, hash, argon2, source, user.version, step],
    )
    .await?;
    let detail = Detail::new()
        .with("password", "changed")
        .with("sessions", "ended");
    Ok(permit.wrote((), Action::Update, entity, detail))
}

async fn end(
    call: &Call,
    tx: &mut WriteTx,
    (id, step): &(UserId, i64),
) -> Result<Written<()>, Failure> {
    let (user, entity, permit) = may_change(call, tx, id).await?;
    tx.write(&USER_SESSIONS_END, values![user.id, step]).await?;
    let detail = Detail::new().with("sessions", "ended");
    Ok(permit.wrote((), Action::Update, entity, detail))
}

/// Refuses a name that another user of the tenant has in another form, for which another program may have stored no key:
/// else the keys of the table would.
async fn refuse_namesakes(tx: &mut Tx, user: &User) -> Result<(), Failure> {
    let namesakes = called(tx, &user.username).await?;
    if namesakes.iter().any(|namesake| namesake.id != user.id) {
        let taken = Conflict::on("username", ConflictCode::Taken, "this username is taken");
        return Err(taken.into());
    }
    Ok(())
}
