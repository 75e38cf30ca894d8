//! placeholder

pub mod model;
pub mod schema;

#[cfg(feature = "uniffi")]
uniffi::setup_scaffolding!();
