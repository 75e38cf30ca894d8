//! The native half of the Python package `ringfence`: convert, call, convert.

use pyo3::prelude::*;

/// What the Python package is built on.
#[pymodule]
mod _ringfence {
    use super::*;

    /// The version of the library.
    #[pyfunction]
    fn version() -> String {
        ringfence::version()
    }
}
