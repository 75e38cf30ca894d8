//! An open database.

use std::sync::Arc;

use crate::database::Database;
use crate::environment::{Environment, Source, SystemSource};
use crate::error::Result;
use crate::frame::SessionScope;
use crate::model::{
    BoundaryReport, FoundedTenant, IntegrityReport, MigrationStatus, NewTenant, NewUser,
    PageRequest, SecretKey, Tenant, TenantGrowth, TenantGrowthPage, TenantId, TenantPage, User,
    UserId,
};
use crate::options::OpenOptions;
use crate::policy::roles::STARTING_ROLES;
use crate::service::{
    DeploymentLog, FindingsListener, ProgressListener, admins, growing, login, migrations, sealing,
    tenants,
};
use crate::session::TenantSession;
use crate::store::location::Location;

/// An open database: its schema, its tenants, and the door to their sessions.
///
/// Cheap to clone, all state shared, `Send + Sync`. It may be used and dropped inside any async runtime
/// and outside of one. What changes anything here names an operator, for whom the host vouches, and is
/// recorded in the deployment's own log.
#[derive(Clone)]
#[cfg_attr(feature = "uniffi", derive(uniffi::Object))]
pub struct Ringfence {
    pub(crate) database: Arc<Database>,
}

#[cfg_attr(feature = "uniffi", uniffi::export)]
impl Ringfence {
    /// Opens `sqlite:PATH`, `sqlite::memory:` or `postgres://…`, and migrates as the options say.
    ///
    /// # Errors
    /// `Invalid` naming the option or `url`, among others for a file that has other names or lies on a mount that carries
    /// no log; `Unavailable` when the file or the server cannot be used; `Schema` for a file that is no database or lies
    /// beside another's log, a newer schema, or, under `Check`, an older one;
    /// `Integrity` with the rows that a legacy database would have to mend first.
    #[cfg_attr(feature = "uniffi", uniffi::constructor)]
    pub async fn open(url: String, options: OpenOptions) -> Result<Self> {
        // Nobody opens often: the future that hosts nest in theirs is one pointer of what it takes.
        Box::pin(Self::open_with_source(url, options, Arc::new(SystemSource))).await
    }

    /// Opens a session for an actor whom the host has authenticated.
    ///
    /// # Errors
    /// `Unauthenticated` for an unknown or inactive actor, an unknown or disabled tenant; `Integrity` where the tenant's
    /// log is gone.
    pub async fn session(&self, tenant: TenantId, actor: UserId) -> Result<TenantSession> {
        tenant.check("tenant")?;
        actor.check("actor")?;
        let database = Arc::clone(&self.database);
        let due = database.due();
        let scope = SessionScope::open(database, due, tenant, actor, None).await?;
        Ok(TenantSession { scope })
    }

    /// Opens a session for a user who proves itself with its password.
    ///
    /// After five refused attempts for one user name each further one has to wait: a second, then twice as long each
    /// time, up to 15 minutes. The count ends with a success, or when nothing was tried for 15 minutes. It stands in
    /// the database: it holds for every process. No more attempts are verified at once than may still be refused;
    /// others wait for them. An attempt runs to its end even when its future is dropped.
    ///
    /// A password that was hashed with weaker parameters than today's is hashed anew. Name and password are compared in
    /// Unicode's form C; a name that two users have then, because another program stored it in two forms, is nobody's.
    ///
    /// # Errors
    /// `Invalid` for an id, name or password that cannot be; `Unauthenticated` for an unknown or disabled
    /// tenant, an unknown or inactive user, a user without a password, and a wrong password, all alike;
    /// `Throttled`, for unknown user names as well. Where the tenant's log is gone or broken everybody is
    /// `Unauthenticated`, and the host's log says so.
    pub async fn login(
        &self,
        tenant: TenantId,
        username: String,
        password: String,
    ) -> Result<TenantSession> {
        let scope = login::log_in(&self.database, tenant, username, password).await?;
        Ok(TenantSession { scope })
    }

    /// Which steps of the schema are applied, and when.
    ///
    /// # Errors
    /// `Unavailable`.
    pub async fn migration_status(&self) -> Result<MigrationStatus> {
        migrations::status(&self.database).await
    }

    /// Applies the steps up to `to`, or all of them. Each has a transaction of its own and is recorded in
    /// the deployment's log; whoever migrates at the same time waits and finds it done.
    ///
    /// # Errors
    /// `Invalid` for a step that there is not; `Integrity` with the rows that break a boundary: nothing is
    /// changed then, nor repaired; `Schema`; `Conflict` (`other_secret_key`) where a credential that is not sealed stands beside
    /// some that another key sealed: it stays as it is; `Forbidden` when the login may not do what operators do.
    pub async fn migrate(
        &self,
        operator: String,
        to: Option<u32>,
        progress: Option<Arc<dyn ProgressListener>>,
    ) -> Result<MigrationStatus> {
        migrations::up(&self.database, &operator, to, progress).await
    }

    /// Takes steps back, the newest first, until the database stands at `to`.
    ///
    /// # Errors
    /// `Schema` (`lossy_rollback`) when a step on the way would lose data, before any is taken back; `Invalid`;
    /// `Forbidden` when the login may not do what operators do.
    pub async fn rollback(
        &self,
        operator: String,
        to: u32,
        progress: Option<Arc<dyn ProgressListener>>,
    ) -> Result<MigrationStatus> {
        migrations::down(&self.database, &operator, to, progress).await
    }

    /// Looks for rows that break a boundary which the steps so far enforce, for keys that rows share, and for values that
    /// the library does not know. Reads only, chunk by chunk, so that no writer waits and no executor's thread is held;
    /// nothing is repaired.
    ///
    /// `progress` hears the table and how many rows are behind the scan; how many there are is not known before. `findings`
    /// hears every finding, those too for which the report has no room.
    ///
    /// # Errors
    /// `Unavailable`; `Forbidden` when the login may not look across tenants.
    pub async fn integrity_scan(
        &self,
        progress: Option<Arc<dyn ProgressListener>>,
        findings: Option<Arc<dyn FindingsListener>>,
    ) -> Result<IntegrityReport> {
        migrations::scan(&self.database, progress, findings).await
    }

    /// What the database holds of the boundary between tenants right now, and what it does not: every key, reference,
    /// trigger, policy and grant that the steps so far make, held against what stands; the runtime role, the login and
    /// what puts triggers to sleep; and what the host has put beside. Reads only, and holds no executor's thread.
    ///
    /// # Errors
    /// `Unavailable`; `Schema` for a history that is not this library's; `Forbidden` when the login may not do what
    /// operators do.
    pub async fn boundary_report(&self) -> Result<BoundaryReport> {
        migrations::boundary(&self.database).await
    }

    /// Creates a tenant with its log, the starting roles, and its first user, who gets the role `admin`.
    ///
    /// # Errors
    /// `Invalid` naming the field; `Forbidden` when the login may not do what operators do; `Conflict`
    /// (`taken`) when a tenant of this name or this id exists.
    pub async fn create_tenant(&self, operator: String, new: NewTenant) -> Result<FoundedTenant> {
        tenants::create(&self.database, &operator, new).await
    }

    /// The tenants in the order of their ids, a page at a time.
    ///
    /// # Errors
    /// `Invalid` for a limit or a cursor that cannot be; `Forbidden` when the login may not do what
    /// operators do.
    pub async fn tenants(&self, page: PageRequest) -> Result<TenantPage> {
        tenants::list(&self.database, &page).await
    }

    /// The tenant with this id.
    ///
    /// # Errors
    /// `NotFound`; `Forbidden` when the login may not do what operators do.
    pub async fn tenant(&self, id: TenantId) -> Result<Tenant> {
        tenants::get(&self.database, id).await
    }

    /// Gives a tenant another name. Its id, by which everything refers to it, stays.
    ///
    /// # Errors
    /// `Invalid`; `Forbidden` when the login may not do what operators do; `NotFound`; `Conflict` (`taken`) for a
    /// name that a tenant has already, this one included.
    pub async fn rename_tenant(
        &self,
        operator: String,
        id: TenantId,
        name: String,
    ) -> Result<Tenant> {
        tenants::rename(&self.database, &operator, id, name).await
    }

    /// Disables a tenant: from now on it opens no session, and those that are open are refused.
    ///
    /// # Errors
    /// `Invalid`; `Forbidden` when the login may not do what operators do; `NotFound`; `Conflict`
    /// (`already_disabled`).
    pub async fn disable_tenant(&self, operator: String, id: TenantId) -> Result<Tenant> {
        tenants::disable(&self.database, &operator, id).await
    }

    /// Enables a disabled tenant again. Sessions that were open before go on.
    ///
    /// # Errors
    /// `Invalid`; `Forbidden` when the login may not do what operators do; `NotFound`; `Conflict`
    /// (`not_disabled`).
    pub async fn enable_tenant(&self, operator: String, id: TenantId) -> Result<Tenant> {
        tenants::enable(&self.database, &operator, id).await
    }

    /// Makes the user of this name, active from then on, the administrator of a tenant that has none: one that was
    /// adopted without any, or whose last one another program removed. A disabled tenant stays disabled. Recorded in the
    /// tenant's log, too. A user without a password is the administrator all the same, and logs in once whoever vouches for
    /// it has set one.
    ///
    /// # Errors
    /// `Invalid`; `Forbidden` when the login may not do what operators do; `NotFound` for the tenant and the user;
    /// `Conflict` (`has_admin`) while the tenant has an administrator, (`no_admin`) where another role of the user denies
    /// something, (`ambiguous_name`) where several users have the name in different encodings.
    pub async fn restore_admin(
        &self,
        operator: String,
        tenant: TenantId,
        username: String,
    ) -> Result<User> {
        admins::restore(&self.database, &operator, tenant, username).await
    }

    /// Creates a user who is the administrator of a tenant that has none, as [`restore_admin`](Self::restore_admin) makes
    /// one of a user who is there.
    ///
    /// # Errors
    /// `Invalid` naming the field; `Forbidden` when the login may not do what operators do; `NotFound`; `Conflict`
    /// (`has_admin`) while the tenant has an administrator, (`taken`) when it has a user of this name.
    pub async fn create_admin(
        &self,
        operator: String,
        tenant: TenantId,
        new: NewUser,
    ) -> Result<User> {
        admins::create(&self.database, &operator, tenant, new).await
    }

    /// What the tenants' starting roles lack of what this version gives new tenants, a page of tenants at a time in the
    /// order of their ids. Reads only: what [`grow_roles`](Self::grow_roles) would give, and what it would leave because
    /// the tenant has changed the role.
    ///
    /// # Errors
    /// `Invalid` for a limit or a cursor that cannot be; `Forbidden` when the login may not do what operators do.
    pub async fn role_growth(&self, page: PageRequest) -> Result<TenantGrowthPage> {
        growing::list(&self.database, &page, STARTING_ROLES).await
    }

    /// Gives the tenant's starting roles what they lack, where they are as some version made them. A role that the tenant
    /// changed is left, and named in what comes back and in the event. Recorded in the tenant's log, too, where anything
    /// was given.
    ///
    /// # Errors
    /// `Invalid`; `Forbidden` when the login may not do what operators do; `NotFound`.
    pub async fn grow_roles(&self, operator: String, tenant: TenantId) -> Result<TenantGrowth> {
        growing::grow(&self.database, &operator, tenant, STARTING_ROLES).await
    }

    /// Seals every drone's credential anew, of all tenants, with another key; says how many. What is not sealed is sealed.
    /// From then on this handle seals with the new key and opens what it sealed; whatever else has the database open, or
    /// opens it later, has to be given the new one.
    ///
    /// It goes from stretch to stretch, each recorded in the deployment's log and the tenant's. Where it ends half-way each
    /// credential opens under one of the two keys, this handle has both, and calling it again finishes.
    ///
    /// # Errors
    /// `Invalid` naming `old` or `new`; `Forbidden` when the login may not do what operators do; `Conflict`
    /// (`other_secret_key`) where a credential was sealed with neither, or the database was opened with neither;
    /// `Integrity` with the credentials that do not open. Nothing is changed then.
    pub async fn rekey(
        &self,
        operator: String,
        old: Arc<SecretKey>,
        new: Arc<SecretKey>,
    ) -> Result<u64> {
        // Nobody does it often: the future that hosts nest in theirs is one pointer of what it takes.
        Box::pin(sealing::rekey(&self.database, &operator, &old, &new)).await
    }

    /// The deployment's own log: what operators did.
    #[must_use]
    pub fn deployment_log(&self) -> DeploymentLog {
        DeploymentLog {
            database: Arc::clone(&self.database),
        }
    }

    /// Finishes what was handed over and closes every connection, for good: later calls are `Closed`.
    ///
    /// # Errors
    /// `Internal` when no thread is to be had for waiting.
    pub async fn shutdown(&self) -> Result<()> {
        Ok(self.database.shut_down().await?)
    }
}

/// For hosts in Rust alone: the other languages take time and chance from the system.
impl Ringfence {
    /// Opens a database as [`open`](Self::open) does, with a source of time and chance of the host's own.
    ///
    /// # Errors
    /// As [`open`](Self::open).
    pub async fn open_with_source(
        url: String,
        options: OpenOptions,
        source: Arc<dyn Source>,
    ) -> Result<Self> {
        let location = Location::parse(&url)?;
        options.check()?;
        let database = Database::open(&location, &options, Environment::new(source)).await?;
        if let Err(failure) = migrations::settle(&database, options.migrate).await {
            // What opening made beside a file that is refused is gone when the caller hears of it.
            drop(database.shut_down().await);
            return Err(failure);
        }
        Ok(Self { database })
    }
}
