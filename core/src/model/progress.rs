//! How far a long operation has come.

use serde::{Deserialize, Serialize};

/// How far a long operation (a migration, a scan) has come.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "uniffi", derive(uniffi::Record))]
#[cfg_attr(
    feature = "python",
    pyo3::pyclass(module = "ringfence", frozen, get_all, eq)
)]
pub struct Progress {
    /// What is being worked on, such as the name of a migration step or of a table.
    pub stage: String,
    /// Units of work done so far: steps or rows, as the operation says.
    pub done: u64,
    /// Units of work in all, where that is known.
    pub total: Option<u64>,
}
