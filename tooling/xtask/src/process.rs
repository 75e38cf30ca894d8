//! Running other programs.

use std::ffi::OsStr;
use std::fs::File;
use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

use crate::Result;

/// The program's path, when one of that name lies on `PATH`.
#[must_use]
pub fn find(program: &str) -> Option<PathBuf> {
    let path = std::env::var_os("PATH")?;
    std::env::split_paths(&path)
        .map(|dir| dir.join(program))
        .find(|file| file.is_file())
}

/// A command that does not know that `cargo xtask` is a cargo's child: build scripts that watch the
/// variables which `cargo run` sets would run again, and with them half the build.
#[must_use]
pub fn command(program: impl AsRef<OsStr>) -> Command {
    let mut command = Command::new(program);
    for (name, _) in std::env::vars_os() {
        let told = name.to_string_lossy();
        if ["CARGO_PKG_", "CARGO_MANIFEST_"]
            .iter()
            .any(|start| told.starts_with(start))
        {
            command.env_remove(&name);
        }
    }
    command
}

/// A cargo that builds what the lock file says, in the repository's root.
#[must_use]
pub fn cargo<S: AsRef<OsStr>>(arguments: impl IntoIterator<Item = S>) -> Command {
    let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let mut command = self::command(cargo);
    command
        .args(arguments)
        .current_dir(crate::repository::root());
    command
}

/// Runs the command with its output on the terminal.
///
/// # Errors
///
/// When it cannot be started or ends with another status than zero.
pub fn run(command: &mut Command) -> Result<()> {
    eprintln!("$ {}", shown(command));
    let status = command
        .status()
        .map_err(|error| format!("{}: {error}", shown(command)))?;
    if status.success() {
        Ok(())
    } else {
        Err(format!("{} ended with {status}", shown(command)).into())
    }
}

/// Runs the command with its output on the terminal, and besides hands over each line of its
/// standard output.
///
/// # Errors
///
/// As [`run`].
pub fn run_watching(command: &mut Command, mut watch: impl FnMut(&str)) -> Result<()> {
    eprintln!("$ {}", shown(command));
    let spawned = command.stdout(Stdio::piped()).spawn();
    let mut child = spawned.map_err(|error| format!("{}: {error}", shown(command)))?;
    for line in child
        .stdout
        .take()
        .map(BufReader::new)
        .into_iter()
        .flat_map(BufRead::lines)
    {
        let line = line?;
        println!("{line}");
        watch(&line);
    }
    let status = child.wait()?;
    if status.success() {
        Ok(())
    } else {
        Err(format!("{} ended with {status}", shown(command)).into())
    }
}

/// Runs the command quietly and returns what it wrote to its standard output.
///
/// # Errors
///
/// As [`run`]; the text holds what the command wrote.
pub fn capture(command: &mut Command) -> Result<String> {
    let output = command
        .output()
        .map_err(|error| format!("{}: {error}", shown(command)))?;
    if output.status.success() {
        return Ok(String::from_utf8_lossy(&output.stdout).into_owned());
    }
    let Output {
        status,
        stdout,
        stderr,
    } = output;
    let (stdout, stderr) = (
        String::from_utf8_lossy(&stdout),
        String::from_utf8_lossy(&stderr),
    );
    Err(format!("{} ended with {status}\n{stdout}{stderr}", shown(command)).into())
}

/// As [`capture`], for a command that leaves a daemon behind: its output goes to a file, because the
/// daemon would hold a pipe open for good.
///
/// # Errors
///
/// As [`capture`].
pub fn run_apart(command: &mut Command, log: &Path) -> Result<()> {
    let output = File::create(log)?;
    command.stdout(output.try_clone()?).stderr(output);
    let status = command
        .status()
        .map_err(|error| format!("{}: {error}", shown(command)))?;
    if status.success() {
        return Ok(());
    }
    let said = std::fs::read_to_string(log).unwrap_or_default();
    Err(format!("{} ended with {status}\n{said}", shown(command)).into())
}

fn shown(command: &Command) -> String {
    let program = Path::new(command.get_program())
        .file_name()
        .unwrap_or(command.get_program());
    std::iter::once(program)
        .chain(command.get_args())
        .map(|word| word.to_string_lossy().into_owned())
        .collect::<Vec<_>>()
        .join(" ")
}
