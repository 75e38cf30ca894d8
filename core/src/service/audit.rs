//! The tenant's audit log.

use std::sync::Arc;

use crate::session::SessionScope;

/// The tenant's audit log.
#[cfg_attr(feature = "uniffi", derive(uniffi::Object))]
pub struct Audit {
    pub(crate) scope: Arc<SessionScope>,
}
