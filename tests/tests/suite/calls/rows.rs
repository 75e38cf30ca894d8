//! Every row of a database, as texts that are the same on both engines where the values are.

use std::collections::BTreeMap;

use ringfence::schema;
use ringfence_tests::fixture::{Engine, Place};
use rusqlite::types::ValueRef;
use serde_json::Value;

/// A row by its columns.
pub(super) type Row = BTreeMap<String, Option<String>>;

/// Rows by their table and their key.
pub(super) type Rows = BTreeMap<(String, String), Row>;

/// What only grows, which is the log's own matter.
const LOG: [&str; 1] = ["audit_events"];

/// All but the log's.
pub(super) async fn rows(place: &Place) -> Rows {
    let tables = schema::catalogue().iter();
    let tables: Vec<_> = tables.filter(|it| !LOG.contains(&it.name)).collect();
    let names: Vec<&str> = tables.iter().map(|table| table.name).collect();
    let found = match place.engine {
        Engine::Sqlite => of_sqlite(place, &names),
        Engine::Postgres => of_postgres(place, &names).await,
    };
    let keyed = found.into_iter().map(|(name, row)| {
        let table = schema::table(&name).unwrap();
        let key = table
            .key_at(table.since)
            .iter()
            .map(|column| row[*column].clone());
        let key: Vec<String> = key.map(Option::unwrap_or_default).collect();
        ((name, key.join("/")), row)
    });
    keyed.collect()
}

fn of_sqlite(place: &Place, tables: &[&str]) -> Vec<(String, Row)> {
    let connection = place.sqlite();
    let mut all = Vec::new();
    for table in tables {
        let select = format!("SELECT * FROM {table}");
        let mut statement = connection.prepare(&select).unwrap();
        let columns: Vec<String> = statement.column_names().map(str::to_owned).collect();
        let mut rows = statement.query([]).unwrap();
        while let Some(row) = rows.next().unwrap() {
            let values = columns.iter().enumerate();
            let row = values.map(|(at, name)| (name.clone(), text(row.get_ref(at).unwrap())));
            all.push(((*table).to_owned(), row.collect()));
        }
    }
    all
}

fn text(value: ValueRef<'_>) -> Option<String> {
    match value {
        ValueRef::Null => None,
        ValueRef::Integer(number) => Some(number.to_string()),
        ValueRef::Real(number) => Some(number.to_string()),
        ValueRef::Text(text) => Some(String::from_utf8_lossy(text).into_owned()),
        ValueRef::Blob(bytes) => Some(format!("{bytes:?}")),
    }
}

async fn of_postgres(place: &Place, tables: &[&str]) -> Vec<(String, Row)> {
    let each = tables
        .iter()
        .map(|table| format!("SELECT '{table}', row_to_json(t)::text FROM {table} t"));
    let all = each.collect::<Vec<_>>().join(" UNION ALL ");
    let found = place.postgres().await.query(&all, &[]).await.unwrap();
    let row = |text: &str| {
        let columns: BTreeMap<String, Value> = serde_json::from_str(text).unwrap();
        let columns = columns.into_iter();
        columns.map(|(name, value)| (name, shown(&value))).collect()
    };
    found
        .iter()
        .map(|found| (found.get(0), row(found.get(1))))
        .collect()
}

/// A value as a text, numbers and truths as SQLite has them.
pub(super) fn shown(value: &Value) -> Option<String> {
    match value {
        Value::Null => None,
        Value::Bool(truth) => Some(u8::from(*truth).to_string()),
        Value::String(text) => Some(text.clone()),
        other => Some(other.to_string()),
    }
}
