//! Whether the tests notice what is wrong in one place: `cargo xtask mutate`.
//!
//! Each mutant runs in processes of their own, in the place of what it is a mutant of: the test that noticed it the
//! last time goes first, then those that noticed others there, then all that get there, the quick ones first, until one
//! fails. What is known of each is kept in `governance/mutants.tsv`, so that runs with a budget add up; a survivor that
//! is not listed there as equivalent, with its reason, fails.

mod code;
mod ledger;
mod subject;
mod trial;

use std::collections::BTreeSet;
use std::path::PathBuf;
use std::time::{Duration, Instant};

use rand::seq::SliceRandom;
use rand::{SeedableRng, rngs::StdRng};
use ringfence::testing;
use ringfence_tests::fixture::{Engine, World, each_engine};
use ringfence_tests::schemata::Listed;
use xtask::repository::root;

use crate::sqlite_fixture::teach;

use ledger::{Ledger, State};
use subject::Subject;
use trial::Bench;
pub(crate) use trial::tests_of;

/// How many seconds to go on for, with which seed, and what first: `600 7 untried`, or `120 7 caught` for a sample
/// of those that were noticed before. Absent, there is nothing to do.
const ORDERS: &str = "RINGFENCE_MUTATE";

/// Where, by parts of the names of the places; anywhere, if there are none.
const PLACE: &str = "RINGFENCE_MUTATE_PLACE";

/// The file that lists the mutants of the code.
const LIST: &str = "RINGFENCE_MUTANTS";

const OF_STATEMENTS: &str = "governance/mutants.tsv";
const OF_CODE: &str = "governance/code_mutants.tsv";

#[test]
fn a_mutant_is_made_of_every_statement_with_a_condition() {
    let subjects = subject::statements();
    for statement in testing::registry() {
        let text = statement.sqlite.or(statement.postgres).unwrap_or_default();
        let has_conditions = statement.scope == testing::Scope::Tenant && text.contains("WHERE");
        if has_conditions && !subject::is_as_another(&statement) {
            let is_there = subjects
                .iter()
                .any(|subject| subject.reached_as == statement.name);
            assert!(is_there, "{} has none: {text}", statement.name);
        }
    }
}

each_engine!(
    /// Whether a test of the rows notices is another matter: a text that no engine takes is noticed by every driver.
    #[tokio::test]
    async fn every_mutant_of_a_statement_is_a_statement_that_takes_the_same_parameters(
        world: &World,
    ) {
        let engine = world.place.engine;
        let texts = subject::statements().into_iter().filter_map(|subject| {
            let told: serde_json::Value = serde_json::from_str(subject.told_on(engine)).ok()?;
            let text = told["text"].as_str()?.to_owned();
            // Columns of two types are told apart by the server, which the mistake does not get past either.
            let is_typed = engine == Engine::Postgres && subject.what.ends_with("way round");
            (!is_typed).then(|| (subject.to_string(), text))
        });
        // The old platform's own, which a database that it did not make lacks.
        let versions = world
            .place
            .raw("CREATE TABLE alembic_version (version_num VARCHAR(32))");
        versions.await.unwrap();
        let mut refused = Vec::new();
        match world.place.engine {
            Engine::Sqlite => {
                let connection = world.place.sqlite();
                teach(&connection);
                for (subject, text) in texts {
                    if let Err(error) = connection.prepare(&text) {
                        refused.push(format!("{subject}: {error}: {text}"));
                    }
                }
            }
            Engine::Postgres => {
                let client = world.place.postgres().await;
                for (subject, text) in texts {
                    if let Err(error) = client.prepare(&text).await {
                        refused.push(format!("{subject}: {error:?}: {text}"));
                    }
                }
            }
        }
        assert_eq!(refused, Vec::<String>::new());
    }
);

/// Whoever adds a statement tries its mutants: `cargo xtask mutate --place NAME`.
#[test]
fn no_mutant_of_a_statement_is_untried_or_survives() {
    let known = Ledger::read(OF_STATEMENTS);
    let mut open = subject::statements();
    open.retain(|it| matches!(known.state(it), State::Untried | State::Survived));
    let all = open.len();
    let open: Vec<String> = open.iter().map(ToString::to_string).take(20).collect();
    assert_eq!(
        open,
        Vec::<String>::new(),
        "of {all}, nothing is known to notice these: run `cargo xtask mutate --place` with the statement's name, and write the \
         tests that are missing"
    );
}

#[test]
fn what_is_kept_of_the_mutants_is_of_mutants_that_there_are() {
    let differs = Ledger::read(OF_STATEMENTS).differs(&subject::statements());
    assert!(
        differs.is_empty(),
        "{} differ; `cargo xtask mutate` tries what is new and clears away what is no more: {:?}",
        differs.len(),
        differs.first()
    );
}

#[test]
fn the_documentation_says_how_many_were_tried_and_what_became_of_them() {
    let (path, said) = documentation();
    let known = [OF_STATEMENTS, OF_CODE].map(|file| Ledger::read(file).row(subjects_of(file)));
    for row in known {
        assert!(said.contains(&row), "{} lacks {row}", path.display());
    }
}

fn subjects_of(file: &str) -> &'static str {
    if file == OF_CODE {
        "code"
    } else {
        "statements"
    }
}

fn documentation() -> (PathBuf, String) {
    let path = root().join("docs/mutation.md");
    let said = std::fs::read_to_string(&path).unwrap();
    (path, said)
}

/// Writes what is known now into the documentation.
fn document(ledger: &Ledger, of: &str) {
    let (path, said) = documentation();
    let begins = format!("| {of} |");
    let lines = said.lines().map(|line| match line.starts_with(&begins) {
        true => ledger.row(of),
        false => line.to_owned(),
    });
    let text: String = lines.map(|line| line + "\n").collect();
    std::fs::write(path, text).unwrap();
}

/// The body of `cargo xtask mutate`.
#[test]
#[ignore = "run by `cargo xtask mutate`"]
fn statements() {
    let Some(orders) = Orders::given() else {
        return;
    };
    let bench = Bench::of(vec![std::env::current_exe().unwrap()]);
    orders.carry_out(
        subject::statements(),
        &BTreeSet::new(),
        bench,
        OF_STATEMENTS,
    );
}

/// The body of `cargo xtask mutate --code`.
#[test]
#[ignore = "run by `cargo xtask mutate --code`"]
fn code() {
    let (Some(orders), Some(list)) = (Orders::given(), std::env::var_os(LIST)) else {
        return;
    };
    let list: Vec<Listed> = serde_json::from_slice(&std::fs::read(list).unwrap()).unwrap();
    let left_out = code::build_in(&list);
    let binaries = match orders.budget.is_zero() {
        true => Vec::new(),
        false => code::binaries(),
    };
    let unviable = left_out.iter().map(|number| format!("#{number}")).collect();
    orders.carry_out(
        code::subjects(&list),
        &unviable,
        Bench::of(binaries),
        OF_CODE,
    );
}

/// How long to go on, and in which order.
struct Orders {
    budget: Duration,
    seed: u64,
    is_sample: bool,
    places: Vec<String>,
}

impl Orders {
    fn given() -> Option<Self> {
        let given = std::env::var(ORDERS).ok()?;
        let orders: Vec<&str> = given.split(' ').collect();
        let [budget, seed, first] = orders.try_into().unwrap();
        let places = std::env::var(PLACE).unwrap_or_default();
        Some(Self {
            places: places
                .split(',')
                .filter(|place| !place.is_empty())
                .map(str::to_owned)
                .collect(),
            budget: Duration::from_secs(budget.parse().unwrap()),
            seed: seed.parse().unwrap(),
            is_sample: first == "caught",
        })
    }

    fn includes(&self, place: &str) -> bool {
        self.places.is_empty() || self.places.iter().any(|part| place.contains(part))
    }

    /// Tries one after the other until the time is over: those that were never tried first, then survivors.
    fn carry_out(
        &self,
        mut subjects: Vec<Subject>,
        unviable: &BTreeSet<String>,
        mut bench: Bench,
        file: &str,
    ) {
        let begun = Instant::now();
        subjects.shuffle(&mut StdRng::seed_from_u64(self.seed));
        let mut ledger = Ledger::read(file);
        ledger.enter(&subjects, unviable);
        subjects.retain(|subject| self.includes(&subject.place));
        subjects.retain(|subject| match ledger.state(subject) {
            State::Caught => true,
            State::Untried | State::Survived => !self.is_sample,
            State::Equivalent | State::Unviable => false,
        });
        if !self.is_sample {
            subjects.sort_by_key(|subject| {
                let has_a_hint = !ledger.noticed_by(subject).is_empty();
                (ledger.state(subject), !subject.is_first, !has_a_hint)
            });
        }
        let (mut tried, mut unnoticed) = (0, Vec::new());
        for subject in &subjects {
            if begun.elapsed() >= self.budget + bench.measuring {
                break;
            }
            tried += 1;
            let started = Instant::now();
            let (state, by) = match self.is_sample {
                true => again(&mut bench, &ledger, subject),
                false => noticed(&mut bench, &ledger, subject),
            };
            println!("{state:?} after {:?} {subject} {by}", started.elapsed());
            if state != State::Caught {
                unnoticed.push(format!("{subject}: {}", subject.text));
            }
            ledger.note(subject, state, by);
            ledger.write();
        }
        ledger.write();
        let of = subjects_of(file);
        document(&ledger, of);
        println!(
            "{tried} tried under the seed {}\n{}",
            self.seed,
            ledger.row(of)
        );
        assert_eq!(unnoticed, Vec::<String>::new(), "nothing noticed these");
    }
}

/// What becomes of a mutant, and which test notices it.
fn noticed(bench: &mut Bench, ledger: &Ledger, subject: &Subject) -> (State, String) {
    let likely = ledger.noticed_in(&subject.place);
    match bench.notices(subject, ledger.noticed_by(subject), &likely) {
        Some(by) => (State::Caught, by),
        None => (State::Survived, String::new()),
    }
}

/// Whether the test that noticed a mutant the last time still does. No other is asked, which would take minutes: one
/// that is noticed no more is to be tried anew.
fn again(bench: &mut Bench, ledger: &Ledger, subject: &Subject) -> (State, String) {
    let by = ledger.noticed_by(subject).to_owned();
    match bench.still_notices(subject, &by) {
        true => (State::Caught, by),
        false => (State::Untried, by),
    }
}
