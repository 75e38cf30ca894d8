//! How a thread that has nothing to do with Python tells a loop of asyncio that somebody in it is to go on: a byte in a
//! socket that the loop listens to.

use std::io::{Read as _, Write as _};
use std::os::fd::AsRawFd as _;
use std::os::unix::net::UnixStream;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use pyo3::prelude::*;
use pyo3::sync::PyOnceLock;
use pyo3::types::PyWeakrefReference;
use ringfence::Error;

use crate::coroutine::Ring;
use crate::errors::raise;

/// A loop's bell.
pub(crate) struct Bell {
    /// Who goes on at the next stroke.
    rung: Mutex<Vec<Arc<Ring>>>,
    /// The end that the loop listens to.
    heard: UnixStream,
    struck: UnixStream,
}

impl Bell {
    /// The running loop, and its bell. It is hung up once; the loop alone keeps it, until it is closed or gone.
    pub(crate) fn of_the_running_loop(py: Python<'_>) -> PyResult<(Bound<'_, PyAny>, Arc<Self>)> {
        static RUNNING: PyOnceLock<Py<PyAny>> = PyOnceLock::new();
        static BELLS: PyOnceLock<Py<PyAny>> = PyOnceLock::new();
        let running = RUNNING.import(py, "asyncio", "get_running_loop")?.call0()?;
        let bells = BELLS.get_or_try_init(py, || {
            let bells = py.import("weakref")?.getattr("WeakKeyDictionary")?;
            bells.call0().map(Bound::unbind)
        })?;
        let bells = bells.bind(py);
        let known = bells.call_method1("get", (&running,))?;
        if let Ok(known) = known.cast::<PyWeakrefReference>()
            && let Some(listens) = known.upgrade_as::<Listens>()?
        {
            return Ok((running, Arc::clone(&listens.get().0)));
        }
        let made = Self::new().map_err(|refused| raise(Error::not_begun(&refused)));
        let bell = Arc::new(made?);
        let listens = Bound::new(py, Listens(Arc::clone(&bell)))?;
        bells.set_item(&running, PyWeakrefReference::new(listens.as_any())?)?;
        running.call_method1("add_reader", (bell.heard.as_raw_fd(), listens))?;
        Ok((running, bell))
    }

    fn new() -> std::io::Result<Self> {
        let (heard, struck) = UnixStream::pair()?;
        heard.set_nonblocking(true)?;
        struck.set_nonblocking(true)?;
        Ok(Self {
            rung: Mutex::default(),
            heard,
            struck,
        })
    }

    fn rung(&self) -> MutexGuard<'_, Vec<Arc<Ring>>> {
        self.rung.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// From any thread.
    pub(crate) fn ring(&self, one: Arc<Ring>) {
        let is_first = {
            let mut rung = self.rung();
            rung.push(one);
            rung.len() == 1
        };
        if is_first {
            // One byte for all who come before the loop looks: the socket is never full.
            let _ = (&self.struck).write(&[1]);
        }
    }

    /// All who rang. The byte goes first: who rings afterwards writes one anew.
    fn rang(&self) -> Vec<Arc<Ring>> {
        let mut bytes = [0; 64];
        while matches!((&self.heard).read(&mut bytes), Ok(read) if read > 0) {}
        std::mem::take(&mut *self.rung())
    }
}

/// What the loop calls at a stroke.
#[pyclass(module = "ringfence.aio", frozen, weakref)]
struct Listens(Arc<Bell>);

#[pymethods]
impl Listens {
    fn __call__(&self, py: Python<'_>) {
        for one in self.0.rang() {
            if let Err(raised) = one.answered(py) {
                raised.write_unraisable(py, None);
            }
        }
    }
}
