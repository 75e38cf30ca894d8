//! The throwaway server: it answers, survives a crash, and is gone when its owner is.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic
)]

use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use xtask::cluster::{Cluster, OLDEST_MAJOR, Options};

/// Whether a Postgres answers: it says `N` or `S` to a request for TLS.
fn answers(port: u16) -> bool {
    let Ok(mut stream) = TcpStream::connect(("127.0.0.1", port)) else {
        return false;
    };
    let mut answer = [0];
    stream.write_all(&[0, 0, 0, 8, 4, 210, 22, 47]).is_ok()
        && stream.read_exact(&mut answer).is_ok()
        && answer == *b"N"
}

#[test]
fn a_server_starts_survives_a_crash_and_leaves_nothing_behind() {
    let cluster = Cluster::start(&Options::from_environment().unwrap()).unwrap();
    assert!(cluster.major() >= OLDEST_MAJOR);
    assert!(answers(cluster.port()));
    assert!(!cluster.locale().is_empty());

    let before = cluster.pid().unwrap();
    cluster.restart_immediate().unwrap();
    assert_ne!(before, cluster.pid().unwrap());
    assert!(answers(cluster.port()));

    cluster.stop_immediate().unwrap();
    assert!(!answers(cluster.port()));
    cluster.start_again().unwrap();
    assert!(answers(cluster.port()));

    let (data, port) = (cluster.data_dir(), cluster.port());
    cluster.stop().unwrap();
    assert!(!answers(port));
    assert!(!data.exists());
}

#[test]
fn a_server_dies_with_a_killed_owner() {
    // Its command ends when our end of its input is dropped.
    let mut owner = Command::new(env!("CARGO_BIN_EXE_xtask"))
        .args([
            "postgres",
            "--",
            "sh",
            "-c",
            "echo $RINGFENCE_TEST_POSTGRES; exec cat",
        ])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut url = String::new();
    BufReader::new(owner.stdout.take().unwrap())
        .read_line(&mut url)
        .unwrap();
    let port: u16 = url
        .rsplit([':', '/'])
        .nth(1)
        .expect(&url)
        .parse()
        .expect(&url);
    assert!(answers(port));

    owner.kill().unwrap();
    owner.wait().unwrap();
    let deadline = Instant::now() + Duration::from_secs(30);
    while answers(port) {
        assert!(Instant::now() < deadline, "the server outlived its owner");
        std::thread::sleep(Duration::from_millis(50));
    }
}

#[test]
fn a_folder_without_a_server_is_refused() {
    let options = Options {
        bindir: Some(Path::new("/").to_path_buf()),
        ..Options::default()
    };
    assert!(
        Cluster::start(&options)
            .unwrap_err()
            .to_string()
            .contains("no Postgres server")
    );
}
