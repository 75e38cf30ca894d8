//! The files that scans leave.

use std::fs;
use std::path::Path;

use ringfence::schema::version::LATEST;
use ringfence_tests::fixture::{Place, on_each_empty_database};
use serde_json::Value;

use crate::{printed, refused, ringfence, said, shell};

/// The files of a folder, in the order of their names: what stands behind the time, and the text.
fn files(folder: &Path) -> Vec<(String, String)> {
    let mut paths: Vec<_> = fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .collect();
    paths.sort();
    let named = |path: &std::path::PathBuf| {
        let name = path.file_name().unwrap().to_str().unwrap();
        let time = name.strip_prefix("phase-07-integrity-scan-").unwrap();
        let (time, rest) = time.split_at("YYYYMMDD-HHMMSS".len());
        let shape = time.bytes().map(|byte| byte.is_ascii_digit());
        assert!(
            shape
                .enumerate()
                .all(|(place, digit)| digit == (place != 8)),
            "{name}"
        );
        (rest.to_owned(), fs::read_to_string(path).unwrap())
    };
    paths.iter().map(named).collect()
}

/// A database of the old platform with a drone of a vendor that nobody knows, at the first step.
async fn adopted(place: &Place) {
    printed(&ringfence(place, &["migrate", "--to", "1"]), 0);
    let at = "'2026-01-05 12:00:00.000000'";
    let rows = format!(
        "INSERT INTO tenants (id, name, created_at) VALUES ('acme', 'Acme', {at});
         INSERT INTO drones (id, tenant_id, name, vendor, capabilities, created_at, updated_at)
             VALUES ('kite', 'acme', 'kite', 'PARROT', '{{}}', {at}, {at});"
    );
    place.plant(&rows).await;
}

const KEPT: &str =
    "kept: drones.vendor of row kite in tenant \"acme\": unknown_value, value \"PARROT\".";

#[tokio::test]
async fn what_a_scan_prints_goes_into_a_file_of_its_own_too() {
    on_each_empty_database(async |place| {
        adopted(place).await;
        let folder = tempfile::tempdir().unwrap();
        let logs = folder.path().join("deep/logs");
        let out = logs.to_str().unwrap();
        let mut printed_so_far = Vec::new();
        // Within one second, perhaps.
        for options in [&[][..], &["--json"], &[]] {
            let output = ringfence(place, &[&["scan", "--out", out], options].concat());
            printed_so_far.push((".log".to_owned(), printed(&output, 1)));
            assert_eq!(said(&output).contains("written to "), options.is_empty());
        }
        let mut found = files(&logs);
        found.sort();
        let json = printed_so_far[1].1.clone();
        printed_so_far.sort();
        assert_eq!(found, printed_so_far);
        assert!(
            printed_so_far
                .iter()
                .any(|(_, text)| text.starts_with(KEPT))
        );
        let json: Value = serde_json::from_str(&json).unwrap();
        assert_eq!(json["findings"][0]["value"], "PARROT");
        assert_eq!((&json["found"], &json["stopping"]), (&1.into(), &0.into()));
    })
    .await;
}

#[tokio::test]
async fn migrate_scans_before_the_steps_and_behind_them_and_keeps_what_it_found() {
    on_each_empty_database(async |place| {
        let folder = tempfile::tempdir().unwrap();
        let logs = folder.path().join("logs");
        let migrate = || {
            shell(place)
                .arg("migrate")
                .arg("--logs")
                .arg(&logs)
                .output()
                .unwrap()
        };
        adopted(place).await;
        let output = migrate();
        let status = printed(&output, 0);
        assert!(
            status.ends_with(&format!("at {LATEST} of {LATEST}\n")),
            "{status}"
        );
        let found = files(&logs);
        let (names, texts): (Vec<String>, Vec<String>) = found.iter().cloned().unzip();
        assert_eq!(names, ["-post.log", "-pre.log"]);
        for text in texts {
            assert!(text.starts_with(KEPT), "{text}");
            assert!(
                text.ends_with(" checks, 1 findings, 0 of which stop a migration\n"),
                "{text}"
            );
        }
        // No step is missing any more.
        printed(&migrate(), 0);
        assert_eq!(files(&logs), found);
    })
    .await;
}

#[tokio::test]
async fn a_new_database_has_nothing_to_scan() {
    on_each_empty_database(async |place| {
        let folder = tempfile::tempdir().unwrap();
        let logs = folder.path().join("logs");
        let output = shell(place)
            .arg("migrate")
            .arg("--logs")
            .arg(&logs)
            .output()
            .unwrap();
        printed(&output, 0);
        assert!(!logs.exists());
    })
    .await;
}

#[tokio::test]
async fn a_folder_that_cannot_be_written_stops_migrate_before_it_changes_anything() {
    on_each_empty_database(async |place| {
        adopted(place).await;
        let file = tempfile::NamedTempFile::new().unwrap();
        let logs = file.path().join("logs");
        let json = |word: &str, option: &str| {
            let mut command = shell(place);
            command.args([word, "--json", option]).arg(&logs);
            refused(&command.output().unwrap())
        };
        let error = json("migrate", "--logs");
        assert!(
            error["message"]
                .as_str()
                .unwrap()
                .contains("cannot be written"),
            "{error}"
        );
        let status = printed(&ringfence(place, &["status", "--json"]), 0);
        assert_eq!(
            serde_json::from_str::<Value>(&status).unwrap()["current"],
            1
        );
    })
    .await;
}
