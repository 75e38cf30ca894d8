//! The shared library for Kotlin and Swift, and the sources that are generated from it.

use std::env::consts::{DLL_PREFIX, DLL_SUFFIX};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use xtask::{Result, process, repository};

/// Builds the library and writes the sources of a language anew; says in which folder they are.
pub(crate) fn generate(language: &str) -> Result<PathBuf> {
    process::run(&mut process::cargo([
        "build",
        "--locked",
        "--package",
        "ringfence-mobile",
        "--features",
        "bindgen",
    ]))?;
    let sources = repository::target().join("bindings").join(language);
    let _ = fs::remove_dir_all(&sources);
    process::run(
        Command::new(libraries().join("uniffi-bindgen"))
            .current_dir(repository::root())
            .arg("generate")
            .arg(libraries().join(format!("{DLL_PREFIX}ringfence_mobile{DLL_SUFFIX}")))
            .args(["--language", language, "--no-format", "--config"])
            .arg(repository::root().join("bindings-mobile/uniffi.toml"))
            .arg("--out-dir")
            .arg(&sources),
    )?;
    Ok(sources)
}

/// Where the shared library is.
pub(crate) fn libraries() -> PathBuf {
    repository::target().join("debug")
}

/// The pages that show code in Kotlin and Swift: the first is a program, the others are functions.
pub(crate) const PAGES: [(&str, &str); 2] = [
    ("FirstLook", "README.md"),
    ("Guide", "docs/guides/mobile.md"),
];

/// Writes what each of the pages shows in a language to a file of its own, behind what `opening` says.
pub(crate) fn write_examples(
    language: &str,
    extension: &str,
    folder: &Path,
    opening: &str,
) -> Result<()> {
    let _ = fs::remove_dir_all(folder);
    fs::create_dir_all(folder)?;
    for (name, page) in PAGES {
        let text = fs::read_to_string(repository::root().join(page))?;
        let code = fenced(&text, language).join("\n");
        if code.is_empty() {
            return Err(format!("{page} shows no {language}").into());
        }
        fs::write(
            folder.join(format!("{name}.{extension}")),
            format!("{opening}{code}"),
        )?;
    }
    Ok(())
}

/// The fenced blocks of a page in a language.
pub(crate) fn fenced(text: &str, language: &str) -> Vec<String> {
    let mut blocks = Vec::new();
    let mut lines = text.lines();
    while let Some(line) = lines.next() {
        let Some(info) = line.strip_prefix("```") else {
            continue;
        };
        let block: Vec<&str> = lines.by_ref().take_while(|it| *it != "```").collect();
        if info.split(',').next() == Some(language) {
            blocks.push(block.join("\n") + "\n");
        }
    }
    blocks
}

#[cfg(test)]
mod tests {
    use super::fenced;

    #[test]
    fn blocks_are_taken_by_their_language_alone() {
        let text = "```rust,ignore\na\n```\n```sh\nb\n```\nc\n```rust\nd\n\ne\n```\n";
        assert_eq!(fenced(text, "rust"), ["a\n", "d\n\ne\n"]);
    }
}
