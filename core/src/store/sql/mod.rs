//! The language that is spoken with a database, whichever it is: statements, what is bound to them, and the rows
//! that come back.

mod cell;
pub(crate) mod listing;
pub(crate) mod record;
mod row;
pub(crate) mod statement;
mod time;
mod value;

pub(crate) use listing::Listing;
pub(crate) use record::{AtEpoch, Found, FromRow, Gather};
pub(crate) use row::Row;
#[cfg_attr(
    not(feature = "testing"),
    allow(unreachable_pub, reason = "public to the proofs alone")
)]
pub use statement::Scope;
pub(crate) use statement::{Count, Expect, Insert, Query, Rows, Stamped, Statement, Update, Write};
pub(in crate::store) use time::{WITHIN, is_within};
pub(crate) use value::{ToValue, Value, in_columns, values};
