//! What a method for asyncio gives: a coroutine, as Python's own are, and the way back into its loop.
//!
//! The core's future is polled where asyncio polls, as in any executor, with Python's lock released. Whoever wakes it is a
//! thread of the library's, and goes no further than the loop's [`Bell`]: it never asks for Python's lock, which the end of
//! the interpreter takes away for good, and with it every thread that is inside Python by then.

use std::ffi::CString;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll, Wake, Waker};

use pyo3::IntoPyObjectExt;
use pyo3::exceptions::{PyRuntimeError, PyRuntimeWarning, PyStopIteration};
use pyo3::inspect::PyStaticExpr;
use pyo3::prelude::*;
use pyo3::types::PyType;
use pyo3::{type_hint_identifier, type_hint_subscript};

use crate::bell::Bell;
use crate::logs;

/// A coroutine whose result is a `T`, before Python has it.
pub(crate) struct Promised<T> {
    of: &'static str,
    work: Work,
    result: std::marker::PhantomData<fn() -> T>,
}

/// Polls once, and gives the result as Python's.
type Work = Box<dyn FnMut(Python<'_>, &Waker) -> Poll<PyResult<Py<PyAny>>> + Send>;

impl<T> Promised<T>
where
    T: for<'py> IntoPyObject<'py> + Send + 'static,
{
    /// The coroutine of the method of this name.
    pub(crate) fn new(
        of: &'static str,
        work: impl Future<Output = PyResult<T>> + Send + 'static,
    ) -> Self {
        let mut work = Box::pin(work);
        let polled = move |py: Python<'_>, waker: &Waker| {
            let outcome = py.detach(|| work.as_mut().poll(&mut Context::from_waker(waker)));
            outcome.map(|outcome| {
                logs::deliver(py)?;
                outcome?.into_py_any(py)
            })
        };
        Self {
            of,
            work: Box::new(polled),
            result: std::marker::PhantomData,
        }
    }
}

impl<'py, T> IntoPyObject<'py> for Promised<T>
where
    T: IntoPyObject<'static>,
{
    type Target = Coroutine;
    type Output = Bound<'py, Coroutine>;
    type Error = PyErr;
    const OUTPUT_TYPE: PyStaticExpr = type_hint_subscript!(
        type_hint_identifier!("collections.abc", "Coroutine"),
        type_hint_identifier!("typing", "Any"),
        type_hint_identifier!("typing", "Any"),
        T::OUTPUT_TYPE
    );

    fn into_pyobject(self, py: Python<'py>) -> PyResult<Bound<'py, Coroutine>> {
        let coroutine = Coroutine {
            of: self.of,
            state: Mutex::new(State::Promised(self.work)),
        };
        Bound::new(py, coroutine)
    }
}

/// The coroutine of a method.
#[pyclass(module = "ringfence.aio", frozen)]
pub(crate) struct Coroutine {
    of: &'static str,
    state: Mutex<State>,
}

enum State {
    /// Nobody has awaited it: nothing has begun.
    Promised(Work),
    /// Begun, and waiting to be woken.
    Waiting(Work, Arc<Ring>),
    /// It has its result, or was given up. And while it is polled: who awaits it then does so twice.
    Over,
}

impl Coroutine {
    fn left_over(&self) -> State {
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        std::mem::replace(&mut *state, State::Over)
    }

    fn resumed(&self, py: Python<'_>) -> PyResult<Py<PyAny>> {
        let mut work = match self.left_over() {
            State::Promised(work) => work,
            State::Waiting(work, ring) => {
                ring.forget();
                work
            }
            State::Over => return Err(reused()),
        };
        let ring = Arc::new(Ring::default());
        match work(py, &Waker::from(Arc::clone(&ring))) {
            Poll::Ready(result) => Err(PyStopIteration::new_err((result?,))),
            Poll::Pending => {
                let awaited = ring.awaited(py)?;
                let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
                *state = State::Waiting(work, ring);
                Ok(awaited)
            }
        }
    }
}

fn reused() -> PyErr {
    PyRuntimeError::new_err("cannot reuse already awaited coroutine")
}

#[pymethods]
impl Coroutine {
    #[getter]
    fn __name__(&self) -> &'static str {
        self.of.rsplit('.').next().unwrap_or(self.of)
    }

    #[getter]
    fn __qualname__(&self) -> &'static str {
        self.of
    }

    fn __repr__(slf: &Bound<'_, Self>) -> String {
        format!("<coroutine object {} at {:p}>", slf.get().of, slf.as_ptr())
    }

    fn __await__(slf: Py<Self>) -> Py<Self> {
        slf
    }

    fn __next__(&self, py: Python<'_>) -> PyResult<Py<PyAny>> {
        self.resumed(py)
    }

    #[pyo3(signature = (value, /))]
    #[allow(unused_variables, reason = "what is sent is None")]
    fn send(&self, py: Python<'_>, value: &Bound<'_, PyAny>) -> PyResult<Py<PyAny>> {
        self.resumed(py)
    }

    /// Gives the work up, and raises.
    #[pyo3(signature = (kind, value = None, traceback = None, /))]
    fn throw(
        &self,
        kind: Bound<'_, PyAny>,
        value: Option<Bound<'_, PyAny>>,
        traceback: Option<Bound<'_, PyAny>>,
    ) -> PyResult<Py<PyAny>> {
        match self.left_over() {
            State::Over => Err(reused()),
            given_up => {
                drop(Given(given_up));
                Err(thrown(kind, value, traceback)?)
            }
        }
    }

    /// Gives the work up.
    fn close(&self) {
        drop(Given(self.left_over()));
    }
}

/// Work that is given up.
struct Given(State);

impl Drop for Given {
    fn drop(&mut self) {
        if let State::Waiting(_, ring) = &self.0 {
            ring.forget();
        }
    }
}

/// What `throw` raises: an exception, or one made of its class and its value, as Python made them once.
fn thrown(
    kind: Bound<'_, PyAny>,
    value: Option<Bound<'_, PyAny>>,
    traceback: Option<Bound<'_, PyAny>>,
) -> PyResult<PyErr> {
    let raised = match (kind.cast::<PyType>(), value) {
        (Err(_), _) => kind,
        (Ok(class), None) => class.call0()?,
        (Ok(class), Some(value)) if value.is_instance(class)? => value,
        (Ok(class), Some(value)) => class.call1((value,))?,
    };
    if let Some(traceback) = traceback {
        raised.call_method1("with_traceback", (traceback,))?;
    }
    Ok(PyErr::from_value(raised))
}

/// Whoever forgets to await has done nothing, and is told so, as for a coroutine of Python's.
impl Drop for Coroutine {
    fn drop(&mut self) {
        match self.left_over() {
            State::Promised(_) => {
                // Nobody is told once the interpreter ends.
                let _ = Python::try_attach(|py| {
                    // It may be dropped while something else is raised.
                    let raised = PyErr::take(py);
                    if let Err(refused) = warned(py, self.of) {
                        refused.write_unraisable(py, None);
                    }
                    if let Some(raised) = raised {
                        raised.restore(py);
                    }
                });
            }
            begun => drop(Given(begun)),
        }
    }
}

fn warned(py: Python<'_>, of: &str) -> PyResult<()> {
    let said = CString::new(format!("coroutine '{of}' was never awaited"))?;
    PyErr::warn(py, &py.get_type::<PyRuntimeWarning>(), &said, 1)
}

/// Who is woken: the coroutine, by way of what it waits for in its loop.
#[derive(Default)]
pub(crate) struct Ring(Mutex<Rung>);

#[derive(Default)]
struct Rung {
    woken: bool,
    /// The future of asyncio that the coroutine waits for, and how its loop is told.
    waits: Option<(Arc<Bell>, Py<PyAny>)>,
}

impl Ring {
    fn state(&self) -> MutexGuard<'_, Rung> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// What the coroutine hands to its loop, to be resumed once it has been woken: a future, or `None` where it has been.
    fn awaited(&self, py: Python<'_>) -> PyResult<Py<PyAny>> {
        let (running, bell) = Bell::of_the_running_loop(py)?;
        let future = running.call_method0("create_future")?;
        {
            let mut state = self.state();
            if state.woken {
                return Ok(py.None());
            }
            state.waits = Some((bell, future.clone().unbind()));
        }
        // As `await` does.
        let awaited = future.call_method0("__await__")?;
        Ok(awaited.call_method0("__next__")?.unbind())
    }

    /// Lets go of the future: it leads to the loop and the task. Not waited for: in a child of fork nobody would let go.
    fn forget(&self) {
        if let Ok(mut state) = self.0.try_lock() {
            state.waits = None;
        }
    }

    /// Ends the wait, in the loop's thread.
    pub(crate) fn answered(&self, py: Python<'_>) -> PyResult<()> {
        let waits = self.state().waits.take();
        let Some((_, future)) = waits else {
            return Ok(());
        };
        // A task that was cancelled waits no more.
        if !future.call_method0(py, "done")?.extract::<bool>(py)? {
            future.call_method1(py, "set_result", (py.None(),))?;
        }
        Ok(())
    }
}

impl Wake for Ring {
    fn wake(self: Arc<Self>) {
        self.wake_by_ref();
    }

    fn wake_by_ref(self: &Arc<Self>) {
        let bell = {
            let mut state = self.state();
            if state.woken {
                return;
            }
            state.woken = true;
            state.waits.as_ref().map(|(bell, _)| Arc::clone(bell))
        };
        if let Some(bell) = bell {
            bell.ring(Arc::clone(self));
        }
    }
}
