//! What makes the classes out of the table of handles: each method once for threads and once for asyncio.

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

/// What a call keeps of its arguments for as long as it is waited for.
macro_rules! hears {
    ($($argument:ident: $type:ty,)*) => {
        {
            let all: Vec<Option<pyo3::Py<crate::listener::Hears>>> = vec![$(<$type as crate::arguments::Argument>::hears(&mut $argument)),*];
            all.into_iter().flatten().collect()
        }
    };
}

/// Writes the modules `sync` and `aio`, with the same functions and classes in each.
///
/// A handle is declared by the core's type, the groups of methods that it gives, the method that closes it where it serves
/// in a `with`, and its methods: positional
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
                $(closed by $close:ident;)?
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
            #[allow(unused_imports, reason = "only one class closes")]
            use crate::answers::Nothing;
            use crate::arguments::Argument;
            use crate::listener::Hears;
            use crate::table::*;
            #[allow(unused_imports, reason = "only one class closes")]
            use crate::waiting::{left, waited};
            use super::*;

            $($(
                $(#[$function_meta])*
                #[pyfunction]
                #[pyo3(signature = ($($first,)* $(*, $($option = $option_default),+)?))]
                pub(crate) fn $function(
                    py: Python<'_>,
                    $(mut $first: <$first_type as Argument>::Taken,)*
                    $($(mut $option: <$option_type as Argument>::Taken,)+)?
                ) -> PyResult<$made> {
                    let _hears: Vec<Py<Hears>> = hears!($($first: $first_type,)* $($($option: $option_type,)+)?);
                    $(let $first = <$first_type>::given($first, stringify!($first))?;)*
                    $($(let $option = <$option_type>::given($option, stringify!($option))?;)+)?
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
                        fn __enter__(slf: Py<Self>) -> Py<Self> {
                            slf
                        }

                        #[pyo3(signature = (kind, raised, traceback, /))]
                        #[allow(unused_variables, reason = "it closes whatever was raised")]
                        fn __exit__(
                            &self,
                            py: Python<'_>,
                            kind: Py<PyAny>,
                            raised: Py<PyAny>,
                            traceback: Py<PyAny>,
                        ) -> PyResult<Nothing> {
                            left(waited(py, self.0.$close()), py)
                        }
                    )?

                    $(
                        $(#[$method_meta])*
                        #[pyo3(signature = ($($argument,)* $(*, $($named = $default),+)?))]
                        fn $method(
                            &self,
                            py: Python<'_>,
                            $(mut $argument: <$argument_type as Argument>::Taken,)*
                            $($(mut $named: <$named_type as Argument>::Taken,)+)?
                        ) -> PyResult<$result> {
                            let _hears: Vec<Py<Hears>> = hears!($($argument: $argument_type,)* $($($named: $named_type,)+)?);
                            $(let $argument = <$argument_type>::given($argument, stringify!($argument))?;)*
                            $($(let $named = <$named_type>::given($named, stringify!($named))?;)+)?
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
            #[allow(unused_imports, reason = "only one class closes")]
            use crate::answers::Nothing;
            use crate::arguments::Argument;
            use crate::coroutine::Promised;
            use crate::errors::raise;
            use crate::table::*;
            #[allow(unused_imports, reason = "only one class closes")]
            use crate::waiting::left;
            use super::*;

            $($(
                $(#[$function_meta])*
                #[pyfunction]
                #[pyo3(signature = ($($first,)* $(*, $($option = $option_default),+)?))]
                pub(crate) fn $function(
                    $(mut $first: <$first_type as Argument>::Taken,)*
                    $($(mut $option: <$option_type as Argument>::Taken,)+)?
                ) -> Promised<$made> {
                    let hears = hears!($($first: $first_type,)* $($($option: $option_type,)+)?);
                    Promised::new(stringify!($function), hears, async move {
                        $(let $first = <$first_type>::given($first, stringify!($first))?;)*
                        $($(let $option = <$option_type>::given($option, stringify!($option))?;)+)?
                        $make.await.map(Into::into).map_err(raise)
                    })
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
                        fn __aenter__(slf: Py<Self>) -> Promised<Py<Self>> {
                            let of = concat!(stringify!($class), ".__aenter__");
                            Promised::new(of, Vec::new(), async move { Ok(slf) })
                        }

                        #[pyo3(signature = (kind, raised, traceback, /))]
                        #[allow(unused_variables, reason = "it closes whatever was raised")]
                        fn __aexit__(
                            &self,
                            kind: Py<PyAny>,
                            raised: Py<PyAny>,
                            traceback: Py<PyAny>,
                        ) -> Promised<Nothing> {
                            let of = concat!(stringify!($class), ".__aexit__");
                            let handle = self.0.clone();
                            Promised::new(of, Vec::new(), async move {
                                let closed = handle.$close().await.map_err(raise);
                                Python::attach(|py| left(closed, py))
                            })
                        }
                    )?

                    $(
                        $(#[$method_meta])*
                        #[pyo3(signature = ($($argument,)* $(*, $($named = $default),+)?))]
                        fn $method(
                            &self,
                            $(mut $argument: <$argument_type as Argument>::Taken,)*
                            $($(mut $named: <$named_type as Argument>::Taken,)+)?
                        ) -> Promised<$result> {
                            let of = concat!(stringify!($class), ".", stringify!($method));
                            let inner = self.0.clone();
                            let hears = hears!($($argument: $argument_type,)* $($($named: $named_type,)+)?);
                            Promised::new(of, hears, async move {
                                $(let $argument = <$argument_type>::given($argument, stringify!($argument))?;)*
                                $($(let $named = <$named_type>::given($named, stringify!($named))?;)+)?
                                let method = call!(
                                    inner,
                                    $method($($argument,)* $($($named,)+)?) $(|$handle| $call)?
                                );
                                method.await.map(Into::into).map_err(raise)
                            })
                        }
                    )*
                }
            )*
        }
    };
}

pub(crate) use {call, handles, hears};
