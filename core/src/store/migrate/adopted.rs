//! What a table of the old platform must look like to be taken over: the one list of the types that may stand for
//! each kind of column, which are those that the library reads and writes as it does its own.

use crate::schema::{Column, Kind, Table, version};
use crate::store::engine::Engine;
use crate::store::statements::migration::LiveColumn;

/// The types that may stand for a kind, as the engine knows them: what SQLite goes by is the affinity that follows from
/// the declared type, what Postgres goes by is the type itself.
///
/// `jsonb` is not among them: it keeps no document as it was written. `timestamp` names no moment, `char(n)` pads,
/// and a domain or a collation of its own may refuse or reorder what the library writes.
fn types_of(engine: Engine, kind: Kind) -> &'static [&'static str] {
    match (engine, kind) {
        (Engine::Postgres, Kind::Text) => &["character varying", "text"],
        (Engine::Postgres, Kind::Int) => &["integer", "bigint"],
        (Engine::Postgres, Kind::Bool) => &["boolean"],
        (Engine::Postgres, Kind::Time) => &["timestamp with time zone"],
        (Engine::Postgres, Kind::Json) => &["json"],
        (Engine::Postgres, Kind::Float) => &["double precision"],
        (Engine::Postgres, Kind::Blob) => &["bytea"],
        (Engine::Sqlite, Kind::Text) => &["TEXT"],
        (Engine::Sqlite, Kind::Int) => &["INTEGER"],
        (Engine::Sqlite, Kind::Bool) => &["NUMERIC", "INTEGER"],
        // Texts that are no numbers stay what they are under NUMERIC.
        (Engine::Sqlite, Kind::Time | Kind::Json) => &["NUMERIC", "TEXT"],
        (Engine::Sqlite, Kind::Float) => &["REAL"],
        (Engine::Sqlite, Kind::Blob) => &["BLOB"],
    }
}

/// Whether a column declared so can stand for one of the catalogue's.
pub(super) fn fits(engine: Engine, column: &Column, declared: &str) -> bool {
    let types = types_of(engine, column.kind);
    match engine {
        Engine::Sqlite => types.contains(&affinity(declared)),
        Engine::Postgres => match limited(declared) {
            Some((name, limit)) => {
                types.contains(&name) && column.limit.is_some_and(|least| limit >= least)
            }
            None => types.contains(&declared),
        },
    }
}

/// `character varying(20)` as its name and its limit.
fn limited(declared: &str) -> Option<(&str, u32)> {
    let (name, limit) = declared.strip_suffix(')')?.split_once('(')?;
    Some((name, limit.parse().ok()?))
}

/// The affinity of a column declared so: section 3.1 of SQLite's "Datatypes In SQLite".
fn affinity(declared: &str) -> &'static str {
    let declared = declared.to_ascii_uppercase();
    let has = |words: &[&str]| words.iter().any(|word| declared.contains(word));
    if has(&["INT"]) {
        "INTEGER"
    } else if has(&["CHAR", "CLOB", "TEXT"]) {
        "TEXT"
    } else if has(&["BLOB"]) || declared.is_empty() {
        "BLOB"
    } else if has(&["REAL", "FLOA", "DOUB"]) {
        "REAL"
    } else {
        "NUMERIC"
    }
}

/// How a table differs from what the old platform made it, if it does. Its later revisions added one column of ours, the
/// tenant of a link, which is nullable until they have filled it.
pub(super) fn difference(table: &Table, engine: Engine, found: &[LiveColumn]) -> Option<String> {
    let name = table.name;
    if found.is_empty() {
        return Some(format!("there is no table {name}"));
    }
    let baseline = || {
        let columns = table.columns.iter();
        columns.filter(|column| column.since == version::BASELINE)
    };
    for live in found {
        if baseline().any(|column| column.name == live.name) {
            continue;
        }
        match table.column(&live.name).filter(|it| it.filled.is_some()) {
            Some(column) if fits(engine, column, &live.declared) => {}
            Some(column) => return Some(misfit(engine, table, column, &live.declared)),
            None => {
                return Some(format!(
                    "{name} has a column {} of no such revision",
                    live.name
                ));
            }
        }
    }
    for column in baseline() {
        let Some(live) = found.iter().find(|live| live.name == column.name) else {
            return Some(format!("{name} has no column {}", column.name));
        };
        if !fits(engine, column, &live.declared) {
            return Some(misfit(engine, table, column, &live.declared));
        }
        if live.not_null == column.null {
            let (is, expected) = match column.null {
                true => ("NOT NULL", "may be null"),
                false => ("nullable", "is NOT NULL"),
            };
            return Some(format!(
                "{name}.{} is {is}, where the revision's {expected}",
                column.name
            ));
        }
    }
    None
}

fn misfit(engine: Engine, table: &Table, column: &Column, declared: &str) -> String {
    format!(
        "{}.{} is of type {}, where {} was expected",
        table.name,
        column.name,
        or_none(declared),
        expected(engine, column)
    )
}

fn or_none(declared: &str) -> &str {
    if declared.is_empty() {
        "none"
    } else {
        declared
    }
}

fn expected(engine: Engine, column: &Column) -> String {
    let names = types_of(engine, column.kind).join(" or ");
    let least = column
        .limit
        .map_or(String::new(), |least| format!(" of at least {least}"));
    match engine {
        Engine::Sqlite => format!("one of affinity {names}"),
        Engine::Postgres => names + &least,
    }
}

#[cfg(test)]
mod tests {
    use super::affinity;

    #[test]
    fn the_affinity_is_the_one_that_sqlite_gives() {
        for (declared, expected) in [
            ("VARCHAR(200)", "TEXT"),
            ("text", "TEXT"),
            ("INTEGER", "INTEGER"),
            ("BIGINT", "INTEGER"),
            ("CHARINT", "INTEGER"),
            ("BOOLEAN", "NUMERIC"),
            ("DATETIME", "NUMERIC"),
            ("JSON", "NUMERIC"),
            ("FLOAT", "REAL"),
            ("double precision", "REAL"),
            ("BLOB", "BLOB"),
            ("", "BLOB"),
        ] {
            assert_eq!(affinity(declared), expected, "{declared}");
        }
    }
}
