//! Keeping everybody from tables without keeping them waiting.

use std::time::{Duration, Instant};

use tokio_postgres::error::SqlState;

use super::error::classify;
use super::timeouts::waits_at_most;
use super::transaction::PostgresTx;
use crate::error::StoreError;

/// How long the tables are asked for at a time. Whoever comes meanwhile waits behind that, readers among them.
const ASKED_FOR: Duration = Duration::from_millis(200);

/// How long everybody goes on before the tables are asked for again.
const LET_GO_ON: Duration = Duration::from_millis(600);

const WITHDRAWN: &str = "ROLLBACK TO SAVEPOINT ringfence_hold; RELEASE SAVEPOINT ringfence_hold";

impl PostgresTx {
    /// Keeps all others from these tables until the transaction ends, once what comes `first` has been asked.
    pub(in crate::store) async fn hold(
        &mut self,
        first: Option<&str>,
        tables: &[&str],
    ) -> Result<(), StoreError> {
        let held = format!("LOCK TABLE {} IN ACCESS EXCLUSIVE MODE", tables.join(", "));
        let asked: Vec<&str> = first.into_iter().chain([held.as_str()]).collect();
        self.patiently(&asked.join("; "), tables).await
    }

    /// Runs what takes locks of these tables. Where somebody is at work there, who may take long, the request is withdrawn
    /// soon, with every lock that it got, and made again, for as long as the transaction is patient.
    pub(in crate::store) async fn patiently(
        &mut self,
        text: &str,
        tables: &[&str],
    ) -> Result<(), StoreError> {
        let begun = Instant::now();
        let patience = self.patience;
        let asked = format!(
            "SAVEPOINT ringfence_hold; {}; {text}; {}; RELEASE SAVEPOINT ringfence_hold",
            waits_at_most(ASKED_FOR),
            waits_at_most(self.waits)
        );
        let client = self.raw().await?;
        loop {
            let Err(error) = client.batch_execute(&asked).await else {
                return Ok(());
            };
            if error.code() != Some(&SqlState::LOCK_NOT_AVAILABLE) || begun.elapsed() >= patience {
                return Err(classify(&error));
            }
            tracing::info!(
                target: "ringfence::migrate", tables = tables.join(", "),
                "somebody is at work there: the step asks again"
            );
            let withdrawn = client.batch_execute(WITHDRAWN).await;
            withdrawn.map_err(|error| classify(&error))?;
            tokio::time::sleep(LET_GO_ON).await;
        }
    }
}
