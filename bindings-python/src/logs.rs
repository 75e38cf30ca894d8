//! The library's log in Python: what it tells `tracing` comes out of `logging`, under the name of its target
//! (`ringfence::store` is the logger `ringfence.store`).
//!
//! What is told is kept until a thread of Python's comes by: one whose call ends, or that looks for signals while it
//! waits. So no thread of the library's own ever asks for Python's lock, which may be held by whoever waits for that
//! thread, and no handler of a log runs in the middle of a transaction.

use std::collections::VecDeque;
use std::fmt::Debug;
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError, TryLockError};
use std::time::{SystemTime, UNIX_EPOCH};

use pyo3::exceptions::PyException;
use pyo3::prelude::*;
use pyo3::sync::PyOnceLock;
use tracing::field::{Field, Visit};
use tracing::{Event, Level, Metadata, Subscriber};
use tracing_subscriber::Layer;
use tracing_subscriber::layer::{Context, SubscriberExt};

/// As many as are kept for the next thread that comes by.
const MOST: usize = 1_000;

static KEPT: Mutex<Kept> = Mutex::new(Kept {
    told: VecDeque::new(),
    lost: 0,
});

/// Whether anything is kept: what a call asks that has nothing to tell.
static ANY: AtomicBool = AtomicBool::new(false);

/// The process whose threads use [`KEPT`].
static PROCESS: AtomicU32 = AtomicU32::new(0);

struct Kept {
    told: VecDeque<Told>,
    /// How many there was no room for.
    lost: usize,
}

/// One event.
struct Told {
    /// As Python's `logging` counts levels.
    level: u8,
    logger: String,
    message: String,
    at: SystemTime,
}

/// Listens from here on. Nobody else does: every native module has a `tracing` of its own.
pub(crate) fn listen() {
    PROCESS.store(std::process::id(), Ordering::SeqCst);
    let subscriber = tracing_subscriber::registry().with(Heard);
    drop(tracing::subscriber::set_global_default(subscriber));
}

/// What is kept. A child of fork may find it held by a thread that it does not have, and then keeps nothing; what it finds
/// of its parent's the parent tells.
fn kept() -> Option<MutexGuard<'static, Kept>> {
    let process = std::process::id();
    if PROCESS.load(Ordering::SeqCst) == process {
        return Some(KEPT.lock().unwrap_or_else(PoisonError::into_inner));
    }
    let mut kept = match KEPT.try_lock() {
        Ok(kept) => kept,
        Err(TryLockError::Poisoned(kept)) => kept.into_inner(),
        Err(TryLockError::WouldBlock) => return None,
    };
    kept.told.clear();
    kept.lost = 0;
    PROCESS.store(process, Ordering::SeqCst);
    Some(kept)
}

/// Hands what is kept to `logging`, on this thread. What a handler raises is reported as what no caller can catch, unless
/// it ends the program, as Ctrl-C does.
pub(crate) fn deliver(py: Python<'_>) -> PyResult<()> {
    if !ANY.load(Ordering::Relaxed) {
        return Ok(());
    }
    let (told, lost) = {
        ANY.store(false, Ordering::SeqCst);
        let Some(mut kept) = kept() else {
            return Ok(());
        };
        (
            std::mem::take(&mut kept.told),
            std::mem::take(&mut kept.lost),
        )
    };
    for one in told {
        hand_over(py, &one)?;
    }
    if lost > 0 {
        hand_over(
            py,
            &Told {
                level: 30,
                logger: "ringfence".to_owned(),
                message: format!("{lost} events before this one are not told: there were too many"),
                at: SystemTime::now(),
            },
        )?;
    }
    Ok(())
}

fn hand_over(py: Python<'_>, one: &Told) -> PyResult<()> {
    static LOG: PyOnceLock<Py<PyAny>> = PyOnceLock::new();
    let log = LOG.import(py, "ringfence._log", "log")?;
    let at = one.at.duration_since(UNIX_EPOCH).unwrap_or_default();
    let event = (one.level, &one.logger, &one.message, at.as_secs_f64());
    match log.as_any().call1(event) {
        Err(raised) if raised.is_instance_of::<PyException>(py) => {
            raised.write_unraisable(py, Some(log.as_any()));
            Ok(())
        }
        told => told.map(drop),
    }
}

/// Listens to the library alone.
struct Heard;

impl<S: Subscriber> Layer<S> for Heard {
    fn enabled(&self, about: &Metadata<'_>, _: Context<'_, S>) -> bool {
        let below = about.target().strip_prefix("ringfence");
        below.is_some_and(|below| below.is_empty() || below.starts_with("::"))
    }

    fn on_event(&self, event: &Event<'_>, _: Context<'_, S>) {
        let about = event.metadata();
        let mut line = Line::default();
        event.record(&mut line);
        let told = Told {
            level: match *about.level() {
                Level::ERROR => 40,
                Level::WARN => 30,
                Level::INFO => 20,
                Level::DEBUG => 10,
                Level::TRACE => 5,
            },
            logger: about.target().replace("::", "."),
            message: line.message + &line.fields,
            at: SystemTime::now(),
        };
        let Some(mut kept) = kept() else { return };
        if kept.told.len() < MOST {
            kept.told.push_back(told);
        } else {
            kept.lost += 1;
        }
        drop(kept);
        ANY.store(true, Ordering::SeqCst);
    }
}

/// `message: particulars, name value`
#[derive(Default)]
struct Line {
    message: String,
    fields: String,
}

impl Visit for Line {
    fn record_str(&mut self, field: &Field, value: &str) {
        self.record_debug(field, &format_args!("{value}"));
    }

    fn record_debug(&mut self, field: &Field, value: &dyn Debug) {
        match field.name() {
            "message" => self.message = format!("{value:?}"),
            "particulars" => self.fields += &format!(": {value:?}"),
            name => self.fields += &format!(", {name} {value:?}"),
        }
    }
}
