//! The Python package: its wheel, its tests, its linter and its types.

use std::fs;
use std::process::Command;

use xtask::venv::{self, Venv};
use xtask::{Result, process, repository};

use crate::report::Outcome;
use crate::two_tenants::TwoTenants;

const TOOLS: &[&str] = &["maturin>=1.16,<2", "mypy>=2,<3", "pytest>=8", "ruff>=0.14"];

/// Builds the wheel, installs it as a user would, and runs the tests against it.
pub(crate) fn test() -> Result<Outcome> {
    with_tools(|venv| {
        let wheels = repository::target().join("wheels");
        let _ = fs::remove_dir_all(&wheels);
        process::run(
            command(venv, "maturin")
                .args([
                    "build",
                    "--locked",
                    "--quiet",
                    "--compatibility",
                    "linux",
                    "--out",
                ])
                .arg(&wheels),
        )?;
        let wheel = fs::read_dir(&wheels)?
            .next()
            .ok_or("maturin left no wheel")??
            .path();
        process::run(
            command(venv, "pip")
                .args(["install", "--quiet", "--force-reinstall", "--no-deps"])
                .arg(wheel),
        )?;
        // The stubs are written by hand: they say what the native module really has.
        process::run(command(venv, "stubtest").arg("ringfence"))?;
        let mut pytest = command(venv, "pytest");
        Outcome::of_tests(TwoTenants::written()?.named_to(&mut pytest), |line| {
            line.contains(" passed")
        })
    })
}

/// Ruff's rules and format.
pub(crate) fn lint() -> Result<Outcome> {
    with_tools(|venv| {
        process::run(command(venv, "ruff").args(["check", "."]))?;
        process::run(command(venv, "ruff").args(["format", "--check", "."]))?;
        Ok(Outcome::Passed(Vec::new()))
    })
}

/// `mypy --strict` over the package, its stubs and its tests.
pub(crate) fn typecheck() -> Result<Outcome> {
    with_tools(|venv| {
        process::run(command(venv, "mypy").arg("--strict"))?;
        Ok(Outcome::Passed(Vec::new()))
    })
}

fn with_tools(step: impl FnOnce(&Venv) -> Result<Outcome>) -> Result<Outcome> {
    if let Err(lack) = venv::python() {
        return Ok(Outcome::Skipped(lack.to_string()));
    }
    let venv = Venv::ensure()?;
    venv.install(TOOLS)?;
    step(&venv)
}

fn command(venv: &Venv, program: &str) -> Command {
    let mut command = venv.command(program);
    command.current_dir(repository::root().join("bindings-python"));
    command
}
