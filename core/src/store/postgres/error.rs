//! What the driver's errors mean here.

use std::error::Error as StdError;

use deadpool_postgres::{PoolError, TimeoutType};
use rustls::CertificateError;
use tokio_postgres::error::{DbError, Severity, SqlState};

use crate::error::{StoreError, Violation, Visible};

/// The code with which the guards of the schema refuse a row.
const GUARD: &str = "RF001";

/// Where in the server it is found that a plan is stale. There is no code of its own, and the words are in the server's
/// language.
const STALE_PLAN: &str = "RevalidateCachedQuery";

/// Where the server refuses a value of a switch that cannot be at the moment: a standby's `READ WRITE`.
const SWITCH: &str = "call_bool_check_hook";

pub(in crate::store) fn classify(error: &tokio_postgres::Error) -> StoreError {
    match error.as_db_error() {
        _ if is_lost(error) => StoreError::Lost(spelled_out(error)),
        Some(answer) => from_server(answer),
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
        PoolError::Backend(error) => match error.as_db_error() {
            Some(answer) => refused_by_server(answer),
            None => refused_here(error),
        },
        other => StoreError::Unreachable(spelled_out(other)),
    }
}

/// Likewise for the first request, behind which whoever lets a login in too early hangs up.
pub(super) fn refused_at_login(error: &tokio_postgres::Error) -> StoreError {
    match error.as_db_error() {
        Some(answer) if is_lost(error) => refused_by_server(answer),
        _ => classify(error),
    }
}

/// What PgBouncer says of a login, and passes on of the server's refusals, all under one code.
const REFUSED_BY_POOLER: [&str; 9] = [
    "no such database",
    "no such user",
    "authentication failed",
    "login rejected",
    "not allowed",
    "SSL required",
    "does not exist",
    "pg_hba.conf",
    "not permitted",
];

/// What a server answers to a login that it does not let in.
fn refused_by_server(answer: &DbError) -> StoreError {
    let (code, message) = (answer.code(), answer.message());
    let text = format!("{}: {message}", code.code());
    match *code {
        SqlState::TOO_MANY_CONNECTIONS => StoreError::Busy,
        SqlState::CANNOT_CONNECT_NOW => StoreError::Unreachable(text),
        // What goes in at start-up are the options, and a name or two that are right.
        SqlState::UNDEFINED_OBJECT
        | SqlState::INVALID_PARAMETER_VALUE
        | SqlState::SYNTAX_ERROR
        | SqlState::CANT_CHANGE_RUNTIME_PARAM => {
            StoreError::url("options", "hold a setting that the server refuses")
        }
        SqlState::PROTOCOL_VIOLATION if message.contains("startup parameter") => {
            StoreError::url("options", "are refused by the pooler that the URL leads to")
        }
        SqlState::PROTOCOL_VIOLATION => {
            match REFUSED_BY_POOLER.iter().any(|said| message.contains(said)) {
                true => StoreError::LoginRefused(text),
                false => StoreError::Unreachable(text),
            }
        }
        // Of access rules, of a database that is not there, and of rights.
        _ if ["28", "3D", "42"].contains(&code.code().get(..2).unwrap_or_default()) => {
            StoreError::LoginRefused(text)
        }
        _ => StoreError::Unreachable(text),
    }
}

/// Why the driver gave up before the server had let it in.
fn refused_here(error: &tokio_postgres::Error) -> StoreError {
    let text = spelled_out(error);
    let says = |words: &str| text.contains(words);
    if let Some(certificate) = causes(error).find_map(refused_certificate) {
        tracing::warn!(target: "ringfence::store", particulars = %Visible(&text), "the server's certificate is not trusted");
        return match certificate {
            CertificateError::NotValidForName | CertificateError::NotValidForNameContext { .. } => {
                StoreError::url(
                    "host",
                    "is not what the server's certificate is made out to",
                )
            }
            CertificateError::UnknownIssuer | CertificateError::BadSignature => StoreError::url(
                "sslrootcert",
                "does not lead to who signed the server's certificate, and neither do the system's own",
            ),
            _ => StoreError::url(
                "sslmode",
                "leads to a certificate of the server's that does not hold",
            ),
        };
    }
    if says("server does not support TLS") {
        return StoreError::url("sslmode", "asks for TLS, which the server does not offer");
    }
    if says("weak sslmode") {
        return StoreError::url("sslnegotiation", "asks for a stricter sslmode");
    }
    if says("did not use channel binding") {
        let rule = "asks for what the server does not do";
        return StoreError::url("channel_binding", rule);
    }
    // The server asks for a password and the URL holds none, or asks for what the driver does not know.
    if says("password missing") || says("authentication error") {
        return StoreError::LoginRefused(text);
    }
    match error.source().and_then(|source| source.downcast_ref()) {
        Some(refused) => StoreError::from_io("connecting", refused),
        None => StoreError::Unreachable(text),
    }
}

fn refused_certificate<'e>(cause: &'e (dyn StdError + 'static)) -> Option<&'e CertificateError> {
    let inner = match cause.downcast_ref::<std::io::Error>() {
        Some(error) => error.get_ref()?.downcast_ref::<rustls::Error>()?,
        None => cause.downcast_ref::<rustls::Error>()?,
    };
    match inner {
        rustls::Error::InvalidCertificate(why) => Some(why),
        _ => None,
    }
}

/// Whether the connection is gone, so that the transaction is, too. Whoever ends it says so first: the server as
/// FATAL, and a pooler likewise when it has lost the server.
pub(super) fn is_lost(error: &tokio_postgres::Error) -> bool {
    let broken = |error: &(dyn StdError + 'static)| error.is::<std::io::Error>();
    error.is_closed()
        || error.source().is_some_and(broken)
        || error.as_db_error().is_some_and(ends_connection)
}

/// A server says how grave it is in its own language, and besides so that programs know. `PgBouncer` says it once, in
/// English.
fn ends_connection(answer: &DbError) -> bool {
    match answer.parsed_severity() {
        Some(severity) => matches!(severity, Severity::Fatal | Severity::Panic),
        None => matches!(answer.severity(), "FATAL" | "PANIC"),
    }
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
        // A column's type has changed since the statement was prepared on this connection to the server.
        SqlState::FEATURE_NOT_SUPPORTED if answer.routine() == Some(STALE_PLAN) => {
            StoreError::StalePlan(text())
        }
        SqlState::FEATURE_NOT_SUPPORTED if answer.routine() == Some(SWITCH) => StoreError::ReadOnly,
        SqlState::INSUFFICIENT_PRIVILEGE => StoreError::NotPermitted(text()),
        SqlState::INVALID_SQL_STATEMENT_NAME | SqlState::DUPLICATE_PSTATEMENT => {
            StoreError::NotCarried(text())
        }
        _ if code.code() == GUARD => match Violation::from_guard(answer.message()) {
            Some(violation) => StoreError::Violation(violation),
            None => StoreError::Engine(text()),
        },
        _ => StoreError::Engine(text()),
    }
}

/// The whole chain: the driver's own text says no more than "db error".
pub(super) fn spelled_out(error: &(dyn StdError + 'static)) -> String {
    let mut text = error.to_string();
    for cause in causes(error) {
        text.push_str(": ");
        text.push_str(&cause.to_string());
    }
    text
}

fn causes<'e>(
    error: &'e (dyn StdError + 'static),
) -> impl Iterator<Item = &'e (dyn StdError + 'static)> {
    std::iter::successors(error.source(), |&cause| cause.source())
}
