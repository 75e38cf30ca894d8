//! The frame that every method runs in, so that none can leave out the tenant, the decision or the event.

mod operator;
mod refusals;
mod tenant;

pub(crate) use refusals::Refusals;
pub(crate) use tenant::{Call, SessionScope, Stamped};
