//! What becomes of a command whose answer nobody takes, what it tells beside it, and words that are no text.

use std::ffi::OsString;
use std::fs::File;
use std::os::unix::ffi::OsStringExt;
use std::process::{Command, Output, Stdio};

use ringfence_tests::fixture::{Place, on_each_empty_database};
use serde_json::Value;

use crate::{binary, printed, refused, ringfence, said, shell};

/// Runs it while nobody reads what it prints.
fn unread(command: &mut Command) -> Output {
    let mut running = command
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    drop(running.stdout.take());
    running.wait_with_output().unwrap()
}

/// Runs it on a device that has no room.
fn without_room(command: &mut Command) -> Output {
    let full = File::options().write(true).open("/dev/full").unwrap();
    command.stdout(full).output().unwrap()
}

fn founded(place: &Place, name: &str) -> Value {
    let output = ringfence(place, &["tenants", "create", name, "--json"]);
    serde_json::from_str(&printed(&output, 0)).unwrap()
}

#[tokio::test]
async fn a_reader_who_goes_early_is_no_failure_and_changes_no_answer() {
    on_each_empty_database(async |place| {
        printed(&ringfence(place, &["migrate"]), 0);
        let acme = founded(place, "Acme");
        for name in ["Beta", "Gamma"] {
            founded(place, name);
        }
        let actor = [
            "--tenant",
            acme["tenant"]["id"].as_str().unwrap(),
            "--actor",
            acme["admin"]["id"].as_str().unwrap(),
        ];
        let jonas = printed(
            &ringfence(
                place,
                &[&["users", "create", "jonas", "--json"], &actor[..]].concat(),
            ),
            0,
        );
        let jonas: Value = serde_json::from_str(&jonas).unwrap();
        let may_not = [&actor[..3], &[jonas["id"].as_str().unwrap()]].concat();
        for (words, status) in [
            (&["tenants", "list", "--all", "--limit", "1"][..], 0),
            (&["status", "--json"], 0),
            (&["completions", "bash"], 0),
            (&["man"], 0),
            (&["--help"], 0),
            (&["--version"], 0),
            (&[&["authorize", "mission.read"], &actor[..]].concat(), 0),
            (&[&["authorize", "mission.read"], &may_not[..]].concat(), 1),
        ] {
            let output = unread(shell(place).args(words));
            assert_eq!(said(&output), "", "{words:?}");
            assert_eq!(output.status.code(), Some(status), "{words:?}");
        }
    })
    .await;
}

#[tokio::test]
async fn an_answer_that_cannot_be_printed_is_told_from_work_that_was_not_done() {
    on_each_empty_database(async |place| {
        printed(&ringfence(place, &["migrate"]), 0);
        let create = ["tenants", "create", "Acme", "--id", "acme"];
        let output = without_room(shell(place).args(create));
        assert_eq!(output.status.code(), Some(3));
        let told = said(&output);
        assert!(
            told.starts_with(
                "ringfence: what was asked is done, and its answer cannot be printed: "
            ),
            "{told}"
        );
        printed(&ringfence(place, &["tenants", "show", "acme"]), 0);
        for words in [
            &["tenants", "list", "--json"][..],
            &["status", "--json"],
            &["completions", "zsh", "--json"],
            &["man", "--json"],
        ] {
            let output = without_room(shell(place).args(words));
            assert_eq!(output.status.code(), Some(3), "{words:?}");
            let error: Value = serde_json::from_slice(&output.stderr).unwrap();
            assert_eq!(error["kind"], "output");
            assert_eq!(error["outcome"], "done");
        }
        // What was refused is, whatever becomes of the output.
        let output = without_room(shell(place).args(create));
        assert_eq!(output.status.code(), Some(2));
    })
    .await;
    assert_eq!(without_room(binary().arg("--help")).status.code(), Some(3));
}

#[tokio::test]
async fn a_variable_or_a_word_that_is_no_text_is_named_and_nothing_is_done() {
    let bad = || OsString::from_vec(b"horse\xff".to_vec());
    on_each_empty_database(async |place| {
        printed(&ringfence(place, &["migrate"]), 0);
        let create = ["tenants", "create", "Acme", "--id", "acme", "--json"];
        for variable in ["ADMIN_PASSWORD", "DATABASE", "SCHEMA", "OPERATOR"] {
            let name = format!("RINGFENCE_{variable}");
            let error = refused(
                &shell(place)
                    .env(&name, bad())
                    .args(create)
                    .output()
                    .unwrap(),
            );
            assert_eq!(error["kind"], "usage", "{error}");
            assert_eq!(error["message"], format!("{name} is not UTF-8"));
        }
        let error = refused(
            &shell(place)
                .env("RUST_LOG", bad())
                .args(create)
                .output()
                .unwrap(),
        );
        assert_eq!(error["message"], "RUST_LOG is not UTF-8");
        for variable in ["RINGFENCE_TENANT", "RINGFENCE_ACTOR"] {
            let mut whoami = shell(place);
            whoami
                .env("RINGFENCE_TENANT", "acme")
                .env("RINGFENCE_ACTOR", "mara");
            let error = refused(
                &whoami
                    .env(variable, bad())
                    .args(["whoami", "--json"])
                    .output()
                    .unwrap(),
            );
            assert_eq!(error["message"], format!("{variable} is not UTF-8"));
        }
        let after = |words: &[&str]| {
            let output = shell(place)
                .args(create)
                .args(words)
                .arg(bad())
                .output()
                .unwrap();
            refused(&output)["message"].as_str().unwrap().to_owned()
        };
        assert_eq!(after(&["--admin"]), "the value of --admin is not UTF-8");
        assert_eq!(after(&[]), "argument 7 is not UTF-8");
        let error = refused(&ringfence(place, &["tenants", "show", "acme", "--json"]));
        assert_eq!(error["code"], "not_found");
    })
    .await;
}

#[tokio::test]
async fn what_the_library_tells_its_log_is_told_as_it_happens_where_that_is_asked_for() {
    on_each_empty_database(async |place| {
        let told = said(&ringfence(place, &["migrate", "--to", "1", "--verbose"]));
        assert!(
            told.contains("ringfence: info ringfence::migrate: applied, step legacy_baseline"),
            "{told}"
        );
        let output = ringfence(place, &["migrate", "--to", "2", "-v", "--json"]);
        printed(&output, 0);
        let event: Value = serde_json::from_str(said(&output).lines().next().unwrap()).unwrap();
        assert_eq!(
            (&event["level"], &event["target"]),
            (&"info".into(), &"ringfence::migrate".into())
        );
        let with_filter = |filter: &str, words: &[&str]| {
            said(
                &shell(place)
                    .env("RUST_LOG", filter)
                    .args(words)
                    .output()
                    .unwrap(),
            )
        };
        assert!(
            with_filter("ringfence=info", &["migrate", "--to", "3"]).contains("applied, step ")
        );
        assert!(!with_filter("ringfence=warn", &["migrate", "--to", "4"]).contains("applied"));
        assert!(!said(&ringfence(place, &["migrate"])).contains("applied"));
    })
    .await;
    let unreachable = [
        "status",
        "--database",
        "postgres://nobody@127.0.0.1:1/fleet",
        "-v",
    ];
    let told = said(&binary().args(unreachable).output().unwrap());
    assert!(
        told.starts_with("ringfence: warn ringfence::store: database unreachable: "),
        "{told}"
    );
    let error = refused(
        &binary()
            .env("RUST_LOG", "ringfence=loud")
            .args(["status", "--json"])
            .output()
            .unwrap(),
    );
    assert_eq!(error["kind"], "usage");
    assert!(
        error["message"]
            .as_str()
            .unwrap()
            .starts_with("RUST_LOG is not"),
        "{error}"
    );
}
