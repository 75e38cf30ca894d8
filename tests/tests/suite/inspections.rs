//! Inspections and defects.

mod lists;
mod tasks;
mod templates;
