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

    /// The text of such a step, which leads to the version `to`, for the tables as they stand: each keeps its columns, and
    /// indexes and triggers of the host come again behind it.
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
        let stand: Vec<[String; 3]> = self.told(&migration::STANDING_ON_TABLES, |row| {
            Ok([row.get(0)?, row.get(1)?, row.get(2)?])
        })?;
        let mut text = ddl::for_what_stands(text, step, to, &laid);
        let ours = ddl::ours_on_rebuilt(step);
        for [table, name, made] in stand {
            let anew = ddl::rebuilt_by(step).any(|it| it.name == table);
            if anew && !ours.contains(&name) {
                text += &made;
                text += ";\n";
            }
        }
        Ok(text)
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
