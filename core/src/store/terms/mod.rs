//! What a transaction is, whatever the engine: whose rows it works on, what its calls are judged by, and the heads
//! of the logs that it holds.

mod bound;
mod heads;
mod judged;

pub(crate) use bound::Bound;
pub(in crate::store) use bound::bind;
pub(crate) use heads::Log;
pub(in crate::store) use heads::{Heads, TenantHead};
pub(crate) use judged::Judged;
pub(in crate::store) use judged::decided_at;
