//! Waiting for a method of the core on a thread of Python's.

use pyo3::exceptions::PyKeyboardInterrupt;
use pyo3::prelude::*;
use ringfence::blocking;

use crate::answers::Nothing;
use crate::errors::raise;
use crate::logs;

/// Waits for a method of the core on this thread, with Python's lock released. The thread that Python runs its handlers
/// of signals on looks for them while it waits, and what they raise ends the call.
pub(crate) fn waited<T: Send>(
    py: Python<'_>,
    method: impl Future<Output = ringfence::Result<T>> + Send,
) -> PyResult<T> {
    let mut watch = Watch::Unknown;
    let outcome = py.detach(|| blocking::wait_while(method, || watch.goes_on()));
    match (outcome, watch) {
        (Some(outcome), _) => {
            logs::deliver(py)?;
            outcome.map_err(raise)
        }
        (None, Watch::Raised(raised)) => Err(raised),
        (None, _) => Err(PyKeyboardInterrupt::new_err(())),
    }
}

/// Who looks for signals while a call waits.
enum Watch {
    /// Nobody has asked yet. Nearly every call is over before.
    Unknown,
    /// This thread.
    Here,
    /// Another one: Python runs its handlers on the main thread alone.
    Elsewhere,
    /// A handler raised this.
    Raised(PyErr),
}

impl Watch {
    fn goes_on(&mut self) -> bool {
        if matches!(self, Self::Elsewhere) {
            return true;
        }
        // There is nothing to attach to once the interpreter ends.
        let looked = Python::try_attach(|py| {
            if matches!(self, Self::Unknown) {
                *self = match is_main_thread(py)? {
                    true => Self::Here,
                    false => Self::Elsewhere,
                };
            }
            logs::deliver(py)?;
            py.check_signals()
        });
        match looked {
            Some(Err(raised)) => {
                *self = Self::Raised(raised);
                false
            }
            Some(Ok(())) | None => true,
        }
    }
}

fn is_main_thread(py: Python<'_>) -> PyResult<bool> {
    let threading = py.import("threading")?;
    let main = threading.call_method0("main_thread")?.getattr("ident")?;
    main.eq(threading.call_method0("get_ident")?)
}

/// What a handle's end of a `with` comes to: nothing, in a child of fork, whose parent still uses the database.
pub(crate) fn left(closed: PyResult<()>, py: Python<'_>) -> PyResult<Nothing> {
    match closed {
        Err(raised) if is_forked(&raised, py) => Ok(Nothing),
        closed => closed.map(Into::into),
    }
}

fn is_forked(raised: &PyErr, py: Python<'_>) -> bool {
    let code = raised.value(py).getattr("code");
    code.and_then(|code| code.eq("forked")).unwrap_or(false)
}
