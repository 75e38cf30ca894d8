//! How long a connection may work at what it was lent for.
//!
//! SQLite works on the thread that asks, so that nobody else could end it: it asks by itself, every so many of its
//! operations, whether it is time.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use rusqlite::Connection;

/// How many operations of its machine lie between two looks at the clock: less than a millisecond.
const OPERATIONS: i32 = 20_000;

/// How long a connection may work; what is not bounded goes on.
#[derive(Clone, Default)]
pub(super) struct Limit(Arc<Mutex<Span>>);

#[derive(Default)]
struct Span {
    until: Option<Instant>,
    /// From the first look at the clock on, so that what is short never asks for the time.
    at_most: Option<Duration>,
}

impl Limit {
    /// The limit of this connection, which has none yet.
    pub(super) fn of(connection: &mut Connection) -> rusqlite::Result<Self> {
        let limit = Self::default();
        let asked = limit.clone();
        connection.progress_handler(OPERATIONS, Some(move || asked.is_over()))?;
        Ok(limit)
    }

    /// From here on.
    pub(super) fn set(&self, until: Option<Instant>, at_most: Option<Duration>) {
        *self.span() = Span { until, at_most };
    }

    fn is_over(&self) -> bool {
        let now = Instant::now();
        let mut span = self.span();
        if let Some(at_most) = span.at_most.take() {
            let end = now.checked_add(at_most);
            span.until = [span.until, end].into_iter().flatten().min();
        }
        span.until.is_some_and(|until| until <= now)
    }

    fn span(&self) -> MutexGuard<'_, Span> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "tests")]
mod tests {
    use rusqlite::ErrorCode;

    use super::*;

    const ENDLESS: &str = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) \
                           SELECT count(*) FROM n";

    fn ended(connection: &Connection) -> ErrorCode {
        let asked = connection.query_row(ENDLESS, [], |row| row.get::<_, i64>(0));
        asked.unwrap_err().sqlite_error_code().unwrap()
    }

    #[test]
    fn what_never_ends_is_interrupted_and_what_comes_next_is_not() {
        let mut connection = Connection::open_in_memory().unwrap();
        let limit = Limit::of(&mut connection).unwrap();
        let soon = Duration::from_millis(1);
        limit.set(Instant::now().checked_add(soon), None);
        assert_eq!(ended(&connection), ErrorCode::OperationInterrupted);
        limit.set(None, Some(soon));
        assert_eq!(ended(&connection), ErrorCode::OperationInterrupted);
        limit.set(None, None);
        let long = ENDLESS.replace("FROM n)", "FROM n WHERE i < 100000)");
        let counted: i64 = connection.query_row(&long, [], |row| row.get(0)).unwrap();
        assert_eq!(counted, 100_000);
    }
}
