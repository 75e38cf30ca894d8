//! What an event or a refusal is about.

/// What an event is about: a row, or a kind of row where there is no single one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Entity {
    pub(crate) kind: &'static str,
    pub(crate) id: String,
}

impl Entity {
    pub(crate) fn new(kind: &'static str, id: impl Into<String>) -> Self {
        Self {
            kind,
            id: id.into(),
        }
    }

    /// All rows of a kind.
    pub(crate) fn every(kind: &'static str) -> Self {
        Self::new(kind, "")
    }
}
