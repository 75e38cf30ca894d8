//! What a report names a row by, and how much of it.

use crate::schema::Table;

/// So many rows of one problem of a column are kept in a report; so many that share a key are read at once.
pub(crate) const ROWS: u32 = 1000;

/// The key of a row as one text: what tells it apart in its tenant, which a finding names besides.
pub(super) fn key(table: &Table) -> String {
    let parts: Vec<String> = table
        .key_at(table.since)
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

/// A text that is made once in a process and kept to its end, like those of the statements that stand in the source.
pub(super) fn kept(text: String) -> &'static str {
    Box::leak(text.into_boxed_str())
}
