//! SQLite: its file, its connections, their pool, and a transaction on one of them.

mod checkpoint;
mod connection;
mod error;
mod file;
mod identity;
mod limit;
mod locks;
mod mount;
mod pool;
mod refusal;
mod site;
mod transaction;

pub(super) use checkpoint::Checkpoints;
pub(crate) use connection::Place;
pub(super) use connection::{Origin, Role, connect_first};
pub(super) use error::{classify, classify_ref};
pub(super) use pool::Pool;
pub(crate) use transaction::SqliteTx;
