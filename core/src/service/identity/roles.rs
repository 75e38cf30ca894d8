//! Roles, and who holds them.

use super::{Admins, Identity, ROLE, USER, find_role, find_user, holds, outranks};
use crate::audit::detail::Detail;
use crate::error::{Conflict, ConflictCode, Failure, Result};
use crate::frame::{Call, Permit, Written};
use crate::model::{
    Action, Assignment, Entity, InvalidField, NewRole, PageRequest, Permission, Role, RoleFilter,
    RoleId, RolePage, RoleUpdate, UserId, time::micros,
};
use crate::policy::standing;
use crate::service::rows::{page_parameters, seen, spellings};
use crate::store::statements::identity::{
    ASSIGNMENT, ASSIGNMENT_DELETE, ASSIGNMENT_INSERT, ASSIGNMENT_UPDATE, AssignmentEnd, ROLE_BY_ID,
    ROLE_DELETE, ROLE_HELD, ROLE_INSERT, ROLE_PAGE, ROLE_UPDATE,
};
use crate::store::{Lane, Tx, Value, WriteTx, values};

/// What an assignment is called in errors.
const ASSIGNMENT_ENTITY: &str = "assignment";

#[cfg_attr(feature = "uniffi", uniffi::export)]
impl Identity {
    /// Creates a role without permissions.
    ///
    /// # Errors
    /// `Invalid` naming the field; `Forbidden` without `identity.write`; `Conflict` (`taken`) when the
    /// tenant has a role of this name.
    pub async fn create_role(&self, mut new: NewRole) -> Result<Role> {
        new.check()?;
        let id: RoleId = self.scope.id()?;
        self.scope
            .method("identity.create_role")
            .write(Lane::Normal, (id, new), create)
            .await
    }

    /// Roles in the order of their ids, a page at a time.
    ///
    /// # Errors
    /// `Invalid` for a limit or a cursor that cannot be; `Forbidden` without `identity.read`.
    pub async fn roles(&self, filter: RoleFilter, page: PageRequest) -> Result<RolePage> {
        filter.check()?;
        let window = page.check()?;
        let mut parameters = page_parameters(&window);
        parameters.extend(spellings(filter.name));
        let found = self.scope.method("identity.roles").rows(
            Permission::IdentityRead,
            ROLE,
            &ROLE_PAGE,
            parameters,
        );
        Ok(RolePage::cut(found.await?, &window))
    }

    /// The role with this id.
    ///
    /// # Errors
    /// `Invalid`; `NotFound`; `Forbidden` without `identity.read`.
    pub async fn role(&self, id: RoleId) -> Result<Role> {
        id.check("id")?;
        let entity = Entity::new(ROLE, id.as_str());
        let parameters = vec![Value::from(id)];
        self.scope
            .method("identity.role")
            .row(Permission::IdentityRead, entity, &ROLE_BY_ID, parameters)
            .await
    }

    /// Renames a role, or says anew what it is for; absent fields stay as they are.
    ///
    /// # Errors
    /// `Invalid`; `NotFound`; `Forbidden` without `identity.write`, or when the role gives or denies what the
    /// caller does not hold; `Conflict` for a stale version (`stale_version`) or a name that the tenant uses
    /// already (`taken`).
    pub async fn update_role(&self, id: RoleId, mut update: RoleUpdate) -> Result<Role> {
        id.check("id")?;
        update.check()?;
        self.scope
            .method("identity.update_role")
            .write(Lane::Normal, (id, update), change)
            .await
    }

    /// Deletes a role that nobody has, with what it grants and denies.
    ///
    /// # Errors
    /// `Invalid`; `NotFound`; `Forbidden` without `identity.write`, or when the role gives or denies what the
    /// caller does not hold; `Conflict` (`in_use`) while a user has the role, be it with an end that is over,
    /// or another role inherits it.
    pub async fn delete_role(&self, id: RoleId) -> Result<()> {
        id.check("id")?;
        self.scope
            .method("identity.delete_role")
            .write(Lane::Normal, id, remove)
            .await
    }

    /// Gives a role to a user, with an end time or for good. For a role that the user has already it
    /// changes the end time, or takes it away.
    ///
    /// # Errors
    /// `Invalid` for an end that is not in the future; `NotFound` (`user`, `role`); `Forbidden` without
    /// `identity.write`, when the user may do more than the caller, or when the role gives or denies what the
    /// caller does not hold; `Conflict` when the user has the role with this end already (`taken`), or when the
    /// last admin would get an end or be denied anything (`last_admin`).
    pub async fn assign_role(&self, assignment: Assignment) -> Result<()> {
        assignment.check()?;
        let expires_at = assignment.expires_at.map(micros);
        if expires_at.is_some_and(|end| end <= self.scope.now()) {
            return Err(InvalidField::new("expires_at", "is not in the future").into());
        }
        let assignment = Assignment {
            expires_at,
            ..assignment
        };
        self.scope
            .method("identity.assign_role")
            .write(Lane::Normal, assignment, assign)
            .await
    }

    /// Takes a role from a user.
    ///
    /// # Errors
    /// `Invalid`; `NotFound` (`user`, `role`, or `assignment` when the user does not have the role);
    /// `Forbidden` without `identity.write`, when the user may do more than the caller (before or afterwards), or
    /// when the role gives or denies what the caller does not hold; `Conflict` (`last_admin`).
    pub async fn unassign_role(&self, user: UserId, role: RoleId) -> Result<()> {
        user.check("user")?;
        role.check("role")?;
        self.scope
            .method("identity.unassign_role")
            .write(Lane::Priority, (user, role), unassign)
            .await
    }
}

async fn create(
    call: &Call,
    tx: &mut WriteTx,
    (id, new): &(RoleId, NewRole),
) -> Result<Written<Role>, Failure> {
    let entity = Entity::new(ROLE, id.as_str());
    let permit = call.authorize(Permission::IdentityWrite, &entity)?;
    let role = Role {
        id: id.clone(),
        name: new.name.clone(),
        description: new.description.clone(),
        created_at: call.signature.time,
        version: 1,
    };
    tx.insert(&ROLE_INSERT, &role).await?;
    let detail = Detail::created(&role);
    Ok(permit.wrote(role, Action::Create, entity, detail))
}

/// The role, which gives and denies nothing that the caller does not hold.
async fn may_change(
    call: &Call,
    tx: &mut Tx,
    id: &RoleId,
) -> Result<(Role, Entity, Permit), Failure> {
    let role = find_role(tx, id).await?;
    let entity = Entity::new(ROLE, id.as_str());
    let permit = call.authorize(Permission::IdentityWrite, &entity)?;
    let reach = standing::reach_of_role(tx, id, call.now).await?;
    holds(call, reach, &entity)?;
    Ok((role, entity, permit))
}

async fn change(
    call: &Call,
    tx: &mut WriteTx,
    (id, update): &(RoleId, RoleUpdate),
) -> Result<Written<Role>, Failure> {
    let (before, entity, permit) = may_change(call, tx, id).await?;
    seen(update.version, before.version)?;
    let after = update.after(&before);
    if after == before {
        return Ok(permit.unchanged(before));
    }
    let after = Role {
        version: before.version + 1,
        ..after
    };
    tx.update(&ROLE_UPDATE, &after, before.version).await?;
    let detail = Detail::changed(&before, &after);
    Ok(permit.wrote(after, Action::Update, entity, detail))
}

async fn remove(call: &Call, tx: &mut WriteTx, id: &RoleId) -> Result<Written<()>, Failure> {
    let (role, entity, permit) = may_change(call, tx, id).await?;
    if tx.opt(&ROLE_HELD, &values![id]).await?.is_some() {
        let text = "a user has the role, or another role inherits it";
        return Err(Conflict::new(ConflictCode::InUse, text).into());
    }
    tx.write(&ROLE_DELETE, values![role.id, role.version])
        .await?;
    let detail = Detail::gone(&role);
    Ok(permit.wrote((), Action::Delete, entity, detail))
}

async fn assign(
    call: &Call,
    tx: &mut WriteTx,
    assignment: &Assignment,
) -> Result<Written<()>, Failure> {
    let (user, role) = (&assignment.user_id, &assignment.role_id);
    find_user(tx, user).await?;
    let entity = Entity::new(USER, user.as_str());
    let role = find_role(tx, role).await?;
    let before = find_assignment(tx, user, &role.id).await?;
    let permit = may_move(call, tx, user, &role, &entity).await?;
    let end = assignment.expires_at;
    if before
        .as_ref()
        .is_some_and(|before| before.expires_at == end)
    {
        let text = "the user has this role already, with this end";
        return Err(Conflict::on("role_id", ConflictCode::Taken, text).into());
    }
    // A role that denies something, or a new end, may take an admin away.
    let admins = Admins::before(call, tx).await?;
    let mut parameters = key(user, &role.id);
    let detail = Detail::new().with("role", role.id.as_str());
    let detail = match before {
        None => {
            parameters.push(Value::from(call.signature.time));
            parameters.push(Value::from(end));
            tx.write(&ASSIGNMENT_INSERT, parameters).await?;
            detail.set("expires_at", end.map(|end| end.to_string()))
        }
        Some(AssignmentEnd { expires_at: before }) => {
            parameters.push(Value::from(end));
            tx.write(&ASSIGNMENT_UPDATE, parameters).await?;
            let (before, after) = (before.map(|t| t.to_string()), end.map(|t| t.to_string()));
            detail.moved("expires_at", before, after)
        }
    };
    admins.remain(call, tx).await?;
    outranks(call, tx, user, &entity).await?;
    Ok(permit.wrote((), Action::Update, entity, detail))
}

async fn unassign(
    call: &Call,
    tx: &mut WriteTx,
    (user, role): &(UserId, RoleId),
) -> Result<Written<()>, Failure> {
    find_user(tx, user).await?;
    let entity = Entity::new(USER, user.as_str());
    let role = find_role(tx, role).await?;
    let before = find_assignment(tx, user, &role.id)
        .await?
        .ok_or(Failure::NotFound(ASSIGNMENT_ENTITY))?;
    let permit = may_move(call, tx, user, &role, &entity).await?;
    let admins = Admins::before(call, tx).await?;
    tx.write(&ASSIGNMENT_DELETE, key(user, &role.id)).await?;
    admins.remain(call, tx).await?;
    outranks(call, tx, user, &entity).await?;
    let detail = Detail::new()
        .with("role", role.id.as_str())
        .taken("expires_at", before.expires_at.map(|end| end.to_string()));
    Ok(permit.wrote((), Action::Update, entity, detail))
}

async fn find_assignment(
    tx: &mut Tx,
    user: &UserId,
    role: &RoleId,
) -> Result<Option<AssignmentEnd>, Failure> {
    Ok(tx.opt(&ASSIGNMENT, &key(user, role)).await?)
}

fn key<'v>(user: &'v UserId, role: &'v RoleId) -> Vec<Value<'v>> {
    values![user, role]
}

/// Whether the caller may give this role to the user, or take it.
async fn may_move(
    call: &Call,
    tx: &mut Tx,
    user: &UserId,
    role: &Role,
    entity: &Entity,
) -> Result<Permit, Failure> {
    let permit = call.authorize(Permission::IdentityWrite, entity)?;
    outranks(call, tx, user, entity).await?;
    let role = standing::reach_of_role(tx, &role.id, call.now).await?;
    holds(call, role, entity)?;
    Ok(permit)
}
