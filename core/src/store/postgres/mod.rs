//! Postgres: its connections, their pool, a transaction on one of them, and a runtime role that owns nothing.
//!
//! Every transaction of a tenant takes on the runtime role and names the tenant, both for this
//! transaction only, so that row-level security holds for reads and writes alike.

mod cancel;
mod config;
mod connect;
mod connections;
mod error;
mod granted;
mod holding;
mod lent;
mod login;
mod misfit;
mod outcome;
mod parameters;
mod pipeline;
mod plans;
mod pooler;
mod quote;
mod rights;
mod schema_lock;
mod timeouts;
mod transaction;
mod url;

pub(crate) use config::PostgresConfig;
pub(super) use connections::Connections;
pub(super) use error::classify;
pub(super) use granted::Granted;
pub(super) use login::Standing;
pub(crate) use misfit::Misfit;
pub(super) use schema_lock::SchemaLock;
pub(crate) use transaction::PostgresTx;
pub(super) use transaction::{Committed, gathered};
