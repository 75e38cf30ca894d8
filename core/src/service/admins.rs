//! Giving a tenant an administrator again: what operators do where nobody is left who may do everything.
//!
//! A tenant that Ringfence founded keeps its last one whatever its users do; one that was adopted may never have had
//! any, and another program may have removed whoever there was.

use std::sync::Arc;

use jiff::Timestamp;

use super::identity::users::{called, store_new};
use super::tenants::{TENANT_ENTITY, find_locked, found_role};
use crate::audit::detail::Detail;
use crate::audit::record::{Event, Recorded, Signature};
use crate::database::Database;
use crate::error::{Conflict, ConflictCode, Failure, Result};
use crate::model::{
    Action, Entity, NewUser, Permission, Role, RoleId, TenantId, User, UserId, text,
};
use crate::password::StoredPassword;
use crate::policy::roles::{ADMIN, STARTING_ROLES};
use crate::policy::{decision, standing};
use crate::store::statements::identity::{
    ASSIGNMENT, ASSIGNMENT_INSERT, ASSIGNMENT_UPDATE, ROLE_PAGE, USER_UPDATE,
};
use crate::store::statements::policy::RULES_OF_ROLE;
use crate::store::{Tx, Value, WriteTx, values};

/// A tenant that is to have an administrator again.
struct Restoring {
    tenant: TenantId,
    /// The id of the role that is made where none serves.
    role: RoleId,
    admin: Admin,
}

/// Who is to be the administrator.
enum Admin {
    Existing(String),
    New {
        id: UserId,
        username: String,
        password: StoredPassword,
    },
}

pub(crate) async fn restore(
    database: &Arc<Database>,
    operator: &str,
    tenant: TenantId,
    username: String,
) -> Result<User> {
    tenant.check("tenant")?;
    text::sought("username", &username)?;
    let restoring = Restoring {
        tenant,
        role: database.environment.id()?,
        admin: Admin::Existing(username),
    };
    let call = database.operation(operator, "restore_admin")?;
    call.write(restoring, restored).await
}

pub(crate) async fn create(
    database: &Arc<Database>,
    operator: &str,
    tenant: TenantId,
    mut new: NewUser,
) -> Result<User> {
    let call = database.operation(operator, "create_admin")?;
    tenant.check("tenant")?;
    new.check()?;
    database.must_operate()?;
    let restoring = Restoring {
        tenant,
        role: database.environment.id()?,
        admin: Admin::New {
            id: database.environment.id()?,
            username: new.username,
            password: call.store_password(new.password).await?,
        },
    };
    call.write(restoring, restored).await
}

async fn restored(
    signature: &Signature,
    tx: &mut WriteTx,
    restoring: &Restoring,
) -> Result<Recorded<User>, Failure> {
    find_locked(tx, &restoring.tenant).await?;
    let (now, time) = (tx.now(), signature.time);
    if standing::has_admin(tx, now).await? {
        let text = "the tenant has an administrator, who can give others the role";
        return Err(Conflict::new(ConflictCode::HasAdmin, text).into());
    }
    let mut detail = Detail::new();
    let user;
    (user, detail) = match &restoring.admin {
        Admin::Existing(username) => awoken(tx, username, detail).await?,
        Admin::New {
            id,
            username,
            password,
        } => {
            let new = store_new(tx, id, username, password, time).await?;
            (new, detail.set("username", username.as_str()))
        }
    };
    let role = match role_of_admins(tx, now).await? {
        Some(role) => role,
        None => {
            let name = free_name(tx, &restoring.role).await?;
            detail = detail.set("role", name.as_str());
            for admin in STARTING_ROLES.iter().filter(|role| role.name == ADMIN) {
                found_role(tx, &restoring.role, &name, admin, time).await?;
            }
            restoring.role.clone()
        }
    };
    assign_for_good(tx, &user.id, &role, time).await?;
    if !standing::has_admin(tx, now).await? {
        let text = "another role of the user denies something, so that it would be no administrator: name another user, \
                    or a new one";
        return Err(Conflict::new(ConflictCode::NoAdmin, text).into());
    }
    let detail = detail
        .with("admin", user.id.as_str())
        .with("admins_role", role.as_str());
    let entity = Entity::new(TENANT_ENTITY, restoring.tenant.as_str());
    Ok(Recorded::new(
        user,
        Event::done(Action::Update, entity, detail),
    ))
}

/// The user of this name, active from now on.
async fn awoken(
    tx: &mut WriteTx,
    username: &str,
    detail: Detail,
) -> Result<(User, Detail), Failure> {
    let mut found = called(tx, username).await?.into_iter();
    let before = found.next();
    let before = before.ok_or(Failure::NotFound(super::identity::USER))?;
    if found.next().is_some() {
        let text = "several users have this name, in forms that look alike: none of them is meant, as at login";
        return Err(Conflict::on("username", ConflictCode::AmbiguousName, text).into());
    }
    if before.is_active {
        return Ok((before, detail));
    }
    let seen = before.version;
    let after = User {
        is_active: true,
        version: seen + 1,
        ..before
    };
    tx.update(&USER_UPDATE, &after, seen).await?;
    Ok((after, detail.moved("is_active", false, true)))
}

/// The role `admin`, where it gives everything. A tenant that took something from it keeps it as it is: whoever else
/// holds it would come by what was taken.
async fn role_of_admins(tx: &mut Tx, now: Timestamp) -> Result<Option<RoleId>, Failure> {
    let Some(role) = role_called(tx, ADMIN).await? else {
        return Ok(None);
    };
    let rules = tx.all(&RULES_OF_ROLE, &values![role.id]).await?;
    let gives = decision::decide(&rules, now);
    Ok(gives.allows(Permission::All).then_some(role.id))
}

pub(super) async fn role_called(tx: &mut Tx, name: &str) -> Result<Option<Role>, Failure> {
    let asked = values!["", 1_i64, name, name];
    Ok(tx.opt(&ROLE_PAGE, &asked).await?)
}

/// `admin`, or where a role has that name already, one with the end of the new role's id.
async fn free_name(tx: &mut Tx, role: &RoleId) -> Result<String, Failure> {
    Ok(match role_called(tx, ADMIN).await? {
        None => ADMIN.to_owned(),
        Some(_) => {
            let id: String = role.as_str().chars().rev().take(12).collect();
            let end: String = id.chars().rev().collect();
            format!("{ADMIN} {end}")
        }
    })
}

async fn assign_for_good(
    tx: &mut WriteTx,
    user: &UserId,
    role: &RoleId,
    time: Timestamp,
) -> Result<(), Failure> {
    let held = tx.opt(&ASSIGNMENT, &values![user, role]).await?;
    match held.map(|assignment| assignment.expires_at) {
        None => {
            let assignment = values![user, role, time, Value::Null];
            tx.write(&ASSIGNMENT_INSERT, assignment).await?;
        }
        Some(Some(_)) => {
            let without_end = values![user, role, Value::Null];
            tx.write(&ASSIGNMENT_UPDATE, without_end).await?;
        }
        Some(None) => {}
    }
    Ok(())
}
