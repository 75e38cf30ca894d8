//! The frame that every method runs in, so that none can leave out the tenant, the decision or the event.

mod alarms;
mod body;
mod epochs;
mod log;
mod method;
mod operator;
mod permit;
mod refusals;
mod tenant;

pub(crate) use body::Step;
pub(crate) use log::OpenLog;
pub(crate) use method::Method;
pub(crate) use permit::{Permit, Permitted, Written};
pub(crate) use tenant::{Call, SessionScope};
