//! How things fail, from the database outwards.
//!
//! A database fails with a [`StoreError`], anything inside the crate with a [`Failure`]; both may hold a
//! driver's words for the host's log. A caller sees only [`RingfenceError`]: a kind with an HTTP status, a stable
//! code and the field where there is one; never SQL, a constraint's name or a value of another tenant. One match
//! joins them.

mod codes;
mod failure;
#[cfg(test)]
mod guide;
mod join;
mod outcome;
mod public;
mod store;
mod visible;

pub(crate) use codes::{ConflictCode, SchemaCode};
pub(crate) use failure::{Conflict, Failure, Refusal, SchemaMismatch};
pub use outcome::WorkOutcome;
pub use public::{Result, RingfenceError};
pub(crate) use store::{StoreError, Violation};
pub(crate) use visible::Visible;
