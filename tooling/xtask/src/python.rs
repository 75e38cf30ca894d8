//! The Python package: its wheel, its tests, its linter and its types.

use std::fs;
use std::path::PathBuf;
use std::process::Command;

use xtask::venv::{self, Venv};
use xtask::{Result, process, repository};

use crate::report::Outcome;
use crate::two_tenants::TwoTenants;

const TOOLS: &[&str] = &["maturin>=1.16,<2", "mypy>=2,<3", "pytest>=8", "ruff>=0.14"];

/// Builds the wheel, installs it as a user would, and runs the tests against it.
pub(crate) fn test() -> Result<Outcome> {
    with_tools(|venv| {
        stubs(venv)?;
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
        // The rest of the package is its own stub.
        process::run(command(venv, "stubtest").arg("ringfence._ringfence"))?;
        let mut pytest = command(venv, "pytest");
        Outcome::of_tests(TwoTenants::written()?.named_to(&mut pytest), |line| {
            line.contains(" passed")
        })
    })
}

/// Where the stubs of the native module stand, in the package and where they are made.
const STUBS: &str = "ringfence/_ringfence";

/// Set, the stubs are written instead of compared.
const BLESS: &str = "RINGFENCE_BLESS";

/// The stubs of the native module are made from what is compiled, and those in the package are the same.
fn stubs(venv: &Venv) -> Result<()> {
    let made = repository::target().join("stubs");
    let _ = fs::remove_dir_all(&made);
    let maturin = ["generate-stubs", "--locked", "--quiet", "--out"];
    process::run(command(venv, "maturin").args(maturin).arg(&made))?;
    let made = made.join(STUBS);
    process::run(
        command(venv, "ruff")
            .args(["format", "--quiet", "--config", "pyproject.toml"])
            .arg(&made),
    )?;
    let kept = package().join("python").join(STUBS);
    for stub in ["__init__.pyi", "_aio.pyi"] {
        let text = fs::read(made.join(stub))?;
        let kept = kept.join(stub);
        if std::env::var_os(BLESS).is_some() {
            fs::write(&kept, &text)?;
        }
        if fs::read(&kept)? != text {
            let kept = kept.display();
            return Err(
                format!("{kept} is out of date: `{BLESS}=1 cargo xtask test` writes it").into(),
            );
        }
    }
    Ok(())
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
    command.current_dir(package());
    command
}

/// The folder of the package.
fn package() -> PathBuf {
    repository::root().join("bindings-python")
}
