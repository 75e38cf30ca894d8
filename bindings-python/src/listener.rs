//! Who hears how far a migration has come.

use std::sync::Arc;

use pyo3::inspect::PyStaticExpr;
use pyo3::prelude::*;
use pyo3::pyclass::{PyTraverseError, PyVisit};
use pyo3::types::PyWeakrefReference;
use pyo3::{type_hint_identifier, type_hint_subscript};
use ringfence::ProgressListener;
use ringfence::model::Progress;

use crate::arguments::{Misfit, Read};
use crate::ending;

/// A callable that hears how far a migration has come. What it raises is reported as Python reports what no caller can
/// catch (`sys.unraisablehook`); the migration goes on.
pub(crate) struct Listener {
    hears: Option<Py<Hears>>,
    told: Py<PyWeakrefReference>,
}

/// The callable, kept by its call alone: the migration, which may go on when nobody waits for it any more, refers to it
/// weakly. So Python's garbage collector sees whoever keeps it, a circle through the call among them.
#[pyclass(module = "ringfence", frozen, weakref)]
pub(crate) struct Hears(Py<PyAny>);

#[pymethods]
impl Hears {
    #[allow(clippy::needless_pass_by_value, reason = "Python's protocol")]
    fn __traverse__(&self, visit: PyVisit<'_>) -> Result<(), PyTraverseError> {
        visit.call(&self.0)
    }
}

impl Read for Listener {
    const HINT: PyStaticExpr = type_hint_subscript!(
        type_hint_identifier!("collections.abc", "Callable"),
        PyStaticExpr::List {
            elts: &[<Progress as IntoPyObject<'static>>::OUTPUT_TYPE]
        },
        type_hint_identifier!("builtins", "object")
    );

    fn read(object: Borrowed<'_, '_, PyAny>) -> Result<Self, Misfit> {
        if !object.is_callable() {
            return Err(Misfit::of_type("callable", object));
        }
        let hears = Hears(object.to_owned().unbind());
        let hears = Bound::new(object.py(), hears).map_err(Misfit::Raised)?;
        let told = PyWeakrefReference::new(hears.as_any()).map_err(Misfit::Raised)?;
        Ok(Self {
            hears: Some(hears.unbind()),
            told: told.unbind(),
        })
    }

    fn hears(&mut self) -> Option<Py<Hears>> {
        self.hears.take()
    }
}

impl Listener {
    pub(crate) fn heard(self) -> Arc<dyn ProgressListener> {
        let told = self.told;
        Arc::new(move |progress: Progress| {
            ending::unless_ended(|py| {
                let Ok(Some(hears)) = told.bind(py).upgrade_as::<Hears>() else {
                    return;
                };
                let listener = &hears.get().0;
                if let Err(raised) = listener.call1(py, (progress,)) {
                    raised.write_unraisable(py, Some(listener.bind(py)));
                }
            });
        })
    }
}
