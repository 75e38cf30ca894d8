//! The catalogue as lines.

use ringfence::schema::{
    self, Column, Kind, Legacy, OnDelete, Owner, POLICY, Parent, Special, Table, version,
};

use super::{Engine, Lines};

/// What the catalogue says of one engine at one version.
pub(super) fn lines(engine: Engine, version: u32) -> Lines {
    let mut lines = Lines::new();
    for table in schema::catalogue()
        .iter()
        .filter(|table| table.since <= version)
    {
        let columns = table
            .columns
            .iter()
            .filter(|column| column.since <= version);
        for (place, column) in columns.enumerate() {
            lines.insert(column_line(engine, version, table, place, column));
        }
        let key = table.key_at(version).join(", ");
        lines.insert(format!("{} key ({key})", table.name));
        for unique in table.uniques.iter().filter(|it| it.there_at(version)) {
            // SQLite knows no name of a key that the old platform left unnamed.
            let name = match engine {
                Engine::Postgres => unique.name,
                Engine::Sqlite => "",
            };
            lines.insert(format!(
                "{} unique {name} ({})",
                table.name,
                unique.columns.join(", ")
            ));
        }
        for index in table.indexes.iter().filter(|index| index.there_at(version)) {
            let order = match engine {
                Engine::Postgres if index.bytewise => " bytewise",
                _ => "",
            };
            // A primary key brings it once it is that; others, whenever they come.
            let keys = table.uniques.iter();
            let mut keys = keys.filter(|it| !it.primary || it.there_at(version));
            let brought = index.bytewise && keys.any(|unique| unique.columns == index.columns);
            if engine == Engine::Postgres || !brought {
                let columns = index.columns.join(", ");
                lines.insert(format!(
                    "{} index {} ({columns}{order})",
                    table.name, index.name
                ));
            }
        }
        for special in table.special {
            match special {
                Special::Partial(name, columns, since) if *since <= version => {
                    let columns = columns.join(", ");
                    lines.insert(format!("{} index {name} ({columns}) partial", table.name));
                }
                Special::Partial(..) | Special::Sqlite(..) | Special::Postgres(..) => {}
            }
        }
        for parent in &table.parents {
            lines.extend(reference_line(engine, version, table, parent));
        }
        match engine {
            Engine::Postgres if table.rls_at(version) => {
                let column = table.tenant_column().unwrap_or_default();
                lines.insert(format!("{} row-level security", table.name));
                let nobodys = table.parents.iter().find_map(|it| it.naming?.but_for);
                let reserved = match (table.log, nobodys) {
                    (true, _) => ", not reserved",
                    (false, Some(_)) => ", not nobody's",
                    (false, None) => "",
                };
                lines.insert(format!(
                    "{} policy {POLICY} on {column}{reserved}",
                    table.name
                ));
            }
            // So that no rowid is there to be replaced through.
            Engine::Sqlite if !table.has_rowid() => {
                lines.insert(format!("{} without rowid", table.name));
            }
            Engine::Postgres | Engine::Sqlite => {}
        }
    }
    if engine == Engine::Postgres {
        let functions = schema::ddl::guard_functions().into_iter();
        let functions = functions.filter(|(_, since)| *since <= version);
        lines.extend(functions.map(|(name, _)| {
            // Those find a table by its name.
            let path = if NAMELESS.contains(&name.as_str()) {
                ""
            } else {
                ", path pinned"
            };
            format!("function {name}() as its caller{path}")
        }));
    }
    lines
}

/// Functions of guards that name no table.
const NAMELESS: [&str; 5] = [
    "ringfence_editor_unknown",
    "ringfence_append",
    "ringfence_refuse",
    "ringfence_renamed",
    "ringfence_version",
];

fn column_line(
    engine: Engine,
    version: u32,
    table: &Table,
    place: usize,
    column: &Column,
) -> String {
    let unfilled = engine == Engine::Sqlite || !table.guarded_at(version);
    let null = column.null || (column.filled.is_some() && unfilled);
    shown_column(
        table.name,
        place,
        column.name,
        Some(column.kind),
        null,
        column.limit,
    )
}

/// A column as a line; a type that means no kind is `None`.
pub(super) fn shown_column(
    table: &str,
    place: usize,
    name: &str,
    kind: Option<Kind>,
    null: bool,
    limit: Option<u32>,
) -> String {
    format!("{table} column {place} {name} {kind:?} null {null} limit {limit:?}")
}

fn reference_line(engine: Engine, version: u32, table: &Table, parent: &Parent) -> Option<String> {
    let own = table.since > version::BASELINE;
    match (engine, parent.legacy) {
        // The row says which table is meant: triggers hold it.
        (_, None) if parent.when.is_some() => None,
        // SQLite's declared keys change with the one rebuild; until then guards hold.
        (Engine::Sqlite, _) if table.rekeyed_at(version) => parent
            .enforced_at(version)
            .then(|| final_reference(engine, table, parent)),
        (Engine::Sqlite, Some(legacy)) => {
            Some(single(engine, table, parent, legacy, legacy.on_delete))
        }
        (Engine::Sqlite, None) if own => Some(final_reference(engine, table, parent)),
        (Engine::Postgres, _) if parent.enforced_at(version) => {
            Some(final_reference(engine, table, parent))
        }
        (Engine::Postgres, Some(legacy)) => {
            let on_delete = if parent.keeps_parent_at(version) {
                OnDelete::Restrict
            } else {
                legacy.on_delete
            };
            Some(single(engine, table, parent, legacy, on_delete))
        }
        (Engine::Sqlite | Engine::Postgres, None) => None,
    }
}

fn single(
    engine: Engine,
    table: &Table,
    parent: &Parent,
    legacy: Legacy,
    on_delete: OnDelete,
) -> String {
    let (column, target) = (parent.column.to_owned(), "id".to_owned());
    shown_reference(
        engine,
        table.name,
        legacy.constraint,
        [column, target],
        parent.table,
        on_delete,
    )
}

fn final_reference(engine: Engine, table: &Table, parent: &Parent) -> String {
    let target = schema::table(parent.table).expect("the parent is declared");
    let columns = match target.owner {
        Owner::Tenant {
            column: "tenant_id",
        } => [
            format!("tenant_id, {}", parent.column),
            "tenant_id, id".to_owned(),
        ],
        Owner::Tenant { .. } | Owner::Global => [parent.column.to_owned(), "id".to_owned()],
    };
    shown_reference(
        engine,
        table.name,
        parent.constraint,
        columns,
        parent.table,
        parent.on_delete,
    )
}

/// A foreign key as a line. SQLite tells no names.
pub(super) fn shown_reference(
    engine: Engine,
    table: &str,
    name: &str,
    [columns, targets]: [String; 2],
    parent: &str,
    on_delete: OnDelete,
) -> String {
    let name = if engine == Engine::Sqlite { "" } else { name };
    format!("{table} reference {name} ({columns}) -> {parent} ({targets}) {on_delete:?}")
}
