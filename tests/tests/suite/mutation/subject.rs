//! What a mutant is a mutant of.

use ringfence::testing::Engine;
use std::fmt;

use ringfence::testing::{self, Registered, Scope};
pub(super) use ringfence_tests::fixture::name_of as name;
use ringfence_tests::mutants::{self, Mutant};

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
    /// As a process tells that it got there.
    pub(super) reached_as: String,
    /// The variable by which a process is told to run the mutant.
    pub(super) variable: &'static str,
    /// The engines on which it can be noticed, the quicker first, and the value of the variable there.
    pub(super) told: Vec<(Engine, String)>,
}

impl Subject {
    pub(super) fn engines(&self) -> impl Iterator<Item = Engine> + use<> {
        let engines: Vec<Engine> = self.told.iter().map(|(engine, _)| *engine).collect();
        engines.into_iter()
    }

    pub(super) fn told_on(&self, engine: Engine) -> &str {
        let told = self.told.iter().find(|(on, _)| *on == engine);
        told.map_or("", |(_, value)| value)
    }
}

impl fmt::Display for Subject {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.place, self.what)
    }
}

/// The mutants of every statement of the registry that has words of its own, and of one that each maker makes. A text that
/// both engines run has its mutants tried on both; the scan is made from the catalogue, and held against it by tests of its
/// own.
pub(super) fn statements() -> Vec<Subject> {
    let mut all = Vec::new();
    for statement in testing::registry() {
        if statement.name.starts_with("SCAN ") || is_as_another(&statement) {
            continue;
        }
        let on_sqlite = statement.sqlite.map(|text| (Engine::Sqlite, text));
        let on_postgres = statement.postgres.map(|text| (Engine::Postgres, text));
        match (on_sqlite, on_postgres) {
            (Some(sqlite), Some(postgres)) if same_but_for_its_wrapping(sqlite.1, postgres.1) => {
                all.extend(of_statement(&statement, sqlite, Some(postgres)));
            }
            texts => {
                let texts = [texts.0, texts.1].into_iter().flatten();
                all.extend(texts.flat_map(|text| of_statement(&statement, text, None)));
            }
        }
    }
    all
}

/// Whether a statement has its words from the maker of those of missions, and only other names in them: that the columns
/// are those that are written and read is held by the rows that come back, and what a list is narrowed and filtered by is
/// held by the tests of filters. Of the lists of missions those are tried that are whole or narrowed to a state.
pub(super) fn is_as_another(statement: &Registered) -> bool {
    let list = statement.name.strip_prefix("MISSIONS_");
    let is_tried = match list {
        Some(list) => !list.starts_with("OF_") || list.starts_with("OF_STATE_"),
        None => statement.name.starts_with("MISSION_"),
    };
    statement.made_of.is_some() && !is_tried
}

fn of_statement(
    statement: &Registered,
    (engine, text): (Engine, &'static str),
    likewise: Option<(Engine, &'static str)>,
) -> Vec<Subject> {
    let (statement, is_first) = (statement.name, statement.scope == Scope::Tenant);
    let swapped = |engine: Engine, text: &str| {
        let swapped = serde_json::json!({
            "name": statement,
            "engine": name(engine),
            "text": text,
        });
        (engine, swapped.to_string())
    };
    // The same thing is wrong in the other engine's text, which is met in the same order.
    let mut likewise: Vec<(Engine, Mutant)> = likewise
        .into_iter()
        .flat_map(|(engine, text)| {
            mutants::of(text, engine)
                .into_iter()
                .map(move |it| (engine, it))
        })
        .collect();
    let is_list = statement.ends_with("_PAGE") && statement.starts_with("MISSIONS_");
    let tried = mutants::of(text, engine).into_iter();
    // A list reads the columns of its record, in the order in which its row by id does.
    let tried = tried.filter(|it| !is_list || !it.what.ends_with(" the other way round"));
    let mutants = tried.map(|mutant| {
        let mut told = vec![swapped(engine, &mutant.text)];
        let same = |(_, other): &(Engine, Mutant)| plain(&other.what) == plain(&mutant.what);
        if let Some(at) = likewise.iter().position(same) {
            let (engine, other) = likewise.remove(at);
            told.push(swapped(engine, &other.text));
        }
        Subject {
            place: format!("{} {statement}", name(engine)),
            is_first,
            original: text.to_owned(),
            what: mutant.what,
            text: mutant.text,
            reached_as: statement.to_owned(),
            variable: "RINGFENCE_SWAPPED_STATEMENT",
            told,
        }
    });
    mutants.collect()
}

/// Without what Postgres' texts have besides.
fn plain(text: &str) -> String {
    text.replace(" COLLATE \"C\"", "")
}

fn same_but_for_its_wrapping(sqlite: &str, postgres: &str) -> bool {
    let plain = plain(postgres);
    plain == sqlite || plain.starts_with(&format!("WITH written AS ({sqlite} RETURNING 1)"))
}
