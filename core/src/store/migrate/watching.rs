//! What SQLite tells of who writes: while a step is made, and between two of them.

use std::collections::BTreeSet;
use std::sync::{Arc, Mutex, PoisonError};

use rusqlite::hooks::Action;

use super::seen::Mark;
use super::stepping::{StepTx, Stepping};
use crate::error::StoreError;
use crate::store::sqlite;

/// The tables whose rows a step changes, while it is watched. SQLite tells of those that have rowids, as all have that the
/// old platform made.
#[derive(Clone, Default)]
pub(super) struct Watched(Arc<Mutex<BTreeSet<String>>>);

impl Watched {
    fn changed(&self, table: &str) {
        let mut tables = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if !tables.contains(table) {
            tables.insert(table.to_owned());
        }
    }

    /// What has been changed.
    pub(super) fn tables(self) -> BTreeSet<String> {
        std::mem::take(&mut *self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

impl Stepping {
    /// Until when everything that was written is known, on SQLite.
    pub(super) fn mark(&mut self) -> Result<Option<Mark>, StoreError> {
        let StepTx::Sqlite(tx) = self.tx.engine() else {
            return Ok(None);
        };
        let connection = tx.connection();
        let theirs = connection
            .pragma_query_value(None, "data_version", |row| row.get(0))
            .map_err(sqlite::classify)?;
        let ours = connection.total_changes();
        Ok(Some(Mark { theirs, ours }))
    }

    /// Watches on SQLite whose rows are changed from here on.
    pub(super) fn watch(&mut self) -> Result<Watched, StoreError> {
        let watched = Watched::default();
        let watching = watched.clone();
        self.hook(Some(move |_: Action, _: &str, table: &str, _: i64| {
            watching.changed(table);
        }))?;
        Ok(watched)
    }

    /// No longer.
    pub(super) fn unwatch(&mut self) -> Result<(), StoreError> {
        self.hook(None::<fn(Action, &str, &str, i64)>)
    }

    fn hook(
        &mut self,
        hook: Option<impl FnMut(Action, &str, &str, i64) + Send + 'static>,
    ) -> Result<(), StoreError> {
        match self.tx.engine() {
            StepTx::Sqlite(tx) => tx.connection().update_hook(hook).map_err(sqlite::classify),
            StepTx::Postgres(..) => Ok(()),
        }
    }
}
