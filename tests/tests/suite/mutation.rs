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

use std::path::PathBuf;
use std::time::{Duration, Instant};

use rand::seq::SliceRandom;
use rand::{SeedableRng, rngs::StdRng};
use ringfence::testing;
use ringfence_tests::fixture::{Engine, World, on_each_engine};
use ringfence_tests::prover;
use ringfence_tests::schemata::Listed;
use xtask::repository::root;

use ledger::{Ledger, State};
use subject::Subject;
use trial::Bench;

/// How many seconds to go on for, with which seed, and what first: `600 7 untried`, or `120 7 caught` for a sample
/// of those that were noticed before. Absent, there is nothing to do.
const ORDERS: &str = "RINGFENCE_MUTATE";

/// The file that lists the mutants of the code.
const LIST: &str = "RINGFENCE_MUTANTS";

const OF_STATEMENTS: &str = "governance/mutants.tsv";
const OF_CODE: &str = "governance/code_mutants.tsv";

#[test]
fn a_mutant_is_made_of_every_statement_with_a_condition() {
    let subjects = subject::statements();
    for statement in testing::registry() {
        let text = statement.sqlite.or(statement.postgres).unwrap_or_default();
        if statement.scope == testing::Scope::Tenant && text.contains("WHERE") {
            let is_there = subjects
                .iter()
                .any(|subject| subject.reached_as == statement.name);
            assert!(is_there, "{} has none: {text}", statement.name);
        }
    }
}

/// Whether a test of the rows notices is another matter: a text that no engine takes is noticed by every driver.
#[tokio::test]
async fn every_mutant_of_a_statement_is_a_statement_that_takes_the_same_parameters() {
    on_each_engine(async |world: &World| {
        let engine = match world.place.engine {
            Engine::Sqlite => prover::Engine::Sqlite,
            Engine::Postgres => prover::Engine::Postgres,
        };
        let texts = subject::statements().into_iter().filter_map(|subject| {
            let told: serde_json::Value = serde_json::from_str(subject.told_on(engine)).ok()?;
            let text = told["text"].as_str()?.to_owned();
            // Columns of two types are told apart by the server, which the mistake does not get past either.
            let is_typed =
                engine == prover::Engine::Postgres && subject.what.ends_with("way round");
            (!is_typed).then(|| (subject.to_string(), text))
        });
        let mut refused = Vec::new();
        match world.place.engine {
            Engine::Sqlite => {
                let connection = world.place.sqlite();
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
    })
    .await;
}

/// Whoever adds a statement that touches a tenant's rows tries its mutants: `cargo xtask mutate`.
#[test]
fn no_mutant_of_a_statement_of_tenant_scope_is_untried_or_survives() {
    let known = Ledger::read(OF_STATEMENTS);
    let mut open = subject::statements();
    open.retain(|it| it.is_first && matches!(known.state(it), State::Untried | State::Survived));
    let open: Vec<String> = open.iter().map(ToString::to_string).collect();
    assert_eq!(open, Vec::<String>::new());
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
    orders.carry_out(subject::statements(), bench, OF_STATEMENTS, 0);
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
    let subjects = code::subjects(&list, &left_out);
    let binaries = match orders.budget.is_zero() {
        true => Vec::new(),
        false => code::binaries(),
    };
    orders.carry_out(subjects, Bench::of(binaries), OF_CODE, left_out.len());
}

/// How long to go on, and in which order.
struct Orders {
    budget: Duration,
    seed: u64,
    is_sample: bool,
}

impl Orders {
    fn given() -> Option<Self> {
        let given = std::env::var(ORDERS).ok()?;
        let orders: Vec<&str> = given.split(' ').collect();
        let [budget, seed, first] = orders.try_into().unwrap();
        Some(Self {
            budget: Duration::from_secs(budget.parse().unwrap()),
            seed: seed.parse().unwrap(),
            is_sample: first == "caught",
        })
    }

    /// Tries one after the other until the time is over: but for a sample, those that were never tried first, then
    /// survivors.
    fn carry_out(&self, mut subjects: Vec<Subject>, mut bench: Bench, file: &str, unviable: usize) {
        let begun = Instant::now();
        subjects.shuffle(&mut StdRng::seed_from_u64(self.seed));
        let mut ledger = Ledger::read(file);
        ledger.enter(&subjects);
        ledger.unviable = unviable;
        // What hung, or died, was noticed by no test in particular.
        let has_a_test = |subject: &Subject| ledger.noticed_by(subject).contains("::");
        subjects.retain(|subject| match ledger.state(subject) {
            State::Caught => !self.is_sample || has_a_test(subject),
            State::Untried | State::Survived => !self.is_sample,
            State::Equivalent => false,
        });
        subjects.sort_by_key(|subject| {
            let rank = match ledger.state(subject) {
                State::Untried => 0,
                State::Survived => 1,
                State::Caught | State::Equivalent => 2,
            };
            (!self.is_sample).then_some((rank, !subject.is_first))
        });
        let (mut tried, mut survivors) = (0, Vec::new());
        for subject in &subjects {
            if begun.elapsed() >= self.budget {
                break;
            }
            tried += 1;
            let started = Instant::now();
            let likely = ledger.noticed_in(&subject.place);
            let by = bench.notices(subject, ledger.noticed_by(subject), &likely);
            let state = match by {
                Some(_) => State::Caught,
                None => State::Survived,
            };
            println!("{state:?} after {:?} {subject}", started.elapsed());
            if state == State::Survived {
                survivors.push(format!("{subject}: {}", subject.text));
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
        assert_eq!(survivors, Vec::<String>::new(), "nothing noticed these");
    }
}
