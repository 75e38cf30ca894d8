//! The tables of `docs/guides/errors.md`, written from the codes.

#![allow(clippy::unwrap_used)]
use std::path::Path;

use super::codes::{ConflictCode, SchemaCode, UnavailableCode};

fn conflicts() -> String {
    let rows = ConflictCode::ALL.iter().map(|(code, when)| {
        let field = code.field();
        format!("| `{code}` | {field} | {when} |\n")
    });
    "| code | `field` | when |\n|---|---|---|\n".to_owned() + &rows.collect::<String>()
}

fn unavailable() -> String {
    let rows = UnavailableCode::ALL.iter().map(|(code, when)| {
        let outcomes = code.outcomes().iter();
        let outcomes: Vec<String> = outcomes.map(|outcome| format!("`{outcome:?}`")).collect();
        format!("| `{code}` | {} | {when} |\n", outcomes.join(" or "))
    });
    "| code | outcome | when |\n|---|---|---|\n".to_owned() + &rows.collect::<String>()
}

fn schema() -> String {
    let rows = SchemaCode::ALL.iter();
    let rows = rows.map(|(code, when)| format!("| `{code}` | {when} |\n"));
    "| code | when |\n|---|---|\n".to_owned() + &rows.collect::<String>()
}

/// The guide with its tables written anew: each stands between a mark and an empty line.
fn with_tables(guide: &str) -> String {
    let tables = [
        ("Conflict", conflicts()),
        ("Unavailable", unavailable()),
        ("Schema", schema()),
    ];
    tables
        .iter()
        .fold(guide.to_owned(), |guide, (kind, table)| {
            let mark = format!("<!-- the codes of {kind}, from core/src/error/codes.rs -->\n");
            let (head, rest) = guide.split_once(&mark).unwrap();
            let (_, tail) = rest.split_once("\n\n").unwrap();
            format!("{head}{mark}{table}\n{tail}")
        })
}

#[test]
fn the_guide_lists_every_code() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../docs/guides/errors.md");
    let guide = std::fs::read_to_string(&path).unwrap();
    let wanted = with_tables(&guide);
    if std::env::var_os("RINGFENCE_BLESS").is_some() {
        std::fs::write(&path, &wanted).unwrap();
    } else {
        assert_eq!(guide, wanted, "run this test with RINGFENCE_BLESS=1");
    }
}
