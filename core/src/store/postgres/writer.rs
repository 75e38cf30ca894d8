//! Writing on Postgres: what waits for the same log commits together.
//!
//! A log has one head row, so its writers are serial whatever is done; one connection that commits
//! what waits keeps them from paying a round trip and a flush each. Every tenant with waiting units has
//! a lane, run by one task; lanes of different tenants run side by side.

use std::any::Any;
use std::collections::{HashMap, VecDeque};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::sync::{Notify, oneshot};

use super::Connections;
use super::transaction::{Committed, PostgresTx};
use crate::error::Failure;
use crate::store::statements::{control, log};
use crate::store::tx::{Bound, EngineTx, Head, Lane, LockedHead, Tx, UnitFn, WriteTx};
use crate::store::{Expect, StoreError, Value, unit};

/// Units in one transaction at most: over 64 subtransactions a backend's cache overflows.
const GROUP_SIZE: usize = 32;

/// How long a group may take before it commits.
const GROUP_TIME: Duration = Duration::from_millis(5);

/// How often a group runs again after the engine ended its transaction.
const RERUNS: u32 = 3;

/// Pause before a group runs again on another connection; doubled each time.
const RERUN_PAUSE: Duration = Duration::from_millis(20);

type Outcome = Result<Box<dyn Any + Send>, Failure>;

struct Job {
    unit: UnitFn,
    reply: oneshot::Sender<Outcome>,
}

/// The lanes of all tenants that have units waiting.
#[derive(Default)]
pub(super) struct Lanes {
    state: Mutex<State>,
    drained: Notify,
}

#[derive(Default)]
struct State {
    lanes: HashMap<String, VecDeque<Job>>,
    closed: bool,
}

impl Lanes {
    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Hands a unit over. It runs and commits even if the receiver is dropped.
    pub(super) fn submit(
        connections: &Arc<Connections>,
        bound: Bound,
        lane: Lane,
        unit: UnitFn,
    ) -> Result<oneshot::Receiver<Outcome>, StoreError> {
        let (reply, receiver) = oneshot::channel();
        let job = Job { unit, reply };
        let mut state = connections.lanes.state();
        if state.closed {
            return Err(StoreError::Closed);
        }
        if let Some(waiting) = state.lanes.get_mut(bound.log_owner()) {
            match lane {
                Lane::Priority => waiting.push_front(job),
                Lane::Normal => waiting.push_back(job),
            }
        } else {
            state
                .lanes
                .insert(bound.log_owner().to_owned(), VecDeque::from([job]));
            drop(state);
            let connections = Arc::clone(connections);
            let runtime = connections.runtime.clone();
            runtime.spawn(async move { run_lane(&connections, bound).await });
        }
        Ok(receiver)
    }

    /// The next group of a lane; the lane ends when nothing waits.
    fn next_group(&self, bound: &Bound) -> Option<Vec<Job>> {
        let mut state = self.state();
        let waiting = state.lanes.get_mut(bound.log_owner())?;
        if waiting.is_empty() {
            state.lanes.remove(bound.log_owner());
            drop(state);
            self.drained.notify_waiters();
            return None;
        }
        // An operator's unit may touch many rows: it runs alone.
        let size = if *bound == Bound::Operator {
            1
        } else {
            GROUP_SIZE
        };
        Some(waiting.drain(..size.min(waiting.len())).collect())
    }

    fn put_back(&self, bound: &Bound, jobs: Vec<Job>) {
        let mut state = self.state();
        let waiting = state.lanes.entry(bound.log_owner().to_owned()).or_default();
        for job in jobs.into_iter().rev() {
            waiting.push_front(job);
        }
    }

    /// Accepts nothing more and waits until everything that was accepted has been answered.
    pub(super) async fn close(&self) {
        self.state().closed = true;
        loop {
            let drained = self.drained.notified();
            if self.state().lanes.is_empty() {
                return;
            }
            drained.await;
        }
    }
}

async fn run_lane(connections: &Connections, bound: Bound) {
    while let Some(mut group) = connections.lanes.next_group(&bound) {
        let mut reruns = 0;
        loop {
            let (again, error) = run_group(connections, &bound, group).await;
            if again.is_empty() {
                break;
            }
            if reruns == RERUNS {
                answer_all(again, &error);
                break;
            }
            tokio::time::sleep(RERUN_PAUSE * 2_u32.pow(reruns)).await;
            reruns += 1;
            group = again;
        }
    }
}

/// Runs a group in one transaction. Returns the units that must run again because the engine ended it,
/// and why.
async fn run_group(
    connections: &Connections,
    bound: &Bound,
    group: Vec<Job>,
) -> (Vec<Job>, StoreError) {
    let begun = begin(connections, bound).await;
    let (tx, locked, epoch) = match begun {
        Ok(begun) => begun,
        Err(error) if error.ended_the_transaction() => return (group, error),
        Err(error) => {
            answer_all(group, &error);
            return (Vec::new(), error);
        }
    };
    let Some(LockedHead { head, transaction }) = locked else {
        tx.roll_back().await;
        for job in group {
            answer(job, Err(Failure::Unauthenticated));
        }
        return (Vec::new(), StoreError::StaleRow);
    };
    let tx = Tx::new(EngineTx::Postgres(tx), bound.clone());
    let writing = WriteTx::new(tx, head, epoch);
    commit_together(connections, bound, writing, group, &transaction).await
}

/// Opens the transaction, locks the head and reads the policy epoch after it: one round trip.
async fn begin(
    connections: &Connections,
    bound: &Bound,
) -> Result<(PostgresTx, Option<LockedHead>, String), StoreError> {
    let client = connections.client().await?;
    let mut tx = PostgresTx::new(client, connections.begin_write(bound));
    let owner = [Value::from(bound.log_owner())];
    match bound {
        Bound::Operator => {
            let heads = tx.query::<Vec<LockedHead>>(&log::LOG_HEAD, &owner).await?;
            Ok((tx, heads.into_iter().next(), String::new()))
        }
        Bound::Tenant(_) => {
            let (heads, epochs) = tx
                .query_both::<Vec<LockedHead>, Vec<String>>(
                    (&log::LOG_HEAD, &owner),
                    (&log::POLICY_EPOCH, &owner),
                )
                .await?;
            Ok((
                tx,
                heads.into_iter().next(),
                epochs.into_iter().next().unwrap_or_default(),
            ))
        }
    }
}

async fn commit_together(
    connections: &Connections,
    bound: &Bound,
    mut writing: WriteTx,
    group: Vec<Job>,
    transaction: &str,
) -> (Vec<Job>, StoreError) {
    let started = tokio::time::Instant::now();
    let alone = group.len() == 1;
    let head_before = writing.head.clone();
    let mut settled: Vec<(Job, Outcome)> = Vec::with_capacity(group.len());
    let mut waiting = group.into_iter();
    while let Some(job) = waiting.next() {
        let outcome = run_unit(&mut writing, &job, alone).await;
        if let Err(Failure::Store(error)) = &outcome
            && error.ended_the_transaction()
        {
            let ended = error.clone();
            let jobs = settled
                .into_iter()
                .map(|(job, _)| job)
                .chain([job])
                .chain(waiting)
                .collect();
            return (jobs, ended);
        }
        settled.push((job, outcome));
        if started.elapsed() > GROUP_TIME {
            break;
        }
    }
    connections.lanes.put_back(bound, waiting.collect());
    let counted = writing.counted();
    let (engine, head) = writing.into_parts();
    let EngineTx::Postgres(mut tx) = engine else {
        unreachable!("a Postgres transaction stays one")
    };
    let moved = (head != head_before).then_some(&head);
    if moved.is_none() && !counted {
        tx.roll_back().await;
        answer_settled(settled);
        return (Vec::new(), StoreError::StaleRow);
    }
    match finish(connections, &mut tx, bound, moved, transaction).await {
        Ok(()) => {
            answer_settled(settled);
            (Vec::new(), StoreError::StaleRow)
        }
        Err(ended) if ended.ended_the_transaction() => {
            (settled.into_iter().map(|(job, _)| job).collect(), ended)
        }
        // Only a lone unit still has writes on the way: its own refusal.
        Err(error) => {
            tx.roll_back().await;
            answer_all(settled.into_iter().map(|(job, _)| job).collect(), &error);
            (Vec::new(), error)
        }
    }
}

/// Runs one unit, in a savepoint unless the transaction is its own. A lone unit's writes leave with the
/// COMMIT; those of a neighbour are sent, and accepted, before the next begins.
async fn run_unit(writing: &mut WriteTx, job: &Job, alone: bool) -> Outcome {
    let (before, counted) = (writing.head.clone(), writing.counted());
    if !alone {
        writing.postgres().ahead(&control::SAVEPOINT);
    }
    let mut outcome = unit::attempt(&job.unit, writing).await;
    if outcome.is_ok()
        && !alone
        && let Err(error) = accept(writing).await
    {
        outcome = Err(error.into());
    }
    let tx = writing.postgres();
    match &outcome {
        Ok(_) if alone => {}
        Ok(_) => tx.ahead(&control::RELEASE),
        Err(_) => {
            tx.forget_writes();
            if !alone {
                tx.ahead(&control::ROLLBACK_TO);
                tx.ahead(&control::RELEASE);
            }
            writing.undo_unit(before, counted);
        }
    }
    outcome
}

/// Sends what a neighbour wrote, and reads the epoch again where it wrote policy: the next unit decides on
/// the policy as this one leaves it.
async fn accept(writing: &mut WriteTx) -> Result<(), StoreError> {
    writing.postgres().flush().await?;
    if writing.take_policy_written() {
        let epoch = writing.opt::<String>(&log::POLICY_EPOCH, &[]).await?;
        writing.set_epoch(epoch.unwrap_or_default());
    }
    Ok(())
}

/// Moves the head, where units recorded anything, and commits; asks the database when the answer is lost.
async fn finish(
    connections: &Connections,
    tx: &mut PostgresTx,
    bound: &Bound,
    moved: Option<&Head>,
    transaction: &str,
) -> Result<(), StoreError> {
    if tx.needs_answer() {
        tx.flush().await?;
    }
    if let Some(head) = moved {
        let owner = Value::from(bound.log_owner().to_owned());
        tx.enqueue(
            &log::LOG_HEAD_MOVE,
            log::head_move(owner, head)?,
            Expect::Inserted,
        )
        .await?;
    }
    match tx.commit().await? {
        Committed::Yes => Ok(()),
        Committed::AnswerLost => {
            let committed = connections.was_committed(bound, moved, transaction);
            if committed.await? {
                Ok(())
            } else {
                Err(StoreError::Lost("before it was committed".to_owned()))
            }
        }
    }
}

fn answer(job: Job, outcome: Outcome) {
    // Nobody waits any more when the caller dropped its future; the unit stands all the same.
    drop(job.reply.send(outcome));
}

fn answer_settled(settled: Vec<(Job, Outcome)>) {
    for (job, outcome) in settled {
        answer(job, outcome);
    }
}

fn answer_all(jobs: Vec<Job>, error: &StoreError) {
    for job in jobs {
        answer(job, Err(error.clone().into()));
    }
}
