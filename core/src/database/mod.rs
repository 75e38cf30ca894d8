//! What every handle of one open database shares.

pub(crate) mod alarms;
mod answer;
mod deadline;
mod due;
pub(crate) mod fences;
mod hashing;
pub(crate) mod keyring;
pub(crate) mod refusals;

use std::sync::Arc;
use std::time::Duration;

use tokio::runtime::{Handle, Runtime};

use crate::environment::Environment;
use crate::error::{Failure, StoreError};
use crate::options::{MigrateMode, OpenOptions};
use crate::process::OfProcess;
use crate::sealing::Sealer;
use crate::store::location::Location;
use crate::store::{Settings, Store, calling};
use alarms::Alarms;
pub(crate) use answer::Answer;
pub(crate) use due::Due;
use due::Patience;
use fences::KnownFences;
pub(crate) use hashing::{Hashing, Place, Whose};
use keyring::Keyring;
use refusals::Refusals;

/// An open database: its store, the runtime that the connections live on, and where time comes from.
pub(crate) struct Database {
    pub(crate) store: Store,
    pub(crate) environment: Environment,
    /// Refusals that no event tells of yet.
    pub(crate) refusals: Refusals,
    /// What the host was told of.
    pub(crate) alarms: Alarms,
    /// What credentials are sealed with.
    pub(crate) keyring: Arc<Keyring>,
    /// Of the plans that were flown lately.
    pub(crate) fences: Arc<KnownFences>,
    /// How long a caller waits.
    patience: Patience,
    threads: OfProcess<Threads>,
}

/// What work of the database's own runs on.
struct Threads {
    /// Bounds how many passwords are hashed at once, and says whose is next.
    hashing: Arc<Hashing>,
    runtime: OwnedRuntime,
}

impl Database {
    pub(crate) async fn open(
        location: &Location,
        options: &OpenOptions,
        environment: Environment,
    ) -> Result<Arc<Self>, Failure> {
        let key = options.secret_key.as_ref();
        let key = key.map(|key| Sealer::of(key, "secret_key")).transpose()?;
        let runtime = OwnedRuntime::start()?;
        let settings = Settings {
            // Nothing is in a file that was just made, which is not what there is to check.
            create_if_missing: options.create_if_missing && options.migrate != MigrateMode::Check,
            allow_hard_links: options.allow_hard_links,
            allow_any_mount: options.allow_any_mount,
            pool_size: usize::try_from(options.pool_size).unwrap_or(usize::MAX),
            busy_timeout: Duration::from_millis(options.busy_timeout_ms.into()),
            call_timeout: Duration::from_millis(options.call_timeout_ms.into()),
            migration_lock_timeout: Duration::from_millis(options.migration_lock_timeout_ms.into()),
            schema: options.schema.clone(),
        };
        let (clock, handle) = (environment.clone(), runtime.handle().clone());
        let store = Store::open(location, &settings, clock, handle).await?;
        let permits = usize::try_from(options.hashing_concurrency).unwrap_or(1);
        Ok(Arc::new(Self {
            store,
            environment,
            refusals: Refusals::default(),
            alarms: Alarms::default(),
            keyring: Arc::new(Keyring::of(key)),
            fences: Arc::default(),
            patience: Patience::of(&settings),
            threads: OfProcess::new(Threads {
                hashing: Arc::new(Hashing::new(permits)),
                runtime,
            }),
        }))
    }

    /// Does something later, unless the database has gone by then.
    pub(crate) fn later(
        self: &Arc<Self>,
        after: Duration,
        then: impl FnOnce(&Arc<Self>) + Send + 'static,
    ) {
        let database = Arc::downgrade(self);
        // In a child of fork there is no later.
        if let Ok(threads) = self.threads.get() {
            threads.runtime.handle().spawn(async move {
                tokio::time::sleep(after).await;
                if let Some(database) = database.upgrade() {
                    then(&database);
                }
            });
        }
    }

    /// Who hashes, and who waits for it.
    pub(crate) fn hashing_places(&self) -> Result<&Arc<Hashing>, Failure> {
        Ok(&self.threads.get()?.hashing)
    }

    /// The runtime that timers are of.
    fn timers(&self) -> Result<&Handle, StoreError> {
        Ok(self.threads.get()?.runtime.handle())
    }

    /// Runs work that is more than one row or one page, so that no executor's thread is held by it: SQLite works on
    /// the thread that polls it, so there it runs on a thread for blocking work and, once begun, to its end. A caller
    /// that waits for it whatever comes does it itself. On Postgres the work suspends whenever it asks the server; what
    /// it does between two answers must be short.
    pub(crate) async fn aside<T: Send + 'static>(
        &self,
        work: impl Future<Output = Result<T, Failure>> + Send + 'static,
    ) -> Result<T, Failure> {
        if !self.store.works_in_place()? || calling::waits_throughout() {
            return work.await;
        }
        self.off_thread(move || calling::waiting(|| pollster::block_on(work)))
            .await?
    }

    /// Runs heavy work on a thread of its own, off every executor.
    pub(crate) async fn off_thread<T: Send + 'static>(
        &self,
        work: impl FnOnce() -> T + Send + 'static,
    ) -> Result<T, Failure> {
        self.threads
            .get()?
            .runtime
            .handle()
            .spawn_blocking(work)
            .await
            .map_err(|error| Failure::Internal(format!("heavy work failed: {error}")))
    }

    /// Has work done off every executor that nobody waits for and that must be done: where no thread takes it, here.
    pub(crate) fn at_last(&self, work: impl FnOnce() + Send + 'static) {
        let work = AtLast(Some(work));
        match self.threads.get() {
            Ok(threads) => drop(threads.runtime.handle().spawn_blocking(move || drop(work))),
            Err(_) => drop(work),
        }
    }
}

/// Work that is done when this is dropped, such as by a runtime that ends before it takes it.
struct AtLast<F: FnOnce()>(Option<F>);

impl<F: FnOnce()> Drop for AtLast<F> {
    fn drop(&mut self) {
        if let Some(work) = self.0.take() {
            work();
        }
    }
}

/// A runtime of the database's own. Dropping it never waits, so that a handle may be dropped anywhere,
/// inside another runtime too.
struct OwnedRuntime(Option<Runtime>);

impl OwnedRuntime {
    /// Two threads: the driver's tasks only pass bytes on.
    fn start() -> Result<Self, Failure> {
        tokio::runtime::Builder::new_multi_thread()
            .worker_threads(2)
            .thread_name("ringfence")
            .enable_all()
            .build()
            .map(|runtime| Self(Some(runtime)))
            .map_err(|error| StoreError::from_io("no runtime", &error).into())
    }

    #[allow(clippy::expect_used, reason = "only `drop` takes the runtime")]
    fn handle(&self) -> &Handle {
        self.0.as_ref().expect("a running runtime").handle()
    }
}

impl Drop for OwnedRuntime {
    fn drop(&mut self) {
        if let Some(runtime) = self.0.take() {
            runtime.shutdown_background();
        }
    }
}
