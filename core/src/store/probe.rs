//! What the proofs see of the statements that really run. Without the feature `testing` nothing is
//! kept and nothing is paid.

#[cfg(feature = "testing")]
pub(crate) use recording::{Executed, begin, executed, ran, recompilations, recompiled};

#[cfg(not(feature = "testing"))]
mod silent {
    use crate::store::{Statement, Value};

    #[inline]
    pub(crate) fn ran(_: &'static Statement, _: &'static str, _: &[Value<'_>]) {}

    #[inline]
    pub(crate) fn recompiled(_: &'static Statement, _: &rusqlite::Statement<'_>) {}
}

#[cfg(not(feature = "testing"))]
pub(crate) use silent::{ran, recompiled};

#[cfg(feature = "testing")]
mod recording {
    use std::cell::RefCell;
    use std::collections::HashSet;
    use std::sync::atomic::{AtomicU64, Ordering};
    use std::sync::{Mutex, PoisonError};

    use rusqlite::StatementStatus;

    use crate::store::{Scope, Statement, Value};

    /// A statement as it was handed to a driver.
    #[derive(Debug, Clone, PartialEq, Eq, Hash)]
    pub struct Executed {
        /// Its name in the registry.
        pub name: &'static str,
        /// Whose rows it may touch.
        pub scope: Scope,
        /// The text, with `$n`.
        pub text: &'static str,
        /// What was bound to `$1`, where the scope is [`Scope::Tenant`].
        pub tenant: Option<String>,
    }

    static EXECUTED: Mutex<Option<HashSet<Executed>>> = Mutex::new(None);
    static RECOMPILED: AtomicU64 = AtomicU64::new(0);

    thread_local! {
        static SEQUENCE: RefCell<Option<Vec<&'static str>>> = const { RefCell::new(None) };
    }

    pub(crate) fn ran(statement: &'static Statement, text: &'static str, values: &[Value<'_>]) {
        let tenant = match (statement.scope, values.first()) {
            (Scope::Tenant, Some(Value::Text(tenant))) => Some(tenant.to_string()),
            _ => None,
        };
        SEQUENCE.with_borrow_mut(|names| {
            if let Some(names) = names {
                names.push(statement.name);
            }
        });
        let executed = Executed {
            name: statement.name,
            scope: statement.scope,
            text,
            tenant,
        };
        EXECUTED
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .get_or_insert_default()
            .insert(executed);
    }

    pub(crate) fn recompiled(_: &'static Statement, prepared: &rusqlite::Statement<'_>) {
        let times = prepared.reset_status(StatementStatus::RePrepare);
        RECOMPILED.fetch_add(u64::from(times.unsigned_abs()), Ordering::Relaxed);
    }

    /// Every different statement and tenant that ran in this process so far.
    pub(crate) fn executed() -> Vec<Executed> {
        EXECUTED
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .iter()
            .flatten()
            .cloned()
            .collect()
    }
}
