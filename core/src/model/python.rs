//! How records look in Python: they show their fields, pages iterate, and all of them can be pickled.

use jiff::Timestamp;
use pyo3::exceptions::PyRuntimeError;
use pyo3::inspect::PyStaticExpr;
use pyo3::prelude::*;
use pyo3::types::{PyBytes, PyDict};
use pyo3::{type_hint_identifier, type_hint_subscript};
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::python_pickle::{Reduced, restored};
use super::{
    Alert, AltitudeRange, Approval, ApprovalRecord, AuditEvent, BoundaryFinding, BoundaryReport,
    BoundingBox, Credential, Defect, DefectAction, DefectDetails, DefectStats, DefectsOfStatus,
    Drone, DroneId, EffectivePermissions, FoundedTenant, Incident, IncidentTask, InspectionExport,
    InspectionTask, InspectionTemplate, IntegrityFinding, IntegrityReport, LayerReport,
    LegacyCommand, LegacyEvent, LegacyRequest, LogOutcome as Verified, LogVerification,
    MigrationStatus, MigrationStep, Mission, MissionPlan, MissionRun, Observation, PlanSummary,
    Progress, RecordedObservations, Resource, Role, RoleGrowth, SecretJson, TelemetryPosition,
    TemplateItem, Tenant, TenantGrowth, User, WhoAmI,
};

/// A record as `repr()` shows it: `Drone(id='…', name='Kite', …)`, its values as JSON has them, and records that it holds
/// as these show themselves.
pub(crate) fn shown(
    held: &Bound<'_, PyAny>,
    name: &str,
    record: &impl Serialize,
) -> PyResult<String> {
    let py = held.py();
    match json(record)? {
        Value::Object(fields) => {
            let field = |(name, value): (&String, &Value)| {
                let held = held.getattr(name.as_str()).ok();
                Ok(format!("{name}={}", literal(py, value, held.as_ref())?))
            };
            let fields: Vec<String> = fields.iter().map(field).collect::<PyResult<_>>()?;
            Ok(format!("{name}({})", fields.join(", ")))
        }
        value => literal(py, &value, None),
    }
}

pub(crate) fn json(record: &impl Serialize) -> PyResult<Value> {
    serde_json::to_value(record).map_err(|error| PyRuntimeError::new_err(error.to_string()))
}

/// Most values of a list that are shown.
const SHOWN: usize = 20;

/// A value as Python writes it, and where a record is `held` as it shows itself.
fn literal(py: Python<'_>, value: &Value, held: Option<&Bound<'_, PyAny>>) -> PyResult<String> {
    let inner = |key: &dyn Fn(&Bound<'_, PyAny>) -> PyResult<Py<PyAny>>| {
        held.and_then(|held| key(held).ok())
            .map(|inner| inner.into_bound(py))
    };
    Ok(match value {
        Value::Null => "None".to_owned(),
        Value::Bool(true) => "True".to_owned(),
        Value::Bool(false) => "False".to_owned(),
        Value::Number(number) => number.to_string(),
        Value::String(text) => text.into_pyobject(py)?.repr()?.to_string(),
        Value::Array(all) => {
            let some = all.iter().take(SHOWN).enumerate().map(|(at, value)| {
                let held = inner(&|held| held.get_item(at).map(Bound::unbind));
                literal(py, value, held.as_ref())
            });
            let mut some: Vec<String> = some.collect::<PyResult<_>>()?;
            if all.len() > SHOWN {
                some.push("...".to_owned());
            }
            format!("[{}]", some.join(", "))
        }
        Value::Object(fields) => match held.filter(|held| !held.is_instance_of::<PyDict>()) {
            Some(record) => record.repr()?.to_string(),
            None => {
                let field = |(name, value): (&String, &Value)| {
                    let held = inner(&|held| held.get_item(name).map(Bound::unbind));
                    Ok(format!("'{name}': {}", literal(py, value, held.as_ref())?))
                };
                let fields: Vec<String> = fields.iter().map(field).collect::<PyResult<_>>()?;
                format!("{{{}}}", fields.join(", "))
            }
        },
    })
}

/// What Python sees of a record beside its fields.
macro_rules! records {
    ($($record:ident $({$($more:tt)*})?;)+) => {$(
        #[pyo3::pymethods]
        impl $record {
            fn __repr__(slf: &pyo3::Bound<'_, Self>) -> pyo3::PyResult<String> {
                $crate::model::python::shown(slf.as_any(), stringify!($record), slf.get())
            }

            fn __reduce__<'py>(
                &self,
                py: pyo3::Python<'py>,
            ) -> pyo3::PyResult<$crate::model::python_pickle::Reduced<'py>> {
                $crate::model::python_pickle::Reduced::of(
                    py.get_type::<Self>(),
                    $crate::model::python::json(self)?,
                )
            }

            /// The record of this state, which `pickle` kept.
            #[staticmethod]
            fn _restored(state: &pyo3::Bound<'_, pyo3::PyAny>) -> pyo3::PyResult<Self> {
                $crate::model::python_pickle::restored(state)
            }

            fn __copy__(slf: pyo3::Py<Self>) -> pyo3::Py<Self> {
                slf
            }

            fn __deepcopy__(
                slf: pyo3::Py<Self>,
                _memo: &pyo3::Bound<'_, pyo3::PyAny>,
            ) -> pyo3::Py<Self> {
                slf
            }

            $($($more)*)?
        }
    )+};
}

pub(crate) use records;

records! {
    Alert;
    AltitudeRange;
    Approval;
    ApprovalRecord;
    AuditEvent;
    BoundaryFinding;
    BoundaryReport {
        /// Whether everything stands that this version of the library makes: nothing is broken, and no step is to be
        /// taken.
        #[getter(is_whole)]
        fn holds_all_of_it(&self) -> bool {
            self.is_whole()
        }
    };
    BoundingBox;
    Defect;
    DefectAction;
    DefectDetails;
    DefectStats;
    DefectsOfStatus;
    Drone;
    EffectivePermissions;
    FoundedTenant;
    Incident;
    IncidentTask;
    InspectionExport;
    InspectionTask;
    InspectionTemplate;
    IntegrityFinding;
    IntegrityReport {
        /// Whether nothing was found.
        #[getter(is_clean)]
        fn finds_nothing(&self) -> bool {
            self.is_clean()
        }

        /// Whether a migration can go on: nothing was found, or only what does not stop it.
        #[getter(lets_migrate)]
        fn stops_nothing(&self) -> bool {
            self.lets_migrate()
        }
    };
    LayerReport;
    LegacyCommand;
    LegacyEvent;
    LegacyRequest;
    LogOutcome;
    LogVerification {
        /// Whether every event is as it was recorded.
        #[getter(is_intact)]
        fn finds_all_as_recorded(&self) -> bool {
            self.is_intact()
        }
    };
    MigrationStatus {
        /// Whether every step is applied.
        #[getter(is_current)]
        fn has_every_step(&self) -> bool {
            self.is_current()
        }
    };
    MigrationStep;
    Mission;
    MissionRun;
    Observation;
    PlanSummary;
    Progress;
    RecordedObservations;
    Resource;
    Role;
    RoleGrowth;
    TelemetryPosition {
        #[new]
        #[pyo3(signature = (lat, lon, alt_m=None))]
        const fn new(lat: f64, lon: f64, alt_m: Option<f64>) -> Self {
            Self { lat, lon, alt_m }
        }
    };
    TemplateItem;
    Tenant;
    TenantGrowth;
    User;
    WhoAmI;
}

/// A plan without its file, of which there may be 8 MiB.
#[derive(Serialize)]
struct ShownPlan<'p> {
    file: String,
    sha256: &'p str,
    summary: &'p PlanSummary,
}

/// What is pickled of a plan beside its file.
#[derive(Serialize, Deserialize)]
struct RestOfPlan {
    sha256: String,
    summary: PlanSummary,
}

#[pymethods]
impl MissionPlan {
    fn __repr__(slf: &Bound<'_, Self>) -> PyResult<String> {
        let of = slf.get();
        let plan = ShownPlan {
            file: format!("({} bytes)", of.file.len()),
            sha256: &of.sha256,
            summary: &of.summary,
        };
        shown(slf.as_any(), "MissionPlan", &plan)
    }

    fn __reduce__<'py>(&self, py: Python<'py>) -> PyResult<Reduced<'py>> {
        let rest = RestOfPlan {
            sha256: self.sha256.clone(),
            summary: self.summary.clone(),
        };
        let reduced = Reduced::of(py.get_type::<Self>(), json(&rest)?)?;
        let file = PyBytes::new(py, &self.file);
        reduced.also("file", file)?;
        Ok(reduced)
    }

    /// The record of this state, which `pickle` kept.
    #[staticmethod]
    fn _restored(state: &Bound<'_, PyAny>) -> PyResult<Self> {
        let rest = state.cast::<PyDict>()?.copy()?;
        let file: Vec<u8> = rest.as_any().get_item("file")?.extract()?;
        rest.del_item("file")?;
        let RestOfPlan { sha256, summary } = restored(&rest)?;
        Ok(Self {
            file,
            sha256,
            summary,
        })
    }

    fn __copy__(slf: Py<Self>) -> Py<Self> {
        slf
    }

    fn __deepcopy__(slf: Py<Self>, _memo: &Bound<'_, PyAny>) -> Py<Self> {
        slf
    }
}

/// It is not pickled, which would show it.
#[pymethods]
impl SecretJson {
    /// The text, as it was set.
    #[pyo3(name = "expose")]
    fn shown_to_python(&self) -> &str {
        self.expose()
    }

    fn __repr__(&self) -> String {
        format!("{self:?}")
    }

    fn __copy__(slf: Py<Self>) -> Py<Self> {
        slf
    }

    fn __deepcopy__(slf: Py<Self>, _memo: &Bound<'_, PyAny>) -> Py<Self> {
        slf
    }
}

/// Nor is it.
#[pymethods]
impl Credential {
    /// The drone.
    #[getter(drone_id)]
    fn of_drone(&self) -> DroneId {
        self.drone_id.clone()
    }

    /// The secret, which shows itself only where `expose()` asks for it.
    #[getter(secret)]
    fn held_secret(&self) -> SecretJson {
        SecretJson::clone(&self.secret)
    }

    /// When the drone was given its first credential, which this one may have replaced.
    #[getter(created_at)]
    fn of_time(&self) -> Timestamp {
        self.created_at
    }

    fn __repr__(slf: &Bound<'_, Self>) -> PyResult<String> {
        let of = slf.get();
        let drone = of.drone_id.as_str().into_pyobject(slf.py())?.repr()?;
        let time = of.created_at.into_pyobject(slf.py())?.repr()?;
        Ok(format!(
            "Credential(drone_id={drone}, secret={:?}, created_at={time})",
            of.secret
        ))
    }

    fn __copy__(slf: Py<Self>) -> Py<Self> {
        slf
    }

    fn __deepcopy__(slf: Py<Self>, _memo: &Bound<'_, PyAny>) -> Py<Self> {
        slf
    }
}

/// What Python sees of a page beside its fields: it is its rows, so `for row in page` and `len(page)`.
macro_rules! a_page_of_python {
    ($page:ident of $item:ident) => {
        $crate::model::python::records! {
            $page {
                fn __len__(&self) -> usize {
                    self.items.len()
                }

                fn __iter__(&self) -> $crate::model::python::Rows<$item> {
                    $crate::model::python::Rows(self.items.clone())
                }
            };
        }
    };
}

pub(crate) use a_page_of_python;

/// An iterator over the rows of a page.
pub(crate) struct Rows<T>(pub(crate) Vec<T>);

impl<'py, T: IntoPyObject<'py>> IntoPyObject<'py> for Rows<T> {
    type Target = PyAny;
    type Output = Bound<'py, PyAny>;
    type Error = PyErr;
    const OUTPUT_TYPE: PyStaticExpr = type_hint_subscript!(
        type_hint_identifier!("collections.abc", "Iterator"),
        T::OUTPUT_TYPE
    );

    fn into_pyobject(self, py: Python<'py>) -> PyResult<Self::Output> {
        Ok(self.0.into_pyobject(py)?.try_iter()?.into_any())
    }
}

/// Whether a log's events bear out the root that it stands at; otherwise the first place where they do not.
#[pyclass(module = "ringfence", frozen, get_all, eq)]
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct LogOutcome {
    /// `intact`, `event_missing`, `leaf_differs`, `detail_differs`, `detail_missing`, `nodes_differ`, `event_beyond_size` or
    /// `root_differs`.
    kind: String,
    /// The event's place in the log, where it is about one.
    seq: Option<i64>,
}

impl<'py> IntoPyObject<'py> for Verified {
    type Target = LogOutcome;
    type Output = Bound<'py, LogOutcome>;
    type Error = PyErr;
    const OUTPUT_TYPE: PyStaticExpr = <LogOutcome as IntoPyObject<'py>>::OUTPUT_TYPE;

    fn into_pyobject(self, py: Python<'py>) -> PyResult<Self::Output> {
        let shown = serde_json::from_value(json(&self)?);
        let shown: LogOutcome =
            shown.map_err(|error| PyRuntimeError::new_err(error.to_string()))?;
        Bound::new(py, shown)
    }
}
