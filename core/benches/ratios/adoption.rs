//! Adopting a SQLite database of the old platform: everything from its baseline to the newest step, scans and all.

use std::path::Path;
use std::time::Instant;

use ringfence_migrations::STEPS;
use rusqlite::Connection;

use crate::bare;
use crate::fleet;
use crate::measure::{Effort, Line, Target};

/// Against the bare driver making the same final tables, keys and indexes by INSERT … SELECT, and two scans.
pub fn lines(effort: Effort) -> Vec<Line> {
    let observations = effort.pick(1_000, 100_000, 1_000_000);
    let directory = fleet::directory();
    let legacy = directory.path().join("legacy.db");
    fill(&legacy, observations);
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

/// A database of the old platform at its baseline, with random ids as it draws them.
fn fill(path: &Path, observations: u32) {
    let bare = bare::Sqlite::open(path);
    let now = "'2026-01-05 12:00:00.000000'";
    let count = |rows: u32| {
        format!(
            "WITH RECURSIVE counted (n) AS (SELECT 0 UNION ALL SELECT n + 1 FROM counted WHERE n + 1 < {rows})"
        )
    };
    let text = format!(
        "PRAGMA foreign_keys = OFF;
         {baseline}
         BEGIN;
         INSERT INTO tenants VALUES ('a', 'A', {now}), ('b', 'B', {now});
         {fifty} INSERT INTO drones SELECT 'd' || n, iif(n % 2, 'a', 'b'), 'n' || n, 'FAKE', '{{}}', {now}, {now} FROM counted;
         INSERT INTO inspection_templates VALUES ('ta', 'a', 'x', 'x', NULL, 1, {now}), ('tb', 'b', 'x', 'x', NULL, 1, {now});
         {thousand} INSERT INTO inspection_tasks (id, tenant_id, name, template_id, created_at)
             SELECT 'k' || n, iif(n % 2, 'a', 'b'), 'x', iif(n % 2, 'ta', 'tb'), {now} FROM counted;
         {all} INSERT INTO inspection_observations SELECT lower(hex(randomblob(16))), iif(n % 2, 'a', 'b'), 'k' || (n % 1000),
             'd' || (n % 50), strftime('%Y-%m-%d %H:%M:%S.000000', '2026-01-01', '+' || (n % 86400) || ' seconds'), 47.4, 8.5,
             30.5, 'crack', 1, 'a note of some length', NULL, 0.5, {now} FROM counted;
         COMMIT;",
        baseline = STEPS[0].sqlite.up,
        fifty = count(50),
        thousand = count(1_000),
        all = count(observations),
    );
    bare.connection().execute_batch(&text).unwrap();
    let checkpoint = "PRAGMA wal_checkpoint(TRUNCATE)";
    bare.connection()
        .query_row(checkpoint, [], |_| Ok(()))
        .unwrap();
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
        run(&format!(
            "INSERT INTO main.{name} SELECT * FROM adopted.{name}"
        ));
    }
    for (_, made) in all("index") {
        run(&made);
    }
    run("COMMIT");
    let checkpoint = "PRAGMA wal_checkpoint(PASSIVE)";
    connection.query_row(checkpoint, [], |_| Ok(())).unwrap();
}
