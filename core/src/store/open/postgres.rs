//! An open Postgres database: reads on pooled connections, and a lane for each tenant that writes.

use jiff::Timestamp;
use tokio::runtime::Handle;

use crate::environment::Environment;
use crate::error::{Failure, StoreError};
use crate::store::postgres::{Connections, PostgresConfig};
use crate::store::settings::Settings;
use crate::store::sql::{Gather, Query, Value};
use crate::store::statements::log;
use crate::store::terms::{Bound, bind, decided_at};
use crate::store::tx::{ReadFn, Reading};
use crate::store::writers::postgres::Lanes;
use crate::store::writers::unit::{Done, Errand, UnitFn};

/// How often a read runs while its tables are changed under it.
const RUNS: u32 = 4;

/// An open Postgres database.
pub(in crate::store) struct Postgres {
    lanes: Lanes,
}

impl Postgres {
    pub(in crate::store) async fn open(
        config: &PostgresConfig,
        settings: &Settings,
        clock: Environment,
        runtime: Handle,
    ) -> Result<Self, Failure> {
        let connections = Connections::open(config, settings, clock, runtime).await?;
        Ok(Self {
            lanes: Lanes::new(connections),
        })
    }

    /// One statement in a transaction of its own: one round trip.
    pub(in crate::store) async fn single<F: Gather>(
        &self,
        bound: &Bound,
        query: &'static Query<F>,
        parameters: &[Value<'_>],
    ) -> Result<F, StoreError> {
        let parameters = bind(bound, bound.log_owner(), query, parameters)?;
        self.inside(async {
            let mut tx = self.connections().reader(bound).await?;
            tx.query_and_commit(query, &parameters).await
        })
        .await
        .map_err(|error| match bound {
            Bound::Operator => error.of_operator(),
            Bound::Tenant(_) => error,
        })
    }

    /// Likewise, and the server's time behind it, in the same round trip.
    pub(in crate::store) async fn single_timed<F: Gather>(
        &self,
        bound: &Bound,
        query: &'static Query<F>,
        parameters: &[Value<'_>],
    ) -> Result<(F, Timestamp), StoreError> {
        let parameters = bind(bound, bound.log_owner(), query, parameters)?;
        let timed = self.inside(async {
            let mut tx = self.connections().reader(bound).await?;
            tx.query_both_and_commit((query, &parameters), (&log::SERVER_TIME, &[]))
                .await
        });
        let (found, times) = timed.await?;
        let clock = self.connections().clock();
        Ok((found, decided_at(clock, times.into_iter().next())))
    }

    /// Several statements on one snapshot. Nobody waits for its end. Where a plan turns out to be stale behind the first
    /// request, which goes out again by itself, the read runs again as a whole.
    pub(in crate::store) async fn read<T: Send>(
        &self,
        bound: Bound,
        work: ReadFn<T>,
    ) -> Result<T, Failure> {
        self.inside(async {
            let mut runs = 1;
            loop {
                match self.read_once(&bound, &work).await {
                    Err(Failure::Store(StoreError::StalePlan(_))) if runs < RUNS => runs += 1,
                    outcome => return outcome.map_err(|failure| whose(&bound, failure)),
                }
            }
        })
        .await
    }

    async fn read_once<T: Send>(&self, bound: &Bound, work: &ReadFn<T>) -> Result<T, Failure> {
        let tx = self.connections().reader(bound).await?;
        let clock = self.connections().clock().clone();
        let mut tx = Reading::new(tx, bound.clone(), clock);
        let outcome = work(&mut tx).await;
        let ended = tx.into_engine().roll_back();
        self.connections().runtime().spawn(ended);
        outcome
    }

    /// Hands a unit over; `done` hears when its group is committed.
    pub(in crate::store) fn submit(&self, errand: Errand, unit: UnitFn, done: Done) {
        let bound = errand.bound.clone();
        if bound == Bound::Operator && !self.connections().may_operate() {
            done(Err(Failure::OperatorRights));
            return;
        }
        let done: Done =
            Box::new(move |outcome| done(outcome.map_err(|failure| whose(&bound, failure))));
        self.lanes.submit(errand, unit, done);
    }

    /// Finishes what was handed over and closes every connection.
    pub(in crate::store) fn shut_down(&self) {
        self.lanes.close();
        self.connections().runtime().block_on(self.lanes.drained());
        self.connections().close();
    }

    /// Polls a future inside the runtime that owns the connections, wherever it is awaited.
    pub(in crate::store) async fn inside<F: Future>(&self, future: F) -> F::Output {
        self.connections().inside(future).await
    }

    pub(in crate::store) fn connections(&self) -> &Connections {
        self.lanes.connections()
    }
}

/// A missing right is the login's where an operator works, and the runtime role's in a tenant.
fn whose(bound: &Bound, failure: Failure) -> Failure {
    match bound {
        Bound::Operator => failure.of_operator(),
        Bound::Tenant(_) => failure,
    }
}
