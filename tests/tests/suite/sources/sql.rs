//! SQL stands where it is proved.

use std::collections::BTreeSet;
use std::fs;

use quote::ToTokens;
use xtask::repository::root;

use super::{code, items, parsed, same, texts};

/// What a text of SQL begins with.
const VERBS: [&str; 26] = [
    "SELECT",
    "INSERT",
    "UPDATE",
    "DELETE",
    "REPLACE",
    "WITH",
    "VALUES",
    "MERGE",
    "TRUNCATE",
    "COPY",
    "CALL",
    "DO",
    "SET",
    "RESET",
    "LOCK",
    "PRAGMA",
    "VACUUM",
    "ATTACH",
    "ALTER",
    "CREATE",
    "DROP",
    "GRANT",
    "REVOKE",
    "BEGIN",
    "SAVEPOINT",
    "COMMENT",
];

/// The verbs that a text of SQL begins a statement with, if it is one: in capitals, or in the company that they keep.
fn verbs(text: &str) -> Vec<String> {
    let mut found = Vec::new();
    for statement in text.split(';') {
        let words: Vec<&str> = statement.split_whitespace().collect();
        let Some((first, rest)) = words.split_first() else {
            continue;
        };
        let keeps = |company: &[&str]| {
            let mut rest = rest.iter();
            rest.any(|word| company.iter().any(|it| word.eq_ignore_ascii_case(it)))
        };
        let verb = first.to_ascii_uppercase();
        let is_sql = match verb.as_str() {
            _ if *first == verb => !rest.is_empty() || verb == "VACUUM",
            "SELECT" | "DELETE" => keeps(&["from"]),
            "INSERT" | "REPLACE" => keeps(&["into"]),
            "UPDATE" => keeps(&["set"]),
            "WITH" => keeps(&["as"]) && keeps(&["from", "select", "(select"]),
            "CREATE" | "ALTER" | "DROP" | "TRUNCATE" => keeps(&[
                "table", "index", "view", "trigger", "function", "role", "schema",
            ]),
            "PRAGMA" | "VACUUM" | "ATTACH" => true,
            _ => false,
        };
        if is_sql && VERBS.contains(&verb.as_str()) {
            found.push(verb);
        } else if words
            .iter()
            .any(|word| ["FROM", "WHERE", "INTO"].contains(word))
        {
            found.push("a part".to_owned());
        }
    }
    found
}

/// The prover proves what stands in the registry: what stands elsewhere nobody would. So elsewhere stands nothing that
/// touches a row: the beginnings of the texts there are listed.
#[test]
fn sql_stands_in_the_registry_the_steps_and_the_generated_scan_alone() {
    // The registry, and what the catalogue writes into the steps.
    let proved = ["core/src/store/statements", "core/src/schema/ddl"];
    let mut elsewhere = BTreeSet::new();
    for folder in [
        "core/src",
        "bindings-python/src",
        "bindings-mobile/src",
        "tooling/cli/src",
    ] {
        for (path, file) in parsed(folder) {
            let path = path.strip_prefix(root()).unwrap().to_str().unwrap();
            if proved.iter().any(|proved| path.starts_with(proved)) {
                continue;
            }
            let found = texts(&file).into_iter().flat_map(|it| verbs(&it));
            elsewhere.extend(found.map(|verb| (path.to_owned(), verb)));
        }
    }
    let listed = [
        // Holds the tables of a step.
        (
            "core/src/store/postgres/holding.rs",
            &["LOCK", "SAVEPOINT"][..],
        ),
        // Make a statement of the registry of a table's columns, and wrap it.
        ("core/src/store/sql/listing.rs", &["a part"]),
        ("core/src/store/sql/record.rs", &["INSERT", "a part"]),
        (
            "core/src/store/sql/statement.rs",
            &["SELECT", "WITH", "a part"],
        ),
        // Settings of a connection, and of a transaction.
        ("core/src/store/sqlite/connection.rs", &["PRAGMA"]),
        ("core/src/store/sqlite/pool.rs", &["PRAGMA"]),
        ("core/src/store/postgres/connections.rs", &["SET"]),
        ("core/src/store/postgres/timeouts.rs", &["SET"]),
        // Makes the runtime role; grants, and whose tables are whose.
        (
            "core/src/store/postgres/rights.rs",
            &[
                "ALTER", "BEGIN", "CREATE", "DO", "GRANT", "REVOKE", "SELECT", "a part",
            ],
        ),
        (
            "core/src/store/postgres/misfit.rs",
            &["ALTER", "GRANT", "REVOKE"],
        ),
    ];
    let listed: BTreeSet<(String, String)> = listed
        .iter()
        .flat_map(|(path, verbs)| {
            let each = verbs.iter();
            each.map(|verb| ((*path).to_owned(), (*verb).to_owned()))
        })
        .collect();
    same(
        &elsewhere,
        &listed,
        [
            "SQL outside the registry: declare it with `statements!` in a file of core/src/store/statements",
            "listed here, and there no more",
        ],
    );
}

/// What is made otherwise is in no registry, and neither proved nor mutated.
#[test]
fn statements_are_made_by_their_macro_and_from_the_catalogue_alone() {
    let makers = [
        "core/src/store/sql/listing.rs",
        "core/src/store/sql/statement.rs",
        "core/src/store/statements/naming.rs",
        "core/src/store/statements/scan/deployment.rs",
        "core/src/store/statements/scan/keys.rs",
        "core/src/store/statements/scan/names.rs",
        "core/src/store/statements/scan/rows.rs",
        "core/src/store/statements/scan/walk.rs",
    ];
    for (path, file) in parsed("core/src") {
        if makers.iter().any(|maker| path.ends_with(maker)) {
            continue;
        }
        let makes = items(&file).any(|item| {
            let text = item.to_token_stream().to_string();
            text.contains("Statement :: new")
        });
        assert!(
            !makes,
            "{} makes a statement: declare it with `statements!`",
            path.display()
        );
    }
    // A file of them that nobody lists.
    let registry = root().join("core/src/store/statements/mod.rs");
    let listed = fs::read_to_string(registry).unwrap();
    assert!(listed.contains("scan::all()") && listed.contains("naming::all()"));
    for (path, _) in code(
        "core/src/store/statements",
        &["core/src/store/statements/scan"],
    ) {
        let name = path.file_stem().unwrap().to_str().unwrap();
        let made = fs::read_to_string(&path).unwrap();
        let lists = [("statements! {", "ALL"), ("listings! {", "lists()")];
        for (_, list) in lists.iter().filter(|(made_by, _)| made.contains(made_by)) {
            assert!(
                name == "mod" || listed.contains(&format!("{name}::{list}")),
                "core/src/store/statements/mod.rs does not list {name}::{list} in `all`"
            );
        }
    }
}

#[test]
fn sql_is_known_however_it_is_written() {
    for sql in [
        "SELECT 1",
        "SELECT\n  name FROM drones",
        " delete from drones",
        "DELETE FROM drones",
        "REPLACE INTO drones VALUES (1)",
        "{} FROM {t}",
        "vacuum",
        "update drones set name = 'x'",
        "a remark; drop table drones",
        "with all as (select 1) select * from all",
    ] {
        assert!(!verbs(sql).is_empty(), "{sql}");
    }
    for words in [
        "select a permission",
        "with a slash",
        "set a password first",
        "SELECT",
        "update the app",
        "Delete me",
    ] {
        assert!(verbs(words).is_empty(), "{words}");
    }
}
