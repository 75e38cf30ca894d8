//! What keys, guards and policies take for granted of a table: that it is one plain table whose rows are in no other, that
//! its texts are told apart by their bytes and its rows on SQLite by their rowid, and that no key of it reaches over
//! tenants. Where it does not hold, what stands of the boundary does not say what it seems to.

use super::boundary::finding;
use super::collated::collated;
use super::standing::{Live, LiveKind};
use crate::model::BoundaryProblem::{Changed, Excess};
use crate::model::{BoundaryFinding, BoundaryProblem};
use crate::schema::types::{Column, Table, Unique};

/// What of a table at this version is not so, in a database that holds `live`.
pub(crate) fn misshapen(table: &Table, version: u32, live: &[Live]) -> Vec<BoundaryFinding> {
    let own: Vec<&Live> = live.iter().filter(|it| it.table == table.name).collect();
    let mut found = Vec::new();
    for it in &own {
        if it.kind == LiveKind::TableText {
            let collated = collated(&it.definition).into_iter();
            found.extend(collated.filter_map(|(name, by)| compared(table, version, &name, &by)));
        }
        found.extend(wrong(table, version, it, &own));
    }
    found
}

/// What of a table keeps its rows from being told apart at all on SQLite: no look at it sees every row.
pub(crate) fn without_rowids(table: &Table, live: &[Live]) -> Option<BoundaryFinding> {
    let mut own = live.iter().filter(|it| it.table == table.name);
    own.find_map(|it| hidden(table, it))
}

fn wrong(table: &Table, version: u32, it: &Live, own: &[&Live]) -> Option<BoundaryFinding> {
    let Live {
        name, definition, ..
    } = it;
    let of = table.name;
    let (problem, why): (BoundaryProblem, String) = match it.kind {
        LiveKind::Form => (
            Changed,
            format!("it is {definition}, where a plain table of this name must be"),
        ),
        LiveKind::Collation => return compared(table, version, name, definition),
        LiveKind::Key if crosses(table, version, it, own) => (
            Excess,
            format!(
                "{definition} holds over all tenants: a row of one is refused, or replaces another's, by what another has"
            ),
        ),
        LiveKind::Child => (
            Excess,
            format!(
                "its rows are rows of {of} too, and no key, guard or policy of {of} holds them"
            ),
        ),
        LiveKind::Parent => (
            Changed,
            format!("its rows are rows of {name} too, past its policy"),
        ),
        LiveKind::Rowid => return hidden(table, it),
        _ => return None,
    };
    Some(finding(it.object(), problem, &why))
}

/// A link's tenant counts before a step adds it: where the old platform did, no step does.
fn compared(table: &Table, version: u32, name: &str, by: &str) -> Option<BoundaryFinding> {
    let is_ours = |it: &&Column| it.since <= version || it.filled.is_some();
    let mut columns = table.columns.iter().filter(is_ours);
    let column = columns.find(|it| it.name.eq_ignore_ascii_case(name))?;
    let what = format!("column {}.{}", table.name, column.name);
    let why = format!(
        "it is compared by the collation {by}, by which two texts may be one that are not the same bytes"
    );
    Some(finding(what, Changed, &why))
}

/// Guards and the scan look rows up by `rowid`.
fn hidden(table: &Table, it: &Live) -> Option<BoundaryFinding> {
    if it.kind != LiveKind::Rowid || !table.has_rowid() {
        return None;
    }
    if it.name.is_empty() {
        let why = "it is WITHOUT ROWID, and guards and the scan tell rows apart by it";
        return Some(finding(it.object(), Changed, why));
    }
    let what = format!("column {}.{}", table.name, it.name);
    let why = "it hides the rowid, by which guards and the scan tell rows apart";
    Some(finding(what, Excess, why))
}

/// Whether it is a key over the rows of all tenants that the catalogue does not know.
fn crosses(table: &Table, version: u32, it: &Live, own: &[&Live]) -> bool {
    let Some(tenant) = table.tenant_column() else {
        return false;
    };
    let (kind, rest) = it.definition.split_once(" (").unwrap_or_default();
    let (columns, condition) = rest.rsplit_once(')').unwrap_or_default();
    let columns: Vec<&str> = columns.split(", ").collect();
    let stands_for = |unique: &&Unique| {
        unique.there_at(version)
            && unique.columns == columns
            && (unique.until.is_none() || goes_with(table, unique, kind, it, own))
    };
    let known = condition.is_empty() && table.uniques.iter().any(|it| stands_for(&it));
    !columns.contains(&tenant) && !known
}

/// Whether it goes when a step takes the catalogue's key over the same columns away: it has a name that the steps know, or
/// is the constraint that gets it.
fn goes_with(table: &Table, unique: &Unique, kind: &str, it: &Live, own: &[&Live]) -> bool {
    let is_of_ours = table.uniques.iter().any(|known| known.name == it.name)
        || table.indexes.iter().any(|known| known.name == it.name);
    let mut keys = own.iter().filter(|it| it.kind == LiveKind::Key);
    match kind {
        "PRIMARY KEY" => true,
        "UNIQUE" => is_of_ours || !keys.any(|other| other.name == unique.name),
        "UNIQUE INDEX" => is_of_ours,
        _ => false,
    }
}
