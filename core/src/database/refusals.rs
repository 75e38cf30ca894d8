//! Counting refusals that no event tells of yet.

use std::collections::hash_map::Entry;
use std::collections::{BTreeSet, HashMap};
use std::hash::{Hash, Hasher};
use std::sync::{Mutex, MutexGuard, PoisonError};

use jiff::Timestamp;

use crate::model::{Permission, TenantId, UserId};

/// The refusals that no event tells of yet.
#[derive(Default)]
pub(crate) struct Refusals {
    state: Mutex<State>,
}

#[derive(Default)]
struct State {
    windows: HashMap<Kind, Counted>,
    /// Nothing is counted any more: each refusal is recorded by itself.
    closing: bool,
}

/// What is counted together: refusals that differ in their method alone are of one kind.
#[derive(Clone)]
pub(crate) struct Kind {
    pub(crate) tenant: TenantId,
    pub(crate) actor: UserId,
    pub(crate) permission: Permission,
    pub(crate) entity: &'static str,
    /// What was called.
    pub(crate) method: &'static str,
}

impl Kind {
    fn told_apart_by(&self) -> (&TenantId, &UserId, Permission, &'static str) {
        (&self.tenant, &self.actor, self.permission, self.entity)
    }
}

impl PartialEq for Kind {
    fn eq(&self, other: &Self) -> bool {
        self.told_apart_by() == other.told_apart_by()
    }
}

impl Eq for Kind {}

impl Hash for Kind {
    fn hash<H: Hasher>(&self, hasher: &mut H) {
        self.told_apart_by().hash(hasher);
    }
}

/// How many refusals followed the one that was recorded.
pub(crate) struct Counted {
    pub(crate) since: Timestamp,
    pub(crate) more: u64,
    /// The methods that were refused.
    pub(crate) methods: BTreeSet<&'static str>,
}

/// What became of a refusal that was to be counted.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Counting {
    /// It is counted in a window that is open.
    Counted,
    /// It begins a window.
    Begins,
    /// Nothing is counted any more.
    Closed,
}

impl Refusals {
    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Counts refusals in their window: the first to come begins it, with `begins` counted in it.
    pub(crate) fn count(
        &self,
        kind: &Kind,
        since: Timestamp,
        begins: u64,
        follows: u64,
    ) -> Counting {
        let mut state = self.state();
        if state.closing {
            return Counting::Closed;
        }
        match state.windows.entry(kind.clone()) {
            Entry::Occupied(mut window) => {
                let counted = window.get_mut();
                counted.more += follows;
                counted.methods.insert(kind.method);
                Counting::Counted
            }
            Entry::Vacant(place) => {
                let methods = (begins > 0).then_some(kind.method);
                place.insert(Counted {
                    since,
                    more: begins,
                    methods: methods.into_iter().collect(),
                });
                Counting::Begins
            }
        }
    }

    /// Ends a window.
    pub(crate) fn take(&self, kind: &Kind) -> Option<Counted> {
        self.state().windows.remove(kind)
    }

    /// Ends every window, and counts no more.
    pub(crate) fn close(&self) -> HashMap<Kind, Counted> {
        let mut state = self.state();
        state.closing = true;
        std::mem::take(&mut state.windows)
    }
}
