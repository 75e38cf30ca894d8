//! What the calling thread asks for: whether it waits for the answer, and until when that is of use.
//!
//! A thread of an async executor must not be held up by a flush; a thread that would only sleep until the
//! answer comes may as well do the work. A thread that is asked meanwhile whether it goes on waiting does what is done at
//! once, and leaves what takes longer to others: nobody can ask it in the middle of a statement. And work that is done
//! where it is asked for, as reads are on SQLite, can be ended by nobody but itself: so it knows when the call ends that
//! it is done for.

use std::cell::Cell;
use std::thread::LocalKey;
use std::time::{Duration, Instant};

/// How the thread waits.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Waits {
    /// It does not: an executor polls here.
    No,
    /// To the end, whatever it takes.
    Throughout,
    /// As long as it is told to, each time that it is asked.
    Asked,
}

thread_local! {
    static WAITS: Cell<Waits> = const { Cell::new(Waits::No) };
    static ENDS: Cell<Option<Instant>> = const { Cell::new(None) };
}

/// Sets something for as long as the call takes.
fn meanwhile<V: Copy, T>(set: &'static LocalKey<Cell<V>>, to: V, call: impl FnOnce() -> T) -> T {
    /// Panics pass through here too.
    struct Before<V: Copy + 'static>(&'static LocalKey<Cell<V>>, V);
    impl<V: Copy> Drop for Before<V> {
        fn drop(&mut self) {
            self.0.set(self.1);
        }
    }
    let _before = Before(set, set.replace(to));
    call()
}

/// How long a thread that waits is not asked whether it goes on.
pub(crate) const UNASKED: Duration = Duration::from_millis(50);

/// Asks on a thread that does nothing else until it is answered.
pub(crate) fn waiting<T>(ask: impl FnOnce() -> T) -> T {
    meanwhile(&WAITS, Waits::Throughout, ask)
}

/// Likewise, on a thread that may give up.
pub(crate) fn waiting_while_told<T>(ask: impl FnOnce() -> T) -> T {
    meanwhile(&WAITS, Waits::Asked, ask)
}

/// Whether the thread that runs this waits, so that it may do what takes no longer than a flush.
pub(crate) fn waits() -> bool {
    WAITS.get() != Waits::No
}

/// Whether it waits to the end, so that it may do what takes long.
pub(crate) fn waits_throughout() -> bool {
    WAITS.get() == Waits::Throughout
}

/// How long it may be held by what others hold, where that is bounded: then it must be asked.
pub(crate) fn patience() -> Option<Duration> {
    (WAITS.get() == Waits::Asked).then_some(UNASKED)
}

/// Does a stretch of the work of a call that ends then, or earlier where it is part of another.
pub(crate) fn ending<T>(at: Instant, stretch: impl FnOnce() -> T) -> T {
    let at = ENDS.get().map_or(at, |before| before.min(at));
    meanwhile(&ENDS, Some(at), stretch)
}

/// When the call ends that this thread works for; what is long by nature has no end.
pub(crate) fn ends() -> Option<Instant> {
    ENDS.get()
}
