//! Running a group of units in one transaction.
//!
//! Each unit has a savepoint of its own; a log's head is read before the first of its units and moved once,
//! behind the last.

use std::collections::VecDeque;
use std::collections::hash_map::{Entry, HashMap};
use std::sync::Arc;
use std::time::{Duration, Instant};

use futures_util::FutureExt;

use super::pool::Pool;
use super::transaction::SqliteTx;
use super::writer::Queue;
use crate::error::{Failure, StoreError};
use crate::store::Value;
use crate::store::statements::log;
use crate::store::tx::{Bound, EngineTx, Head, LockedHead, Tx, WriteTx};
use crate::store::unit::{Job, Outcome, answer_all};

/// How long a group may take before it commits.
const GROUP_TIME: Duration = Duration::from_millis(5);

/// Runs a group in one transaction, and alone whatever the engine's ending of it takes down.
pub(super) fn run_group(pool: &Arc<Pool>, queue: &Queue, group: VecDeque<Job>) {
    let operator = group.iter().any(|job| job.bound == Bound::Operator);
    let alone = operator || (group.len() == 1 && !queue.expects_more(1));
    let again = match begin(pool) {
        Ok(tx) => commit_together(tx, queue, group, alone),
        Err(error) => {
            answer_all(group, &error);
            return;
        }
    };
    for job in again {
        match begin(pool) {
            Ok(tx) => {
                for lost in commit_together(tx, queue, VecDeque::from([job]), true) {
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

/// Returns the units that must run again, alone. A group that is `alone` is one unit and stays so. No unit is
/// answered before the commit: a neighbour's refusal may rest on rows that were never committed.
fn commit_together(
    mut tx: SqliteTx,
    queue: &Queue,
    mut group: VecDeque<Job>,
    alone: bool,
) -> Vec<Job> {
    let started = Instant::now();
    let mut logs = OpenLogs::default();
    let mut settled: Vec<(Job, Outcome)> = Vec::with_capacity(group.len());
    while let Some(job) = group.pop_front() {
        let outcome;
        (tx, outcome) = run_unit(tx, &mut logs, &job, alone);
        if !tx.is_open() {
            job.answer(outcome);
            return settled
                .into_iter()
                .map(|(job, _)| job)
                .chain(group)
                .collect();
        }
        settled.push((job, outcome));
        if started.elapsed() > GROUP_TIME {
            break;
        }
        if group.is_empty() && !alone {
            group = queue.stragglers(settled.len());
        }
    }
    queue.close_group(settled.len(), group);
    let committed = if settled.iter().any(|(_, outcome)| outcome.is_ok()) {
        logs.move_heads(&mut tx).and_then(|()| tx.commit())
    } else {
        Ok(())
    };
    tx.roll_back();
    drop(tx);
    let units = |settled: Vec<(Job, Outcome)>| settled.into_iter().map(|(job, _)| job).collect();
    match committed {
        Ok(()) => {
            for (job, outcome) in settled {
                job.answer(outcome);
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
fn run_unit(mut tx: SqliteTx, logs: &mut OpenLogs, job: &Job, alone: bool) -> (SqliteTx, Outcome) {
    if !alone && let Err(error) = tx.set_savepoint() {
        return (tx, Err(error.into()));
    }
    let log = match logs.open(&mut tx, &job.bound) {
        Ok(log) => log,
        Err(failure) => return (undone(tx, alone), Err(failure)),
    };
    let (head, epoch) = (log.head.clone(), log.epoch.clone());
    let tx = Tx::new(EngineTx::Sqlite(tx), job.bound.clone());
    let mut writing = WriteTx::new(tx, head, epoch);
    let outcome = job.attempt(&mut writing).now_or_never().unwrap_or_else(|| {
        Err(Failure::Internal(
            "a unit of work suspended on SQLite".to_owned(),
        ))
    });
    let policy_written = writing.take_policy_written();
    let (tx, head) = writing.into_parts();
    let EngineTx::Sqlite(mut tx) = tx else {
        unreachable!("an SQLite transaction stays one")
    };
    let outcome = match outcome {
        Ok(value) if alone => Ok(value),
        Ok(value) => tx
            .release_savepoint()
            .map(|()| value)
            .map_err(Failure::from),
        Err(failure) => Err(failure),
    };
    if outcome.is_err() {
        return (undone(tx, alone), outcome);
    }
    log.head = head;
    if policy_written {
        logs.forget_epochs();
    }
    (tx, outcome)
}

/// Without what a unit did since its savepoint.
fn undone(mut tx: SqliteTx, alone: bool) -> SqliteTx {
    if !alone {
        tx.undo_savepoint();
    }
    tx
}

/// The logs that the units of a group write to, as those so far left them.
#[derive(Default)]
struct OpenLogs(HashMap<String, OpenLog>);

struct OpenLog {
    head: Head,
    /// How large the log is in the database.
    stored: u64,
    /// The tenant's policy epoch; the deployment has none.
    epoch: String,
    /// A unit wrote policy since the epoch was read.
    stale: bool,
}

impl OpenLogs {
    fn open(&mut self, tx: &mut SqliteTx, bound: &Bound) -> Result<&mut OpenLog, Failure> {
        let owner = bound.log_owner();
        let read_epoch = |tx: &mut SqliteTx| match bound {
            Bound::Operator => Ok(String::new()),
            Bound::Tenant(_) => tx
                .query::<Vec<String>>(&log::POLICY_EPOCH, &[Value::from(owner)])
                .map(|epochs| epochs.into_iter().next().unwrap_or_default()),
        };
        match self.0.entry(owner.to_owned()) {
            Entry::Occupied(open) => {
                let log = open.into_mut();
                if std::mem::take(&mut log.stale) {
                    log.epoch = read_epoch(tx)?;
                }
                Ok(log)
            }
            Entry::Vacant(place) => {
                let heads: Vec<LockedHead> = tx.query(&log::LOG_HEAD, &[Value::from(owner)])?;
                let head = heads.into_iter().next().ok_or(Failure::Unauthenticated)?;
                Ok(place.insert(OpenLog {
                    stored: head.head.size,
                    head: head.head,
                    epoch: read_epoch(tx)?,
                    stale: false,
                }))
            }
        }
    }

    /// The next unit of each tenant reads its epoch again.
    fn forget_epochs(&mut self) {
        for log in self.0.values_mut() {
            log.stale = true;
        }
    }

    fn move_heads(&self, tx: &mut SqliteTx) -> Result<(), StoreError> {
        for (owner, log) in &self.0 {
            if log.head.size != log.stored {
                let moved = log::head_move(Value::from(owner.as_str()), &log.head)?;
                tx.execute(&log::LOG_HEAD_MOVE, &moved)?;
            }
        }
        Ok(())
    }
}
