//! Building a PgBouncer that carries prepared statements, from Debian's source.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use tempfile::TempDir;

use super::{CARRIES_FROM, Program};
use crate::{Result, process, repository};

/// Debian 13, whose PgBouncer is of 1.24. apt checks what comes by this key.
const SOURCES: &str = "deb-src [signed-by=/usr/share/keyrings/debian-archive-keyring.gpg] \
                       http://deb.debian.org/debian trixie main\n";

/// What is not needed for tests on one machine, and would need more packages.
const WITHOUT: [&str; 5] = [
    "--without-cares",
    "--without-openssl",
    "--without-pam",
    "--without-systemd",
    "--disable-debug",
];

/// A PgBouncer that carries prepared statements: built in `target/pgbouncer`, once.
///
/// # Errors
///
/// When its source cannot be had, or not be built: the text says what is missing.
pub fn newer() -> Result<Program> {
    let dir = repository::target().join("pgbouncer");
    fs::create_dir_all(&dir)?;
    let built = dir.join("pgbouncer");
    if !built.is_file() {
        // Whoever else builds it meanwhile has a folder of its own.
        let temporary = TempDir::with_prefix_in("build-", &dir)?;
        build(temporary.path(), &built)?;
    }
    let program = Program::at(&built)?;
    match program.version >= CARRIES_FROM {
        true => Ok(program),
        false => Err(format!("{} is too old", built.display()).into()),
    }
}

fn build(dir: &Path, built: &Path) -> Result<()> {
    for tool in ["apt-get", "tar", "make", "pkg-config"] {
        if process::find(tool).is_none() {
            return Err(format!("a newer PgBouncer cannot be built without {tool}").into());
        }
    }
    process::capture(Command::new("pkg-config").args(["--exists", "--print-errors", "libevent"]))
        .map_err(|refusal| format!("a newer PgBouncer needs the package libevent-dev: {refusal}"))?;
    let source = source(dir)?;
    let logged = |command: &mut Command| {
        process::run_apart(command.current_dir(&source), &dir.join("build.log"))
    };
    logged(Command::new(source.join("configure")).args(WITHOUT))?;
    let jobs = std::thread::available_parallelism().map_or(1, usize::from);
    logged(
        Command::new("make")
            .arg(format!("-j{jobs}"))
            .arg("pgbouncer"),
    )?;
    // Under its name only when it is whole.
    let copy = dir.join("pgbouncer.new");
    fs::copy(source.join("pgbouncer"), &copy)?;
    fs::rename(copy, built)?;
    Ok(())
}

/// The unpacked source. apt fetches it with lists of its own, so that the machine's are left alone.
fn source(dir: &Path) -> Result<PathBuf> {
    let of = |part: &str| dir.join(part);
    fs::create_dir_all(of("lists/partial"))?;
    fs::create_dir_all(of("cache/archives/partial"))?;
    fs::write(of("sources.list"), SOURCES)?;
    let apt = |arguments: &[&str]| {
        let mut command = Command::new("apt-get");
        for (option, value) in [
            ("Dir::Etc::SourceList", of("sources.list")),
            ("Dir::Etc::SourceParts", PathBuf::from("/dev/null")),
            ("Dir::State::Lists", of("lists")),
            ("Dir::Cache", of("cache")),
        ] {
            command
                .arg("-o")
                .arg(format!("{option}={}", value.display()));
        }
        process::capture(command.args(arguments).current_dir(dir))
    };
    let fetched = apt(&["update", "--quiet"])
        .and_then(|_| apt(&["source", "--quiet", "--download-only", "pgbouncer"]));
    fetched
        .map_err(|refusal| format!("the source of a newer PgBouncer cannot be had: {refusal}"))?;
    let archive = the_one(dir, |name| {
        name.starts_with("pgbouncer_") && name.ends_with(".orig.tar.gz")
    })?;
    process::capture(
        Command::new("tar")
            .arg("-xzf")
            .arg(archive)
            .current_dir(dir),
    )?;
    the_one(dir, |name| name.starts_with("pgbouncer-"))
}

fn the_one(dir: &Path, fits: impl Fn(&str) -> bool) -> Result<PathBuf> {
    let entries = fs::read_dir(dir)?.flatten().map(|entry| entry.path());
    let mut found = entries.filter(|path| {
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        fits(&name)
    });
    found
        .next()
        .ok_or_else(|| format!("Debian's source of PgBouncer is not in {}", dir.display()).into())
}
