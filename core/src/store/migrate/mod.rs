//! The migration runner, the integrity scan that it is careful by, and the report of what its steps have left standing.

mod adopted;
mod baseline;
mod boundary;
mod history;
mod leaning;
mod opened;
mod preparing;
mod published;
mod rebuilding;
mod recognised;
mod refinery;
mod refusing;
mod run;
mod runner;
mod scan;
mod seen;
mod stepping;
pub(crate) mod touched;
mod watching;

pub(crate) use history::{LATEST, refuse_newer};
pub(crate) use run::{Done, Note, Run};
pub(crate) use scan::Hearing;
