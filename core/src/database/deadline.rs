//! How long a call waits.
//!
//! What a call asks for on the thread that polls it, or of a server, ends with the call ([`Database::within`]). A unit
//! of work runs elsewhere and to its end, so there it is the waiting that ends ([`Database::heard`]), and the ticket
//! says what became of the unit.

use std::pin::{Pin, pin};
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::Instant;

use futures_util::FutureExt;
use futures_util::future::{BoxFuture, poll_fn};
use tokio::runtime::Handle;
use tokio::sync::oneshot;
use tokio::time::Sleep;

use super::Database;
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
    /// What a call does itself, which ends with it: dropped where it stands, and interrupted where it cannot be.
    pub(crate) async fn within<T, E: From<StoreError>>(
        &self,
        work: impl Future<Output = Result<T, E>>,
    ) -> Result<T, E> {
        let timers = self.timers()?;
        let Some(ends) = Instant::now().checked_add(self.patience.call) else {
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

    /// How a call's unit is handed over.
    pub(crate) fn errand(&self, bound: Bound, lane: Lane) -> Errand {
        Errand {
            bound,
            lane,
            ticket: Ticket::of_a_call(self.patience.turn, self.patience.call),
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
        self.heard(&ticket, answer).await
    }

    /// The outcome of a unit that was handed over, or what is known of it when its caller has waited long enough.
    pub(crate) async fn heard<T>(
        &self,
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
            Err(failure) => {
                let explained = async { Ok(self.store.explained(failure).await) };
                Err(self
                    .within(explained)
                    .await
                    .unwrap_or_else(|failure| failure))
            }
        }
    }
}
