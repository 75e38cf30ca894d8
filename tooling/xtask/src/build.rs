//! `cargo xtask build`: compile, lint, check types, test.

use xtask::{Result, process};

use crate::report::{Outcome, Report};
use crate::{python, test};

/// Build everything, or with flags do what they say.
#[derive(clap::Args)]
pub(crate) struct Arguments {
    /// rustfmt, clippy without a warning, ruff.
    #[arg(long)]
    lint: bool,
    /// mypy --strict over the Python package.
    #[arg(long)]
    typecheck: bool,
    /// Every test.
    #[arg(long)]
    test: bool,
    #[command(flatten)]
    tests: test::Arguments,
}

/// The default members share one build; each binding has one of its own, because it wants other features.
const BUILDS: &[&[&str]] = &[
    &[],
    &["--package", "ringfence-python"],
    &["--package", "ringfence-mobile", "--features", "bindgen"],
];

pub(crate) fn run(arguments: &Arguments, require_all: bool) -> Result<()> {
    let mut report = Report::default();
    if !(arguments.lint || arguments.typecheck || arguments.test) {
        report.step("build", || for_each_build("build", &[], &[]));
    }
    if arguments.lint {
        report.step("rustfmt", || {
            process::run(&mut process::cargo(["fmt", "--all", "--check"]))?;
            Ok(Outcome::Passed(Vec::new()))
        });
        report.step("clippy", || {
            for_each_build("clippy", &["--all-targets"], &["--", "-D", "warnings"])
        });
        report.step("ruff", python::lint);
    }
    if arguments.typecheck {
        report.step("mypy", python::typecheck);
    }
    if arguments.test {
        test::add_steps(&arguments.tests, &mut report)?;
    }
    report.finish(require_all)
}

fn for_each_build(command: &str, options: &[&str], rest: &[&str]) -> Result<Outcome> {
    for build in BUILDS {
        process::run(
            process::cargo([command, "--locked"])
                .args(options)
                .args(*build)
                .args(rest),
        )?;
    }
    Ok(Outcome::Passed(Vec::new()))
}
