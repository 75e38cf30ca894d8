use std::path::{Path, PathBuf};
use std::process::Command;

use ringfence_tests::fixture::{Engine, Place, administer, empty_database, url_of};
use xtask::cluster::Server;

use super::{fleet, goes_on, one_drone_more};

/// The programs that dump and restore, of a version that the server lets in.
async fn programs(place: &Place) -> Option<PathBuf> {
    let server = place.raw_text("SHOW server_version_num").await?;
    let server = server.parse::<u32>().unwrap() / 10_000;
    let found = Server::find(None, None).unwrap();
    let fits = found.major >= server && found.bindir.join("pg_dump").is_file();
    if !fits {
        eprintln!("skipped: no pg_dump of Postgres {server} or later");
    }
    fits.then_some(found.bindir)
}

fn run(program: &Path, arguments: &[&str]) {
    let status = Command::new(program).args(arguments).status().unwrap();
    assert!(status.success(), "{} {arguments:?}", program.display());
}

/// Dumps a database, into a folder of its own.
fn dumped(programs: &Path, place: &Place, how: &[&str]) -> (tempfile::TempDir, String) {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("fleet.dump");
    let file = file.to_str().unwrap().to_owned();
    let mut arguments = vec!["--format=custom", "--file", &file, "--dbname", &place.url];
    arguments.extend(how);
    run(&programs.join("pg_dump"), &arguments);
    (folder, file)
}

fn restore(programs: &Path, file: &str, url: &str) {
    let arguments = ["--exit-on-error", "--dbname", url, file];
    run(&programs.join("pg_restore"), &arguments);
}

#[tokio::test]
async fn a_dump_of_an_open_database_is_restored_under_another_name() {
    let place = Place::fresh(Engine::Postgres).await;
    let Some(programs) = programs(&place).await else {
        return place.remove().await;
    };
    let (rf, then) = fleet(&place).await;
    for how in [&[][..], &["--no-owner", "--no-privileges"]] {
        let (_folder, file) = dumped(&programs, &place, how);
        let copy = url_of(&empty_database().await);
        restore(&programs, &file, &copy);
        let copy = Place::existing(copy);
        goes_on(&copy, &then).await;
        copy.remove().await;
    }
    // Nobody has to close it for a dump.
    one_drone_more(&rf, &place).await;
    rf.shutdown().await.unwrap();
    place.remove().await;
}

#[tokio::test]
async fn a_dump_is_restored_in_place_of_the_database_that_it_was_made_of() {
    let place = Place::fresh(Engine::Postgres).await;
    let Some(programs) = programs(&place).await else {
        return place.remove().await;
    };
    for how in [&[][..], &["--no-owner", "--no-privileges"]] {
        let name = place.url.rsplit('/').next().unwrap();
        administer(&format!("DROP DATABASE {name} WITH (FORCE)")).await;
        administer(&format!("CREATE DATABASE {name}")).await;
        let (rf, then) = fleet(&place).await;
        let (_folder, file) = dumped(&programs, &place, how);
        one_drone_more(&rf, &place).await;
        rf.shutdown().await.unwrap();
        administer(&format!("DROP DATABASE {name} WITH (FORCE)")).await;
        administer(&format!("CREATE DATABASE {name}")).await;
        restore(&programs, &file, &place.url);
        goes_on(&place, &then).await;
    }
    place.remove().await;
}

#[tokio::test]
async fn a_template_is_copied_with_everything_in_it() {
    let place = Place::fresh(Engine::Postgres).await;
    let (rf, then) = fleet(&place).await;
    rf.shutdown().await.unwrap();
    let name = place.url.rsplit('/').next().unwrap();
    let copy = format!("{name}_copy");
    // The server waits for connections that are about to go.
    administer(&format!("CREATE DATABASE {copy} TEMPLATE {name}")).await;
    let copy = Place::existing(url_of(&copy));
    goes_on(&copy, &then).await;
    copy.remove().await;
    place.remove().await;
}
