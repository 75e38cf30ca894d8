//! The integrity scan's look at keys: rows that share one.
//!
//! The old platform's tables may have lost a key, and a step that makes one over the same columns would stop half-way
//! through the migration without a word about the rows. So every key of a table that some step hardens is looked at
//! before the first step, as soon as its columns are there.

use super::check::{Check, kept};
use super::report::key;
use crate::model::IntegrityProblem;
use crate::schema::{Table, Unique, version};

/// A check for each key of a table that the old platform made and a step hardens. What Ringfence makes has its keys from
/// its first row.
pub(super) fn checks(table: &'static Table) -> impl Iterator<Item = Check> {
    let adopted = table.since == version::BASELINE && table.opened.is_some();
    let keys = table.uniques.iter().filter(move |_| adopted);
    let narrowest = keys.filter(move |unique| !holds_another(table, unique));
    narrowest.map(move |unique| check(table, unique))
}

/// Whether another key of the table has fewer columns, all of them this one's: rows that share this one share that, too.
fn holds_another(table: &Table, unique: &Unique) -> bool {
    table.uniques.iter().any(|other| {
        other.columns.len() < unique.columns.len()
            && other
                .columns
                .iter()
                .all(|name| unique.columns.contains(name))
    })
}

fn check(table: &'static Table, unique: &'static Unique) -> Check {
    let columns = unique.columns.iter().filter_map(|name| table.column(name));
    Check {
        query: kept(
            format!("SCAN {} duplicates", unique.name),
            duplicates(table, unique),
        ),
        table,
        column: unique.field,
        refers_to: None,
        problem: IntegrityProblem::Duplicate,
        from: columns
            .map(|column| column.since)
            .max()
            .unwrap_or(table.since),
        until: u32::MAX,
    }
}

/// The rows whose key another row has, too. A key that holds NULL is nobody's.
fn duplicates(table: &Table, unique: &Unique) -> String {
    let listed = unique.columns.join(", ");
    let same: Vec<String> = unique
        .columns
        .iter()
        .map(|column| format!("d.{column} = c.{column}"))
        .collect();
    let tenant = table
        .tenant_column()
        .filter(|name| table.column(name).is_some_and(|it| it.since == table.since))
        .map_or("NULL".to_owned(), |name| format!("c.{name}"));
    format!(
        "SELECT {key}, {tenant}, c.{field}, NULL FROM {name} c \
         JOIN (SELECT {listed} FROM {name} GROUP BY {listed} HAVING count(*) > 1) d ON {same}",
        key = key(table),
        field = unique.field,
        name = table.name,
        same = same.join(" AND ")
    )
}
