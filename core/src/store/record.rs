//! What a row is read into and written from: its columns, listed once.

use jiff::Timestamp;

use super::{Row, Value};
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

/// Declares a tenant-owned table's columns: `name: Type, table as alias { columns }`, and behind them `edited { columns }`
/// where an update sets some, with `stamped { columns }` that each update sets besides. The type has a field of each
/// column's name. `name!` is what [`statements`](super::statement::statements) make of it.
macro_rules! record {
    ($name:ident: $row:ident, $table:ident as $alias:ident { $($column:ident),+ $(,)? }) => {
        $crate::store::record::read_in_order! { $row { $($column),+ } }
        $crate::store::record::texts! { $name $table $alias [$($column)+] [] }
    };
    (
        $name:ident: $row:ident, $table:ident as $alias:ident { $($column:ident),+ $(,)? }
        $(stamped { $($stamped:ident),+ })? edited { $($edited:ident),+ $(,)? }
    ) => {
        $crate::store::record::read_in_order! {
            $row { $($column,)+ $($($stamped,)+)? $($edited),+ }
        }
        $crate::store::record::texts! {
            $name $table $alias [$($column)+ $($($stamped)+)? $($edited)+] [$($($stamped)+)? $($edited)+]
        }

        impl $crate::store::record::Stored for $row {
            fn all(&self) -> Vec<$crate::store::Value<'_>> {
                $crate::store::values![$(self.$column,)+ $($(self.$stamped,)+)? $(self.$edited),+]
            }

            fn edited(&self, seen: i64) -> Vec<$crate::store::Value<'_>> {
                let mut set = $crate::store::values![self.id, $($(self.$stamped,)+)? $(self.$edited),+];
                set.push($crate::store::Value::from(seen));
                set
            }
        }
    };
}
pub(crate) use record;

/// What is inserted and updated by its columns.
pub(crate) trait Stored {
    /// Every column.
    fn all(&self) -> Vec<Value<'_>>;

    /// The id, what an update sets, and the version that was seen.
    fn edited(&self, seen: i64) -> Vec<Value<'_>>;
}

/// The texts of a record, as a macro of its name.
macro_rules! texts {
    ($name:ident $table:ident $alias:ident [$first:ident $($column:ident)*] [$($edited:ident)*]) => {
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
            (insert) => {
                concat!(
                    "INSERT INTO ", stringify!($table), " (tenant_id, ", stringify!($first),
                    $(", ", stringify!($column),)* ") VALUES ($1",
                    $crate::store::record::numbered!(places $first $($column)*), ")"
                )
            };
            (update) => {
                concat!("UPDATE ", stringify!($table), " SET ", $crate::store::record::numbered!(sets $($edited)*))
            };
        }
    };
}
pub(crate) use texts;

/// Parameters by their numbers: the tenant is `$1`; of an update the id is `$2`, and the version that was seen the last.
macro_rules! numbered {
    (places $($column:ident)+) => {
        $crate::store::record::numbered!(
            @places [] ["$2" "$3" "$4" "$5" "$6" "$7" "$8" "$9" "$10" "$11" "$12" "$13" "$14" "$15" "$16" "$17" "$18"
            "$19" "$20" "$21" "$22" "$23" "$24"] $($column)+
        )
    };
    (sets $($column:ident)+) => {
        $crate::store::record::numbered!(
            @sets [] "" ["$3" "$4" "$5" "$6" "$7" "$8" "$9" "$10" "$11" "$12" "$13" "$14" "$15" "$16" "$17" "$18"
            "$19" "$20" "$21" "$22" "$23" "$24"] $($column)+
        )
    };
    (@places [$($done:tt)*] [$number:literal $($rest:literal)*] $column:ident $($more:ident)*) => {
        $crate::store::record::numbered!(@places [$($done)* ", " $number] [$($rest)*] $($more)*)
    };
    (@places [$($done:tt)*] [$($rest:literal)*]) => { concat!($($done),*) };
    (@sets [$($done:tt)*] $comma:literal [$number:literal $($rest:literal)*] $column:ident $($more:ident)*) => {
        $crate::store::record::numbered!(
            @sets [$($done)* $comma [$column] " = " $number] ", " [$($rest)*] $($more)*
        )
    };
    (@sets [$($comma:literal [$column:ident] $is:literal $number:literal)*] $last:literal [$seen:literal $($rest:literal)*]) => {
        concat!(
            $($comma, stringify!($column), $is, $number,)*
            " WHERE tenant_id = $1 AND id = $2 AND version = ", $seen
        )
    };
}
pub(crate) use numbered;
