//! What a report names a row by, and how much of it.

use crate::schema::Table;

/// At most so many rows of one check are reported.
pub(super) const ROWS: u32 = 1000;

/// The key of a row as one text.
pub(super) fn key(table: &Table) -> String {
    let parts: Vec<String> = table
        .key
        .iter()
        .map(|column| format!("c.{column}"))
        .collect();
    parts.join(" || '/' || ")
}

/// As much of a value as a report shows.
pub(super) fn cut(value: String) -> String {
    const SHOWN: usize = 200;
    value.chars().take(SHOWN).collect()
}
