//! Postgres: a pool, a runtime role that owns nothing, and writers that commit together.
//!
//! Every transaction of a tenant takes on the runtime role and names the tenant, both for this
//! transaction only, so that row-level security holds for reads and writes alike.

mod config;
mod error;
mod group;
mod lent;
mod login;
mod misfit;
mod outcome;
mod pipeline;
mod rights;
mod schema_lock;
mod transaction;
mod writer;

use std::sync::Arc;
use std::time::Duration;

use deadpool_postgres::{Manager, ManagerConfig, Pool, RecyclingMethod};
use jiff::Timestamp;
use tokio::runtime::Handle;

pub(crate) use config::PostgresConfig;
pub(in crate::store) use error::classify;
pub(in crate::store) use login::Standing;
pub(crate) use misfit::Misfit;
pub(in crate::store) use schema_lock::SchemaLock;
pub(in crate::store) use transaction::{Committed, PostgresTx};

use super::statements::{control, log};
use super::tx::{Bound, EngineTx, Judged, Tx, bind, decided_at};
use super::unit::{Done, Errand, Job, Lane, UnitFn};
use super::{Gather, Query, ReadFn, Settings, Value};
use crate::environment::Environment;
use crate::error::{Failure, StoreError};
use lent::{Lender, Lent};
use login::Login;
use pipeline::Inside;
use writer::Lanes;

/// An open Postgres database.
pub(crate) struct Postgres {
    connections: Arc<Connections>,
}

/// What readers and lanes share.
pub(in crate::store) struct Connections {
    lender: Lender,
    lanes: Lanes,
    pub(in crate::store) clock: Environment,
    runtime: Handle,
    busy: Duration,
    /// How long a migration waits for another.
    migration_wait: Duration,
    /// Found out when the database is opened, and the same from then on.
    standing: Standing,
}

impl Postgres {
    pub(super) async fn open(
        config: &PostgresConfig,
        settings: &Settings,
        clock: Environment,
        runtime: Handle,
    ) -> Result<Self, Failure> {
        let recycling = ManagerConfig {
            recycling_method: RecyclingMethod::Fast,
        };
        let driver = config.driver(settings.busy_timeout);
        let manager = Manager::from_config(driver, config.tls()?, recycling);
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
            let client = client.map_err(|error| error::classify_connect(&error))?;
            Standing::find_out(&client, settings.schema.as_deref()).await
        };
        let standing = Inside::new(&runtime, finding).await?;
        let connections = Arc::new(Connections {
            lender: Lender::new(pool, settings.pool_size, settings.busy_timeout),
            lanes: Lanes::default(),
            clock,
            runtime,
            busy: settings.busy_timeout,
            migration_wait: settings.migration_lock_timeout,
            standing,
        });
        Ok(Self { connections })
    }

    /// One statement in a transaction of its own: one round trip.
    pub(super) async fn single<F: Gather>(
        &self,
        bound: &Bound,
        query: &'static Query<F>,
        parameters: &[Value<'_>],
    ) -> Result<F, StoreError> {
        let parameters = bind(bound, bound.log_owner(), query, parameters)?;
        self.inside(async {
            let mut tx = self.connections.reader(bound).await?;
            tx.query_and_commit(query, &parameters).await
        })
        .await
        .map_err(|error| match bound {
            Bound::Operator => error.of_operator(),
            Bound::Tenant(_) => error,
        })
    }

    /// Likewise, and the server's time behind it, in the same round trip.
    pub(super) async fn single_timed<F: Gather>(
        &self,
        bound: &Bound,
        query: &'static Query<F>,
        parameters: &[Value<'_>],
    ) -> Result<(F, Timestamp), StoreError> {
        let parameters = bind(bound, bound.log_owner(), query, parameters)?;
        let timed = self.inside(async {
            let mut tx = self.connections.reader(bound).await?;
            tx.query_both_and_commit((query, &parameters), (&log::SERVER_TIME, &[]))
                .await
        });
        let (found, times) = timed.await?;
        let clock = &self.connections.clock;
        Ok((found, decided_at(clock, times.into_iter().next())))
    }

    /// Several statements on one snapshot. Nobody waits for its end.
    pub(super) async fn read<T: Send>(&self, bound: Bound, work: ReadFn<T>) -> Result<T, Failure> {
        self.inside(async {
            let tx = self.connections.reader(&bound).await?;
            let clock = self.connections.clock.clone();
            let mut tx = Tx::new(EngineTx::Postgres(Box::new(tx)), bound.clone(), clock);
            let outcome = work(&mut tx).await;
            if let EngineTx::Postgres(tx) = tx.engine {
                self.connections.runtime.spawn(tx.roll_back());
            }
            outcome.map_err(|failure| whose(&bound, failure))
        })
        .await
    }

    /// Hands a unit over; `done` hears when its group is committed.
    pub(super) fn submit(&self, errand: Errand, unit: UnitFn, done: Done) {
        let bound = errand.bound.clone();
        if bound == Bound::Operator && !self.connections.may_operate() {
            done(Err(Failure::OperatorRights));
            return;
        }
        let done: Done =
            Box::new(move |outcome| done(outcome.map_err(|failure| whose(&bound, failure))));
        Lanes::submit(&self.connections, errand, unit, done);
    }

    /// Finishes what was handed over and closes every connection.
    pub(super) fn shut_down(&self) {
        self.connections.lanes.close();
        self.connections
            .runtime
            .block_on(self.connections.lanes.drained());
        self.connections.lender.pool.close();
    }

    /// Polls a future inside the runtime that owns the connections, wherever it is awaited.
    pub(super) async fn inside<F: Future>(&self, future: F) -> F::Output {
        Inside::new(&self.connections.runtime, future).await
    }

    pub(super) fn connections(&self) -> &Connections {
        &self.connections
    }
}

impl Connections {
    pub(in crate::store) async fn client(&self) -> Result<Lent, StoreError> {
        self.lender.lend(std::future::pending()).await
    }

    /// The transaction of a group, on the connection that is kept for it where one of its units, or one that
    /// comes while it waits, must not be late.
    async fn writing(&self, bound: &Bound, group: &[Job]) -> Result<PostgresTx, StoreError> {
        let client = if group.iter().any(|job| job.lane == Lane::Priority) {
            self.lender.lend_first().await?
        } else {
            self.lender.lend(self.lanes.pressed(bound)).await?
        };
        Ok(PostgresTx::new(client, self.begin_write(bound)))
    }

    /// Operators' decisions rest on no epoch, and on no time either.
    fn operators_judgement(&self) -> Judged {
        Judged {
            epoch: String::new(),
            now: self.clock.now(),
        }
    }

    /// Whether the login may work across tenants.
    pub(in crate::store) fn may_operate(&self) -> bool {
        matches!(self.standing.login, Login::Operator { .. })
    }

    /// What the login is, and where it works.
    pub(in crate::store) fn standing(&self) -> &Standing {
        &self.standing
    }

    /// The transaction of a migration step, and what the login that makes it is.
    pub(in crate::store) async fn begin_step(&self) -> Result<(PostgresTx, Standing), StoreError> {
        let tx = PostgresTx::new(self.client().await?, self.begin_write(&Bound::Operator));
        Ok((tx, self.standing.clone()))
    }

    /// A transaction that reads; on a connection that died while it lay in the pool it begins anew.
    async fn reader(&self, bound: &Bound) -> Result<PostgresTx, StoreError> {
        let begin = self.begin_read(bound);
        Ok(PostgresTx::reading(
            self.client().await?,
            begin,
            self.lender.pool.clone(),
        ))
    }

    fn begin_read(&self, bound: &Bound) -> String {
        self.scoped(control::BEGIN_READ.postgres(), bound)
    }

    fn begin_write(&self, bound: &Bound) -> String {
        let begin = format!(
            "{}; SET LOCAL lock_timeout = {}; SET LOCAL synchronous_commit = on",
            control::BEGIN_WRITE.postgres(),
            self.busy.as_millis()
        );
        self.scoped(&begin, bound)
    }

    /// The one place that sets search path, role and tenant: literally and for this transaction only, which also
    /// reaches the workers of a distributed Postgres. The path names one schema: `"$user"` in it would mean
    /// another one under the role.
    fn scoped(&self, begin: &str, bound: &Bound) -> String {
        let schema = quoted(&self.standing.schema, '"');
        let begin = format!("{begin}; SET LOCAL search_path = {schema}, pg_temp");
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
            quoted(tenant.as_str(), '\'')
        )
    }
}

/// A missing right is the login's where an operator works, and the runtime role's in a tenant.
fn whose(bound: &Bound, failure: Failure) -> Failure {
    match bound {
        Bound::Operator => failure.of_operator(),
        Bound::Tenant(_) => failure,
    }
}

/// Quotes a name or a literal; the text holds no NUL.
fn quoted(text: &str, quote: char) -> String {
    let doubled = text.replace(quote, &format!("{quote}{quote}"));
    format!("{quote}{doubled}{quote}")
}
