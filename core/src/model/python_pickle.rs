//! How records are pickled: as a dictionary of their fields, so that a later version reads what an earlier one kept.

use pyo3::exceptions::PyValueError;
use pyo3::inspect::PyStaticExpr;
use pyo3::prelude::*;
use pyo3::sync::PyOnceLock;
use pyo3::types::{PyBool, PyDict, PyFloat, PyInt, PyList, PyTuple, PyType};
use pyo3::{type_hint_identifier, type_hint_subscript};
use serde::de::DeserializeOwned;
use serde_json::Value;

/// A record as `pickle` keeps it: what restores it, its class, and its fields as JSON has them, in Python's own types.
pub(crate) struct Reduced<'py> {
    restore: Bound<'py, PyAny>,
    class: Bound<'py, PyType>,
    state: Bound<'py, PyAny>,
}

impl<'py> Reduced<'py> {
    pub(crate) fn of(class: Bound<'py, PyType>, fields: Value) -> PyResult<Self> {
        static RESTORE: PyOnceLock<Py<PyAny>> = PyOnceLock::new();
        let py = class.py();
        Ok(Self {
            restore: RESTORE
                .import(py, "ringfence._records", "restored")?
                .clone()
                .into_any(),
            state: to_python(py, fields)?,
            class,
        })
    }
}

impl<'py> Reduced<'py> {
    /// With a field that JSON would not do for.
    pub(crate) fn also(&self, name: &str, value: impl IntoPyObject<'py>) -> PyResult<()> {
        self.state.set_item(name, value)
    }
}

impl<'py> IntoPyObject<'py> for Reduced<'py> {
    type Target = PyTuple;
    type Output = Bound<'py, PyTuple>;
    type Error = PyErr;
    const OUTPUT_TYPE: PyStaticExpr = type_hint_subscript!(
        type_hint_identifier!("builtins", "tuple"),
        type_hint_identifier!("typing", "Any"),
        type_hint_identifier!("builtins", "...")
    );

    fn into_pyobject(self, py: Python<'py>) -> PyResult<Self::Output> {
        (self.restore, (self.class, self.state)).into_pyobject(py)
    }
}

/// The record whose fields these are.
pub(crate) fn restored<T: DeserializeOwned>(state: &Bound<'_, PyAny>) -> PyResult<T> {
    let fields = from_python(state)?;
    serde_json::from_value(fields).map_err(|error| PyValueError::new_err(error.to_string()))
}

/// Without a detour over text, which numbers might not survive.
fn to_python(py: Python<'_>, value: Value) -> PyResult<Bound<'_, PyAny>> {
    Ok(match value {
        Value::Null => py.None().into_bound(py),
        Value::Bool(truth) => PyBool::new(py, truth).to_owned().into_any(),
        Value::Number(number) => match (number.as_i64(), number.as_u64()) {
            (Some(number), _) => number.into_pyobject(py)?.into_any(),
            (None, Some(number)) => number.into_pyobject(py)?.into_any(),
            (None, None) => number.as_f64().into_pyobject(py)?.into_any(),
        },
        Value::String(text) => text.into_pyobject(py)?.into_any(),
        Value::Array(all) => {
            let list = PyList::empty(py);
            for value in all {
                list.append(to_python(py, value)?)?;
            }
            list.into_any()
        }
        Value::Object(fields) => {
            let dict = PyDict::new(py);
            for (name, value) in fields {
                dict.set_item(name, to_python(py, value)?)?;
            }
            dict.into_any()
        }
    })
}

fn from_python(object: &Bound<'_, PyAny>) -> PyResult<Value> {
    if object.is_none() {
        return Ok(Value::Null);
    }
    if object.is_instance_of::<PyBool>() {
        return Ok(object.extract::<bool>()?.into());
    }
    if object.is_instance_of::<PyInt>() {
        return Ok(match object.extract::<i64>() {
            Ok(number) => number.into(),
            Err(_) => object.extract::<u64>()?.into(),
        });
    }
    if object.is_instance_of::<PyFloat>() {
        return Ok(object.extract::<f64>()?.into());
    }
    if let Ok(list) = object.cast::<PyList>() {
        let values = list.iter().map(|value| from_python(&value));
        return values.collect();
    }
    if let Ok(dict) = object.cast::<PyDict>() {
        let fields = dict
            .iter()
            .map(|(name, value)| Ok((name.extract::<String>()?, from_python(&value)?)));
        return Ok(Value::Object(fields.collect::<PyResult<_>>()?));
    }
    Ok(object.extract::<String>()?.into())
}
