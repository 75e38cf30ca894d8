//! The settings that the library makes.

use std::collections::BTreeSet;
use std::fs;

use quote::ToTokens;
use xtask::repository::root;

use super::{items, parsed, texts};

/// Settings of connections and transactions, as the texts name them.
fn settings(text: &str) -> Vec<String> {
    let words: Vec<&str> = text
        .split(|c: char| c.is_whitespace() || "=;,()".contains(c))
        .filter(|word| !word.is_empty())
        .collect();
    let mut found: Vec<&&str> = Vec::new();
    for (at, word) in words.iter().enumerate() {
        let mut rest = words.iter().skip(at + 1);
        match word.to_ascii_uppercase().as_str() {
            "PRAGMA" => found.extend(rest.next()),
            // An option of a membership.
            "SET" if at > 0 && words[at - 1] == "WITH" => {}
            "SET" => found.extend(rest.find(|it| !["LOCAL", "SESSION"].contains(it))),
            _ => {}
        }
    }
    found.into_iter().map(|name| (*name).to_owned()).collect()
}

/// One that nobody decided on would be found by whoever it surprises. The registry's own SET is of columns.
#[test]
fn every_setting_that_the_library_makes_is_documented_with_its_reason() {
    let page = fs::read_to_string(root().join("docs/settings.md")).unwrap();
    let rows = page.lines().filter(|line| line.starts_with('|'));
    let documented: String = rows.collect::<Vec<_>>().join("\n");
    let mut made = BTreeSet::new();
    for (path, file) in parsed("core/src/store") {
        if !path.starts_with(root().join("core/src/store/statements")) {
            made.extend(texts(&file).iter().flat_map(|it| settings(it)));
        }
    }
    // These ask, and change nothing.
    for asks in ["schema_version", "page_size"] {
        assert!(made.remove(asks));
    }
    made.extend(settings_by_call());
    assert!(made.len() > 8 && made.contains("timezone"), "{made:?}");
    for setting in made {
        let named = [format!("`{setting}`"), format!("SET LOCAL {setting}")];
        let is_there = named.iter().any(|named| documented.contains(named));
        assert!(is_there, "docs/settings.md has no row for {setting}");
    }
}

/// The settings that are made otherwise than by a text of SQL: switches of SQLite. In the startup message there are none:
/// poolers refuse them.
fn settings_by_call() -> BTreeSet<String> {
    const SWITCH: &str = "SQLITE_DBCONFIG_";
    let mut made = BTreeSet::new();
    for (path, file) in parsed("core/src/store") {
        for item in items(&file) {
            let tokens = item.to_token_stream().to_string();
            assert!(
                !tokens.contains("pragma_update"),
                "{}: a pragma is set by its text, so that it is seen",
                path.display()
            );
            let words = tokens.split(|c: char| c != '_' && !c.is_alphanumeric());
            made.extend(words.filter_map(|word| word.strip_prefix(SWITCH).map(str::to_owned)));
        }
        let at_startup = |text: &String| text.starts_with("-c ") || text.contains(" -c ");
        assert!(!texts(&file).iter().any(at_startup), "{}", path.display());
    }
    assert!(made.contains("DEFENSIVE"));
    made
}
