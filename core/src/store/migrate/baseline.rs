//! Leaving the baseline, and returning to it: who made its tables, the form that the steps go out from, and whose hands
//! the database is in.

use super::recognised::{self, ADOPTED, Asked, BASELINE_REVISION, Origin, VERSION_TABLE};
use super::stepping::{StepTx, Stepping};
use crate::error::Failure;
use crate::schema::ddl::{self, Live};
use crate::store::engine::Engine;
use crate::store::sql::Value;
use crate::store::statements::migration::{self, LiveColumn};

impl Stepping {
    /// Who made the tables that are there, in a database without a history.
    pub(super) async fn origin(&mut self) -> Result<Origin, Failure> {
        recognised::recognise(self).await
    }

    /// Brings the old platform's tables to the form that the steps go out from, whoever made them, and takes the
    /// database out of alembic's hands.
    pub(super) async fn leave_the_baseline(&mut self) -> Result<(), Failure> {
        let live = self.tx.all(&migration::LIVE_OBJECTS, &[]).await?;
        let mends = match self.engine {
            Engine::Sqlite => ddl::sqlite_mends(&live),
            Engine::Postgres => ddl::postgres_mends(&live),
        };
        for mend in &mends {
            self.batch(mend).await?;
        }
        if !mends.is_empty() {
            tracing::info!(target: "ringfence::migrate", ?mends, "brought to the baseline's form");
        }
        // It may have moved since the baseline was taken.
        if let Some(revision) = recognised::revision(self).await? {
            self.move_revision(ADOPTED, &revision).await?;
        }
        Ok(())
    }

    /// Gives the database back to alembic, at the revision that its tables are those of.
    pub(super) async fn return_to_the_baseline(&mut self) -> Result<(), Failure> {
        if self.has_table(VERSION_TABLE).await? {
            self.move_revision(BASELINE_REVISION, ADOPTED).await?;
        }
        Ok(())
    }

    async fn move_revision(&mut self, to: &'static str, from: &str) -> Result<(), Failure> {
        let moved = vec![Value::from(to), Value::from(from.to_owned())];
        match self.tx.engine() {
            StepTx::Sqlite(tx) => drop(tx.execute(&migration::LEGACY_REVISION_MOVE, &moved)?),
            StepTx::Postgres(tx, _) => {
                tx.enqueue(&migration::LEGACY_REVISION_MOVE, moved).await?;
                tx.flush().await?;
            }
        }
        Ok(())
    }
}

impl Asked for Stepping {
    fn engine(&self) -> Result<Engine, Failure> {
        Ok(self.engine)
    }

    async fn has_table(&mut self, name: &'static str) -> Result<bool, Failure> {
        Self::has_table(self, name).await
    }

    async fn revisions(&mut self) -> Result<Vec<String>, Failure> {
        Ok(self.tx.all(&migration::LEGACY_REVISION, &[]).await?)
    }

    async fn columns(&mut self, table: &'static str) -> Result<Vec<LiveColumn>, Failure> {
        let name = [Value::from(table)];
        Ok(self.tx.all(&migration::TABLE_COLUMNS, &name).await?)
    }

    async fn shapes(&mut self) -> Result<Vec<Live>, Failure> {
        Ok(self.tx.all(&migration::LIVE_SHAPES, &[]).await?)
    }
}
