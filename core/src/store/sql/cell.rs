//! What the columns of a row are read into.

use jiff::Timestamp;

use super::row::Row;
use crate::error::StoreError;
use crate::model::{Json, Textual};

/// What a column that must hold something is read into.
pub(crate) trait Cell: Sized {
    /// None where it holds nothing.
    fn read(row: &Row<'_>, column: usize) -> Result<Option<Self>, StoreError>;
}

/// What a column is read into.
pub(crate) trait FromCell: Sized {
    fn from_cell(row: &Row<'_>, column: usize) -> Result<Self, StoreError>;
}

impl<T: Cell> FromCell for T {
    fn from_cell(row: &Row<'_>, column: usize) -> Result<Self, StoreError> {
        row.present(column, T::read(row, column)?)
    }
}

impl<T: Cell> FromCell for Option<T> {
    fn from_cell(row: &Row<'_>, column: usize) -> Result<Self, StoreError> {
        T::read(row, column)
    }
}

/// Texts, ids, and enums that other programs write too: a text that is none of the known ones stays what it is.
impl<T: Textual> Cell for T {
    fn read(row: &Row<'_>, column: usize) -> Result<Option<Self>, StoreError> {
        Ok(row.opt_str(column)?.map(T::stored))
    }
}

/// Kept as written.
impl Cell for Json {
    fn read(row: &Row<'_>, column: usize) -> Result<Option<Self>, StoreError> {
        let document = row.opt_document(column)?;
        Ok(document.map(|text| Self::from(text.into_owned())))
    }
}

macro_rules! cells {
    ($($kind:ty => $read:ident),+) => {$(
        impl Cell for $kind {
            fn read(row: &Row<'_>, column: usize) -> Result<Option<Self>, StoreError> {
                row.$read(column)
            }
        }
    )+};
}
cells!(i64 => opt_int, f64 => opt_float, bool => opt_bool, Timestamp => opt_time, Vec<u8> => opt_blob);

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
    /// What a column holds.
    pub(crate) fn get<T: FromCell>(&self, column: usize) -> Result<T, StoreError> {
        T::from_cell(self, column)
    }

    pub(crate) fn cells(&self) -> Cells<'_, 'a> {
        Cells { row: self, next: 0 }
    }
}
