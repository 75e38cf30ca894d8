//! `cargo xtask db`: bring databases to the newest schema and scan them, through the `ringfence` program.

use std::fs;
use std::process::Command;

use xtask::cluster::{Cluster, Options};
use xtask::{Result, process, repository};

/// Upgrade and scan a database: the one that is named, else a fresh one on each engine.
#[derive(clap::Args)]
pub(crate) struct Arguments {
    /// Apply every schema step.
    #[arg(long, required_unless_present = "integrity_scan")]
    upgrade_head: bool,
    /// Look for rows that break a tenant's boundary; what is found goes to `logs/` too.
    #[arg(long)]
    integrity_scan: bool,
    /// The database's URL.
    #[arg(long)]
    database: Option<String>,
}

pub(crate) fn run(arguments: &Arguments) -> Result<()> {
    if let Some(url) = &arguments.database {
        return treat(arguments, "given", url);
    }
    let folder = tempfile::tempdir()?;
    treat(
        arguments,
        "sqlite",
        &format!("sqlite:{}", folder.path().join("fresh.db").display()),
    )?;
    let cluster = Cluster::start(&Options::from_environment()?)?;
    treat(arguments, "postgres", &cluster.url())?;
    cluster.stop()
}

fn treat(arguments: &Arguments, name: &str, url: &str) -> Result<()> {
    if arguments.upgrade_head {
        process::run(&mut ringfence(&["migrate", "--database", url]))?;
    }
    if arguments.integrity_scan {
        let mut found = String::new();
        let scanned = process::run_watching(&mut ringfence(&["scan", "--database", url]), |line| {
            found.push_str(line);
            found.push('\n');
        });
        let logs = repository::root().join("logs");
        fs::create_dir_all(&logs)?;
        let now = process::capture(Command::new("date").args(["-u", "+%Y%m%d-%H%M%S"]))?;
        fs::write(
            logs.join(format!("integrity-scan-{name}-{}.log", now.trim())),
            found,
        )?;
        scanned?;
    }
    Ok(())
}

/// The program as the default members build it, so that nothing is compiled twice.
fn ringfence(arguments: &[&str]) -> Command {
    let mut command = process::cargo(["run", "--quiet", "--locked", "--bin", "ringfence", "--"]);
    command.args(arguments);
    command
}
