//! Running a group of one tenant's units in one transaction.
//!
//! What the units write leaves together, and its answers are awaited at the end. A group that the database
//! refuses something of starts over, now with a savepoint for each unit and each one's answers awaited before
//! the next begins, so that the refusal meets the unit that it is meant for; and one whose COMMIT is refused even
//! then, with a transaction for each. Refusals that a unit finds by itself, which are nearly all, cost no such thing.

use std::sync::Arc;
use std::time::Duration;

use super::queue::Queues;
use crate::error::{Failure, StoreError};
use crate::store::postgres::{Committed, Connections, PostgresTx};
use crate::store::rigging;
use crate::store::statements::log::{Head, LockedHead};
use crate::store::statements::tenants::TENANT;
use crate::store::statements::{control, log};
use crate::store::terms::{Bound, Heads, Judged, Log};
use crate::store::tx::{Reading, Writing};
use crate::store::writers::unit::{Job, Lane, Outcome, Ticket, answer_all, may_commit};

/// How long a group may take before it commits.
const GROUP_TIME: Duration = Duration::from_millis(5);

/// Where groups run.
pub(super) struct Ground {
    pub(super) connections: Connections,
    pub(super) queues: Queues,
}

impl Ground {
    /// The transaction of a group, on the connection that is kept for it where one of its units, or one that
    /// comes while it waits, must not be late.
    async fn writing(&self, bound: &Bound, group: &[Job]) -> Result<PostgresTx, StoreError> {
        if group.iter().any(|job| job.lane == Lane::Priority) {
            self.connections.write_first(bound).await
        } else {
            let pressed = self.queues.pressed(bound);
            self.connections.write(bound, pressed).await
        }
    }
}

/// What became of a group.
pub(super) enum Ended {
    /// Every unit was answered, or went back into its lane.
    Settled,
    /// The database refused something that one of several units wrote: they run again, in the next manner.
    Refused(Vec<Job>),
    /// Nobody waits for one of them any more, before it was committed: the others run again.
    GivenUp(Vec<Job>),
    /// The engine ended the transaction: they run again.
    Broken(Vec<Job>, StoreError),
}

/// How a group runs: from the fastest way, which trusts that the database refuses nothing, to the one in which every
/// refusal finds whom it is meant for.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Manner {
    /// All together, with whoever arrives while the transaction begins.
    Together,
    /// Each in a savepoint of its own: the database refused something that one of them wrote.
    Guarded,
    /// Each in a transaction of its own: the database refused the COMMIT of them all.
    Apart,
}

/// How much a unit relies on its neighbours.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Company {
    /// The transaction is its own.
    Alone,
    /// None of them is refused by the database.
    Trusting,
    /// Each in a savepoint of its own.
    Guarded,
}

/// Runs a group in one transaction, with whoever arrives while that begins.
///
/// Nobody is judged by what was read before they came: the epoch and the time are read behind the lock on the
/// head, and once more for whoever came while that was on its way.
pub(super) async fn run_group(
    ground: &Ground,
    bound: &Bound,
    mut group: Vec<Job>,
    manner: Manner,
) -> Ended {
    let begun = match ground.writing(bound, &group).await {
        Ok(tx) => {
            if manner == Manner::Together {
                ground.queues.top_up(bound, &mut group);
            }
            begin(&ground.connections, bound, tx).await
        }
        Err(error) => Err(error),
    };
    let (mut writing, transaction) = match begun {
        Ok(Some(begun)) => begun,
        Ok(None) => {
            for job in group {
                job.answer(Err(Failure::Unauthenticated));
            }
            return Ended::Settled;
        }
        Err(error) if error.ended_the_transaction() => return Ended::Broken(group, error),
        Err(error) => {
            answer_all(group, &error);
            return Ended::Settled;
        }
    };
    if manner == Manner::Together
        && ground.queues.top_up(bound, &mut group)
        && let Err(error) = writing.judge_again().await
    {
        let (tx, _) = writing.into_parts();
        tx.roll_back().await;
        return Ended::Broken(group, error);
    }
    let company = match group.len() {
        1 => Company::Alone,
        _ if manner == Manner::Guarded => Company::Guarded,
        _ => Company::Trusting,
    };
    commit_together(ground, bound, writing, group, company, &transaction).await
}

/// Opens the transaction, locks the head, and reads what is judged by and where the log ends in statements behind it: one
/// round trip. Returns the transaction and what the server calls it; none where there is no such tenant. Whatever is
/// refused, the transaction is ended and its connection given back.
async fn begin(
    connections: &Connections,
    bound: &Bound,
    mut tx: PostgresTx,
) -> Result<Option<(Writing<PostgresTx>, String)>, StoreError> {
    match lock(connections, bound, &mut tx).await {
        Ok(Some((head, judged, transaction))) => {
            let tx = Reading::new(tx, bound.clone(), connections.clock().clone());
            Ok(Some((Writing::new(tx, head, judged), transaction)))
        }
        Ok(None) => {
            tx.roll_back().await;
            Ok(None)
        }
        Err(error) => {
            tx.roll_back().await;
            Err(error)
        }
    }
}

async fn lock(
    connections: &Connections,
    bound: &Bound,
    tx: &mut PostgresTx,
) -> Result<Option<(Head, Judged, String)>, StoreError> {
    let owner = [bound.log_owner().into()];
    let (head, tail) = ((&log::LOG_HEAD, &owner[..]), (&log::LOG_TAIL, &owner[..]));
    let (heads, judged, tails) = match bound {
        Bound::Operator => {
            let (heads, tails) = tx.query_both(head, tail).await?;
            let judged = Judged::without_policy(connections.clock().now());
            (heads, Some(judged), tails)
        }
        Bound::Tenant(_) => {
            let all = tx.query_three(head, (&log::POLICY_EPOCH, &owner), tail);
            let (heads, epochs, tails) = all.await?;
            let judged = epochs.into_iter().next();
            let judged = judged.map(|row| Judged::by(row, connections.clock()));
            (heads, judged, tails)
        }
    };
    let (Some(LockedHead { head, transaction }), Some(judged)) = (heads.into_iter().next(), judged)
    else {
        let tenants = match bound {
            Bound::Operator => None,
            Bound::Tenant(_) => Some(tx.query(&TENANT, &owner).await?),
        };
        return match tenants {
            Some(tenants) if tenants.is_empty() => Ok(None),
            _ => Err(StoreError::no_log()),
        };
    };
    head.must_end_with(tails.first())?;
    Ok(Some((head, judged, transaction)))
}

async fn commit_together(
    ground: &Ground,
    bound: &Bound,
    mut writing: Writing<PostgresTx>,
    group: Vec<Job>,
    company: Company,
    transaction: &str,
) -> Ended {
    let started = tokio::time::Instant::now();
    let before = writing.heads().clone();
    let mut settled: Vec<(Job, Outcome)> = Vec::with_capacity(group.len());
    let mut waiting = group.into_iter();
    while let Some(job) = waiting.next() {
        let outcome = run_unit(&mut writing, &job, company).await;
        let broken = match &outcome {
            Err(Failure::Store(error)) if error.ended_the_transaction() => Some(error.clone()),
            _ => None,
        };
        let refused = company == Company::Trusting && writing.engine().was_refused();
        settled.push((job, outcome));
        if refused || broken.is_some() {
            let again = jobs(settled).chain(waiting).collect();
            let (tx, _) = writing.into_parts();
            tx.roll_back().await;
            return match broken {
                Some(error) => Ended::Broken(again, error),
                None => Ended::Refused(again),
            };
        }
        if started.elapsed() > rigging::group_time(GROUP_TIME) {
            break;
        }
    }
    ground.queues.put_back(bound, waiting);
    let counted = writing.counted();
    let (mut tx, heads) = writing.into_parts();
    let done = settled.iter().filter(|(_, outcome)| outcome.is_ok());
    let done: Vec<Arc<Ticket>> = done.map(|(job, _)| Arc::clone(&job.ticket)).collect();
    if heads == before && !counted {
        tx.roll_back().await;
        answer_settled(settled);
        return Ended::Settled;
    }
    match finish(
        &ground.connections,
        &mut tx,
        bound,
        (&before, &heads),
        transaction,
        &done,
    )
    .await
    {
        Ok(Finished::GivenUp) => {
            tx.roll_back().await;
            Ended::GivenUp(jobs(settled).collect())
        }
        Ok(Finished::Committed) => {
            answer_settled(settled);
            Ended::Settled
        }
        Err(ended) if ended.ended_the_transaction() => {
            tx.roll_back().await;
            Ended::Broken(jobs(settled).collect(), ended)
        }
        // Whose refusal it is, such as that of a deferred constraint, shows when there are fewer.
        Err(refusal) if company != Company::Alone && refusal.nothing_stands() => {
            tx.roll_back().await;
            Ended::Refused(jobs(settled).collect())
        }
        Err(error) => {
            tx.roll_back().await;
            answer_all(jobs(settled), &error);
            Ended::Settled
        }
    }
}

fn jobs(settled: Vec<(Job, Outcome)>) -> impl Iterator<Item = Job> {
    settled.into_iter().map(|(job, _)| job)
}

/// Runs one unit. A lone unit's writes leave with the COMMIT; those of trusting neighbours when somebody asks
/// for rows; a guarded one's are sent, and accepted, before the next begins.
async fn run_unit(writing: &mut Writing<PostgresTx>, job: &Job, company: Company) -> Outcome {
    let (before, counted) = (writing.heads().clone(), writing.counted());
    let guarded = company == Company::Guarded;
    if guarded {
        writing.engine().ahead(&control::SAVEPOINT);
    }
    let mark = writing.engine().mark();
    let mut outcome = job.attempt(writing).await;
    let asked = guarded || (company == Company::Trusting && writing.policy_written());
    if outcome.is_ok()
        && asked
        && let Err(error) = accept(writing).await
    {
        outcome = Err(error.into());
    }
    let tx = writing.engine();
    match &outcome {
        Ok(_) if guarded => tx.ahead(&control::RELEASE),
        Ok(_) => {}
        Err(_) => {
            tx.forget_since(mark);
            if guarded {
                tx.ahead(&control::ROLLBACK_TO);
                tx.ahead(&control::RELEASE);
            }
            writing.undo_unit(before, counted);
        }
    }
    outcome
}

/// Sends what a neighbour wrote, and judges anew where it wrote policy: the next unit decides on the policy as
/// this one leaves it.
async fn accept(writing: &mut Writing<PostgresTx>) -> Result<(), StoreError> {
    writing.engine().flush().await?;
    if writing.policy_written() {
        writing.judge_again().await?;
    }
    Ok(())
}

/// How a group ended that nothing refused.
enum Finished {
    Committed,
    /// Somebody gave up before that.
    GivenUp,
}

/// Moves the heads of the logs in which units recorded anything, and commits, unless one of those whose units are `done`
/// has gone; asks the database when the answer is lost.
async fn finish(
    connections: &Connections,
    tx: &mut PostgresTx,
    bound: &Bound,
    (before, after): (&Heads, &Heads),
    transaction: &str,
    done: &[Arc<Ticket>],
) -> Result<Finished, StoreError> {
    let moved = (after.own != before.own).then_some(&after.own);
    if let Some(head) = moved {
        tx.write_log(Log::Own, bound.log_owner(), head).await?;
    }
    if let Some(locked) = after.tenant.as_ref().filter(|locked| locked.grown) {
        tx.write_log(Log::OfTenant, locked.tenant.as_str(), &locked.head)
            .await?;
    }
    if !may_commit(done.iter().map(Arc::as_ref)) {
        return Ok(Finished::GivenUp);
    }
    let gone_first = done.iter().filter_map(|ticket| ticket.ends()).min();
    match tx.commit(gone_first).await? {
        Committed::Yes => Ok(Finished::Committed),
        Committed::AnswerLost => {
            let committed = connections.was_committed(bound, moved, transaction);
            if committed.await? {
                Ok(Finished::Committed)
            } else {
                Err(StoreError::Lost("before it was committed".to_owned()))
            }
        }
    }
}

fn answer_settled(settled: Vec<(Job, Outcome)>) {
    for (job, outcome) in settled {
        job.answer(outcome);
    }
}
