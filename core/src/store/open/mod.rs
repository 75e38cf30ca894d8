//! An open database: what waits for it, reads it and hands work over to it, whichever engine it is on.

mod drift;
mod mismatch;
mod postgres;
mod sqlite;

use std::any::Any;
use std::sync::Arc;
use std::sync::atomic::AtomicU32;

use futures_util::future::BoxFuture;
use jiff::Timestamp;

use super::calling;
use super::engine::Engine;
use super::location::Location;
use super::settings::Settings;
use super::sql::{Gather, Query, Value};
use super::terms::Bound;
use super::tx::{ReadFn, WriteTx};
use super::writers::unit::{Done, Errand, UnitFn};
use crate::environment::Environment;
use crate::error::{Failure, StoreError};
use crate::model::InvalidField;
use crate::process::OfProcess;
use crate::schema::version::LATEST;
pub(in crate::store) use mismatch::{newer, older};
use postgres::Postgres;
use sqlite::Sqlite;

/// An open database, for the process that opened it.
pub(crate) struct Store {
    opened: OfProcess<Opened>,
    /// The step that the handle works on, which is not where another process has left the schema.
    works_at: AtomicU32,
}

/// The closed set of open databases.
pub(in crate::store) enum Opened {
    Sqlite(Sqlite),
    Postgres(Postgres),
}

/// What is awaited of a server is boxed: a call's future, which hosts nest in theirs, stays small.
impl Store {
    pub(crate) async fn open(
        location: &Location,
        settings: &Settings,
        clock: Environment,
        runtime: tokio::runtime::Handle,
    ) -> Result<Self, Failure> {
        let opened = match location {
            Location::Sqlite(place) => {
                if settings.schema.is_some() {
                    return Err(InvalidField::new("schema", "is of Postgres only").into());
                }
                if !settings.create_if_missing {
                    place.must_exist()?;
                }
                let (place, settings) = (place.clone(), settings.clone());
                let open = move || Sqlite::open(&place, &settings, clock);
                // It may wait for whoever holds the file.
                Opened::Sqlite(if calling::waits_throughout() {
                    open()?
                } else {
                    runtime.spawn_blocking(open).await.map_err(|error| {
                        Failure::Internal(format!("opening was given up: {error}"))
                    })??
                })
            }
            Location::Postgres(config) => {
                Opened::Postgres(Box::pin(Postgres::open(config, settings, clock, runtime)).await?)
            }
        };
        Ok(Self {
            opened: OfProcess::new(opened),
            works_at: AtomicU32::new(LATEST),
        })
    }

    /// The only way to the database: a child of fork is turned away here, before it waits for anything.
    pub(in crate::store) fn opened(&self) -> Result<&Opened, StoreError> {
        self.opened.get()
    }

    /// Which engine it is.
    pub(in crate::store) fn engine(&self) -> Result<Engine, StoreError> {
        Ok(match self.opened()? {
            Opened::Sqlite(_) => Engine::Sqlite,
            Opened::Postgres(_) => Engine::Postgres,
        })
    }

    /// Whether the database login may do what operators do.
    pub(crate) fn may_operate(&self) -> Result<bool, StoreError> {
        Ok(match self.opened()? {
            Opened::Sqlite(_) => true,
            Opened::Postgres(store) => store.connections().may_operate(),
        })
    }

    /// Turns a child of fork away before it waits for what another thread of its parent holds.
    pub(crate) fn must_be_of_this_process(&self) -> Result<(), StoreError> {
        self.opened().map(drop)
    }

    /// One statement on a snapshot of its own: the cheapest read there is.
    pub(crate) async fn single<F: Gather>(
        &self,
        bound: &Bound,
        query: &'static Query<F>,
        parameters: &[Value<'_>],
    ) -> Result<F, Failure> {
        match self.single_as_it_is(bound, query, parameters).await {
            Ok(found) => Ok(found),
            Err(error) => Err(self.explained(error.into()).await),
        }
    }

    /// Likewise, for who asks about the schema itself.
    pub(in crate::store) async fn single_as_it_is<F: Gather>(
        &self,
        bound: &Bound,
        query: &'static Query<F>,
        parameters: &[Value<'_>],
    ) -> Result<F, StoreError> {
        match self.opened()? {
            Opened::Sqlite(store) => store.single(bound, query, parameters),
            Opened::Postgres(store) => Box::pin(store.single(bound, query, parameters)).await,
        }
    }

    /// Likewise, with the time that decisions are made at, read after the call arrived.
    pub(crate) async fn single_timed<F: Gather>(
        &self,
        bound: &Bound,
        query: &'static Query<F>,
        parameters: &[Value<'_>],
    ) -> Result<(F, Timestamp), Failure> {
        let timed = match self.opened()? {
            Opened::Sqlite(store) => store.single_timed(bound, query, parameters),
            Opened::Postgres(store) => Box::pin(store.single_timed(bound, query, parameters)).await,
        };
        match timed {
            Ok(found) => Ok(found),
            Err(error) => Err(self.explained(error.into()).await),
        }
    }

    /// Several statements on one snapshot. Returns in the very poll in which the work does, where that succeeds.
    pub(crate) async fn read<T: Send>(&self, bound: Bound, work: ReadFn<T>) -> Result<T, Failure> {
        let done = match self.opened()? {
            Opened::Sqlite(store) => store.read(bound, work),
            Opened::Postgres(store) => Box::pin(store.read(bound, work)).await,
        };
        match done {
            Ok(value) => Ok(value),
            Err(failure) => Err(self.explained(failure).await),
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
        match self.opened() {
            Ok(Opened::Sqlite(store)) => store.submit(errand, unit, done),
            Ok(Opened::Postgres(store)) => store.submit(errand, unit, done),
            Err(forked) => done(Err(forked.into())),
        }
    }

    /// Whether the engine works on the thread that polls it, rather than on a server.
    pub(crate) fn works_in_place(&self) -> Result<bool, StoreError> {
        Ok(self.engine()? == Engine::Sqlite)
    }

    /// Polls a future where the engine's connections can be used, whatever it is awaited on.
    pub(in crate::store) async fn inside<T>(
        &self,
        future: impl Future<Output = Result<T, Failure>>,
    ) -> Result<T, Failure> {
        match self.opened()? {
            Opened::Sqlite(_) => future.await,
            Opened::Postgres(store) => Box::pin(store.inside(future)).await,
        }
    }

    pub(in crate::store) fn clock(&self) -> Result<&Environment, StoreError> {
        Ok(match self.opened()? {
            Opened::Sqlite(store) => store.clock(),
            Opened::Postgres(store) => store.connections().clock(),
        })
    }

    /// Finishes what was handed over and closes every connection. Waits on the calling thread.
    pub(crate) fn shut_down(&self) -> Result<(), StoreError> {
        match self.opened()? {
            Opened::Sqlite(store) => store.shut_down(),
            Opened::Postgres(store) => store.shut_down(),
        }
        Ok(())
    }
}
