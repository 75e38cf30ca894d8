//! `cargo xtask test`: every test of the repository, with what each needs.

use std::process::Command;

use xtask::cluster::{Cluster, MAJOR_VARIABLE, Options, URL_VARIABLE};
use xtask::{Result, pooler, process};

use crate::report::{Outcome, Report};
use crate::{kotlin, python, swift};

/// Run the tests: Rust on both engines, then Python, Kotlin and Swift where their toolchains are.
#[derive(clap::Args)]
#[group(skip)]
pub(crate) struct Arguments {
    /// The major version of the throwaway Postgres; any supported one by default.
    #[arg(long)]
    postgres_major: Option<u32>,
    /// Only the tests of the suite that have `smoke` in their name.
    #[arg(long)]
    smoke: bool,
    /// Only these steps, such as `kotlin`.
    #[arg(long, value_enum, value_delimiter = ',', conflicts_with = "smoke")]
    only: Vec<Step>,
}

/// What the tests are divided into.
#[derive(Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
enum Step {
    Rust,
    Poolers,
    Python,
    Kotlin,
    Swift,
}

type Test = fn() -> Result<Outcome>;

impl Arguments {
    fn wants(&self, step: Step) -> bool {
        self.only.is_empty() || self.only.contains(&step)
    }
}

pub(crate) fn run(arguments: &Arguments, require_all: bool) -> Result<()> {
    let mut report = Report::default();
    add_steps(arguments, &mut report)?;
    report.finish(require_all)
}

/// Starts the server that all tests share and runs them.
pub(crate) fn add_steps(arguments: &Arguments, report: &mut Report) -> Result<()> {
    if arguments.smoke {
        let database = Database::ready(arguments.postgres_major)?;
        report.step("Rust, smoke", || {
            rust(&database, &["--test", "suite", "--", "smoke"])
        });
        return Ok(());
    }
    if arguments.wants(Step::Rust) || arguments.wants(Step::Poolers) {
        let database = Database::ready(arguments.postgres_major)?;
        if arguments.wants(Step::Rust) {
            report.step("Rust", || rust(&database, &["--no-fail-fast"]));
        }
        if arguments.wants(Step::Poolers) {
            report.step("Poolers", || poolers(&database));
        }
    }
    let outside: [(_, _, Test); 3] = [
        (Step::Python, "Python", python::test),
        (Step::Kotlin, "Kotlin", kotlin::test),
        (Step::Swift, "Swift", swift::test),
    ];
    for (step, name, test) in outside {
        if arguments.wants(step) {
            report.step(name, test);
        }
    }
    Ok(())
}

/// The Postgres that the tests use: the one that the user named, else a throwaway one.
pub(crate) struct Database {
    url: String,
    major: Option<u32>,
    _cluster: Option<Cluster>,
}

impl Database {
    fn ready(major: Option<u32>) -> Result<Self> {
        if let Ok(url) = std::env::var(URL_VARIABLE) {
            eprintln!("the tests use the Postgres of {URL_VARIABLE}");
            return Ok(Self {
                url,
                major,
                _cluster: None,
            });
        }
        let major = major.or(Options::from_environment()?.major);
        let cluster = Cluster::start(&Options {
            major,
            ..Options::default()
        })?;
        eprintln!(
            "the tests use a throwaway Postgres {}, sorted by {}",
            cluster.major(),
            cluster.locale()
        );
        Ok(Self {
            url: cluster.url(),
            major: Some(cluster.major()),
            _cluster: Some(cluster),
        })
    }

    /// Tells the command which server to use, and the version of those that it starts itself.
    pub(crate) fn named_to<'c>(&self, command: &'c mut Command) -> &'c mut Command {
        if let Some(major) = self.major {
            command.env(MAJOR_VARIABLE, major.to_string());
        }
        command.env(URL_VARIABLE, &self.url)
    }
}

/// The tests that need PgBouncer: that of the system's package, and one that is built from its source.
fn poolers(database: &Database) -> Result<Outcome> {
    for program in [pooler::packaged(), pooler::newer()] {
        if let Err(refusal) = program {
            let reason = format!("nothing is proved of poolers: {refusal}");
            return Ok(Outcome::Skipped(reason));
        }
    }
    let only = ["--test", "suite", "--", "--ignored", "poolers_postgres::"];
    rust(database, &only)
}

/// The default members in one build, so that the core is compiled with one set of features.
fn rust(database: &Database, arguments: &[&str]) -> Result<Outcome> {
    let mut command = process::cargo(["test", "--locked"]);
    Outcome::of_tests(database.named_to(command.args(arguments)), |line| {
        line.starts_with("test result:") && !line.contains(" 0 passed; 0 failed;")
    })
}
