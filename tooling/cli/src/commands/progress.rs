//! How far a migration or a scan has come: a bar on a terminal, elsewhere a line a step, or now and then, and nothing
//! beside JSON.

use std::io::{IsTerminal, stderr};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use indicatif::{ProgressBar, ProgressStyle};
use ringfence::ProgressListener;
use ringfence::model::Progress;

use crate::output::{Output, escaped};

/// How long nothing is said of a scan where nobody watches.
const SELDOM: Duration = Duration::from_secs(10);

/// What the library tells of its progress, on standard error.
pub(super) fn shown(output: Output) -> Option<Arc<dyn ProgressListener>> {
    if output.is_json() {
        None
    } else if stderr().is_terminal() {
        Some(bar())
    } else {
        Some(Arc::new(move |step: Progress| {
            let total = step
                .total
                .map_or(String::new(), |total| format!(" of {total}"));
            output.note(&format!("step {}{total}: {}", step.done + 1, step.stage));
        }))
    }
}

/// Likewise of a scan: which table it reads, and how many rows are behind it.
pub(super) fn scanning(output: Output) -> Option<Arc<dyn ProgressListener>> {
    if output.is_json() {
        return None;
    }
    if stderr().is_terminal() {
        let bar = ProgressBar::no_length();
        if let Ok(style) = ProgressStyle::with_template("{spinner} {human_pos} rows  {msg}") {
            bar.set_style(style);
        }
        return Some(Arc::new(move |stretch: Progress| {
            bar.set_message(escaped(&stretch.stage).into_owned());
            bar.set_position(stretch.done);
        }));
    }
    let told = Mutex::new(Instant::now());
    Some(Arc::new(move |stretch: Progress| {
        let mut told = told.lock().unwrap_or_else(PoisonError::into_inner);
        if told.elapsed() >= SELDOM {
            *told = Instant::now();
            output.note(&format!(
                "{} rows scanned, now those of {}",
                stretch.done, stretch.stage
            ));
        }
    }))
}

/// It goes when the last step is done.
fn bar() -> Arc<dyn ProgressListener> {
    let bar = ProgressBar::no_length();
    if let Ok(style) = ProgressStyle::with_template("{bar:20} {pos} of {len} {msg}") {
        bar.set_style(style);
    }
    Arc::new(move |step: Progress| {
        step.total
            .into_iter()
            .for_each(|total| bar.set_length(total));
        bar.set_message(escaped(&step.stage).into_owned());
        bar.set_position(step.done);
    })
}
