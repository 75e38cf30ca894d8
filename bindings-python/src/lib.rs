//! The native half of the Python package `ringfence`: convert, call, convert.
//!
//! Records and enums are classes where they are written, in the crate `ringfence` under its feature
//! `python`. Here stand the handles, over [`ringfence::blocking::wait`]: each method is one call, with Python's
//! lock released while it waits.

mod errors;
mod handles;

/// What the Python package is built on.
#[pyo3::pymodule]
mod _ringfence {
    #[pymodule_export]
    use crate::handles::{Drones, Missions, Ringfence, TenantSession, open};
    #[pymodule_export]
    use ringfence::model::{
        Drone, DronePage, IntegrityFinding, IntegrityProblem, Mission,
        classes::{MissionState, PlanType, Vendor},
    };
    #[pymodule_export]
    use ringfence::{MigrateMode, WorkOutcome};

    #[pymodule_init]
    fn fill(module: &pyo3::Bound<'_, pyo3::types::PyModule>) -> pyo3::PyResult<()> {
        ringfence::model::classes::fill(module.py())
    }
}
