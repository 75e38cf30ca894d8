//! Whether the calling thread waits for what it asks for.
//!
//! A thread of an async executor must not be held up by a flush; a thread that would only sleep until the
//! answer comes may as well do the work. A thread that is asked meanwhile whether it goes on waiting does what is done at
//! once, and leaves what takes longer to others: nobody can ask it in the middle of a statement.

use std::cell::Cell;
use std::time::Duration;

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
}

/// How long a thread that waits is not asked whether it goes on.
pub(crate) const UNASKED: Duration = Duration::from_millis(50);

/// Asks on a thread that does nothing else until it is answered.
pub(crate) fn waiting<T>(ask: impl FnOnce() -> T) -> T {
    as_one_that(Waits::Throughout, ask)
}

/// Likewise, on a thread that may give up.
pub(crate) fn waiting_while_told<T>(ask: impl FnOnce() -> T) -> T {
    as_one_that(Waits::Asked, ask)
}

fn as_one_that<T>(waits: Waits, ask: impl FnOnce() -> T) -> T {
    /// Panics pass through here too.
    struct Before(Waits);
    impl Drop for Before {
        fn drop(&mut self) {
            WAITS.set(self.0);
        }
    }
    let _before = Before(WAITS.replace(waits));
    ask()
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
