//! Keeping two migrations of one schema apart.

use std::time::{Duration, Instant};

use deadpool_postgres::ClientWrapper;
use tokio_postgres::error::SqlState;

use super::connections::Connections;
use super::error::classify;
use super::quote::literal;
use super::timeouts::unended;
use crate::error::StoreError;
use crate::store::statements::{control, migration};

/// How long a transaction asks for the lock. Whoever holds it may build an index that waits for every transaction older
/// than itself to end: that of one who waits for the lock too.
const ASKED_FOR: Duration = Duration::from_millis(200);

/// Keeps other migrations out until it is dropped: the lock is that of an open transaction, and ends with its
/// connection. A session's would stay behind a pooler, with whoever is lent that connection to the server next.
pub(in crate::store) struct SchemaLock {
    _connection: ClientWrapper,
}

impl Connections {
    /// Waits for other migrations of this schema, up to a limit.
    pub(in crate::store) async fn lock_schema(&self) -> Result<SchemaLock, StoreError> {
        // It leaves the pool before it asks: dropped while it waits, the connection ends, and what the server
        // gives it later with it. In the pool it would keep the lock for ever.
        let connection = self.client().await?.take();
        let schema = &self.standing.schema;
        // As one text: a statement that takes parameters keeps its snapshot until the next one, and whoever builds an index
        // waits for that.
        let asked = migration::SCHEMA_LOCK.postgres();
        let asked = asked.replace("$1", &literal(schema));
        let begun = Instant::now();
        loop {
            let left = self.migration_wait.saturating_sub(begun.elapsed());
            let begin = unended(
                control::BEGIN_WRITE.postgres(),
                left.clamp(Duration::from_millis(1), ASKED_FOR),
                self.standing.ends_transactions,
            );
            // An error takes back what was set behind the savepoint alone: the server goes on being patient with us.
            let begin = format!("{begin}; {}", control::SAVEPOINT.postgres());
            let begins = connection.batch_execute(&begin).await;
            begins.map_err(|error| classify(&error))?;
            match connection.batch_execute(&asked).await {
                Ok(()) => {
                    return Ok(SchemaLock {
                        _connection: connection,
                    });
                }
                Err(error) if error.code() == Some(&SqlState::LOCK_NOT_AVAILABLE) => {
                    let ended = connection.batch_execute(control::ROLLBACK.postgres()).await;
                    ended.map_err(|error| classify(&error))?;
                    if begun.elapsed() >= self.migration_wait {
                        return Err(StoreError::Migrating(holder(&connection, schema).await?));
                    }
                }
                Err(error) => return Err(classify(&error)),
            }
        }
    }
}

/// Who holds the lock, in words: nothing of what it runs.
async fn holder(connection: &ClientWrapper, schema: &str) -> Result<String, StoreError> {
    let held = connection
        .query_opt(migration::SCHEMA_LOCK_HOLDER.postgres(), &[&schema])
        .await
        .map_err(|error| classify(&error))?;
    let Some(row) = held else {
        return Ok("another connection held it until now".to_owned());
    };
    let (process, name): (i32, String) = (row.get(0), row.get(1));
    let since: Option<String> = row.get(2);
    let since = since.map_or(String::new(), |time| format!(", since {time}"));
    Ok(format!(
        "the server's process {process} ({name}) holds it{since}"
    ))
}
