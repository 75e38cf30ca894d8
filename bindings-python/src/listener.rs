//! Who hears how far a migration or a scan has come, and what a scan finds.

use std::sync::Arc;

use pyo3::inspect::PyStaticExpr;
use pyo3::prelude::*;
use pyo3::pyclass::{PyTraverseError, PyVisit};
use pyo3::types::PyWeakrefReference;
use pyo3::{type_hint_identifier, type_hint_subscript};
use ringfence::model::{IntegrityFinding, Progress};
use ringfence::{FindingsListener, ProgressListener};

use crate::arguments::{Misfit, Read};
use crate::ending;

/// A callable that hears how far a migration or a scan has come. What it raises is reported as Python reports what no
/// caller can catch (`sys.unraisablehook`); the work goes on.
pub(crate) struct Listener(Heard);

/// Likewise, one that hears what a scan finds.
pub(crate) struct Finds(Heard);

/// A callable, for as long as its call is waited for.
struct Heard {
    hears: Option<Py<Hears>>,
    told: Py<PyWeakrefReference>,
}

/// The callable, kept by its call alone: the work, which may go on when nobody waits for it any more, refers to it
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

/// A callable of one argument of this type.
macro_rules! callables {
    ($($name:ident($hint:expr)),+ $(,)?) => {$(
        impl Read for $name {
            const HINT: PyStaticExpr = type_hint_subscript!(
                type_hint_identifier!("collections.abc", "Callable"),
                PyStaticExpr::List { elts: &[$hint] },
                type_hint_identifier!("builtins", "object")
            );

            fn read(object: Borrowed<'_, '_, PyAny>) -> Result<Self, Misfit> {
                Heard::read(object).map(Self)
            }

            fn hears(&mut self) -> Option<Py<Hears>> {
                self.0.hears.take()
            }
        }
    )+};
}

callables! {
    Listener(<Progress as IntoPyObject<'static>>::OUTPUT_TYPE),
    Finds(<Vec<IntegrityFinding> as IntoPyObject<'static>>::OUTPUT_TYPE),
}

impl Listener {
    pub(crate) fn heard(self) -> Arc<dyn ProgressListener> {
        let Heard { told, .. } = self.0;
        Arc::new(move |progress: Progress| tell(&told, progress))
    }
}

impl Finds {
    pub(crate) fn heard(self) -> Arc<dyn FindingsListener> {
        let Heard { told, .. } = self.0;
        Arc::new(move |findings: Vec<IntegrityFinding>| tell(&told, findings))
    }
}

impl Heard {
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
}

fn tell(told: &Py<PyWeakrefReference>, what: impl for<'py> IntoPyObject<'py>) {
    ending::unless_ended(|py| {
        let Ok(Some(hears)) = told.bind(py).upgrade_as::<Hears>() else {
            return;
        };
        let listener = &hears.get().0;
        if let Err(raised) = listener.bind(py).call1((what,)) {
            raised.write_unraisable(py, Some(listener.bind(py)));
        }
    });
}
