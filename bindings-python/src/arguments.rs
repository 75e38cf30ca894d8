//! What a method is given. One layer reads every argument, and says by name what is wrong with it: `TypeError` for a value
//! of another type, `Invalid` for one that the type has and the argument cannot.

use std::convert::Infallible;

use jiff::Timestamp;
use pyo3::exceptions::{PyOverflowError, PyTypeError, PyValueError};
use pyo3::inspect::PyStaticExpr;
use pyo3::prelude::*;
use pyo3::pybacked::PyBackedBytes;
use pyo3::types::{PyBool, PyDateTime, PyEllipsis, PyMemoryView, PyString, PyTzInfo};
use pyo3::{type_hint_identifier, type_hint_union};
use ringfence::model::{
    Action, AlertId, AlertSeverity, AlertStatus, AlertType, ApprovalEntity, ApprovalRecordId,
    ApprovalStatus, Change, Cursor, DefectId, DefectStatus, DroneId, ExportFormat, ExportId,
    IncidentId, IncidentLevel, IncidentStatus, Json, LegacyCommandId, LegacyCommandStatus,
    LegacyEventId, LegacyRequestId, MissionId, MissionState, ObservationId, Order, Permission,
    PlanType, Resource, RoleId, RunId, TaskId, TaskStatus, TelemetryPosition, TemplateId,
    TemplateItemId, TenantId, UserId, Vendor,
};
use ringfence::{Error, MigrateMode};

use crate::errors::raise;
use crate::listener::Hears;

/// What is wrong with a value, without the argument's name.
pub(crate) enum Misfit {
    /// It is of another type than this one: `a str`.
    Type(&'static str, String),
    /// It breaks this rule.
    Value(String),
    /// The value itself raised while it was looked at.
    Raised(PyErr),
}

impl Misfit {
    pub(crate) fn of_type(wanted: &'static str, object: Borrowed<'_, '_, PyAny>) -> Self {
        if object.is_none() {
            return Self::Type(wanted, "None".to_owned());
        }
        let name = object.get_type().name();
        Self::Type(
            wanted,
            name.map_or_else(|_| "another".to_owned(), |name| name.to_string()),
        )
    }

    /// What is raised about the argument of this name.
    pub(crate) fn about(self, name: &str) -> PyErr {
        match self {
            Self::Type(wanted, given) => {
                PyTypeError::new_err(format!("{name} must be {wanted}, not {given}"))
            }
            Self::Value(rule) => raise(Error::Invalid {
                field: name.to_owned(),
                rule,
            }),
            Self::Raised(raised) => raised,
        }
    }
}

/// A value that an argument can be.
pub(crate) trait Read: Sized {
    /// Its type in the stubs.
    const HINT: PyStaticExpr;

    fn read(object: Borrowed<'_, '_, PyAny>) -> Result<Self, Misfit>;

    /// What the call has to keep for as long as it is waited for.
    fn hears(&mut self) -> Option<Py<Hears>> {
        None
    }
}

/// A value as it was read, before anybody has said which argument it is.
pub(crate) struct Arg<T>(Result<T, Misfit>);

impl<'a, 'py, T: Read> FromPyObject<'a, 'py> for Arg<T> {
    type Error = Infallible;
    const INPUT_TYPE: PyStaticExpr = T::HINT;

    fn extract(object: Borrowed<'a, 'py, PyAny>) -> Result<Self, Infallible> {
        Ok(Self(T::read(object)))
    }
}

impl<T> Arg<T> {
    pub(crate) fn named(self, name: &str) -> PyResult<T> {
        self.0.map_err(|misfit| misfit.about(name))
    }
}

/// What stands in a method's list of arguments.
pub(crate) trait Argument: Sized {
    /// What Python's value is taken as, with a default where it may be left out.
    type Taken;

    /// The value, or what is raised about the argument of this name.
    fn given(taken: Self::Taken, name: &str) -> PyResult<Self>;

    /// What the call has to keep for as long as it is waited for.
    fn hears(_: &mut Self::Taken) -> Option<Py<Hears>> {
        None
    }
}

impl<T: Read> Argument for Option<T> {
    type Taken = Option<Arg<T>>;

    fn given(taken: Self::Taken, name: &str) -> PyResult<Self> {
        taken.map(|arg| arg.named(name)).transpose()
    }

    fn hears(taken: &mut Self::Taken) -> Option<Py<Hears>> {
        taken.as_mut()?.0.as_mut().ok()?.hears()
    }
}

impl<T: Read> Argument for Given<T> {
    type Taken = Given<Arg<T>>;

    fn given(taken: Self::Taken, name: &str) -> PyResult<Self> {
        Ok(match taken {
            Given::Absent => Self::Absent,
            Given::Value(arg) => Self::Value(arg.named(name)?),
        })
    }
}

/// Values that are given as they are.
macro_rules! required {
    ($($type:ty),+ $(,)?) => {$(
        impl Argument for $type {
            type Taken = $crate::arguments::Arg<Self>;

            fn given(taken: Self::Taken, name: &str) -> PyResult<Self> {
                taken.named(name)
            }
        }
    )+};
}
pub(crate) use required;

/// The type that the stubs show for a value of Python's own.
macro_rules! hint_of {
    ($type:ty) => {
        <$type as FromPyObject<'static, 'static>>::INPUT_TYPE
    };
}

macro_rules! integers {
    ($($type:ty, $beyond:expr;)+) => {$(
        impl Read for $type {
            const HINT: PyStaticExpr = hint_of!($type);

            fn read(object: Borrowed<'_, '_, PyAny>) -> Result<Self, Misfit> {
                let py = object.py();
                // A number to Python, and a slip wherever one is wanted.
                if object.is_instance_of::<PyBool>() {
                    return Err(Misfit::of_type("an int", object));
                }
                object.extract().or_else(|raised: PyErr| {
                    if raised.is_instance_of::<PyOverflowError>(py) {
                        $beyond
                    } else if raised.is_instance_of::<PyTypeError>(py) {
                        Err(Misfit::of_type("an int", object))
                    } else {
                        Err(Misfit::Raised(raised))
                    }
                })
            }
        }
        required!($type);
    )+};
}

integers! {
    // What the library counts has bounds of its own, which it tells, and the most that this type holds is beyond all of
    // them. So is a number that the type does not hold, whichever way: none that is too small becomes one that is not.
    u32, Ok(u32::MAX);
    i64, Err(Misfit::Value(format!("is not between {} and {}", i64::MIN, i64::MAX)));
}

impl Read for f64 {
    const HINT: PyStaticExpr = hint_of!(f64);

    fn read(object: Borrowed<'_, '_, PyAny>) -> Result<Self, Misfit> {
        let py = object.py();
        if object.is_instance_of::<PyBool>() {
            return Err(Misfit::of_type("a float", object));
        }
        object.extract().or_else(|raised: PyErr| {
            if raised.is_instance_of::<PyOverflowError>(py) {
                // No number that the library takes is as great.
                Ok(Self::INFINITY)
            } else if raised.is_instance_of::<PyTypeError>(py) {
                Err(Misfit::of_type("a float", object))
            } else {
                Err(Misfit::Raised(raised))
            }
        })
    }
}

required!(f64);

impl Read for bool {
    const HINT: PyStaticExpr = hint_of!(bool);

    fn read(object: Borrowed<'_, '_, PyAny>) -> Result<Self, Misfit> {
        object
            .extract()
            .map_err(|_: PyErr| Misfit::of_type("a bool", object))
    }
}

impl Read for String {
    const HINT: PyStaticExpr = hint_of!(String);

    fn read(object: Borrowed<'_, '_, PyAny>) -> Result<Self, Misfit> {
        let text = object
            .cast::<PyString>()
            .map_err(|_| Misfit::of_type("a str", object))?;
        match text.to_cow() {
            Ok(text) => Ok(text.into_owned()),
            Err(_) => Err(Misfit::Value(
                "holds half a surrogate pair, which no text can".to_owned(),
            )),
        }
    }
}

required!(bool, String);

/// What is a text with a type of its own.
macro_rules! texts {
    ($($type:ty),+ $(,)?) => {$(
        impl Read for $type {
            const HINT: PyStaticExpr = String::HINT;

            fn read(object: Borrowed<'_, '_, PyAny>) -> Result<Self, Misfit> {
                String::read(object).map(Into::into)
            }
        }
        required!($type);
    )+};
}

texts!(
    TenantId,
    UserId,
    RoleId,
    DroneId,
    MissionId,
    RunId,
    TemplateId,
    TemplateItemId,
    TaskId,
    ObservationId,
    ExportId,
    DefectId,
    IncidentId,
    AlertId,
    ApprovalRecordId,
    LegacyCommandId,
    LegacyEventId,
    LegacyRequestId,
    Cursor,
    Json
);

/// Enums: a member, or its text.
macro_rules! enums {
    ($($type:ty),+ $(,)?) => {$(
        impl Read for $type {
            const HINT: PyStaticExpr = hint_of!($type);

            fn read(object: Borrowed<'_, '_, PyAny>) -> Result<Self, Misfit> {
                String::read(object)?;
                object.extract().map_err(|_: PyErr| {
                    let known: Vec<&str> = Self::ALL.iter().map(|one| one.as_str()).collect();
                    Misfit::Value(format!("is not one of {}", known.join(", ")))
                })
            }
        }
        required!($type);
    )+};
}

enums!(
    Action,
    AlertSeverity,
    AlertStatus,
    AlertType,
    ApprovalEntity,
    ApprovalStatus,
    DefectStatus,
    ExportFormat,
    IncidentLevel,
    IncidentStatus,
    LegacyCommandStatus,
    MigrateMode,
    MissionState,
    Order,
    Permission,
    PlanType,
    TaskStatus,
    Vendor
);

impl Read for Timestamp {
    const HINT: PyStaticExpr = hint_of!(Timestamp);

    fn read(object: Borrowed<'_, '_, PyAny>) -> Result<Self, Misfit> {
        let moment = object
            .cast::<PyDateTime>()
            .map_err(|_| Misfit::of_type("a datetime", object))?;
        let offset = moment.call_method0("utcoffset");
        if offset.map_err(Misfit::Raised)?.is_none() {
            let naive = "one without (tzinfo is None)".to_owned();
            return Err(Misfit::Type("a datetime with a time zone", naive));
        }
        // Any kind of zone can do this, and only some can be read.
        let utc = PyTzInfo::utc(object.py()).map_err(Misfit::Raised)?;
        let moment = moment.call_method1("astimezone", (utc,));
        moment
            .and_then(|moment| moment.extract())
            .map_err(|raised| {
                let py = object.py();
                if raised.is_instance_of::<PyOverflowError>(py)
                    || raised.is_instance_of::<PyValueError>(py)
                {
                    Misfit::Value("is beyond the moments that can be told".to_owned())
                } else {
                    Misfit::Raised(raised)
                }
            })
    }
}

impl Read for Resource {
    const HINT: PyStaticExpr = hint_of!(Resource);

    fn read(object: Borrowed<'_, '_, PyAny>) -> Result<Self, Misfit> {
        let resource = object.extract();
        resource.map_err(|_| Misfit::of_type("a Resource", object))
    }
}
required!(Resource);

impl Read for TelemetryPosition {
    const HINT: PyStaticExpr = hint_of!(TelemetryPosition);

    fn read(object: Borrowed<'_, '_, PyAny>) -> Result<Self, Misfit> {
        let position = object.extract();
        position.map_err(|_| Misfit::of_type("a TelemetryPosition", object))
    }
}

/// Bytes, wherever Python keeps them.
impl Read for PyBackedBytes {
    const HINT: PyStaticExpr = type_hint_union!(
        hint_of!(PyBackedBytes),
        type_hint_identifier!("builtins", "memoryview")
    );

    fn read(object: Borrowed<'_, '_, PyAny>) -> Result<Self, Misfit> {
        let wanted = "bytes, a bytearray or a memoryview";
        let whole = match object.cast::<PyMemoryView>() {
            // It may be of any shape, and be released.
            Ok(view) => view.call_method0("tobytes").map_err(Misfit::Raised)?,
            Err(_) => object.to_owned(),
        };
        whole.extract().map_err(|_| Misfit::of_type(wanted, object))
    }
}

required!(PyBackedBytes);

impl<T: Read> Read for Option<T> {
    const HINT: PyStaticExpr = hint_of!(Option<Arg<T>>);

    fn read(object: Borrowed<'_, '_, PyAny>) -> Result<Self, Misfit> {
        if object.is_none() {
            return Ok(None);
        }
        T::read(object).map(Some)
    }
}

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
