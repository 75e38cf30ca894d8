//! The integrity scan, made from the catalogue: a check for each way in which a row of an enforced table can break its
//! tenant's boundary, one for each key that a step makes or relies on, and a look at the values of each table that the
//! library reads.

mod boundaries;
mod check;
mod keys;
mod names;
mod report;
mod values;

pub(crate) use check::Check;
pub(crate) use names::{Named, Names, Rekeyed};
pub(crate) use values::{Findings, Look};

use std::sync::LazyLock;

use crate::schema;
use crate::store::sql::Statement;

static CHECKS: LazyLock<Vec<Check>> = LazyLock::new(|| {
    let tables = schema::catalogue().iter();
    let checks = tables.flat_map(|table| {
        let boundaries = boundaries::checks(table).into_iter();
        boundaries.chain(keys::checks(table))
    });
    checks.collect()
});

/// The checks that a database of this version can be asked.
pub(crate) fn checks(version: u32) -> impl Iterator<Item = &'static Check> {
    CHECKS.iter().filter(move |check| check.at(version))
}

/// The looks at values that a database of this version can be given.
pub(crate) fn looks(version: u32) -> impl Iterator<Item = &'static Look> {
    values::looks().iter().filter(move |look| look.at(version))
}

/// The looks at names, likewise.
pub(crate) fn names(version: u32) -> impl Iterator<Item = &'static Names> {
    names::looks().iter().filter(move |look| look.at(version))
}

/// All checks, for the registry.
pub(crate) fn all() -> impl Iterator<Item = &'static Statement> {
    let checks = CHECKS.iter().map(|check| check.query.statement());
    checks
        .chain(values::looks().iter().map(|look| look.query.statement()))
        .chain(names::looks().iter().map(|look| look.query.statement()))
}
