//! How anything inside the crate fails.

use std::fmt;

use super::codes::{ConflictCode, SchemaCode};
use super::store::StoreError;
use crate::model::step::IllegalStep;
use crate::model::{Entity, IntegrityFinding, InvalidField, Permission};

/// Why a state or a uniqueness refused a call.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Conflict {
    pub(crate) code: ConflictCode,
    pub(crate) field: Option<&'static str>,
    pub(crate) detail: String,
}

impl Conflict {
    pub(crate) fn new(code: ConflictCode, detail: impl Into<String>) -> Self {
        Self {
            code,
            field: None,
            detail: detail.into(),
        }
    }

    pub(crate) fn on(field: &'static str, code: ConflictCode, detail: impl Into<String>) -> Self {
        Self {
            code,
            field: Some(field),
            detail: detail.into(),
        }
    }

    pub(crate) fn stale_version() -> Self {
        Self::on(
            "version",
            ConflictCode::StaleVersion,
            "the row was changed since the version that you saw",
        )
    }

    pub(crate) fn own_mission() -> Self {
        Self::new(
            ConflictCode::OwnMission,
            "a mission is approved by somebody who neither created it nor edited it last",
        )
    }
}

/// What policy refused: the permission that is missing, and for what.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Refusal {
    pub(crate) permission: Permission,
    pub(crate) entity: Entity,
    /// The method that was refused.
    pub(crate) method: &'static str,
}

/// Why the schema of a database does not fit.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct SchemaMismatch {
    pub(crate) code: SchemaCode,
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
    /// A thread was to wait where tokio polls a future.
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
    /// Whether it is sure that nothing of the work stands.
    pub(crate) fn nothing_stands(&self) -> bool {
        match self {
            Self::Store(error) => error.nothing_stands(),
            _ => true,
        }
    }

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

impl From<IllegalStep> for Failure {
    fn from(refused: IllegalStep) -> Self {
        Conflict::new(ConflictCode::IllegalTransition, refused.to_string()).into()
    }
}

impl From<Conflict> for Failure {
    fn from(error: Conflict) -> Self {
        Self::Conflict(error)
    }
}
