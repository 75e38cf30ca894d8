//! What a session says of itself: who acts, where, and whether it may.

use std::sync::Arc;

use super::identity::find_user;
use super::tenants::{self, TENANT_ENTITY};
use crate::error::{Failure, Result};
use crate::frame::{Call, Permitted, SessionScope};
use crate::model::{Entity, Permission, Resource, Tenant, WhoAmI};
use crate::store::statements::policy::{self, ROLE_NAMES_OF_USER};
use crate::store::{Rows, Tx, values};

pub(crate) async fn whoami(scope: &Arc<SessionScope>) -> Result<WhoAmI> {
    scope.method("session.whoami").read((), caller).await
}

async fn caller(call: &Call, tx: &mut Tx, (): &()) -> Result<Permitted<WhoAmI>, Failure> {
    let user = find_user(tx, &call.actor).await?;
    let asked = values![call.actor, call.now];
    let mut roles = tx.all(&ROLE_NAMES_OF_USER, &asked).await?;
    roles.sort_unstable();
    Ok(call.tell(WhoAmI {
        tenant_id: call.tenant.clone(),
        user_id: user.id,
        username: user.username,
        roles,
        permissions: call.standing.effective.allowed.iter().collect(),
    }))
}

pub(crate) async fn tenant(scope: &Arc<SessionScope>) -> Result<Tenant> {
    scope
        .method("session.tenant")
        .read((), callers_tenant)
        .await
}

async fn callers_tenant(call: &Call, tx: &mut Tx, (): &()) -> Result<Permitted<Tenant>, Failure> {
    Ok(call.tell(tenants::find(tx).await?))
}

/// The entry point that a host's own routes share with every method here.
pub(crate) async fn authorize(
    scope: &Arc<SessionScope>,
    permission: Permission,
    resource: Option<Resource>,
) -> Result<()> {
    let asked = scope.method("session.authorize");
    let Some(resource) = resource else {
        return asked.permit(permission, Entity::every(TENANT_ENTITY)).await;
    };
    resource.check()?;
    asked.read((permission, resource), may).await
}

async fn may(
    call: &Call,
    tx: &mut Tx,
    (permission, resource): &(Permission, Resource),
) -> Result<Permitted<()>, Failure> {
    let found = tx.opt(existence(resource), &values![resource.id()]).await?;
    found.ok_or(Failure::NotFound(resource.kind()))?;
    let entity = Entity::new(resource.kind(), resource.id());
    Ok(call.authorize(*permission, &entity)?.read(()))
}

/// The statement that finds what a resource names.
pub(super) fn existence(resource: &Resource) -> &'static Rows<i64> {
    match resource {
        Resource::Drone { .. } => &policy::DRONE_EXISTS,
        Resource::Mission { .. } => &policy::MISSION_EXISTS,
        Resource::Run { .. } => &policy::RUN_EXISTS,
        Resource::Incident { .. } => &policy::INCIDENT_EXISTS,
        Resource::Alert { .. } => &policy::ALERT_EXISTS,
        Resource::LegacyCommand { .. } => &policy::LEGACY_COMMAND_EXISTS,
        Resource::User { .. } => &policy::USER_EXISTS,
        Resource::Role { .. } => &policy::ROLE_EXISTS,
        Resource::Template { .. } => &policy::TEMPLATE_EXISTS,
        Resource::Task { .. } => &policy::TASK_EXISTS,
        Resource::Observation { .. } => &policy::OBSERVATION_EXISTS,
        Resource::Export { .. } => &policy::EXPORT_EXISTS,
        Resource::Defect { .. } => &policy::DEFECT_EXISTS,
    }
}
