//! What the library tells its host's log. Here the host is whoever reads the terminal: it is where the driver's own
//! words stand, which no error of the library carries.

use std::fmt::Debug;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tracing::field::{Field, Visit};
use tracing::{Event, Level, Subscriber};
use tracing_subscriber::Layer;
use tracing_subscriber::layer::{Context, SubscriberExt};

/// As many as anybody reads.
const MOST: usize = 20;

/// The library's warnings and errors.
#[derive(Clone, Default)]
pub(crate) struct Heard(Arc<Mutex<Vec<String>>>);

impl Heard {
    /// Listens from here on, for the whole process.
    pub(crate) fn listen() -> Self {
        let heard = Self::default();
        let subscriber = tracing_subscriber::registry().with(heard.clone());
        // A host that embeds this and listens itself goes on doing so.
        drop(tracing::subscriber::set_global_default(subscriber));
        heard
    }

    pub(crate) fn so_far(&self) -> Vec<String> {
        self.lines().clone()
    }

    fn lines(&self) -> MutexGuard<'_, Vec<String>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl<S: Subscriber> Layer<S> for Heard {
    fn on_event(&self, event: &Event<'_>, _: Context<'_, S>) {
        let about = event.metadata();
        if *about.level() > Level::WARN || !about.target().starts_with("ringfence") {
            return;
        }
        let mut line = Line::default();
        event.record(&mut line);
        let mut lines = self.lines();
        if lines.len() < MOST {
            lines.push(line.message + &line.fields);
        }
    }
}

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
            // The error says it already.
            "reference" => {}
            name => self.fields += &format!(", {name} {value:?}"),
        }
    }
}
