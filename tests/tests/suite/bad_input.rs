//! What nobody should hand over, and places that cannot be used: each is a typed error, and nothing is half-written.

mod closed;
mod disk;
mod files;
mod names;
mod places;
mod texts;
mod values;

use ringfence::{Error, WorkOutcome};

/// Fails unless the outcome is `Invalid` and names the field, in words that do not repeat what was handed over.
#[track_caller]
fn names_field(what: &str, outcome: Result<(), Error>, wanted: &str) {
    match outcome {
        Err(Error::Invalid { field, rule }) => {
            assert_eq!(field, wanted, "{what}: {rule}");
            assert!(rule.len() < 200, "{what}: {} bytes of rule", rule.len());
        }
        other => panic!("{what}: {other:?}"),
    }
}

/// Fails unless the outcome is `Unavailable` with this code and nothing was done.
#[track_caller]
pub(crate) fn is_unavailable<T: std::fmt::Debug>(
    what: &str,
    outcome: Result<T, Error>,
    wanted: &str,
) {
    match outcome {
        Err(Error::Unavailable {
            code,
            outcome,
            detail,
        }) => {
            assert_eq!(code, wanted, "{what}: {detail}");
            assert_eq!(outcome, WorkOutcome::NotDone, "{what}");
        }
        other => panic!("{what}: {other:?}"),
    }
}
