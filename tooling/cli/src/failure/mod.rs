//! How a command fails.

mod advice;
mod report;

use std::io;

use ringfence::Error;

pub(crate) use report::{Report, Situation, Standing};

/// Why a command could not do what it was asked.
#[derive(Debug)]
pub(crate) enum Failure {
    /// The command line, or what standard input gave, is wrong: in words for the operator.
    Usage(String),
    /// The library refused.
    Refused(Error),
    /// It did what it was asked, and its answer cannot be written.
    Unprinted(io::Error),
}

impl Failure {
    pub(crate) fn usage(why: impl Into<String>) -> Self {
        Self::Usage(why.into())
    }

    /// What the parser says, as it says it.
    pub(crate) fn misuse(error: &clap::Error) -> Self {
        let said = error.render().to_string();
        Self::Usage(
            said.strip_prefix("error: ")
                .unwrap_or(&said)
                .trim_end()
                .to_owned(),
        )
    }
}

impl From<Error> for Failure {
    fn from(error: Error) -> Self {
        Self::Refused(error)
    }
}

impl From<io::Error> for Failure {
    fn from(error: io::Error) -> Self {
        Self::Unprinted(error)
    }
}

impl From<Failure> for Box<Report> {
    fn from(failure: Failure) -> Self {
        Box::new(Report::of(&failure, Situation::default()))
    }
}
