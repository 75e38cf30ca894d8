//! Inspections and defects.

mod lists;
