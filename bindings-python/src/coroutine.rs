//! What a method for asyncio gives: a coroutine, as Python's own are, and the way back into its loop.
//!
//! The core's future is polled where asyncio polls, as in any executor, with Python's lock released. Whoever wakes it is a
//! thread of the library's, and goes no further than the loop's [`Bell`]: it never asks for Python's lock, which the end of
//! the interpreter takes away for good, and with it every thread that is inside Python by then.

use std::ffi::CString;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, Weak};
use std::task::{Context, Poll, Wake, Waker};

use pyo3::IntoPyObjectExt;
use pyo3::exceptions::{PyRuntimeError, PyRuntimeWarning, PyStopIteration};
use pyo3::inspect::PyStaticExpr;
use pyo3::prelude::*;
use pyo3::pyclass::{PyTraverseError, PyVisit};
use pyo3::types::{PyType, PyWeakrefReference};
use pyo3::{type_hint_identifier, type_hint_subscript};

use crate::bell::Bell;
use crate::listener::Hears;
use crate::logs;

/// A coroutine whose result is a `T`, before Python has it.
pub(crate) struct Promised<T> {
    of: &'static str,
    work: Work,
    result: std::marker::PhantomData<fn() -> T>,
}

struct Work {
    polled: Polled,
    /// Whom the work tells how far it is and what it finds, while somebody waits for it.
    hears: Vec<Py<Hears>>,
}

/// Polls once, and gives the result as Python's.
type Polled = Box<dyn FnMut(Python<'_>, &Waker) -> Poll<PyResult<Py<PyAny>>> + Send>;

impl<T> Promised<T>
where
    T: for<'py> IntoPyObject<'py> + Send + 'static,
{
    /// The coroutine of the method of this name.
    pub(crate) fn new(
        of: &'static str,
        hears: Vec<Py<Hears>>,
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
            work: Work {
                polled: Box::new(polled),
                hears,
            },
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
    /// Begun, and waiting to be woken: by way of this future of asyncio's, unless it is resumed as soon as may be.
    Waiting(Work, Option<Py<PyAny>>),
    /// It has its result, or was given up. And while it is polled: who awaits it then does so twice.
    Over,
}

impl Coroutine {
    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn left_over(&self) -> State {
        std::mem::replace(&mut *self.state(), State::Over)
    }

    fn resumed(&self, py: Python<'_>) -> PyResult<Py<PyAny>> {
        // Whatever may fail comes before the work does anything: of what it did nobody could be told.
        let stop = match Stop::in_the_running_loop(py) {
            Ok(stop) => stop,
            Err(raised) => {
                self.is_not_begun();
                return Err(raised);
            }
        };
        let mut work = match self.left_over() {
            State::Promised(work) | State::Waiting(work, _) => work,
            State::Over => return Err(reused()),
        };
        let ring = Arc::new(Ring::default());
        match (work.polled)(py, &Waker::from(Arc::clone(&ring))) {
            Poll::Ready(result) => Err(PyStopIteration::new_err((result?,))),
            Poll::Pending => {
                let is_on_its_way = ring.is_rung_for(stop.waits);
                let future = (!is_on_its_way).then_some(stop.future);
                *self.state() = State::Waiting(work, future);
                Ok(if is_on_its_way {
                    py.None()
                } else {
                    stop.awaited
                })
            }
        }
    }

    /// Who awaited it where it cannot be has been told so, and is not told besides that nobody has. What had begun waits on.
    fn is_not_begun(&self) {
        let mut state = self.state();
        if matches!(*state, State::Promised(_)) {
            let given_up = std::mem::replace(&mut *state, State::Over);
            drop(state);
            drop(given_up);
        }
    }

    /// Gives the work up. Whoever forgets to await has done nothing, and is told so, as for a coroutine of Python's.
    fn is_dropped(&self) {
        let given_up = self.left_over();
        if !matches!(given_up, State::Promised(_)) {
            return;
        }
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
                drop(given_up);
                Err(thrown(kind, value, traceback)?)
            }
        }
    }

    /// Gives the work up.
    fn close(&self) {
        drop(self.left_over());
    }

    /// A loop that is closed while somebody waits in it leaves a circle: the task, this, the future, and the task, which it
    /// would call.
    #[allow(clippy::needless_pass_by_value, reason = "Python's protocol")]
    fn __traverse__(&self, visit: PyVisit<'_>) -> Result<(), PyTraverseError> {
        // Whoever holds it holds Python's lock too, and so does the collector.
        if let Ok(state) = self.state.try_lock()
            && let State::Promised(work) | State::Waiting(work, _) = &*state
        {
            for hears in &work.hears {
                visit.call(hears)?;
            }
            if let State::Waiting(_, future) = &*state {
                visit.call(future)?;
            }
        }
        Ok(())
    }

    fn __clear__(&self) {
        self.is_dropped();
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

impl Drop for Coroutine {
    fn drop(&mut self) {
        self.is_dropped();
    }
}

fn warned(py: Python<'_>, of: &str) -> PyResult<()> {
    let said = CString::new(format!("coroutine '{of}' was never awaited"))?;
    PyErr::warn(py, &py.get_type::<PyRuntimeWarning>(), &said, 1)
}

/// Where a coroutine waits for what it has to wait for: its loop, once it is handed `awaited`, resumes it when `future` is
/// done.
struct Stop {
    future: Py<PyAny>,
    awaited: Py<PyAny>,
    waits: Waits,
}

impl Stop {
    fn in_the_running_loop(py: Python<'_>) -> PyResult<Self> {
        let (running, bell) = Bell::of_the_running_loop(py)?;
        let future = running.call_method0("create_future")?;
        // As `await` does.
        let awaited = future.call_method0("__await__")?;
        let awaited = awaited.call_method0("__next__")?.unbind();
        let waits = Waits {
            bell: Arc::downgrade(&bell),
            future: PyWeakrefReference::new(&future)?.unbind(),
        };
        Ok(Self {
            future: future.unbind(),
            awaited,
            waits,
        })
    }
}

/// Who is woken: the coroutine, by way of what it waits for in its loop. It is kept by whoever may wake it, for as long as
/// they like, and so keeps nothing of Python's itself: neither the future, which leads to the task and the loop, nor the
/// loop's bell.
#[derive(Default)]
pub(crate) struct Ring(Mutex<Rung>);

#[derive(Default)]
struct Rung {
    woken: bool,
    waits: Option<Waits>,
}

/// The future of asyncio's that is to be done, and how its loop is told.
struct Waits {
    bell: Weak<Bell>,
    future: Py<PyWeakrefReference>,
}

impl Ring {
    fn state(&self) -> MutexGuard<'_, Rung> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Whether it has been woken by now. If not, it is for this that it will be.
    fn is_rung_for(&self, waits: Waits) -> bool {
        let mut state = self.state();
        if !state.woken {
            state.waits = Some(waits);
        }
        state.woken
    }

    /// Ends the wait, in the loop's thread.
    pub(crate) fn answered(&self, py: Python<'_>) -> PyResult<()> {
        let waits = self.state().waits.take();
        let Some(future) = waits.and_then(|waits| waits.future.bind(py).upgrade()) else {
            return Ok(());
        };
        // A task that was cancelled waits no more.
        if !future.call_method0("done")?.extract::<bool>()? {
            future.call_method1("set_result", (py.None(),))?;
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
            state.waits.as_ref().and_then(|waits| waits.bell.upgrade())
        };
        if let Some(bell) = bell {
            bell.ring(Arc::clone(self));
        }
    }
}
