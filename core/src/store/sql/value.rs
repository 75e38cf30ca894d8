//! A parameter of a statement, the same for both engines.

use std::borrow::Cow;
use std::error::Error as StdError;

use jiff::Timestamp;
use rusqlite::types::{ToSqlOutput, ValueRef};
use tokio_postgres::types::private::BytesMut;
use tokio_postgres::types::{IsNull, Kind, ToSql, Type, to_sql_checked};

use super::time::{postgres_micros, sqlite_time};
use crate::model::{Json, Textual};

/// What can be bound to a parameter.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Value<'a> {
    Null,
    Text(Cow<'a, str>),
    Int(i64),
    Float(f64),
    Bool(bool),
    Time(Timestamp),
    Blob(Cow<'a, [u8]>),
    /// One column of several rows, for `unnest` on Postgres.
    List(Vec<Value<'a>>),
}

impl Value<'_> {
    /// The same value, its text and bytes borrowed.
    pub(crate) fn borrowed(&self) -> Value<'_> {
        match self {
            Self::Null => Value::Null,
            Self::Text(text) => Value::Text(Cow::Borrowed(text)),
            Self::Int(number) => Value::Int(*number),
            Self::Float(number) => Value::Float(*number),
            Self::Bool(flag) => Value::Bool(*flag),
            Self::Time(time) => Value::Time(*time),
            Self::Blob(bytes) => Value::Blob(Cow::Borrowed(bytes)),
            Self::List(items) => Value::List(items.iter().map(Value::borrowed).collect()),
        }
    }

    pub(crate) fn into_owned(self) -> Value<'static> {
        match self {
            Self::Null => Value::Null,
            Self::Text(text) => Value::Text(Cow::Owned(text.into_owned())),
            Self::Int(number) => Value::Int(number),
            Self::Float(number) => Value::Float(number),
            Self::Bool(flag) => Value::Bool(flag),
            Self::Time(time) => Value::Time(time),
            Self::Blob(bytes) => Value::Blob(Cow::Owned(bytes.into_owned())),
            Self::List(items) => Value::List(items.into_iter().map(Value::into_owned).collect()),
        }
    }
}

impl<'a> From<&'a str> for Value<'a> {
    fn from(text: &'a str) -> Self {
        Self::Text(Cow::Borrowed(text))
    }
}

impl<T: Textual> From<T> for Value<'_> {
    fn from(value: T) -> Self {
        Self::Text(value.into_text())
    }
}

impl From<i64> for Value<'_> {
    fn from(number: i64) -> Self {
        Self::Int(number)
    }
}

impl From<f64> for Value<'_> {
    fn from(number: f64) -> Self {
        Self::Float(number)
    }
}

impl From<bool> for Value<'_> {
    fn from(flag: bool) -> Self {
        Self::Bool(flag)
    }
}

impl From<Timestamp> for Value<'_> {
    fn from(time: Timestamp) -> Self {
        Self::Time(time)
    }
}

impl From<Vec<u8>> for Value<'_> {
    fn from(bytes: Vec<u8>) -> Self {
        Self::Blob(Cow::Owned(bytes))
    }
}

impl<'a, T: Into<Value<'a>>> From<Option<T>> for Value<'a> {
    fn from(value: Option<T>) -> Self {
        value.map_or(Self::Null, Into::into)
    }
}

/// The columns of rows, which Postgres takes as lists.
pub(crate) fn in_columns(rows: Vec<Vec<Value<'_>>>) -> impl Iterator<Item = Value<'_>> {
    let mut columns: Vec<Vec<Value<'_>>> = Vec::new();
    for row in rows {
        columns.resize_with(row.len(), Vec::new);
        for (column, value) in columns.iter_mut().zip(row) {
            column.push(value);
        }
    }
    columns.into_iter().map(Value::List)
}

/// What a parameter is bound to without being copied.
pub(crate) trait ToValue {
    fn to_value(&self) -> Value<'_>;
}

impl ToValue for str {
    fn to_value(&self) -> Value<'_> {
        Value::from(self)
    }
}

impl ToValue for &str {
    fn to_value(&self) -> Value<'_> {
        Value::from(*self)
    }
}

impl<T: Textual> ToValue for T {
    fn to_value(&self) -> Value<'_> {
        Value::from(self.as_text())
    }
}

impl ToValue for Json {
    fn to_value(&self) -> Value<'_> {
        Value::from(self.as_str())
    }
}

impl<T: ToValue> ToValue for Option<T> {
    fn to_value(&self) -> Value<'_> {
        self.as_ref().map_or(Value::Null, ToValue::to_value)
    }
}

impl ToValue for Value<'_> {
    fn to_value(&self) -> Value<'_> {
        self.borrowed()
    }
}

macro_rules! copied {
    ($($kind:ty),+) => {$(
        impl ToValue for $kind {
            fn to_value(&self) -> Value<'_> {
                Value::from(*self)
            }
        }
    )+};
}
copied!(i64, f64, bool, Timestamp);

/// The parameters of a statement behind the tenant, in their order.
macro_rules! values {
    ($($value:expr),* $(,)?) => {
        {
            use $crate::store::sql::ToValue as _;
            vec![$(($value).to_value()),*]
        }
    };
}
pub(crate) use values;

impl rusqlite::ToSql for Value<'_> {
    fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
        Ok(match self {
            Self::Null => ToSqlOutput::Borrowed(ValueRef::Null),
            Self::Text(text) => ToSqlOutput::Borrowed(ValueRef::Text(text.as_bytes())),
            Self::Int(number) => ToSqlOutput::Borrowed(ValueRef::Integer(*number)),
            Self::Float(number) => ToSqlOutput::Borrowed(ValueRef::Real(*number)),
            Self::Bool(flag) => ToSqlOutput::Borrowed(ValueRef::Integer(i64::from(*flag))),
            Self::Time(time) => ToSqlOutput::Owned(sqlite_time(*time).into()),
            Self::Blob(bytes) => ToSqlOutput::Borrowed(ValueRef::Blob(bytes)),
            Self::List(_) => {
                let reason = "SQLite binds no lists".into();
                return Err(rusqlite::Error::ToSqlConversionFailure(reason));
            }
        })
    }
}

impl ToSql for Value<'_> {
    fn to_sql(
        &self,
        ty: &Type,
        out: &mut BytesMut,
    ) -> Result<IsNull, Box<dyn StdError + Sync + Send>> {
        match self {
            Self::Null => return Ok(IsNull::Yes),
            Self::Text(text) => {
                if *ty == Type::JSONB {
                    out.extend_from_slice(&[1]);
                }
                out.extend_from_slice(text.as_bytes());
            }
            Self::Int(number) => match *ty {
                Type::INT4 => out.extend_from_slice(&i32::try_from(*number)?.to_be_bytes()),
                Type::INT8 => out.extend_from_slice(&number.to_be_bytes()),
                _ => return Err(format!("an integer cannot be bound to {ty}").into()),
            },
            Self::Float(number) => out.extend_from_slice(&number.to_be_bytes()),
            Self::Bool(flag) => out.extend_from_slice(&[u8::from(*flag)]),
            Self::Time(time) => {
                out.extend_from_slice(&postgres_micros(*time).to_be_bytes());
            }
            Self::Blob(bytes) => out.extend_from_slice(bytes),
            Self::List(items) => return items.as_slice().to_sql(ty, out),
        }
        Ok(IsNull::No)
    }

    fn accepts(ty: &Type) -> bool {
        if let Kind::Array(member) = ty.kind() {
            return Self::accepts(member);
        }
        matches!(
            *ty,
            Type::TEXT
                | Type::VARCHAR
                | Type::BPCHAR
                | Type::NAME
                | Type::JSON
                | Type::JSONB
                | Type::INT4
                | Type::INT8
                | Type::FLOAT8
                | Type::BOOL
                | Type::TIMESTAMPTZ
                | Type::BYTEA
        )
    }

    to_sql_checked!();
}
