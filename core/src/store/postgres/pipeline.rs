//! Sending several requests before the first answer comes, and running the driver's futures on any
//! executor.

use std::future::Future;
use std::pin::{Pin, pin};
use std::task::{Context, Poll};

use futures_util::future::{BoxFuture, MaybeDone, maybe_done};
use tokio::runtime::Handle;

/// Polls the futures in their order until the first `heard` of them are done, and returns what those gave. A
/// driver's future sends its request when it is first polled, so the requests leave in this order, together.
pub(super) async fn in_order<T>(futures: Vec<BoxFuture<'_, T>>, heard: usize) -> Vec<T> {
    let mut all: Vec<MaybeDone<BoxFuture<'_, T>>> = futures.into_iter().map(maybe_done).collect();
    std::future::poll_fn(|cx| {
        let mut pending = false;
        for (place, future) in all.iter_mut().enumerate() {
            pending |= Pin::new(future).poll(cx).is_pending() && place < heard;
        }
        if pending {
            Poll::Pending
        } else {
            Poll::Ready(())
        }
    })
    .await;
    all.iter_mut()
        .take(heard)
        .filter_map(|done| Pin::new(done).take_output())
        .collect()
}

/// Lets the request of `first` leave, then awaits `second`, and hands `first` back as far as it has come. It is
/// polled meanwhile: the driver reads no further on a connection while an answer on it is not taken.
pub(super) async fn behind<'f, A: Send + 'f, B>(
    mut first: BoxFuture<'f, A>,
    second: impl Future<Output = B>,
) -> (BoxFuture<'f, A>, B) {
    let mut second = pin!(second);
    let mut answered = None;
    let done = std::future::poll_fn(|cx| {
        if answered.is_none()
            && let Poll::Ready(answer) = first.as_mut().poll(cx)
        {
            answered = Some(answer);
        }
        second.as_mut().poll(cx)
    })
    .await;
    match answered {
        Some(answer) => (Box::pin(std::future::ready(answer)), done),
        None => (first, done),
    }
}

/// A future that is polled inside a runtime, wherever it is awaited: timers and sockets of the
/// database belong to the runtime that the open database owns.
pub(super) struct Inside<F> {
    runtime: Handle,
    future: Pin<Box<F>>,
}

impl<F: Future> Inside<F> {
    pub(super) fn new(runtime: &Handle, future: F) -> Self {
        Self {
            runtime: runtime.clone(),
            future: Box::pin(future),
        }
    }
}

impl<F: Future> Future for Inside<F> {
    type Output = F::Output;

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<F::Output> {
        let this = &mut *self;
        let _inside = this.runtime.enter();
        this.future.as_mut().poll(cx)
    }
}
