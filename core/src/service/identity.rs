//! Users, roles and permissions.

use std::sync::Arc;

use crate::session::SessionScope;

/// Users, roles and permissions.
#[cfg_attr(feature = "uniffi", derive(uniffi::Object))]
pub struct Identity {
    pub(crate) scope: Arc<SessionScope>,
}
