//! The mutants of the core's code: all in one build, in a tree of their own.

use ringfence::testing::Engine;
use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use ringfence_tests::schemata::{self, Listed};
use serde_json::Value;
use xtask::process;
use xtask::repository::{root, target};

use super::subject::Subject;

/// Where a fault lets somebody in, or is not told of.
const FIRST: [&str; 4] = [
    "core/src/policy/",
    "core/src/audit/",
    "core/src/frame/",
    "core/src/password.rs",
];

/// The mutants of a list, as subjects; a number is the place in the list.
pub(super) fn subjects(listed: &[Listed]) -> Vec<Subject> {
    let numbered = listed.iter().enumerate();
    numbered.map(|(number, it)| subject(number, it)).collect()
}

fn subject(number: usize, listed: &Listed) -> Subject {
    let text = fs::read_to_string(root().join(&listed.file)).unwrap();
    let changed = listed.span.within(&text);
    let around = listed.function.as_ref();
    let whole = around.map_or(0..text.len(), |around| around.span.within(&text));
    let within = changed.start.saturating_sub(whole.start);
    // Lines move when something else in the file changes.
    let what = listed.name.splitn(4, ':').last().unwrap_or_default();
    let engines = match listed.file.split('/').any(|part| part == "postgres") {
        true => &[Engine::Postgres][..],
        false => &[Engine::Sqlite, Engine::Postgres],
    };
    Subject {
        place: listed.file.clone(),
        is_first: FIRST.iter().any(|first| listed.file.starts_with(first)),
        original: text.get(whole).unwrap_or_default().to_owned(),
        what: what.trim().to_owned(),
        text: format!("{within} {} {}", listed.genre, listed.replacement),
        reached_as: format!("#{number}"),
        variable: "RINGFENCE_MUTANT",
        told: engines.iter().map(|on| (*on, number.to_string())).collect(),
    }
}

fn tree() -> PathBuf {
    target().join("mutation/tree")
}

/// Builds as many as possible into a copy of the workspace; returns those that do not compile beside the others.
pub(super) fn build_in(listed: &[Listed]) -> BTreeSet<usize> {
    let tree = tree();
    copy(&tree);
    let mut left_out = BTreeSet::new();
    loop {
        left_out = write(&tree, listed, &left_out);
        let refused = refused(&tree, listed.len());
        if refused.is_empty() {
            return left_out;
        }
        println!("{} do not compile beside the others", refused.len());
        left_out.extend(refused);
    }
}

/// The workspace as it stands, without a rule about lints. What has not changed keeps its time.
fn copy(tree: &Path) {
    let listed = Command::new("git")
        .args(["ls-files", "--cached", "--others", "--exclude-standard"])
        .current_dir(root())
        .output()
        .unwrap();
    for path in String::from_utf8(listed.stdout).unwrap().lines() {
        // Deleted, and not committed yet.
        let Ok(bytes) = fs::read(root().join(path)) else {
            continue;
        };
        let is_mutated = path.starts_with("core/src/") && path.ends_with(".rs");
        if path == "Cargo.toml" {
            let text = String::from_utf8(bytes).unwrap();
            put(
                &tree.join(path),
                text.replace("\"deny\"", "\"allow\"").as_bytes(),
            );
        } else if !is_mutated || !tree.join(path).exists() {
            put(&tree.join(path), &bytes);
        }
    }
}

fn put(path: &Path, bytes: &[u8]) {
    if fs::read(path).is_ok_and(|there| there == bytes) {
        return;
    }
    fs::create_dir_all(path.parent().unwrap()).unwrap();
    fs::write(path, bytes).unwrap();
}

/// Returns those that are not built in.
fn write(tree: &Path, listed: &[Listed], left_out: &BTreeSet<usize>) -> BTreeSet<usize> {
    let mut missing: BTreeSet<usize> = (0..listed.len()).collect();
    let sources = crate::sources::code("core/src", &[]);
    for (path, _) in sources {
        let relative = path.strip_prefix(root()).unwrap();
        let text = fs::read_to_string(&path).unwrap();
        let of_file: Vec<(usize, &Listed)> = listed
            .iter()
            .enumerate()
            .filter(|(number, it)| Path::new(&it.file) == relative && !left_out.contains(number))
            .collect();
        let mut built = schemata::build_in(&text, &of_file).unwrap();
        let built_in = schemata::asked_for(&built, 0..built.len());
        missing.retain(|number| !built_in.contains(number));
        if relative == Path::new("core/src/lib.rs") {
            built.push_str("\nmod mutant;\n");
        }
        put(&tree.join(relative), built.as_bytes());
    }
    let answers = schemata::answers(listed.len());
    put(&tree.join("core/src/mutant.rs"), answers.as_bytes());
    missing
}

/// The messages of a build of the core's tests and the suite.
fn cargo(tree: &Path, arguments: &[&str]) -> Vec<Value> {
    let output = process::cargo(arguments)
        .args(["--locked", "--offline", "--message-format=json"])
        .current_dir(tree)
        .env("CARGO_TARGET_DIR", target())
        .stderr(Stdio::inherit())
        .output()
        .unwrap();
    let said = String::from_utf8(output.stdout).unwrap();
    let messages = said.lines().filter(|line| line.starts_with('{'));
    messages
        .map(|line| serde_json::from_str(line).unwrap())
        .collect()
}

/// The mutants that an error of the compiler is about.
fn refused(tree: &Path, how_many: usize) -> BTreeSet<usize> {
    let mut refused = BTreeSet::new();
    let check = ["check", "--package", "ringfence", "--features", "testing"];
    for message in cargo(tree, &check) {
        let error = &message["message"];
        if error["level"] != "error" {
            continue;
        }
        let spans = error["spans"].as_array().map(Vec::as_slice);
        let primary = spans.unwrap_or_default().iter();
        for span in primary.filter(|span| span["is_primary"] == true) {
            let offset = |name: &str| usize::try_from(span[name].as_u64().unwrap()).unwrap();
            let Some(file) = span["file_name"].as_str() else {
                continue;
            };
            let text = fs::read_to_string(tree.join(file)).unwrap();
            let asked = schemata::asked_for(&text, offset("byte_start")..offset("byte_end"));
            assert!(
                !asked.is_empty(),
                "no mutant did that: {}",
                error["rendered"]
            );
            refused.extend(asked);
        }
    }
    assert!(refused.iter().all(|number| *number < how_many));
    refused
}

/// The core's own tests and the suite, with the mutants in them.
pub(super) fn binaries() -> Vec<PathBuf> {
    let build = [
        "test",
        "--package=ringfence",
        "--package=ringfence-tests",
        "--lib",
        "--test=suite",
        "--no-run",
    ];
    let mut binaries = Vec::new();
    for message in cargo(&tree(), &build) {
        let wanted = ["ringfence", "suite"];
        let is_wanted = wanted.iter().any(|name| message["target"]["name"] == *name);
        if let (true, Some(path)) = (is_wanted, message["executable"].as_str()) {
            binaries.push(PathBuf::from(path));
        }
    }
    assert_eq!(binaries.len(), 2, "{binaries:?}");
    binaries
}
