//! What the proofs may change in a process: how long something takes, how much is read at once, what happens before a
//! COMMIT, and one statement's text. Without the feature `testing` everything is as usual, and nothing is asked.

#[cfg(feature = "testing")]
pub(crate) use rigged::{
    before_commit, do_before_a_commit, group_time, in_place_of, let_groups_take,
    let_refusals_be_counted_for, refusal_window, remembers, scan_chunk, scan_in_chunks_of, tell,
};
#[cfg(not(feature = "testing"))]
pub(crate) use usual::{
    before_commit, group_time, in_place_of, refusal_window, remembers, scan_chunk,
};

#[cfg(not(feature = "testing"))]
mod usual {
    use std::time::Duration;

    use crate::store::engine::Engine;

    #[inline]
    pub(crate) fn group_time(usual: Duration) -> Duration {
        usual
    }

    #[inline]
    pub(crate) fn before_commit() {}

    #[inline]
    pub(crate) fn refusal_window(usual: Duration) -> Duration {
        usual
    }

    #[inline]
    pub(crate) fn remembers() -> bool {
        true
    }

    #[inline]
    pub(crate) fn scan_chunk(usual: i64) -> i64 {
        usual
    }

    #[inline]
    pub(crate) fn in_place_of(_: &'static str, _: Engine) -> Option<&'static str> {
        None
    }
}

#[cfg(feature = "testing")]
mod rigged {
    use std::collections::HashSet;
    use std::fs::File;
    use std::io::Write;
    use std::sync::atomic::{AtomicI64, AtomicU64, Ordering};
    use std::sync::{LazyLock, Mutex, PoisonError};
    use std::time::Duration;

    use serde::Deserialize;

    use crate::store::engine::Engine;

    /// How many milliseconds a group may take at least.
    static GROUP_MILLIS: AtomicU64 = AtomicU64::new(0);

    /// How long a group may take before it commits.
    pub(crate) fn group_time(usual: Duration) -> Duration {
        usual.max(Duration::from_millis(GROUP_MILLIS.load(Ordering::Relaxed)))
    }

    /// How many rows a scan reads at once; 0 means as many as usual.
    static SCAN_CHUNK: AtomicI64 = AtomicI64::new(0);

    pub(crate) fn scan_in_chunks_of(rows: i64) {
        SCAN_CHUNK.store(rows, Ordering::Relaxed);
    }

    pub(crate) fn scan_chunk(usual: i64) -> i64 {
        match SCAN_CHUNK.load(Ordering::Relaxed) {
            0 => usual,
            rows => rows,
        }
    }

    type Deed = Box<dyn FnOnce() + Send>;

    static BEFORE_COMMIT: Mutex<Option<Deed>> = Mutex::new(None);

    pub(crate) fn do_before_a_commit(deed: Deed) {
        *BEFORE_COMMIT.lock().unwrap_or_else(PoisonError::into_inner) = Some(deed);
    }

    /// Behind all that is asked before it.
    pub(crate) fn before_commit() {
        let deed = BEFORE_COMMIT
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .take();
        if let Some(deed) = deed {
            deed();
        }
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
        engine: Engine,
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
    pub(crate) fn in_place_of(name: &'static str, engine: Engine) -> Option<&'static str> {
        tell(name);
        let swapped = SWAPPED.as_ref()?;
        (swapped.name == name && swapped.engine == engine).then_some(swapped.text.as_str())
    }
}
