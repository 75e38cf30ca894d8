//! What changes between two versions, as objects and as the text of a step.

use super::structure::Object;

/// A difference between two versions, both ways.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Difference {
    /// From the older to the newer.
    pub up: String,
    /// Back.
    pub down: String,
}

/// What a step takes away and what it makes, object by object.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Change {
    /// What is no more, the last made first.
    pub(crate) gone: Vec<Object>,
    /// What is new, in the order in which it is made.
    pub(crate) come: Vec<Object>,
}

/// The difference between two lists of objects.
pub(super) fn difference(older: &[Object], newer: &[Object]) -> Difference {
    Difference {
        up: change(older, newer).text(),
        down: change(newer, older).text(),
    }
}

/// What is changed goes and comes again.
pub(super) fn change(from: &[Object], to: &[Object]) -> Change {
    let gone = from.iter().rev().filter(|object| !to.contains(object));
    let come = to.iter().filter(|object| !from.contains(object));
    Change {
        gone: gone.cloned().collect(),
        come: come.cloned().collect(),
    }
}

impl Change {
    pub(super) fn text(&self) -> String {
        let gone = self.gone.iter().map(|object| &object.drop);
        let statements = gone.chain(self.come.iter().map(|object| &object.create));
        statements.map(|text| written(text)).collect()
    }
}

/// A statement as it stands in the text of a step.
pub(super) fn written(statement: &str) -> String {
    format!("{statement};\n")
}
