//! Migrating through the public surface, on both engines.

mod adoption;
mod alembic;
mod beside;
mod concurrent;
mod held;
mod history;
mod keys;
mod large_tables;
mod leaning;
mod modes;
mod moved;
mod planted;
mod preflight;
mod published;
mod scans;
mod seen;
mod shapes;
mod states;
mod steps;
mod values;

use ringfence::{Error, MigrateMode};
use ringfence_migrations::STEPS;
use ringfence_tests::fixture::Place;

use crate::picture::Inspect;

/// The name of a step.
fn step_name(version: u32) -> &'static str {
    STEPS[version as usize - 1].name
}

/// The code and the sentence of a `Schema` error.
fn schema_error<T>(outcome: Result<T, Error>) -> (String, String) {
    match outcome {
        Err(Error::Schema { code, detail }) => (code, detail),
        Err(other) => panic!("another error: {other:?}"),
        Ok(_) => panic!("it worked"),
    }
}

/// Opening under every mode fails with this code and changes nothing.
async fn refused_under_every_mode(place: &Place, wanted: &str) -> String {
    let before = place.picture().await;
    let mut told = String::new();
    for mode in [MigrateMode::Auto, MigrateMode::Check, MigrateMode::Never] {
        let (code, detail) = schema_error(place.open(mode).await);
        assert_eq!(code, wanted, "{mode:?}: {detail}");
        assert_eq!(place.picture().await, before, "{mode:?}");
        told = detail;
    }
    told
}
