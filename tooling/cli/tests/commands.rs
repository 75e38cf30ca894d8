//! The command as an operator uses it, on both engines.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic
)]

use std::fs::File;
use std::process::{Command, Output, Stdio};

use ringfence_tests::fixture::{Place, on_each_empty_database};
use serde_json::Value;

fn ringfence(place: &Place, arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_ringfence"))
        .args(arguments)
        .env("RINGFENCE_DATABASE", &place.url)
        .env("RINGFENCE_OPERATOR", "dana")
        .env("RINGFENCE_ADMIN_PASSWORD", "correct horse")
        .output()
        .unwrap()
}

/// What it printed, where it ended as it should.
#[track_caller]
fn printed(output: &Output, status: i32) -> String {
    let error = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(status), "{error}");
    String::from_utf8(output.stdout.clone()).unwrap()
}

/// The error that it printed as JSON.
#[track_caller]
fn refused(output: &Output) -> Value {
    assert_eq!(printed(output, 2), "");
    serde_json::from_slice(&output.stderr).unwrap()
}

#[tokio::test]
async fn an_operator_migrates_keeps_tenants_and_verifies_the_log() {
    on_each_empty_database(async |place| {
        let run = |arguments: &[&str]| printed(&ringfence(place, arguments), 0);
        let status = run(&["migrate"]);
        let newest = status.trim_end().rsplit(' ').next().unwrap();
        assert!(status.ends_with(&format!("at {newest} of {newest}\n")));
        assert_eq!(run(&["status"]), status);
        assert!(run(&["scan"]).ends_with("checks, 0 findings, 0 of which stop a migration\n"));

        let founded = run(&["tenant", "create", "Acme", "--id", "acme", "--json"]);
        let founded: Value = serde_json::from_str(&founded).unwrap();
        assert_eq!(founded["tenant"]["id"], "acme");
        assert_eq!(founded["admin"]["username"], "admin");
        run(&["tenant", "disable", "acme"]);
        assert!(run(&["tenant", "list"]).contains("acme  Acme  disabled "));
        run(&["tenant", "enable", "acme"]);
        assert_eq!(run(&["tenant", "list"]), "acme  Acme  enabled\n");

        let events = run(&["log", "events", "--json"]);
        let last: Value = serde_json::from_str(events.lines().last().unwrap()).unwrap();
        assert_eq!(last["actor"], "dana");
        assert_eq!(last["entity_id"], "acme");
        assert!(!events.contains("correct horse"));
        assert!(run(&["log", "verify"]).ends_with("Intact\n"));
    })
    .await;
}

/// `ringfence … | head`, and a full disk.
#[tokio::test]
async fn output_that_nobody_takes_ends_it_without_a_panic() {
    on_each_empty_database(async |place| {
        printed(&ringfence(place, &["migrate"]), 0);
        let taken = |by: Stdio| {
            let mut command = Command::new(env!("CARGO_BIN_EXE_ringfence"));
            let command = command.args(["--json", "status"]);
            let command = command.env("RINGFENCE_DATABASE", &place.url);
            let running = command.stdout(by).stderr(Stdio::piped()).spawn().unwrap();
            let ended = running.wait_with_output().unwrap();
            assert_eq!(ended.status.code(), Some(2));
            String::from_utf8(ended.stderr).unwrap()
        };
        let (reader, writer) = std::io::pipe().unwrap();
        drop(reader);
        assert_eq!(taken(writer.into()), "");
        // Linux has a full disk at hand.
        if let Ok(full) = File::options().write(true).open("/dev/full") {
            let said = taken(full.into());
            assert!(said.starts_with("ringfence: cannot print: "), "{said}");
        }
    })
    .await;
}

#[tokio::test]
async fn a_database_that_is_not_migrated_is_told_to_be() {
    on_each_empty_database(async |place| {
        // With a column of a later step missing, and then with a table.
        for (step, arguments) in [("8", ["tenant", "list"]), ("1", ["log", "verify"])] {
            printed(&ringfence(place, &["migrate", "--to", "8"]), 0);
            printed(&ringfence(place, &["rollback", "--to", step]), 0);
            let arguments = ["--json"].into_iter().chain(arguments).collect::<Vec<_>>();
            let error = refused(&ringfence(place, &arguments));
            assert_eq!(error["code"], "incomplete_schema", "{error}");
        }
    })
    .await;
}

#[tokio::test]
async fn what_cannot_run_ends_with_2_and_says_why() {
    on_each_empty_database(async |place| {
        printed(&ringfence(place, &["migrate"]), 0);
        let error = refused(&ringfence(
            place,
            &["--json", "tenant", "disable", "nobody"],
        ));
        assert_eq!(error["code"], "not_found");
        assert_eq!(error["status"], 404);
        let error = refused(&ringfence(place, &["--json", "migrate", "--to", "999"]));
        assert_eq!(error["field"], "to");
        printed(&ringfence(place, &["tenant", "create", "Acme"]), 0);
        let taken = ringfence(place, &["tenant", "create", "Acme"]);
        printed(&taken, 2);
        let said = String::from_utf8(taken.stderr).unwrap();
        assert_eq!(said, "ringfence: this name is taken\n");
    })
    .await;
}

#[test]
fn a_database_has_to_be_named() {
    let error = Command::new(env!("CARGO_BIN_EXE_ringfence"))
        .arg("status")
        .env_remove("RINGFENCE_DATABASE")
        .output()
        .unwrap();
    printed(&error, 2);
    assert!(
        String::from_utf8(error.stderr)
            .unwrap()
            .contains("--database URL")
    );
}

#[tokio::test]
async fn a_scan_says_which_findings_stop_a_migration() {
    on_each_empty_database(async |place| {
        printed(&ringfence(place, &["migrate", "--to", "1"]), 0);
        let drone = |id: &str, tenant: &str, vendor: &str| {
            let at = "'2026-01-05 12:00:00.000000'";
            format!(
                "INSERT INTO drones (id, tenant_id, name, vendor, capabilities, created_at, updated_at) \
                 VALUES ('{id}', '{tenant}', '{id}', '{vendor}', '{{}}', {at}, {at});"
            )
        };
        let tenant = "INSERT INTO tenants (id, name, created_at) \
                      VALUES ('acme', 'Acme', '2026-01-05 12:00:00.000000');";
        let kite = drone("kite", "acme", "PARROT");
        place.plant(&format!("{tenant} {kite}")).await;
        let found = printed(&ringfence(place, &["scan"]), 1);
        let kept = "kept: drones.vendor of row kite in tenant acme: UnknownValue, value PARROT\n";
        assert!(found.starts_with(kept), "{found}");
        assert!(found.ends_with("1 findings, 0 of which stop a migration\n"), "{found}");

        place.plant(&drone("wren", "gone", "DJI")).await;
        let found = printed(&ringfence(place, &["scan"]), 1);
        let stops = "stops: drones.tenant_id of row wren in tenant gone: TenantUnknown, value gone, \
                     which refers to tenants in tenant none\n";
        assert!(found.contains(stops), "{found}");
        assert!(found.ends_with("2 findings, 1 of which stop a migration\n"), "{found}");
    })
    .await;
}

#[test]
fn only_migrate_makes_a_file() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("typo.db");
    let url = format!("sqlite:{}", file.display());
    let run = |arguments: &[&str]| {
        Command::new(env!("CARGO_BIN_EXE_ringfence"))
            .args(arguments)
            .args(["--database", &url])
            .output()
            .unwrap()
    };
    for arguments in [
        vec!["status"],
        vec!["scan"],
        vec!["rollback", "--to", "0"],
        vec!["tenant", "list"],
        vec!["log", "verify"],
    ] {
        let error = run(&arguments);
        printed(&error, 2);
        let said = String::from_utf8(error.stderr).unwrap();
        assert_eq!(said, "ringfence: url: names a file that does not exist\n");
        assert!(!file.exists(), "{arguments:?}");
    }
    printed(&run(&["migrate"]), 0);
    printed(&run(&["status"]), 0);
}
