//! The history of applied steps, as refinery writes it.

use std::sync::LazyLock;

use refinery_core::Migration;
use ringfence_migrations::{STEPS, Step, Texts};

use crate::error::{Failure, SchemaCode, SchemaMismatch, StoreError};
use crate::schema::version;
use crate::store::engine::Engine;
use crate::store::open::newer;
use crate::store::statements::migration::AppliedStep;

/// The version that this library works with.
pub(crate) const LATEST: u32 = version::LATEST;

/// The version that the history says; 0 without one.
pub(super) fn current(applied: &[AppliedStep]) -> u32 {
    applied.iter().map(|row| row.version).max().unwrap_or(0)
}

/// The names and checksums of the steps, in their order, as refinery writes them.
type Checksums = Vec<(&'static str, String)>;

static SQLITE: LazyLock<Result<Checksums, StoreError>> =
    LazyLock::new(|| checksums(Engine::Sqlite));
static POSTGRES: LazyLock<Result<Checksums, StoreError>> =
    LazyLock::new(|| checksums(Engine::Postgres));

fn checksums(engine: Engine) -> Result<Checksums, StoreError> {
    STEPS
        .iter()
        .map(|step| Ok((step.name, migration(step, engine)?.checksum().to_string())))
        .collect()
}

/// The texts of a step for an engine.
pub(super) fn texts(step: &'static Step, engine: Engine) -> &'static Texts {
    match engine {
        Engine::Sqlite => &step.sqlite,
        Engine::Postgres => &step.postgres,
    }
}

/// A step as refinery knows it.
pub(super) fn migration(step: &'static Step, engine: Engine) -> Result<Migration, StoreError> {
    let name = format!("V{}__{}", step.version, step.name);
    Migration::unapplied(&name, texts(step, engine).up)
        .map_err(|error| StoreError::Engine(format!("refinery: {error}")))
}

/// Refuses a history that is not made of this library's steps, each with its text, one after another.
/// Look for a newer version first.
pub(super) fn refuse_divergent(applied: &[AppliedStep], engine: Engine) -> Result<(), Failure> {
    let expected = match engine {
        Engine::Sqlite => &*SQLITE,
        Engine::Postgres => &*POSTGRES,
    };
    let expected = expected.as_ref().map_err(Clone::clone)?;
    let place = |index: usize| u32::try_from(index + 1).unwrap_or(u32::MAX);
    let differs = applied.iter().enumerate().find(|(index, row)| {
        row.version != place(*index)
            || expected
                .get(*index)
                .is_none_or(|(name, checksum)| row.name != *name || row.checksum != *checksum)
    });
    match differs {
        None => Ok(()),
        Some((index, _)) => Err(Failure::Schema(SchemaMismatch {
            code: SchemaCode::DivergentHistory,
            detail: format!(
                "the history of the schema names another step {} than this library knows; it was made by a \
                 development version or changed by hand",
                place(index)
            ),
        })),
    }
}

/// A database that a later version of the library has migrated is left alone.
pub(crate) fn refuse_newer(current: u32) -> Result<(), Failure> {
    if current > LATEST {
        return Err(newer(current));
    }
    Ok(())
}
