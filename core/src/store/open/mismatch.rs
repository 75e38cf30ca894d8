//! What is said of a schema that is not the library's: at open, and when another process has moved it since.

use ringfence_migrations::STEPS;

use crate::error::{Failure, SchemaCode, SchemaMismatch};
use crate::schema::version::LATEST;

/// That a later version of the library has migrated the database.
pub(in crate::store) fn newer(current: u32) -> Failure {
    Failure::Schema(SchemaMismatch {
        code: SchemaCode::NewerSchema,
        detail: format!(
            "the database stands at version {current}, newer than {LATEST}, which this library knows"
        ),
    })
}

/// That steps are missing.
pub(in crate::store) fn older(current: u32) -> Failure {
    let missing: Vec<&str> = STEPS
        .iter()
        .filter(|step| step.version > current)
        .map(|step| step.name)
        .collect();
    Failure::Schema(SchemaMismatch {
        code: SchemaCode::OlderSchema,
        detail: format!("the database lacks these steps: {}", missing.join(", ")),
    })
}
