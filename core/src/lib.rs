//! placeholder

mod audit;
mod error;
pub mod model;
mod policy;
pub mod schema;
mod store;

pub use error::{Result, RingfenceError as Error, RingfenceError, WorkOutcome};

#[cfg(feature = "uniffi")]
uniffi::setup_scaffolding!();
