//! The `ringfence` command: its command line, what each command calls, and how answers and errors are printed.
//!
//! No rule stands here: a command calls the library and prints.
//!
//! | module | what |
//! |---|---|
//! | `commands` | a file a command, at the command's place: its arguments, what it calls, how its answer reads |
//! | `arguments` | what several commands take |
//! | `context` | the database and the session that a command works with, opened when it asks |
//! | `output` | the one way to a terminal: text, JSON, and what of either is escaped |
//! | `failure` | how a command fails: one report, as text or as JSON, with what to do next |
//! | `secret_key` | the key that a database is opened with |
//! | `heard` | what the library tells its host's log |
//! | `not_utf8` | which word or variable is no text |

#![forbid(unsafe_code)]

mod arguments;
mod commands;
mod context;
mod failure;
mod heard;
mod not_utf8;
mod output;
mod secret_key;

use std::ffi::OsString;
use std::process::ExitCode;

use clap::error::ErrorKind;
use clap::{CommandFactory, Parser};

use arguments::CommandLine;
use context::Context;
use failure::{Failure, Report};
use heard::Heard;
use output::Output;

/// How a command ended that could run.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Ending {
    Clean,
    /// It ran, and what it looked for is there: broken rows, a boundary that is not whole, a log that does not verify, a missing permission.
    Found,
}

/// What a command gives back.
type Outcome = Result<Ending, Failure>;

/// The command line, as completions and manual pages are made of it.
#[must_use]
pub fn command() -> clap::Command {
    CommandLine::command()
}

/// Runs a command line and says how it ended: 0 done and clean, 1 done and something was found, 2 could not
/// run, 3 done and its answer could not be printed.
pub fn run(words: impl IntoIterator<Item = OsString>) -> ExitCode {
    let words: Vec<OsString> = words.into_iter().collect();
    let mut heard = Heard::default();
    let (output, outcome) = match CommandLine::try_parse_from(&words) {
        Ok(line) => {
            let output = Output::new(line.options.json);
            let outcome = match Heard::listen(output, line.options.verbose) {
                Ok(listening) => {
                    heard = listening;
                    wait(Context::new(line.options, output).run(line.command))
                }
                Err(failure) => Err(failure.into()),
            };
            (output, outcome)
        }
        Err(misuse) => {
            let output = Output::new(words.iter().any(|word| word == "--json"));
            let outcome =
                match misuse.kind() {
                    // Asked for, and so no error.
                    ErrorKind::DisplayHelp | ErrorKind::DisplayVersion => output.help(&misuse),
                    _ => Err(not_utf8::named(&words, &misuse)
                        .unwrap_or_else(|| Failure::misuse(&misuse))),
                };
            (output, outcome.map(|()| Ending::Clean).map_err(Into::into))
        }
    };
    ended(output, outcome, &heard)
}

/// The one place where this thread waits.
fn wait<T>(future: impl Future<Output = T>) -> T {
    pollster::block_on(future)
}

fn ended(output: Output, outcome: Result<Ending, Box<Report>>, heard: &Heard) -> ExitCode {
    match outcome {
        Ok(ending) => {
            for warning in heard.untold() {
                output.note(&format!("warning: {warning}"));
            }
            ExitCode::from(match ending {
                Ending::Clean => 0,
                Ending::Found => 1,
            })
        }
        Err(report) => {
            let status = if report.is_of_work_done() { 3 } else { 2 };
            output.failed(&report.because(heard.so_far()));
            ExitCode::from(status)
        }
    }
}
