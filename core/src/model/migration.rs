//! Where a database stands in the steps of its schema.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

/// One step of the schema.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "uniffi", derive(uniffi::Record))]
#[cfg_attr(
    feature = "python",
    pyo3::pyclass(module = "ringfence", frozen, get_all, eq)
)]
pub struct MigrationStep {
    /// Its number, from 1.
    pub version: u32,
    /// Its name.
    pub name: String,
    /// The batch that it belongs to, such as `07A-1`.
    pub batch: String,
    /// When it was applied; absent while it is not.
    pub applied_at: Option<Timestamp>,
}

/// Every step of the schema and which of them are applied.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "uniffi", derive(uniffi::Record))]
#[cfg_attr(
    feature = "python",
    pyo3::pyclass(module = "ringfence", frozen, get_all, eq)
)]
pub struct MigrationStatus {
    /// The version that the database stands at; 0 when it is empty.
    pub current: u32,
    /// The version that this library works with.
    pub latest: u32,
    /// The steps, in order.
    pub steps: Vec<MigrationStep>,
}

#[cfg_attr(feature = "uniffi", uniffi::export)]
impl MigrationStatus {
    /// Whether every step is applied.
    #[must_use]
    pub fn is_current(&self) -> bool {
        self.current == self.latest
    }
}
