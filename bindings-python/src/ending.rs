//! The end of the interpreter. A thread that is inside Python by then and gives its lock away, as every call of Python's may,
//! is ended by Python where it asks for it again; with functions of Rust's on its stack, that ends the process.
//!
//! So no thread of the library's goes into Python, but to call a listener of the user's; and the end waits for those.

use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use pyo3::prelude::*;
use pyo3::types::{PyCFunction, PyDict, PyTuple};

static INSIDE: Mutex<Inside> = Mutex::new(Inside {
    calls: 0,
    has_ended: false,
});

static CALL_ENDED: Condvar = Condvar::new();

struct Inside {
    calls: usize,
    has_ended: bool,
}

fn inside() -> MutexGuard<'static, Inside> {
    INSIDE.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Has the end of the interpreter wait, in this process. A child of fork has none of the threads that call.
pub(crate) fn watch(py: Python<'_>) -> PyResult<()> {
    let process = std::process::id();
    let waits = move |given: &Bound<'_, PyTuple>, _: Option<&Bound<'_, PyDict>>| {
        if std::process::id() == process {
            waits(given.py())
        } else {
            Ok(())
        }
    };
    let waits = PyCFunction::new_closure(py, None, None, waits)?;
    py.import("atexit")?.call_method1("register", (waits,))?;
    Ok(())
}

/// Waits for the calls that have begun, and keeps others from beginning. Ctrl-C ends the wait.
fn waits(py: Python<'_>) -> PyResult<()> {
    const SLICE: Duration = Duration::from_millis(50);
    loop {
        let over = py.detach(|| {
            let mut inside = inside();
            inside.has_ended = true;
            let waited = CALL_ENDED.wait_timeout_while(inside, SLICE, |inside| inside.calls > 0);
            let (inside, _) = waited.unwrap_or_else(PoisonError::into_inner);
            inside.calls == 0
        });
        if over {
            return Ok(());
        }
        py.check_signals()?;
    }
}

/// Calls into Python from a thread of the library's, unless the interpreter ends.
pub(crate) fn unless_ended(call: impl FnOnce(Python<'_>)) {
    let Some(_call) = Call::begun() else { return };
    let _ = Python::try_attach(call);
}

struct Call;

impl Call {
    fn begun() -> Option<Self> {
        let mut inside = inside();
        if inside.has_ended {
            return None;
        }
        inside.calls += 1;
        Some(Self)
    }
}

impl Drop for Call {
    fn drop(&mut self) {
        inside().calls -= 1;
        CALL_ENDED.notify_all();
    }
}
