//! How enums look in Python: they are classes of `ringfence/_enums.py`.

use pyo3::exceptions::PyValueError;
use pyo3::prelude::*;
use pyo3::sync::PyOnceLock;
use pyo3::types::PyType;

/// Makes an enum the class of its name in `ringfence/_enums.py`, and reads it from a member or from its text.
macro_rules! a_class_of_python {
    ($name:ident, $read:path) => {
        const _: () = {
            use pyo3::inspect::PyStaticExpr;
            use pyo3::prelude::*;
            use pyo3::{type_hint_identifier, type_hint_union};

            const CLASS: PyStaticExpr =
                type_hint_identifier!("ringfence._enums", stringify!($name));

            impl<'py> IntoPyObject<'py> for $name {
                type Target = PyAny;
                type Output = Bound<'py, PyAny>;
                type Error = PyErr;
                const OUTPUT_TYPE: PyStaticExpr = CLASS;

                fn into_pyobject(self, py: Python<'py>) -> PyResult<Self::Output> {
                    static FOUND: pyo3::sync::PyOnceLock<Py<pyo3::types::PyType>> =
                        pyo3::sync::PyOnceLock::new();
                    $crate::model::python_enums::member(
                        py,
                        &FOUND,
                        stringify!($name),
                        self.as_str(),
                    )
                }
            }

            impl<'a, 'py> FromPyObject<'a, 'py> for $name {
                type Error = PyErr;
                const INPUT_TYPE: PyStaticExpr =
                    type_hint_union!(CLASS, type_hint_identifier!("builtins", "str"));

                fn extract(object: Borrowed<'a, 'py, PyAny>) -> PyResult<Self> {
                    let text = object.extract::<String>()?;
                    let refused =
                        || $crate::model::python_enums::no_member(stringify!($name), &text);
                    $read(&text).ok_or_else(refused)
                }
            }
        };
    };
}

pub(crate) use a_class_of_python;

/// The member of the class `name` with this text.
pub(crate) fn member<'py>(
    py: Python<'py>,
    found: &PyOnceLock<Py<PyType>>,
    name: &str,
    text: &str,
) -> PyResult<Bound<'py, PyAny>> {
    found
        .import(py, "ringfence._enums", name)?
        .as_any()
        .call1((text,))
}

/// As Python's own enums say it.
pub(crate) fn no_member(name: &str, text: &str) -> PyErr {
    PyValueError::new_err(format!("{text:?} is not a valid {name}"))
}
