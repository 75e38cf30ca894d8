//! The `ringfence` command: migrate a database, scan it, keep its tenants, verify its logs.
//!
//! It calls the library and prints; every rule stands in the library. Exit status: 0 done and clean, 1 done
//! and something was found, 2 could not run.

mod arguments;
mod commands;
mod print;

use std::process::ExitCode;

use clap::Parser;

use arguments::Arguments;

fn main() -> ExitCode {
    let arguments = Arguments::parse();
    match commands::run(&arguments) {
        Ok(commands::Outcome::Clean) => ExitCode::SUCCESS,
        Ok(commands::Outcome::Found) => ExitCode::from(1),
        Err(error) => {
            print::error(&error, arguments.json);
            ExitCode::from(2)
        }
    }
}
