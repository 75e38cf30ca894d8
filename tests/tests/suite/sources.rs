//! What the sources name, and where: the invariants that no running test would notice.

use std::collections::BTreeSet;
use std::fs;
use std::path::PathBuf;

use xtask::repository::root;

/// The crates that only the store may name.
const DRIVERS: [&str; 5] = [
    "rusqlite",
    "tokio_postgres",
    "deadpool_postgres",
    "refinery",
    "refinery_core",
];

/// Every Rust file under `folder`, except what is under `spared`, with its lines of code: comments are not
/// code.
pub(crate) fn code(folder: &str, spared: &[&str]) -> Vec<(PathBuf, Vec<String>)> {
    let spared: Vec<PathBuf> = spared.iter().map(|path| root().join(path)).collect();
    let mut folders = vec![root().join(folder)];
    let mut files = Vec::new();
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(&folder).unwrap() {
            let path = entry.unwrap().path();
            if spared.contains(&path) {
                continue;
            }
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|extension| extension == "rs") {
                let text = fs::read_to_string(&path).unwrap();
                let lines = text.lines().map(str::trim_start);
                let code = lines.filter(|line| !line.starts_with("//"));
                files.push((path, code.map(str::to_owned).collect()));
            }
        }
    }
    assert!(!files.is_empty(), "no sources under {folder}");
    files
}

/// The public async methods that the files under `folder` define, by name.
pub(crate) fn methods(folder: &str) -> BTreeSet<String> {
    let found = owned_methods(folder).into_iter();
    found.map(|(method, _)| method).collect()
}

/// Likewise, each with the type that it is a method of.
pub(crate) fn owned_methods(folder: &str) -> BTreeSet<(String, String)> {
    let mut found = BTreeSet::new();
    // The blocking surface is the same methods over again.
    for (_, lines) in code(folder, &["core/src/blocking.rs"]) {
        let mut owner = String::new();
        for line in lines {
            if let Some(rest) = line.strip_prefix("impl ") {
                owner = first_word(rest);
            } else if let Some(rest) = line.strip_prefix("pub async fn ") {
                found.insert((first_word(rest), owner.clone()));
            }
        }
    }
    assert!(!found.is_empty());
    found
}

/// The public types that hold the scope of a session.
pub(crate) fn handles() -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    for (_, lines) in code("core/src", &[]) {
        let mut holder = String::new();
        for line in lines {
            if let Some(rest) = line.strip_prefix("pub struct ") {
                holder = first_word(rest);
            } else if line.contains(": Arc<SessionScope>,") && line.starts_with("pub") {
                found.insert(holder.clone());
            }
        }
    }
    found
}

fn first_word(text: &str) -> String {
    let word = text
        .split(|c: char| c != '_' && !c.is_alphanumeric())
        .next();
    word.unwrap_or_default().to_owned()
}

/// Where a line of these files is one that must not be.
fn offences(
    files: Vec<(PathBuf, Vec<String>)>,
    offends: impl Fn(&str) -> bool,
) -> Vec<(PathBuf, String)> {
    let lines = files
        .into_iter()
        .flat_map(|(path, lines)| lines.into_iter().map(move |line| (path.clone(), line)));
    lines.filter(|(_, line)| offends(line)).collect()
}

fn names_a_driver(line: &str) -> bool {
    line.split(|c: char| c != '_' && !c.is_alphanumeric())
        .any(|word| DRIVERS.contains(&word))
}

#[test]
fn drivers_are_named_in_the_store_alone() {
    for (folder, spared) in [
        ("core/src", &["core/src/store"][..]),
        ("migrations/src", &[]),
        ("bindings-python/src", &[]),
        ("bindings-mobile/src", &[]),
        ("tooling/cli/src", &[]),
        // The quickstart tries the boundary from a connection that is not the library's.
        ("examples", &["examples/quickstart/raw.rs"]),
    ] {
        assert_eq!(offences(code(folder, spared), names_a_driver), []);
    }
    // The check itself sees them where they are.
    assert!(!offences(code("core/src/store", &[]), names_a_driver).is_empty());
}

#[test]
fn time_and_chance_come_from_the_environment_alone() {
    const DRAWN: [&str; 7] = [
        "Timestamp::now(",
        "SystemTime::now(",
        "Zoned::now(",
        "Uuid::now",
        "Uuid::new_v4",
        "rand::",
        "OsRng",
    ];
    let draws = |line: &str| DRAWN.iter().any(|drawn| line.contains(drawn));
    let everywhere_else = code("core/src", &["core/src/environment.rs"]);
    assert_eq!(offences(everywhere_else, draws), []);
}

/// `cargo bench -p ringfence -- --quick` hands `--quick` to every target that it runs, and only the benchmarks take
/// it: no other one may be run.
#[test]
fn the_benchmarks_arguments_reach_nothing_but_the_benchmarks() {
    let manifest = fs::read_to_string(root().join("core/Cargo.toml")).unwrap();
    assert!(manifest.contains("\n[lib]\nbench = false\n"), "{manifest}");
    for folder in ["core/src/main.rs", "core/src/bin", "core/examples"] {
        assert!(!root().join(folder).exists(), "{folder} has a harness");
    }
}

#[test]
fn the_core_forbids_unsafe_code() {
    let library = fs::read_to_string(root().join("core/src/lib.rs")).unwrap();
    assert!(
        library
            .lines()
            .any(|line| line == "#![forbid(unsafe_code)]")
    );
}

/// Whatever opens, makes or removes a file, and whatever would bring in its name alone.
fn touches_a_file(line: &str) -> bool {
    // These only look.
    const LOOKS: [&str; 6] = [
        "std::fs::metadata(",
        "std::fs::Metadata",
        "std::fs::canonicalize(",
        "std::os::unix::fs::MetadataExt",
        "rustix::fs::{Access, AtFlags, CWD, accessat}",
        "rustix::io::Errno",
    ];
    const TOUCHES: [&str; 6] = [
        "fs::",
        "rustix::",
        "File::open",
        "File::create",
        "File::options",
        "OpenOptions::new(",
    ];
    let rest = LOOKS
        .iter()
        .fold(line.to_owned(), |rest, look| rest.replace(look, ""));
    TOUCHES.iter().any(|touch| rest.contains(touch))
}

#[test]
fn nothing_but_sqlite_opens_makes_or_removes_a_database_file() {
    for (folder, spared) in [
        // Tests that read examples and write a page of the documentation, and what tells them what is reached.
        (
            "core/src",
            &[
                "core/src/model/plan/tests.rs",
                "core/src/policy/matrix.rs",
                "core/src/store/probe.rs",
            ][..],
        ),
        ("bindings-python/src", &[]),
        ("bindings-mobile/src", &[]),
        ("tooling/cli/src", &[]),
    ] {
        assert_eq!(offences(code(folder, spared), touches_a_file), []);
    }
    // The check itself sees it where it happens.
    let suite = code("tests/tests/suite/database_file", &[]);
    assert!(!offences(suite, touches_a_file).is_empty());
}

/// Whether a text of SQL begins on this line.
fn begins_sql(line: &str) -> bool {
    const VERBS: [&str; 16] = [
        "SELECT", "INSERT", "UPDATE", "DELETE", "WITH", "MERGE", "TRUNCATE", "COPY", "CALL", "SET",
        "PRAGMA", "ALTER", "CREATE", "DROP", "GRANT", "REVOKE",
    ];
    VERBS.iter().any(|verb| {
        let begun = format!("{verb} ");
        line.starts_with(&begun) || line.contains(&format!("\"{begun}"))
    })
}

/// The prover proves what stands in the registry: what stands elsewhere nobody would.
#[test]
fn sql_stands_in_the_registry_the_steps_and_the_generated_scan_alone() {
    // Each with what it says there, which touches no row.
    let elsewhere = [
        "core/src/store/statements",
        // Generated from the catalogue.
        "core/src/store/migrate/scan.rs",
        "core/src/store/migrate/values.rs",
        // Wraps a statement of the registry.
        "core/src/store/statement.rs",
        // Settings of a connection.
        "core/src/store/sqlite/connection.rs",
        "core/src/store/postgres/schema_lock.rs",
        // Grants, and whose tables are whose.
        "core/src/store/postgres/rights.rs",
        "core/src/store/postgres/misfit.rs",
        // Finds the tables in a step's text, and tests that it does.
        "core/src/store/migrate/touched.rs",
    ];
    for folder in [
        "core/src",
        "bindings-python/src",
        "bindings-mobile/src",
        "tooling/cli/src",
    ] {
        let spared = if folder == "core/src" {
            &elsewhere[..]
        } else {
            &[]
        };
        let ships = code(folder, spared).into_iter().map(|(path, lines)| {
            let ships = lines.into_iter().take_while(|line| line != "#[cfg(test)]");
            (path, ships.collect())
        });
        assert_eq!(offences(ships.collect(), begins_sql), []);
    }
    for path in elsewhere {
        let (folder, _) = path.rsplit_once('/').unwrap();
        let files = code(folder, &[]).into_iter();
        let files: Vec<_> = files
            .filter(|(file, _)| file.starts_with(root().join(path)))
            .collect();
        assert!(
            !offences(files, begins_sql).is_empty(),
            "{path} holds none any more"
        );
    }
}

/// How many public methods under `folder` give a page.
pub(crate) fn lists(folder: &str) -> usize {
    let all = code(folder, &["core/src/blocking.rs"]);
    let texts = all.iter().map(|(_, lines)| lines.join(" "));
    let is_list = |method: &&str| {
        let signature = method.split('{').next().unwrap_or_default();
        signature.contains("page: PageRequest")
    };
    texts
        .map(|text| text.split("pub async fn ").skip(1).filter(is_list).count())
        .sum()
}
