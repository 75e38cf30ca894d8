//! Rows that break a boundary, made from the catalogue: each reference of the old platform that the steps enforce, in every
//! way that it can be broken, beside the rows of [`legacy_rows`](crate::legacy_rows).

use std::collections::BTreeSet;

use ringfence::schema::{self, Batch, Kind, Owner, Parent, Table, version};
use ringfence_tests::fixture::Place;

/// A row, and the lines that name what is wrong with it.
pub(super) struct Planted {
    table: &'static str,
    id: String,
    pub(super) way: Broken,
    pub(super) insert: String,
    pub(super) named: Vec<String>,
}

/// How a reference can be broken.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Broken {
    /// The tenant is none.
    Unknown,
    /// The parent is none.
    Orphan,
    /// The parent is another tenant's.
    Mismatch,
}

/// The references that a row of the old platform can break, each with the table that it stands on.
pub(super) fn edges() -> impl Iterator<Item = (&'static Table, &'static Parent)> {
    schema::edges().filter(|(child, parent)| {
        child.since == version::BASELINE && parent.enforced_at(version::LATEST)
    })
}

/// Every way in which this reference can be broken.
pub(super) fn ways(child: &Table, parent: &Parent) -> &'static [Broken] {
    let owner = schema::table(parent.table).map(|table| table.owner);
    match parent.table {
        "tenants" => &[Broken::Unknown],
        // A permission is everybody's, so the role alone says whose the grant is.
        _ if child.name == "role_permissions" || owner == Some(Owner::Global) => &[Broken::Orphan],
        _ => &[Broken::Orphan, Broken::Mismatch],
    }
}

/// Rows for every reference of the tables that have an id, or of those of one batch.
pub(super) async fn rows(place: &Place, batch: Option<Batch>) -> Vec<Planted> {
    let edges = edges().filter(|(child, _)| child.key_at(version::BASELINE) == ["id"]);
    let mut all = Vec::new();
    for (child, parent) in edges.filter(|(it, _)| batch.is_none_or(|batch| it.batch == batch)) {
        for way in ways(child, parent) {
            all.push(row(place, child, parent, *way, all.len()).await);
        }
    }
    all
}

/// The lines of all.
pub(super) fn named(planted: &[Planted]) -> BTreeSet<String> {
    planted.iter().flat_map(|row| row.named.clone()).collect()
}

/// The last row of a tenant in a table. Nothing of the fixture refers to it under a key.
async fn last(place: &Place, table: &str, tenant: &str) -> String {
    let last = format!("SELECT max(id) FROM {table} WHERE tenant_id = '{tenant}'");
    place.raw_text(&last).await.unwrap()
}

/// A copy of the tenant's row with an id of its own and other parents.
async fn row(
    place: &Place,
    table: &'static Table,
    broken: &'static Parent,
    way: Broken,
    number: usize,
) -> Planted {
    let (name, id) = (table.name, format!("0bad_{number:03}"));
    let tenant = if way == Broken::Unknown {
        "nowhere"
    } else {
        "a"
    };
    let copied = last(place, name, "a").await;
    let mut named = Vec::new();
    let mut selected = Vec::new();
    let columns = table.columns.iter();
    let columns: Vec<_> = columns.filter(|it| it.since == version::BASELINE).collect();
    for column in &columns {
        if let Some(when) = broken.when.filter(|when| when.column == column.name) {
            selected.push(format!("'{}'", when.is));
            continue;
        }
        let mut parents = table.parents.iter().filter(|it| !it.loose);
        let parent = match broken.column == column.name {
            true => Some(broken),
            false => parents.find(|it| it.column == column.name),
        };
        // Of whatever kind the copied row is, it refers to the same.
        if let Some(when) = parent.filter(|it| *it != broken).and_then(|it| it.when) {
            let kept = |what: &str| format!("SELECT {what} FROM {name} WHERE id = '{copied}'");
            let kind = place.raw_text(&kept(when.column)).await.unwrap();
            let value = place.raw_text(&kept(column.name)).await.unwrap();
            let mut of = table.parents.iter();
            let of = of.find(|it| it.when.is_some_and(|when| when.is == kind));
            if way == Broken::Unknown {
                named.push(format!(
                    "{name} {id} {} mismatch {value} in nowhere -> {} in a",
                    column.name,
                    of.unwrap().table
                ));
            }
            selected.push(format!("'{value}'"));
            continue;
        }
        let of_a_key = table
            .uniques
            .iter()
            .any(|it| it.columns.contains(&column.name));
        selected.push(match parent {
            Some(parent) if parent.table == "tenants" => {
                if way == Broken::Unknown {
                    named.push(format!(
                        "{name} {id} tenant_id unknown nowhere in nowhere -> tenants in -"
                    ));
                }
                format!("'{tenant}'")
            }
            Some(parent) if parent == broken => {
                let (value, theirs) = match way {
                    Broken::Mismatch => (last(place, parent.table, "b").await, Some("b")),
                    Broken::Orphan | Broken::Unknown => (format!("gone_{number}"), None),
                };
                let problem = if theirs.is_some() {
                    "mismatch"
                } else {
                    "orphan"
                };
                named.push(format!(
                    "{name} {id} {} {problem} {value} in {tenant} -> {} in {}",
                    parent.column,
                    parent.table,
                    theirs.unwrap_or("-")
                ));
                format!("'{value}'")
            }
            Some(_) if column.null => "NULL".to_owned(),
            Some(parent) => {
                let value = last(place, parent.table, "a").await;
                // Whoever is of no tenant is not of its parent's.
                if way == Broken::Unknown && parent.enforced_at(version::LATEST) {
                    named.push(format!(
                        "{name} {id} {} mismatch {value} in nowhere -> {} in a",
                        parent.column, parent.table
                    ));
                }
                format!("'{value}'")
            }
            None if column.kind == Kind::Text && of_a_key => format!("'{id}'"),
            None => column.name.to_owned(),
        });
    }
    let columns: Vec<&str> = columns.iter().map(|column| column.name).collect();
    Planted {
        table: name,
        insert: format!(
            "INSERT INTO {name} ({}) SELECT {} FROM {name} WHERE id = '{copied}';",
            columns.join(", "),
            selected.join(", ")
        ),
        id,
        way,
        named,
    }
}

/// Takes them away again.
pub(super) async fn repair(place: &Place, rows: &[Planted]) {
    for row in rows {
        let repaired = format!("DELETE FROM {} WHERE id = '{}'", row.table, row.id);
        place.raw(&repaired).await.unwrap();
    }
}
