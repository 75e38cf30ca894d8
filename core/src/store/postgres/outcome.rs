//! How a transaction ended whose COMMIT was not answered.

use std::time::Duration;

use deadpool_postgres::Object;
use tokio_postgres::error::SqlState;

use super::connections::Connections;
use super::lent::Lent;
use super::transaction::PostgresTx;
use crate::error::StoreError;
use crate::store::sql::Value;
use crate::store::statements::control;
use crate::store::statements::log::{self, Head};
use crate::store::terms::Bound;

/// How often a server is asked that is away, or still at work on the transaction.
const ASKED_EVERY: Duration = Duration::from_millis(50);

impl Connections {
    /// Asks, on another connection, whether a transaction was committed that moved its log's head there.
    ///
    /// The number of a transaction is not enough: one that was never flushed is given out again after a
    /// crash of the server. So "committed" counts only when the log holds what was recorded, whose salted
    /// hash nobody else writes; units that only count refused logins record nothing, and are believed.
    ///
    /// Only the server that the database was opened on is believed, and not while it stands by: a URL may name
    /// several hosts, and one that has not heard of the transaction would call it aborted.
    pub(in crate::store) async fn was_committed(
        &self,
        bound: &Bound,
        moved: Option<&Head>,
        transaction: &str,
    ) -> Result<bool, StoreError> {
        let asked = async {
            loop {
                if let Some(committed) = self.ask(bound, moved, transaction).await {
                    return committed;
                }
                tokio::time::sleep(ASKED_EVERY).await;
            }
        };
        let asked = tokio::time::timeout(self.busy, asked).await;
        asked.map_err(|_| StoreError::OutcomeUnknown)
    }

    /// Asks one server once: the log on the same connection as the transaction.
    async fn ask(&self, bound: &Bound, moved: Option<&Head>, transaction: &str) -> Option<bool> {
        let server = self.standing.server.as_deref()?;
        let asked = self.asked().await.ok()?;
        let status = status_of(asked.client().ok()?, transaction, server).await;
        let client = asked.answered()?;
        match status {
            Status::Aborted => Some(false),
            Status::Committed => match moved {
                None => Some(true),
                Some(head) => self.is_recorded(client, bound, head).await.ok(),
            },
            Status::Unsettled => None,
            Status::Elsewhere => {
                // The next one may lead to the right server.
                drop(client.take());
                None
            }
        }
    }

    /// Whether the log was grown to this head: its last leaf completes the end of the head's range.
    async fn is_recorded(
        &self,
        client: Lent,
        bound: &Bound,
        head: &Head,
    ) -> Result<bool, StoreError> {
        let last = i64::try_from(head.size)
            .unwrap_or(i64::MAX)
            .saturating_sub(1);
        let parameters = [Value::from(bound.log_owner()), Value::from(last)];
        let mut tx = PostgresTx::new(client, self.begin_read(bound));
        let leaves = tx.query_and_commit(&log::LEAF_NODES, &parameters).await?;
        Ok(leaves
            .first()
            .is_some_and(|nodes| head.range.ends_with(nodes.tip())))
    }
}

async fn status_of(client: &Object, transaction: &str, server: &str) -> Status {
    let asked = client
        .query_one(control::OUTCOME_OF.postgres(), &[&transaction, &server])
        .await;
    match asked {
        Ok(row) => match row.get::<_, Option<&str>>(0) {
            Some("committed") => Status::Committed,
            Some("aborted") => Status::Aborted,
            Some("elsewhere") => Status::Elsewhere,
            _ => Status::Unsettled,
        },
        // The number lies in the future: the server crashed and knows nothing of it any more.
        Err(error) if error.code() == Some(&SqlState::INVALID_PARAMETER_VALUE) => Status::Aborted,
        // It went away again.
        Err(_) => Status::Unsettled,
    }
}

enum Status {
    Committed,
    Aborted,
    /// Still in progress, or the server could not be asked.
    Unsettled,
    /// Another server, or one that stands by.
    Elsewhere,
}
