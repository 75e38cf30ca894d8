//! How far a migration has come: a bar on a terminal, a line a step elsewhere, and nothing beside JSON.

use std::io::{IsTerminal, stderr};
use std::sync::Arc;

use indicatif::{ProgressBar, ProgressStyle};
use ringfence::ProgressListener;
use ringfence::model::Progress;

use crate::output::{Output, escaped};

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
