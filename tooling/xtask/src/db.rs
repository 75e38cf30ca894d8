//! `cargo xtask db`: bring databases to the newest schema and scan them, through the `ringfence` program.

use std::process::Command;

use xtask::cluster::{Cluster, Options};
use xtask::{Result, process, repository};

/// Upgrade and scan a database: the one that is named, else a fresh one on each engine.
#[derive(clap::Args)]
pub(crate) struct Arguments {
    /// Apply every schema step.
    #[arg(long, required_unless_present = "integrity_scan")]
    upgrade_head: bool,
    /// Look for rows that break a tenant's boundary; what is found goes to a file in `logs/`, too.
    #[arg(long)]
    integrity_scan: bool,
    /// The database's URL.
    #[arg(long)]
    database: Option<String>,
}

pub(crate) fn run(arguments: &Arguments) -> Result<()> {
    if let Some(url) = &arguments.database {
        return treat(arguments, url);
    }
    let folder = tempfile::tempdir()?;
    let file = folder.path().join("fresh.db");
    treat(arguments, &format!("sqlite:{}", file.display()))?;
    let cluster = Cluster::start(&Options::from_environment()?)?;
    treat(arguments, &cluster.url())?;
    cluster.stop()
}

fn treat(arguments: &Arguments, url: &str) -> Result<()> {
    let logs = repository::root().join("logs");
    let logs = logs.to_string_lossy();
    if arguments.upgrade_head {
        process::run(&mut ringfence(&[
            "migrate",
            "--database",
            url,
            "--logs",
            &logs,
        ]))?;
    }
    if arguments.integrity_scan {
        process::run(&mut ringfence(&["scan", "--database", url, "--out", &logs]))?;
    }
    Ok(())
}

/// The program as the default members build it, so that nothing is compiled twice.
fn ringfence(arguments: &[&str]) -> Command {
    let mut command = process::cargo(["run", "--quiet", "--locked", "--bin", "ringfence", "--"]);
    command.args(arguments);
    command
}
