//! Running a group of units in one transaction.
//!
//! Each unit has a savepoint of its own; a log's head is read before the first of its units and moved once,
//! behind the last.

use std::collections::VecDeque;
use std::collections::hash_map::{Entry, HashMap};
use std::sync::Arc;
use std::time::{Duration, Instant};

use futures_util::FutureExt;

use super::queue::Queue;
use crate::environment::Environment;
use crate::error::{Failure, StoreError};
use crate::store::calling;
use crate::store::rigging;
use crate::store::sql::Value;
use crate::store::sqlite::{Checkpoints, Pool, SqliteTx};
use crate::store::statements::log::{self, Head};
use crate::store::statements::tenants::TENANT;
use crate::store::terms::{Bound, Judged};
use crate::store::tx::{Reading, Writing};
use crate::store::writers::unit::{Job, Outcome, answer_all, may_commit, punctual};

/// How long a group may take before it commits.
const GROUP_TIME: Duration = Duration::from_millis(5);

/// Where groups run.
#[derive(Clone)]
pub(in crate::store) struct Ground {
    /// Of one connection.
    pub(in crate::store) pool: Arc<Pool>,
    pub(in crate::store) queue: Arc<Queue>,
    pub(in crate::store) clock: Environment,
    /// How long a unit may work: half of what a call may take, so that its neighbours have the other half.
    pub(in crate::store) work: Duration,
    /// Behind each group; a database in memory has no log.
    pub(in crate::store) checkpoints: Option<Arc<Checkpoints>>,
}

impl Ground {
    /// Runs a group in one transaction, and alone whatever the engine's ending of it takes down.
    pub(super) fn run_group(&self, group: Vec<Job>) {
        let group: Vec<Job> = punctual(group).collect();
        if group.is_empty() {
            return;
        }
        let operator = group.iter().any(|job| job.bound == Bound::Operator);
        let alone = operator || (group.len() == 1 && !self.queue.expects_more(1));
        for job in punctual(self.run_together(group, alone)) {
            // A unit that runs alone is answered, whatever comes.
            self.run_together(vec![job], true);
        }
        if let Some(checkpoints) = &self.checkpoints {
            checkpoints.if_due();
        }
    }

    /// Returns the units that must run again, alone.
    fn run_together(&self, group: Vec<Job>, alone: bool) -> Vec<Job> {
        let patience = calling::patience();
        match self.begin(patience) {
            Ok(tx) => self.commit_together(tx, group, alone),
            // Whoever runs this in the thread's place must be asked, and it holds the place: the thread goes on waiting.
            Err(StoreError::Busy) if patience.is_some() => {
                self.queue.close_group(group.len(), group.into_iter());
                Vec::new()
            }
            Err(error) => {
                answer_all(group, &error);
                Vec::new()
            }
        }
    }

    /// The transaction of a group, which waits for the busy timeout, or no longer than this.
    fn begin(&self, patience: Option<Duration>) -> Result<SqliteTx, StoreError> {
        let mut tx = SqliteTx::new(self.pool.lend_within(patience)?);
        match patience {
            Some(limit) => tx.begin_write_within(limit.min(self.pool.busy()))?,
            None => tx.begin_write()?,
        }
        Ok(tx)
    }

    /// Returns the units that must run again, alone. A group that is `alone` is one unit and stays so. No unit is
    /// answered before the commit: a neighbour's refusal may rest on rows that were never committed.
    fn commit_together(&self, mut tx: SqliteTx, group: Vec<Job>, alone: bool) -> Vec<Job> {
        let started = Instant::now();
        let mut logs = OpenLogs::new(&self.clock);
        let mut settled: Vec<(Job, Outcome)> = Vec::with_capacity(group.len());
        let mut waiting = VecDeque::from(group);
        loop {
            if !alone {
                let urgent = self.queue.urgent(settled.len() + waiting.len());
                if !urgent.is_empty() {
                    waiting.extend(punctual(urgent));
                    // Stable: inside a class they stay in the order in which they came.
                    waiting.make_contiguous().sort_by_key(|job| job.lane);
                }
            }
            let Some(job) = waiting.pop_front() else {
                break;
            };
            let outcome;
            (tx, outcome) = self.run_unit(tx, &mut logs, &job, alone);
            settled.push((job, outcome));
            if !tx.is_open() {
                return ended(settled, waiting.into_iter(), alone);
            }
            if started.elapsed() > rigging::group_time(GROUP_TIME) {
                break;
            }
            if waiting.is_empty() && !alone {
                waiting.extend(punctual(self.queue.stragglers(settled.len())));
            }
        }
        self.queue.close_group(settled.len(), waiting.into_iter());
        let done = || settled.iter().filter(|(_, outcome)| outcome.is_ok());
        let committed = if done().next().is_some() {
            logs.move_heads(&mut tx).and_then(|()| {
                if may_commit(done().map(|(job, _)| job.ticket.as_ref())) {
                    tx.commit()
                } else {
                    Err(StoreError::TimedOut)
                }
            })
        } else {
            Ok(())
        };
        tx.roll_back();
        drop(tx);
        match committed {
            Ok(()) => {
                for (job, outcome) in settled {
                    job.answer(outcome);
                }
                Vec::new()
            }
            // Nothing of it stands, and whose fault that is shows when each runs alone.
            Err(error) if !alone && error.nothing_stands() => jobs(settled).collect(),
            Err(error) => {
                answer_all(jobs(settled), &error);
                Vec::new()
            }
        }
    }

    /// Runs one unit, in a savepoint unless the transaction is its own.
    fn run_unit(
        &self,
        mut tx: SqliteTx,
        logs: &mut OpenLogs<'_>,
        job: &Job,
        alone: bool,
    ) -> (SqliteTx, Outcome) {
        if !alone && let Err(error) = tx.set_savepoint() {
            return (tx, Err(error.into()));
        }
        let (head, judged) = match logs.open(&mut tx, &job.bound) {
            Ok(log) => (log.head.clone(), log.judged.clone()),
            Err(failure) => return (undone(tx, alone), Err(failure)),
        };
        tx.work_for(job.ticket.ends(), Some(self.work));
        let tx = Reading::new(tx, job.bound.clone(), logs.clock.clone());
        let mut writing = Writing::new(tx, head, judged);
        let outcome = job.attempt(&mut writing).now_or_never().unwrap_or_else(|| {
            Err(Failure::Internal(
                "a unit of work suspended on SQLite".to_owned(),
            ))
        });
        let policy_written = writing.policy_written();
        let (mut tx, heads) = writing.into_parts();
        tx.work_for(None, None);
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
        logs.grow(&job.bound, heads.own);
        if let Some(locked) = heads.tenant.filter(|locked| locked.grown) {
            logs.grow(&Bound::Tenant(locked.tenant), locked.head);
        }
        if policy_written {
            logs.judge_again();
        }
        (tx, outcome)
    }
}

fn jobs(settled: Vec<(Job, Outcome)>) -> impl Iterator<Item = Job> {
    settled.into_iter().map(|(job, _)| job)
}

/// The engine has ended the transaction during the last unit that ran, and nothing stands. That unit is told why,
/// if it failed; everyone else runs again, and a unit that did not notice is not told that it succeeded.
fn ended(
    mut settled: Vec<(Job, Outcome)>,
    waiting: impl Iterator<Item = Job>,
    alone: bool,
) -> Vec<Job> {
    let last = settled.pop();
    let mut again: Vec<Job> = jobs(settled).collect();
    match last {
        Some((job, Ok(_))) if alone => {
            let text = "the engine ended the transaction during the unit".to_owned();
            job.answer(Err(StoreError::TransactionEnded(text).into()));
        }
        Some((job, Ok(_))) => again.push(job),
        Some((job, failed)) => job.answer(failed),
        None => {}
    }
    again.extend(waiting);
    again
}

/// Without what a unit did since its savepoint.
fn undone(mut tx: SqliteTx, alone: bool) -> SqliteTx {
    if !alone {
        tx.undo_savepoint();
    }
    tx
}

/// The logs that the units of a group write to, as those so far left them.
struct OpenLogs<'c> {
    clock: &'c Environment,
    logs: HashMap<Bound, OpenLog>,
}

struct OpenLog {
    head: Head,
    /// Whether a unit has moved it.
    grown: bool,
    judged: Judged,
    /// A unit wrote policy since it was judged.
    stale: bool,
}

impl<'c> OpenLogs<'c> {
    fn new(clock: &'c Environment) -> Self {
        Self {
            clock,
            logs: HashMap::new(),
        }
    }

    /// The log of whoever a unit is bound to, and what the unit is judged by. Nobody else writes while this
    /// transaction is open, so that it is as new as the unit; only the clock goes on.
    fn open(&mut self, tx: &mut SqliteTx, bound: &Bound) -> Result<&mut OpenLog, Failure> {
        let clock = self.clock;
        let open = match self.logs.entry(bound.clone()) {
            Entry::Occupied(open) => open.into_mut(),
            Entry::Vacant(place) => {
                let (head, epoch) = read_head(tx, bound)?.ok_or(Failure::Unauthenticated)?;
                // Once: what units write afterwards lies behind the head until the group's end.
                let tail = tx.query(&log::LOG_TAIL, &[Value::from(bound.log_owner())])?;
                head.must_end_with(tail.first())?;
                place.insert(OpenLog {
                    head,
                    grown: false,
                    judged: Judged {
                        epoch,
                        now: clock.now(),
                    },
                    stale: false,
                })
            }
        };
        if open.stale {
            open.judged.epoch = read_epoch(tx, bound)?;
            open.stale = false;
        }
        open.judged.now = clock.now();
        Ok(open)
    }

    /// A unit has left a log as it is here.
    fn grow(&mut self, bound: &Bound, head: Head) {
        match self.logs.get_mut(bound) {
            Some(open) => {
                open.grown |= open.head != head;
                open.head = head;
            }
            // An operator's unit, which is alone, has locked a tenant's as well.
            None => {
                let judged = Judged::without_policy(self.clock.now());
                self.logs.insert(
                    bound.clone(),
                    OpenLog {
                        head,
                        grown: true,
                        judged,
                        stale: true,
                    },
                );
            }
        }
    }

    /// The next unit of each tenant reads its epoch again.
    fn judge_again(&mut self) {
        for log in self.logs.values_mut() {
            log.stale = true;
        }
    }

    fn move_heads(&self, tx: &mut SqliteTx) -> Result<(), StoreError> {
        for (bound, log) in self.logs.iter().filter(|(_, log)| log.grown) {
            let moved = log::head_move(Value::from(bound.log_owner()), &log.head)?;
            tx.execute(&log::LOG_HEAD_MOVE, &moved)?;
        }
        Ok(())
    }
}

/// The head of whoever a unit is bound to, and the tenant's policy epoch; the deployment has none. None where there is no
/// such tenant.
fn read_head(tx: &mut SqliteTx, bound: &Bound) -> Result<Option<(Head, String)>, StoreError> {
    let owner = [Value::from(bound.log_owner())];
    let found = match bound {
        Bound::Operator => {
            let heads = tx.query(&log::LOG_HEAD, &owner)?;
            let head = heads.into_iter().next();
            head.map(|locked| (locked.head, String::new()))
        }
        Bound::Tenant(_) => {
            let heads = tx.query(&log::LOG_HEAD_AND_EPOCH, &owner)?;
            let head = heads.into_iter().next();
            head.and_then(|found| Some((found.head, found.epoch?)))
        }
    };
    if found.is_some() {
        return Ok(found);
    }
    let is_tenants = matches!(bound, Bound::Tenant(_));
    match is_tenants && tx.query(&TENANT, &owner)?.is_empty() {
        true => Ok(None),
        false => Err(StoreError::no_log()),
    }
}

/// The tenant's policy epoch as the units so far leave it.
fn read_epoch(tx: &mut SqliteTx, bound: &Bound) -> Result<String, StoreError> {
    let head = read_head(tx, bound)?;
    Ok(head.map_or_else(String::new, |(_, epoch)| epoch))
}
