//! What a run on SQLite looks at once more: where somebody has written since, and nothing else.

use std::collections::{BTreeMap, BTreeSet};

use ringfence::blocking::wait;
use ringfence::schema::version::{BASELINE, OBSERVATIONS_EXPAND};
use ringfence::{Error, MigrateMode, Ringfence, testing};
use ringfence_tests::fixture::{Engine, Place};
use tracing::field::{Field, Visit};
use tracing::{Event, Metadata, Subscriber, span};

use super::step_name;
use crate::legacy_rows;

/// Takes all steps, does something behind that of this version, and says which looks at rows were made how often, and how
/// the run ended.
async fn run(
    place: &Place,
    rf: &Ringfence,
    behind: u32,
    deed: impl Fn() + Send + Sync + 'static,
) -> (BTreeMap<&'static str, usize>, ringfence::Result<()>) {
    let rf = rf.clone();
    let behind = Behind {
        step: step_name(behind),
        deed,
    };
    let told = tokio::task::spawn_blocking(move || {
        let runs = || {
            drop(testing::ran_here());
            let ran = wait(rf.migrate("suite".into(), None, None));
            (testing::ran_here(), ran.map(drop))
        };
        tracing::subscriber::with_default(behind, runs)
    });
    let (statements, ended) = told.await.unwrap();
    assert!(!statements.is_empty(), "{}", place.url);
    let mut looks = BTreeMap::new();
    for name in statements {
        // Each is of a chunk, and no table here has more than one.
        if name.starts_with("SCAN ") && !name.contains(" next from ") {
            *looks.entry(name).or_default() += 1;
        }
    }
    (looks, ended)
}

/// Does something between two steps, where nobody holds anything.
struct Behind<F> {
    step: &'static str,
    deed: F,
}

/// Whether it is told that this step was applied.
struct Applied {
    step: &'static str,
    said: [bool; 2],
}

impl Visit for Applied {
    fn record_str(&mut self, field: &Field, value: &str) {
        self.said[0] |= field.name() == "step" && value == self.step;
    }

    fn record_debug(&mut self, field: &Field, value: &dyn std::fmt::Debug) {
        self.said[1] |= field.name() == "message" && format!("{value:?}") == "applied";
    }
}

impl<F: Fn() + 'static> Subscriber for Behind<F> {
    fn enabled(&self, _: &Metadata<'_>) -> bool {
        true
    }

    fn new_span(&self, _: &span::Attributes<'_>) -> span::Id {
        span::Id::from_u64(1)
    }

    fn record(&self, _: &span::Id, _: &span::Record<'_>) {}

    fn record_follows_from(&self, _: &span::Id, _: &span::Id) {}

    fn event(&self, event: &Event<'_>) {
        let mut applied = Applied {
            step: self.step,
            said: [false; 2],
        };
        event.record(&mut applied);
        if applied.said == [true; 2] {
            (self.deed)();
        }
    }

    fn enter(&self, _: &span::Id) {}

    fn exit(&self, _: &span::Id) {}
}

/// The old platform's database on SQLite, opened and not adopted. It has a log already: what begins one behind the first
/// step changes the file as anybody else would.
async fn legacy() -> (Place, Ringfence) {
    let place = Place::fresh(Engine::Sqlite).await;
    legacy_rows::make(&place).await;
    let log = place.raw_text("PRAGMA journal_mode = WAL").await;
    assert_eq!(log.as_deref(), Some("wal"));
    let rf = place.open(MigrateMode::Never).await.unwrap();
    (place, rf)
}

#[tokio::test]
async fn nothing_is_looked_at_twice_while_nobody_else_writes() {
    let (place, rf) = legacy().await;
    let (looks, ended) = run(&place, &rf, BASELINE, || {}).await;
    ended.unwrap();
    let twice = looks.iter().filter(|(_, times)| **times > 1);
    let twice: BTreeSet<&str> = twice
        .filter_map(|(name, _)| name.split(' ').nth(1))
        .collect();
    // Steps fill the links' tenants and the names' keys, and give the starting roles what they may do.
    let written = ["permissions", "role_permissions", "user_roles", "users"];
    assert!(
        twice.iter().all(|table| written.contains(table)),
        "{looks:#?}"
    );
    assert!(looks.len() > 40, "{looks:#?}");
    place.remove().await;
}

#[tokio::test]
async fn what_somebody_else_has_written_since_is_looked_at() {
    let (place, rf) = legacy().await;
    let url = place.url.clone();
    let deed = move || {
        let moved = "UPDATE inspection_observations
            SET task_id = (SELECT max(id) FROM inspection_tasks WHERE tenant_id = 'b')
            WHERE id = (SELECT max(id) FROM inspection_observations WHERE tenant_id = 'a')";
        let other = Place::existing(url.clone()).sqlite();
        assert_eq!(other.execute(moved, []).unwrap(), 1);
    };
    let (_, ended) = run(&place, &rf, OBSERVATIONS_EXPAND, deed).await;
    assert!(matches!(ended, Err(Error::Integrity { .. })), "{ended:?}");
    let status = rf.migration_status().await.unwrap();
    assert_eq!(status.current, OBSERVATIONS_EXPAND);
    place.remove().await;
}
