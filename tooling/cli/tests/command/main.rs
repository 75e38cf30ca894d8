//! The command as operators and auditors use it: the real binary, on both engines.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic
)]

mod calls;
mod every_command;
mod failures;
mod help;
mod hidden_characters;
mod keys;
mod operators;
mod options;
mod pages;
mod passwords;
mod plans;
mod scans;
mod streams;
mod surface;

use std::io::Write;
use std::process::{Command, Output, Stdio};

use ringfence_tests::fixture::Place;
use serde_json::Value;

/// The binary, with nothing in its environment that it reads.
fn binary() -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_ringfence"));
    for name in [
        "DATABASE",
        "SCHEMA",
        "OPERATOR",
        "TENANT",
        "ACTOR",
        "ADMIN_PASSWORD",
        "SECRET_KEY",
        "LOGS",
    ] {
        command.env_remove(format!("RINGFENCE_{name}"));
    }
    command.env_remove("RUST_LOG");
    command
}

/// What her shell's credentials are sealed with, and what comes behind it.
const OLD_KEY: &str = "000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f";
const NEW_KEY: &str = "202122232425262728292a2b2c2d2e2f303132333435363738393a3b3c3d3e3f";

/// The operator dana at her shell.
fn shell(place: &Place) -> Command {
    let mut command = binary();
    command
        .env("RINGFENCE_DATABASE", &place.url)
        .env("RINGFENCE_OPERATOR", "dana")
        .env("RINGFENCE_ADMIN_PASSWORD", "correct horse")
        .env("RINGFENCE_SECRET_KEY", OLD_KEY)
        .env(
            "RINGFENCE_LOGS",
            concat!(env!("CARGO_TARGET_TMPDIR"), "/logs"),
        );
    command
}

fn ringfence(place: &Place, arguments: &[&str]) -> Output {
    shell(place).args(arguments).output().unwrap()
}

/// Runs it with this on its standard input.
fn fed(command: &mut Command, input: &str) -> Output {
    let piped = command
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped());
    let mut running = piped.spawn().unwrap();
    let mut pipe = running.stdin.take().unwrap();
    // It may have ended without reading.
    drop(pipe.write_all(input.as_bytes()));
    drop(pipe);
    running.wait_with_output().unwrap()
}

/// What it printed, where it ended as it should.
#[track_caller]
fn printed(output: &Output, status: i32) -> String {
    let error = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(status), "{error}");
    String::from_utf8(output.stdout.clone()).unwrap()
}

/// The one document that it printed as an error.
#[track_caller]
fn refused(output: &Output) -> Value {
    assert_eq!(printed(output, 2), "");
    serde_json::from_slice(&output.stderr).unwrap()
}

/// What it said beside its answer.
fn said(output: &Output) -> String {
    String::from_utf8(output.stderr.clone()).unwrap()
}
