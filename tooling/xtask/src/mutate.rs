//! `cargo xtask mutate`: whether the tests notice what is wrong.

use std::fs;
use std::path::PathBuf;
use std::time::{SystemTime, UNIX_EPOCH};

use jiff::SignedDuration;
use xtask::{Result, process, repository};

/// The version whose list is read.
const CARGO_MUTANTS: &str = "27.1.0";

/// What of the core is broken; its own tests are not.
const FOLDERS: [&str; 5] = ["policy", "audit", "frame", "service", "store"];

/// Break one place at a time, and see whether a test notices: a statement, or with `--code` a line of the core. What is
/// known of each mutant is kept in governance, so that runs with a budget add up.
#[derive(clap::Args)]
pub(crate) struct Arguments {
    /// The core's code, as `cargo mutants` would break it, which is installed if it is not there.
    #[arg(long)]
    code: bool,
    /// Some of those that were caught before: whether they still are.
    #[arg(long)]
    sample: bool,
    /// Only where the place has one of these in its name: `DRONE_`, `core/src/frame`.
    #[arg(long, value_delimiter = ',')]
    place: Vec<String>,
    /// For how long further mutants are begun with: `90s`, `30m`, `1h 30m`, or a number of seconds.
    #[arg(long, value_name = "TIME", default_value = "30m", value_parser = seconds)]
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
    let body = if arguments.code {
        "mutation::code"
    } else {
        "mutation::statements"
    };
    let suite = [
        "test",
        "--locked",
        "--test=suite",
        "--",
        "--ignored",
        "--exact",
        body,
        "--nocapture",
    ];
    let mut command = process::cargo(suite);
    if arguments.code {
        command.env("RINGFENCE_MUTANTS", list()?);
    }
    let first = if arguments.sample {
        "caught"
    } else {
        "untried"
    };
    let orders = format!("{} {seed} {first}", arguments.budget);
    command.env("RINGFENCE_MUTATE", orders);
    process::run(command.env("RINGFENCE_MUTATE_PLACE", arguments.place.join(",")))
}

/// A span of time in whole seconds.
fn seconds(text: &str) -> Result<u64> {
    if let Ok(seconds) = text.parse() {
        return Ok(seconds);
    }
    Ok(u64::try_from(text.parse::<SignedDuration>()?.as_secs())?)
}

/// The file that lists the mutants of the code.
fn list() -> Result<PathBuf> {
    let is_there = process::cargo(["mutants", "--version"]).output()?;
    if !String::from_utf8_lossy(&is_there.stdout).contains(CARGO_MUTANTS) {
        let install = ["install", "cargo-mutants", "--locked", "--version"];
        process::run(&mut process::cargo(
            install.into_iter().chain([CARGO_MUTANTS]),
        ))?;
    }
    let mut command = process::cargo(["mutants", "--list", "--json", "--package", "ringfence"]);
    for folder in FOLDERS {
        command.arg("--file").arg(format!("core/src/{folder}/**"));
    }
    command.args(["--file", "core/src/password.rs"]);
    // Only tests have it.
    for file in ["probe.rs", "rigging.rs"] {
        command
            .arg("--exclude")
            .arg(format!("core/src/store/{file}"));
    }
    let listed = command.output()?;
    if !listed.status.success() {
        return Err(String::from_utf8_lossy(&listed.stderr).into_owned().into());
    }
    let path = repository::target().join("mutation/list.json");
    fs::create_dir_all(path.with_file_name(""))?;
    fs::write(&path, listed.stdout)?;
    Ok(path)
}

#[cfg(test)]
mod tests {
    #[test]
    fn a_budget_is_seconds_or_says_its_units() {
        let seconds = |text| super::seconds(text).ok();
        assert_eq!(seconds("90"), Some(90));
        assert_eq!(seconds("1m"), Some(60));
        assert_eq!(seconds("1h 30m"), Some(5_400));
        for none in ["", "m", "-1m", "1x"] {
            assert_eq!(seconds(none), None, "{none}");
        }
    }
}
