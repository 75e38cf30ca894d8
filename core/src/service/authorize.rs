//! The entry point that a host's own routes share with every method here.

use crate::audit::record::Entity;
use crate::error::{Failure, Result};
use crate::model::{Permission, Resource};
use crate::session::TenantSession;
use crate::store::statements::policy;
use crate::store::{Statement, Value};

impl TenantSession {
    /// Decides whether the actor may, as of now: 404 when the resource is not in the tenant, then 403 when
    /// the permission is missing, which is recorded in the tenant's log. Without a resource only the
    /// permission counts.
    ///
    /// # Errors
    /// `Invalid` for an id that cannot be; `NotFound`; `Forbidden`; `Unauthenticated` once the session, the
    /// user or the tenant has ended.
    pub async fn authorize(
        &self,
        permission: Permission,
        resource: Option<Resource>,
    ) -> Result<()> {
        let Some(resource) = resource else {
            return self.scope.permit(permission, Entity::every("tenant")).await;
        };
        resource.check()?;
        let asked = (permission, resource);
        self.scope
            .read(asked, |call, tx, (permission, resource)| {
                Box::pin(async move {
                    let parameters = [Value::from(resource.id())];
                    let found: Option<i64> = tx.opt(existence(resource), &parameters).await?;
                    found.ok_or(Failure::NotFound(resource.kind()))?;
                    call.authorize(*permission, &Entity::new(resource.kind(), resource.id()))
                })
            })
            .await
    }
}

fn existence(resource: &Resource) -> &'static Statement {
    match resource {
        Resource::Drone { .. } => &policy::DRONE_EXISTS,
        Resource::Mission { .. } => &policy::MISSION_EXISTS,
        Resource::Run { .. } => &policy::RUN_EXISTS,
        Resource::User { .. } => &policy::USER_EXISTS,
        Resource::Role { .. } => &policy::ROLE_EXISTS,
    }
}
