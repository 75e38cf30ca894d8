//! Adopting a SQLite database of the old platform: everything from its baseline to the newest step, scans and all.

use std::time::Instant;

use rusqlite::Connection;

use crate::bare;
use crate::fleet;
use crate::measure::{Effort, Line, Target};

/// Against the bare driver making the same final tables, keys and indexes by INSERT … SELECT, and two scans.
pub fn lines(effort: Effort) -> Vec<Line> {
    let observations = effort.pick(1_000, 100_000, 1_000_000);
    let directory = fleet::directory();
    let legacy = directory.path().join("legacy.db");
    let bare = bare::Sqlite::create(&legacy);
    let filling = fleet::sqlite_observations(observations);
    bare.connection().execute_batch(&filling).unwrap();
    drop(bare);
    let rounds = (0..effort.pick(1, 3, 5)).map(|round| {
        let adopted = directory.path().join(format!("adopted-{round}.db"));
        std::fs::copy(&legacy, &adopted).unwrap();
        let started = Instant::now();
        let db = fleet::open(fleet::sqlite_url(&adopted));
        let ours = started.elapsed();
        let started = Instant::now();
        for _ in 0..2 {
            let scan = pollster::block_on(db.integrity_scan(None, None)).unwrap();
            assert!(scan.is_clean());
        }
        let scans = started.elapsed();
        pollster::block_on(db.shutdown()).unwrap();
        let made = directory.path().join(format!("made-{round}.db"));
        let bare = bare::Sqlite::open(&made);
        let attach = format!("ATTACH '{}' AS adopted", adopted.display());
        bare.connection().execute_batch(&attach).unwrap();
        let started = Instant::now();
        make_the_same(bare.connection());
        let bare = started.elapsed() + scans;
        ours.as_secs_f64() / bare.as_secs_f64()
    });
    vec![Line::new(
        "SQLite: adopt a database of the old platform",
        rounds.collect(),
        Target::AtMost(1.5),
    )]
}

/// The columns of a table. SQLite copies whole pages for `SELECT *` between tables that are the same, which nobody can who
/// comes from others.
fn columns(connection: &Connection, table: &str) -> String {
    let text = "SELECT group_concat(name, ', ') FROM pragma_table_info(?1)";
    let told = connection.query_row(text, [table], |row| row.get(0));
    told.unwrap()
}

/// Every table of the attached database with its rows and indexes.
fn make_the_same(connection: &Connection) {
    let all = |kind: &str| -> Vec<(String, String)> {
        let text =
            "SELECT name, sql FROM adopted.sqlite_master WHERE type = ?1 AND sql IS NOT NULL";
        let mut statement = connection.prepare(text).unwrap();
        let rows = statement.query_map([kind], |row| Ok((row.get(0)?, row.get(1)?)));
        rows.unwrap().map(Result::unwrap).collect()
    };
    let run = |text: &str| connection.execute_batch(text).unwrap();
    run("PRAGMA foreign_keys = OFF; BEGIN IMMEDIATE");
    for (name, made) in all("table") {
        run(&made);
        let columns = columns(connection, &name);
        run(&format!(
            "INSERT INTO main.{name} ({columns}) SELECT {columns} FROM adopted.{name}"
        ));
    }
    for (_, made) in all("index") {
        run(&made);
    }
    run("COMMIT");
    let checkpoint = "PRAGMA wal_checkpoint(PASSIVE)";
    connection.query_row(checkpoint, [], |_| Ok(())).unwrap();
}
