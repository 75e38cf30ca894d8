//! Who hears of long work as it goes on, and what becomes of a listener that fails.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;

use crate::model::{IntegrityFinding, Progress};

/// Hears how far a migration or a scan has come: a closure is one, and in Kotlin and Swift whatever implements this.
#[cfg_attr(feature = "uniffi", uniffi::export(with_foreign))]
pub trait ProgressListener: Send + Sync {
    /// Is called before each step and behind each stretch, on the thread that does the work, which waits for it. A panic,
    /// or what Kotlin throws here, is logged and stops nothing.
    fn on_progress(&self, progress: Progress);
}

impl<F: Fn(Progress) + Send + Sync> ProgressListener for F {
    fn on_progress(&self, progress: Progress) {
        self(progress);
    }
}

/// Hears what a scan finds as it finds it: a closure is one, and in Kotlin and Swift whatever implements this.
#[cfg_attr(feature = "uniffi", uniffi::export(with_foreign))]
pub trait FindingsListener: Send + Sync {
    /// Is called with what was found since it was called last, on the thread that does the work, which waits for it. A
    /// panic, or what Kotlin throws here, is logged and stops nothing.
    fn on_findings(&self, findings: Vec<IntegrityFinding>);
}

impl<F: Fn(Vec<IntegrityFinding>) + Send + Sync> FindingsListener for F {
    fn on_findings(&self, findings: Vec<IntegrityFinding>) {
        self(findings);
    }
}

/// Tells the listener, if there is one.
pub(super) fn progress(listener: Option<Arc<dyn ProgressListener>>) -> impl Fn(Progress) + Sync {
    move |progress| {
        if let Some(listener) = &listener {
            unless_it_panics(|| listener.on_progress(progress));
        }
    }
}

/// Tells the listener, if there is one.
pub(super) fn findings(
    listener: Option<Arc<dyn FindingsListener>>,
) -> impl Fn(&[IntegrityFinding]) + Sync {
    move |findings| {
        if let Some(listener) = &listener {
            unless_it_panics(|| listener.on_findings(findings.to_vec()));
        }
    }
}

/// Work is not given up half-way because of who only watches: what a listener fails with ends here.
fn unless_it_panics(tell: impl FnOnce()) {
    if catch_unwind(AssertUnwindSafe(tell)).is_err() {
        tracing::error!(target: "ringfence::migrate", "a listener to a migration or a scan panicked");
    }
}
