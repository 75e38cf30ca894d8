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
        compare_stubs(venv)?;
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

/// Writes the stubs of the native module anew.
pub(crate) fn write_stubs() -> Result<Outcome> {
    with_tools(|venv| {
        for (kept, made) in stubs(venv)? {
            fs::write(kept, made)?;
        }
        Ok(Outcome::Passed(Vec::new()))
    })
}

/// That the stubs in the package are those of what is compiled.
fn compare_stubs(venv: &Venv) -> Result<()> {
    for (kept, made) in stubs(venv)? {
        if fs::read(&kept)? != made {
            let kept = kept.display();
            return Err(format!("{kept} is out of date: `cargo xtask stubs` writes it").into());
        }
    }
    Ok(())
}

/// Each stub of the package, and what it is to be: made from what is compiled.
fn stubs(venv: &Venv) -> Result<Vec<(PathBuf, Vec<u8>)>> {
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
    let both = |stub| Ok((kept.join(stub), fs::read(made.join(stub))?));
    ["__init__.pyi", "_aio.pyi"].into_iter().map(both).collect()
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
