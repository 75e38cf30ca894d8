//! The folder that the README's programs are run in: the first of them, in Rust, makes the database there.

use std::fs;
use std::path::{Path, PathBuf};

use xtask::{Result, process, repository};

/// The plan that each of them imports.
const PLAN: &str = "examples/data/river-survey.plan";

/// Has the Rust program make the database anew; says in which folder.
pub(crate) fn made() -> Result<PathBuf> {
    let folder = repository::target().join("first-look");
    let _ = fs::remove_dir_all(&folder);
    lay_plan(&folder)?;
    process::run(
        process::cargo(["run", "--locked", "--quiet", "--example", "first_look"])
            .arg("--manifest-path")
            .arg(repository::root().join("Cargo.toml"))
            .current_dir(&folder),
    )?;
    Ok(folder)
}

/// Another such folder, with what is in the database so far: the program ends without closing it, and part of it is in
/// the write-ahead log.
pub(crate) fn copy(made: &Path, folder: &Path) -> Result<()> {
    let _ = fs::remove_dir_all(folder);
    lay_plan(folder)?;
    for file in ["fleet.db", "fleet.db-wal"] {
        fs::copy(made.join(file), folder.join(file))?;
    }
    Ok(())
}

fn lay_plan(folder: &Path) -> Result<()> {
    let plan = folder.join(PLAN);
    fs::create_dir_all(plan.parent().unwrap_or(folder))?;
    fs::copy(repository::root().join(PLAN), plan)?;
    Ok(())
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use std::fs;

    use xtask::repository;

    use crate::mobile::fenced;

    /// The lines without what indents them.
    fn lines(text: &str) -> Vec<&str> {
        text.lines().map(str::trim).collect()
    }

    #[test]
    fn the_readmes_program_in_rust_is_the_example() {
        let readme = fs::read_to_string(repository::root().join("README.md")).unwrap();
        let example =
            fs::read_to_string(repository::root().join("examples/first_look.rs")).unwrap();
        let blocks = fenced(&readme, "rust");
        let shown = lines(blocks.first().unwrap());
        let example = lines(&example);
        assert!(!shown.is_empty());
        assert!(
            example.windows(shown.len()).any(|some| some == shown),
            "examples/first_look.rs and the first block of README.md differ"
        );
    }
}
