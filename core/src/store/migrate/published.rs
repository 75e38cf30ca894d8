//! By what the rows of a table are told apart in a publication of Postgres, where that is an index which a step takes away.
//!
//! The server keeps no other in its place: from then on it would refuse every update and deletion in a published table.

use super::stepping::Stepping;
use crate::error::Failure;
use crate::schema::ddl;
use crate::store::postgres;
use crate::store::statements::migration;

/// The tables whose rows are told apart by an index that somebody chose.
pub(super) struct Identified(Vec<String>);

impl Stepping {
    /// The tables of which somebody chose the index.
    pub(super) async fn identified(&mut self) -> Result<Identified, Failure> {
        let asked = migration::REPLICA_IDENTITIES.postgres();
        let rows = self.postgres_rows(asked, &[]).await?;
        let tables = rows.iter().map(|row| row.try_get(0));
        let tables = tables.collect::<Result<_, tokio_postgres::Error>>();
        Ok(Identified(
            tables.map_err(|error| postgres::classify(&error))?,
        ))
    }

    /// Gives those that lost it the primary key that they have at this version.
    pub(super) async fn identify_again(
        &mut self,
        before: Identified,
        version: u32,
    ) -> Result<(), Failure> {
        if before.0.is_empty() {
            return Ok(());
        }
        let Identified(now) = self.identified().await?;
        let lost = before.0.iter().filter(|table| !now.contains(table));
        let again: Vec<String> = lost
            .filter_map(|table| ddl::identified_by_its_key(table, version))
            .collect();
        for text in again {
            self.batch(&text).await?;
        }
        Ok(())
    }
}
