//! The same surface for threads: every method waits.
//!
//! It mirrors the async surface method by method and returns the same values and errors. Reads run on the
//! calling thread. Where tokio polls a future a call would stall its neighbours, so it is refused there with
//! `Conflict` (`blocking_in_runtime`); use the async surface instead, or a thread that may wait:
//! `tokio::task::spawn_blocking`, and `block_in_place` in a task of the multi-threaded runtime.
//!
//! ```
//! use ringfence::blocking::Ringfence;
//! use ringfence::OpenOptions;
//!
//! let db = Ringfence::open("sqlite::memory:".into(), OpenOptions::default())?;
//! assert!(db.migration_status()?.is_current());
//! # Ok::<(), ringfence::Error>(())
//! ```

use std::sync::Arc;
use std::task::{Context, Poll, Waker};

use crate::error::{Failure, Result};
use crate::model::{
    ApprovalPage, Assignment, AuditEvent, Drone, DroneFilter, DroneId, DronePage, DroneUpdate,
    EffectivePermissions, EventFilter, EventPage, FoundedTenant, IntegrityReport, LogVerification,
    MigrationStatus, Mission, MissionFilter, MissionId, MissionPage, MissionPlan, MissionRun,
    MissionUpdate, NewDrone, NewMission, NewPlan, NewRole, NewTenant, NewUser, PageRequest,
    Permission, Resource, Role, RoleFilter, RoleId, RolePage, RunId, RunPage, Tenant, TenantId,
    TenantPage, User, UserFilter, UserId, UserPage, UserUpdate, WhoAmI,
};
use crate::options::OpenOptions;
use crate::service::ProgressListener;
use crate::store::calling;

/// Waits for a future on this thread, where that does no harm.
fn wait<T>(future: impl Future<Output = Result<T>>) -> Result<T> {
    if stalls_a_runtime() {
        return Err(Failure::BlockingInRuntime.into());
    }
    calling::waiting(|| pollster::block_on(future))
}

/// Whether tokio polls a future on this thread at this moment. A runtime is current on its threads for blocking
/// work too; there a task runs that is of no worker and has no budget of steps.
fn stalls_a_runtime() -> bool {
    let current = tokio::runtime::Handle::try_current().is_ok();
    // What `block_on` polls is no task.
    let in_a_task = tokio::task::try_id().is_some();
    let of_a_worker = tokio::runtime::worker_index().is_some();
    // A `LocalSet` runs its tasks on whatever thread polls it.
    current && (!in_a_task || of_a_worker || budget_ends(MOST_BUDGET))
}

/// More than the steps that tokio lets a task take before it must yield, which it counts in a byte.
const MOST_BUDGET: u32 = 256;

/// Whether this task must yield at some time. What is taken of its budget here is given back on the way out, the
/// last first.
fn budget_ends(steps: u32) -> bool {
    let mut context = Context::from_waker(Waker::noop());
    match tokio::task::coop::poll_proceed(&mut context) {
        Poll::Pending => true,
        Poll::Ready(_given_back) => steps > 0 && budget_ends(steps - 1),
    }
}

/// Writes a waiting handle around an async one: each method is one line, with the async method's name,
/// arguments and result.
macro_rules! waiting {
    ($(
        $(#[$doc:meta])*
        $handle:ident over $inner:ty {
            $( $method:ident ( $($argument:ident : $ty:ty),* $(,)? ) -> $out:ty ; )*
        }
    )*) => {$(
        $(#[$doc])*
        #[derive(Clone)]
        pub struct $handle {
            inner: $inner,
        }

        impl $handle {
            $(
                #[doc = concat!("Waits for the async method `", stringify!($method), "`.")]
                ///
                /// # Errors
                /// As the async method; `Conflict` (`blocking_in_runtime`) where tokio polls a future.
                pub fn $method(&self, $($argument: $ty),*) -> Result<$out> {
                    wait(self.inner.$method($($argument),*))
                }
            )*
        }
    )*};
}

waiting! {
    /// An open database. See [`crate::Ringfence`].
    Ringfence over crate::Ringfence {
        migration_status() -> MigrationStatus;
        migrate(operator: String, to: Option<u32>, progress: Option<Arc<dyn ProgressListener>>) -> MigrationStatus;
        rollback(operator: String, to: u32, progress: Option<Arc<dyn ProgressListener>>) -> MigrationStatus;
        integrity_scan() -> IntegrityReport;
        create_tenant(operator: String, new: NewTenant) -> FoundedTenant;
        tenants(page: PageRequest) -> TenantPage;
        tenant(id: TenantId) -> Tenant;
        disable_tenant(operator: String, id: TenantId) -> Tenant;
        enable_tenant(operator: String, id: TenantId) -> Tenant;
        shutdown() -> ();
    }

    /// A session of one tenant and one actor. See [`crate::TenantSession`].
    TenantSession over crate::TenantSession {
        authorize(permission: Permission, resource: Option<Resource>) -> ();
        whoami() -> WhoAmI;
        tenant() -> Tenant;
        set_self_approval(allowed: bool) -> Tenant;
    }

    /// Users, roles and permissions. See [`crate::Identity`].
    Identity over Arc<crate::Identity> {
        create_user(new: NewUser) -> User;
        user(id: UserId) -> User;
        users(filter: UserFilter, page: PageRequest) -> UserPage;
        update_user(id: UserId, update: UserUpdate) -> User;
        set_password(id: UserId, password: String) -> ();
        create_role(new: NewRole) -> Role;
        roles(filter: RoleFilter, page: PageRequest) -> RolePage;
        assign_role(assignment: Assignment) -> ();
        unassign_role(user: UserId, role: RoleId) -> ();
        grant(role: RoleId, permission: Permission) -> ();
        revoke(role: RoleId, permission: Permission) -> ();
        permissions_of(user: UserId) -> EffectivePermissions;
    }

    /// The registry of drones. See [`crate::Drones`].
    Drones over Arc<crate::Drones> {
        register(new: NewDrone) -> Drone;
        get(id: DroneId) -> Drone;
        list(filter: DroneFilter, page: PageRequest) -> DronePage;
        update(id: DroneId, update: DroneUpdate) -> Drone;
        delete(id: DroneId) -> ();
    }

    /// Missions, their plans, approvals and runs. See [`crate::Missions`].
    Missions over Arc<crate::Missions> {
        create(new: NewMission) -> Mission;
        import_plan(new: NewPlan) -> Mission;
        plan(id: MissionId) -> MissionPlan;
        get(id: MissionId) -> Mission;
        list(filter: MissionFilter, page: PageRequest) -> MissionPage;
        update(id: MissionId, update: MissionUpdate) -> Mission;
        delete(id: MissionId) -> ();
        approve(id: MissionId, version: i64, comment: Option<String>) -> Mission;
        reject(id: MissionId, version: i64, comment: Option<String>) -> Mission;
        approvals(mission: MissionId, page: PageRequest) -> ApprovalPage;
        start(id: MissionId) -> Mission;
        pause(id: MissionId) -> Mission;
        resume(id: MissionId) -> Mission;
        complete(id: MissionId) -> Mission;
        abort(id: MissionId) -> Mission;
        runs(mission: MissionId, page: PageRequest) -> RunPage;
        run(id: RunId) -> MissionRun;
    }

    /// The tenant's audit log. See [`crate::Audit`].
    Audit over Arc<crate::Audit> {
        events(filter: EventFilter, page: PageRequest) -> EventPage;
        event(seq: i64) -> AuditEvent;
        verify() -> LogVerification;
    }

    /// The deployment's own log. See [`crate::DeploymentLog`].
    DeploymentLog over crate::DeploymentLog {
        events(filter: EventFilter, page: PageRequest) -> EventPage;
        event(seq: i64) -> AuditEvent;
        verify() -> LogVerification;
    }
}

impl Ringfence {
    /// Waits for [`crate::Ringfence::open`].
    ///
    /// # Errors
    /// As the async method; `Conflict` (`blocking_in_runtime`) where tokio polls a future.
    pub fn open(url: String, options: OpenOptions) -> Result<Self> {
        wait(crate::Ringfence::open(url, options)).map(|inner| Self { inner })
    }

    /// Waits for [`crate::Ringfence::session`].
    ///
    /// # Errors
    /// As the async method; `Conflict` (`blocking_in_runtime`) where tokio polls a future.
    pub fn session(&self, tenant: TenantId, actor: UserId) -> Result<TenantSession> {
        wait(self.inner.session(tenant, actor)).map(|inner| TenantSession { inner })
    }

    /// Waits for [`crate::Ringfence::login`].
    ///
    /// # Errors
    /// As the async method; `Conflict` (`blocking_in_runtime`) where tokio polls a future.
    pub fn login(
        &self,
        tenant: TenantId,
        username: String,
        password: String,
    ) -> Result<TenantSession> {
        wait(self.inner.login(tenant, username, password)).map(|inner| TenantSession { inner })
    }

    /// The deployment's own log.
    #[must_use]
    pub fn deployment_log(&self) -> DeploymentLog {
        DeploymentLog {
            inner: self.inner.deployment_log(),
        }
    }
}

impl TenantSession {
    /// The registry of drones.
    #[must_use]
    pub fn drones(&self) -> Drones {
        Drones {
            inner: self.inner.drones(),
        }
    }

    /// Missions, their plans, approvals and runs.
    #[must_use]
    pub fn missions(&self) -> Missions {
        Missions {
            inner: self.inner.missions(),
        }
    }

    /// Users, roles and permissions.
    #[must_use]
    pub fn identity(&self) -> Identity {
        Identity {
            inner: self.inner.identity(),
        }
    }

    /// The tenant's audit log.
    #[must_use]
    pub fn audit(&self) -> Audit {
        Audit {
            inner: self.inner.audit(),
        }
    }
}
