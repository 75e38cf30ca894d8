//! What the library tells its host's log. Here the host is whoever reads the terminal: it is where the driver's own
//! words stand, which no error of the library carries.
//!
//! Warnings and errors are kept for the end, where they are the causes of what failed. With `--verbose`, or what
//! `RUST_LOG` selects, events are told as they happen too.

use std::env::{VarError, var};
use std::fmt::Debug;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tracing::field::{Field, Visit};
use tracing::level_filters::LevelFilter;
use tracing::{Event, Level, Metadata, Subscriber};
use tracing_subscriber::Layer;
use tracing_subscriber::filter::{Targets, filter_fn};
use tracing_subscriber::layer::{Context, SubscriberExt};

use crate::failure::Failure;
use crate::output::Output;

/// As many as anybody reads.
const MOST: usize = 20;

const FILTER: &str = "RUST_LOG";

/// The library's warnings and errors.
#[derive(Clone, Default)]
pub(crate) struct Heard {
    lines: Arc<Mutex<Vec<String>>>,
    /// They were told already.
    told: bool,
}

impl Heard {
    /// Listens from here on, for the whole process, and tells of what the operator wants to hear.
    pub(crate) fn listen(output: Output, verbose: bool) -> Result<Self, Failure> {
        let wanted = match wanted()? {
            None if verbose => Some(Targets::new().with_target("ringfence", LevelFilter::TRACE)),
            wanted => wanted,
        };
        let heard = Self {
            told: wanted.is_some(),
            ..Self::default()
        };
        let kept = heard.clone().with_filter(filter_fn(is_a_warning));
        let told = wanted.map(|wanted| Told(output).with_filter(wanted));
        let subscriber = tracing_subscriber::registry().with(kept).with(told);
        // A host that embeds this and listens itself goes on doing so.
        drop(tracing::subscriber::set_global_default(subscriber));
        Ok(heard)
    }

    pub(crate) fn so_far(&self) -> Vec<String> {
        self.lines().clone()
    }

    /// What has not been told yet.
    pub(crate) fn untold(&self) -> Vec<String> {
        if self.told {
            return Vec::new();
        }
        self.so_far()
    }

    fn lines(&self) -> MutexGuard<'_, Vec<String>> {
        self.lines.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// What the environment asks for.
fn wanted() -> Result<Option<Targets>, Failure> {
    let asked = match var(FILTER) {
        Ok(asked) if asked.is_empty() => return Ok(None),
        Ok(asked) => asked,
        Err(VarError::NotPresent) => return Ok(None),
        Err(VarError::NotUnicode(_)) => {
            return Err(Failure::usage(format!("{FILTER} is not UTF-8")));
        }
    };
    let targets = asked.parse().map_err(|error| {
        Failure::usage(format!(
            "{FILTER} is not a list like `warn,ringfence=debug`: {error}"
        ))
    })?;
    Ok(Some(targets))
}

fn is_a_warning(about: &Metadata<'_>) -> bool {
    *about.level() <= Level::WARN && about.target().starts_with("ringfence")
}

impl<S: Subscriber> Layer<S> for Heard {
    fn on_event(&self, event: &Event<'_>, _: Context<'_, S>) {
        let line = Line::of(event);
        let mut lines = self.lines();
        if lines.len() < MOST {
            lines.push(line.message + &line.fields);
        }
    }
}

/// Tells of events as they happen.
struct Told(Output);

impl<S: Subscriber> Layer<S> for Told {
    fn on_event(&self, event: &Event<'_>, _: Context<'_, S>) {
        let about = event.metadata();
        let mut line = Line::of(event);
        if let Some(reference) = line.reference {
            line.fields += &format!(", reference {reference}");
        }
        let level = about.level().as_str().to_lowercase();
        self.0
            .told(&level, about.target(), &(line.message + &line.fields));
    }
}

#[derive(Default)]
struct Line {
    message: String,
    fields: String,
    /// The error says it already, where one follows.
    reference: Option<String>,
}

impl Line {
    fn of(event: &Event<'_>) -> Self {
        let mut line = Self::default();
        event.record(&mut line);
        line
    }
}

impl Visit for Line {
    fn record_str(&mut self, field: &Field, value: &str) {
        self.record_debug(field, &format_args!("{value}"));
    }

    fn record_debug(&mut self, field: &Field, value: &dyn Debug) {
        match field.name() {
            "message" => self.message = format!("{value:?}"),
            "particulars" => self.fields += &format!(": {value:?}"),
            "reference" => self.reference = Some(format!("{value:?}")),
            name => self.fields += &format!(", {name} {value:?}"),
        }
    }
}
