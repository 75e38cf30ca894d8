//! Running a group of one tenant's units in one transaction.
//!
//! What the units write leaves together, and its answers are awaited at the end. A group that the database
//! refuses something of starts over, now with a savepoint for each unit and each one's answers awaited before
//! the next begins, so that the refusal meets the unit that it is meant for. Refusals that a unit finds by
//! itself, which are nearly all, cost no such thing.

use std::time::Duration;

use super::Connections;
use super::transaction::{Committed, PostgresTx};
use crate::error::{Failure, StoreError};
use crate::store::Value;
use crate::store::statements::{control, log};
use crate::store::tx::{Bound, EngineTx, Head, LockedHead, Tx, WriteTx};
use crate::store::unit::{Job, Outcome, answer_all};

/// How long a group may take before it commits.
const GROUP_TIME: Duration = Duration::from_millis(5);

/// What became of a group.
pub(super) enum Ended {
    /// Every unit was answered, or went back into its lane.
    Settled,
    /// The database refused something that one of several units wrote: they run again, guarded.
    Refused(Vec<Job>),
    /// The engine ended the transaction: they run again.
    Broken(Vec<Job>, StoreError),
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
pub(super) async fn run_group(
    connections: &Connections,
    bound: &Bound,
    mut group: Vec<Job>,
    guarded: bool,
) -> Ended {
    let (tx, locked, epoch) = match begin(connections, bound).await {
        Ok(begun) => begun,
        Err(error) if error.ended_the_transaction() => return Ended::Broken(group, error),
        Err(error) => {
            answer_all(group, &error);
            return Ended::Settled;
        }
    };
    let Some(LockedHead { head, transaction }) = locked else {
        tx.roll_back().await;
        for job in group {
            job.answer(Err(Failure::Unauthenticated));
        }
        return Ended::Settled;
    };
    if !guarded {
        connections.lanes.top_up(bound, &mut group);
    }
    let company = match group.len() {
        1 => Company::Alone,
        _ if guarded => Company::Guarded,
        _ => Company::Trusting,
    };
    let tx = Tx::new(EngineTx::Postgres(Box::new(tx)), bound.clone());
    let writing = WriteTx::new(tx, head, epoch);
    commit_together(connections, bound, writing, group, company, &transaction).await
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
    company: Company,
    transaction: &str,
) -> Ended {
    let started = tokio::time::Instant::now();
    let head_before = writing.head.clone();
    let mut settled: Vec<(Job, Outcome)> = Vec::with_capacity(group.len());
    let mut waiting = group.into_iter();
    while let Some(job) = waiting.next() {
        let outcome = run_unit(&mut writing, &job, company).await;
        let broken = match &outcome {
            Err(Failure::Store(error)) if error.ended_the_transaction() => Some(error.clone()),
            _ => None,
        };
        let refused = company == Company::Trusting && writing.postgres().was_refused();
        settled.push((job, outcome));
        if refused || broken.is_some() {
            let again = jobs(settled).chain(waiting).collect();
            return match broken {
                Some(error) => Ended::Broken(again, error),
                None => refuse(writing, again).await,
            };
        }
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
        return Ended::Settled;
    }
    match finish(connections, &mut tx, bound, moved, transaction).await {
        Ok(()) => {
            answer_settled(settled);
            Ended::Settled
        }
        Err(ended) if ended.ended_the_transaction() => {
            Ended::Broken(jobs(settled).collect(), ended)
        }
        Err(_) if company == Company::Trusting => {
            tx.roll_back().await;
            Ended::Refused(jobs(settled).collect())
        }
        // A guarded unit has been accepted already, so it is a lone one's own refusal.
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

async fn refuse(writing: WriteTx, again: Vec<Job>) -> Ended {
    if let (EngineTx::Postgres(tx), _) = writing.into_parts() {
        tx.roll_back().await;
    }
    Ended::Refused(again)
}

/// Runs one unit. A lone unit's writes leave with the COMMIT; those of trusting neighbours when somebody asks
/// for rows; a guarded one's are sent, and accepted, before the next begins.
async fn run_unit(writing: &mut WriteTx, job: &Job, company: Company) -> Outcome {
    let (before, counted) = (writing.head.clone(), writing.counted());
    let guarded = company == Company::Guarded;
    if guarded {
        writing.postgres().ahead(&control::SAVEPOINT);
    }
    let mark = writing.postgres().mark();
    let mut outcome = job.attempt(writing).await;
    let asked = guarded || (company == Company::Trusting && writing.policy_written());
    if outcome.is_ok()
        && asked
        && let Err(error) = accept(writing).await
    {
        outcome = Err(error.into());
    }
    let tx = writing.postgres();
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
    if let Some(head) = moved {
        tx.write_log(bound.log_owner(), head).await?;
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

fn answer_settled(settled: Vec<(Job, Outcome)>) {
    for (job, outcome) in settled {
        job.answer(outcome);
    }
}
