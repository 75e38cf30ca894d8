//! Databases that nobody has opened yet, on both engines, and pictures of what is in them.

use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;

use ringfence::schema;
use ringfence::{MigrateMode, OpenOptions, Ringfence};
use ringfence_migrations::{STEPS, Step, Texts};
pub(crate) use ringfence_tests::fixture::{Engine, Place, on_each_empty_database};

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
            "audit_details",
            "policy_epochs",
        ] {
            self.rows.remove(table);
        }
        self
    }
}

/// What the tests ask of a place besides.
pub(crate) trait Inspect {
    /// The database file.
    fn file(&self) -> PathBuf;
    /// A connection of its own that knows nothing of Ringfence and checks no foreign key, as the old platform's
    /// or an intruder's.
    fn sqlite(&self) -> rusqlite::Connection;
    /// Runs SQL as [`Inspect::sqlite`] does; on Postgres as the superuser, with triggers and foreign keys asleep.
    async fn plant(&self, sql: &str);
    /// Runs SQL; on Postgres as the superuser, and with everything awake.
    async fn exec(&self, sql: &str);
    /// The one number that a query gives.
    async fn count(&self, sql: &str) -> i64;
    async fn picture(&self) -> Picture;
    /// The rows of the old platform's tables in the old platform's columns, without the permissions that the
    /// steps add.
    async fn legacy_rows(&self) -> BTreeMap<String, Vec<String>>;
    /// The texts of a step for this engine.
    fn texts(&self, step: &'static Step) -> &'static Texts;
    async fn open(&self, migrate: MigrateMode) -> ringfence::Result<Ringfence>;
    /// Opens it as it is and takes it to a step.
    async fn at(&self, version: u32) -> Ringfence;
}

impl Inspect for Place {
    fn file(&self) -> PathBuf {
        PathBuf::from(self.url.strip_prefix("sqlite:").expect("an SQLite file"))
    }

    fn sqlite(&self) -> rusqlite::Connection {
        let connection = rusqlite::Connection::open(self.file()).unwrap();
        connection
            .busy_timeout(std::time::Duration::from_secs(5))
            .unwrap();
        connection
            .execute_batch("PRAGMA foreign_keys = OFF")
            .unwrap();
        connection
    }

    async fn plant(&self, sql: &str) {
        match self.engine {
            Engine::Sqlite => self.sqlite().execute_batch(sql).unwrap(),
            Engine::Postgres => {
                let client = connect(&self.url).await;
                let sql = format!("SET session_replication_role = replica; {sql}");
                client.batch_execute(&sql).await.unwrap();
            }
        }
    }

    async fn exec(&self, sql: &str) {
        match self.engine {
            Engine::Sqlite => self.sqlite().execute_batch(sql).unwrap(),
            Engine::Postgres => {
                let client = connect(&self.url).await;
                client.batch_execute(sql).await.unwrap();
            }
        }
    }

    async fn count(&self, sql: &str) -> i64 {
        match self.engine {
            Engine::Sqlite => sqlite_fixture::ask(&self.sqlite(), sql),
            Engine::Postgres => connect(&self.url)
                .await
                .query_one(sql, &[])
                .await
                .unwrap()
                .get(0),
        }
    }

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
                let client = connect(&self.url).await;
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
                    let found = connect(&self.url)
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

    fn texts(&self, step: &'static Step) -> &'static Texts {
        match self.engine {
            Engine::Sqlite => &step.sqlite,
            Engine::Postgres => &step.postgres,
        }
    }

    async fn open(&self, migrate: MigrateMode) -> ringfence::Result<Ringfence> {
        let options = OpenOptions {
            migrate,
            ..OpenOptions::default()
        };
        Ringfence::open(self.url.clone(), options).await
    }

    async fn at(&self, version: u32) -> Ringfence {
        let opened = self.open(MigrateMode::Never).await.unwrap();
        if version > 0 {
            opened
                .migrate("suite".into(), Some(version), None)
                .await
                .unwrap();
        }
        opened
    }
}

/// The name of a step.
pub(crate) fn step_name(version: u32) -> &'static str {
    STEPS[version as usize - 1].name
}

/// Runs SQL as the superuser.
pub(crate) async fn administer(sql: &str) {
    let url = tokio::task::spawn_blocking(xtask::cluster::shared)
        .await
        .unwrap();
    connect(url).await.batch_execute(sql).await.unwrap();
}

/// A connection that ends with its client.
pub(crate) async fn connect(url: &str) -> tokio_postgres::Client {
    let (client, connection) = tokio_postgres::connect(url, tokio_postgres::NoTls)
        .await
        .unwrap();
    tokio::spawn(connection);
    client
}
