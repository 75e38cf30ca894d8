//! What SQLite's result codes mean here.

use rusqlite::ErrorCode;
use rusqlite::ffi;

use crate::error::{StoreError, Violation};

/// How SQLite begins to say what a statement names in vain.
const MISSING: [&str; 2] = ["no such table: ", "no such column: "];
const MISSING_IN_AN_INSERT: &str = " has no column named ";

#[allow(clippy::needless_pass_by_value, reason = "it is passed to `map_err`")]
pub(in crate::store) fn classify(error: rusqlite::Error) -> StoreError {
    classify_ref(&error)
}

pub(in crate::store) fn classify_ref(error: &rusqlite::Error) -> StoreError {
    let (failure, text) = match error {
        rusqlite::Error::SqliteFailure(failure, text) => {
            (failure, text.as_deref().unwrap_or_default())
        }
        // Of the same code, where it is known at what place of the text.
        rusqlite::Error::SqlInputError { error, msg, .. } => (error, msg.as_str()),
        _ => return StoreError::Engine(error.to_string()),
    };
    match failure.code {
        ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked => StoreError::Busy,
        ErrorCode::OperationInterrupted => StoreError::TimedOut,
        ErrorCode::ReadOnly => StoreError::ReadOnly,
        ErrorCode::DiskFull => StoreError::Full,
        ErrorCode::NotADatabase => StoreError::NotADatabase,
        ErrorCode::DatabaseCorrupt => StoreError::Damaged(error.to_string()),
        ErrorCode::CannotOpen => StoreError::Unreachable(error.to_string()),
        ErrorCode::ConstraintViolation => violation(failure.extended_code, text),
        _ if MISSING.iter().any(|missing| text.starts_with(missing))
            || text.contains(MISSING_IN_AN_INSERT) =>
        {
            StoreError::SchemaLacks(text.to_owned())
        }
        _ => StoreError::Engine(error.to_string()),
    }
}

/// Likewise for a COMMIT: after an I/O error nobody knows whether its frames reached the disk.
pub(super) fn classify_commit(error: rusqlite::Error) -> StoreError {
    match &error {
        rusqlite::Error::SqliteFailure(failure, _)
            if failure.code == ErrorCode::SystemIoFailure =>
        {
            StoreError::OutcomeUnknown
        }
        _ => classify(error),
    }
}

fn violation(extended: i32, text: &str) -> StoreError {
    match extended {
        ffi::SQLITE_CONSTRAINT_TRIGGER => match Violation::from_guard(text) {
            Some(violation) => StoreError::Violation(violation),
            None => StoreError::Engine(format!("a trigger refused a write: {text}")),
        },
        ffi::SQLITE_CONSTRAINT_UNIQUE | ffi::SQLITE_CONSTRAINT_PRIMARYKEY => {
            let columns = text.rsplit(": ").next().unwrap_or_default();
            StoreError::Violation(Violation::UniqueColumns(columns.to_owned()))
        }
        ffi::SQLITE_CONSTRAINT_FOREIGNKEY => {
            StoreError::Violation(Violation::Reference(String::new()))
        }
        _ => StoreError::Engine(format!("a constraint refused a write: {text}")),
    }
}
