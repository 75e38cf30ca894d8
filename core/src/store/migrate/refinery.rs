//! refinery over a transaction that is not its own.

use refinery_core::traits::r#async::{AsyncMigrate, AsyncQuery, AsyncTransaction};
use refinery_core::traits::sync::{Migrate, Query, Transaction};
use refinery_core::{Migration, Runner, Target};
use ringfence_migrations::{STEPS, Step};
use time::OffsetDateTime;
use time::format_description::well_known::Rfc3339;

use super::history::migration;
use crate::error::StoreError;
use crate::store::engine::Engine;
use crate::store::statements::migration::HISTORY_TABLE;

/// A runner that knows the steps up to one, for one engine. A step that the database has with another
/// text is refused.
pub(super) fn runner(upto: &'static Step, engine: Engine) -> Result<Runner, StoreError> {
    let known = STEPS.iter().filter(|step| step.version <= upto.version);
    let migrations = known
        .map(|step| migration(step, engine))
        .collect::<Result<Vec<_>, _>>()?;
    let mut runner = Runner::new(&migrations)
        .set_abort_divergent(true)
        .set_abort_missing(true);
    runner.set_migration_table_name(HISTORY_TABLE);
    Ok(runner)
}

/// Only writes the history row.
pub(super) fn marking(runner: Runner, step: &Step) -> Result<Runner, StoreError> {
    let version = step
        .version
        .try_into()
        .map_err(|_| StoreError::Engine("a step number out of range".to_owned()))?;
    Ok(runner.set_target(Target::FakeVersion(version)))
}

/// One row of refinery's history, as it reads it.
struct HistoryRow {
    version: i64,
    name: String,
    applied_on: String,
    checksum: String,
}

impl HistoryRow {
    fn migration(self) -> Option<Migration> {
        let applied_on = OffsetDateTime::parse(&self.applied_on, &Rfc3339).ok()?;
        let version = self.version.try_into().ok()?;
        Some(Migration::applied(
            version,
            self.name,
            applied_on,
            self.checksum.parse().ok()?,
        ))
    }
}

pub(super) struct OverSqlite<'a>(pub(super) &'a rusqlite::Connection);

impl Transaction for OverSqlite<'_> {
    type Error = rusqlite::Error;

    fn execute<'a, T: Iterator<Item = &'a str>>(
        &mut self,
        queries: T,
    ) -> Result<usize, rusqlite::Error> {
        let mut count = 0;
        for query in queries {
            self.0.execute_batch(query)?;
            count += 1;
        }
        Ok(count)
    }
}

impl Query<Vec<Migration>> for OverSqlite<'_> {
    fn query(&mut self, query: &str) -> Result<Vec<Migration>, rusqlite::Error> {
        let mut statement = self.0.prepare(query)?;
        let rows = statement.query_map([], |row| {
            Ok(HistoryRow {
                version: row.get(0)?,
                name: row.get(1)?,
                applied_on: row.get(2)?,
                checksum: row.get(3)?,
            })
        })?;
        rows.map(|row| row.map(HistoryRow::migration))
            .filter_map(Result::transpose)
            .collect()
    }
}

impl Migrate for OverSqlite<'_> {}

pub(super) struct OverPostgres<'a>(pub(super) &'a tokio_postgres::Client);

impl AsyncTransaction for OverPostgres<'_> {
    type Error = tokio_postgres::Error;

    async fn execute<'a, T: Iterator<Item = &'a str> + Send + 'a>(
        &'a mut self,
        queries: T,
    ) -> Result<usize, tokio_postgres::Error> {
        let mut count = 0;
        for query in queries {
            self.0.batch_execute(query).await?;
            count += 1;
        }
        Ok(count)
    }
}

impl AsyncQuery<Vec<Migration>> for OverPostgres<'_> {
    async fn query<'a>(
        &'a mut self,
        query: &'a str,
    ) -> Result<Vec<Migration>, tokio_postgres::Error> {
        let rows = self.0.query(query, &[]).await?;
        let read = |row: &tokio_postgres::Row| -> Result<HistoryRow, tokio_postgres::Error> {
            Ok(HistoryRow {
                version: row.try_get::<_, i32>(0)?.into(),
                name: row.try_get(1)?,
                applied_on: row.try_get(2)?,
                checksum: row.try_get(3)?,
            })
        };
        rows.iter()
            .map(|row| read(row).map(HistoryRow::migration))
            .filter_map(Result::transpose)
            .collect()
    }
}

impl AsyncMigrate for OverPostgres<'_> {}
