//! Arguments that are more in Python than a value: one that may be left out, and a callable.

use std::sync::Arc;

use pyo3::inspect::PyStaticExpr;
use pyo3::prelude::*;
use pyo3::types::PyEllipsis;
use pyo3::{type_hint_identifier, type_hint_subscript};
use ringfence::ProgressListener;
use ringfence::model::{Change, Progress};

/// An argument of an update: left out, so that nothing changes, or given. What may be cleared is given as an `Option`,
/// and `None` clears it.
pub(crate) enum Given<T> {
    Absent,
    Value(T),
}

impl<T> Given<T> {
    pub(crate) fn value(self) -> Option<T> {
        match self {
            Self::Absent => None,
            Self::Value(value) => Some(value),
        }
    }
}

/// `None` clears.
impl<T> From<Given<Option<T>>> for Change<T> {
    fn from(given: Given<Option<T>>) -> Self {
        match given {
            Given::Absent => Self::Keep,
            Given::Value(value) => value.into(),
        }
    }
}

impl<'a, 'py, T: FromPyObject<'a, 'py>> FromPyObject<'a, 'py> for Given<T> {
    type Error = T::Error;
    const INPUT_TYPE: PyStaticExpr = T::INPUT_TYPE;

    fn extract(object: Borrowed<'a, 'py, PyAny>) -> Result<Self, Self::Error> {
        // The default that Python shows.
        if object.is(PyEllipsis::get(object.py())) {
            return Ok(Self::Absent);
        }
        T::extract(object).map(Self::Value)
    }
}

/// A callable that hears how far a migration has come. What it raises is reported as Python reports what no caller can
/// catch (`sys.unraisablehook`); the migration goes on.
pub(crate) struct Listener(Py<PyAny>);

impl<'a, 'py> FromPyObject<'a, 'py> for Listener {
    type Error = PyErr;
    const INPUT_TYPE: PyStaticExpr = type_hint_subscript!(
        type_hint_identifier!("collections.abc", "Callable"),
        PyStaticExpr::List {
            elts: &[<Progress as IntoPyObject<'static>>::OUTPUT_TYPE]
        },
        type_hint_identifier!("builtins", "object")
    );

    fn extract(object: Borrowed<'a, 'py, PyAny>) -> PyResult<Self> {
        if !object.is_callable() {
            return Err(pyo3::exceptions::PyTypeError::new_err("is not callable"));
        }
        Ok(Self(object.to_owned().unbind()))
    }
}

impl Listener {
    pub(crate) fn heard(self) -> Arc<dyn ProgressListener> {
        Arc::new(move |progress: Progress| {
            // Nobody listens once the interpreter ends.
            let _ = Python::try_attach(|py| {
                if let Err(raised) = self.0.call1(py, (progress,)) {
                    raised.write_unraisable(py, Some(self.0.bind(py)));
                }
            });
        })
    }
}
