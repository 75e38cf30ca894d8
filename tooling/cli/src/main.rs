//! The `ringfence` command: migrate a database, scan it, keep its tenants, verify its logs.
//!
//! It calls the library and prints; every rule stands in the library. Exit status: 0 done and clean, 1 done
//! and something was found, 2 could not run.

mod arguments;
mod commands;
mod print;

use std::process::ExitCode;

use clap::error::ErrorKind;
use clap::{CommandFactory, Parser};

use arguments::Arguments;

fn main() -> ExitCode {
    let arguments = Arguments::parse();
    let Some(url) = &arguments.database else {
        let missing = "name the database with --database URL or RINGFENCE_DATABASE\n";
        let error = Arguments::command().error(ErrorKind::MissingRequiredArgument, missing);
        error.exit();
    };
    match commands::run(url, &arguments) {
        Ok(commands::Outcome::Clean) => ExitCode::SUCCESS,
        Ok(commands::Outcome::Found) => ExitCode::from(1),
        Err(error) => {
            print::error(&error, arguments.json);
            ExitCode::from(2)
        }
    }
}
