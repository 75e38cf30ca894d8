//! The one writer of a database: it commits together what waits together.
//!
//! Units of work come from any thread. The writer takes what waits, runs each unit in a savepoint of
//! its own and commits once, so that durability costs one flush for all of them. A unit that fails or
//! panics leaves its neighbours whole. When the engine ends the whole transaction (a full disk does),
//! the units that had succeeded run again, each alone.

use std::any::Any;
use std::collections::VecDeque;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use futures_util::FutureExt;
use tokio::sync::oneshot;

use super::pool::Pool;
use super::transaction::SqliteTx;
use crate::error::Failure;
use crate::store::statements::log;
use crate::store::tx::{Bound, EngineTx, Lane, LockedHead, Tx, UnitFn, WriteTx};
use crate::store::{Expect, StoreError, Value, unit};

/// How long a group may take before it commits.
const GROUP_TIME: Duration = Duration::from_millis(5);

/// How many units commit together at most.
const GROUP_SIZE: usize = 256;

type Outcome = Result<Box<dyn Any + Send>, Failure>;

struct Job {
    bound: Bound,
    unit: UnitFn,
    reply: oneshot::Sender<Outcome>,
}

/// The queue in front of the writer's thread. Dropping it ends the thread when the queue is empty.
pub(super) struct Writer {
    queue: Arc<Queue>,
}

#[derive(Default)]
struct Queue {
    waiting: Mutex<Waiting>,
    arrived: Condvar,
}

#[derive(Default)]
struct Waiting {
    priority: VecDeque<Job>,
    normal: VecDeque<Job>,
    closed: bool,
    /// The thread has run all there was and ended.
    ended: bool,
}

impl Writer {
    pub(super) fn start(pool: Arc<Pool>) -> Result<Self, StoreError> {
        let queue = Arc::new(Queue::default());
        let theirs = Arc::clone(&queue);
        std::thread::Builder::new()
            .name("ringfence-writer".to_owned())
            .spawn(move || {
                while let Some(group) = theirs.next_group() {
                    run_group(&pool, &theirs, group);
                }
                theirs.waiting().ended = true;
                theirs.arrived.notify_all();
            })
            .map_err(|error| StoreError::Unreachable(format!("no writer thread: {error}")))?;
        Ok(Self { queue })
    }

    /// Hands a unit over. It runs and commits even if the receiver is dropped.
    pub(super) fn submit(
        &self,
        bound: Bound,
        lane: Lane,
        unit: UnitFn,
    ) -> Result<oneshot::Receiver<Outcome>, StoreError> {
        let (reply, receiver) = oneshot::channel();
        let mut waiting = self.queue.waiting();
        if waiting.closed {
            return Err(StoreError::Closed);
        }
        let job = Job { bound, unit, reply };
        match lane {
            Lane::Priority => waiting.priority.push_back(job),
            Lane::Normal => waiting.normal.push_back(job),
        }
        drop(waiting);
        self.queue.arrived.notify_one();
        Ok(receiver)
    }

    /// Accepts nothing more; what waits is still run.
    pub(super) fn close(&self) {
        self.queue.waiting().closed = true;
        self.queue.arrived.notify_all();
    }

    /// Waits until everything that was accepted has been answered. Call [`close`](Self::close) first.
    pub(super) fn drained(&self) {
        let mut waiting = self.queue.waiting();
        while !waiting.ended {
            waiting = self
                .queue
                .arrived
                .wait(waiting)
                .unwrap_or_else(PoisonError::into_inner);
        }
    }
}

impl Drop for Writer {
    fn drop(&mut self) {
        self.close();
    }
}

impl Queue {
    fn waiting(&self) -> MutexGuard<'_, Waiting> {
        self.waiting.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Waits for work; `None` once the queue is closed and empty.
    fn next_group(&self) -> Option<Vec<Job>> {
        let mut waiting = self.waiting();
        loop {
            let Waiting {
                priority,
                normal,
                closed,
                ..
            } = &mut *waiting;
            if !priority.is_empty() || !normal.is_empty() {
                let mut group = Vec::new();
                while group.len() < GROUP_SIZE {
                    let Some(job) = priority.pop_front().or_else(|| normal.pop_front()) else {
                        break;
                    };
                    // An operator's unit may touch many rows: it runs alone.
                    let alone = job.bound == Bound::Operator;
                    if alone && !group.is_empty() {
                        normal.push_front(job);
                        break;
                    }
                    group.push(job);
                    if alone {
                        break;
                    }
                }
                return Some(group);
            }
            if *closed {
                return None;
            }
            waiting = self
                .arrived
                .wait(waiting)
                .unwrap_or_else(PoisonError::into_inner);
        }
    }

    /// Puts units back in front of the queue, in their order.
    fn put_back(&self, jobs: Vec<Job>) {
        let mut waiting = self.waiting();
        for job in jobs.into_iter().rev() {
            waiting.normal.push_front(job);
        }
    }
}

/// Runs a group in one transaction, and alone whatever the engine's ending of it takes down.
fn run_group(pool: &Arc<Pool>, queue: &Queue, group: Vec<Job>) {
    let again = match begin(pool) {
        Ok(tx) => commit_together(tx, queue, group),
        Err(error) => {
            answer_all(group, &error);
            return;
        }
    };
    for job in again {
        match begin(pool) {
            Ok(tx) => {
                for lost in commit_together(tx, queue, vec![job]) {
                    answer_all(vec![lost], &StoreError::Full);
                }
            }
            Err(error) => answer_all(vec![job], &error),
        }
    }
}

fn begin(pool: &Arc<Pool>) -> Result<SqliteTx, StoreError> {
    let mut tx = SqliteTx::new(pool.lend()?);
    tx.begin_write()?;
    Ok(tx)
}

/// Returns the units that must run again, alone. No unit is answered before the commit: a neighbour's
/// refusal may rest on rows that were never committed.
fn commit_together(mut tx: SqliteTx, queue: &Queue, group: Vec<Job>) -> Vec<Job> {
    let started = Instant::now();
    let alone = group.len() == 1;
    let mut settled: Vec<(Job, Outcome)> = Vec::with_capacity(group.len());
    let mut waiting = group.into_iter();
    while let Some(job) = waiting.next() {
        let outcome;
        (tx, outcome) = run_unit(tx, &job, alone);
        if !tx.is_open() {
            answer(job, outcome);
            return settled
                .into_iter()
                .map(|(job, _)| job)
                .chain(waiting)
                .collect();
        }
        settled.push((job, outcome));
        if started.elapsed() > GROUP_TIME {
            break;
        }
    }
    queue.put_back(waiting.collect());
    let committed = if settled.iter().any(|(_, outcome)| outcome.is_ok()) {
        tx.commit()
    } else {
        Ok(())
    };
    tx.roll_back();
    drop(tx);
    let units = |settled: Vec<(Job, Outcome)>| settled.into_iter().map(|(job, _)| job).collect();
    match committed {
        Ok(()) => {
            for (job, outcome) in settled {
                answer(job, outcome);
            }
            Vec::new()
        }
        Err(StoreError::Full) if !alone => units(settled),
        Err(error) => {
            answer_all(units(settled), &error);
            Vec::new()
        }
    }
}

/// Runs one unit, in a savepoint unless the transaction is its own.
fn run_unit(mut tx: SqliteTx, job: &Job, alone: bool) -> (SqliteTx, Outcome) {
    if !alone && let Err(error) = tx.set_savepoint() {
        return (tx, Err(error.into()));
    }
    let (mut tx, outcome) = record_unit(tx, job);
    let outcome = match outcome {
        Ok(value) if alone => Ok(value),
        Ok(value) => tx
            .release_savepoint()
            .map(|()| value)
            .map_err(Failure::from),
        Err(failure) => Err(failure),
    };
    if outcome.is_err() && !alone {
        tx.undo_savepoint();
    }
    (tx, outcome)
}

/// Reads the head, runs the unit and moves the head.
fn record_unit(mut tx: SqliteTx, job: &Job) -> (SqliteTx, Outcome) {
    let owner = [Value::from(job.bound.log_owner())];
    let head = match tx.query::<Vec<LockedHead>>(&log::LOG_HEAD, &owner) {
        Ok(heads) => heads.into_iter().next().map(|locked| locked.head),
        Err(error) => return (tx, Err(error.into())),
    };
    let Some(head) = head else {
        return (tx, Err(Failure::Unauthenticated));
    };
    let epoch = match &job.bound {
        Bound::Operator => String::new(),
        Bound::Tenant(_) => match tx.query::<Vec<String>>(&log::POLICY_EPOCH, &owner) {
            Ok(epochs) => epochs.into_iter().next().unwrap_or_default(),
            Err(error) => return (tx, Err(error.into())),
        },
    };
    let tx = Tx::new(EngineTx::Sqlite(tx), job.bound.clone());
    let mut writing = WriteTx::new(tx, head.clone(), epoch);
    let outcome = unit::attempt(&job.unit, &mut writing)
        .now_or_never()
        .unwrap_or_else(|| {
            Err(Failure::Internal(
                "a unit of work suspended on SQLite".to_owned(),
            ))
        });
    let (tx, moved) = writing.into_parts();
    let EngineTx::Sqlite(mut tx) = tx else {
        unreachable!("an SQLite transaction stays one")
    };
    let outcome = outcome.and_then(|value| {
        if moved != head {
            let [owner] = owner;
            tx.execute(
                &log::LOG_HEAD_MOVE,
                &log::head_move(owner, &moved)?,
                Expect::One,
            )?;
        }
        Ok(value)
    });
    (tx, outcome)
}

fn answer(job: Job, outcome: Outcome) {
    // Nobody waits any more when the caller dropped its future; the unit stands all the same.
    drop(job.reply.send(outcome));
}

fn answer_all(jobs: Vec<Job>, error: &StoreError) {
    for job in jobs {
        answer(job, Err(error.clone().into()));
    }
}
