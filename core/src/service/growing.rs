//! Starting roles that grow: what operators do when a version of the library brings permissions.

use std::sync::Arc;

use super::admins::role_called;
use super::rows::page_parameters;
use super::tenants::{TENANT_ENTITY, find_locked};
use crate::audit::detail::Detail;
use crate::audit::record::{Event, Recorded, Signature};
use crate::database::Database;
use crate::error::{Failure, Result};
use crate::model::{
    Action, Entity, PageRequest, RoleGrowth, TenantGrowth, TenantGrowthPage, TenantId, Window,
};
use crate::policy::growth::Growth;
use crate::policy::roles::StartingRole;
use crate::store::statements::identity::GRANT_INSERT;
use crate::store::statements::policy::RULES_OF_ROLE;
use crate::store::statements::tenants::TENANT_PAGE;
use crate::store::{Tx, WriteTx, values};

/// What a version gives new tenants, with what earlier ones gave.
pub(crate) type Starting = &'static [StartingRole];

pub(crate) async fn list(
    database: &Database,
    page: &PageRequest,
    starting: Starting,
) -> Result<TenantGrowthPage> {
    let window = page.check()?;
    let asked = (window.clone(), starting);
    let found = database.operators_read(asked, of_each_tenant).await?;
    Ok(TenantGrowthPage::cut(found, &window))
}

pub(crate) async fn grow(
    database: &Arc<Database>,
    operator: &str,
    tenant: TenantId,
    starting: Starting,
) -> Result<TenantGrowth> {
    tenant.check("tenant")?;
    let call = database.operation(operator, "grow_roles")?;
    call.write((tenant, starting), grown).await
}

async fn of_each_tenant(
    tx: &mut Tx,
    (window, starting): &(Window, Starting),
) -> Result<Vec<TenantGrowth>, Failure> {
    let tenants = tx.all(&TENANT_PAGE, &page_parameters(window)).await?;
    let mut all = Vec::with_capacity(tenants.len());
    for tenant in tenants {
        tx.act_in(&tenant.id)?;
        all.push(TenantGrowth {
            tenant_id: tenant.id,
            roles: compared(tx, starting).await?,
        });
    }
    Ok(all)
}

/// The starting roles of the tenant that the transaction acts in, where they lack something.
async fn compared(tx: &mut Tx, starting: Starting) -> Result<Vec<RoleGrowth>, Failure> {
    let mut roles = Vec::new();
    for given in starting {
        let Some(role) = role_called(tx, given.name).await? else {
            continue;
        };
        let rules = tx.all(&RULES_OF_ROLE, &values![role.id]).await?;
        let growth = given.growth(&role.id, &rules);
        let changed = match growth {
            Growth::Current => continue,
            Growth::Gains(_) => false,
            Growth::Changed(_) => true,
        };
        roles.push(RoleGrowth {
            role_id: role.id,
            name: role.name,
            lacks: growth.lacks(),
            changed,
        });
    }
    Ok(roles)
}

/// Looks again, with the tenant's log locked: what was listed may have been changed since.
async fn grown(
    signature: &Signature,
    tx: &mut WriteTx,
    (tenant, starting): &(TenantId, Starting),
) -> Result<Recorded<TenantGrowth>, Failure> {
    find_locked(tx, tenant).await?;
    let roles = compared(tx, starting).await?;
    let mut detail = Detail::new();
    let mut grown = serde_json::Map::new();
    for role in roles.iter().filter(|role| !role.changed) {
        for permission in &role.lacks {
            let grant = values![role.role_id, permission.as_str(), signature.time];
            tx.write(&GRANT_INSERT, grant).await?;
        }
        let names: Vec<&str> = role.lacks.iter().map(|it| it.as_str()).collect();
        grown.insert(role.name.clone(), names.into());
    }
    let left: Vec<&str> = roles
        .iter()
        .filter(|role| role.changed)
        .map(|role| role.name.as_str())
        .collect();
    let nothing_grew = grown.is_empty();
    detail = detail.with("grown", grown).with("left", left);
    let growth = TenantGrowth {
        tenant_id: tenant.clone(),
        roles,
    };
    if nothing_grew {
        return Ok(Recorded::unchanged(growth));
    }
    let entity = Entity::new(TENANT_ENTITY, growth.tenant_id.as_str());
    Ok(Recorded::new(
        growth,
        Event::done(Action::Update, entity, detail),
    ))
}
