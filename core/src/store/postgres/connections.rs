//! The connections of an open database, and how a transaction on one begins.

use std::time::{Duration, Instant};

use deadpool_postgres::{Manager, ManagerConfig, Pool, RecyclingMethod};
use tokio::runtime::Handle;

use super::cancel::Canceller;
use super::config::PostgresConfig;
use super::connect::Servers;
use super::error::classify_connect;
use super::lent::{Asked, Lender, Lent};
use super::login::{Login, Standing};
use super::pipeline::Inside;
use super::plans::Plans;
use super::pooler;
use super::quote::{literal, quoted};
use super::timeouts::{timed, unended};
use super::transaction::PostgresTx;
use crate::environment::Environment;
use crate::error::{Failure, StoreError};
use crate::store::calling;
use crate::store::settings::Settings;
use crate::store::statements::control;
use crate::store::terms::Bound;

/// How much longer the server works at a statement than its caller waits: the caller's own timer goes first, and says
/// what became of the call.
const GRACE: Duration = Duration::from_secs(1);

/// What readers and lanes share.
pub(in crate::store) struct Connections {
    lender: Lender,
    clock: Environment,
    runtime: Handle,
    pub(super) busy: Duration,
    /// How long a call may take.
    call: Duration,
    /// How long a migration waits for another.
    pub(super) migration_wait: Duration,
    /// Found out when the database is opened, and the same from then on.
    pub(super) standing: Standing,
}

impl Connections {
    pub(in crate::store) async fn open(
        config: &PostgresConfig,
        settings: &Settings,
        clock: Environment,
        runtime: Handle,
    ) -> Result<Self, Failure> {
        let recycling = ManagerConfig {
            recycling_method: RecyclingMethod::Fast,
        };
        config.refuse_no_folders()?;
        let tls = config.tls()?;
        let canceller = Canceller::new(tls.clone(), runtime.clone());
        let servers = Servers {
            each: config.servers(settings.busy_timeout),
            tls,
            chance: clock.clone(),
        };
        let first = servers.each.first().cloned().unwrap_or_default();
        let manager = Manager::from_connect(first, servers, recycling);
        let pool = Pool::builder(manager)
            .max_size(settings.pool_size)
            .runtime(deadpool_postgres::Runtime::Tokio1)
            .wait_timeout(Some(settings.busy_timeout))
            .create_timeout(Some(settings.busy_timeout))
            .build()
            .map_err(|error| StoreError::Unreachable(error.to_string()))?;
        // What is wrong with the server or the login shows here.
        let finding = async {
            let client = pool.get().await;
            let client = client.map_err(|error| classify_connect(&error))?;
            pooler::refuse_unfit(&client, &pool, settings.busy_timeout).await?;
            Standing::find_out(&client, settings.schema.as_deref()).await
        };
        let call = settings.call_timeout;
        let finding = async {
            let found = tokio::time::timeout(call, finding).await;
            let silent = || StoreError::Unreachable("the server does not answer".to_owned());
            found.unwrap_or_else(|_| Err(silent().into()))
        };
        let standing = Inside::new(&runtime, finding).await?;
        Ok(Self {
            lender: Lender::new(
                pool,
                settings.pool_size,
                settings.busy_timeout,
                canceller,
                Plans::new(clock.clone()),
            ),
            clock,
            runtime,
            busy: settings.busy_timeout,
            call,
            migration_wait: settings.migration_lock_timeout,
            standing,
        })
    }

    pub(in crate::store) fn clock(&self) -> &Environment {
        &self.clock
    }

    pub(in crate::store) fn runtime(&self) -> &Handle {
        &self.runtime
    }

    /// Polls a future inside the runtime that owns the connections, wherever it is awaited.
    pub(in crate::store) async fn inside<F: Future>(&self, future: F) -> F::Output {
        Inside::new(&self.runtime, future).await
    }

    /// Closes every connection, and makes no more.
    pub(in crate::store) fn close(&self) {
        self.lender.pool.close();
    }

    pub(in crate::store) async fn client(&self) -> Result<Lent, StoreError> {
        self.lender.lend(std::future::pending()).await
    }

    /// A connection that something is asked on outside of a transaction.
    pub(in crate::store) async fn asked(&self) -> Result<Asked, StoreError> {
        Ok(Asked::on(self.client().await?))
    }

    /// A transaction that writes and may wait for a connection, unless something arrives meanwhile that must not
    /// (`pressed`).
    pub(in crate::store) async fn write(
        &self,
        bound: &Bound,
        pressed: impl Future<Output = ()>,
    ) -> Result<PostgresTx, StoreError> {
        Ok(self.of_calls(self.lender.lend(pressed).await?, bound))
    }

    /// A transaction that writes and must not be late, on the connection that is kept for such.
    pub(in crate::store) async fn write_first(
        &self,
        bound: &Bound,
    ) -> Result<PostgresTx, StoreError> {
        Ok(self.of_calls(self.lender.lend_first().await?, bound))
    }

    /// A transaction that writes what calls asked for before it began: none of them waits for longer than it may take.
    fn of_calls(&self, client: Lent, bound: &Bound) -> PostgresTx {
        let begin = self.begin_write(bound, Some(self.call));
        let ends = Instant::now().checked_add(self.call);
        PostgresTx::ending(client, begin, ends, self.busy)
    }

    /// The transaction of a migration's step, which takes as long as it must.
    pub(in crate::store) async fn step(&self) -> Result<PostgresTx, StoreError> {
        let begin = self.begin_write(&Bound::Operator, None);
        let client = self.client().await?;
        Ok(PostgresTx::patient(
            client,
            begin,
            self.busy,
            self.migration_wait,
        ))
    }

    /// The schema of the tables, quoted.
    pub(in crate::store) fn schema(&self) -> String {
        quoted(&self.standing.schema, '"')
    }

    /// How long a migration waits for another, and for whoever works in its tables.
    pub(in crate::store) fn migration_wait(&self) -> Duration {
        self.migration_wait
    }

    /// Whether the login may work across tenants.
    pub(in crate::store) fn may_operate(&self) -> bool {
        matches!(self.standing.login, Login::Operator { .. })
    }

    /// What the login is, and where it works.
    pub(in crate::store) fn standing(&self) -> &Standing {
        &self.standing
    }

    /// A transaction that reads; on a connection that died while it lay in the pool it begins anew.
    pub(in crate::store) async fn reader(&self, bound: &Bound) -> Result<PostgresTx, StoreError> {
        let begin = self.begin_read(bound);
        Ok(PostgresTx::reading(
            self.client().await?,
            begin,
            self.lender.pool.clone(),
        ))
    }

    /// What is long by nature works for no call that ends, and is not ended.
    pub(super) fn begin_read(&self, bound: &Bound) -> String {
        let at_most = calling::ends().map(|_| self.call);
        self.scoped(
            &self.limited(control::BEGIN_READ.postgres(), at_most),
            bound,
        )
    }

    fn begin_write(&self, bound: &Bound, at_most: Option<Duration>) -> String {
        let begin = self.limited(control::BEGIN_WRITE.postgres(), at_most);
        self.scoped(
            &format!("{begin}; SET LOCAL synchronous_commit = on"),
            bound,
        )
    }

    /// How long the server waits for a lock, and works at a statement; what is long by nature is ended by nothing,
    /// whatever the defaults of the login, the database or the server are.
    fn limited(&self, begin: &str, at_most: Option<Duration>) -> String {
        match at_most {
            Some(at_most) => timed(
                begin,
                self.busy,
                at_most + GRACE,
                self.standing.ends_transactions,
            ),
            None => unended(begin, self.busy, self.standing.ends_transactions),
        }
    }

    /// The one place that sets search path, role and tenant: literally and for this transaction only, which also
    /// reaches the workers of a distributed Postgres. The path names one schema: `"$user"` in it would mean
    /// another one under the role. Nothing is left to the session, which a pooler may share out, or to the defaults of
    /// the login, the database or the server: times are UTC, literals are read as they are quoted, and rows are kept
    /// apart by their policies.
    fn scoped(&self, begin: &str, bound: &Bound) -> String {
        let schema = self.schema();
        let begin = format!(
            "{begin}; SET LOCAL timezone = 'UTC'; SET LOCAL standard_conforming_strings = on; \
             SET LOCAL row_security = on; SET LOCAL search_path = {schema}, pg_temp"
        );
        let Bound::Tenant(tenant) = bound else {
            return begin;
        };
        let role = match &self.standing.login {
            Login::Operator { runtime_role } => {
                format!("; SET LOCAL ROLE {}", quoted(runtime_role, '"'))
            }
            Login::Runtime => String::new(),
        };
        format!(
            "{begin}{role}; SET LOCAL ringfence.tenant = {}",
            literal(tenant.as_str())
        )
    }
}
