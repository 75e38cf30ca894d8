//! Whether the library can read what stands in a column.

use serde::de::IgnoredAny;

use crate::model::IntegrityProblem;
use crate::schema::{Column, Kind};
use crate::store::sql::Row;

/// What is wrong with the value of a column in this row.
pub(super) fn problem(row: &Row<'_>, place: usize, column: &Column) -> Option<IntegrityProblem> {
    // A link's tenant that is missing is found by a probe of its own.
    let lacks = !column.null && column.filled.is_none() && row.lacks(place);
    if lacks || !row.holds(place, column.kind) {
        return Some(IntegrityProblem::Unreadable);
    }
    if let Some(known) = column.known
        && let Ok(Some(text)) = row.opt_str(place)
        && !known.contains(&text)
    {
        return Some(IntegrityProblem::UnknownValue);
    }
    if column.kind == Kind::Json
        && let Ok(Some(document)) = row.opt_document(place)
        && serde_json::from_str::<IgnoredAny>(&document).is_err()
    {
        return Some(IntegrityProblem::MalformedJson);
    }
    None
}

/// Whether a value of the column is not shown.
pub(super) fn may_be_secret(column: &Column) -> bool {
    column.kind != Kind::Time && column.known.is_none()
}

/// On Postgres: which values of a column may not be what the library knows. The library's times end with the year
/// 9999; infinity is none of them.
pub(super) fn suspect(column: &Column) -> Option<String> {
    let name = column.name;
    if let Some(known) = column.known {
        let texts: Vec<String> = known.iter().map(|text| format!("'{text}'")).collect();
        return Some(format!("c.{name} NOT IN ({})", texts.join(", ")));
    }
    (column.kind == Kind::Time)
        .then(|| format!("c.{name} = '-infinity' OR c.{name} > '9999-12-30 22:00:00+00'"))
}
