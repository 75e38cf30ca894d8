//! What is named in one place alone.

use std::collections::BTreeSet;
use std::fs;
use std::path::PathBuf;

use xtask::repository::root;

use super::{code, items, names, parsed, same};

/// The crates that only the store may name.
const DRIVERS: [&str; 5] = [
    "rusqlite",
    "tokio_postgres",
    "deadpool_postgres",
    "refinery",
    "refinery_core",
];

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
        // The examples try the boundary from a connection that is not the library's.
        ("examples", &["examples/sql.rs"]),
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

/// A part of a call that drew an end of its own would wait as long again.
#[test]
fn the_end_of_a_call_is_drawn_where_a_call_begins_and_nowhere_else() {
    const DRAW: [(&str, usize); 8] = [
        // Whoever draws one calls this.
        ("database/deadline.rs", 1),
        // A session's call, and an operator's.
        ("frame/method.rs", 1),
        ("frame/operator.rs", 3),
        // Each stretch of a log that is read.
        ("frame/log.rs", 1),
        ("ringfence.rs", 1),
        ("service/login/mod.rs", 1),
        // Looking at the schema, before its steps and behind them, and when asked.
        ("service/migrations.rs", 3),
        ("testing.rs", 1),
    ];
    let drawn = offences(code("core/src", &[]), |line| line.contains(".due()"));
    for (file, times) in DRAW {
        let here = drawn.iter().filter(|(path, _)| path.ends_with(file));
        assert_eq!(here.count(), times, "{file}");
    }
    let times: usize = DRAW.iter().map(|(_, times)| times).sum();
    assert_eq!(drawn.len(), times, "{drawn:?}");
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
    const LOOKS: [&str; 13] = [
        "std::fs::metadata(",
        "std::fs::Metadata",
        "std::fs::canonicalize(",
        "std::fs::read_link(",
        "std::os::unix::fs::MetadataExt",
        "rustix::fs::{Access, AtFlags, CWD, accessat}",
        "rustix::io::Errno",
        "rustix::fs::statfs",
        "std::fs::read(\"/proc/self/mountinfo\")",
        "std::fs::read_dir(\"/proc/self/fd\")",
        "File::open(Path::new(\"/proc/self/fdinfo\").join(number))",
        "use std::fs::File;",
        "std::os::unix::fs::FileExt",
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
                "core/src/error/guide.rs",
                "core/src/model/plan/tests.rs",
                "core/src/policy/matrix.rs",
                // A report: a new file of a name that nothing has.
                "core/src/service/inspections/file.rs",
                "core/src/store/rigging.rs",
            ][..],
        ),
        ("bindings-python/src", &[]),
        ("bindings-mobile/src", &[]),
        // What a scan prints, in a new file of a name that nothing has.
        ("tooling/cli/src", &["tooling/cli/src/output/streamed.rs"]),
    ] {
        assert_eq!(offences(code(folder, spared), touches_a_file), []);
    }
    // The check itself sees it where it happens.
    let suite = code("tests/tests/suite/database_file", &[]);
    assert!(!offences(suite, touches_a_file).is_empty());
}

/// What a method of a handle reaches the database by is the frame: a handle has no store, and who else names it is
/// listed.
#[test]
fn the_store_is_reached_through_the_frame() {
    let found: BTreeSet<String> = parsed("core/src/service")
        .into_iter()
        .filter(|(_, file)| {
            let mut bodies = items(file).filter(|item| !matches!(item, syn::Item::Use(_)));
            bodies.any(|item| names(item, "store"))
        })
        .map(|(path, _)| path.strip_prefix(root()).unwrap().display().to_string())
        .collect();
    let listed = [
        "core/src/service/login/mod.rs",
        "core/src/service/migrations.rs",
    ];
    same(
        &found,
        &listed.map(str::to_owned).into(),
        [
            "a service reads and writes through the frame (`self.scope`), which decides and records",
            "listed here, and it names the store no more",
        ],
    );
}
