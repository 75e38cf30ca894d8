//! What the runner asks of an open database, on either engine.

use super::stepping::{StepTx, Stepping};
use crate::error::{Failure, StoreError};
use crate::schema::version;
use crate::store::open::{Opened, Store};
use crate::store::postgres::SchemaLock;
use crate::store::sql::Value;
use crate::store::statements::migration::{self, AppliedStep, HISTORY_TABLE};
use crate::store::terms::Bound;

impl Store {
    /// The history, without making its table.
    pub(super) async fn migration_history(&self) -> Result<Vec<AppliedStep>, Failure> {
        let table = [Value::from(HISTORY_TABLE)];
        let found = self
            .single_as_it_is(&Bound::Operator, &migration::HAS_TABLE, &table)
            .await?;
        if found != [true] {
            // A bare login that may not look into the schema sees no table there.
            if !self.may_operate()? {
                self.inside(self.check_rights(0)).await?;
            }
            return Ok(Vec::new());
        }
        match self
            .single_as_it_is(&Bound::Operator, &migration::HISTORY, &[])
            .await
        {
            // A login that may not even read this was not granted the runtime role: say so.
            Err(error @ StoreError::OperatorRights(_)) => {
                self.inside(self.check_rights(version::LATEST)).await?;
                Err(error.into())
            }
            outcome => Ok(outcome?),
        }
    }

    /// Keeps other migrations out until it is dropped. On SQLite each step's own transaction does.
    pub(super) async fn lock_schema(&self) -> Result<Option<SchemaLock>, Failure> {
        match self.opened()? {
            Opened::Sqlite(_) => Ok(None),
            Opened::Postgres(store) => {
                if !store.connections().may_operate() {
                    return Err(Failure::OperatorRights);
                }
                Ok(Some(store.connections().lock_schema().await?))
            }
        }
    }

    /// Begins a step: on SQLite one that makes tables anew, or any other.
    pub(super) async fn begin_step(&self, rebuilds: bool) -> Result<Stepping, Failure> {
        let tx = match self.opened()? {
            Opened::Sqlite(store) => StepTx::Sqlite(store.begin_step(rebuilds)?),
            Opened::Postgres(store) => {
                let connections = store.connections();
                let begun = connections.step().await?;
                StepTx::Postgres(Box::new(begun), connections.standing().clone())
            }
        };
        Ok(Stepping::new(tx, self.clock()?.clone()))
    }

    /// What a step wrote on SQLite went past the writer, who keeps the log short.
    pub(super) fn checkpoint(&self) -> Result<(), Failure> {
        if let Opened::Sqlite(store) = self.opened()? {
            store.checkpoint();
        }
        Ok(())
    }

    /// Whether login and runtime role may do what they must at this version, and nothing beyond.
    pub(in crate::store) async fn check_rights(&self, version: u32) -> Result<(), Failure> {
        match self.opened()? {
            Opened::Sqlite(_) => Ok(()),
            Opened::Postgres(store) => {
                let asked = store.connections().asked().await?;
                let standing = store.connections().standing();
                let checked = standing.check_rights(asked.client()?, version).await;
                drop(asked.answered());
                checked
            }
        }
    }
}
