//! What a method does in its transaction, as the async function that it is written as.

use crate::error::Failure;

/// An async function over who calls, the transaction, and the arguments, which outlive it: it may run again.
///
/// The trait is there because a bound on an async function cannot say that its future may be sent.
pub(crate) trait Body<'t, C: 't, X: 't + ?Sized, A: 't>:
    Copy + Send + Sync + 'static
{
    type Found;
    type Running: Future<Output = Result<Self::Found, Failure>> + Send + 't;

    fn run(self, call: &'t C, tx: &'t mut X, args: &'t A) -> Self::Running;
}

impl<'t, C, X, A, F, R, T> Body<'t, C, X, A> for F
where
    C: 't,
    X: 't + ?Sized,
    A: 't,
    F: Fn(&'t C, &'t mut X, &'t A) -> R + Copy + Send + Sync + 'static,
    R: Future<Output = Result<T, Failure>> + Send + 't,
{
    type Found = T;
    type Running = R;

    fn run(self, call: &'t C, tx: &'t mut X, args: &'t A) -> R {
        self(call, tx, args)
    }
}

/// Likewise, where nobody in particular calls.
pub(crate) trait Step<'t, X: 't + ?Sized, A: 't>: Copy + Send + Sync + 'static {
    type Found;
    type Running: Future<Output = Result<Self::Found, Failure>> + Send + 't;

    fn run(self, tx: &'t mut X, args: &'t A) -> Self::Running;
}

impl<'t, X, A, F, R, T> Step<'t, X, A> for F
where
    X: 't + ?Sized,
    A: 't,
    F: Fn(&'t mut X, &'t A) -> R + Copy + Send + Sync + 'static,
    R: Future<Output = Result<T, Failure>> + Send + 't,
{
    type Found = T;
    type Running = R;

    fn run(self, tx: &'t mut X, args: &'t A) -> R {
        self(tx, args)
    }
}
