//! Tenants: what operators do. Every change is an event in the deployment's log.

use std::sync::Arc;

use jiff::Timestamp;

use super::identity::users::store_new;
use super::rows::page_parameters;
use crate::audit::detail::Detail;
use crate::audit::record::{Event, Recorded, Signature};
use crate::database::Database;
use crate::error::{Conflict, ConflictCode, Failure, Result, StoreError};
use crate::frame::{Call, SessionScope, Written};
use crate::model::{
    Action, Entity, FoundedTenant, NewTenant, PageRequest, Permission, Role, RoleId, Tenant,
    TenantId, TenantPage, UserId, text,
};
use crate::password::StoredPassword;
use crate::policy::roles::{ADMIN, STARTING_ROLES, StartingRole};
use crate::store::statements::identity::{ASSIGNMENT_INSERT, GRANT_INSERT, ROLE_INSERT};
use crate::store::statements::tenants::{
    TENANT, TENANT_DISABLE, TENANT_ENABLE, TENANT_INSERT, TENANT_PAGE, TENANT_RENAME,
    TENANT_SELF_APPROVAL,
};
use crate::store::{Lane, Tx, Value, WriteTx, values};

/// What a tenant is called in errors and events.
pub(super) const TENANT_ENTITY: &str = "tenant";

pub(crate) async fn create(
    database: &Arc<Database>,
    operator: &str,
    mut new: NewTenant,
) -> Result<FoundedTenant> {
    let call = database.operation(operator, "create_tenant")?;
    new.check()?;
    database.must_operate()?;
    let environment = &database.environment;
    let id = new.id.map_or_else(|| environment.id(), Ok)?;
    let mut roles = Vec::with_capacity(STARTING_ROLES.len());
    for role in STARTING_ROLES {
        roles.push((environment.id()?, role));
    }
    let founding = Founding {
        id,
        name: new.name,
        roles,
        admin: environment.id()?,
        username: new.admin.username,
        password: call.store_password(new.admin.password.take()).await?,
    };
    call.write(founding, found).await
}

pub(crate) async fn list(database: &Database, page: &PageRequest) -> Result<TenantPage> {
    let window = page.check()?;
    let parameters = page_parameters(&window);
    let tenants = database.operators_single(&TENANT_PAGE, &parameters);
    Ok(TenantPage::cut(tenants.await?, &window))
}

pub(crate) async fn get(database: &Database, id: TenantId) -> Result<Tenant> {
    id.check("id")?;
    Ok(database.operators_read(id, look_up).await?)
}

async fn look_up(tx: &mut Tx, id: &TenantId) -> Result<Tenant, Failure> {
    tx.act_in(id)?;
    find(tx).await
}

pub(crate) async fn rename(
    database: &Arc<Database>,
    operator: &str,
    id: TenantId,
    mut name: String,
) -> Result<Tenant> {
    id.check("id")?;
    text::named("name", &mut name)?;
    let call = database.operation(operator, "rename_tenant")?;
    call.write((id, name), renamed).await
}

pub(crate) async fn disable(
    database: &Arc<Database>,
    operator: &str,
    id: TenantId,
) -> Result<Tenant> {
    id.check("id")?;
    let call = database.operation(operator, "disable_tenant")?;
    call.write(id, switch_off).await
}

pub(crate) async fn enable(
    database: &Arc<Database>,
    operator: &str,
    id: TenantId,
) -> Result<Tenant> {
    id.check("id")?;
    let call = database.operation(operator, "enable_tenant")?;
    call.write(id, switch_on).await
}

pub(crate) async fn set_self_approval(scope: &Arc<SessionScope>, allowed: bool) -> Result<Tenant> {
    scope
        .method("session.set_self_approval")
        .write(Lane::Normal, allowed, switch_self_approval)
        .await
}

/// A tenant that is about to be created.
struct Founding {
    id: TenantId,
    name: String,
    roles: Vec<(RoleId, &'static StartingRole)>,
    admin: UserId,
    username: String,
    password: StoredPassword,
}

/// The tenant that the transaction acts in.
pub(super) async fn find(tx: &mut Tx) -> Result<Tenant, Failure> {
    tx.opt(&TENANT, &[])
        .await?
        .ok_or(Failure::NotFound(TENANT_ENTITY))
}

/// The tenant that an operator acts upon, its log locked behind the deployment's: whoever writes in it has ended,
/// or is judged by what this act leaves.
pub(super) async fn find_locked(tx: &mut WriteTx, id: &TenantId) -> Result<Tenant, Failure> {
    if !tx.lock_log(id).await? {
        return Err(Failure::NotFound(TENANT_ENTITY));
    }
    find(tx).await
}

async fn found(
    signature: &Signature,
    tx: &mut WriteTx,
    founding: &Founding,
) -> Result<Recorded<FoundedTenant>, Failure> {
    tx.act_in(&founding.id)?;
    let now = signature.time;
    tx.write(&TENANT_INSERT, values![founding.name, now])
        .await?;
    // The log was made with the row: its first event is the founding.
    if !tx.lock_log(&founding.id).await? {
        return Err(Failure::Internal("a tenant without a log".to_owned()));
    }
    let (id, username) = (&founding.admin, &founding.username);
    let admin = store_new(tx, id, username, &founding.password, now).await?;
    for (id, role) in &founding.roles {
        found_role(tx, id, role.name, role, now).await?;
        if role.name == ADMIN {
            let assignment = values![founding.admin, id, now, Value::Null];
            tx.write(&ASSIGNMENT_INSERT, assignment).await?;
        }
    }
    let tenant = Tenant {
        id: founding.id.clone(),
        name: founding.name.clone(),
        created_at: now,
        disabled_at: None,
        self_approval: false,
    };
    let entity = Entity::new(TENANT_ENTITY, founding.id.as_str());
    let detail = Detail::new()
        .set("name", founding.name.as_str())
        .with("admin", founding.admin.as_str());
    let founded = FoundedTenant { tenant, admin };
    Ok(Recorded::new(
        founded,
        Event::done(Action::Create, entity, detail),
    ))
}

/// A starting role under a name that may be another than its own.
pub(super) async fn found_role(
    tx: &mut WriteTx,
    id: &RoleId,
    name: &str,
    role: &StartingRole,
    now: Timestamp,
) -> Result<(), StoreError> {
    let row = Role {
        id: id.clone(),
        name: name.to_owned(),
        description: Some(role.description.to_owned()),
        created_at: now,
        version: 1,
    };
    tx.insert(&ROLE_INSERT, &row).await?;
    for permission in role.permissions {
        let grant = values![id, permission.as_str(), now];
        tx.write(&GRANT_INSERT, grant).await?;
    }
    Ok(())
}

async fn renamed(
    _: &Signature,
    tx: &mut WriteTx,
    (id, name): &(TenantId, String),
) -> Result<Recorded<Tenant>, Failure> {
    let before = find_locked(tx, id).await?;
    if before.name == *name {
        let text = "the tenant has this name already";
        return Err(Conflict::on("name", ConflictCode::Taken, text).into());
    }
    tx.write(&TENANT_RENAME, values![name]).await?;
    let detail = Detail::new().moved("name", before.name.as_str(), name.as_str());
    let after = Tenant {
        name: name.clone(),
        ..before
    };
    Ok(updated(after, detail))
}

async fn switch_off(
    signature: &Signature,
    tx: &mut WriteTx,
    id: &TenantId,
) -> Result<Recorded<Tenant>, Failure> {
    let before = find_locked(tx, id).await?;
    if before.disabled_at.is_some() {
        let text = "the tenant is disabled already";
        return Err(Conflict::new(ConflictCode::AlreadyDisabled, text).into());
    }
    let now = signature.time;
    tx.write(&TENANT_DISABLE, values![now]).await?;
    let after = Tenant {
        disabled_at: Some(now),
        ..before
    };
    let detail = Detail::new().moved("disabled", false, true);
    Ok(updated(after, detail))
}

async fn switch_on(
    _: &Signature,
    tx: &mut WriteTx,
    id: &TenantId,
) -> Result<Recorded<Tenant>, Failure> {
    let before = find_locked(tx, id).await?;
    if before.disabled_at.is_none() {
        let text = "the tenant is not disabled";
        return Err(Conflict::new(ConflictCode::NotDisabled, text).into());
    }
    tx.write(&TENANT_ENABLE, Vec::new()).await?;
    let after = Tenant {
        disabled_at: None,
        ..before
    };
    let detail = Detail::new().moved("disabled", true, false);
    Ok(updated(after, detail))
}

async fn switch_self_approval(
    call: &Call,
    tx: &mut WriteTx,
    &allowed: &bool,
) -> Result<Written<Tenant>, Failure> {
    let before = find(tx).await?;
    let entity = Entity::new(TENANT_ENTITY, before.id.as_str());
    call.authorize(Permission::IdentityWrite, &entity)?;
    let permit = call.authorize(Permission::MissionApprove, &entity)?;
    if before.self_approval == allowed {
        return Ok(permit.unchanged(before));
    }
    tx.write(&TENANT_SELF_APPROVAL, values![allowed]).await?;
    let detail = Detail::new().moved("self_approval", before.self_approval, allowed);
    let after = Tenant {
        self_approval: allowed,
        ..before
    };
    Ok(permit.wrote(after, Action::Update, entity, detail))
}

/// The event of a tenant that was changed.
fn updated(tenant: Tenant, detail: Detail) -> Recorded<Tenant> {
    let entity = Entity::new(TENANT_ENTITY, tenant.id.as_str());
    Recorded::new(tenant, Event::done(Action::Update, entity, detail))
}
