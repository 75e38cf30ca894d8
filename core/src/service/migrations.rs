//! Bringing the schema to a step, each step an event in the deployment's log.

use std::sync::Arc;

use super::listeners::{self, FindingsListener, ProgressListener};
use super::sealing;
use crate::audit::detail::Detail;
use crate::audit::record::{Event, Signature, append};
use crate::database::Database;
use crate::error::{ConflictCode, Failure, Result};
use crate::model::{
    Action, BoundaryReport, Entity, IntegrityReport, InvalidField, MigrationStatus, text,
};
use crate::options::MigrateMode;
use crate::store::WriteTx;
use crate::store::migrate::{self, Done, Hearing, LATEST, Note, Run};

/// The operator under whom opening migrates.
const OPENING: &str = "open";

/// Does with a database that was just opened what the options say.
pub(crate) async fn settle(database: &Arc<Database>, mode: MigrateMode) -> Result<()> {
    settle_schema(database, mode).await?;
    if mode != MigrateMode::Auto {
        return Ok(());
    }
    match sealing::seal_plain(database, OPENING, "open").await {
        // `rekey`, which may have ended half-way, needs an open database.
        Err(refused) if refused.code() == ConflictCode::OtherSecretKey.as_str() => {
            tracing::warn!(
                target: "ringfence::migrate",
                "credentials stay as they are: others are sealed with another key than the one that is given"
            );
            Ok(())
        }
        sealed => sealed,
    }
}

/// Does with a schema that is not current what the options say.
async fn settle_schema(database: &Arc<Database>, mode: MigrateMode) -> Result<(), Failure> {
    let store = &database.store;
    // Looking at the schema is one stretch, and looking again behind the steps another.
    let due = database.due();
    let status = || database.within(due, store.migration_status());
    let check = |due| database.within(due, store.check_current());
    match mode {
        MigrateMode::Check => check(due).await,
        MigrateMode::Never => {
            let current = status().await?.current;
            store.works_at(current);
            migrate::refuse_newer(current)
        }
        MigrateMode::Auto => {
            let current = status().await?.current;
            if current == LATEST && check(due).await.is_ok() {
                return Ok(());
            }
            let run = take_steps(database, OPENING, LATEST, None, By::Open).await;
            match run {
                // There were rights to settle only: what is left to do is said as under `Check`.
                Err(Failure::Schema(_) | Failure::OperatorRights) if current == LATEST => {}
                run => drop(run?),
            }
            check(database.due()).await
        }
    }
}

pub(crate) async fn status(database: &Database) -> Result<MigrationStatus> {
    let status = database.store.migration_status();
    Ok(database.within(database.due(), status).await?)
}

pub(crate) async fn up(
    database: &Arc<Database>,
    operator: &str,
    to: Option<u32>,
    progress: Option<Arc<dyn ProgressListener>>,
) -> Result<MigrationStatus> {
    let to = check_target(operator, to.unwrap_or(LATEST))?;
    let status = take_steps(database, operator, to, progress, By::Migrate).await?;
    if status.is_current() {
        sealing::seal_plain(database, operator, "migrate").await?;
    }
    Ok(status)
}

pub(crate) async fn down(
    database: &Arc<Database>,
    operator: &str,
    to: u32,
    progress: Option<Arc<dyn ProgressListener>>,
) -> Result<MigrationStatus> {
    let to = check_target(operator, to)?;
    Ok(take_steps(database, operator, to, progress, By::Rollback).await?)
}

pub(crate) async fn scan(
    database: &Arc<Database>,
    progress: Option<Arc<dyn ProgressListener>>,
    findings: Option<Arc<dyn FindingsListener>>,
) -> Result<IntegrityReport> {
    let scanned = Arc::clone(database);
    let work = async move {
        let store = &scanned.store;
        let current = store.migration_status().await?.current;
        let hearing = Hearing {
            progress: &listeners::progress(progress),
            findings: &listeners::findings(findings),
        };
        store.scan(current, &hearing).await
    };
    Ok(database.aside(work).await?)
}

pub(crate) async fn boundary(database: &Arc<Database>) -> Result<BoundaryReport> {
    let looked_at = Arc::clone(database);
    let work = async move { looked_at.store.boundary().await };
    Ok(database.aside(work).await?)
}

/// Which method takes steps.
#[derive(Clone, Copy)]
enum By {
    Open,
    Migrate,
    Rollback,
}

async fn take_steps(
    database: &Arc<Database>,
    operator: &str,
    to: u32,
    progress: Option<Arc<dyn ProgressListener>>,
    by: By,
) -> Result<MigrationStatus, Failure> {
    let (migrated, operator) = (Arc::clone(database), operator.to_owned());
    let work = async move {
        let (store, environment) = (&migrated.store, &migrated.environment);
        let run = Run {
            operator: &operator,
            method: match by {
                By::Open => "open",
                By::Migrate => "migrate",
                By::Rollback => "rollback",
            },
            record: |note, tx| Box::pin(record_note(note, tx)),
            now: &|| environment.now(),
            seed: &|| environment.random(),
            progress: &listeners::progress(progress),
        };
        let taken = match by {
            By::Open | By::Migrate => store.migrate(to, &run).await,
            By::Rollback => store.roll_back(to, &run).await,
        };
        // Of several steps some may stand although a later one failed.
        let status = store.migration_status().await;
        if let Ok(status) = &status {
            store.works_up_to(status.current);
        }
        taken?;
        status
    };
    database.aside(work).await
}

fn check_target(operator: &str, to: u32) -> Result<u32> {
    text::name("operator", operator)?;
    if to > LATEST {
        return Err(InvalidField::new(
            "to",
            format_args!("is not between 0 and {LATEST}, the newest step"),
        )
        .into());
    }
    Ok(to)
}

fn of_step(version: u32, batch: &str, applied: bool) -> Detail {
    Detail::new()
        .with("version", version)
        .with("batch", batch)
        .with("applied", applied)
}

/// The event of what the runner did in the deployment's log.
async fn record_note(note: &Note, tx: &mut WriteTx) -> Result<(), Failure> {
    let signature = Signature {
        actor: note.operator.clone(),
        method: note.method,
        time: note.time,
        seed: note.seed,
    };
    let (entity, detail) = match &note.done {
        Done::Applied { step, found } => {
            let detail = of_step(step.version, step.batch, true);
            let found = found.as_slice();
            match found {
                [] => (step.name, detail),
                _ => (step.name, detail.with("found", found)),
            }
        }
        Done::TakenBack { step } => (step.name, of_step(step.version, step.batch, false)),
        Done::Rights { lacked, exceeded } => (
            "rights",
            Detail::new()
                .with("lacked", lacked.as_slice())
                .with("exceeded", exceeded.as_slice()),
        ),
        Done::Names { users } => ("names", Detail::new().with("users", *users)),
    };
    let event = Event::done(Action::Update, Entity::new("schema", entity), detail);
    append(tx, &signature, [event])
}
