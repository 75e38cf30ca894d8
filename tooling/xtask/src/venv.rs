//! The Python environment of the tasks, under the target directory: the Python tests' tools, and a
//! Postgres server for machines that have none.

use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::{Result, process, repository};

/// The oldest Python that the binding supports.
const OLDEST: (u32, u32) = (3, 10);

/// A Python virtual environment that the tasks own.
#[derive(Clone, Debug)]
pub struct Venv {
    dir: PathBuf,
}

impl Venv {
    /// The environment in `target/venv`, made when it is not there yet.
    ///
    /// # Errors
    ///
    /// When no Python that is recent enough (or no `venv` module of it) is on the machine.
    pub fn ensure() -> Result<Self> {
        let venv = Self {
            dir: repository::target().join("venv"),
        };
        if !venv.program("pip").is_file() {
            let python = python()?;
            process::capture(Command::new(python).arg("-m").arg("venv").arg(&venv.dir))?;
        }
        Ok(venv)
    }

    /// Installs packages, given as pip's requirements, unless this has been done before.
    ///
    /// # Errors
    ///
    /// When pip fails; the text holds what it said.
    pub fn install(&self, requirements: &[&str]) -> Result<()> {
        let stamps = self.dir.join("installed");
        let known = std::fs::read_to_string(&stamps).unwrap_or_default();
        let missing: Vec<&str> = requirements
            .iter()
            .copied()
            .filter(|wanted| !known.lines().any(|line| line == *wanted))
            .collect();
        if missing.is_empty() {
            return Ok(());
        }
        process::capture(
            Command::new(self.program("pip"))
                .args(["install", "--quiet"])
                .args(&missing),
        )?;
        std::fs::write(&stamps, known + &missing.join("\n") + "\n")?;
        Ok(())
    }

    /// A program of the environment.
    #[must_use]
    pub fn program(&self, name: &str) -> PathBuf {
        self.dir.join("bin").join(name)
    }

    /// A command of the environment that sees it as activated: its programs first on `PATH`.
    #[must_use]
    pub fn command(&self, program: &str) -> Command {
        let mut path = OsString::from(self.dir.join("bin"));
        if let Some(rest) = std::env::var_os("PATH") {
            path.push(":");
            path.push(rest);
        }
        let mut command = process::command(self.program(program));
        command.env("VIRTUAL_ENV", &self.dir).env("PATH", path);
        command
    }

    /// The folder that packages are installed into.
    ///
    /// # Errors
    ///
    /// When the environment's Python does not start.
    pub fn site_packages(&self) -> Result<PathBuf> {
        let said = process::capture(Command::new(self.program("python")).args([
            "-c",
            "import sysconfig; print(sysconfig.get_path('platlib'))",
        ]))?;
        Ok(Path::new(said.trim()).to_path_buf())
    }
}

/// A Python of the machine that is recent enough.
///
/// # Errors
///
/// When there is none.
pub fn python() -> Result<PathBuf> {
    let (major, minor) = OLDEST;
    let check =
        format!("import sys, venv, ensurepip; sys.exit(sys.version_info < ({major}, {minor}))");
    ["python3", "python"]
        .into_iter()
        .filter_map(process::find)
        .find(|python| process::capture(Command::new(python).args(["-c", &check])).is_ok())
        .ok_or_else(|| {
            format!("no Python {major}.{minor} or later with its venv module on PATH").into()
        })
}
