//! What goes into the host's log: data only in a form in which it forges no line.

use std::collections::BTreeSet;

use proc_macro2::{TokenStream, TokenTree};
use quote::ToTokens;

use super::parsed;

/// What is logged and holds no data.
const PLAIN: [&str; 1] = ["reference"];

/// The arguments of every macro of `tracing`, wherever it stands.
fn told(stream: TokenStream, into: &mut Vec<TokenStream>) {
    let tokens: Vec<TokenTree> = stream.into_iter().collect();
    for (place, token) in tokens.iter().enumerate() {
        let TokenTree::Group(group) = token else {
            continue;
        };
        // `tracing :: warn ! ( … )`
        let before = &tokens[place.saturating_sub(5)..place];
        let said: Vec<String> = before.iter().map(ToString::to_string).collect();
        match said.as_slice() {
            [tracing, one, other, _, mark]
                if tracing == "tracing" && one == ":" && other == ":" && mark == "!" =>
            {
                into.push(group.stream());
            }
            _ => told(group.stream(), into),
        }
    }
}

/// What such a macro shows as it is: behind a `%`, and not spelled out.
fn shown_as_it_is(arguments: TokenStream) -> Vec<String> {
    let tokens: Vec<String> = arguments.into_iter().map(|it| it.to_string()).collect();
    let shown = tokens.windows(2).filter(|pair| pair[0] == "%");
    let shown = shown.map(|pair| pair[1].clone());
    shown
        .filter(|name| name != "Visible" && !PLAIN.contains(&name.as_str()))
        .collect()
}

/// The target, the level and the message of every macro of the core, as the guide's table has them.
#[test]
fn the_guide_lists_every_line_of_the_log() {
    let mut said = BTreeSet::new();
    for (path, file) in parsed("core/src") {
        let text = file.to_token_stream().to_string();
        for (before, level) in text.match_indices("tracing :: ").map(|(at, found)| {
            let rest = &text[at + found.len()..];
            (rest, rest.split_once(" !").map_or("", |(level, _)| level))
        }) {
            if !["error", "warn", "info", "debug", "trace"].contains(&level) {
                continue;
            }
            let mut all = Vec::new();
            let end = before.find(") ;").or_else(|| before.find(')')).unwrap();
            all.extend(texts_of(&before[..end]));
            let (target, message) = (all.first().unwrap(), all.last().unwrap());
            assert!(all.len() >= 2, "{}: {all:?}", path.display());
            said.insert(format!("| `{target}` | {level} | `{message}` |"));
        }
    }
    assert!(said.len() >= 30, "{said:?}");
    let guide = include_str!("../../../../docs/guides/embedding.md");
    let listed: BTreeSet<String> = guide
        .lines()
        .filter(|line| line.starts_with("| `ringfence"))
        .map(|line| {
            let cells: Vec<&str> = line.split(" | ").take(3).collect();
            format!("{} |", cells.join(" | "))
        })
        .collect();
    assert_eq!(listed, said);
}

/// What stands in quotes, none of which has a quote within.
fn texts_of(code: &str) -> impl Iterator<Item = String> + '_ {
    code.split('"').skip(1).step_by(2).map(str::to_owned)
}

#[test]
fn every_line_of_the_log_spells_out_what_is_not_seen() {
    let mut seen = 0;
    for folder in ["core/src", "bindings-python/src", "tooling/cli/src"] {
        for (path, file) in parsed(folder) {
            let mut all = Vec::new();
            told(file.to_token_stream(), &mut all);
            for arguments in all {
                seen += 1;
                let text = arguments.to_string();
                // A message's own `{…}` would show a value as it is.
                assert!(!text.contains('{'), "{}: {text}", path.display());
                let plain = shown_as_it_is(arguments);
                assert!(
                    plain.is_empty(),
                    "{}: {plain:?} as it is: `name = %Visible(&name)`",
                    path.display()
                );
            }
        }
    }
    assert!(seen >= 15, "{seen}");
    // The check itself sees one.
    let mut all = Vec::new();
    told(
        "fn f() { tracing::warn!(target: \"x\", %particulars, \"y\"); }"
            .parse()
            .unwrap(),
        &mut all,
    );
    let plain: Vec<String> = all.into_iter().flat_map(shown_as_it_is).collect();
    assert_eq!(plain, ["particulars"]);
}
