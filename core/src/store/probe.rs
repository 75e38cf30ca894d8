//! What the proofs see of the statements that really run. Without the feature `testing` nothing is
//! kept and nothing is paid.

#[cfg(feature = "testing")]
pub use recording::Executed;
#[cfg(feature = "testing")]
pub(crate) use recording::{executed, ran, ran_here, recompilations, recompiled, sequence, watch};

#[cfg(not(feature = "testing"))]
pub(crate) use silent::{ran, recompiled};

#[cfg(not(feature = "testing"))]
mod silent {
    use crate::store::sql::{Statement, Value};

    #[inline]
    pub(crate) fn ran(_: &'static Statement, _: &'static str, _: &[Value<'_>]) {}

    #[inline]
    pub(crate) fn recompiled(_: &rusqlite::Statement<'_>) {}
}

#[cfg(feature = "testing")]
mod recording {
    use std::cell::RefCell;
    use std::collections::{HashMap, HashSet};
    use std::sync::atomic::{AtomicU64, Ordering};
    use std::sync::{LazyLock, Mutex, MutexGuard, PoisonError};

    use rusqlite::StatementStatus;

    use crate::store::sql::{Scope, Statement, Value};
    use crate::store::statements;

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

    #[derive(Default)]
    struct Recorded {
        executed: HashSet<Executed>,
        /// In order, for the tenants that are watched.
        sequences: HashMap<String, Vec<&'static str>>,
    }

    thread_local! {
        static HERE: RefCell<Vec<&'static str>> = const { RefCell::new(Vec::new()) };
    }

    static RECORDED: Mutex<Option<Recorded>> = Mutex::new(None);
    static RECOMPILED: AtomicU64 = AtomicU64::new(0);

    fn recorded() -> MutexGuard<'static, Option<Recorded>> {
        RECORDED.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Where the statements of the registry are.
    static KNOWN: LazyLock<HashSet<usize>> =
        LazyLock::new(|| statements::all().map(address).collect());

    fn address(statement: &'static Statement) -> usize {
        std::ptr::from_ref(statement).addr()
    }

    pub(crate) fn ran(statement: &'static Statement, text: &'static str, values: &[Value<'_>]) {
        assert!(
            KNOWN.contains(&address(statement)),
            "{} is in no registry, so that nothing is proved of it: `statements::all` must list it",
            statement.name
        );
        let tenant = match (statement.scope, values.first()) {
            (Scope::Tenant, Some(Value::Text(tenant))) => Some(tenant.to_string()),
            _ => None,
        };
        HERE.with_borrow_mut(|names| names.push(statement.name));
        let mut recorded = recorded();
        let recorded = recorded.get_or_insert_default();
        if let Some(names) = tenant
            .as_ref()
            .and_then(|tenant| recorded.sequences.get_mut(tenant))
        {
            names.push(statement.name);
        }
        let (name, scope) = (statement.name, statement.scope);
        recorded.executed.insert(Executed {
            name,
            scope,
            text,
            tenant,
        });
    }

    /// The names of the statements that this thread ran, or handed to a driver, since it was asked last.
    pub(crate) fn ran_here() -> Vec<&'static str> {
        HERE.take()
    }

    pub(crate) fn recompiled(prepared: &rusqlite::Statement<'_>) {
        let times = prepared.reset_status(StatementStatus::RePrepare);
        RECOMPILED.fetch_add(u64::from(times.unsigned_abs()), Ordering::Relaxed);
    }

    /// Every different statement and tenant that ran in this process so far.
    pub(crate) fn executed() -> Vec<Executed> {
        recorded()
            .iter()
            .flat_map(|recorded| recorded.executed.iter().cloned())
            .collect()
    }

    /// Keeps, from here on, the order of the statements that run bound to this tenant.
    pub(crate) fn watch(tenant: &str) {
        recorded()
            .get_or_insert_default()
            .sequences
            .insert(tenant.to_owned(), Vec::new());
    }

    /// The names of the statements that ran for a watched tenant since it was asked last, in order.
    pub(crate) fn sequence(tenant: &str) -> Vec<&'static str> {
        recorded()
            .as_mut()
            .and_then(|recorded| recorded.sequences.get_mut(tenant))
            .map(std::mem::take)
            .unwrap_or_default()
    }

    /// How often a cached statement was compiled again on SQLite, in this process so far.
    pub(crate) fn recompilations() -> u64 {
        RECOMPILED.load(Ordering::Relaxed)
    }
}
