//! Inspections and defects.

mod defects;
mod lists;
pub(crate) mod observations;
mod reports;
mod tasks;
mod templates;
