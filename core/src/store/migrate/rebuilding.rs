//! A step that makes tables anew, which SQLite needs where a key changes: what of them is not ours stays.

use std::collections::BTreeSet;

use ringfence_migrations::Step;
use rusqlite::Row;

use super::stepping::{StepTx, Stepping, failed};
use crate::error::{Failure, StoreError};
use crate::schema::{self, ddl};
use crate::store::engine::Engine;
use crate::store::sql::Statement;
use crate::store::sqlite;
use crate::store::statements::migration;

impl Stepping {
    /// Whether the step makes tables anew on this engine.
    pub(super) fn rebuilds(&self, step: &Step) -> bool {
        self.engine == Engine::Sqlite && ddl::rebuilt_by(step.version).next().is_some()
    }

    /// The text of such a step, which leads to the version `to`, for the tables as they stand: each keeps its columns.
    pub(super) fn for_what_stands(
        &mut self,
        text: &str,
        step: u32,
        to: u32,
    ) -> Result<String, Failure> {
        let laid = self.told(&migration::TABLES_LAID, |row| {
            Ok(ddl::Laid {
                table: row.get(0)?,
                name: row.get(1)?,
                declared: row.get(2)?,
                not_null: row.get(3)?,
                default: row.get(4)?,
                generated: row.get(5)?,
                text: row.get(6)?,
            })
        })?;
        Ok(ddl::for_what_stands(text, step, to, &laid))
    }

    /// The statements that made what a host has on tables which the step makes anew: it goes with them, and comes again, each
    /// in a text of its own, as it was written.
    pub(super) fn of_the_host(&mut self, step: &Step) -> Result<Vec<String>, Failure> {
        if !self.rebuilds(step) {
            return Ok(Vec::new());
        }
        let stand: Vec<[String; 3]> = self.told(&migration::STANDING_ON_TABLES, |row| {
            Ok([row.get(0)?, row.get(1)?, row.get(2)?])
        })?;
        let ours = ddl::ours_on_rebuilt(step.version);
        let is_the_hosts = |[table, name, _]: &[String; 3]| {
            let mut anew = ddl::rebuilt_by(step.version);
            anew.any(|it| it.name == table) && !ours.contains(name)
        };
        let hosts = stand.into_iter().filter(is_the_hosts);
        Ok(hosts.map(|[_, _, made]| made).collect())
    }

    /// Every reference to a table that was made anew leads to a key, and ours to a row.
    pub(super) fn check_references(&mut self, step: &Step) -> Result<(), Failure> {
        let referring: Vec<[String; 2]> = self.told(&migration::REFERRING_TABLES, |row| {
            Ok([row.get(0)?, row.get(1)?])
        })?;
        let tables: BTreeSet<String> = referring
            .into_iter()
            .filter(|[_, parent]| ddl::rebuilt_by(step.version).any(|it| it.name == parent))
            .map(|[table, _]| table)
            .collect();
        for table in tables {
            // The engine refuses to look where a reference leads to what is no key any more.
            let broken = self
                .one(&migration::BREAKS_REFERENCES, &table)
                .map_err(|error| failed(step, error))?;
            if broken && schema::table(&table).is_some() {
                let what = format!("a row of {table} refers to nothing");
                return Err(failed(step, StoreError::Engine(what)));
            }
        }
        Ok(())
    }

    fn told<T>(
        &mut self,
        statement: &Statement,
        read: impl FnMut(&Row<'_>) -> rusqlite::Result<T>,
    ) -> Result<Vec<T>, StoreError> {
        let StepTx::Sqlite(tx) = self.tx.engine() else {
            return Ok(Vec::new());
        };
        let mut prepared = tx
            .connection()
            .prepare(statement.sqlite_text())
            .map_err(sqlite::classify)?;
        let rows = prepared.query_map([], read).map_err(sqlite::classify)?;
        rows.collect::<rusqlite::Result<_>>()
            .map_err(sqlite::classify)
    }

    fn one(&mut self, statement: &Statement, name: &str) -> Result<bool, StoreError> {
        let StepTx::Sqlite(tx) = self.tx.engine() else {
            return Ok(false);
        };
        tx.connection()
            .query_row(statement.sqlite_text(), [name], |row| row.get(0))
            .map_err(sqlite::classify)
    }
}
