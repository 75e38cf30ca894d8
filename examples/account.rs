//! Telling the story, and noticing when it is not as it should be.

use std::fmt::Display;
use std::process::ExitCode;

use ringfence::Result;

/// What was told so far, and how much of it was wrong.
#[derive(Default)]
pub(crate) struct Account {
    held: u32,
    broken: u32,
}

impl Account {
    pub(crate) fn chapter(&self, title: &str) {
        println!("\n{title}");
    }

    pub(crate) fn says(&self, what: impl Display) {
        println!("    {what}");
    }

    /// A fact that must hold.
    pub(crate) fn check(&mut self, fact: impl Display, holds: bool) {
        if holds {
            self.held += 1;
            println!("  ✓ {fact}");
        } else {
            self.broken += 1;
            println!("  ✗ {fact}: NOT SO");
        }
    }

    /// A call that must be refused with this status.
    pub(crate) fn refused<T>(&mut self, what: &str, outcome: &Result<T>, status: u16) {
        match outcome {
            Err(error) => self.check(
                format!("{what}: {} {} ({error})", error.status(), error.code()),
                error.status() == status,
            ),
            Ok(_) => self.check(format!("{what} is refused"), false),
        }
    }

    /// Whether every fact held, and there was one.
    pub(crate) fn holds(&self) -> bool {
        self.held > 0 && self.broken == 0
    }

    /// The exit status of the whole.
    pub(crate) fn close(&self) -> ExitCode {
        println!("\n{} facts held, {} did not.", self.held, self.broken);
        if self.holds() {
            ExitCode::SUCCESS
        } else {
            ExitCode::FAILURE
        }
    }
}
