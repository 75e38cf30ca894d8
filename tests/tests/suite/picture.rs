//! Pictures of what is in a database, to compare.

use std::collections::{BTreeMap, BTreeSet};

use ringfence::schema;
use ringfence_tests::fixture::{Engine, Place};

use crate::{postgres_fixture, sqlite_fixture};

/// Everything in a database: its schema, in the engine's words, and the rows of every table.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Picture {
    pub(crate) schema: BTreeSet<String>,
    pub(crate) rows: BTreeMap<String, Vec<String>>,
}

impl Picture {
    /// Without the rows of the tables that differ between two databases of the same history: times, random
    /// ids and the operators' log.
    pub(crate) fn settled(mut self) -> Self {
        for table in [
            "ringfence_schema_history",
            "audit_heads",
            "audit_events",
            "policy_epochs",
        ] {
            self.rows.remove(table);
        }
        self
    }
}

/// Taking pictures of a place.
pub(crate) trait Inspect {
    async fn picture(&self) -> Picture;
    /// The rows of the old platform's tables in the old platform's columns, without the permissions that the
    /// steps add.
    async fn legacy_rows(&self) -> BTreeMap<String, Vec<String>>;
}

impl Inspect for Place {
    async fn picture(&self) -> Picture {
        match self.engine {
            Engine::Sqlite => {
                let db = self.sqlite();
                let schema = sqlite_fixture::schema(&db);
                Picture {
                    schema: schema.iter().map(|line| format!("{line:?}")).collect(),
                    rows: sqlite_fixture::contents(&db),
                }
            }
            Engine::Postgres => {
                let client = self.postgres().await;
                let tables = client
                    .query(
                        "SELECT relname::text FROM pg_class
                         WHERE relkind = 'r' AND relnamespace = current_schema()::regnamespace",
                        &[],
                    )
                    .await
                    .unwrap();
                let mut rows = BTreeMap::new();
                for table in tables.iter().map(|row| row.get::<_, String>(0)) {
                    let found = client
                        .query(&format!("SELECT t::text FROM {table} t"), &[])
                        .await
                        .unwrap();
                    let mut lines: Vec<String> = found.iter().map(|row| row.get(0)).collect();
                    lines.sort();
                    rows.insert(table, lines);
                }
                Picture {
                    schema: postgres_fixture::picture(&client).await,
                    rows,
                }
            }
        }
    }

    async fn legacy_rows(&self) -> BTreeMap<String, Vec<String>> {
        let mut all = BTreeMap::new();
        for table in schema::catalogue().iter().filter(|table| table.since == 1) {
            let columns = table.columns.iter().filter(|column| column.since == 1);
            let columns: Vec<String> = columns.map(|column| column.name.to_owned()).collect();
            let mut rows = match self.engine {
                Engine::Sqlite => sqlite_fixture::rows(&self.sqlite(), table.name, &columns),
                Engine::Postgres => {
                    let list = columns.join(", ");
                    let found = self
                        .postgres()
                        .await
                        .query(
                            &format!("SELECT ROW({list})::text FROM {}", table.name),
                            &[],
                        )
                        .await
                        .unwrap();
                    let mut lines: Vec<String> = found.iter().map(|row| row.get(0)).collect();
                    lines.sort();
                    lines
                }
            };
            rows.retain(|row| !row.contains("Ringfence permission"));
            all.insert(table.name.to_owned(), rows);
        }
        all
    }
}
