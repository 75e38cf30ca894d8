//! `cargo xtask`: what a contributor and CI run. One file a task.

mod postgres;

use std::process::ExitCode;

use clap::{Parser, Subcommand};

/// The tasks of this repository.
#[derive(Parser)]
#[command(name = "cargo xtask", about)]
struct Arguments {
    #[command(subcommand)]
    task: Task,
}

#[derive(Subcommand)]
enum Task {
    Postgres(postgres::Arguments),
}

fn main() -> ExitCode {
    let done = match Arguments::parse().task {
        Task::Postgres(arguments) => postgres::run(&arguments),
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(refusal) => {
            eprintln!("\nfailed: {refusal}");
            ExitCode::FAILURE
        }
    }
}
