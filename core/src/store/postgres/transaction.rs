//! Statements on one connection, sent together wherever no answer is needed in between.

use std::ops::Deref;
use std::time::{Duration, Instant};

use deadpool_postgres::Pool;
use futures_util::TryStreamExt;
use futures_util::future::BoxFuture;

use super::error::{classify, is_lost};
use super::lent::Lent;
use super::pipeline::{behind, in_order};
use super::timeouts::waits_at_most;
use crate::error::StoreError;
use crate::store::probe;
use crate::store::sql::{Gather, Query, Row, Statement, Value, in_columns};
use crate::store::statements::log::Head;
use crate::store::statements::{control, log};
use crate::store::terms::Log;

/// How many writes wait at most before they are sent.
const SENT_TOGETHER: usize = 24;

/// How long the end of a transaction is waited for that is rolled back.
const ROLLED_BACK_IN: Duration = Duration::from_secs(5);

/// A connection in a transaction. Dropped before the end it is closed, not given back.
pub(crate) struct PostgresTx {
    client: Option<Lent>,
    /// Control texts that nobody waits for: they leave in front of the next request.
    ahead: Vec<String>,
    writes: Vec<Write>,
    /// Events of the logs, which go behind all other writes.
    log: Vec<(Log, Vec<Value<'static>>)>,
    /// Where a reader that has not been answered yet gets another connection.
    renewal: Option<Pool>,
    /// When its answers are no longer waited for.
    ends: Option<Instant>,
    /// How long the server waits for a lock on its behalf.
    pub(super) waits: Duration,
    /// For how long it asks for tables that it wants for itself.
    pub(super) patience: Duration,
    /// A request is under way, which is of no use without its answer.
    asking: bool,
    /// How many writes have left.
    sent: usize,
    /// The server refused a request.
    refused: bool,
}

/// A place in the sequence of a transaction's writes, and in what it adds to the log.
#[derive(Clone, Copy)]
pub(in crate::store) struct Mark {
    writes: usize,
    log: usize,
}

struct Write {
    statement: &'static Statement,
    parameters: Vec<Value<'static>>,
}

/// What a request ends with.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Then {
    GoOn,
    Commit,
    /// A COMMIT whose answer nobody waits for.
    CommitUnheard,
}

enum Answer {
    Done,
    Rows(Vec<tokio_postgres::Row>),
}

/// How a transaction ended that was to be committed.
pub(in crate::store) enum Committed {
    Yes,
    /// The connection broke after COMMIT was sent.
    AnswerLost,
}

impl PostgresTx {
    /// `begin` leaves with the first request.
    pub(in crate::store) fn new(client: Lent, begin: String) -> Self {
        Self {
            client: Some(client),
            ahead: vec![begin],
            writes: Vec::new(),
            log: Vec::new(),
            renewal: None,
            ends: None,
            waits: Duration::MAX,
            patience: Duration::ZERO,
            asking: false,
            sent: 0,
            refused: false,
        }
    }

    /// A transaction whose answers are waited for until then, and no longer; it begins with waiting for a lock for
    /// so long.
    pub(in crate::store) fn ending(
        client: Lent,
        begin: String,
        ends: Option<Instant>,
        waits: Duration,
    ) -> Self {
        let mut tx = Self::new(client, begin);
        (tx.ends, tx.waits) = (ends, waits);
        tx
    }

    /// A transaction that takes as long as it must, waits for a lock for so long at a time, and asks for tables that it
    /// wants for itself for as long as it is patient.
    pub(in crate::store) fn patient(
        client: Lent,
        begin: String,
        waits: Duration,
        patience: Duration,
    ) -> Self {
        let mut tx = Self::ending(client, begin, None, waits);
        tx.patience = patience;
        tx
    }

    /// A transaction that only reads: if its connection turns out to have died while it lay in the pool,
    /// it begins once more on another.
    pub(in crate::store) fn reading(client: Lent, begin: String, pool: Pool) -> Self {
        let mut tx = Self::new(client, begin);
        tx.renewal = Some(pool);
        tx
    }

    pub(in crate::store) async fn query<F: Gather>(
        &mut self,
        query: &'static Query<F>,
        parameters: &[Value<'_>],
    ) -> Result<F, StoreError> {
        gathered(&self.send(Some((query, parameters))).await?)
    }

    /// Two queries in one round trip.
    pub(in crate::store) async fn query_both<A: Gather, B: Gather>(
        &mut self,
        (first, first_parameters): (&'static Query<A>, &[Value<'_>]),
        (second, second_parameters): (&'static Query<B>, &[Value<'_>]),
    ) -> Result<(A, B), StoreError> {
        let queries = [
            (first.deref(), first_parameters),
            (second.deref(), second_parameters),
        ];
        both(self.send_all(&queries, Then::GoOn).await?)
    }

    /// Three queries in one round trip.
    pub(in crate::store) async fn query_three<A: Gather, B: Gather, C: Gather>(
        &mut self,
        (first, first_parameters): (&'static Query<A>, &[Value<'_>]),
        (second, second_parameters): (&'static Query<B>, &[Value<'_>]),
        (third, third_parameters): (&'static Query<C>, &[Value<'_>]),
    ) -> Result<(A, B, C), StoreError> {
        let queries = [
            (first.deref(), first_parameters),
            (second.deref(), second_parameters),
            (third.deref(), third_parameters),
        ];
        let mut answers = self.send_all(&queries, Then::GoOn).await?;
        let third = answers.pop().unwrap_or_default();
        let (first, second) = both(answers)?;
        Ok((first, second, gathered(&third)?))
    }

    /// A query that is the whole transaction. The COMMIT of what only reads says nothing that anybody waits for:
    /// it leaves with the query, and the next request on this connection behind it.
    pub(in crate::store) async fn query_and_commit<F: Gather>(
        &mut self,
        query: &'static Query<F>,
        parameters: &[Value<'_>],
    ) -> Result<F, StoreError> {
        let answers = self
            .send_all(&[(query, parameters)], Then::CommitUnheard)
            .await?;
        drop(self.client.take());
        gathered(&answers.into_iter().next().unwrap_or_default())
    }

    /// Two such queries in one round trip.
    pub(in crate::store) async fn query_both_and_commit<A: Gather, B: Gather>(
        &mut self,
        (first, first_parameters): (&'static Query<A>, &[Value<'_>]),
        (second, second_parameters): (&'static Query<B>, &[Value<'_>]),
    ) -> Result<(A, B), StoreError> {
        let queries = [
            (first.deref(), first_parameters),
            (second.deref(), second_parameters),
        ];
        let answers = self.send_all(&queries, Then::CommitUnheard).await?;
        drop(self.client.take());
        both(answers)
    }

    /// The driver's client, with everything that waited sent: for the texts of the migrations.
    pub(in crate::store) async fn raw(&mut self) -> Result<&tokio_postgres::Client, StoreError> {
        self.flush().await?;
        self.client
            .as_ref()
            .map(|lent| &****lent)
            .ok_or(StoreError::Closed)
    }

    /// Puts a write in front of the next request.
    pub(in crate::store) async fn enqueue(
        &mut self,
        statement: &'static Statement,
        parameters: Vec<Value<'static>>,
    ) -> Result<(), StoreError> {
        self.writes.push(Write {
            statement,
            parameters,
        });
        if self.writes.len() >= SENT_TOGETHER {
            self.flush().await
        } else {
            Ok(())
        }
    }

    /// Sends what waits and learns whether it was accepted.
    pub(in crate::store) async fn flush(&mut self) -> Result<(), StoreError> {
        if self.writes.is_empty() && self.ahead.is_empty() {
            return Ok(());
        }
        self.send(None).await.map(drop)
    }

    /// Lets a control statement leave with the next request.
    pub(in crate::store) fn ahead(&mut self, statement: &'static Statement) {
        probe::ran(statement, statement.postgres(), &[]);
        self.ahead.push(statement.postgres().to_owned());
    }

    /// Where the next write stands.
    pub(in crate::store) fn mark(&self) -> Mark {
        Mark {
            writes: self.sent + self.writes.len(),
            log: self.log.len(),
        }
    }

    /// Forgets the writes from `mark` on. Those among them that have left already are to be rolled back: then
    /// the transaction counts as refused.
    pub(in crate::store) fn forget_since(&mut self, mark: Mark) {
        self.refused |= mark.writes < self.sent;
        self.writes.truncate(mark.writes.saturating_sub(self.sent));
        self.log.truncate(mark.log);
    }

    /// Adds an event to a log.
    pub(in crate::store) fn append(&mut self, log: Log, event: Vec<Value<'static>>) {
        self.log.push((log, event));
    }

    /// Writes what was added to a log, and moves its head behind it.
    pub(in crate::store) async fn write_log(
        &mut self,
        log: Log,
        owner: &str,
        head: &Head,
    ) -> Result<(), StoreError> {
        let events = self.log.extract_if(.., |(of, _)| *of == log);
        let events = in_columns(events.map(|(_, event)| event).collect());
        let mut parameters = log::head_move(Value::from(owner.to_owned()), head)?;
        parameters.extend(events);
        self.enqueue(&log::LOG_APPEND, parameters).await
    }

    /// Whether the transaction cannot be committed as it is.
    pub(in crate::store) fn was_refused(&self) -> bool {
        self.refused
    }

    /// Sends what waits and COMMIT in one go. Everything that waits does what it must or fails, and then the
    /// server commits nothing. Who goes first of those that wait for it goes at `gone_first`.
    pub(in crate::store) async fn commit(
        &mut self,
        gone_first: Option<Instant>,
    ) -> Result<Committed, StoreError> {
        let now = Instant::now();
        self.wait_for_locks_in_time(now, gone_first);
        // What is left then is for asking how it ended.
        self.ends = self
            .ends
            .map(|ends| now + ends.saturating_duration_since(now) / 2);
        match self.send_all(&[], Then::Commit).await {
            Ok(_) => {
                drop(self.client.take());
                Ok(Committed::Yes)
            }
            Err(StoreError::Lost(_)) => {
                // Its place in the pool may be the one that the outcome is asked through.
                self.discard();
                Ok(Committed::AnswerLost)
            }
            Err(error) => Err(error),
        }
    }

    /// A write that leaves with COMMIT and only waits for a lock has done nothing, and whoever waits is to hear so: the
    /// server gives the lock up, and answers, in less than the half of the time that its answer is waited for.
    fn wait_for_locks_in_time(&mut self, now: Instant, gone_first: Option<Instant>) {
        let Some(ends) = self.ends.into_iter().chain(gone_first).min() else {
            return;
        };
        let share = ends.saturating_duration_since(now) * 3 / 8;
        if share < self.waits && !self.writes.is_empty() {
            self.ahead.push(waits_at_most(share));
        }
    }

    /// Ends the transaction without its effects and gives the connection back.
    pub(in crate::store) async fn roll_back(mut self) {
        self.writes.clear();
        self.ahead.clear();
        let Some(client) = self.client.take() else {
            return;
        };
        let ended = client.batch_execute(control::ROLLBACK.postgres());
        let ended = tokio::time::timeout(ROLLED_BACK_IN, ended).await;
        if !matches!(ended, Ok(Ok(()))) {
            drop(client.take());
        }
    }

    async fn send(
        &mut self,
        query: Option<(&'static Statement, &[Value<'_>])>,
    ) -> Result<Vec<tokio_postgres::Row>, StoreError> {
        let answers = self.send_all(query.as_slice(), Then::GoOn).await?;
        Ok(answers.into_iter().next().unwrap_or_default())
    }

    /// Sends what waits, the queries and what comes then. A reader's first request that finds its
    /// connection dead goes out again on another.
    async fn send_all(
        &mut self,
        queries: &[(&'static Statement, &[Value<'_>])],
        then: Then,
    ) -> Result<Vec<Vec<tokio_postgres::Row>>, StoreError> {
        self.asking = then != Then::Commit;
        let answered = match self.ends {
            None => self.send_renewed(queries, then).await,
            Some(ends) => {
                let answered = self.send_renewed(queries, then);
                match tokio::time::timeout_at(ends.into(), answered).await {
                    Ok(answered) => answered,
                    Err(_) => {
                        self.discard();
                        Err(StoreError::Lost("no answer in time".to_owned()))
                    }
                }
            }
        };
        self.asking = false;
        answered
    }

    async fn send_renewed(
        &mut self,
        queries: &[(&'static Statement, &[Value<'_>])],
        then: Then,
    ) -> Result<Vec<Vec<tokio_postgres::Row>>, StoreError> {
        let Some(pool) = self.renewal.take() else {
            return self.send_once(queries, then).await;
        };
        let ahead = self.ahead.clone();
        match self.send_once(queries, then).await {
            Err(StoreError::Lost(_) | StoreError::StalePlan(_)) => {
                let dead = self.client.take().ok_or(StoreError::Closed)?;
                self.client = Some(dead.renew(&pool).await?);
                self.ahead = ahead;
                self.send_once(queries, then).await
            }
            answered => answered,
        }
    }

    /// Closes the connection: the pool makes another.
    fn discard(&mut self) {
        let Some(client) = self.client.take() else {
            return;
        };
        if self.asking {
            client.abandon();
        } else {
            drop(client.take());
        }
    }

    /// Sends, in this order and without waiting in between: the control texts ahead, the writes, the
    /// queries, and what comes then. Returns the rows of the queries, or the first refusal.
    async fn send_once(
        &mut self,
        queries: &[(&'static Statement, &[Value<'_>])],
        then: Then,
    ) -> Result<Vec<Vec<tokio_postgres::Row>>, StoreError> {
        let ahead = std::mem::take(&mut self.ahead).join("; ");
        let writes = std::mem::take(&mut self.writes);
        self.sent += writes.len();
        let client = self.client.as_ref().ok_or(StoreError::Closed)?;
        let settled = send_to(client, &ahead, &writes, queries, then).await;
        self.refused |= settled.is_err();
        if let Err(StoreError::StalePlan(_)) = settled {
            client.plans_are_stale();
        }
        settled
    }
}

async fn send_to(
    client: &Lent,
    ahead: &str,
    writes: &[Write],
    queries: &[(&'static Statement, &[Value<'_>])],
    then: Then,
) -> Result<Vec<Vec<tokio_postgres::Row>>, StoreError> {
    let statements = writes.iter().map(|write| write.statement);
    let statements = statements.chain(queries.iter().map(|(statement, _)| *statement));
    let preparing = prepare(client, statements);
    // What is ahead leaves first: names are resolved along the search path that it pins, in preparing too.
    let (begun, prepared) = match ahead {
        "" => (None, preparing.await),
        _ => {
            let (begun, prepared) = behind(Box::pin(run(client, ahead)), preparing).await;
            (Some(begun), prepared)
        }
    };
    let prepared = match prepared {
        Ok(prepared) => prepared,
        Err(error) => {
            // The transaction may have ended before that.
            if let Some(begun) = begun {
                begun.await.map_err(|error| classify(&error))?;
            }
            return Err(classify(&error));
        }
    };
    let mut prepared = prepared.iter();
    let mut requests: Vec<BoxFuture<'_, Result<Answer, tokio_postgres::Error>>> =
        begun.into_iter().collect();
    for (write, prepared) in writes.iter().zip(&mut prepared) {
        probe::ran(
            write.statement,
            write.statement.postgres(),
            &write.parameters,
        );
        requests.push(Box::pin(async {
            client
                .execute_raw(prepared, write.parameters.iter())
                .await
                .map(|_| Answer::Done)
        }));
    }
    for ((statement, parameters), prepared) in queries.iter().zip(&mut prepared) {
        probe::ran(statement, statement.postgres(), parameters);
        requests.push(Box::pin(async {
            let rows = client.query_raw(prepared, parameters.iter()).await?;
            rows.try_collect().await.map(Answer::Rows)
        }));
    }
    let heard = match then {
        Then::GoOn | Then::CommitUnheard => requests.len(),
        Then::Commit => requests.len() + 1,
    };
    if then != Then::GoOn {
        requests.push(Box::pin(run(client, control::COMMIT.postgres())));
    }
    settle(in_order(requests, heard).await)
}

/// Runs a text that has no rows.
async fn run(client: &Lent, text: &str) -> Result<Answer, tokio_postgres::Error> {
    client.batch_execute(text).await.map(|()| Answer::Done)
}

async fn prepare(
    client: &Lent,
    statements: impl Iterator<Item = &'static Statement>,
) -> Result<Vec<tokio_postgres::Statement>, tokio_postgres::Error> {
    let mut prepared = Vec::new();
    for statement in statements {
        prepared.push(client.prepared(statement.postgres()).await?);
    }
    Ok(prepared)
}

/// What two queries found.
fn both<A: Gather, B: Gather>(
    answers: Vec<Vec<tokio_postgres::Row>>,
) -> Result<(A, B), StoreError> {
    let mut answers = answers.into_iter();
    let first = answers.next().unwrap_or_default();
    let second = answers.next().unwrap_or_default();
    Ok((gathered(&first)?, gathered(&second)?))
}

pub(in crate::store) fn gathered<T: Gather>(rows: &[tokio_postgres::Row]) -> Result<T, StoreError> {
    let mut found = T::default();
    for row in rows {
        found.gather(&Row::postgres(row))?;
    }
    Ok(found)
}

/// The rows of the queries; or, of several refusals, the one that came first: what follows it only says
/// that the transaction has ended, and with it the connection where the server's default is to hang up over that.
fn settle(
    answers: Vec<Result<Answer, tokio_postgres::Error>>,
) -> Result<Vec<Vec<tokio_postgres::Row>>, StoreError> {
    if let Some(Err(lost)) = answers
        .iter()
        .find(|answer| answer.as_ref().is_err_and(is_lost))
    {
        let first = answers
            .iter()
            .find_map(|answer| answer.as_ref().err())
            .unwrap_or(lost);
        return Err(classify(if first.as_db_error().is_some() {
            first
        } else {
            lost
        }));
    }
    let mut rows = Vec::new();
    for answer in answers {
        if let Answer::Rows(found) = answer.map_err(|error| classify(&error))? {
            rows.push(found);
        }
    }
    Ok(rows)
}

impl Drop for PostgresTx {
    fn drop(&mut self) {
        // Whatever it is in the middle of ends with it.
        self.discard();
    }
}
