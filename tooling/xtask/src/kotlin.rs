//! The Kotlin package on the JVM: the shared library, the generated sources, and their tests.

use std::env::consts::{DLL_PREFIX, DLL_SUFFIX};
use std::fs;
use std::process::Command;

use xtask::{Result, process, repository};

use crate::report::Outcome;
use crate::two_tenants::TwoTenants;

/// The oldest JDK that the package compiles for.
const OLDEST_JDK: u32 = 17;

/// Generates the sources, compiles them and runs the tests.
pub(crate) fn test() -> Result<Outcome> {
    if let Some(lack) = lacking() {
        return Ok(Outcome::Skipped(lack));
    }
    let target = repository::target();
    let binding = repository::root().join("bindings-mobile");
    process::run(&mut process::cargo([
        "build",
        "--locked",
        "--package",
        "ringfence-mobile",
        "--features",
        "bindgen",
    ]))?;

    let sources = target.join("bindings/kotlin");
    let _ = fs::remove_dir_all(&sources);
    process::run(
        Command::new(target.join("debug/uniffi-bindgen"))
            .current_dir(repository::root())
            .arg("generate")
            .arg(target.join(format!("debug/{DLL_PREFIX}ringfence_mobile{DLL_SUFFIX}")))
            .args(["--language", "kotlin", "--no-format", "--config"])
            .arg(binding.join("uniffi.toml"))
            .arg("--out-dir")
            .arg(&sources),
    )?;

    // Maven keeps the classes of tests that are no longer there, and would run them.
    let _ = fs::remove_dir_all(target.join("kotlin/test-classes"));
    let mut maven = Command::new("mvn");
    maven
        .args(["--batch-mode", "--no-transfer-progress", "test"])
        .arg(format!("-Dringfence.target={}", target.display()))
        .current_dir(binding.join("kotlin"));
    Outcome::of_tests(TwoTenants::written()?.named_to(&mut maven), |line| {
        line.contains("Tests run:")
            && !line.contains("Time elapsed")
            && !line.contains("Tests run: 0,")
    })
}

/// What is missing on this machine, if something is.
fn lacking() -> Option<String> {
    let Ok(said) = process::capture(Command::new("mvn").arg("--version")) else {
        return Some("no Maven on PATH".to_owned());
    };
    let version = said
        .lines()
        .find_map(|line| line.trim().strip_prefix("Java version: "));
    let major = version.and_then(|version| version.split(['.', ',']).next()?.parse::<u32>().ok());
    match major {
        Some(major) if major >= OLDEST_JDK => None,
        _ => Some(format!("no JDK {OLDEST_JDK} or later for Maven")),
    }
}
