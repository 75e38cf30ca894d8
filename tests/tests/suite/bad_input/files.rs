//! Files that are no database, not a whole one, or not to be written.

use std::fs;

use ringfence::MigrateMode::{Auto, Check, Never};
use ringfence::{Error, OpenOptions, Ringfence};

use super::is_unavailable;
use crate::legacy_rows;
use ringfence_tests::fixture::{Engine, Place};

#[track_caller]
fn is_schema(what: &str, outcome: Result<(), Error>, wanted: &[&str]) {
    match outcome {
        Err(Error::Schema { code, detail }) => {
            assert!(wanted.contains(&code.as_str()), "{what}: {code}: {detail}");
        }
        other => panic!("{what}: {other:?}"),
    }
}

#[tokio::test]
async fn a_file_that_is_no_database_is_left_as_it_is() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("photo.jpg");
    for (what, bytes) in [
        ("text", b"dear diary ".repeat(1_000)),
        ("a short text", b"dear diary".to_vec()),
        ("zeroes", vec![0; 8_192]),
        (
            "almost a header",
            [b"SQLite format 2\0".to_vec(), vec![1; 8_192]].concat(),
        ),
    ] {
        for mode in [Auto, Check, Never] {
            fs::write(&file, &bytes).unwrap();
            let options = OpenOptions {
                migrate: mode,
                ..OpenOptions::default()
            };
            let outcome = Ringfence::open(format!("sqlite:{}", file.display()), options).await;
            is_schema(what, outcome.map(drop), &["not_a_database"]);
            assert_eq!(fs::read(&file).unwrap(), bytes, "{what}");
        }
    }
}

#[tokio::test]
async fn a_truncated_database_is_told_from_a_whole_one() {
    let place = Place::fresh(Engine::Sqlite).await;
    legacy_rows::make(&place).await;
    place.open(Auto).await.unwrap().shutdown().await.unwrap();
    let whole = fs::read(place.file()).unwrap();
    let page = 4_096;
    assert!(whole.len() > 50 * page);
    for length in [
        50,
        100,
        1_000,
        page,
        page + 7,
        3 * page,
        whole.len() / 2,
        whole.len() - page,
    ] {
        for suffix in ["-wal", "-shm"] {
            drop(fs::remove_file(format!(
                "{}{suffix}",
                place.file().display()
            )));
        }
        let cut = &whole[..length];
        fs::write(place.file(), cut).unwrap();
        let outcome = place.open(Auto).await.map(drop);
        is_schema(
            &format!("{length} bytes"),
            outcome,
            &["not_a_database", "damaged"],
        );
        assert_eq!(fs::read(place.file()).unwrap(), cut, "{length} bytes");
    }
    place.remove().await;
}

#[tokio::test]
async fn a_file_without_write_permission_is_read_only() {
    use std::os::unix::fs::PermissionsExt;
    let place = Place::fresh(Engine::Sqlite).await;
    place.open(Auto).await.unwrap().shutdown().await.unwrap();
    let before = fs::read(place.file()).unwrap();
    fs::set_permissions(place.file(), fs::Permissions::from_mode(0o444)).unwrap();
    for mode in [Auto, Check, Never] {
        is_unavailable("0444", place.open(mode).await.map(drop), "read_only");
    }
    assert_eq!(fs::read(place.file()).unwrap(), before);
    place.remove().await;
}
