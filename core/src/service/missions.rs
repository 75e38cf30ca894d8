//! Missions, their plans, approvals and runs.

use std::sync::Arc;

use crate::session::SessionScope;

/// Missions, their plans, approvals and runs.
#[cfg_attr(feature = "uniffi", derive(uniffi::Object))]
pub struct Missions {
    pub(crate) scope: Arc<SessionScope>,
}
