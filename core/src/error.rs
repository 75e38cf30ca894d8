//! The one public error, the internal one behind it, and the single match that joins them.
//!
//! Inside the crate everything fails with a [`Failure`], which may hold a driver's words for the log.
//! A caller sees only [`RingfenceError`]: a kind with an HTTP status, a stable code and the field where
//! there is one; never SQL, a constraint's name or a value of another tenant.

use std::fmt;
use std::sync::atomic::{AtomicU64, Ordering};

use crate::audit::record::Entity;
use crate::model::{IntegrityFinding, InvalidField, Permission};
use crate::store::StoreError;

/// What a public method returns.
pub type Result<T, E = RingfenceError> = std::result::Result<T, E>;

/// Whether the work of a failed call may have happened all the same.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "uniffi", derive(uniffi::Enum))]
#[cfg_attr(
    feature = "python",
    pyo3::pyclass(
        module = "ringfence",
        frozen,
        eq,
        hash,
        from_py_object,
        rename_all = "SCREAMING_SNAKE_CASE"
    )
)]
pub enum WorkOutcome {
    /// Nothing was changed; the call may be repeated.
    NotDone,
    /// The answer was lost and the database could not say: look before repeating the call.
    Unknown,
}

/// Every way in which a call can fail. Known as [`Error`](crate::Error) in Rust.
///
/// The checks come in the order 422, 404, 403, 409: malformed input first, then whether the id exists
/// in the tenant, then the permission, then the state.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[cfg_attr(feature = "uniffi", derive(uniffi::Error))]
#[non_exhaustive]
pub enum RingfenceError {
    /// Malformed input (422).
    #[error("{field}: {rule}")]
    Invalid {
        /// Which argument or field of it, as a path: `name`, `plan.mission.version`.
        field: String,
        /// The rule that it broke.
        rule: String,
    },
    /// The tenant has nothing with that id (404). Another tenant's id gives the very same error.
    #[error("there is no such {entity}")]
    NotFound {
        /// What was looked for: `mission`, `drone`, …
        entity: String,
    },
    /// The actor lacks a permission for something that is in the tenant (403).
    #[error("the permission {permission} is missing")]
    Forbidden {
        /// The permission that would have allowed it.
        permission: String,
    },
    /// The state or a uniqueness inside the tenant does not allow it (409).
    #[error("{detail}")]
    Conflict {
        /// A stable machine code: `taken`, `stale_version`, `illegal_transition`, …
        code: String,
        /// The field in conflict, where there is one.
        field: Option<String>,
        /// A sentence for people.
        detail: String,
    },
    /// The lease on a command was given to somebody else (409).
    #[error("the lease on this command has ended")]
    StaleLease,
    /// Unknown or inactive actor, wrong password, disabled tenant, ended session (401).
    #[error("not authenticated")]
    Unauthenticated,
    /// Too many refused logins (429).
    #[error("too many attempts, try again in {retry_after_ms} ms")]
    Throttled {
        /// How long to wait, in milliseconds.
        retry_after_ms: u64,
    },
    /// The database is busy, unreachable, read-only or full (503).
    #[error("{detail}")]
    Unavailable {
        /// A stable machine code: `busy`, `unreachable`, `read_only`, `disk_full`, `outcome_unknown`, …
        code: String,
        /// Whether the work may have happened all the same.
        outcome: WorkOutcome,
        /// A sentence for people.
        detail: String,
    },
    /// The database was shut down (503).
    #[error("the database was shut down")]
    Closed,
    /// The database's schema is not what this version works with (500).
    #[error("{detail}")]
    Schema {
        /// A stable machine code: `newer_schema`, `older_schema`, `divergent_history`, `step_failed`,
        /// `not_a_database`, `damaged`, `lossy_rollback`, …
        code: String,
        /// A sentence for people.
        detail: String,
    },
    /// Rows break a tenant boundary that the next step would enforce, or a log does not verify (500).
    #[error("{detail}")]
    Integrity {
        /// A sentence for people.
        detail: String,
        /// The rows, as the integrity scan found them.
        findings: Vec<IntegrityFinding>,
    },
    /// A fault of Ringfence or its database; the particulars are in the host's log (500).
    #[error("internal error {reference}")]
    Internal {
        /// Finds the entry in the host's log.
        reference: String,
    },
}

impl RingfenceError {
    /// The HTTP status for hosts that serve one.
    ///
    /// ```
    /// let error = ringfence::Error::NotFound { entity: "mission".into() };
    /// assert_eq!(error.status(), 404);
    /// assert_eq!(error.code(), "not_found");
    /// ```
    #[must_use]
    pub fn status(&self) -> u16 {
        match self {
            Self::Invalid { .. } => 422,
            Self::NotFound { .. } => 404,
            Self::Forbidden { .. } => 403,
            Self::Conflict { .. } | Self::StaleLease => 409,
            Self::Unauthenticated => 401,
            Self::Throttled { .. } => 429,
            Self::Unavailable { .. } | Self::Closed => 503,
            Self::Schema { .. } | Self::Integrity { .. } | Self::Internal { .. } => 500,
        }
    }

    /// A machine code that stays the same from version to version.
    #[must_use]
    pub fn code(&self) -> &str {
        match self {
            Self::Invalid { .. } => "invalid",
            Self::NotFound { .. } => "not_found",
            Self::Forbidden { .. } => "forbidden",
            Self::StaleLease => "stale_lease",
            Self::Unauthenticated => "unauthenticated",
            Self::Throttled { .. } => "throttled",
            Self::Closed => "closed",
            Self::Integrity { .. } => "integrity",
            Self::Internal { .. } => "internal",
            Self::Conflict { code, .. }
            | Self::Unavailable { code, .. }
            | Self::Schema { code, .. } => code,
        }
    }

    /// The field that the error is about, where there is one.
    #[must_use]
    pub fn field(&self) -> Option<&str> {
        match self {
            Self::Invalid { field, .. } => Some(field),
            Self::Conflict { field, .. } => field.as_deref(),
            _ => None,
        }
    }

    /// Whether the same call may succeed later without anybody changing anything, and cannot have
    /// happened already.
    #[must_use]
    pub fn is_retryable(&self) -> bool {
        match self {
            Self::Throttled { .. } => true,
            Self::Unavailable { outcome, .. } => *outcome == WorkOutcome::NotDone,
            _ => false,
        }
    }

    /// Whether the input was malformed (422).
    #[must_use]
    pub fn is_invalid(&self) -> bool {
        matches!(self, Self::Invalid { .. })
    }

    /// Whether the tenant has nothing with that id (404).
    #[must_use]
    pub fn is_not_found(&self) -> bool {
        matches!(self, Self::NotFound { .. })
    }

    /// Whether a permission is missing (403).
    #[must_use]
    pub fn is_forbidden(&self) -> bool {
        matches!(self, Self::Forbidden { .. })
    }

    /// Whether the state or a uniqueness inside the tenant refused it (409).
    #[must_use]
    pub fn is_conflict(&self) -> bool {
        matches!(self, Self::Conflict { .. })
    }
}

/// Why a state or a uniqueness refused a call. The code is part of the public contract.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Conflict {
    pub(crate) code: &'static str,
    pub(crate) field: Option<&'static str>,
    pub(crate) detail: String,
}

impl Conflict {
    pub(crate) fn new(code: &'static str, detail: impl Into<String>) -> Self {
        Self {
            code,
            field: None,
            detail: detail.into(),
        }
    }

    pub(crate) fn on(field: &'static str, code: &'static str, detail: impl Into<String>) -> Self {
        Self {
            code,
            field: Some(field),
            detail: detail.into(),
        }
    }

    pub(crate) fn stale_version() -> Self {
        Self::on(
            "version",
            "stale_version",
            "the row was changed since the version that you saw",
        )
    }

    pub(crate) fn own_mission() -> Self {
        Self::new(
            "own_mission",
            "a mission is approved by somebody other than its creator",
        )
    }
}

/// What policy refused: the permission that is missing, and for what.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Refusal {
    pub(crate) permission: Permission,
    pub(crate) entity: Entity,
}

/// Why the schema of a database does not fit. The code is part of the public contract.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct SchemaMismatch {
    pub(crate) code: &'static str,
    pub(crate) detail: String,
}

/// How anything inside the crate fails. Never shown: it becomes a [`RingfenceError`].
#[derive(Debug)]
pub(crate) enum Failure {
    Invalid(InvalidField),
    NotFound(&'static str),
    /// Refused by policy; the caller's log gets a `denied` event.
    Forbidden(Refusal),
    /// The database login may not do what operators do.
    OperatorRights,
    Conflict(Conflict),
    Unauthenticated,
    Throttled {
        retry_after_ms: u64,
    },
    Schema(SchemaMismatch),
    Integrity {
        detail: String,
        findings: Vec<IntegrityFinding>,
    },
    /// The blocking surface was called inside an async runtime.
    BlockingInRuntime,
    Store(StoreError),
    /// Broken invariant of ours; the text is for the host's log only.
    Internal(String),
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{self:?}")
    }
}

impl Failure {
    /// The same failure, of work that runs with the login's own rights: see [`StoreError::of_operator`].
    pub(crate) fn of_operator(self) -> Self {
        match self {
            Self::Store(error) => Self::Store(error.of_operator()),
            other => other,
        }
    }
}

impl From<StoreError> for Failure {
    fn from(error: StoreError) -> Self {
        Self::Store(error)
    }
}

impl From<InvalidField> for Failure {
    fn from(error: InvalidField) -> Self {
        Self::Invalid(error)
    }
}

impl From<Conflict> for Failure {
    fn from(error: Conflict) -> Self {
        Self::Conflict(error)
    }
}

impl From<InvalidField> for RingfenceError {
    fn from(error: InvalidField) -> Self {
        Failure::Invalid(error).into()
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
                Self::Conflict { code: code.to_owned(), field: field.map(str::to_owned), detail }
            }
            Failure::Unauthenticated => Self::Unauthenticated,
            Failure::Throttled { retry_after_ms } => Self::Throttled { retry_after_ms },
            Failure::Schema(SchemaMismatch { code, detail }) => {
                Self::Schema { code: code.to_owned(), detail }
            }
            Failure::Integrity { detail, findings } => Self::Integrity { detail, findings },
            Failure::BlockingInRuntime => Self::Conflict {
                code: "blocking_in_runtime".to_owned(),
                field: None,
                detail: "ringfence::blocking was called inside an async runtime; use the async surface there"
                    .to_owned(),
            },
            Failure::Store(error) => from_store(error),
            Failure::Internal(particulars) => internal(&particulars),
        }
    }
}

fn from_store(error: StoreError) -> RingfenceError {
    let unavailable = |code: &str, outcome, detail: &str| RingfenceError::Unavailable {
        code: code.to_owned(),
        outcome,
        detail: detail.to_owned(),
    };
    match error {
        StoreError::Busy => unavailable("busy", WorkOutcome::NotDone, "the database is busy"),
        StoreError::TransactionEnded(particulars) => {
            tracing::warn!(target: "ringfence::store", %particulars, "given up after several runs");
            unavailable("busy", WorkOutcome::NotDone, "the database is busy")
        }
        StoreError::Unreachable(particulars) | StoreError::Lost(particulars) => {
            tracing::warn!(target: "ringfence::store", %particulars, "database unreachable");
            unavailable(
                "unreachable",
                WorkOutcome::NotDone,
                "the database cannot be reached",
            )
        }
        StoreError::LoginRefused(particulars) => {
            tracing::warn!(target: "ringfence::store", %particulars, "database refused the login");
            unavailable(
                "login_refused",
                WorkOutcome::NotDone,
                "the database refused the login",
            )
        }
        StoreError::OutcomeUnknown => unavailable(
            "outcome_unknown",
            WorkOutcome::Unknown,
            "the connection was lost while committing, and the database could not say how it ended",
        ),
        StoreError::ReadOnly => unavailable(
            "read_only",
            WorkOutcome::NotDone,
            "the database cannot be written",
        ),
        StoreError::Full => unavailable("disk_full", WorkOutcome::NotDone, "the disk is full"),
        StoreError::NotADatabase => RingfenceError::Schema {
            code: "not_a_database".to_owned(),
            detail: "the file is not an SQLite database".to_owned(),
        },
        StoreError::Damaged(particulars) => {
            tracing::error!(target: "ringfence::store", %particulars, "damaged database");
            RingfenceError::Schema {
                code: "damaged".to_owned(),
                detail: "the database file is damaged; restore it from a backup".to_owned(),
            }
        }
        StoreError::OperatorRights(particulars) => {
            tracing::warn!(target: "ringfence::store", %particulars, "not permitted to the login");
            Failure::OperatorRights.into()
        }
        StoreError::Closed => RingfenceError::Closed,
        StoreError::Violation(violation) => violation.into_public(),
        StoreError::StaleRow => Failure::Conflict(Conflict::stale_version()).into(),
        StoreError::Corrupt(particulars)
        | StoreError::NotPermitted(particulars)
        | StoreError::Undecodable(particulars)
        | StoreError::Engine(particulars) => internal(&particulars),
    }
}

fn internal(particulars: &str) -> RingfenceError {
    // Told apart within a process; which process, and when, the host's log says besides.
    static RAISED: AtomicU64 = AtomicU64::new(0);
    let number = RAISED.fetch_add(1, Ordering::Relaxed);
    let reference = format!("{}-{number}", std::process::id());
    tracing::error!(target: "ringfence", %reference, %particulars, "internal error");
    RingfenceError::Internal { reference }
}
