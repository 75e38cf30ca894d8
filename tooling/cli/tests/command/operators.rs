//! The command as an operator uses it, on both engines.

use ringfence::model::IntegrityProblem;
use ringfence_tests::fixture::{Engine, on_each_empty_database};
use serde_json::Value;

use crate::{binary, printed, refused, ringfence, said};

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
        let listed = || {
            let table = run(&["tenant", "list"]);
            let cells = table.split_whitespace().map(str::to_owned);
            cells.collect::<Vec<_>>()
        };
        let cells = listed();
        assert_eq!(
            cells[..6],
            ["ID", "NAME", "CREATED_AT", "DISABLED_AT", "acme", "Acme"]
        );
        let (created, disabled) = (&cells[6], &cells[7]);
        assert!(disabled > created);
        run(&["tenant", "enable", "acme"]);
        assert_eq!(listed()[4..6], ["acme", "Acme"]);
        assert_eq!(listed()[7..], ["-"]);

        let events = run(&["log", "events", "--json"]);
        let page: Value = serde_json::from_str(&events).unwrap();
        let last = page["items"].as_array().unwrap().last().unwrap();
        assert_eq!(last["actor"], "dana");
        assert_eq!(last["entity_id"], "acme");
        assert!(!events.contains("correct horse"));
        assert!(run(&["log", "verify"]).ends_with("Intact\n"));
    })
    .await;
}

/// `ringfence … | head`, and a full disk.
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
        assert_eq!(
            said(&taken),
            "ringfence: this name is taken\n  next: choose another, or look at the one that there is\n"
        );
    })
    .await;
}

#[test]
fn a_database_has_to_be_named() {
    let error = binary().arg("status").output().unwrap();
    printed(&error, 2);
    assert!(said(&error).contains("--database URL"));
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
        let remedy = IntegrityProblem::UnknownValue.remedy();
        let kept = format!(
            "kept: drones.vendor of row kite in tenant \"acme\": unknown_value, value \"PARROT\". {remedy}\n"
        );
        assert!(found.starts_with(&kept), "{found}");
        assert!(found.ends_with("1 findings, 0 of which stop a migration\n"), "{found}");

        place.plant(&drone("wren", "gone", "DJI")).await;
        let found = printed(&ringfence(place, &["scan"]), 1);
        let remedy = IntegrityProblem::TenantUnknown.remedy();
        let stops = format!(
            "stops: drones.tenant_id of row wren in tenant \"gone\": tenant_unknown, value \"gone\", \
             which is in no row of tenants. {remedy}\n"
        );
        assert!(found.contains(&stops), "{found}");
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
        binary()
            .args(arguments)
            .args(["--database", &url])
            .output()
            .unwrap()
    };
    for arguments in [
        vec!["status"],
        vec!["scan"],
        vec!["boundary"],
        vec!["rollback", "--to", "0"],
        vec!["tenant", "list"],
        vec!["log", "verify"],
    ] {
        let error = run(&arguments);
        printed(&error, 2);
        assert_eq!(
            said(&error),
            "ringfence: url: names a file that does not exist; `migrate`, or opening under `Auto`, makes one\n  next: --database is `sqlite:PATH` or \
             `postgres://user@host/database`; only `ringfence migrate` makes a file that is not there\n"
        );
        assert!(!file.exists(), "{arguments:?}");
    }
    printed(&run(&["migrate"]), 0);
    printed(&run(&["status"]), 0);
}

#[tokio::test]
async fn a_log_that_is_not_the_one_that_was_written_ends_with_1_and_says_where() {
    on_each_empty_database(async |place| {
        printed(&ringfence(place, &["migrate"]), 0);
        if place.engine == Engine::Sqlite {
            let guards = "SELECT group_concat('DROP TRIGGER ' || name, ';') FROM sqlite_master \
                          WHERE type = 'trigger' AND tbl_name LIKE 'audit_%'";
            place.plant(&place.raw_text(guards).await.unwrap()).await;
        }
        let forged = "UPDATE audit_events SET actor = 'nobody' \
                      WHERE tenant_id = '~deployment' AND seq = 2";
        place.plant(forged).await;
        let verify = ["deployment-log", "verify"];
        let text = printed(&ringfence(place, &verify), 1);
        let broken = "\nBroken: event 2 is not the one that its hash was made of\n";
        assert!(text.ends_with(broken), "{text}");
        let json = printed(&ringfence(place, &[&verify[..], &["--json"]].concat()), 1);
        let found: Value = serde_json::from_str(&json).unwrap();
        assert_eq!(found["outcome"]["kind"], "leaf_differs");
    })
    .await;
}

#[tokio::test]
async fn a_log_is_searched_by_whom_and_from_when_and_until_when() {
    on_each_empty_database(async |place| {
        printed(&ringfence(place, &["migrate"]), 0);
        let create = ["tenants", "create", "Acme", "--id", "acme"];
        printed(&ringfence(place, &create), 0);
        let found = |filter: &[&str]| {
            let events = ["deployment-log", "events", "--entity-type", "tenant"];
            let listed = ringfence(place, &[&events[..], filter].concat());
            // Below the heading.
            printed(&listed, 0).lines().count() - 1
        };
        let (past, future) = ("2001-01-01T00:00:00Z", "2999-01-01T00:00:00Z");
        for (filter, count) in [
            (&["--by", "dana"][..], 1),
            (&["--by", "nobody"], 0),
            (&["--since", past], 1),
            (&["--since", future], 0),
            (&["--until", past], 0),
            (&["--until", future], 1),
        ] {
            assert_eq!(found(filter), count, "{filter:?}");
        }
    })
    .await;
}
