//! What is said when something is wrong, and what to do next.

use std::time::{Duration, Instant};

use ringfence::schema::version::LATEST;
use ringfence_tests::fixture::{Engine, Place, on_each_empty_database};

use crate::{binary, printed, refused, ringfence, said};

#[tokio::test]
async fn a_schema_that_is_behind_is_named_whatever_fails_because_of_it() {
    on_each_empty_database(async |place| {
        let session = ["--tenant", "acme", "--actor", "mara"];
        for step in ["1", "3", "8"] {
            printed(&ringfence(place, &["migrate", "--to", step]), 0);
            for call in [
                &["tenants", "list"][..],
                &["tenants", "create", "Acme"],
                &[&["whoami"], &session[..]].concat(),
            ] {
                let error = refused(&ringfence(place, &[&["--json"], call].concat()));
                assert_eq!(error["standing"]["current"].to_string(), step, "{error}");
                let message = error["message"].as_str().unwrap();
                assert!(
                    message.starts_with(&format!("the schema is at step {step} of {LATEST}")),
                    "{error}"
                );
                assert!(
                    error["advice"]
                        .as_str()
                        .unwrap()
                        .contains("`ringfence migrate`"),
                    "{error}"
                );
            }
        }
        printed(&ringfence(place, &["rollback", "--to", "8"]), 0);
        printed(&ringfence(place, &["deployment-log", "verify"]), 0);
    })
    .await;
}

#[tokio::test]
async fn where_there_are_no_tables_the_right_database_is_asked_for() {
    on_each_empty_database(async |place| {
        // Makes the file.
        printed(&ringfence(place, &["migrate", "--to", "0"]), 0);
        let told = said(&ringfence(place, &["tenants", "list"]));
        assert!(
            told.starts_with("ringfence: the database has no tables of Ringfence"),
            "{told}"
        );
        let standing = format!("\n  schema: at step 0 of {LATEST}\n");
        assert!(told.contains(&standing), "{told}");
        assert!(
            told.contains("see that --database (and --schema) name the right one"),
            "{told}"
        );
        let scanned = ringfence(place, &["scan"]);
        printed(&scanned, 2);
        assert!(said(&scanned).contains("there is nothing to scan"));
        let status = ringfence(place, &["status"]);
        printed(&status, 0);
        assert!(said(&status).contains("next: `ringfence migrate`"));
    })
    .await;
}

#[tokio::test]
async fn a_refused_rollback_says_what_would_be_lost_and_leaves_all_as_it_was() {
    on_each_empty_database(async |place| {
        printed(&ringfence(place, &["migrate"]), 0);
        let create = ["tenants", "create", "Acme", "--id", "acme"];
        printed(&ringfence(place, &create), 0);
        printed(&ringfence(place, &["tenants", "disable", "acme"]), 0);
        let error = refused(&ringfence(place, &["rollback", "--to", "8", "--json"]));
        assert_eq!(error["code"], "lossy_rollback");
        assert_eq!(error["standing"]["current"], LATEST);
        printed(&ringfence(place, &["tenants", "enable", "acme"]), 0);

        let output = ringfence(place, &["rollback", "--to", "0"]);
        printed(&output, 2);
        let told = said(&output);
        assert!(!told.contains("ringfence: step "), "{told}");
        assert!(told.contains("back would lose"), "{told}");
        let standing = format!("at step {LATEST} of {LATEST}\n");
        assert!(told.contains(&format!("\n  schema: {standing}")), "{told}");
        let status = printed(&ringfence(place, &["status"]), 0);
        assert!(
            status.ends_with(&format!("at {LATEST} of {LATEST}\n")),
            "{status}"
        );
    })
    .await;
}

#[test]
fn a_database_that_cannot_be_reached_is_said_with_its_cause_and_what_to_look_at() {
    let reach = |url: &str| {
        let output = binary()
            .args(["status", "--json", "--database", url])
            .output();
        refused(&output.unwrap())
    };
    let folder = tempfile::tempdir().unwrap();
    for (url, field, advice) in [
        (format!("sqlite:{}", folder.path().display()), "url", "PATH"),
        (
            "postgres://nobody@127.0.0.1:1/fleet?sslrootcert=/none".to_owned(),
            "url.sslrootcert",
            "`sslrootcert`",
        ),
        (
            "postgres://nobody@127.0.0.1:1/fleet?nonsense=1".to_owned(),
            "url.nonsense",
            "`nonsense`",
        ),
    ] {
        let error = reach(&url);
        assert_eq!(
            (&error["code"], &error["field"]),
            (&"invalid".into(), &field.into())
        );
        let told = error["advice"].as_str().unwrap();
        assert!(told.contains(advice), "{error}");
    }
    let error = reach("postgres://nobody@127.0.0.1:1/fleet");
    assert_eq!(error["code"], "unreachable", "{error}");
    assert_eq!(error["outcome"], "not_done");
    assert!(
        error["causes"][0].as_str().unwrap().contains("onnect"),
        "{error}"
    );
    assert!(
        error["advice"].as_str().unwrap().contains("the host"),
        "{error}"
    );
}

#[tokio::test]
async fn waiting_for_no_time_is_not_waiting() {
    on_each_empty_database(async |place| {
        printed(
            &ringfence(place, &["migrate", "--to", "8", "--wait", "0"]),
            0,
        );
        let begun = Instant::now();
        let migrate = || ringfence(place, &["migrate", "--wait", "0", "--json"]);
        let output = match place.engine {
            Engine::Sqlite => {
                let writer = place.sqlite();
                writer.execute_batch("BEGIN IMMEDIATE").unwrap();
                migrate()
            }
            Engine::Postgres => {
                let other = place.postgres().await;
                let held =
                    "SELECT pg_advisory_lock(hashtextextended('ringfence schema public', 0))";
                other.batch_execute(held).await.unwrap();
                migrate()
            }
        };
        let error = refused(&output);
        let code = match place.engine {
            Engine::Sqlite => "busy",
            Engine::Postgres => "migrating",
        };
        assert_eq!(error["code"], code, "{error}");
        assert!(error["advice"].as_str().unwrap().contains("--wait"));
        assert!(begun.elapsed() < Duration::from_secs(20));
    })
    .await;
    let too_long = binary()
        .args(["migrate", "--wait", "3601", "--json"])
        .output();
    assert_eq!(refused(&too_long.unwrap())["kind"], "usage");
}

#[tokio::test]
async fn a_missing_permission_is_an_answer_and_another_one_an_error() {
    on_each_empty_database(async |place| {
        printed(&ringfence(place, &["migrate"]), 0);
        let founded = printed(
            &ringfence(
                place,
                &["tenants", "create", "Acme", "--id", "acme", "--json"],
            ),
            0,
        );
        let founded: serde_json::Value = serde_json::from_str(&founded).unwrap();
        let admin = founded["admin"]["id"].as_str().unwrap();
        let made = ringfence(
            place,
            &[
                "users", "create", "jonas", "--json", "--tenant", "acme", "--actor", admin,
            ],
        );
        let made: serde_json::Value = serde_json::from_str(&printed(&made, 0)).unwrap();
        let jonas = [
            "--tenant",
            "acme",
            "--actor",
            made["id"].as_str().unwrap(),
            "--json",
        ];

        let answer = ringfence(
            place,
            &[&["authorize", "mission.read"], &jonas[..]].concat(),
        );
        let answer: serde_json::Value = serde_json::from_str(&printed(&answer, 1)).unwrap();
        assert_eq!(answer["allowed"], false);
        assert_eq!(answer["missing"], "mission.read");
        let error = refused(&ringfence(
            place,
            &[&["users", "list"], &jonas[..]].concat(),
        ));
        assert_eq!(
            (error["kind"].as_str(), error["status"].as_u64()),
            (Some("forbidden"), Some(403))
        );
        assert!(error["advice"].as_str().unwrap().contains("identity.read"));
        let stranger = ["--tenant", "acme", "--actor", "nobody", "--json", "whoami"];
        assert_eq!(
            refused(&ringfence(place, &stranger[4..]))
                .get("kind")
                .unwrap(),
            "usage"
        );
        let error = refused(&ringfence(
            place,
            &["whoami", "--tenant", "acme", "--actor", "nobody", "--json"],
        ));
        assert_eq!(error["code"], "unauthenticated");
    })
    .await;
}

#[tokio::test]
async fn rows_in_the_way_of_a_migration_are_named_and_values_that_are_kept_are_a_warning() {
    on_each_empty_database(async |place| {
        printed(&ringfence(place, &["migrate", "--to", "1"]), 0);
        let drone = |id: &str, tenant: &str| {
            let at = "'2026-01-05 12:00:00.000000'";
            format!(
                "INSERT INTO drones (id, tenant_id, name, vendor, capabilities, created_at, updated_at) \
                 VALUES ('{id}', '{tenant}', '{id}', 'PARROT', '{{}}', {at}, {at});"
            )
        };
        let tenant = "INSERT INTO tenants (id, name, created_at) \
                      VALUES ('acme', 'Acme', '2026-01-05 12:00:00.000000');";
        let kite = drone("kite", "acme");
        place.plant(&format!("{tenant} {kite} {}", drone("wren", "gone"))).await;

        let error = refused(&ringfence(place, &["migrate", "--json"]));
        assert_eq!(error["kind"], "integrity");
        assert_eq!(error["standing"]["current"], 1, "{error}");
        assert_eq!(error["findings"].as_array().unwrap().len(), 1, "{error}");
        assert_eq!(error["findings"][0]["key"], "wren");
        let told = said(&ringfence(place, &["migrate"]));
        assert!(told.contains("\nstops: drones.tenant_id of row wren in tenant \"gone\": "), "{told}");

        place.plant("DELETE FROM drones WHERE id = 'wren'").await;
        let migrated = ringfence(place, &["migrate"]);
        printed(&migrated, 0);
        let told = said(&migrated);
        assert!(told.contains("\nringfence: warning: values that the library does not know"), "{told}");
    })
    .await;
}

#[tokio::test]
async fn looking_at_a_file_leaves_every_byte_of_it_and_nothing_beside_it() {
    let place = Place::fresh(Engine::Sqlite).await;
    for mode in ["DELETE", "WAL"] {
        let made = "CREATE TABLE IF NOT EXISTS others (id TEXT)";
        place.raw(made).await.unwrap();
        let set = format!("PRAGMA journal_mode = {mode}");
        place.sqlite().query_row(&set, [], |_| Ok(())).unwrap();
        let files = || {
            let folder = std::fs::read_dir(place.file().parent().unwrap()).unwrap();
            let mut names: Vec<_> = folder.map(|entry| entry.unwrap().file_name()).collect();
            names.sort();
            (names, std::fs::read(place.file()).unwrap())
        };
        let before = files();
        for command in [
            &["status"][..],
            &["scan"],
            &["boundary"],
            &["tenants", "list"],
        ] {
            let ran = ringfence(&place, command);
            assert!(ran.status.code().is_some());
            assert!(files() == before, "{mode}: {command:?}");
        }
    }
    place.remove().await;
}

#[tokio::test]
async fn a_file_with_other_names_is_opened_where_the_operator_says_so() {
    let place = Place::fresh(Engine::Sqlite).await;
    printed(&ringfence(&place, &["migrate"]), 0);
    std::fs::hard_link(place.file(), place.file().with_extension("link")).unwrap();
    let error = refused(&ringfence(&place, &["status", "--json"]));
    assert_eq!(error["field"], "url");
    let allowed = ["status", "--allow-hard-links", "--allow-any-mount"];
    printed(&ringfence(&place, &allowed), 0);
    place.remove().await;
}

/// Forms are named, a negative number is a number, and what leads nowhere else is told.
#[tokio::test]
async fn a_value_that_is_none_is_refused_by_a_rule_that_names_its_form() {
    on_each_empty_database(async |place| {
        printed(&ringfence(place, &["migrate"]), 0);
        for (words, says) in [
            (
                &["deployment-log", "events", "--since", "yesterday"][..],
                "such as 2026-01-05T12:00:00Z",
            ),
            (
                &["deployment-log", "events", "--until", "2026-11-27"],
                "such as 2026-01-05T12:00:00Z",
            ),
            (
                &["deployment-log", "event", "x"],
                "a whole number from 0, as `seq`",
            ),
            (
                &["deployment-log", "event", "-1"],
                "a whole number from 0, as `seq`",
            ),
            (
                &["tenants", "list", "--limit", "-1"],
                "a whole number from 1 to 1000",
            ),
            (
                &["tenants", "list", "--limit", "0"],
                "a whole number from 1 to 1000",
            ),
            (&["status", "--wait", "-1"], "a whole number from 0 to 3600"),
            (&["migrate", "--to", "-1"], "a whole number from 0"),
            (&["rollback", "--to", "-1"], "a whole number from 0"),
            (&["migrate", "--to", "3"], "`ringfence rollback --to 3`"),
        ] {
            let output = ringfence(place, words);
            printed(&output, 2);
            let told = said(&output);
            assert!(told.contains(says), "{words:?}: {told}");
        }
    })
    .await;
}

#[tokio::test]
async fn an_operator_who_names_no_user_is_not_sent_to_a_list_that_is_not_an_operators() {
    on_each_empty_database(async |place| {
        printed(&ringfence(place, &["migrate"]), 0);
        printed(
            &ringfence(place, &["tenants", "create", "Acme", "--id", "acme"]),
            0,
        );
        place.plant("DELETE FROM user_roles;").await;
        let words = ["tenants", "restore-admin", "acme", "nobody", "--json"];
        let error = refused(&ringfence(place, &words));
        assert_eq!(error["kind"], "not_found", "{error}");
        let advice = error["advice"].as_str().unwrap();
        assert!(
            advice.contains("`ringfence tenants create-admin`"),
            "{error}"
        );
        assert!(!advice.contains("users list"), "{error}");
    })
    .await;
}
