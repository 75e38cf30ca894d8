//! What a row is read into: its columns, listed once.

use jiff::Timestamp;

use super::Row;
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
cells!(i64 => opt_int, bool => opt_bool, Timestamp => opt_time, Vec<u8> => opt_blob);

/// Reads a row into a struct: its fields are the columns, in their order.
macro_rules! read_in_order {
    ($row:ident { $($column:ident),+ $(,)? }) => {
        impl $crate::store::FromRow for $row {
            fn from_row(row: &$crate::store::Row<'_>) -> Result<Self, $crate::error::StoreError> {
                let mut cells = row.cells();
                Ok(Self { $($column: cells.next()?),+ })
            }
        }
    };
}
pub(crate) use read_in_order;

/// Declares what is read of a tenant-owned table: `name: Type, table as alias { columns }`. The type has a field of each
/// column's name. `name!` is what [`statements`](super::statement::statements) make of it.
macro_rules! record {
    ($name:ident: $row:ident, $table:ident as $alias:ident { $first:ident $(, $column:ident)* $(,)? }) => {
        $crate::store::record::read_in_order! { $row { $first $(, $column)* } }

        macro_rules! $name {
            (columns) => {
                concat!(
                    stringify!($alias), ".", stringify!($first)
                    $(, ", ", stringify!($alias), ".", stringify!($column))*
                )
            };
            (of) => {
                concat!(
                    " FROM ", stringify!($table), " ", stringify!($alias),
                    " WHERE ", stringify!($alias), ".tenant_id = $1 AND "
                )
            };
            (rows) => { concat!("SELECT ", $name!(columns), $name!(of)) };
            (stamped) => { concat!("SELECT ", epoch!(), ", ", $name!(columns), $name!(of)) };
            (id) => { concat!(stringify!($alias), ".id") };
        }
    };
}
pub(crate) use record;
