//! Inspections and defects.

mod lists;
mod observations;
mod reports;
mod tasks;
mod templates;
