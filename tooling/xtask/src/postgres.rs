//! `cargo xtask postgres -- COMMAND`: a throwaway server for as long as a command runs.

use xtask::cluster::{Cluster, Options, URL_VARIABLE};
use xtask::{Result, process};

/// Run a command beside a throwaway Postgres, whose URL it finds in RINGFENCE_TEST_POSTGRES.
#[derive(clap::Args)]
pub(crate) struct Arguments {
    /// The server's major version; any supported one by default.
    #[arg(long)]
    major: Option<u32>,
    /// The command and its arguments.
    #[arg(last = true, required = true)]
    command: Vec<String>,
}

pub(crate) fn run(arguments: &Arguments) -> Result<()> {
    let major = arguments.major.or(Options::from_environment()?.major);
    let cluster = Cluster::start(&Options {
        major,
        ..Options::default()
    })?;
    let (program, rest) = arguments.command.split_first().ok_or("no command")?;
    process::run(
        process::command(program)
            .args(rest)
            .env(URL_VARIABLE, cluster.url()),
    )?;
    cluster.stop()
}
