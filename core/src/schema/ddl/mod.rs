//! The catalogue as statements: the tables, columns, keys, references, guards and policies that it declares, written
//! for each engine.
//!
//! A migration step is the difference between what the catalogue says at two versions ([`sqlite_step`],
//! [`postgres_step`]). It is written into the step's file between two marks, under `RINGFENCE_BLESS`, and frozen
//! with it; a test holds every live schema against [`sqlite`] and [`postgres`], text for text. What is special about a
//! table is written by hand around the marks and named in [`Table::special`](super::Table::special).
//!
//! The old platform's own tables are there at the baseline: nothing is written for them but what changes later.

pub(crate) mod beforehand;
pub(crate) mod boundary;
mod by_hand;
mod change;
mod collated;
mod definition;
mod meaning;
mod postgres;
mod rebuilt;
mod shape;
mod sqlite;
mod standing;
mod structure;
mod tokens;

pub use change::Difference;
pub(crate) use definition::Laid;
pub(crate) use rebuilt::{by as rebuilt_by, for_what_stands, ours as ours_on_rebuilt};
pub(crate) use shape::{misshapen, without_rowids};
pub(crate) use standing::{Live, LiveKind, Rest, postgres_mends, postgres_returns, sqlite_mends};
pub use structure::Object;

use change::{Change, change, difference};
use structure::{choosing_function, filling_function, keeping_function, naming_function};

/// What SQLite holds at this version, in the order in which it is made.
#[must_use]
pub fn sqlite(version: u32) -> Vec<Object> {
    sqlite::objects(version)
}

/// What Postgres holds at this version, in the order in which it is made.
#[must_use]
pub fn postgres(version: u32) -> Vec<Object> {
    postgres::objects(version)
}

/// What the step to this version changes on SQLite.
#[must_use]
pub fn sqlite_step(version: u32) -> Difference {
    if rebuilt::by(version).next().is_some() {
        return rebuilt::difference(version);
    }
    difference(&sqlite(version.saturating_sub(1)), &sqlite(version))
}

/// What the step to this version changes on Postgres.
#[must_use]
pub fn postgres_step(version: u32) -> Difference {
    difference(&postgres(version.saturating_sub(1)), &postgres(version))
}

/// What the step to this version takes away and makes on SQLite, but for tables that it makes anew with all that stands on
/// them.
pub(crate) fn sqlite_change(version: u32) -> Change {
    if rebuilt::by(version).next().is_some() {
        return rebuilt::beside(version);
    }
    change(&sqlite(version.saturating_sub(1)), &sqlite(version))
}

/// What the step to this version takes away and makes on Postgres.
pub(crate) fn postgres_change(version: u32) -> Change {
    change(&postgres(version.saturating_sub(1)), &postgres(version))
}

/// The statement that tells the rows of this table apart by its primary key in a publication of Postgres, if it is one of the
/// catalogue's.
pub(crate) fn identified_by_its_key(table: &str, version: u32) -> Option<String> {
    postgres::identified_by_its_key(super::table(table)?, version)
}

/// Every function that the guards on Postgres run, with the version from which it is there: those written by hand, one
/// for each table whose tenant is filled, two for each that refers to one table or another, one for each column that names
/// somebody and one for each table whose rows are named. None takes an argument.
#[must_use]
pub fn guard_functions() -> Vec<(String, u32)> {
    let by_hand = by_hand::functions().iter();
    let by_hand = by_hand.map(|(since, function)| (function.name.clone(), *since));
    let filled = super::catalogue().iter().flat_map(|table| {
        let filled = table
            .columns
            .iter()
            .filter(|column| column.filled.is_some());
        filled.map(|column| (filling_function(table), column.since))
    });
    let chosen = super::catalogue().iter().flat_map(|table| {
        let first = table.parents.iter().find(|parent| parent.when.is_some());
        let named = first.and_then(|first| Some((first.column, first.enforced?)));
        let both = named.map(|(column, since)| {
            [choosing_function(table, column), keeping_function(table)].map(|name| (name, since))
        });
        both.into_iter().flatten()
    });
    let naming = super::edges().filter_map(|(table, parent)| {
        let since = parent.naming?.since;
        Some((choosing_function(table, parent.column), since))
    });
    let named = super::catalogue().iter().filter_map(|table| {
        let named = super::children(table.name).filter_map(|(_, parent)| parent.naming);
        let since = named.map(|naming| naming.since).min()?;
        Some((naming_function(table), since))
    });
    let of_references = filled.chain(chosen).chain(naming).chain(named);
    by_hand.into_iter().chain(of_references).collect()
}
