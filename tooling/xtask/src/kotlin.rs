//! The Kotlin package on the JVM: the shared library, the generated sources, and their tests.

use std::fs;
use std::process::Command;

use xtask::{Result, process, repository};

use crate::report::Outcome;
use crate::two_tenants::TwoTenants;
use crate::{first_look, mobile};

/// The oldest JDK that the package compiles for.
const OLDEST_JDK: u32 = 17;

/// The variable that names the folder to run the README's program in. The tests copy it.
const FIRST_LOOK_VARIABLE: &str = "RINGFENCE_FIRST_LOOK";

/// Generates the sources, compiles them and what the documentation shows, and runs the tests.
pub(crate) fn test() -> Result<Outcome> {
    if let Some(lack) = lacking() {
        return Ok(Outcome::Skipped(lack));
    }
    let target = repository::target();
    mobile::generate("kotlin")?;
    let examples = target.join("bindings/kotlin-examples");
    mobile::write_examples("kotlin", "kt", &examples, "package documented\n\n")?;

    // Maven keeps the classes of tests that are no longer there, and would run them.
    let _ = fs::remove_dir_all(target.join("kotlin/test-classes"));
    let mut maven = Command::new("mvn");
    maven
        .args(["--batch-mode", "--no-transfer-progress", "test"])
        .arg(format!("-Dringfence.target={}", target.display()))
        .env(FIRST_LOOK_VARIABLE, first_look::made()?)
        .current_dir(repository::root().join("bindings-mobile/kotlin"));
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
