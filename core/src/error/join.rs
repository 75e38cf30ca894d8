//! The one match that makes a caller's error of an internal one.

use std::sync::atomic::{AtomicU64, Ordering};

use super::codes::{ConflictCode, SchemaCode, UnavailableCode};
use super::failure::{Conflict, Failure, Refusal, SchemaMismatch};
use super::outcome::WorkOutcome;
use super::public::RingfenceError;
use super::store::{StoreError, Violation};
use super::visible::Visible;
use crate::model::InvalidField;
use crate::schema;

impl From<InvalidField> for RingfenceError {
    fn from(error: InvalidField) -> Self {
        Failure::Invalid(error).into()
    }
}

#[cfg(feature = "python")]
impl RingfenceError {
    /// What a binding's caller is told whose call was not begun, because the system refuses what it would wait with.
    #[doc(hidden)]
    #[must_use]
    pub fn not_begun(refused: &std::io::Error) -> Self {
        Failure::from(StoreError::from_io("nothing to wait with", refused)).into()
    }
}

impl From<Failure> for RingfenceError {
    fn from(failure: Failure) -> Self {
        match failure {
            Failure::Invalid(InvalidField { field, rule }) => Self::Invalid { field, rule },
            Failure::NotFound(entity) => Self::NotFound { entity: entity.to_owned() },
            Failure::Forbidden(Refusal { permission, .. }) => {
                Self::Forbidden { permission: permission.as_str().to_owned() }
            }
            Failure::OperatorRights => Self::Forbidden { permission: "database.operator".to_owned() },
            Failure::Conflict(Conflict { code, field, detail }) => {
                Self::Conflict { code: code.to_string(), field: field.map(str::to_owned), detail }
            }
            Failure::Unauthenticated => Self::Unauthenticated,
            Failure::Throttled { retry_after_ms } => Self::Throttled { retry_after_ms },
            Failure::Schema(SchemaMismatch { code, detail }) => {
                Self::Schema { code: code.to_string(), detail }
            }
            Failure::Integrity { detail, findings } => Self::Integrity { detail, findings },
            Failure::BlockingInRuntime => Self::Conflict {
                code: ConflictCode::BlockingInRuntime.to_string(),
                field: None,
                detail: "the call would wait on a thread that an async runtime works on, and stall it (a `progress` \
                         listener may be called on one): await it there, or call it from another thread"
                    .to_owned(),
            },
            Failure::Store(error) => from_store(error),
            Failure::Internal(particulars) => internal(&particulars),
        }
    }
}

fn from_store(error: StoreError) -> RingfenceError {
    let ended =
        |code: UnavailableCode, outcome: WorkOutcome, detail: &str| RingfenceError::Unavailable {
            code: code.to_string(),
            outcome,
            detail: detail.to_owned(),
        };
    let unavailable = |code: UnavailableCode, detail: &str| ended(code, code.outcome(), detail);
    match error {
        StoreError::Busy => unavailable(UnavailableCode::Busy, "the database is busy"),
        StoreError::TooLate => unavailable(
            UnavailableCode::TooLate,
            "its turn came too late, and nothing was done",
        ),
        StoreError::TimedOut => unavailable(
            UnavailableCode::TimedOut,
            "the call took too long and was given up, and nothing was done",
        ),
        StoreError::Migrating(holder) => unavailable(
            UnavailableCode::Migrating,
            &format!("another migration holds the schema: {holder}"),
        ),
        StoreError::TransactionEnded(particulars) | StoreError::StalePlan(particulars) => {
            tracing::warn!(target: "ringfence::store", particulars = %Visible(&particulars), "given up after several runs");
            unavailable(UnavailableCode::Busy, "the database is busy")
        }
        StoreError::Unreachable(particulars) | StoreError::Lost(particulars) => {
            tracing::warn!(target: "ringfence::store", particulars = %Visible(&particulars), "database unreachable");
            unavailable(
                UnavailableCode::Unreachable,
                "the database cannot be reached",
            )
        }
        StoreError::LoginRefused(particulars) => {
            tracing::warn!(target: "ringfence::store", particulars = %Visible(&particulars), "database refused the login");
            unavailable(
                UnavailableCode::LoginRefused,
                "the database refused the login",
            )
        }
        StoreError::Url(refused) => Failure::Invalid(refused).into(),
        StoreError::NotCarried(particulars) => {
            tracing::error!(target: "ringfence::store", particulars = %Visible(&particulars), "a prepared statement was lost");
            RingfenceError::Schema {
                code: SchemaCode::Pooler.to_string(),
                detail: "a pooler between here and the server lost a prepared statement: it has to carry them, or to \
                         pool by session"
                    .to_owned(),
            }
        }
        StoreError::OutcomeUnknown => unavailable(
            UnavailableCode::OutcomeUnknown,
            "COMMIT was begun, and how it ended could not be learned",
        ),
        StoreError::Unanswered => unavailable(
            UnavailableCode::OutcomeUnknown,
            "the time of the call ended after COMMIT was sent and before the answer came",
        ),
        StoreError::ReadOnly => {
            unavailable(UnavailableCode::ReadOnly, "the database cannot be written")
        }
        StoreError::TooManyOpenFiles => unavailable(
            UnavailableCode::TooManyOpenFiles,
            "the process or the system has too many files open",
        ),
        StoreError::FileReplaced(outcome) => ended(
            UnavailableCode::FileReplaced,
            outcome,
            "the database file or the log beside it was replaced, written over, moved, cut or removed while it was open, \
             the file got another name, or something else in this process dropped the locks on it; nothing more is done through this handle: shut it down, set right what happened to the \
             files, and open anew",
        ),
        StoreError::Forked => unavailable(
            UnavailableCode::Forked,
            "the parent of this process had a database open when it forked: its handles are of no use here, and on \
             SQLite no other can be opened; let the parent close before it forks, or start this process anew (spawn, \
             exec) and open in it",
        ),
        StoreError::Full => unavailable(UnavailableCode::DiskFull, "the disk is full"),
        StoreError::NotADatabase => RingfenceError::Schema {
            code: SchemaCode::NotADatabase.to_string(),
            detail: "the file is not an SQLite database".to_owned(),
        },
        StoreError::SchemaLacks(particulars) => {
            tracing::warn!(target: "ringfence::store", particulars = %Visible(&particulars), "a table or a column is missing");
            RingfenceError::Schema {
                code: SchemaCode::IncompleteSchema.to_string(),
                detail: "the database lacks a table or a column that the call needs: `migration_status` says which \
                         steps are missing, `migrate` makes them"
                    .to_owned(),
            }
        }
        StoreError::Damaged(particulars) => {
            tracing::error!(target: "ringfence::store", particulars = %Visible(&particulars), "damaged database");
            RingfenceError::Schema {
                code: SchemaCode::Damaged.to_string(),
                detail: "the database file is damaged; restore it from a backup".to_owned(),
            }
        }
        StoreError::OperatorRights(particulars) => {
            tracing::warn!(target: "ringfence::store", particulars = %Visible(&particulars), "not permitted to the login");
            Failure::OperatorRights.into()
        }
        StoreError::Closed => RingfenceError::Closed,
        StoreError::Violation(violation) => from_violation(violation),
        StoreError::StaleRow => Failure::Conflict(Conflict::stale_version()).into(),
        StoreError::NotWritten(particulars) => {
            tracing::warn!(target: "ringfence::store", particulars = %Visible(&particulars), "a row was kept out");
            Failure::Conflict(Conflict::new(
                ConflictCode::NotWritten,
                "something in the database, such as a trigger of its own, kept the row out",
            ))
            .into()
        }
        StoreError::Corrupt(particulars) => broken_log(&particulars),
        StoreError::Undecodable(particulars) => {
            tracing::error!(target: "ringfence::store", particulars = %Visible(&particulars), "a stored value cannot be read");
            RingfenceError::Integrity {
                detail: "a row that the call needs holds a value that cannot be read; `integrity_scan` names it"
                    .to_owned(),
                findings: Vec::new(),
            }
        }
        StoreError::NotPermitted(particulars) | StoreError::Engine(particulars) => {
            internal(&particulars)
        }
    }
}

/// What the log holds is not what its head says, or one of the two is gone. Which log it is, whoever asked knows.
fn broken_log(particulars: &str) -> RingfenceError {
    tracing::error!(target: "ringfence::audit", particulars = %Visible(&particulars), "a log is broken");
    RingfenceError::Integrity {
        detail: "the audit log is not as it was recorded: its head or its events were changed or removed by hand, and \
                 nothing more is written to it; `verify` says where, a backup has what was there"
            .to_owned(),
        findings: Vec::new(),
    }
}

/// Nothing but the log's own growth writes to its tables, one place after another: what is in the way there was put
/// there, or the head was set back.
fn of_the_log(violation: &Violation) -> bool {
    let table = match violation {
        Violation::Unique(name) => schema::unique_named(name).map(|(table, _)| table),
        Violation::UniqueColumns(columns) => unique_over(columns).map(|(table, _)| table),
        Violation::Guard(text) => text
            .rsplit_once(':')
            .and_then(|(_, name)| schema::table(name)),
        _ => None,
    };
    table.is_some_and(|table| table.log)
}

fn from_violation(violation: Violation) -> RingfenceError {
    if of_the_log(&violation) {
        return broken_log(&format!("{violation:?}"));
    }
    match violation {
        Violation::Unique(name) => taken(schema::unique_named(&name)),
        Violation::UniqueColumns(columns) => taken(unique_over(&columns)),
        Violation::Reference(_) => Failure::Conflict(Conflict::new(
            ConflictCode::ReferenceGone,
            "something that this refers to was removed meanwhile",
        ))
        .into(),
        Violation::Restrict(_) => Failure::Conflict(Conflict::new(
            ConflictCode::InUse,
            "others still refer to it; remove or detach them first",
        ))
        .into(),
        Violation::FourEyes => Failure::Conflict(Conflict::own_mission()).into(),
        Violation::Reserved => RingfenceError::Invalid {
            field: "id".to_owned(),
            rule: "must not start with `~`".to_owned(),
        },
        Violation::Guard(text) => {
            Failure::Internal(format!("a guard refused a write: {text}")).into()
        }
    }
}

/// The unique key over these columns, as SQLite lists them: `drones.tenant_id, drones.name`.
fn unique_over(columns: &str) -> Option<(&'static schema::Table, &'static schema::Unique)> {
    let mut pairs = columns
        .split(", ")
        .filter_map(|column| column.split_once('.'))
        .peekable();
    let table = schema::table(pairs.peek()?.0)?;
    let names: Vec<&str> = pairs.map(|(_, column)| column).collect();
    table
        .uniques
        .iter()
        .find(|unique| unique.columns == names)
        .map(|unique| (table, unique))
}

fn taken(unique: Option<(&'static schema::Table, &'static schema::Unique)>) -> RingfenceError {
    let conflict = match unique {
        Some((_, unique)) => Conflict::on(
            unique.field,
            ConflictCode::Taken,
            format!("this {} is taken", unique.field),
        ),
        None => Conflict::new(
            ConflictCode::Taken,
            "something with this key exists already",
        ),
    };
    Failure::Conflict(conflict).into()
}

fn internal(particulars: &str) -> RingfenceError {
    // Told apart within a process; which process, and when, the host's log says besides.
    static RAISED: AtomicU64 = AtomicU64::new(0);
    let number = RAISED.fetch_add(1, Ordering::Relaxed);
    let reference = format!("{}-{number}", std::process::id());
    tracing::error!(target: "ringfence", %reference, particulars = %Visible(&particulars), "internal error");
    RingfenceError::Internal { reference }
}
