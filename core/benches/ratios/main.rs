//! `cargo bench -p ringfence`: what Ringfence costs over the bare driver.
//!
//! Every line is a ratio against the driver doing the same work in the same run, the two taken in turns
//! ([`measure`]), with its target beside it. `docs/benchmarks.md` has the results and how to read them.
//!
//! ```text
//! cargo bench -p ringfence                              everything
//! cargo bench -p ringfence -- --quick                   a short run
//! cargo bench -p ringfence -- sqlite_reads blocking     some subjects
//! ```

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    unreachable_pub
)]

mod adoption;
mod bare;
mod blocking;
mod fleet;
mod measure;
mod observations;
mod opening;
mod postgres;
mod scan;
mod sqlite_log;
mod sqlite_reads;
mod sqlite_writes;
mod tenants;

use measure::{Effort, Line};

/// A subject: its name on the command line, and what measures it.
type Subject = (&'static str, fn(Effort) -> Vec<Line>);

const SUBJECTS: [Subject; 11] = [
    ("sqlite_reads", sqlite_reads::lines),
    ("sqlite_writes", sqlite_writes::lines),
    ("sqlite_log", sqlite_log::lines),
    ("postgres_reads", postgres::reads),
    ("postgres_writes", postgres::writes),
    ("tenants", tenants::lines),
    ("observations", observations::lines),
    ("opening", opening::lines),
    ("scan", scan::lines),
    ("adoption", adoption::lines),
    ("blocking", blocking::lines),
];

fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let given = |word: &str| arguments.iter().any(|argument| argument == word);
    if given("--list") {
        return;
    }
    // `cargo test` starts this too, without the word, so that no benchmark is found broken on the day it is wanted.
    let effort = if !given("--bench") {
        Effort::Once
    } else if given("--quick") {
        Effort::Quick
    } else {
        Effort::Full
    };
    let wanted: Vec<&str> = arguments
        .iter()
        .map(String::as_str)
        .filter(|argument| !argument.starts_with("--"))
        .collect();
    let mut unknown = wanted
        .iter()
        .filter(|name| SUBJECTS.iter().all(|(subject, _)| subject != *name));
    // Of a test's name this is asked as well.
    if let (Some(unknown), true) = (unknown.next(), given("--bench")) {
        let names: Vec<&str> = SUBJECTS.iter().map(|(subject, _)| *subject).collect();
        eprintln!("no subject {unknown:?}; there are {}", names.join(", "));
        std::process::exit(2);
    }
    let measures = effort != Effort::Once;
    if measures {
        println!("{}", Line::heading());
    }
    for (subject, lines) in SUBJECTS {
        if wanted.is_empty() || wanted.contains(&subject) {
            let lines = lines(effort);
            if measures {
                lines.iter().for_each(|line| println!("{line}"));
            } else {
                println!("benchmark {subject} ... ok");
            }
        }
    }
}
