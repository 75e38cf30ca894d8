//! An open database.

use std::any::Any;
use std::sync::Arc;

use futures_util::future::BoxFuture;

use crate::audit::record::{Detail, Entity, Event, Recorded, Signature, append};
use crate::database::Database;
use crate::environment::{Environment, Source, SystemSource};
use crate::error::{Failure, Result};
use crate::model::{Action, IntegrityReport, MigrationStatus, Progress, TenantId, UserId, text};
use crate::options::{MigrateMode, OpenOptions};
use crate::service::DeploymentLog;
use crate::session::TenantSession;
use crate::store::location::Location;
use crate::store::migrate::{self, LATEST, Run, StepNote};
use crate::store::{Bound, Lane, UnitFn, WriteTx};

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

/// Hears how far a migration has come, between its steps.
pub type ProgressListener = Arc<dyn Fn(Progress) + Send + Sync>;

/// The operator under whom opening migrates.
const OPENING: &str = "open";

#[cfg_attr(feature = "uniffi", uniffi::export)]
impl Ringfence {
    /// Opens `sqlite:PATH`, `sqlite::memory:` or `postgres://…`, and migrates as the options say.
    ///
    /// # Errors
    /// `Invalid` naming `url` or the option; `Unavailable` when the file or the server cannot be used;
    /// `Schema` for a file that is no database, a newer schema, or, under `Check`, an older one;
    /// `Integrity` with the rows that a legacy database would have to mend first.
    #[cfg_attr(feature = "uniffi", uniffi::constructor)]
    pub async fn open(url: String, options: OpenOptions) -> Result<Self> {
        Self::open_with_source(url, options, Arc::new(SystemSource)).await
    }

    /// Opens a session for an actor whom the host has authenticated.
    ///
    /// # Errors
    /// `Unauthenticated` for an unknown or inactive actor, an unknown or disabled tenant.
    pub async fn session(&self, tenant: TenantId, actor: UserId) -> Result<TenantSession> {
        tenant.check("tenant")?;
        actor.check("actor")?;
        Ok(TenantSession::open(Arc::clone(&self.database), tenant, actor).await?)
    }
}

impl Ringfence {
    /// Likewise with a source of time and chance of the host's own.
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
        let opened = Self { database };
        opened.settle_schema(options.migrate).await?;
        Ok(opened)
    }

    async fn settle_schema(&self, mode: MigrateMode) -> Result<(), Failure> {
        let store = &self.database.store;
        match mode {
            MigrateMode::Check => store.check_current().await,
            MigrateMode::Never => migrate::refuse_newer(store.migration_status().await?.current),
            MigrateMode::Auto => {
                if store.migration_status().await?.current != LATEST {
                    self.run_steps(OPENING, LATEST, &|_| {}, Direction::Up)
                        .await?;
                }
                store.check_current().await
            }
        }
    }

    /// Which steps of the schema are applied, and when.
    ///
    /// # Errors
    /// `Unavailable`.
    pub async fn migration_status(&self) -> Result<MigrationStatus> {
        Ok(self.database.store.migration_status().await?)
    }

    /// Applies the steps up to `to`, or all of them. Each has a transaction of its own and is recorded in
    /// the deployment's log; whoever migrates at the same time waits and finds it done.
    ///
    /// # Errors
    /// `Invalid` for a step that there is not; `Integrity` with the rows that break a boundary: nothing is
    /// changed then, nor repaired; `Schema`; `Forbidden` when the login may not do what operators do.
    pub async fn migrate(
        &self,
        operator: String,
        to: Option<u32>,
        progress: Option<ProgressListener>,
    ) -> Result<MigrationStatus> {
        let to = check_target(&operator, to.unwrap_or(LATEST))?;
        self.run_steps(&operator, to, &heard(progress), Direction::Up)
            .await?;
        self.migration_status().await
    }

    /// Takes steps back, the newest first, until the database stands at `to`.
    ///
    /// # Errors
    /// `Schema` (`lossy_rollback`) when a step would lose data: it and everything below stay; `Invalid`;
    /// `Forbidden` when the login may not do what operators do.
    pub async fn rollback(
        &self,
        operator: String,
        to: u32,
        progress: Option<ProgressListener>,
    ) -> Result<MigrationStatus> {
        let to = check_target(&operator, to)?;
        self.run_steps(&operator, to, &heard(progress), Direction::Down)
            .await?;
        self.migration_status().await
    }

    async fn run_steps(
        &self,
        operator: &str,
        to: u32,
        progress: &(dyn Fn(Progress) + Sync),
        direction: Direction,
    ) -> Result<(), Failure> {
        let environment = &self.database.environment;
        let run = Run {
            operator,
            record: |note, tx| Box::pin(record_step(note, tx)),
            now: &|| environment.now(),
            salt: &|| environment.random(),
            progress,
        };
        match direction {
            Direction::Up => self.database.store.migrate(to, &run).await,
            Direction::Down => self.database.store.roll_back(to, &run).await,
        }
    }

    /// Looks for rows that break a boundary which the steps so far enforce. Reads only.
    ///
    /// # Errors
    /// `Unavailable`; `Forbidden` when the login may not look across tenants.
    pub async fn integrity_scan(&self) -> Result<IntegrityReport> {
        let current = self.migration_status().await?.current;
        Ok(self.database.store.scan(current).await?)
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

#[derive(Clone, Copy)]
enum Direction {
    Up,
    Down,
}

fn check_target(operator: &str, to: u32) -> Result<u32> {
    text::name("operator", operator)?;
    if to > LATEST {
        return Err(crate::model::InvalidField::new(
            "to",
            format_args!("is beyond the newest step, {LATEST}"),
        )
        .into());
    }
    Ok(to)
}

fn heard(progress: Option<ProgressListener>) -> impl Fn(Progress) + Sync {
    move |step| {
        if let Some(listener) = &progress {
            listener(step);
        }
    }
}

/// The event of one step in the deployment's log.
async fn record_step(note: &StepNote, tx: &mut WriteTx) -> Result<(), Failure> {
    let signature = Signature {
        actor: note.operator.clone(),
        time: note.time,
        salt: note.salt,
    };
    let event = Event {
        action: Action::Update,
        entity: Entity::new("schema", note.step.name),
        detail: Detail::new()
            .with("version", note.step.version)
            .with("batch", note.step.batch)
            .with("applied", note.applied),
    };
    append(tx, &signature, event).await
}

/// The body of an operator's method that writes.
pub(crate) type OperatorWork<A, T> = for<'t> fn(
    &'t Signature,
    &'t mut WriteTx,
    &'t A,
) -> BoxFuture<'t, Result<Recorded<T>, Failure>>;

impl Ringfence {
    /// Runs the body of an operator's method as one unit of work, with its event in the deployment's log.
    pub(crate) async fn operate<A: Send + Sync + 'static, T: Send + 'static>(
        &self,
        operator: &str,
        args: A,
        work: OperatorWork<A, T>,
    ) -> Result<T> {
        text::name("operator", operator)?;
        let signature = Signature {
            actor: operator.to_owned(),
            time: self.database.environment.now(),
            salt: self.database.environment.random()?,
        };
        let args = Arc::new(args);
        // The unit keeps the database open until it has run, whoever drops the last handle.
        let database = Arc::clone(&self.database);
        let unit: UnitFn = Arc::new(move |tx| {
            let _open = &database;
            let (args, signature) = (Arc::clone(&args), signature.clone());
            Box::pin(async move {
                let recorded = work(&signature, tx, &args).await?;
                tx.act_for_deployment();
                let value = recorded.commit(tx, &signature).await?;
                Ok(Box::new(value) as Box<dyn Any + Send>)
            })
        });
        let done = self
            .database
            .store
            .write(Bound::Operator, Lane::Normal, unit)
            .await?;
        let value = done.downcast::<T>().map_err(|_| {
            Failure::Internal("a unit of work returned another type than its own".to_owned())
        })?;
        Ok(*value)
    }
}
