//! A unit of work: what it is, who waits for it, and running it, whatever it does.

use std::any::Any;
use std::panic::AssertUnwindSafe;
use std::sync::Arc;

use futures_util::FutureExt;
use futures_util::future::BoxFuture;
use tokio::sync::oneshot;

use super::tx::{Bound, WriteTx};
use crate::error::{Failure, StoreError};

/// How a unit ended: its value, without its type.
pub(super) type Outcome = Result<Box<dyn Any + Send>, Failure>;

/// A unit of work without its types: it may run more than once, so it owns all that it needs, ids
/// and times included.
pub(super) type UnitFn =
    Arc<dyn for<'t> Fn(&'t mut WriteTx) -> BoxFuture<'t, Outcome> + Send + Sync>;

/// In which order waiting units run.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) enum Lane {
    #[default]
    Normal,
    /// Before everything that waits: for what must not be late.
    Priority,
}

/// A unit that somebody waits for.
pub(super) struct Job {
    pub(super) bound: Bound,
    unit: UnitFn,
    reply: oneshot::Sender<Outcome>,
}

impl Job {
    /// With where its outcome will come.
    pub(super) fn new(bound: Bound, unit: UnitFn) -> (Self, oneshot::Receiver<Outcome>) {
        let (reply, receiver) = oneshot::channel();
        (Self { bound, unit, reply }, receiver)
    }

    pub(super) async fn attempt(&self, tx: &mut WriteTx) -> Outcome {
        attempt(&self.unit, tx).await
    }

    pub(super) fn answer(self, outcome: Outcome) {
        // Nobody waits any more when the caller dropped its future; the unit stands all the same.
        drop(self.reply.send(outcome));
    }
}

pub(super) fn answer_all(jobs: impl IntoIterator<Item = Job>, error: &StoreError) {
    for job in jobs {
        job.answer(Err(error.clone().into()));
    }
}

/// Runs a unit. A panic, and a write without its audit event, are failures of this unit alone.
async fn attempt(unit: &UnitFn, tx: &mut WriteTx) -> Outcome {
    let before = tx.begin_unit();
    let outcome = AssertUnwindSafe(async { unit(tx).await })
        .catch_unwind()
        .await;
    let value = match outcome {
        Ok(outcome) => outcome?,
        Err(panic) => return Err(Failure::Internal(panic_text(panic.as_ref()))),
    };
    if tx.wrote_unrecorded(&before) {
        return Err(Failure::Internal(
            "a unit of work wrote without an audit event".to_owned(),
        ));
    }
    Ok(value)
}

fn panic_text(panic: &(dyn Any + Send)) -> String {
    let text = panic
        .downcast_ref::<&str>()
        .copied()
        .or_else(|| panic.downcast_ref::<String>().map(String::as_str))
        .unwrap_or("no message");
    format!("a unit of work panicked: {text}")
}
