//! What belongs to the process that made it.
//!
//! A child of fork has a copy of every handle, and none of the threads behind them: whoever it asked would never
//! answer, a lock that another thread held stays locked, and closing a descriptor reaches into the parent's
//! database (SQLite may think itself the last and take the log away, a runtime takes its sockets out of the poller
//! that both share). So a child gets an error before anything else happens, and what it drops is left alone.

use std::mem;
use std::sync::atomic::{AtomicU32, AtomicUsize, Ordering};

use crate::error::StoreError;

/// The process that something belongs to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Owner(u32);

impl Owner {
    /// This process.
    fn this() -> Self {
        Self(std::process::id())
    }

    /// Whether this is still the process, and no child of it.
    fn is_this(self) -> bool {
        self == Self::this()
    }
}

/// How many things of a library that a fork breaks are in use, and by which process.
pub(crate) struct Users {
    by: AtomicU32,
    count: AtomicUsize,
}

impl Users {
    pub(crate) const fn none() -> Self {
        Self {
            by: AtomicU32::new(0),
            count: AtomicUsize::new(0),
        }
    }

    /// Counts one more for as long as the answer lives. In a child of a process that had some at the fork there can be
    /// none any more: what the library knows of its locks is the parent's.
    pub(crate) fn one_more(&'static self) -> Result<InUse, StoreError> {
        let Owner(this) = Owner::this();
        if self.count.load(Ordering::SeqCst) > 0 && self.by.load(Ordering::SeqCst) != this {
            return Err(StoreError::Forked);
        }
        self.by.store(this, Ordering::SeqCst);
        self.count.fetch_add(1, Ordering::SeqCst);
        Ok(InUse(self, Owner(this)))
    }
}

/// One of the [`Users`].
pub(crate) struct InUse(&'static Users, Owner);

impl InUse {
    /// Whether the process is still the one that it was counted in.
    pub(crate) fn is_ours(&self) -> bool {
        self.1.is_this()
    }
}

impl Drop for InUse {
    fn drop(&mut self) {
        if self.is_ours() {
            self.0.count.fetch_sub(1, Ordering::SeqCst);
        }
    }
}

/// A value that only the process that made it reaches, and only that one drops: a child of fork leaks its copy.
pub(crate) struct OfProcess<T> {
    owner: Owner,
    /// Taken by `drop` alone.
    value: Option<T>,
}

impl<T> OfProcess<T> {
    pub(crate) fn new(value: T) -> Self {
        Self {
            owner: Owner::this(),
            value: Some(value),
        }
    }

    /// The only way to the value.
    pub(crate) fn get(&self) -> Result<&T, StoreError> {
        match &self.value {
            Some(value) if self.owner.is_this() => Ok(value),
            _ => Err(StoreError::Forked),
        }
    }
}

impl<T> Drop for OfProcess<T> {
    fn drop(&mut self) {
        if !self.owner.is_this() {
            mem::forget(self.value.take());
        }
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "tests")]
mod tests {
    use std::sync::Arc;

    use super::*;

    #[test]
    fn only_the_process_that_made_it_reaches_a_value_and_drops_it() {
        let value = Arc::new(());
        let ours = OfProcess::new(Arc::clone(&value));
        assert!(ours.get().is_ok());
        drop(ours);
        assert_eq!(Arc::strong_count(&value), 1);
        let theirs = OfProcess {
            owner: Owner(0),
            value: Some(Arc::clone(&value)),
        };
        assert!(matches!(theirs.get(), Err(StoreError::Forked)));
        drop(theirs);
        assert_eq!(Arc::strong_count(&value), 2, "its copy is left alone");
    }

    #[test]
    fn a_child_counts_none_while_its_parent_has_some() {
        static USERS: Users = Users::none();
        let ours = USERS.one_more().unwrap();
        USERS.by.store(0, Ordering::SeqCst);
        assert!(matches!(USERS.one_more(), Err(StoreError::Forked)));
        drop(InUse(&USERS, Owner(0)));
        assert_eq!(USERS.count.load(Ordering::SeqCst), 1);
        drop(ours);
        assert!(USERS.one_more().is_ok(), "those before are gone");
    }
}
