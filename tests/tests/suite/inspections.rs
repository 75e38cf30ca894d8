//! Inspections and defects.

mod defects;
mod lists;
mod observations;
mod reports;
mod tasks;
mod templates;
