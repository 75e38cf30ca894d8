//! What a task did, step by step, and what that amounts to.

use std::process::Command;

use xtask::{Result, process};

/// How a step ended when it did not fail.
pub(crate) enum Outcome {
    /// It passed; with the closing lines of what it ran, where those say more.
    Passed(Vec<String>),
    /// It could not be done on this machine, for the reason given.
    Skipped(String),
    /// Likewise, and no machine is required to be able to.
    Excused(String),
}

impl Outcome {
    /// Runs tests and keeps the lines in which their runner sums up; no such line means that none ran.
    pub(crate) fn of_tests(command: &mut Command, closes: impl Fn(&str) -> bool) -> Result<Self> {
        let mut lines = Vec::new();
        process::run_watching(command, |line| {
            if closes(line) {
                lines.push(line.to_owned());
            }
        })?;
        if lines.is_empty() {
            Err("no test ran".into())
        } else {
            Ok(Self::Passed(lines))
        }
    }
}

/// The steps of a task. One that fails does not keep the next from running.
#[derive(Default)]
pub(crate) struct Report {
    steps: Vec<(&'static str, Result<Outcome>)>,
}

impl Report {
    /// Does a step and notes how it ended.
    pub(crate) fn step(&mut self, name: &'static str, step: impl FnOnce() -> Result<Outcome>) {
        eprintln!("\n== {name}");
        self.steps.push((name, step()));
    }

    /// Tells what happened.
    ///
    /// # Errors
    ///
    /// When a step failed, or when one was skipped that must not be.
    pub(crate) fn finish(self, require_all: bool) -> Result<()> {
        println!("\n== Summary");
        let mut wrong = Vec::new();
        for (name, outcome) in &self.steps {
            match outcome {
                Ok(Outcome::Passed(lines)) => {
                    println!("{name}: passed");
                    lines.iter().for_each(|line| println!("    {line}"));
                }
                Ok(Outcome::Skipped(reason)) => {
                    println!("{name}: skipped, {reason}");
                    if require_all {
                        wrong.push(*name);
                    }
                }
                Ok(Outcome::Excused(reason)) => {
                    println!("{name}: skipped, {reason}; not required anywhere");
                }
                Err(refusal) => {
                    println!(
                        "{name}: FAILED\n    {}",
                        refusal.to_string().trim_end().replace('\n', "\n    ")
                    );
                    wrong.push(*name);
                }
            }
        }
        if wrong.is_empty() {
            Ok(())
        } else {
            Err(wrong.join(", ").into())
        }
    }
}
