//! placeholder

mod audit;
pub mod blocking;
mod database;
mod environment;
mod error;
pub mod model;
mod options;
mod policy;
mod ringfence;
pub mod schema;
mod service;
mod session;
mod store;
#[cfg(feature = "testing")]
pub mod testing;

pub use environment::{Source, SystemSource};
pub use error::{Result, RingfenceError as Error, RingfenceError, WorkOutcome};
pub use options::{MigrateMode, OpenOptions};
pub use ringfence::Ringfence;
pub use service::{Audit, DeploymentLog, Drones, Identity, Missions};
pub use session::TenantSession;

#[cfg(feature = "uniffi")]
uniffi::setup_scaffolding!();
