//! What a state machine does not allow.

use std::fmt;

/// What was asked of a thing is not possible where it stands.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{thing} in {from} does not allow {event}")]
pub(crate) struct IllegalStep {
    /// As `a mission`.
    thing: &'static str,
    /// The state in which it stands.
    from: String,
    /// What was asked of it.
    event: String,
}

impl IllegalStep {
    pub(crate) fn new(
        thing: &'static str,
        from: &impl fmt::Display,
        event: impl Into<String>,
    ) -> Self {
        Self {
            thing,
            from: from.to_string(),
            event: event.into(),
        }
    }
}
