//! The tables, a file a subject.

mod core;
mod history;
mod identity;
mod inspection;
mod log;
mod operations;
mod policy;

use super::types::Table;

/// Every table, parents before their children.
pub(super) fn all() -> Vec<Table> {
    let subjects = [
        identity::tables(),
        core::tables(),
        inspection::tables(),
        operations::tables(),
        history::tables(),
        log::tables(),
        policy::tables(),
    ];
    subjects.into_iter().flatten().collect()
}
