//! The integrity scan, made from the catalogue: a look at the rows of each table with what their references lead to, one
//! at each key that a step makes or relies on, and one at the names of users.
//!
//! | module | what |
//! |---|---|
//! | `rows` | the look at a table: each row once, its values and what is asked beside it |
//! | `edges` | what is asked beside a row: whether it breaks its tenant's boundary |
//! | `values` | whether the library can read a value |
//! | `keys` | rows that share a key |
//! | `names` | names of users that are one in Unicode's form C |
//! | `walk` | how a table is gone through in chunks |
//! | `report` | what a finding names a row by |

mod deployment;
mod edges;
mod keys;
mod names;
mod report;
mod rows;
mod values;
mod walk;

pub(crate) use deployment::{Deployment, deployment};
pub(crate) use keys::Keys;
pub(crate) use names::{Named, Names, Rekeyed};
pub(crate) use report::ROWS;
pub(crate) use rows::{Findings, Look};
pub(crate) use walk::{CHUNK, Position, Walk};

use crate::store::sql::Statement;

/// The looks at rows that a database of this version can be given.
pub(crate) fn looks(version: u32) -> impl Iterator<Item = &'static Look> {
    rows::looks().iter().filter(move |look| look.at(version))
}

/// The looks at keys, likewise.
pub(crate) fn keys(version: u32) -> impl Iterator<Item = &'static Keys> {
    keys::looks().iter().filter(move |look| look.at(version))
}

/// The looks at names, likewise.
pub(crate) fn names(version: u32) -> impl Iterator<Item = &'static Names> {
    names::looks().iter().filter(move |look| look.at(version))
}

/// All of them, for the registry.
pub(crate) fn all() -> impl Iterator<Item = &'static Statement> {
    let mut looks: Vec<&'static Statement> = Vec::new();
    for look in rows::looks() {
        let next = look.walk.next.statement();
        if looks.iter().all(|listed| listed.name != next.name) {
            looks.push(next);
        }
        looks.push(look.query.statement());
    }
    for look in names::looks() {
        looks.push(look.query.statement());
    }
    looks.push(names::walk().next.statement());
    looks.push(deployment().query.statement());
    looks
        .into_iter()
        .chain(keys::looks().iter().map(|look| look.query.statement()))
}
