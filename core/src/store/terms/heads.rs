//! The logs that a transaction may write to, and how far they have come.

use crate::model::TenantId;
use crate::store::statements::log::Head;

/// Which of the logs that a transaction may hold the heads of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Log {
    /// The one of whoever the transaction is bound to: the tenant's, or the deployment's.
    Own,
    /// The one of the tenant that an operator acts in.
    OfTenant,
}

/// The heads that a transaction holds, as the units so far leave them. The deployment's is locked before a
/// tenant's.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::store) struct Heads {
    pub(in crate::store) own: Head,
    pub(in crate::store) tenant: Option<TenantHead>,
}

/// The head of the tenant that an operator acts in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::store) struct TenantHead {
    pub(in crate::store) tenant: TenantId,
    pub(in crate::store) head: Head,
    /// Whether events were appended behind it.
    pub(in crate::store) grown: bool,
}
