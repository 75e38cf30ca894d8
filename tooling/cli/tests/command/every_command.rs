//! Every command once, as text and as JSON; that none is left out, the tree of the command line says.

use std::collections::BTreeSet;
use std::process::{Command, Output};

use ringfence_tests::fixture::{Place, on_each_empty_database};
use serde_json::Value;

use crate::calls::{Call, Things};
use crate::{binary, fed, printed, refused, shell};

/// The commands that something can be asked of: `tenants create`.
pub(crate) fn commands() -> BTreeSet<String> {
    fn below(command: &clap::Command, at: &str, into: &mut BTreeSet<String>) {
        for sub in command.get_subcommands() {
            let name = format!("{at} {}", sub.get_name()).trim().to_owned();
            match sub.has_subcommands() {
                true => below(sub, &name, into),
                false => drop(into.insert(name)),
            }
        }
    }
    let mut found = BTreeSet::new();
    below(&ringfence_cli::command(), "", &mut found);
    found
}

/// The administrator of [`Things`] at her shell, with this command before her.
pub(crate) fn acting(place: &Place, things: &Things, command: &str) -> Command {
    let mut shell = shell(place);
    shell
        .env("RINGFENCE_TENANT", "acme")
        .env("RINGFENCE_ACTOR", &things.admin)
        .args(command.split(' '));
    shell
}

fn run(place: &Place, things: &Things, call: &Call, form: usize) -> Output {
    let mut command = acting(place, things, call.command);
    command.args(&call.arguments[form]);
    if form == 1 {
        command.arg("--json");
    }
    fed(&mut command, call.input)
}

#[tokio::test]
async fn every_command_answers_in_text_and_in_json() {
    on_each_empty_database(async |place| {
        let things = Things::make(place).await;
        let calls = things.calls();
        let called: BTreeSet<String> = calls.iter().map(|call| call.command.to_owned()).collect();
        assert_eq!(
            called,
            commands(),
            "the table of calls is not what there is"
        );
        for call in calls {
            let text = printed(&run(place, &things, &call, 0), call.status);
            let spaced = text
                .split(' ')
                .filter(|word| !word.is_empty())
                .collect::<Vec<_>>()
                .join(" ");
            assert!(spaced.contains(&call.reads), "{}: {text}", call.command);
            assert!(text.ends_with('\n'), "{}", call.command);

            let output = run(place, &things, &call, 1);
            let json = printed(&output, call.status);
            assert!(output.stderr.is_empty(), "{}", call.command);
            let (at, value) = &call.holds;
            for document in json.lines() {
                let document: Value = serde_json::from_str(document).unwrap();
                let found = document
                    .pointer(at)
                    .unwrap_or_else(|| panic!("{}: {json}", call.command));
                match found {
                    // A text of the program's own.
                    Value::String(own) if value.is_null() => assert!(!own.is_empty()),
                    found => assert_eq!(found, value, "{}", call.command),
                }
            }
            assert!(json.ends_with('\n'), "{}", call.command);
        }
    })
    .await;
}

/// What every error has, whether it has something to say there or not.
#[track_caller]
fn is_whole(error: &Value) {
    let fields = [
        "kind", "code", "status", "field", "message", "outcome", "causes", "standing", "advice",
    ];
    let found: Vec<&String> = error.as_object().unwrap().keys().collect();
    assert_eq!(found, fields);
}

#[test]
fn every_command_says_what_the_parser_refuses_as_one_document() {
    for command in commands() {
        let words = command.split(' ');
        let output = binary()
            .args(words)
            .args(["--json", "--no-such-option"])
            .output();
        let error = refused(&output.unwrap());
        is_whole(&error);
        assert_eq!(error["kind"], "usage", "{command}");
        let message = error["message"].as_str().unwrap();
        assert!(message.contains("--no-such-option"), "{command}: {message}");
    }
}

#[tokio::test]
async fn every_command_says_what_the_library_refuses_as_one_document() {
    on_each_empty_database(async |place| {
        let things = Things::make(place).await;
        let nowhere = Place::existing(match place.url.starts_with("sqlite:") {
            true => format!("{}/none/fleet.db", place.url),
            // Nobody listens on the port that is reserved for nothing.
            false => "postgres://nobody@127.0.0.1:1/fleet".to_owned(),
        });
        for call in things.calls() {
            if ["completions", "man"].contains(&call.command) {
                continue;
            }
            let error = refused(&run(&nowhere, &things, &call, 1));
            is_whole(&error);
            assert!(
                ["invalid", "unavailable"].contains(&error["kind"].as_str().unwrap()),
                "{error}"
            );
            assert!(error["advice"].is_string(), "{}: {error}", call.command);
        }
    })
    .await;
}
