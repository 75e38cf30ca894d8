//! Units of work: how they wait, how those that wait together run in one transaction and commit once, and who hears
//! how they ended.

pub(in crate::store) mod postgres;
pub(in crate::store) mod sqlite;
mod ticket;
pub(crate) mod unit;
