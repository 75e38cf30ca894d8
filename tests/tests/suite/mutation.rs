//! Whether the tests notice a statement that is wrong in one place: `cargo xtask mutate`.
//!
//! Each mutant runs in the place of its statement, in processes of their own: first the table of calls and the proofs,
//! then the rest of the suite, until something fails. What is known of each is kept in `governance/mutants.tsv`, so
//! that runs with a budget add up; a survivor that is not listed there as equivalent, with its reason, fails.

mod ledger;

use std::collections::BTreeSet;
use std::io::{BufRead, BufReader};
use std::process::{Child, Command, Stdio};
use std::sync::{Mutex, mpsc};
use std::time::{Duration, Instant};

use rand::seq::SliceRandom;
use rand::{SeedableRng, rngs::StdRng};
use ringfence::testing;
use ringfence_tests::fixture::ENGINE_VARIABLE;
use ringfence_tests::mutants::{self, Mutant};
use ringfence_tests::prover::Engine;

use ledger::{Ledger, State};

/// How many seconds to go on for, and with which seed: `600 7`. Absent, there is nothing to do.
const ORDERS: &str = "RINGFENCE_MUTATE";

/// What the core runs in place of a statement.
const SWAPPED: &str = "RINGFENCE_SWAPPED_STATEMENT";

/// What is run, the cheapest first: parts of the tests' names.
const AREAS: [&[&str]; 4] = [
    &["statements::every", "statements::a_statement", "smoke::"],
    &["calls::", "missions", "login::"],
    &[
        "identity",
        "bad_input",
        "tenants",
        "escalation",
        "unchanged",
        "refusals",
        "tampering",
        "conformance",
        "indistinguishable",
        "arrival",
        "handles",
    ],
    // All there are.
    &["::"],
];

/// What an area is given: longer than all there are take. What hangs is noticed too.
const PATIENCE: Duration = Duration::from_secs(1_200);

/// A mutant and whose it is.
struct Patient {
    statement: &'static str,
    engine: Engine,
    original: &'static str,
    mutant: Mutant,
}

impl Patient {
    /// Where SQLite runs the same text, Postgres' copy of it is not another subject.
    fn all() -> Vec<Self> {
        let mut all = Vec::new();
        for statement in testing::registry() {
            // Made from the catalogue, and held against it by tests of their own.
            if statement.name.starts_with("SCAN ") {
                continue;
            }
            let of = |engine, original: Option<&'static str>| {
                let original = original.unwrap_or_default();
                let mutants = mutants::of(original, engine).into_iter();
                mutants.map(move |mutant| Self {
                    statement: statement.name,
                    engine,
                    original,
                    mutant,
                })
            };
            all.extend(of(Engine::Sqlite, statement.sqlite));
            let is_its_own = match (statement.sqlite, statement.postgres) {
                (Some(sqlite), Some(postgres)) => !same_but_for_its_wrapping(sqlite, postgres),
                (None, Some(_)) => true,
                (_, None) => false,
            };
            if is_its_own {
                all.extend(of(Engine::Postgres, statement.postgres));
            }
        }
        all
    }

    fn engine_name(&self) -> &'static str {
        match self.engine {
            Engine::Sqlite => "sqlite",
            Engine::Postgres => "postgres",
        }
    }

    fn is_noticed(&self) -> bool {
        let Some(area) = AREAS.iter().find(|area| !self.passes(area)) else {
            return false;
        };
        // What fails without a mutant has noticed nothing.
        static SOUND: Mutex<BTreeSet<(&str, Option<&str>)>> = Mutex::new(BTreeSet::new());
        let known = (self.engine_name(), area.first().copied());
        let mut sound = SOUND.lock().unwrap();
        if !sound.contains(&known) {
            assert!(
                run(self.engine_name(), area, None),
                "{area:?} fails without a mutant"
            );
            sound.insert(known);
        }
        true
    }

    fn passes(&self, area: &[&str]) -> bool {
        let swapped = serde_json::json!({
            "name": self.statement,
            "engine": self.engine_name(),
            "text": self.mutant.text,
        });
        run(self.engine_name(), area, Some(swapped.to_string()))
    }
}

/// Runs an area on an engine, with a mutant or without.
fn run(engine: &str, area: &[&str], swapped: Option<String>) -> bool {
    let other = if engine == "sqlite" {
        "postgres"
    } else {
        "sqlite"
    };
    let mut command = Command::new(std::env::current_exe().unwrap());
    // The story is told on both engines, or has gaps.
    for skipped in [other, "mutation::", "crash::", "what_a_story_runs"] {
        command.args(["--skip", skipped]);
    }
    command
        .args(area)
        .env(ENGINE_VARIABLE, engine)
        .env_remove(ORDERS)
        .stdout(Stdio::piped())
        .stderr(Stdio::null());
    if let Some(swapped) = swapped {
        command.env(SWAPPED, swapped);
    }
    if engine == "postgres" {
        command.env(xtask::cluster::URL_VARIABLE, xtask::cluster::shared());
    }
    ends_well(command.spawn().unwrap())
}

/// Whether a run of tests ends in time, and nothing fails in it: the first that does ends it.
fn ends_well(mut running: Child) -> bool {
    let said = BufReader::new(running.stdout.take().unwrap());
    let (failed, heard) = mpsc::channel();
    std::thread::spawn(move || {
        let mut lines = said.lines().map_while(Result::ok);
        let any = lines.any(|line| line.ends_with("FAILED"));
        // Nobody listens once the time is over.
        let _unheard = failed.send(any);
    });
    let noticed = heard.recv_timeout(PATIENCE) != Ok(false);
    if noticed {
        running.kill().unwrap();
    }
    running.wait().unwrap().success() && !noticed
}

fn same_but_for_its_wrapping(sqlite: &str, postgres: &str) -> bool {
    let plain = postgres.replace(" COLLATE \"C\"", "");
    plain == sqlite || plain.starts_with(&format!("WITH written AS ({sqlite} RETURNING 1)"))
}

#[test]
fn a_mutant_is_made_of_every_statement_with_a_condition() {
    let patients = Patient::all();
    for statement in testing::registry() {
        let text = statement.sqlite.or(statement.postgres).unwrap_or_default();
        if statement.scope == testing::Scope::Tenant && text.contains("WHERE") {
            let is_there = patients
                .iter()
                .any(|patient| patient.statement == statement.name);
            assert!(is_there, "{} has none: {text}", statement.name);
        }
    }
}

#[test]
fn what_is_kept_of_the_mutants_is_of_mutants_that_there_are() {
    let ledger = Ledger::read();
    let stale = ledger.stale(&Patient::all());
    assert_eq!(
        stale,
        Vec::<String>::new(),
        "`cargo xtask mutate` clears them away"
    );
}

/// The body of `cargo xtask mutate`.
#[test]
#[ignore = "run by `cargo xtask mutate`"]
fn statements() {
    let Ok(orders) = std::env::var(ORDERS) else {
        return;
    };
    let (budget, seed) = orders.split_once(' ').unwrap();
    let budget = Duration::from_secs(budget.parse().unwrap());
    let seed: u64 = seed.parse().unwrap();
    let begun = Instant::now();
    let mut patients = Patient::all();
    patients.shuffle(&mut StdRng::seed_from_u64(seed));
    let mut ledger = Ledger::read();
    ledger.forget_stale(&patients);
    // What was never tried goes first.
    patients.sort_by_key(|patient| ledger.state(patient).is_some());
    let (mut tried, mut survivors) = (0, Vec::new());
    for patient in &patients {
        if begun.elapsed() > budget {
            break;
        }
        if ledger.state(patient) == Some(State::Equivalent) {
            continue;
        }
        tried += 1;
        let started = Instant::now();
        let state = if patient.is_noticed() {
            State::Caught
        } else {
            State::Survived
        };
        println!(
            "{state:?} after {:?} {} ({}): {}",
            started.elapsed(),
            patient.statement,
            patient.engine_name(),
            patient.mutant.what
        );
        if state == State::Survived {
            survivors.push(format!("{}: {}", patient.statement, patient.mutant.text));
        }
        ledger.note(patient, state);
        ledger.write();
    }
    ledger.write();
    println!(
        "{tried} of {} tried; {}",
        patients.len(),
        ledger.summary(patients.len())
    );
    assert_eq!(survivors, Vec::<String>::new(), "nothing noticed these");
}
