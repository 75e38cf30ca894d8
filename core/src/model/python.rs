//! How the records look in Python: `repr()` is their `Debug` form.

use super::{Drone, DronePage, IntegrityFinding, Mission};

macro_rules! shown {
    ($($record:ident),+ $(,)?) => {$(
        #[pyo3::pymethods]
        impl $record {
            fn __repr__(&self) -> String {
                format!("{self:?}")
            }
        }
    )+};
}

shown!(Drone, DronePage, IntegrityFinding, Mission);
