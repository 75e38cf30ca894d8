//! `cargo xtask mutate`: whether the tests notice what is wrong.

use std::time::{SystemTime, UNIX_EPOCH};

use xtask::{Result, process};

/// Break statements, one in one place at a time, and see whether a test notices. What is known of each mutant is kept
/// in governance/mutants.tsv, so that runs with a budget add up.
#[derive(clap::Args)]
pub(crate) struct Arguments {
    /// For how many seconds further mutants are begun with.
    #[arg(long, default_value_t = 1_800)]
    budget: u64,
    /// The order in which they are tried; without it another one each time.
    #[arg(long)]
    seed: Option<u64>,
}

pub(crate) fn run(arguments: &Arguments) -> Result<()> {
    let seed = match arguments.seed {
        Some(seed) => seed,
        None => SystemTime::now().duration_since(UNIX_EPOCH)?.as_secs(),
    };
    let suite = [
        "test",
        "--locked",
        "--package",
        "ringfence-tests",
        "--test",
        "suite",
    ];
    let mutation = [
        "--",
        "--ignored",
        "--exact",
        "mutation::statements",
        "--nocapture",
    ];
    let mut command = process::cargo(suite.into_iter().chain(mutation));
    process::run(command.env("RINGFENCE_MUTATE", format!("{} {seed}", arguments.budget)))
}
