//! What the proofs see of the statements that really run. Without the feature `testing` nothing is
//! kept and nothing is paid.

#[cfg(feature = "testing")]
pub use recording::Executed;
#[cfg(feature = "testing")]
pub(crate) use recording::{
    executed, group_time, in_place_of, let_groups_take, let_refusals_be_counted_for, ran, ran_here,
    recompilations, recompiled, refusal_window, remembers, sequence, tell, watch,
};

#[cfg(not(feature = "testing"))]
pub(crate) use silent::{group_time, in_place_of, ran, recompiled, refusal_window, remembers};

#[cfg(not(feature = "testing"))]
mod silent {
    use std::time::Duration;

    use crate::store::{Statement, Value};

    #[inline]
    pub(crate) fn ran(_: &'static Statement, _: &'static str, _: &[Value<'_>]) {}

    #[inline]
    pub(crate) fn group_time(usual: Duration) -> Duration {
        usual
    }

    #[inline]
    pub(crate) fn refusal_window(usual: Duration) -> Duration {
        usual
    }

    #[inline]
    pub(crate) fn remembers() -> bool {
        true
    }

    #[inline]
    pub(crate) fn in_place_of(_: &'static str, _: &'static str) -> Option<&'static str> {
        None
    }

    #[inline]
    pub(crate) fn recompiled(_: &rusqlite::Statement<'_>) {}
}

#[cfg(feature = "testing")]
mod recording {
    use std::cell::RefCell;
    use std::collections::{HashMap, HashSet};
    use std::fs::File;
    use std::io::Write;
    use std::sync::atomic::{AtomicU64, Ordering};
    use std::sync::{LazyLock, Mutex, MutexGuard, PoisonError};
    use std::time::Duration;

    use rusqlite::StatementStatus;
    use serde::Deserialize;

    use crate::store::{Scope, Statement, Value, statements};

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

    /// How many milliseconds a group may take at least.
    static GROUP_MILLIS: AtomicU64 = AtomicU64::new(0);

    /// How long a group may take before it commits.
    pub(crate) fn group_time(usual: Duration) -> Duration {
        usual.max(Duration::from_millis(GROUP_MILLIS.load(Ordering::Relaxed)))
    }

    /// How many milliseconds refusals are counted for, if not as usual.
    static REFUSALS_MILLIS: AtomicU64 = AtomicU64::new(0);

    /// How long refusals of one kind are counted before they are told.
    pub(crate) fn refusal_window(usual: Duration) -> Duration {
        match REFUSALS_MILLIS.load(Ordering::Relaxed) {
            0 => usual,
            millis => Duration::from_millis(millis),
        }
    }

    pub(crate) fn let_refusals_be_counted_for(millis: u64) {
        REFUSALS_MILLIS.store(millis, Ordering::Relaxed);
    }

    pub(crate) fn let_groups_take(millis: u64) {
        GROUP_MILLIS.store(millis, Ordering::Relaxed);
    }

    fn recorded() -> MutexGuard<'static, Option<Recorded>> {
        RECORDED.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Whether what the policy said is remembered, and read anew only where it may have changed. A process can be told
    /// to read it each time, to show that both come to the same.
    pub(crate) fn remembers() -> bool {
        static REMEMBERS: LazyLock<bool> =
            LazyLock::new(|| std::env::var_os("RINGFENCE_REMEMBERS_NOTHING").is_none());
        *REMEMBERS
    }

    /// A statement that a mutant of the proofs has changed, as the process was told at its start.
    #[derive(Deserialize)]
    struct Swapped {
        name: String,
        engine: String,
        text: String,
    }

    static SWAPPED: LazyLock<Option<Swapped>> = LazyLock::new(|| {
        let told = std::env::var("RINGFENCE_SWAPPED_STATEMENT").ok()?;
        serde_json::from_str(&told).ok()
    });

    /// Adds a line to the file that is to know what this process and its children reach, if one is.
    pub(crate) fn tell(name: &str) {
        struct Told {
            into: File,
            names: HashSet<String>,
        }
        static TOLD: LazyLock<Option<Mutex<Told>>> = LazyLock::new(|| {
            let path = std::env::var_os("RINGFENCE_REACHED_INTO")?;
            Some(Mutex::new(Told {
                into: File::options().append(true).open(path).ok()?,
                names: HashSet::new(),
            }))
        });
        let Some(told) = TOLD.as_ref() else {
            return;
        };
        let mut told = told.lock().unwrap_or_else(PoisonError::into_inner);
        if told.names.insert(name.to_owned()) {
            // Who reads the file misses the line.
            let _missing = told.into.write_all(format!("{name}\n").as_bytes());
        }
    }

    /// The text that runs in place of this statement's on this engine.
    pub(crate) fn in_place_of(name: &'static str, engine: &'static str) -> Option<&'static str> {
        tell(name);
        let swapped = SWAPPED.as_ref()?;
        (swapped.name == name && swapped.engine == engine).then_some(swapped.text.as_str())
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
