//! What rows are read into, and what takes them in: a struct's columns are listed once.

use super::cell::FromCell;
use super::row::Row;
use super::value::Value;
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

/// Declares a tenant-owned table's columns: `name: Type, table as alias { columns }`, with `by event_id` before them where
/// its rows have no `id`, and behind them `edited { columns }`
/// where an update sets some, with `stamped { columns }` that each update sets besides. The type has a field of each
/// column's name. `name!` is what [`statements`](super::statement::statements) make of it.
macro_rules! record {
    ($name:ident: $row:ident, $table:ident as $alias:ident { $($column:ident),+ $(,)? }) => {
        $crate::store::sql::record::record! { $name: $row, $table as $alias by id { $($column),+ } }
    };
    ($name:ident: $row:ident, $table:ident as $alias:ident by $id:ident { $($column:ident),+ $(,)? }) => {
        $crate::store::sql::record::stored! { $row { $($column),+ } }
        $crate::store::sql::record::texts! { ($) $name $table $alias $id [$($column)+] [] }
    };
    (
        $name:ident: $row:ident, $table:ident as $alias:ident { $($column:ident),+ $(,)? }
        $(stamped { $($stamped:ident),+ })? edited { $($edited:ident),+ $(,)? }
    ) => {
        $crate::store::sql::record::stored! { $row { $($column,)+ $($($stamped,)+)? $($edited),+ } }
        $crate::store::sql::record::texts! {
            ($) $name $table $alias id [$($column)+ $($($stamped)+)? $($edited)+] [$($($stamped)+)? $($edited)+]
        }

        impl $crate::store::sql::record::Edited for $row {
            fn edited(&self) -> Vec<$crate::store::sql::Value<'_>> {
                $crate::store::sql::values![self.id, $($(self.$stamped,)+)? $(self.$edited),+]
            }

            fn told(&self) -> Vec<(&'static str, $crate::store::sql::Value<'_>)> {
                use $crate::store::sql::ToValue as _;
                vec![$((stringify!($edited), self.$edited.to_value())),+]
            }
        }
    };
}
pub(crate) use record;

/// Reads rows and takes them in.
macro_rules! stored {
    ($row:ident { $($column:ident),+ }) => {
        $crate::store::sql::record::read_in_order! { $row { $($column),+ } }

        impl $crate::store::sql::record::Stored for $row {
            fn all(&self) -> Vec<$crate::store::sql::Value<'_>> {
                $crate::store::sql::values![$(self.$column),+]
            }
        }
    };
}
pub(crate) use stored;

/// What is inserted by its columns.
pub(crate) trait Stored {
    /// Every column.
    fn all(&self) -> Vec<Value<'_>>;
}

/// What is updated by its columns, too.
pub(crate) trait Edited: Stored {
    /// The id, and what an update sets.
    fn edited(&self) -> Vec<Value<'_>>;

    /// What is edited, by its columns.
    fn told(&self) -> Vec<(&'static str, Value<'_>)>;
}

/// The texts of a record, as a macro of its name. An insert and an update may write more columns than those that are
/// read.
macro_rules! texts {
    (($d:tt) $name:ident $table:ident $alias:ident $id:ident [$first:ident $($column:ident)*] [$($edited:ident)*]) => {
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
            (table) => { stringify!($table) };
            (alias) => { stringify!($alias) };
            (counted) => {
                concat!("SELECT ", $crate::store::sql::record::epoch!(), ", count(*)", $name!(of))
            };
            (rows) => { concat!("SELECT ", $name!(columns), $name!(of)) };
            (stamped) => { concat!("SELECT ", $crate::store::sql::record::epoch!(), ", ", $name!(columns), $name!(of)) };
            (id) => { concat!(stringify!($alias), ".", stringify!($id)) };
            (id_column) => { stringify!($id) };
            (insert $d($d more:ident)*) => {
                concat!(
                    "INSERT INTO ", stringify!($table), " (tenant_id, ", stringify!($first),
                    $(", ", stringify!($column),)* $d(", ", stringify!($d more),)* ") VALUES ($1",
                    $crate::store::sql::record::numbered!(places $first $($column)* $d($d more)*), ")"
                )
            };
            (update $d($d more:ident)*) => {
                concat!(
                    "UPDATE ", stringify!($table), " SET ",
                    $crate::store::sql::record::numbered!(sets $($edited)* $d($d more)*)
                )
            };
        }
    };
}
pub(crate) use texts;

/// Parameters by their numbers: the tenant is `$1`; of an update the id is `$2`, and the version that was seen the last.
macro_rules! numbered {
    (places $($column:ident)+) => {
        $crate::store::sql::record::numbered!(
            @places [] ["$2" "$3" "$4" "$5" "$6" "$7" "$8" "$9" "$10" "$11" "$12" "$13" "$14" "$15" "$16" "$17" "$18"
            "$19" "$20" "$21" "$22" "$23" "$24"] $($column)+
        )
    };
    (sets $($column:ident)+) => {
        $crate::store::sql::record::numbered!(
            @sets [] "" ["$3" "$4" "$5" "$6" "$7" "$8" "$9" "$10" "$11" "$12" "$13" "$14" "$15" "$16" "$17" "$18"
            "$19" "$20" "$21" "$22" "$23" "$24"] $($column)+
        )
    };
    (@places [$($done:tt)*] [$number:literal $($rest:literal)*] $column:ident $($more:ident)*) => {
        $crate::store::sql::record::numbered!(@places [$($done)* ", " $number] [$($rest)*] $($more)*)
    };
    (@places [$($done:tt)*] [$($rest:literal)*]) => { concat!($($done),*) };
    (@sets [$($done:tt)*] $comma:literal [$number:literal $($rest:literal)*] $column:ident $($more:ident)*) => {
        $crate::store::sql::record::numbered!(
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
