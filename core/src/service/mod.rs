//! What the handles' methods do, one file a domain.
//!
//! Every method reads in the order in which things happen: check the input, then, in one transaction,
//! resolve the ids inside the tenant, authorize, decide, write, record.

pub(crate) mod admins;
mod alerts;
mod approvals;
mod audit;
mod commands;
mod credentials;
mod defects;
mod drones;
pub(crate) mod growing;
mod history;
mod identity;
mod incidents;
mod inspections;
mod listeners;
pub(crate) mod login;
pub(crate) mod migrations;
mod missions;
mod rows;
pub(crate) mod sealing;
pub(crate) mod session;
pub(crate) mod tenants;

pub use alerts::Alerts;
pub use approvals::Approvals;
pub use audit::{Audit, DeploymentLog};
pub use commands::Commands;
pub use defects::Defects;
pub use drones::Drones;
pub use identity::Identity;
pub use incidents::Incidents;
pub use inspections::Inspections;
pub use listeners::{FindingsListener, ProgressListener};
pub use missions::Missions;
