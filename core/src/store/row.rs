//! A row of a result, read the same way from both engines.

use std::borrow::Cow;

use jiff::Timestamp;
use jiff::civil::DateTime;
use jiff::tz::TimeZone;
use rusqlite::types::ValueRef;
use tokio_postgres::types::{FromSql, Type};

use super::record::FromCell;
use super::value::postgres_time;
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

/// Builds a value from a row. Columns are read by position, in the order of the statement.
pub(crate) trait FromRow: Sized + Send {
    fn from_row(row: &Row<'_>) -> Result<Self, StoreError>;
}

/// Takes in the rows of a result, one after the other.
pub(crate) trait Gather: Default + Send {
    fn gather(&mut self, row: &Row<'_>) -> Result<(), StoreError>;
}

/// What was gathered, where it is rows.
pub(crate) trait Found: Gather {
    type Row;

    fn into_rows(self) -> Vec<Self::Row>;
}

impl<T: FromRow> Gather for Vec<T> {
    fn gather(&mut self, row: &Row<'_>) -> Result<(), StoreError> {
        self.push(T::from_row(row)?);
        Ok(())
    }
}

impl<T: FromRow> Found for Vec<T> {
    type Row = T;

    fn into_rows(self) -> Self {
        self
    }
}

/// Rows, and the policy epoch that each of them stands behind: one statement reads one epoch.
pub(crate) struct AtEpoch<T> {
    /// None where there is no row, and in the deployment, which has no policy.
    pub(crate) epoch: Option<String>,
    pub(crate) rows: Vec<T>,
}

impl<T> Default for AtEpoch<T> {
    fn default() -> Self {
        Self {
            epoch: None,
            rows: Vec::new(),
        }
    }
}

impl<T: FromRow> Gather for AtEpoch<T> {
    fn gather(&mut self, row: &Row<'_>) -> Result<(), StoreError> {
        if self.epoch.is_none() {
            self.epoch = row.get(0)?;
        }
        self.rows.gather(&row.skip(1))
    }
}

impl<T: FromRow> Found for AtEpoch<T> {
    type Row = T;

    fn into_rows(self) -> Vec<T> {
        self.rows
    }
}

/// The columns of a row, one after the other.
pub(crate) struct Cells<'r, 'a> {
    row: &'r Row<'a>,
    next: usize,
}

impl Cells<'_, '_> {
    pub(crate) fn next<T: FromCell>(&mut self) -> Result<T, StoreError> {
        let cell = self.row.get(self.next);
        self.next += 1;
        cell
    }
}

impl<'a> Row<'a> {
    pub(super) fn sqlite(row: &'a rusqlite::Row<'a>) -> Self {
        Self {
            engine: EngineRow::Sqlite(row),
            first: 0,
        }
    }

    pub(super) fn postgres(row: &'a tokio_postgres::Row) -> Self {
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

    /// What a column holds.
    pub(crate) fn get<T: FromCell>(&self, column: usize) -> Result<T, StoreError> {
        T::from_cell(self, column)
    }

    pub(crate) fn cells(&self) -> Cells<'_, 'a> {
        Cells { row: self, next: 0 }
    }

    /// A text as the driver holds it.
    pub(super) fn opt_str(&self, column: usize) -> Result<Option<&str>, StoreError> {
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
    pub(super) fn opt_document(&self, column: usize) -> Result<Option<Cow<'_, str>>, StoreError> {
        if let EngineRow::Sqlite(row) = &self.engine {
            match self.cell(row, column)? {
                ValueRef::Integer(number) => return Ok(Some(number.to_string().into())),
                ValueRef::Real(number) => return Ok(Some(number.to_string().into())),
                _ => {}
            }
        }
        Ok(self.opt_str(column)?.map(Cow::Borrowed))
    }

    pub(super) fn opt_int(&self, column: usize) -> Result<Option<i64>, StoreError> {
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

    pub(super) fn opt_time(&self, column: usize) -> Result<Option<Timestamp>, StoreError> {
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

    pub(super) fn opt_bool(&self, column: usize) -> Result<Option<bool>, StoreError> {
        match &self.engine {
            EngineRow::Sqlite(row) => match self.cell(row, column)? {
                ValueRef::Null => Ok(None),
                ValueRef::Integer(flag) => Ok(Some(flag != 0)),
                _ => Err(self.undecodable(column, "a boolean")),
            },
            EngineRow::Postgres(row) => self.wire::<bool>(row, column),
        }
    }

    pub(super) fn opt_blob(&self, column: usize) -> Result<Option<Vec<u8>>, StoreError> {
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
    pub(super) fn holds(&self, column: usize, kind: catalogue::Kind) -> bool {
        use catalogue::Kind;
        match kind {
            Kind::Text => self.opt_str(column).is_ok(),
            Kind::Int => self.opt_int(column).is_ok(),
            Kind::Bool => self.opt_bool(column).is_ok(),
            Kind::Time => self.opt_time(column).is_ok(),
            Kind::Json => self.opt_document(column).is_ok(),
            Kind::Blob => self.opt_blob(column).is_ok(),
            // Nothing reads one yet.
            Kind::Float => true,
        }
    }

    /// Whether there is nothing in a column that must hold something. Postgres lets it come to that nowhere.
    pub(super) fn lacks(&self, column: usize) -> bool {
        match &self.engine {
            EngineRow::Sqlite(row) => matches!(self.cell(row, column), Ok(ValueRef::Null)),
            EngineRow::Postgres(_) => false,
        }
    }

    /// A value of whatever kind as a text to show, what is no UTF-8 replaced.
    pub(super) fn shown(&self, column: usize) -> Option<String> {
        match &self.engine {
            EngineRow::Sqlite(row) => match self.cell(row, column).ok()? {
                ValueRef::Null => None,
                ValueRef::Integer(number) => Some(number.to_string()),
                ValueRef::Real(number) => Some(number.to_string()),
                ValueRef::Text(bytes) | ValueRef::Blob(bytes) => {
                    Some(String::from_utf8_lossy(bytes).into_owned())
                }
            },
            EngineRow::Postgres(_) => self.get(column).ok().flatten(),
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

    pub(super) fn present<T>(&self, column: usize, cell: Option<T>) -> Result<T, StoreError> {
        cell.ok_or_else(|| self.undecodable(column, "a value"))
    }

    fn undecodable(&self, column: usize, expected: &str) -> StoreError {
        StoreError::Undecodable(format!(
            "column {} does not hold {expected}",
            self.first + column
        ))
    }
}

/// Reads the text of a time: the convention first, then the spellings that other programs leave
/// behind (`T`, `Z`, an offset, no fraction). A time without an offset is UTC.
fn parse_time(text: &[u8]) -> Option<Timestamp> {
    parse_convention(text).or_else(|| parse_spelling(std::str::from_utf8(text).ok()?))
}

/// `YYYY-MM-DD HH:MM:SS.ffffff`. A general parser takes longer over the two times of a row than the rest of
/// the row does.
fn parse_convention(text: &[u8]) -> Option<Timestamp> {
    let text: &[u8; 26] = text.try_into().ok()?;
    let [
        ..,
        b'-',
        _,
        _,
        b'-',
        _,
        _,
        b' ',
        _,
        _,
        b':',
        _,
        _,
        b':',
        _,
        _,
        b'.',
        _,
        _,
        _,
        _,
        _,
        _,
    ] = text
    else {
        return None;
    };
    let part = |from: usize, to: usize| {
        text.get(from..to)?.iter().try_fold(0_i32, |number, digit| {
            digit
                .is_ascii_digit()
                .then(|| number * 10 + i32::from(digit - b'0'))
        })
    };
    let small = |from: usize| i8::try_from(part(from, from + 2)?).ok();
    let year = i16::try_from(part(0, 4)?).ok()?;
    let nanos = part(20, 26)? * 1_000;
    let civil = DateTime::new(
        year,
        small(5)?,
        small(8)?,
        small(11)?,
        small(14)?,
        small(17)?,
        nanos,
    );
    TimeZone::UTC.to_timestamp(civil.ok()?).ok()
}

fn parse_spelling(text: &str) -> Option<Timestamp> {
    if let Ok(civil) = text.parse::<DateTime>()
        && !text.ends_with('Z')
        && !has_offset(text)
    {
        return TimeZone::UTC.to_timestamp(civil).ok();
    }
    text.parse::<Timestamp>().ok()
}

/// Whether a sign follows the time of day (`2026-01-05T20:00:00+08:00`).
fn has_offset(text: &str) -> bool {
    text.get(11..)
        .is_some_and(|clock| clock.contains(['+', '-']))
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

/// A result of one column.
impl<T: FromCell + Send> FromRow for T {
    fn from_row(row: &Row<'_>) -> Result<Self, StoreError> {
        row.get(0)
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::parse_time;

    #[test]
    fn what_only_looks_like_the_convention_is_no_time() {
        for text in [
            "2026-13-05 12:00:00.000000",
            "2026-02-30 12:00:00.000000",
            "2026-01-05 12:60:00.000000",
            "2026-01-05 12:00:00.00000x",
            "2026-01-05 -2:00:00.000000",
        ] {
            assert_eq!(parse_time(text.as_bytes()), None, "{text}");
        }
        let last = parse_time(b"9999-12-30 22:00:00.999999").unwrap();
        assert_eq!(last.to_string(), "9999-12-30T22:00:00.999999Z");
    }

    #[test]
    fn every_legacy_spelling_of_a_time_is_read_as_utc() {
        for text in [
            "2026-01-05 12:00:00.000000",
            "2026-01-05T12:00:00Z",
            "2026-01-05T12:00:00",
            "2026-01-05 20:00:00+08:00",
            "2026-01-05T04:00:00.000-08:00",
        ] {
            let expected = "2026-01-05T12:00:00Z".parse().ok();
            assert_eq!(parse_time(text.as_bytes()), expected, "{text}");
        }
        assert_eq!(parse_time(b"yesterday"), None);
    }
}
