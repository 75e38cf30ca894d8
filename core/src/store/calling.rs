//! Whether the calling thread waits for what it asks for.
//!
//! A thread of an async executor must not be held up by a flush; a thread that would only sleep until the
//! answer comes may as well do the work.

use std::cell::Cell;

thread_local! {
    static WAITS: Cell<bool> = const { Cell::new(false) };
}

/// Asks on a thread that does nothing else until it is answered.
pub(crate) fn waiting<T>(ask: impl FnOnce() -> T) -> T {
    /// Panics pass through here too.
    struct Before(bool);
    impl Drop for Before {
        fn drop(&mut self) {
            WAITS.set(self.0);
        }
    }
    let _before = Before(WAITS.replace(true));
    ask()
}

/// Whether the thread that runs this waits.
pub(crate) fn waits() -> bool {
    WAITS.get()
}
