//! `cargo xtask doc`: the API documentation, and the links of every page.

use xtask::{Result, process};

use crate::links;
use crate::report::{Outcome, Report};

/// Build the documentation.
#[derive(clap::Args)]
pub(crate) struct Arguments {
    /// A warning is a failure, and so is a page that links to a place that is not there.
    #[arg(long)]
    strict: bool,
}

pub(crate) fn run(arguments: &Arguments) -> Result<()> {
    let mut report = Report::default();
    report.step("rustdoc", || {
        let mut cargo = process::cargo(["doc", "--locked", "--no-deps"]);
        if arguments.strict {
            cargo.env("RUSTDOCFLAGS", "-D warnings");
        }
        process::run(&mut cargo)?;
        Ok(Outcome::Passed(Vec::new()))
    });
    if arguments.strict {
        report.step("links", || {
            links::check()?;
            Ok(Outcome::Passed(Vec::new()))
        });
    }
    report.finish(true)
}
