//! How a database fails, in terms that do not depend on the engine.

use std::{fmt, io};

use super::outcome::WorkOutcome;
use crate::model::InvalidField;

/// A failure of the store. Texts in it are a driver's, for the host's log only.
#[derive(Debug, Clone)]
pub(crate) enum StoreError {
    /// Somebody else holds the lock for longer than the busy timeout, or the pool is exhausted.
    Busy,
    /// The unit's turn came after the last moment at which it was to run.
    TooLate,
    /// The call took longer than a call may; nothing of it stands.
    TimedOut,
    /// Another migration holds the schema for longer than it may be waited for: who.
    Migrating(String),
    /// No connection, and nothing was done.
    Unreachable(String),
    /// The server refused the login, or the database does not exist.
    LoginRefused(String),
    /// What the URL says cannot be, whenever it is tried.
    Url(InvalidField),
    /// A pooler lost a statement that was prepared.
    NotCarried(String),
    /// How a COMMIT ended could not be learned.
    OutcomeUnknown,
    /// Its caller's time ended behind COMMIT, before the answer came.
    Unanswered,
    /// The engine ended the whole transaction: what ran in it may run again.
    TransactionEnded(String),
    /// The connection broke: the transaction is gone, unless it was being committed.
    Lost(String),
    /// A statement was prepared for tables that were changed since: nothing of the transaction stands.
    StalePlan(String),
    ReadOnly,
    /// The process, or the system, has no descriptor left.
    TooManyOpenFiles,
    /// Another file lies where the database was, or none; whether that was seen before COMMIT.
    FileReplaced(WorkOutcome),
    /// The handle was made in another process: this one is a child of fork.
    Forked,
    Full,
    NotADatabase,
    /// A statement names a table or a column that is not there.
    SchemaLacks(String),
    /// The engine cannot make sense of its own file.
    Damaged(String),
    /// A log that is gone, or does not fit its head.
    Corrupt(String),
    /// The runtime role may not do what a tenant's statement needs.
    NotPermitted(String),
    /// The database login may not do what an operator's statement needs.
    OperatorRights(String),
    Closed,
    /// A constraint or a guard refused a row.
    Violation(Violation),
    /// A write found its row changed or gone.
    StaleRow,
    /// A new row was kept out without an error, as a trigger of the host's can do.
    NotWritten(String),
    /// A stored value that its column must not hold.
    Undecodable(String),
    Engine(String),
}

impl fmt::Display for StoreError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{self:?}")
    }
}

impl StoreError {
    /// A refusal of the operating system, before anything was done.
    pub(crate) fn from_io(what: &str, error: &io::Error) -> Self {
        if is_out_of_descriptors(error) {
            return Self::TooManyOpenFiles;
        }
        Self::Unreachable(format!("{what}: {error}"))
    }

    /// The same failure, of a statement that runs with the login's own rights.
    pub(crate) fn of_operator(self) -> Self {
        match self {
            Self::NotPermitted(particulars) => Self::OperatorRights(particulars),
            other => other,
        }
    }

    /// Every tenant gets a log and a policy epoch with its first row, and the deployment a log with the tables.
    pub(crate) fn no_log() -> Self {
        Self::Corrupt("the head of a log, or a policy epoch, is gone".to_owned())
    }

    /// What the URL names cannot be used: the parameter, and the rule that it breaks.
    pub(crate) fn url(parameter: &str, rule: &str) -> Self {
        Self::Url(InvalidField::new(format!("url.{parameter}"), rule))
    }

    /// The same failure, of a database that was open already: the URL was right then, and the caller has given none.
    pub(crate) fn of_opened(self) -> Self {
        match self {
            Self::Url(refused) => Self::Unreachable(refused.to_string()),
            other => other,
        }
    }

    /// Whether it is sure that nothing of the transaction stands.
    pub(crate) fn nothing_stands(&self) -> bool {
        !matches!(
            self,
            Self::OutcomeUnknown | Self::Unanswered | Self::FileReplaced(WorkOutcome::Unknown)
        )
    }

    /// Whether nothing of the transaction stands, through no fault of what ran in it: it may run again.
    pub(crate) fn ended_the_transaction(&self) -> bool {
        matches!(
            self,
            Self::TransactionEnded(_) | Self::Lost(_) | Self::StalePlan(_)
        )
    }
}

#[cfg(unix)]
fn is_out_of_descriptors(error: &io::Error) -> bool {
    use rustix::io::Errno;
    matches!(
        Errno::from_io_error(error),
        Some(Errno::MFILE | Errno::NFILE)
    )
}

#[cfg(not(unix))]
fn is_out_of_descriptors(_: &io::Error) -> bool {
    false
}

/// What refused a row, by the names of the catalogue.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Violation {
    /// A unique key by its name.
    Unique(String),
    /// A unique key by its columns, as SQLite says it: `drones.tenant_id, drones.name`.
    UniqueColumns(String),
    /// A reference to a row that the tenant does not have.
    Reference(String),
    /// A row that others still refer to.
    Restrict(String),
    /// The approver of a mission is its creator, or edited it last.
    FourEyes,
    /// A tenant id that is kept for the library.
    Reserved,
    /// A guard that no call of this library should meet.
    Guard(String),
}

impl Violation {
    /// Reads the text that a guard raises: `ringfence.<rule>:<name>`.
    pub(crate) fn from_guard(text: &str) -> Option<Self> {
        let (rule, name) = text.strip_prefix("ringfence.")?.split_once(':')?;
        Some(match rule {
            "unique" => Self::Unique(name.to_owned()),
            "reference" => Self::Reference(name.to_owned()),
            "restrict" => Self::Restrict(name.to_owned()),
            "four_eyes" => Self::FourEyes,
            "reserved" => Self::Reserved,
            _ => Self::Guard(text.to_owned()),
        })
    }
}
