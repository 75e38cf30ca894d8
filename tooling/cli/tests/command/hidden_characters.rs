//! What is stored reaches no terminal as controls.

use ringfence_tests::fixture::on_each_empty_database;
use serde_json::Value;

use crate::{binary, printed, ringfence, said};

/// A colour, a C1 control, a text that runs backwards, an invisible character, and a line of its own.
const NAME: &str = "a\u{1b}[31m\u{9b}1m\u{202e}b\u{200b}\u{e0041}\u{2028}c\r\nd\u{7f}\té 無人機";
const SHOWN: &str = "a\\u{1b}[31m\\u{9b}1m\\u{202e}b\\u{200b}\\u{e0041}\\u{2028}c\\u{d}\\u{a}d\\u{7f}\\u{9}é 無人機";

#[track_caller]
fn is_visible(text: &str) {
    let visible =
        |c: char| c == '\n' || !(c.is_control() || "\u{202e}\u{200b}\u{e0041}\u{2028}".contains(c));
    assert!(text.chars().all(visible), "{text:?}");
}

#[tokio::test]
async fn control_characters_in_names_reach_no_terminal_in_text_or_in_json() {
    on_each_empty_database(async |place| {
        printed(&ringfence(place, &["migrate"]), 0);
        let mut documents = Vec::new();
        for arguments in [
            vec!["tenants", "create", NAME, "--id", "acme"],
            vec!["tenants", "show", "acme"],
            vec!["tenants", "list"],
        ] {
            let text = printed(&ringfence(place, &arguments), 0);
            is_visible(&text);
            assert!(text.contains(SHOWN), "{text}");
            if arguments[1] != "create" {
                let json = printed(
                    &ringfence(place, &[&arguments[..], &["--json"]].concat()),
                    0,
                );
                is_visible(&json);
                documents.push(serde_json::from_str::<Value>(&json).unwrap());
            }
        }
        // The value is the one that was stored.
        assert_eq!(documents[0]["name"], NAME);
        assert_eq!(documents[1]["items"][0]["name"], NAME);
        let log = printed(
            &ringfence(
                place,
                &["deployment-log", "events", "--entity-type", "tenant"],
            ),
            0,
        );
        is_visible(&log);
        assert_eq!(log.lines().count(), 2, "{log}");
    })
    .await;
}

#[test]
fn control_characters_of_the_command_line_are_not_echoed() {
    for arguments in [["man", NAME], ["completions", NAME]] {
        for json in [&[][..], &["--json"]] {
            let output = binary().args(arguments).args(json).output().unwrap();
            printed(&output, 2);
            let said = said(&output);
            is_visible(&said);
            assert!(said.contains("無人機"), "{said}");
        }
    }
}
