//! Many observations as an argument: dictionaries, each with the arguments of `record` by their names.

use jiff::Timestamp;
use pyo3::inspect::PyStaticExpr;
use pyo3::prelude::*;
use pyo3::types::{PyDict, PyString};
use pyo3::{type_hint_identifier, type_hint_subscript};
use ringfence::model::{DroneId, NewObservation};

use crate::arguments::{Argument, Misfit, Read, required};

/// Observations to be recorded.
pub(crate) struct Observations(pub(crate) Vec<NewObservation>);

required!(Observations);

impl Read for Observations {
    const HINT: PyStaticExpr = type_hint_subscript!(
        type_hint_identifier!("collections.abc", "Iterable"),
        type_hint_subscript!(
            type_hint_identifier!("builtins", "dict"),
            type_hint_identifier!("builtins", "str"),
            type_hint_identifier!("typing", "Any")
        )
    );

    fn read(object: Borrowed<'_, '_, PyAny>) -> Result<Self, Misfit> {
        let wanted = "an iterable of dicts";
        if object.is_instance_of::<PyString>() {
            return Err(Misfit::of_type(wanted, object));
        }
        let rows = object
            .try_iter()
            .map_err(|_| Misfit::of_type(wanted, object))?;
        let mut all = Vec::new();
        for (place, row) in rows.enumerate() {
            let row = row.map_err(Misfit::Raised)?;
            let row = row
                .cast::<PyDict>()
                .map_err(|_| Misfit::of_type(wanted, object))?;
            all.push(observation(place, row).map_err(Misfit::Raised)?);
        }
        Ok(Self(all))
    }
}

/// What is said of one field.
struct Row<'r, 'py> {
    place: usize,
    fields: &'r Bound<'py, PyDict>,
}

impl Row<'_, '_> {
    fn path(&self, field: &str) -> String {
        format!("observations[{}].{field}", self.place)
    }

    fn may<T: Read>(&self, field: &str) -> PyResult<Option<T>> {
        let Some(value) = self.fields.get_item(field)? else {
            return Ok(None);
        };
        let read = Option::<T>::read(value.as_borrowed());
        read.map_err(|misfit| misfit.about(&self.path(field)))
    }

    fn must<T: Read>(&self, field: &str) -> PyResult<T> {
        let missing = Misfit::Value("is missing".to_owned());
        let found = self.may(field)?;
        found.ok_or_else(|| missing.about(&self.path(field)))
    }
}

const FIELDS: [&str; 10] = [
    "item_code",
    "position_lat",
    "position_lon",
    "alt_m",
    "ts",
    "drone_id",
    "severity",
    "note",
    "media_url",
    "confidence",
];

fn observation(place: usize, fields: &Bound<'_, PyDict>) -> PyResult<NewObservation> {
    let row = Row { place, fields };
    for name in fields.keys() {
        let name = name.to_string();
        if !FIELDS.contains(&name.as_str()) {
            let unknown = Misfit::Value("is no field of an observation".to_owned());
            return Err(unknown.about(&row.path(&name)));
        }
    }
    Ok(NewObservation {
        item_code: row.must("item_code")?,
        position_lat: row.must("position_lat")?,
        position_lon: row.must("position_lon")?,
        alt_m: row.must("alt_m")?,
        ts: row.may::<Timestamp>("ts")?,
        drone_id: row.may::<DroneId>("drone_id")?,
        severity: row.may("severity")?,
        note: row.may("note")?,
        media_url: row.may("media_url")?,
        confidence: row.may("confidence")?,
    })
}
