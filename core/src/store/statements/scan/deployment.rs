//! The integrity scan's look at the deployment, which has a log and no row of its own.

use std::sync::LazyLock;

use super::report::kept;
use crate::error::StoreError;
use crate::model::{IntegrityFinding, IntegrityProblem};
use crate::schema::{DEPLOYMENT, version};
use crate::store::sql::{Expect, FromRow, Row, Rows, Scope, Statement};

/// The look for its log.
pub(crate) struct Deployment {
    pub(crate) query: Rows<Gone>,
}

/// The log that is gone.
pub(crate) struct Gone(String);

impl FromRow for Gone {
    fn from_row(row: &Row<'_>) -> Result<Self, StoreError> {
        row.get(0).map(Self)
    }
}

static LOOK: LazyLock<Deployment> = LazyLock::new(|| {
    let text = kept(format!(
        "SELECT '{DEPLOYMENT}' WHERE NOT EXISTS (SELECT 1 FROM audit_heads h WHERE h.tenant_id = '{DEPLOYMENT}')"
    ));
    Deployment {
        query: Rows::of(Statement::new(
            "SCAN deployment without audit_heads",
            Scope::Operator,
            Expect::Any,
            text,
            text,
        )),
    }
});

pub(crate) fn deployment() -> &'static Deployment {
    &LOOK
}

impl Deployment {
    /// Whether it has a log at this version.
    pub(crate) fn at(version: u32) -> bool {
        version >= version::AUDIT_LOG
    }

    pub(crate) fn findings(gone: Vec<Gone>) -> Vec<IntegrityFinding> {
        let found = gone.into_iter().map(|Gone(id)| IntegrityFinding {
            value: Some(id.clone()),
            ..IntegrityFinding::new("audit_heads", id, "tenant_id", IntegrityProblem::LogMissing)
        });
        found.collect()
    }
}
