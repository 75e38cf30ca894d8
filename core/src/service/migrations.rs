//! Bringing the schema to a step, each step an event in the deployment's log.

use std::sync::Arc;

use crate::audit::record::{Detail, Event, Signature, append};
use crate::database::Database;
use crate::error::{Failure, Result};
use crate::model::{
    Action, Entity, IntegrityReport, InvalidField, MigrationStatus, Progress, text,
};
use crate::options::MigrateMode;
use crate::store::WriteTx;
use crate::store::migrate::{self, LATEST, Run, StepNote};

/// Hears how far a migration has come, between its steps.
pub type ProgressListener = Arc<dyn Fn(Progress) + Send + Sync>;

/// The operator under whom opening migrates.
const OPENING: &str = "open";

/// Does with a schema that is not current what the options say.
pub(crate) async fn settle(database: &Database, mode: MigrateMode) -> Result<(), Failure> {
    let store = &database.store;
    match mode {
        MigrateMode::Check => store.check_current().await,
        MigrateMode::Never => migrate::refuse_newer(store.migration_status().await?.current),
        MigrateMode::Auto => {
            if store.migration_status().await?.current != LATEST {
                run_steps(database, OPENING, LATEST, &|_| {}, Direction::Up).await?;
            }
            store.check_current().await
        }
    }
}

pub(crate) async fn status(database: &Database) -> Result<MigrationStatus> {
    Ok(database.store.migration_status().await?)
}

pub(crate) async fn up(
    database: &Database,
    operator: &str,
    to: Option<u32>,
    progress: Option<ProgressListener>,
) -> Result<MigrationStatus> {
    let to = check_target(operator, to.unwrap_or(LATEST))?;
    run_steps(database, operator, to, &heard(progress), Direction::Up).await?;
    status(database).await
}

pub(crate) async fn down(
    database: &Database,
    operator: &str,
    to: u32,
    progress: Option<ProgressListener>,
) -> Result<MigrationStatus> {
    let to = check_target(operator, to)?;
    run_steps(database, operator, to, &heard(progress), Direction::Down).await?;
    status(database).await
}

pub(crate) async fn scan(database: &Database) -> Result<IntegrityReport> {
    let current = status(database).await?.current;
    Ok(database.store.scan(current).await?)
}

#[derive(Clone, Copy)]
enum Direction {
    Up,
    Down,
}

async fn run_steps(
    database: &Database,
    operator: &str,
    to: u32,
    progress: &(dyn Fn(Progress) + Sync),
    direction: Direction,
) -> Result<(), Failure> {
    let environment = &database.environment;
    let run = Run {
        operator,
        record: |note, tx| Box::pin(record_step(note, tx)),
        now: &|| environment.now(),
        seed: &|| environment.random(),
        progress,
    };
    match direction {
        Direction::Up => database.store.migrate(to, &run).await,
        Direction::Down => database.store.roll_back(to, &run).await,
    }
}

fn check_target(operator: &str, to: u32) -> Result<u32> {
    text::name("operator", operator)?;
    if to > LATEST {
        return Err(
            InvalidField::new("to", format_args!("is beyond the newest step, {LATEST}")).into(),
        );
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
        seed: note.seed,
    };
    let event = Event {
        action: Action::Update,
        entity: Entity::new("schema", note.step.name),
        detail: Detail::new()
            .with("version", note.step.version)
            .with("batch", note.step.batch)
            .with("applied", note.applied),
    };
    append(tx, &signature, [event])
}
