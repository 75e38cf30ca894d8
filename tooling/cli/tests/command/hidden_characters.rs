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
        let create = ["tenants", "create", "Acme", "--id", "acme"];
        printed(&ringfence(place, &create), 0);
        // Nobody is given such a name any more; another program may have stored it.
        let renamed = ["tenants SET name", "users SET username"];
        for set in renamed {
            place.plant(&format!("UPDATE {set} = '{NAME}'")).await;
        }
        let admin = place.raw_text("SELECT id FROM users").await.unwrap();
        let who = ["--tenant", "acme", "--actor", &admin];
        let mut documents = Vec::new();
        for arguments in [
            vec!["tenants", "show", "acme"],
            vec!["tenants", "list"],
            [&["users", "list"], &who[..]].concat(),
            [&["whoami"], &who[..]].concat(),
            vec!["scan"],
        ] {
            let status = i32::from(arguments[0] == "scan");
            let text = printed(&ringfence(place, &arguments), status);
            is_visible(&text);
            assert!(text.contains(SHOWN), "{text}");
            let json = &ringfence(place, &[&arguments[..], &["--json"]].concat());
            let json = printed(json, status);
            is_visible(&json);
            documents.push(serde_json::from_str::<Value>(&json).unwrap());
        }
        // The value is the one that was stored.
        assert_eq!(documents[0]["name"], NAME);
        assert_eq!(documents[1]["items"][0]["name"], NAME);
        assert_eq!(documents[2]["items"][0]["username"], NAME);
        assert_eq!(documents[3]["username"], NAME);
        assert_eq!(documents[4]["findings"][0]["problem"], "name_refused");
        // And nobody is told it who gives it.
        for arguments in [
            vec!["tenants", "create", NAME, "--id", "beta"],
            vec!["tenants", "disable", "acme", "--operator", NAME],
            [&["users", "create", NAME], &who[..]].concat(),
        ] {
            let output = ringfence(place, &arguments);
            printed(&output, 2);
            let said = said(&output);
            is_visible(&said);
            let rule = "contains a control, format or bidirectional character";
            assert!(said.contains(rule), "{said}");
        }
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
