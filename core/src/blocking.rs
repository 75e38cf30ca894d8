//! Waiting for the methods of the handles on a thread.
//!
//! ```
//! use ringfence::blocking::wait;
//! use ringfence::{OpenOptions, Ringfence};
//!
//! let db = wait(Ringfence::open("sqlite::memory:".into(), OpenOptions::default()))?;
//! assert!(wait(db.migration_status())?.is_current());
//! # Ok::<(), ringfence::Error>(())
//! ```

use std::pin::pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::task::{Context, Poll, Wake, Waker};
use std::thread::{self, Thread};
use std::time::Instant;

use crate::error::{Failure, Result};
use crate::store::calling;

/// Waits for what a method of a handle promises, on this thread. Reads run on it, and so may a write.
///
/// Where tokio polls a future a wait would stall its neighbours, so it is refused there: await instead, or wait on a
/// thread that may (`tokio::task::spawn_blocking`, and `block_in_place` in a task of the multi-threaded runtime).
/// What was refused has not begun.
///
/// # Errors
/// As the method; `Conflict` (`blocking_in_runtime`) where tokio polls a future.
pub fn wait<T>(method: impl Future<Output = Result<T>>) -> Result<T> {
    if stalls_a_runtime() {
        return Err(Failure::BlockingInRuntime.into());
    }
    // Where it is: a future of a method is long, and moved into each function that it is handed to.
    let method = pin!(method);
    calling::waiting(|| pollster::block_on(method))
}

/// Waits as [`wait`] does, and asks every 50 ms whether to go on. `None` where the answer was no: what had not begun has
/// not happened, a read changed nothing, and a write that was handed over may still happen. Look before repeating it.
///
/// An answer that is there is given, whatever would have been said. While it asks, the thread holds nothing of the library,
/// so that `goes_on` may call any method.
///
/// For hosts that must react to something else while they wait, such as a signal.
pub fn wait_while<T>(
    method: impl Future<Output = Result<T>>,
    mut goes_on: impl FnMut() -> bool,
) -> Option<Result<T>> {
    if stalls_a_runtime() {
        return Some(Err(Failure::BlockingInRuntime.into()));
    }
    let mut method = pin!(method);
    let sleeper = Arc::new(Sleeper {
        thread: thread::current(),
        woken: AtomicBool::new(false),
    });
    let waker = Waker::from(Arc::clone(&sleeper));
    let mut context = Context::from_waker(&waker);
    let mut asked = Instant::now();
    let mut may_go_on = || {
        let due = asked.elapsed() >= calling::UNASKED;
        if due {
            asked = Instant::now();
        }
        !due || goes_on()
    };
    loop {
        let polled = calling::waiting_while_told(|| method.as_mut().poll(&mut context));
        if let Poll::Ready(outcome) = polled {
            return Some(outcome);
        }
        if !may_go_on() {
            return None;
        }
        while !sleeper.woken.swap(false, Ordering::Acquire) {
            thread::park_timeout(calling::UNASKED);
            if !sleeper.woken.load(Ordering::Acquire) && !may_go_on() {
                return None;
            }
        }
    }
}

/// A thread that sleeps until it is woken. Others may use its place to park too, so what counts is the mark.
struct Sleeper {
    thread: Thread,
    woken: AtomicBool,
}

impl Wake for Sleeper {
    fn wake(self: Arc<Self>) {
        self.wake_by_ref();
    }

    fn wake_by_ref(self: &Arc<Self>) {
        self.woken.store(true, Ordering::Release);
        self.thread.unpark();
    }
}

/// Whether tokio polls a future on this thread at this moment. A runtime is current on its threads for blocking
/// work too; there a task runs that is of no worker and has no budget of steps.
fn stalls_a_runtime() -> bool {
    let current = tokio::runtime::Handle::try_current().is_ok();
    // What `block_on` polls is no task.
    let in_a_task = tokio::task::try_id().is_some();
    let of_a_worker = tokio::runtime::worker_index().is_some();
    // A `LocalSet` runs its tasks on whatever thread polls it.
    current && (!in_a_task || of_a_worker || budget_ends(MOST_BUDGET))
}

/// More than the steps that tokio lets a task take before it must yield, which it counts in a byte.
const MOST_BUDGET: u32 = 256;

/// Whether this task must yield at some time. What is taken of its budget here is given back on the way out, the
/// last first.
fn budget_ends(steps: u32) -> bool {
    let mut context = Context::from_waker(Waker::noop());
    match tokio::task::coop::poll_proceed(&mut context) {
        Poll::Pending => true,
        Poll::Ready(_given_back) => steps > 0 && budget_ends(steps - 1),
    }
}
