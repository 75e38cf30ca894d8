//! How long a call waits.
//!
//! A call has one end, which is drawn where its public method begins ([`Due`]); whatever is done for it takes that end, so
//! that no part of it starts a clock of its own.
//!
//! What a call asks for on the thread that polls it, or of a server, ends with the call ([`Database::within`]). A unit
//! of work runs elsewhere and to its end, so there it is the waiting that ends ([`Database::heard`]), and the ticket
//! says what became of the unit.

use std::pin::{Pin, pin};
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::{Duration, Instant};

use futures_util::FutureExt;
use futures_util::future::{BoxFuture, poll_fn};
use tokio::runtime::Handle;
use tokio::sync::oneshot;
use tokio::time::Sleep;

use super::answer::Answer;
use super::{Database, Due};
use crate::error::{Failure, StoreError};
use crate::store::{Bound, Errand, Lane, Ticket, WriteTx, calling};

/// A timer that is made when something is really waited for. The caller may be on any executor, or on none.
struct Timer<'h> {
    timers: &'h Handle,
    sleep: Option<Pin<Box<Sleep>>>,
}

impl<'h> Timer<'h> {
    fn new(timers: &'h Handle) -> Self {
        Self {
            timers,
            sleep: None,
        }
    }

    /// Wakes whoever polls at this time; is ready from then on.
    fn poll(&mut self, at: Instant, context: &mut Context<'_>) -> Poll<()> {
        let _timers = self.timers.enter();
        let at = at.into();
        let sleep = self
            .sleep
            .get_or_insert_with(|| Box::pin(tokio::time::sleep_until(at)));
        if sleep.deadline() != at {
            sleep.as_mut().reset(at);
        }
        sleep.poll_unpin(context)
    }
}

impl Database {
    /// When a call ends that begins now. Asked once by every public method, and by what is long by nature for each of its
    /// stretches.
    pub(crate) fn due(&self) -> Due {
        self.patience.due()
    }

    /// What a call does itself, which ends with it: dropped where it stands, and interrupted where it cannot be.
    pub(crate) async fn within<T, E: From<StoreError>>(
        &self,
        due: Due,
        work: impl Future<Output = Result<T, E>>,
    ) -> Result<T, E> {
        let timers = self.timers()?;
        let Some(ends) = due.ends() else {
            return work.await;
        };
        let (mut work, mut timer) = (pin!(work), Timer::new(timers));
        poll_fn(|context| {
            if let Poll::Ready(done) = calling::ending(ends, || work.as_mut().poll(context)) {
                return Poll::Ready(done);
            }
            let timed_out = || Err(StoreError::TimedOut.into());
            timer.poll(ends, context).map(|()| timed_out())
        })
        .await
    }

    /// Waits for a turn, for no longer than this, than for any other turn, and than the call.
    pub(crate) async fn turn<F: Future>(
        &self,
        due: Due,
        at_most: Duration,
        turn: F,
    ) -> Result<F::Output, Failure> {
        let by = Instant::now().checked_add(self.patience.turn().min(at_most));
        let Some(by) = [by, due.ends()].into_iter().flatten().min() else {
            return Ok(turn.await);
        };
        let bounded = {
            // The caller may be on any executor, or on none.
            let _timers = self.timers()?.enter();
            tokio::time::timeout_at(by.into(), turn)
        };
        bounded.await.map_err(|_| StoreError::TooLate.into())
    }

    /// Runs work to its end, whether anybody waits for the answer or not. Whoever stops waiting hears that nothing was
    /// done, unless something of it [may stand](Answer::may_stand).
    pub(crate) async fn to_its_end<T, W: Future<Output = ()> + Send + 'static>(
        &self,
        due: Due,
        work: impl FnOnce(Answer<T>) -> W,
    ) -> Result<T, Failure> {
        let (answer, mut awaited) = Answer::new();
        drop(self.timers()?.spawn(work(answer)));
        match self.within(due, awaited.heard()).await {
            Err(Failure::Store(StoreError::TimedOut)) => Err(awaited.leave()),
            done => done,
        }
    }

    /// How a call's unit is handed over.
    pub(crate) fn errand(&self, due: Due, bound: Bound, lane: Lane) -> Errand {
        Errand {
            bound,
            lane,
            ticket: Ticket::of_a_call(self.patience.turn(), due.ends()),
            record: false,
        }
    }

    /// How what has happened already is handed over.
    pub(crate) fn record(bound: Bound) -> Errand {
        Errand {
            bound,
            lane: Lane::Normal,
            ticket: Ticket::of_a_record(),
            record: true,
        }
    }

    /// Hands over a unit of work and returns when it is durable. Dropping the future does not stop the unit.
    pub(crate) async fn write<T: Send + 'static>(
        &self,
        due: Due,
        errand: Errand,
        work: impl for<'t> Fn(&'t mut WriteTx) -> BoxFuture<'t, Result<T, Failure>>
        + Send
        + Sync
        + 'static,
    ) -> Result<T, Failure> {
        let (reply, answer) = oneshot::channel();
        let ticket = Arc::clone(&errand.ticket);
        self.store
            .submit(errand, work, |outcome| drop(reply.send(outcome)));
        self.heard(due, &ticket, answer).await
    }

    /// The outcome of a unit that was handed over, or what is known of it when its caller has waited long enough.
    pub(crate) async fn heard<T>(
        &self,
        due: Due,
        ticket: &Ticket,
        mut answer: oneshot::Receiver<Result<T, Failure>>,
    ) -> Result<T, Failure> {
        let mut timer = Timer::new(self.timers()?);
        let heard = poll_fn(|context| {
            if let Poll::Ready(answer) = answer.poll_unpin(context) {
                // Whoever runs the units has gone with its runtime.
                return Poll::Ready(answer.unwrap_or(Err(StoreError::OutcomeUnknown.into())));
            }
            loop {
                match ticket.look(Instant::now()) {
                    Err(gone) => return Poll::Ready(Err(gone.into())),
                    Ok(None) => return Poll::Pending,
                    Ok(Some(next)) => {
                        if timer.poll(next, context).is_pending() {
                            return Poll::Pending;
                        }
                    }
                }
            }
        });
        match heard.await {
            Ok(value) => Ok(value),
            // What it failed with is true even where there is no time left to ask why.
            Err(failure) => {
                let asked = async { Ok::<_, StoreError>(self.store.mismatch(&failure).await) };
                let mismatch = self.within(due, asked).await.ok().flatten();
                Err(mismatch.unwrap_or(failure))
            }
        }
    }
}
