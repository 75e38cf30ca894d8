//! The texts by which statements are prepared.
//!
//! What was prepared before a migration of another process may be of no use behind it: the server says so of a plan that
//! it keeps, and a pooler keeps those of its connections to the server under the texts that it knows. So from then on
//! each text has a mark behind it, by which a pooler, too, takes it for another one and has it prepared anew. The marks
//! are drawn by chance: whoever opened the database later does not come upon a text that another has marked before the
//! next migration.

use std::borrow::Cow;
use std::sync::atomic::{AtomicU64, Ordering};

use crate::environment::Environment;

/// The mark of an open database's statements; 0 until a plan was found stale.
pub(super) struct Plans {
    mark: AtomicU64,
    chance: Environment,
}

impl Plans {
    pub(super) fn new(chance: Environment) -> Self {
        Self {
            mark: AtomicU64::new(0),
            chance,
        }
    }

    /// The text under which a statement is prepared.
    pub(super) fn text<'t>(&self, statement: &'t str) -> Cow<'t, str> {
        match self.mark.load(Ordering::Relaxed) {
            0 => Cow::Borrowed(statement),
            mark => Cow::Owned(format!("{statement} /* {mark:x} */")),
        }
    }

    /// Has everything prepared anew from here on.
    pub(super) fn are_stale(&self) {
        let [one, two, three, four] = self.chance.random().unwrap_or_default();
        let drawn = u64::from(u32::from_be_bytes([one, two, three, four]));
        self.mark.store(drawn.max(1), Ordering::Relaxed);
    }
}
