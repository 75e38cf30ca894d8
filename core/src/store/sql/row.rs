//! A row of a result, read the same way from both engines.

use std::borrow::Cow;

use jiff::Timestamp;
use rusqlite::types::ValueRef;
use tokio_postgres::types::{FromSql, Type};

use super::time::{parse_time, postgres_time};
use crate::error::StoreError;
use crate::schema as catalogue;

/// A row that the driver still holds: reading a column copies only what is asked for.
pub(crate) struct Row<'a> {
    engine: EngineRow<'a>,
    first: usize,
}

enum EngineRow<'a> {
    Sqlite(&'a rusqlite::Row<'a>),
    Postgres(&'a tokio_postgres::Row),
}

impl<'a> Row<'a> {
    pub(in crate::store) fn sqlite(row: &'a rusqlite::Row<'a>) -> Self {
        Self {
            engine: EngineRow::Sqlite(row),
            first: 0,
        }
    }

    pub(in crate::store) fn postgres(row: &'a tokio_postgres::Row) -> Self {
        Self {
            engine: EngineRow::Postgres(row),
            first: 0,
        }
    }

    /// The same row without its first `columns`.
    pub(crate) fn skip(&self, columns: usize) -> Row<'_> {
        let engine = match &self.engine {
            EngineRow::Sqlite(row) => EngineRow::Sqlite(row),
            EngineRow::Postgres(row) => EngineRow::Postgres(row),
        };
        Row {
            engine,
            first: self.first + columns,
        }
    }

    /// A text as the driver holds it.
    pub(in crate::store) fn opt_str(&self, column: usize) -> Result<Option<&str>, StoreError> {
        match &self.engine {
            EngineRow::Sqlite(row) => match self.cell(row, column)? {
                ValueRef::Null => Ok(None),
                ValueRef::Text(bytes) => std::str::from_utf8(bytes)
                    .map(Some)
                    .map_err(|_| self.undecodable(column, "UTF-8 text")),
                _ => Err(self.undecodable(column, "text")),
            },
            EngineRow::Postgres(row) => self
                .wire::<WireText<'_>>(row, column)
                .map(|cell| cell.map(|WireText(text)| text)),
        }
    }

    /// A document as the driver holds it. SQLite makes a number of a document that is one: a column that is
    /// declared JSON has the affinity NUMERIC.
    pub(in crate::store) fn opt_document(
        &self,
        column: usize,
    ) -> Result<Option<Cow<'_, str>>, StoreError> {
        if let EngineRow::Sqlite(row) = &self.engine {
            match self.cell(row, column)? {
                ValueRef::Integer(number) => return Ok(Some(number.to_string().into())),
                ValueRef::Real(number) => return Ok(Some(number.to_string().into())),
                _ => {}
            }
        }
        Ok(self.opt_str(column)?.map(Cow::Borrowed))
    }

    pub(in crate::store) fn opt_int(&self, column: usize) -> Result<Option<i64>, StoreError> {
        match &self.engine {
            EngineRow::Sqlite(row) => match self.cell(row, column)? {
                ValueRef::Null => Ok(None),
                ValueRef::Integer(number) => Ok(Some(number)),
                _ => Err(self.undecodable(column, "an integer")),
            },
            EngineRow::Postgres(row) => self
                .wire::<WireInt>(row, column)
                .map(|cell| cell.map(|WireInt(number)| number)),
        }
    }

    /// A floating-point number, whatever it is. What SQLite holds in such a column is one too, unless it is no number.
    pub(in crate::store) fn opt_float(&self, column: usize) -> Result<Option<f64>, StoreError> {
        match &self.engine {
            EngineRow::Sqlite(row) => match self.cell(row, column)? {
                ValueRef::Null => Ok(None),
                ValueRef::Real(number) => Ok(Some(number)),
                _ => Err(self.undecodable(column, "a number")),
            },
            EngineRow::Postgres(row) => self.wire::<f64>(row, column),
        }
    }

    pub(in crate::store) fn opt_time(
        &self,
        column: usize,
    ) -> Result<Option<Timestamp>, StoreError> {
        match &self.engine {
            EngineRow::Sqlite(row) => match self.cell(row, column)? {
                ValueRef::Null => Ok(None),
                ValueRef::Text(bytes) => parse_time(bytes)
                    .map(Some)
                    .ok_or_else(|| self.undecodable(column, "a time")),
                _ => Err(self.undecodable(column, "a time")),
            },
            EngineRow::Postgres(row) => self
                .wire::<WireTime>(row, column)
                .map(|cell| cell.map(|WireTime(time)| time)),
        }
    }

    pub(in crate::store) fn opt_bool(&self, column: usize) -> Result<Option<bool>, StoreError> {
        match &self.engine {
            EngineRow::Sqlite(row) => match self.cell(row, column)? {
                ValueRef::Null => Ok(None),
                ValueRef::Integer(flag) => Ok(Some(flag != 0)),
                _ => Err(self.undecodable(column, "a boolean")),
            },
            EngineRow::Postgres(row) => self.wire::<bool>(row, column),
        }
    }

    pub(in crate::store) fn opt_blob(&self, column: usize) -> Result<Option<Vec<u8>>, StoreError> {
        match &self.engine {
            EngineRow::Sqlite(row) => match self.cell(row, column)? {
                ValueRef::Null => Ok(None),
                ValueRef::Blob(bytes) => Ok(Some(bytes.to_vec())),
                _ => Err(self.undecodable(column, "bytes")),
            },
            EngineRow::Postgres(row) => self.wire::<Vec<u8>>(row, column),
        }
    }

    /// Reads a text that the statement itself makes, of which there are only so many.
    pub(crate) fn made<T>(
        &self,
        column: usize,
        parse: impl Fn(&str) -> Option<T>,
    ) -> Result<T, StoreError> {
        let made = self.opt_str(column)?.and_then(parse);
        made.ok_or_else(|| self.undecodable(column, "one of the statement's own texts"))
    }

    /// Whether a value of this kind can be read from the column, as the methods above read it.
    pub(in crate::store) fn holds(&self, column: usize, kind: catalogue::Kind) -> bool {
        use catalogue::Kind;
        match kind {
            Kind::Text => self.opt_str(column).is_ok(),
            Kind::Int => self.opt_int(column).is_ok(),
            Kind::Bool => self.opt_bool(column).is_ok(),
            Kind::Time => self.opt_time(column).is_ok(),
            Kind::Json => self.opt_document(column).is_ok(),
            Kind::Blob => self.opt_blob(column).is_ok(),
            Kind::Float => self.opt_float(column).is_ok(),
        }
    }

    /// Whether there is nothing in a column that must hold something. Postgres lets it come to that nowhere.
    pub(in crate::store) fn lacks(&self, column: usize) -> bool {
        match &self.engine {
            EngineRow::Sqlite(row) => matches!(self.cell(row, column), Ok(ValueRef::Null)),
            EngineRow::Postgres(_) => false,
        }
    }

    /// A value of whatever kind as a text to show, what is no UTF-8 replaced.
    pub(in crate::store) fn shown(&self, column: usize) -> Option<String> {
        match &self.engine {
            EngineRow::Sqlite(row) => match self.cell(row, column).ok()? {
                ValueRef::Null => None,
                ValueRef::Integer(number) => Some(number.to_string()),
                ValueRef::Real(number) => Some(number.to_string()),
                ValueRef::Text(bytes) | ValueRef::Blob(bytes) => {
                    Some(String::from_utf8_lossy(bytes).into_owned())
                }
            },
            EngineRow::Postgres(_) => self.opt_str(column).ok()?.map(str::to_owned),
        }
    }

    fn cell<'r>(
        &self,
        row: &'r rusqlite::Row<'_>,
        column: usize,
    ) -> Result<ValueRef<'r>, StoreError> {
        row.get_ref(self.first + column)
            .map_err(|_| self.undecodable(column, "a column"))
    }

    fn wire<'r, T: FromSql<'r>>(
        &self,
        row: &'r tokio_postgres::Row,
        column: usize,
    ) -> Result<Option<T>, StoreError> {
        row.try_get(self.first + column).map_err(|error| {
            StoreError::Undecodable(format!("column {}: {error}", self.first + column))
        })
    }

    pub(in crate::store) fn present<T>(
        &self,
        column: usize,
        cell: Option<T>,
    ) -> Result<T, StoreError> {
        cell.ok_or_else(|| self.undecodable(column, "a value"))
    }

    fn undecodable(&self, column: usize, expected: &str) -> StoreError {
        StoreError::Undecodable(format!(
            "column {} does not hold {expected}",
            self.first + column
        ))
    }
}

struct WireText<'a>(&'a str);

impl<'a> FromSql<'a> for WireText<'a> {
    fn from_sql(_: &Type, raw: &'a [u8]) -> Result<Self, Box<dyn std::error::Error + Sync + Send>> {
        Ok(Self(std::str::from_utf8(raw)?))
    }

    fn accepts(ty: &Type) -> bool {
        matches!(
            *ty,
            Type::TEXT | Type::VARCHAR | Type::BPCHAR | Type::NAME | Type::JSON
        )
    }
}

struct WireInt(i64);

impl<'a> FromSql<'a> for WireInt {
    fn from_sql(
        ty: &Type,
        raw: &'a [u8],
    ) -> Result<Self, Box<dyn std::error::Error + Sync + Send>> {
        if *ty == Type::INT4 {
            i32::from_sql(ty, raw).map(|number| Self(i64::from(number)))
        } else {
            i64::from_sql(ty, raw).map(Self)
        }
    }

    fn accepts(ty: &Type) -> bool {
        matches!(*ty, Type::INT4 | Type::INT8)
    }
}

struct WireTime(Timestamp);

impl<'a> FromSql<'a> for WireTime {
    fn from_sql(_: &Type, raw: &'a [u8]) -> Result<Self, Box<dyn std::error::Error + Sync + Send>> {
        let micros = i64::from_be_bytes(raw.try_into()?);
        postgres_time(micros)
            .map(Self)
            .ok_or_else(|| "a time out of range".into())
    }

    fn accepts(ty: &Type) -> bool {
        *ty == Type::TIMESTAMPTZ
    }
}
