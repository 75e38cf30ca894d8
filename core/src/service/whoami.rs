//! Who a session acts as, and where.

use super::identity::find_user;
use super::tenants;
use crate::error::Result;
use crate::model::{Tenant, WhoAmI};
use crate::session::TenantSession;
use crate::store::Value;
use crate::store::statements::policy::ROLE_NAMES_OF_USER;

impl TenantSession {
    /// Who this session acts as, and what it may do now. Needs no permission.
    ///
    /// # Errors
    /// `Unauthenticated` once the session, the user or the tenant has ended.
    pub async fn whoami(&self) -> Result<WhoAmI> {
        self.scope
            .read((), |call, tx, ()| {
                Box::pin(async move {
                    let user = find_user(tx, &call.actor).await?;
                    let asked = [
                        Value::from(call.actor.as_str()),
                        Value::from(call.signature.time),
                    ];
                    let mut roles: Vec<String> = tx.all(&ROLE_NAMES_OF_USER, &asked).await?;
                    roles.sort_unstable();
                    Ok(WhoAmI {
                        tenant_id: call.tenant.clone(),
                        user_id: user.id,
                        username: user.username,
                        roles,
                        permissions: call.standing.effective.allowed.iter().collect(),
                    })
                })
            })
            .await
    }

    /// The tenant that this session acts in. Needs no permission.
    ///
    /// # Errors
    /// `Unauthenticated` once the session, the user or the tenant has ended.
    pub async fn tenant(&self) -> Result<Tenant> {
        self.scope
            .read((), |_, tx, ()| Box::pin(tenants::find(tx)))
            .await
    }
}
