//! A unit of work: what it is, how it is handed over, who hears how it ended, and running it, whatever it does.

use std::any::Any;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;

use futures_util::FutureExt;
use futures_util::future::BoxFuture;

pub(crate) use super::ticket::Ticket;
use crate::error::{Failure, StoreError, Visible};
use crate::store::terms::Bound;
use crate::store::tx::WriteTx;

/// How a unit ended: its value, without its type.
pub(in crate::store) type Outcome = Result<Box<dyn Any + Send>, Failure>;

/// A unit of work without its types: it may run more than once, so it owns all that it needs, ids
/// and times included.
pub(in crate::store) type UnitFn =
    Arc<dyn for<'t> Fn(&'t mut WriteTx) -> BoxFuture<'t, Outcome> + Send + Sync>;

/// What happens when a unit has ended, once, whoever still waits for it. It runs where the units run, so it hands on
/// and never waits.
pub(in crate::store) type Done = Box<dyn FnOnce(Outcome) + Send + Sync>;

/// In which order waiting units run: first those that must not be late; within a class first come, first served.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Lane {
    /// Before everything that waits.
    Priority,
    Normal,
}

/// How a unit is handed over.
#[derive(Debug, Clone)]
pub(crate) struct Errand {
    pub(crate) bound: Bound,
    pub(crate) lane: Lane,
    /// Until when whoever calls waits.
    pub(crate) ticket: Arc<Ticket>,
    /// It records what has happened already: it is taken while the database shuts down, too.
    pub(crate) record: bool,
}

/// A unit that waits for its turn.
pub(in crate::store) struct Job {
    pub(in crate::store) bound: Bound,
    pub(in crate::store) lane: Lane,
    pub(in crate::store) ticket: Arc<Ticket>,
    unit: UnitFn,
    done: Done,
}

impl Job {
    pub(in crate::store) fn new(errand: Errand, unit: UnitFn, done: Done) -> Self {
        Self {
            bound: errand.bound,
            lane: errand.lane,
            ticket: errand.ticket,
            unit,
            done,
        }
    }

    pub(in crate::store) async fn attempt(&self, tx: &mut WriteTx) -> Outcome {
        self.ticket.run()?;
        attempt(&self.unit, tx).await
    }

    /// Tells how it ended. What the host does meanwhile, with its clock or its log, ends nobody else's turn.
    pub(in crate::store) fn answer(self, outcome: Outcome) {
        let told = AssertUnwindSafe(|| (self.done)(outcome));
        if let Err(panic) = catch_unwind(told) {
            tracing::error!(target: "ringfence::store", panic = %Visible(panic_text(panic.as_ref())), "telling how a unit ended");
        }
    }
}

pub(in crate::store) fn answer_all(jobs: impl IntoIterator<Item = Job>, error: &StoreError) {
    for job in jobs {
        job.answer(Err(error.clone().into()));
    }
}

/// Those that join a group, or run again: whose turn does not come too late, and who are waited for. The others hear
/// so.
pub(in crate::store) fn punctual(jobs: impl IntoIterator<Item = Job>) -> impl Iterator<Item = Job> {
    jobs.into_iter().filter_map(|job| match job.ticket.join() {
        Ok(()) => Some(job),
        Err(late) => {
            job.answer(Err(late.into()));
            None
        }
    })
}

/// Whether units that ran may be committed: nobody of them has been given up meanwhile. From here on nobody is told
/// that nothing was done.
pub(in crate::store) fn may_commit<'t>(mut tickets: impl Iterator<Item = &'t Ticket>) -> bool {
    tickets.all(Ticket::commit)
}

/// Runs a unit. A panic, and a write without its audit event, are failures of this unit alone.
async fn attempt(unit: &UnitFn, tx: &mut WriteTx) -> Outcome {
    tx.begin_unit();
    let outcome = AssertUnwindSafe(async { unit(tx).await })
        .catch_unwind()
        .await;
    let value = match outcome {
        Ok(outcome) => outcome?,
        Err(panic) => return Err(Failure::Internal(panic_text(panic.as_ref()))),
    };
    if tx.wrote_unrecorded() {
        return Err(Failure::Internal(
            "a unit of work wrote without an audit event".to_owned(),
        ));
    }
    Ok(value)
}

pub(in crate::store) fn panic_text(panic: &(dyn Any + Send)) -> String {
    let text = panic
        .downcast_ref::<&str>()
        .copied()
        .or_else(|| panic.downcast_ref::<String>().map(String::as_str))
        .unwrap_or("no message");
    format!("a unit of work panicked: {text}")
}
