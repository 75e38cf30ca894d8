//! The only place that names a database driver.
//!
//! A [`Store`] offers transactions bound to a scope ([`Bound`]); services read and write through
//! [`Tx`] and [`WriteTx`] with the statements of one registry ([`statements`]). The engines differ in
//! [`sqlite`] and [`postgres`]; nothing above this module knows which one it is.

pub(crate) mod calling;
pub(crate) mod location;
pub(crate) mod migrate;
mod postgres;
pub(crate) mod probe;
pub(crate) mod record;
mod row;
mod sqlite;
mod statement;
pub(crate) mod statements;
mod tx;
mod unit;
mod value;

use std::any::Any;
use std::sync::Arc;
use std::time::Duration;

use futures_util::future::BoxFuture;
use jiff::Timestamp;
use tokio::sync::oneshot;

pub(crate) use row::{AtEpoch, Found, FromRow, Gather, Row};
#[cfg_attr(
    not(feature = "testing"),
    allow(unreachable_pub, reason = "public to the proofs alone")
)]
pub use statement::Scope;
pub(crate) use statement::{Count, Expect, Insert, Query, Rows, Stamped, Statement, Update, Write};
pub(crate) use statements::log::Head;
pub(crate) use tx::{Bound, DEPLOYMENT, Judged, Log, Tx, WriteTx};
pub(crate) use unit::{Errand, Lane};
pub(crate) use value::{ToValue, Value, values};

use crate::environment::Environment;
use crate::error::{Failure, StoreError};
use crate::model::InvalidField;
use crate::process::OfProcess;
use location::Location;
use unit::{Done, UnitFn};

/// A read on one snapshot. It runs where it is called.
pub(crate) type ReadFn<T> =
    Box<dyn for<'t> FnOnce(&'t mut Tx) -> BoxFuture<'t, Result<T, Failure>> + Send>;

/// How a store is opened.
#[derive(Debug, Clone)]
pub(crate) struct Settings {
    /// Whether a file that is not there is made (SQLite).
    pub(crate) create_if_missing: bool,
    /// Connections for reading (SQLite), connections in all (Postgres).
    pub(crate) pool_size: usize,
    /// How long to wait for a lock or a connection.
    pub(crate) busy_timeout: Duration,
    /// How long a migration waits for another, or for the writers of the file.
    pub(crate) migration_lock_timeout: Duration,
    /// Where the tables are, if not where the login's search path leads to (Postgres).
    pub(crate) schema: Option<String>,
}

/// An open database, for the process that opened it.
pub(crate) struct Store(OfProcess<Engine>);

/// The closed set of engines.
enum Engine {
    Sqlite(sqlite::Sqlite),
    Postgres(postgres::Postgres),
}

impl Store {
    pub(crate) async fn open(
        location: &Location,
        settings: &Settings,
        clock: Environment,
        runtime: tokio::runtime::Handle,
    ) -> Result<Self, Failure> {
        let engine = match location {
            Location::Sqlite(place) => {
                if settings.schema.is_some() {
                    return Err(InvalidField::new("schema", "is of Postgres only").into());
                }
                if !settings.create_if_missing {
                    place.must_exist()?;
                }
                Engine::Sqlite(sqlite::Sqlite::open(place, settings, clock)?)
            }
            Location::Postgres(config) => {
                Engine::Postgres(postgres::Postgres::open(config, settings, clock, runtime).await?)
            }
        };
        Ok(Self(OfProcess::new(engine)))
    }

    /// The only way to the engine: a child of fork is turned away here, before it waits for anything.
    fn engine(&self) -> Result<&Engine, StoreError> {
        self.0.get()
    }

    /// Turns a child of fork away before it waits for what another thread of its parent holds.
    pub(crate) fn must_be_of_this_process(&self) -> Result<(), StoreError> {
        self.engine().map(drop)
    }

    /// One statement on a snapshot of its own: the cheapest read there is.
    pub(crate) async fn single<F: Gather>(
        &self,
        bound: &Bound,
        query: &'static Query<F>,
        parameters: &[Value<'_>],
    ) -> Result<F, StoreError> {
        match self.engine()? {
            Engine::Sqlite(store) => store.single(bound, query, parameters),
            Engine::Postgres(store) => store.single(bound, query, parameters).await,
        }
    }

    /// Likewise, with the time that decisions are made at, read after the call arrived.
    pub(crate) async fn single_timed<F: Gather>(
        &self,
        bound: &Bound,
        query: &'static Query<F>,
        parameters: &[Value<'_>],
    ) -> Result<(F, Timestamp), StoreError> {
        match self.engine()? {
            Engine::Sqlite(store) => store.single_timed(bound, query, parameters),
            Engine::Postgres(store) => store.single_timed(bound, query, parameters).await,
        }
    }

    /// Several statements on one snapshot. Returns in the very poll in which the work does.
    pub(crate) async fn read<T: Send>(&self, bound: Bound, work: ReadFn<T>) -> Result<T, Failure> {
        match self.engine()? {
            Engine::Sqlite(store) => store.read(bound, work),
            Engine::Postgres(store) => store.read(bound, work).await,
        }
    }

    /// Hands over a unit of work, which may run more than once. `done` hears how it ended, once, when it is
    /// durable, whoever still waits; it runs where the units run, so it hands on and does not wait.
    pub(crate) fn submit<T: Send + 'static>(
        &self,
        errand: Errand,
        work: impl for<'t> Fn(&'t mut WriteTx) -> BoxFuture<'t, Result<T, Failure>>
        + Send
        + Sync
        + 'static,
        done: impl FnOnce(Result<T, Failure>) + Send + Sync + 'static,
    ) {
        // The writers carry units of every kind, so that their values have no type there.
        let unit: UnitFn = Arc::new(move |tx| {
            let done = work(tx);
            Box::pin(async move { Ok(Box::new(done.await?) as Box<dyn Any + Send>) })
        });
        let done: Done = Box::new(move |outcome| {
            done(outcome.and_then(|value| {
                value.downcast().map(|value| *value).map_err(|_| {
                    let text = "a unit of work returned another type than its own";
                    Failure::Internal(text.to_owned())
                })
            }));
        });
        match self.engine() {
            Ok(Engine::Sqlite(store)) => store.submit(errand, unit, done),
            Ok(Engine::Postgres(store)) => store.submit(errand, unit, done),
            Err(forked) => done(Err(forked.into())),
        }
    }

    /// Hands over a unit of work and returns when it is durable. Dropping the future does not stop the unit.
    pub(crate) async fn write<T: Send + 'static>(
        &self,
        errand: Errand,
        work: impl for<'t> Fn(&'t mut WriteTx) -> BoxFuture<'t, Result<T, Failure>>
        + Send
        + Sync
        + 'static,
    ) -> Result<T, Failure> {
        let (reply, answer) = oneshot::channel();
        self.submit(errand, work, |outcome| drop(reply.send(outcome)));
        heard(answer).await
    }

    /// Whether the engine works on the thread that polls it, rather than on a server.
    pub(crate) fn works_in_place(&self) -> Result<bool, StoreError> {
        Ok(matches!(self.engine()?, Engine::Sqlite(_)))
    }

    /// Polls a future where the engine's connections can be used, whatever it is awaited on.
    async fn inside<T>(
        &self,
        future: impl Future<Output = Result<T, Failure>>,
    ) -> Result<T, Failure> {
        match self.engine()? {
            Engine::Sqlite(_) => future.await,
            Engine::Postgres(store) => store.inside(future).await,
        }
    }

    fn clock(&self) -> Result<&Environment, StoreError> {
        Ok(match self.engine()? {
            Engine::Sqlite(store) => store.clock(),
            Engine::Postgres(store) => &store.connections().clock,
        })
    }

    /// Finishes what was handed over and closes every connection. Waits on the calling thread.
    pub(crate) fn shut_down(&self) -> Result<(), StoreError> {
        match self.engine()? {
            Engine::Sqlite(store) => store.shut_down(),
            Engine::Postgres(store) => store.shut_down(),
        }
        Ok(())
    }
}

/// The outcome of a unit that was handed over.
pub(crate) async fn heard<T>(answer: oneshot::Receiver<Result<T, Failure>>) -> Result<T, Failure> {
    // Whoever runs the units has gone with its runtime.
    answer
        .await
        .unwrap_or(Err(StoreError::OutcomeUnknown.into()))
}
