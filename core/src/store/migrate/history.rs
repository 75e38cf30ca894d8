//! The history of applied steps, as refinery writes it.

use jiff::Timestamp;

use crate::store::{FromRow, Row, StoreError};

/// The table that refinery keeps.
pub(super) const TABLE: &str = "ringfence_schema_history";

/// One applied step.
pub(super) struct AppliedStep {
    pub(super) version: u32,
    pub(super) applied_at: Option<Timestamp>,
}

impl FromRow for AppliedStep {
    fn from_row(row: &Row<'_>) -> Result<Self, StoreError> {
        Ok(Self {
            version: u32::try_from(row.int(0)?)
                .map_err(|_| StoreError::Undecodable("a step of negative number".to_owned()))?,
            applied_at: row.text(1)?.parse().ok(),
        })
    }
}
