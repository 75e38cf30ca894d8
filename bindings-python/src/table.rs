//! What makes the classes out of the table of handles: each method once for threads and once for asyncio.

use std::pin::{Pin, pin};
use std::task::{Context, Poll};

use pyo3::prelude::*;
use ringfence::blocking;

use crate::errors::raise;

/// Waits for a method of the core on this thread, with Python's lock released.
pub(crate) fn waited<T: Send>(
    py: Python<'_>,
    method: impl Future<Output = ringfence::Result<T>> + Send,
) -> PyResult<T> {
    py.detach(|| blocking::wait(method)).map_err(raise)
}

/// Awaits a method of the core in a coroutine. It is polled where asyncio polls, as in any executor, with Python's lock
/// released.
pub(crate) async fn awaited<T: Send>(
    method: impl Future<Output = ringfence::Result<T>> + Send,
) -> PyResult<T> {
    Detached(pin!(method)).await.map_err(raise)
}

struct Detached<'f, F>(Pin<&'f mut F>);

impl<F> Future for Detached<'_, F>
where
    F: Future<Output: Send> + Send,
{
    type Output = F::Output;

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        // A `Context` belongs to its thread's lock, its waker does not.
        let waker = cx.waker();
        let method = self.0.as_mut();
        Python::attach(|py| py.detach(|| method.poll(&mut Context::from_waker(waker))))
    }
}

/// The future of the core's method: of the same name and arguments, where the table says no more.
macro_rules! call {
    ($inner:expr, $method:ident($($argument:ident,)*)) => {
        $inner.$method($($argument),*)
    };
    ($inner:expr, $method:ident($($argument:ident,)*) |$handle:ident| $call:expr) => {{
        let $handle = &$inner;
        $call
    }};
}

/// Writes the modules `sync` and `aio`, with the same functions and classes in each.
///
/// A handle is declared by the core's type, the groups of methods that it gives, and its methods: positional
/// arguments, behind a semicolon those that are named and may be left out, the result, and, where they differ from
/// the core's, the core's arguments.
macro_rules! handles {
    (
        $(functions {$(
            $(#[$function_meta:meta])*
            fn $function:ident(
                $($first:ident: $first_type:ty),*
                $(; $($option:ident: $option_type:ty = $option_default:ident),+ $(,)?)?
            ) -> $made:ty => $make:expr;
        )*})?
        $(
            $(#[$class_meta:meta])*
            class $class:ident($inner:ty) {
                $(groups {$(
                    $(#[$group_meta:meta])*
                    fn $group:ident() -> $group_class:ident;
                )*})?
                $(
                    $(#[$method_meta:meta])*
                    fn $method:ident(
                        $($argument:ident: $argument_type:ty),*
                        $(; $($named:ident: $named_type:ty = $default:ident),+ $(,)?)?
                    ) -> $result:ty $(=> |$handle:ident| $call:expr)?;
                )*
            }
        )*
    ) => {
        #[allow(clippy::too_many_arguments, reason = "each is an argument in Python")]
        pub(crate) mod sync {
            #[allow(unused_imports, reason = "a table need not name another one's classes")]
            use crate::handles::sync::*;
            use crate::table::*;
            use super::*;

            $($(
                $(#[$function_meta])*
                #[pyfunction]
                #[pyo3(signature = ($($first,)* $(*, $($option = $option_default),+)?))]
                pub(crate) fn $function(
                    py: Python<'_>,
                    $($first: $first_type,)*
                    $($($option: $option_type,)+)?
                ) -> PyResult<$made> {
                    waited(py, $make).map(Into::into)
                }
            )*)?

            $(
                $(#[$class_meta])*
                #[pyclass(module = "ringfence", frozen)]
                pub(crate) struct $class($inner);

                impl From<$inner> for $class {
                    fn from(inner: $inner) -> Self {
                        Self(inner)
                    }
                }

                #[pymethods]
                impl $class {
                    $($(
                        $(#[$group_meta])*
                        fn $group(&self) -> $group_class {
                            self.0.$group().into()
                        }
                    )*)?

                    $(
                        $(#[$method_meta])*
                        #[pyo3(signature = ($($argument,)* $(*, $($named = $default),+)?))]
                        fn $method(
                            &self,
                            py: Python<'_>,
                            $($argument: $argument_type,)*
                            $($($named: $named_type,)+)?
                        ) -> PyResult<$result> {
                            let method = call!(
                                self.0,
                                $method($($argument,)* $($($named,)+)?) $(|$handle| $call)?
                            );
                            waited(py, method).map(Into::into)
                        }
                    )*
                }
            )*
        }

        #[allow(clippy::too_many_arguments, reason = "each is an argument in Python")]
        pub(crate) mod aio {
            #[allow(unused_imports, reason = "a table need not name another one's classes")]
            use crate::handles::aio::*;
            use crate::table::*;
            use super::*;

            $($(
                $(#[$function_meta])*
                #[pyfunction]
                #[pyo3(signature = ($($first,)* $(*, $($option = $option_default),+)?))]
                pub(crate) async fn $function(
                    $($first: $first_type,)*
                    $($($option: $option_type,)+)?
                ) -> PyResult<$made> {
                    awaited($make).await.map(Into::into)
                }
            )*)?

            $(
                $(#[$class_meta])*
                #[pyclass(module = "ringfence.aio", frozen)]
                pub(crate) struct $class($inner);

                impl From<$inner> for $class {
                    fn from(inner: $inner) -> Self {
                        Self(inner)
                    }
                }

                #[pymethods]
                impl $class {
                    $($(
                        $(#[$group_meta])*
                        fn $group(&self) -> $group_class {
                            self.0.$group().into()
                        }
                    )*)?

                    $(
                        $(#[$method_meta])*
                        #[pyo3(signature = ($($argument,)* $(*, $($named = $default),+)?))]
                        async fn $method(
                            &self,
                            $($argument: $argument_type,)*
                            $($($named: $named_type,)+)?
                        ) -> PyResult<$result> {
                            let method = call!(
                                self.0,
                                $method($($argument,)* $($($named,)+)?) $(|$handle| $call)?
                            );
                            awaited(method).await.map(Into::into)
                        }
                    )*
                }
            )*
        }
    };
}

pub(crate) use {call, handles};
