//! What rows are read into, and what takes them in: a struct's columns are listed once.

use super::cell::FromCell;
use super::row::Row;
use crate::error::StoreError;

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

/// A result of one column.
impl<T: FromCell + Send> FromRow for T {
    fn from_row(row: &Row<'_>) -> Result<Self, StoreError> {
        row.get(0)
    }
}

/// Reads a row into a struct: its fields are the columns, in their order.
macro_rules! read_in_order {
    ($row:ident { $($column:ident),+ $(,)? }) => {
        impl $crate::store::sql::FromRow for $row {
            fn from_row(row: &$crate::store::sql::Row<'_>) -> Result<Self, $crate::error::StoreError> {
                let mut cells = row.cells();
                Ok(Self { $($column: cells.next()?),+ })
            }
        }
    };
}
pub(crate) use read_in_order;

/// The policy epoch, as the first column of what a single statement reads.
macro_rules! epoch {
    () => {
        "(SELECT e.epoch FROM policy_epochs e WHERE e.tenant_id = $1)"
    };
}
pub(crate) use epoch;

/// Declares what is read of a tenant-owned table: `name: Type, table as alias { columns }`. The type has a field of each
/// column's name. `name!` is what [`statements`](super::statement::statements) make of it.
macro_rules! record {
    ($name:ident: $row:ident, $table:ident as $alias:ident { $first:ident $(, $column:ident)* $(,)? }) => {
        $crate::store::sql::record::read_in_order! { $row { $first $(, $column)* } }

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
            (stamped) => { concat!("SELECT ", $crate::store::sql::record::epoch!(), ", ", $name!(columns), $name!(of)) };
            (id) => { concat!(stringify!($alias), ".id") };
        }
    };
}
pub(crate) use record;
