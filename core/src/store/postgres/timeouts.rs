//! How long a transaction waits for locks, works and is still, as it is told to the server, and that nothing else ends it.

use std::time::Duration;

/// A transaction that waits for a lock for so long, works at a statement for so long, and is still for no longer than
/// that. Whether it takes longer as a whole its caller's clock knows, which also ends it. A refusal ends what was refused
/// and not the connection, which others may share.
pub(super) fn timed(
    begin: &str,
    lock: Duration,
    statement: Duration,
    ends_transactions: bool,
) -> String {
    let (lock, statement) = (lock.as_millis(), statement.as_millis());
    let mut begin = format!(
        "{begin}; SET LOCAL exit_on_error = off; SET LOCAL lock_timeout = {lock}; \
         SET LOCAL statement_timeout = {statement}; SET LOCAL idle_in_transaction_session_timeout = {statement}"
    );
    if ends_transactions {
        begin.push_str("; SET LOCAL transaction_timeout = 0");
    }
    begin
}

/// From here on it waits for a lock for so long; 0 would be without end.
pub(super) fn waits_at_most(lock: Duration) -> String {
    format!("SET LOCAL lock_timeout = {}", lock.as_millis().max(1))
}

/// A transaction that waits for a lock for so long, and that the server does not end for taking its time or for being
/// still meanwhile.
pub(super) fn unended(begin: &str, lock: Duration, ends_transactions: bool) -> String {
    timed(begin, lock, Duration::ZERO, ends_transactions)
}
