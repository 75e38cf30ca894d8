//! The live SQLite schema as lines.

use std::collections::BTreeMap;

use ringfence::schema::{Kind, OnDelete};
use rusqlite::{Connection, Row};

use super::declared::{shown_column, shown_reference};
use super::{Engine, Lines};

fn all<T>(
    db: &Connection,
    sql: &str,
    table: &str,
    read: impl FnMut(&Row<'_>) -> rusqlite::Result<T>,
) -> Vec<T> {
    db.prepare(sql)
        .unwrap()
        .query_map([table], read)
        .unwrap()
        .map(Result::unwrap)
        .collect()
}

pub(super) fn lines(db: &Connection) -> Lines {
    let mut lines = Lines::new();
    let tables = all(
        db,
        "SELECT name, sql FROM sqlite_master WHERE type = ?1",
        "table",
        |row| Ok((row.get::<_, String>(0)?, row.get::<_, String>(1)?)),
    );
    for (table, sql) in tables {
        lines.extend(columns(db, &table));
        lines.extend(keys(db, &table));
        lines.extend(references(db, &table));
        if sql.contains("WITHOUT ROWID") {
            lines.insert(format!("{table} without rowid"));
        }
    }
    // There is none.
    let views = "SELECT name FROM sqlite_master WHERE type = ?1";
    let views: Vec<String> = all(db, views, "view", |row| row.get(0));
    lines.extend(views.iter().map(|view| format!("view {view}")));
    lines
}

fn columns(db: &Connection, table: &str) -> Lines {
    let mut key = BTreeMap::new();
    let mut lines = Lines::new();
    let sql = "SELECT cid, name, type, \"notnull\", pk FROM pragma_table_info(?1)";
    for (place, name, declared, not_null, pk) in all(db, sql, table, |row| {
        Ok((
            row.get::<_, u32>(0)? as usize,
            row.get::<_, String>(1)?,
            row.get::<_, String>(2)?,
            row.get::<_, bool>(3)?,
            row.get::<_, u32>(4)?,
        ))
    }) {
        let (word, limit) = match declared.split_once('(') {
            Some((word, limit)) => (word, limit.trim_end_matches(')').parse().ok()),
            None => (declared.as_str(), None),
        };
        lines.insert(shown_column(
            table,
            place,
            &name,
            kind(word),
            !not_null,
            limit,
        ));
        if pk > 0 {
            key.insert(pk, name);
        }
    }
    let key: Vec<String> = key.into_values().collect();
    lines.insert(format!("{table} key ({})", key.join(", ")));
    lines
}

fn kind(word: &str) -> Option<Kind> {
    Some(match word {
        "VARCHAR" | "TEXT" => Kind::Text,
        "INTEGER" | "BIGINT" => Kind::Int,
        "BOOLEAN" => Kind::Bool,
        "DATETIME" => Kind::Time,
        "JSON" => Kind::Json,
        "FLOAT" => Kind::Float,
        "BLOB" => Kind::Blob,
        _ => return None,
    })
}

fn keys(db: &Connection, table: &str) -> Lines {
    let sql = "SELECT name, \"unique\", partial FROM pragma_index_list(?1)";
    let indexes = all(db, sql, table, |row| {
        Ok((
            row.get::<_, String>(0)?,
            row.get::<_, bool>(1)?,
            row.get::<_, bool>(2)?,
        ))
    });
    let mut lines = Lines::new();
    for (name, unique, partial) in indexes {
        let sql = "SELECT name FROM pragma_index_info(?1) ORDER BY seqno";
        let columns: Vec<String> = all(db, sql, &name, |row| row.get(0));
        let columns = columns.join(", ");
        let partial = if partial { " partial" } else { "" };
        lines.insert(match unique {
            true => format!("{table} unique  ({columns}){partial}"),
            false => format!("{table} index {name} ({columns}){partial}"),
        });
    }
    lines
}

fn references(db: &Connection, table: &str) -> Lines {
    let sql = "SELECT id, \"table\", \"from\", \"to\", on_delete FROM pragma_foreign_key_list(?1) ORDER BY id, seq";
    let mut keys: BTreeMap<u32, (String, Vec<String>, Vec<String>, String)> = BTreeMap::new();
    for (id, parent, from, to, on_delete) in all(db, sql, table, |row| {
        Ok((
            row.get::<_, u32>(0)?,
            row.get::<_, String>(1)?,
            row.get::<_, String>(2)?,
            row.get::<_, String>(3)?,
            row.get::<_, String>(4)?,
        ))
    }) {
        let key = keys
            .entry(id)
            .or_insert((parent, Vec::new(), Vec::new(), on_delete));
        key.1.push(from);
        key.2.push(to);
    }
    keys.into_values()
        .map(|(parent, from, to, on_delete)| {
            let on_delete = match on_delete.as_str() {
                "CASCADE" => OnDelete::Cascade,
                "SET NULL" => OnDelete::SetNull,
                "RESTRICT" => OnDelete::Restrict,
                other => panic!("{table} has a key ON DELETE {other}"),
            };
            let columns = [from.join(", "), to.join(", ")];
            shown_reference(Engine::Sqlite, table, "", columns, &parent, on_delete)
        })
        .collect()
}
