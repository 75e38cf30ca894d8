//! The `ringfence` command: what operators and auditors do with a database in a shell.
//!
//! It calls the library and prints; every rule stands in the library. Exit status: 0 done and clean, 1 done
//! and something was found, 2 could not run, 3 done and its answer could not be printed.

use std::process::ExitCode;

fn main() -> ExitCode {
    ringfence_cli::run(std::env::args_os())
}
