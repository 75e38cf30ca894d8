//! One tenant, one actor: the only way to tenant data.

use std::sync::Arc;

use crate::error::Result;
use crate::frame::SessionScope;
use crate::model::{Permission, Resource, Tenant, WhoAmI};
use crate::service::{
    self, Alerts, Approvals, Audit, Commands, Defects, Drones, Identity, Incidents, Inspections,
    Missions,
};

/// A session of one tenant and one actor. Cheap to clone, all state shared, `Send + Sync`.
///
/// Its methods are grouped by domain ([`drones`](Self::drones), [`missions`](Self::missions),
/// [`inspections`](Self::inspections), [`defects`](Self::defects), [`incidents`](Self::incidents),
/// [`alerts`](Self::alerts), [`approvals`](Self::approvals),
/// [`commands`](Self::commands), [`identity`](Self::identity), [`audit`](Self::audit)). Every one of them looks its ids up
/// inside the tenant, decides on the permissions as of now, and records what it writes in the tenant's log, in one
/// transaction. None takes a tenant id.
#[derive(Clone)]
#[cfg_attr(feature = "uniffi", derive(uniffi::Object))]
pub struct TenantSession {
    pub(crate) scope: Arc<SessionScope>,
}

#[cfg_attr(feature = "uniffi", uniffi::export)]
impl TenantSession {
    /// Who this session acts as, and what it may do now. Needs no permission.
    ///
    /// # Errors
    /// `Unauthenticated` once the session, the user or the tenant has ended.
    pub async fn whoami(&self) -> Result<WhoAmI> {
        service::session::whoami(&self.scope).await
    }

    /// The tenant that this session acts in. Needs no permission.
    ///
    /// # Errors
    /// `Unauthenticated` once the session, the user or the tenant has ended.
    pub async fn tenant(&self) -> Result<Tenant> {
        service::session::tenant(&self.scope).await
    }

    /// Lets whoever created a mission approve it too, or forbids it again, as it is in a new tenant. Recorded
    /// in the tenant's log.
    ///
    /// # Errors
    /// `Forbidden` without `identity.write`, or without `mission.approve`, which this widens;
    /// `Unauthenticated` once the session, the user or the tenant has ended.
    pub async fn set_self_approval(&self, allowed: bool) -> Result<Tenant> {
        service::tenants::set_self_approval(&self.scope, allowed).await
    }

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
        service::session::authorize(&self.scope, permission, resource).await
    }

    /// The registry of drones.
    #[must_use]
    pub fn drones(&self) -> Arc<Drones> {
        Arc::new(Drones {
            scope: Arc::clone(&self.scope),
        })
    }

    /// Missions, their plans, approvals and runs.
    #[must_use]
    pub fn missions(&self) -> Arc<Missions> {
        Arc::new(Missions {
            scope: Arc::clone(&self.scope),
        })
    }

    /// Inspections: templates, tasks, observations and reports.
    #[must_use]
    pub fn inspections(&self) -> Arc<Inspections> {
        Arc::new(Inspections {
            scope: Arc::clone(&self.scope),
        })
    }

    /// Defects, and what was done about them.
    #[must_use]
    pub fn defects(&self) -> Arc<Defects> {
        Arc::new(Defects {
            scope: Arc::clone(&self.scope),
        })
    }

    /// Incidents, and what is flown because of them.
    #[must_use]
    pub fn incidents(&self) -> Arc<Incidents> {
        Arc::new(Incidents {
            scope: Arc::clone(&self.scope),
        })
    }

    /// Alerts, and the telemetry that raises them.
    #[must_use]
    pub fn alerts(&self) -> Arc<Alerts> {
        Arc::new(Alerts {
            scope: Arc::clone(&self.scope),
        })
    }

    /// Recorded decisions.
    #[must_use]
    pub fn approvals(&self) -> Arc<Approvals> {
        Arc::new(Approvals {
            scope: Arc::clone(&self.scope),
        })
    }

    /// What drones were told.
    #[must_use]
    pub fn commands(&self) -> Arc<Commands> {
        Arc::new(Commands {
            scope: Arc::clone(&self.scope),
        })
    }

    /// Users, roles and permissions.
    #[must_use]
    pub fn identity(&self) -> Arc<Identity> {
        Arc::new(Identity {
            scope: Arc::clone(&self.scope),
        })
    }

    /// The tenant's audit log.
    #[must_use]
    pub fn audit(&self) -> Arc<Audit> {
        Arc::new(Audit {
            scope: Arc::clone(&self.scope),
        })
    }
}
