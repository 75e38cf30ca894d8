//! `cargo xtask`: what a contributor and CI run. One file a task.

mod build;
mod db;
mod doc;
mod first_look;
mod kotlin;
mod links;
mod mobile;
mod mutate;
mod postgres;
mod python;
mod report;
mod swift;
mod test;
mod two_tenants;

use std::process::ExitCode;

use clap::{Parser, Subcommand};

/// The tasks of this repository.
#[derive(Parser)]
#[command(name = "cargo xtask", about)]
struct Arguments {
    #[command(subcommand)]
    task: Task,
    /// Fail where a step would be skipped because the machine lacks a toolchain.
    #[arg(long, global = true)]
    require_all: bool,
}

#[derive(Subcommand)]
enum Task {
    Build(build::Arguments),
    Db(db::Arguments),
    Doc(doc::Arguments),
    Mutate(mutate::Arguments),
    Postgres(postgres::Arguments),
    /// Write the stubs of the Python package anew, from what is compiled.
    Stubs,
    Test(test::Arguments),
}

fn main() -> ExitCode {
    let Arguments { task, require_all } = Arguments::parse();
    let done = match task {
        Task::Build(arguments) => build::run(&arguments, require_all),
        Task::Db(arguments) => db::run(&arguments),
        Task::Doc(arguments) => doc::run(&arguments),
        Task::Mutate(arguments) => mutate::run(&arguments),
        Task::Postgres(arguments) => postgres::run(&arguments),
        Task::Stubs => stubs(require_all),
        Task::Test(arguments) => test::run(&arguments, require_all),
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(refusal) => {
            eprintln!("\nfailed: {refusal}");
            ExitCode::FAILURE
        }
    }
}

fn stubs(require_all: bool) -> xtask::Result<()> {
    let mut report = report::Report::default();
    report.step("stubs", python::write_stubs);
    report.finish(require_all)
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory as _;

    #[test]
    fn the_command_line_is_sound() {
        super::Arguments::command().debug_assert();
    }
}
