//! What the driver's errors mean here.

use std::error::Error as StdError;

use deadpool_postgres::{PoolError, TimeoutType};
use tokio_postgres::error::{DbError, SqlState};

use crate::error::{StoreError, Violation};

/// The code with which the guards of the schema refuse a row.
const GUARD: &str = "RF001";

/// How the server says it. There is no code of its own.
const STALE_PLAN: &str = "cached plan must not change result type";

pub(in crate::store) fn classify(error: &tokio_postgres::Error) -> StoreError {
    match error.as_db_error() {
        Some(answer) => from_server(answer),
        None if is_lost(error) => StoreError::Lost(spelled_out(error)),
        None => StoreError::Engine(spelled_out(error)),
    }
}

/// Likewise while connecting.
pub(super) fn classify_connect(error: &PoolError) -> StoreError {
    match error {
        PoolError::Timeout(TimeoutType::Wait) => StoreError::Busy,
        PoolError::Timeout(_) => {
            StoreError::Unreachable("the server did not answer in time".to_owned())
        }
        PoolError::Closed => StoreError::Closed,
        PoolError::Backend(error) => match error.as_db_error().map(DbError::code) {
            Some(
                code @ (&SqlState::INVALID_PASSWORD
                | &SqlState::INVALID_AUTHORIZATION_SPECIFICATION
                | &SqlState::UNDEFINED_DATABASE
                | &SqlState::INSUFFICIENT_PRIVILEGE),
            ) => StoreError::LoginRefused(format!("{}: {}", code.code(), spelled_out(error))),
            Some(&SqlState::TOO_MANY_CONNECTIONS) => StoreError::Busy,
            // The server asks for a password and the URL holds none: the driver's own refusal.
            None if spelled_out(error).contains("password missing") => {
                StoreError::LoginRefused(spelled_out(error))
            }
            _ => match error.source().and_then(|source| source.downcast_ref()) {
                Some(refused) => StoreError::from_io("connecting", refused),
                None => StoreError::Unreachable(spelled_out(error)),
            },
        },
        other => StoreError::Unreachable(spelled_out(other)),
    }
}

/// Whether the connection is gone, so that the transaction is, too.
pub(super) fn is_lost(error: &tokio_postgres::Error) -> bool {
    let broken = |error: &(dyn StdError + 'static)| error.is::<std::io::Error>();
    error.is_closed() || error.source().is_some_and(broken)
}

fn from_server(answer: &DbError) -> StoreError {
    let code = answer.code();
    let text = || format!("{}: {}", code.code(), answer.message());
    let constraint = || answer.constraint().unwrap_or_default().to_owned();
    match *code {
        SqlState::UNIQUE_VIOLATION => StoreError::Violation(Violation::Unique(constraint())),
        // The same code says that a parent is missing and that a child is left.
        SqlState::FOREIGN_KEY_VIOLATION if answer.message().starts_with("update or delete") => {
            StoreError::Violation(Violation::Restrict(constraint()))
        }
        SqlState::FOREIGN_KEY_VIOLATION => {
            StoreError::Violation(Violation::Reference(constraint()))
        }
        SqlState::RESTRICT_VIOLATION => StoreError::Violation(Violation::Restrict(constraint())),
        SqlState::LOCK_NOT_AVAILABLE
        | SqlState::QUERY_CANCELED
        | SqlState::TOO_MANY_CONNECTIONS => StoreError::Busy,
        SqlState::T_R_DEADLOCK_DETECTED | SqlState::T_R_SERIALIZATION_FAILURE => {
            StoreError::TransactionEnded(text())
        }
        SqlState::ADMIN_SHUTDOWN | SqlState::CRASH_SHUTDOWN | SqlState::CANNOT_CONNECT_NOW => {
            StoreError::Lost(text())
        }
        // What the texts of `one` and `inserted` statements end with.
        SqlState::INVALID_TEXT_REPRESENTATION if answer.message().contains("ringfence.stale:") => {
            StoreError::StaleRow
        }
        SqlState::INVALID_TEXT_REPRESENTATION
            if answer.message().contains("ringfence.not_written:") =>
        {
            StoreError::NotWritten(text())
        }
        SqlState::READ_ONLY_SQL_TRANSACTION => StoreError::ReadOnly,
        SqlState::DISK_FULL => StoreError::Full,
        SqlState::UNDEFINED_TABLE | SqlState::UNDEFINED_COLUMN | SqlState::UNDEFINED_FUNCTION => {
            StoreError::SchemaLacks(text())
        }
        // A column's type has changed since the statement was prepared on this connection: another one prepares it anew.
        SqlState::FEATURE_NOT_SUPPORTED if answer.message().contains(STALE_PLAN) => {
            StoreError::Lost(text())
        }
        SqlState::INSUFFICIENT_PRIVILEGE => StoreError::NotPermitted(text()),
        _ if code.code() == GUARD => match Violation::from_guard(answer.message()) {
            Some(violation) => StoreError::Violation(violation),
            None => StoreError::Engine(text()),
        },
        _ => StoreError::Engine(text()),
    }
}

/// The whole chain: the driver's own text says no more than "db error".
fn spelled_out(error: &(dyn StdError + 'static)) -> String {
    let mut text = error.to_string();
    let mut next = error.source();
    while let Some(cause) = next {
        text.push_str(": ");
        text.push_str(&cause.to_string());
        next = cause.source();
    }
    text
}
