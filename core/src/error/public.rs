//! The error that callers see.

use super::codes::UnavailableCode;
use super::outcome::WorkOutcome;
use crate::model::IntegrityFinding;

/// What a public method returns.
pub type Result<T, E = RingfenceError> = std::result::Result<T, E>;

/// Every way in which a call can fail. Known as [`Error`](crate::Error) in Rust.
///
/// The checks come in the order 422, 404, 403, 409: malformed input first, then whether the id exists
/// in the tenant, then the permission, then the state.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[cfg_attr(feature = "uniffi", derive(uniffi::Error), uniffi::export(Display))]
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
    /// The database is busy, unreachable, read-only, full or replaced, or the process was forked (503).
    #[error("{detail}")]
    Unavailable {
        /// A stable machine code: `busy`, `migrating`, `unreachable`, `read_only`, `disk_full`, `too_many_open_files`,
        /// `file_replaced`, `forked`, `outcome_unknown`, …
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
            Self::Unavailable { code, outcome, .. } => {
                let (finished, lasting) =
                    (UnavailableCode::ENDING_THE_HANDLE, UnavailableCode::LASTING);
                let mut hopeless = finished.iter().chain(&lasting);
                *outcome == WorkOutcome::NotDone && !hopeless.any(|it| it.as_str() == code)
            }
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

/// What Kotlin and Swift ask an error, whose texts are theirs to keep.
#[cfg(feature = "uniffi")]
#[uniffi::export]
impl RingfenceError {
    /// The HTTP status for hosts that serve one.
    #[uniffi::method(name = "status")]
    fn exported_status(&self) -> u16 {
        self.status()
    }

    /// A machine code that stays the same from version to version.
    #[uniffi::method(name = "code")]
    fn exported_code(&self) -> String {
        self.code().to_owned()
    }

    /// The field that the error is about, where there is one.
    #[uniffi::method(name = "field")]
    fn exported_field(&self) -> Option<String> {
        self.field().map(str::to_owned)
    }

    /// Whether the same call may succeed later without anybody changing anything, and cannot have happened already.
    #[uniffi::method(name = "is_retryable")]
    fn exported_is_retryable(&self) -> bool {
        self.is_retryable()
    }
}
