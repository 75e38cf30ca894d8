//! The integrity scan, made from the catalogue: a check for each way in which a row of an enforced table can break its
//! tenant's boundary, and a look at the values of each table that the library reads.

mod boundaries;
mod report;
mod values;

pub(crate) use boundaries::Check;
pub(crate) use values::{Findings, Look};

use crate::store::sql::Statement;

/// The checks that a database of this version can be asked.
pub(crate) fn checks(version: u32) -> impl Iterator<Item = &'static Check> {
    boundaries::checks()
        .iter()
        .filter(move |check| check.at(version))
}

/// The looks at values that a database of this version can be given.
pub(crate) fn looks(version: u32) -> impl Iterator<Item = &'static Look> {
    values::looks().iter().filter(move |look| look.at(version))
}

/// All checks, for the registry.
pub(crate) fn all() -> impl Iterator<Item = &'static Statement> {
    let boundaries = boundaries::checks()
        .iter()
        .map(|check| check.query.statement());
    boundaries.chain(values::looks().iter().map(|look| look.query.statement()))
}
