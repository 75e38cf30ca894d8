//! What a mutant is a mutant of.

use std::fmt;

use ringfence::testing::{self, Registered, Scope};
use ringfence_tests::mutants;
use ringfence_tests::prover::Engine;

/// A mutant, and how it comes to run.
#[derive(Clone, Debug)]
pub(super) struct Subject {
    /// Whose mutant it is.
    pub(super) place: String,
    /// Whether it comes before others: every one of these is to be tried.
    pub(super) is_first: bool,
    /// What stands there.
    pub(super) original: String,
    /// What is wrong.
    pub(super) what: String,
    /// What stands there instead.
    pub(super) text: String,
    /// Where it can be noticed, the quicker first.
    pub(super) engines: &'static [Engine],
    /// As a process tells that it got there.
    pub(super) reached_as: String,
    /// What a process is told to run the mutant: a variable and its value.
    pub(super) told: (&'static str, String),
}

impl fmt::Display for Subject {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.place, self.what)
    }
}

pub(super) fn name(engine: Engine) -> &'static str {
    match engine {
        Engine::Sqlite => "sqlite",
        Engine::Postgres => "postgres",
    }
}

/// The mutants of every statement of the registry. Where SQLite runs the same text, Postgres' copy of it is not another
/// subject; the scan is made from the catalogue, and held against it by tests of its own.
pub(super) fn statements() -> Vec<Subject> {
    const SQLITE: &[Engine] = &[Engine::Sqlite];
    const POSTGRES: &[Engine] = &[Engine::Postgres];
    let mut all = Vec::new();
    for statement in testing::registry() {
        if statement.name.starts_with("SCAN ") {
            continue;
        }
        let mut add = |engines, text| all.extend(of_statement(&statement, engines, text));
        match (statement.sqlite, statement.postgres) {
            (Some(sqlite), Some(postgres)) if same_but_for_its_wrapping(sqlite, postgres) => {
                add(SQLITE, sqlite);
            }
            (sqlite, postgres) => {
                sqlite.into_iter().for_each(|text| add(SQLITE, text));
                postgres.into_iter().for_each(|text| add(POSTGRES, text));
            }
        }
    }
    all
}

fn of_statement(
    statement: &Registered,
    engines: &'static [Engine],
    text: &'static str,
) -> impl Iterator<Item = Subject> + use<> {
    let (engine, statement, is_first) =
        (engines[0], statement.name, statement.scope == Scope::Tenant);
    mutants::of(text, engine).into_iter().map(move |mutant| {
        let swapped = serde_json::json!({
            "name": statement,
            "engine": name(engine),
            "text": mutant.text,
        });
        Subject {
            place: format!("{} {statement}", name(engine)),
            is_first,
            original: text.to_owned(),
            what: mutant.what,
            text: mutant.text,
            engines,
            reached_as: statement.to_owned(),
            told: ("RINGFENCE_SWAPPED_STATEMENT", swapped.to_string()),
        }
    })
}

fn same_but_for_its_wrapping(sqlite: &str, postgres: &str) -> bool {
    let plain = postgres.replace(" COLLATE \"C\"", "");
    plain == sqlite || plain.starts_with(&format!("WITH written AS ({sqlite} RETURNING 1)"))
}
