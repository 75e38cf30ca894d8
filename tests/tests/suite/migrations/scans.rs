//! The scan by itself: how it goes through the tables, who hears of it, and what each finding says.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, Mutex};

use ringfence::model::{IntegrityFinding, IntegrityProblem, IntegrityReport, Progress};
use ringfence::schema::{self, Column, Kind, Table, version};
use ringfence::testing::{self, Registered};
use ringfence::{MigrateMode, Ringfence};
use ringfence_tests::fixture::{Engine, Place, connect, each_engine};

use super::preflight::{break_every_reference, lines, stopping, without_keys};
use crate::legacy_rows::{self, dated};

/// What a scan reports, and what it told on the way.
async fn heard(rf: &Ringfence) -> (IntegrityReport, Vec<Progress>, Vec<IntegrityFinding>) {
    let (progress, findings) = (Arc::default(), Arc::default());
    let (stages, found): (Arc<Mutex<Vec<_>>>, Arc<Mutex<Vec<_>>>) =
        (Arc::clone(&progress), Arc::clone(&findings));
    let progress = Arc::new(move |stage: Progress| progress.lock().unwrap().push(stage));
    let findings = Arc::new(move |found: Vec<IntegrityFinding>| {
        assert!(!found.is_empty());
        findings.lock().unwrap().extend(found);
    });
    let report = rf.integrity_scan(Some(progress), Some(findings)).await;
    let stages = std::mem::take(&mut *stages.lock().unwrap());
    let found = std::mem::take(&mut *found.lock().unwrap());
    (report.unwrap(), stages, found)
}

/// How large chunks are is the process's.
static CHUNKS: tokio::sync::Mutex<()> = tokio::sync::Mutex::const_new(());

each_engine!(
    /// Tests that run beside this one scan in chunks of other sizes, and find the same.
    #[tokio::test]
    async fn chunks_of_any_size_find_the_same_and_each_row_once(place: &Place) {
        let _chunks = CHUNKS.lock().await;
        legacy_rows::make(place).await;
        let wanted = break_every_reference(place).await;
        let rf = place.open(MigrateMode::Never).await.unwrap();
        for rows in [1, 2, 3, 7, 0] {
            testing::scan_in_chunks_of(rows);
            let (report, stages, found) = heard(&rf).await;
            testing::scan_in_chunks_of(0);
            assert_eq!(report.findings, found);
            assert_eq!(report.found, found.len() as u64);
            assert_eq!(report.stopping, wanted.len() as u64);
            assert_eq!(lines(&stopping(found)), wanted, "chunks of {rows}");
            let told: BTreeSet<&str> = stages.iter().map(|it| it.stage.as_str()).collect();
            let tables = schema::catalogue().iter();
            for table in tables.filter(|it| it.since == version::BASELINE && it.opened.is_some()) {
                assert!(told.contains(table.name), "{}", table.name);
            }
            assert!(stages.is_sorted_by_key(|it| it.done));
            if rows == 1 {
                let last = stages.last().unwrap().done;
                assert!(last > wanted.len() as u64, "{last} rows");
            }
        }
    }
);

/// More than a report holds of one kind.
const MANY: i64 = 1_234;

/// So many drones of the tenant `a`, each of this vendor and with an id from this SQL.
fn drones(engine: Engine, id: &str, vendor: &str) -> String {
    let numbers = match engine {
        Engine::Sqlite => format!(
            "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < {MANY})"
        ),
        Engine::Postgres => format!("WITH n AS (SELECT generate_series(1, {MANY}) AS i)"),
    };
    let inserted = format!(
        "INSERT INTO drones (id, tenant_id, name, vendor, capabilities, created_at, updated_at)
         {numbers} SELECT {id}, 'a', 'drone ' || i, '{vendor}', '{{}}', NOW, NOW FROM n;"
    );
    dated(engine, &inserted)
}

each_engine!(
    #[tokio::test]
    async fn a_report_holds_a_thousand_of_a_kind_and_the_listener_hears_them_all(place: &Place) {
        legacy_rows::make(place).await;
        let many = drones(place.engine, "'many' || i", "PARROT");
        place.plant(&many).await;
        let rf = place.open(MigrateMode::Never).await.unwrap();
        let (report, _, found) = heard(&rf).await;
        assert_eq!(report.found, MANY.unsigned_abs());
        assert_eq!((report.stopping, report.findings.len()), (0, 1_000));
        let keys: BTreeSet<&str> = found.iter().map(|it| it.key.as_str()).collect();
        assert_eq!(keys.len() as u64, report.found);
        assert!(report.findings.iter().all(|held| found.contains(held)));
        assert!(!report.is_clean() && report.lets_migrate());
    }
);

each_engine!(
    #[tokio::test]
    async fn however_many_rows_share_a_key_each_is_heard_once(place: &Place) {
        let engine = place.engine;
        legacy_rows::make_altered(place, |baseline| without_keys(baseline, engine)).await;
        place.plant(&drones(engine, "'same'", "FAKE")).await;
        let rf = place.open(MigrateMode::Never).await.unwrap();
        let (report, _, found) = heard(&rf).await;
        assert_eq!(report.found, MANY.unsigned_abs());
        assert_eq!(found.len() as u64, report.found);
        assert_eq!(report.findings.len(), 1_000);
        let same = |it: &IntegrityFinding| {
            (it.problem, it.key.as_str()) == (IntegrityProblem::Duplicate, "same")
        };
        assert!(found.iter().all(same));
    }
);

each_engine!(
    #[tokio::test]
    async fn a_listener_that_panics_stops_no_scan(place: &Place) {
        legacy_rows::make(place).await;
        let wanted = break_every_reference(place).await;
        let rf = place.open(MigrateMode::Never).await.unwrap();
        let progress = Arc::new(|stage: Progress| panic!("at {}", stage.stage));
        let findings = Arc::new(|found: Vec<IntegrityFinding>| panic!("{} found", found.len()));
        let report = rf.integrity_scan(Some(progress), Some(findings)).await;
        assert_eq!(lines(&stopping(report.unwrap().findings)), wanted);
    }
);

/// Holds a table as nobody can beside another who reads it, from a connection of its own.
fn held_alone(url: &str) {
    if let Some(path) = url.strip_prefix("sqlite:") {
        let connection = rusqlite::Connection::open(path).unwrap();
        let exclusive = "BEGIN EXCLUSIVE; UPDATE drones SET name = name; COMMIT";
        connection.execute_batch(exclusive).unwrap();
        return;
    }
    let locked = async {
        let client = connect(url).await;
        let lock =
            "SET lock_timeout = '10s'; BEGIN; LOCK TABLE drones IN ACCESS EXCLUSIVE MODE; COMMIT";
        client.batch_execute(lock).await.unwrap();
    };
    let mut runtime = tokio::runtime::Builder::new_current_thread();
    runtime.enable_all().build().unwrap().block_on(locked);
}

each_engine!(
    #[tokio::test]
    async fn a_scan_holds_nothing_between_two_chunks(place: &Place) {
        legacy_rows::make(place).await;
        let rf = place.open(MigrateMode::Never).await.unwrap();
        let (url, times) = (place.url.clone(), Arc::new(Mutex::new(0)));
        let counted = Arc::clone(&times);
        let holds = Arc::new(move |stage: Progress| {
            if stage.stage == "drones" {
                let url = url.clone();
                std::thread::spawn(move || held_alone(&url)).join().unwrap();
                *counted.lock().unwrap() += 1;
            }
        });
        let report = rf.integrity_scan(Some(holds), None).await.unwrap();
        assert!(report.is_clean());
        assert!(*times.lock().unwrap() >= 2, "before it and behind it");
    }
);

each_engine!(
    /// Until the step that fills them no link names a tenant; from then on one that does not is found.
    #[tokio::test]
    async fn a_link_that_names_no_tenant_is_found_once_they_are_filled(place: &Place) {
        let rf = place.at(1).await;
        place.raw(&legacy_rows::rows(place.engine)).await.unwrap();
        let to = Some(version::IDENTITY_EXPAND);
        rf.migrate("suite".into(), to, None).await.unwrap();
        assert!(rf.integrity_scan(None, None).await.unwrap().is_clean());
        let to = Some(version::IDENTITY_BACKFILL);
        rf.migrate("suite".into(), to, None).await.unwrap();
        let planted = "UPDATE user_roles SET tenant_id = NULL WHERE user_id = 'u1_a';
                       UPDATE role_permissions SET tenant_id = NULL WHERE role_id = 'r1_b'";
        place.plant(planted).await;
        let report = rf.integrity_scan(None, None).await.unwrap();
        let wanted = [
            "role_permissions r1_b/p_star role_id missing r1_b in - -> roles in -",
            "user_roles u1_a/r1_a user_id missing u1_a in - -> users in -",
        ];
        assert_eq!(lines(&report.findings), wanted.map(str::to_owned).into());
    }
);

/// The columns whose values the library reads and that nothing else is asked about.
fn plain_columns(table: &'static Table) -> impl Iterator<Item = &'static Column> {
    let refers = |name| table.parents.iter().any(|parent| parent.column == name);
    table.columns.iter().filter(move |column| {
        let own = table.tenant_column() == Some(column.name);
        column.since == version::BASELINE && !own && !refers(column.name)
    })
}

/// The scan finds this problem of these values, and nothing else.
async fn finds_exactly(place: Place, problem: IntegrityProblem, wanted: BTreeSet<String>) {
    let rf = place.open(MigrateMode::Never).await.unwrap();
    let report = rf.integrity_scan(None, None).await.unwrap();
    let found = report.findings.iter().map(|it| {
        assert_eq!(it.problem, problem, "{it:?}");
        format!("{}.{} {}", it.table, it.column, it.key)
    });
    assert_eq!(found.collect::<BTreeSet<_>>(), wanted);
    rf.shutdown().await.unwrap();
    place.remove().await;
}

/// SQLite holds anything in any column, and what the old platform left there is anything.
#[tokio::test]
async fn a_value_of_no_kind_is_found_in_every_column_of_every_table_that_is_read() {
    let place = Place::fresh(Engine::Sqlite).await;
    legacy_rows::make(&place).await;
    let mut wanted = BTreeSet::new();
    for table in schema::catalogue() {
        let is_read = table.since == version::BASELINE && table.opened.is_some() && !table.log;
        let (&[key], true) = (table.key_at(version::BASELINE), is_read) else {
            continue;
        };
        let (name, tenant) = (table.name, table.tenant_column());
        let of_one = tenant.map_or(String::new(), |column| format!("WHERE {column} = 'a'"));
        let id = format!("SELECT min({key}) FROM {name} {of_one}");
        let id = place.raw_text(&id).await.unwrap();
        for column in plain_columns(table).filter(|it| it.name != key) {
            let column = column.name;
            let planted = format!("UPDATE {name} SET {column} = x'ff' WHERE {key} = '{id}'");
            place.plant(&planted).await;
            wanted.insert(format!("{name}.{column} {id}"));
        }
    }
    assert!(wanted.len() > 80, "{}", wanted.len());
    finds_exactly(place, IntegrityProblem::Unreadable, wanted).await;
}

/// Likewise of documents. Postgres holds none that is no JSON.
#[tokio::test]
async fn a_document_that_is_no_json_is_found_in_every_column_of_documents() {
    let place = Place::fresh(Engine::Sqlite).await;
    legacy_rows::make(&place).await;
    let mut wanted = BTreeSet::new();
    for table in schema::catalogue() {
        let is_read = table.since == version::BASELINE && table.opened.is_some() && !table.log;
        let documents = plain_columns(table).filter(|it| it.kind == Kind::Json);
        for column in documents.filter(|_| is_read) {
            let (name, column) = (table.name, column.name);
            let key = table.key_at(table.since).last().unwrap();
            let id = format!("SELECT min({key}) FROM {name} WHERE tenant_id = 'a'");
            let id = place.raw_text(&id).await.unwrap();
            let planted = format!("UPDATE {name} SET {column} = '{{' WHERE {key} = '{id}'");
            place.plant(&planted).await;
            wanted.insert(format!("{name}.{column} {id}"));
        }
    }
    assert!(wanted.len() >= 5, "{wanted:?}");
    finds_exactly(place, IntegrityProblem::MalformedJson, wanted).await;
}

/// The statements that read rows in chunks, as the newest schema has them.
fn chunked() -> Vec<Registered> {
    let mut newest: BTreeMap<&str, (u32, Registered)> = BTreeMap::new();
    let mut chunked = Vec::new();
    for statement in testing::registry() {
        let Some(about) = statement.name.strip_prefix("SCAN ") else {
            continue;
        };
        match about.split_once(" from ") {
            // It looks through a key that the table has lost.
            Some((about, _)) if about.ends_with(" duplicates") => {}
            Some((about, from)) => {
                let from = from.parse().unwrap();
                let newer = newest.get(about).is_none_or(|(known, _)| *known < from);
                if newer {
                    newest.insert(about, (from, statement));
                }
            }
            None if about.contains(" next") => chunked.push(statement),
            None => {}
        }
    }
    chunked.extend(newest.into_values().map(|(_, statement)| statement));
    assert!(chunked.len() > 40, "{}", chunked.len());
    chunked
}

/// A chunk is read from where it begins to where it ends, and what a row refers to is looked up by a key.
#[tokio::test]
async fn no_chunk_reads_a_whole_table() {
    let place = Place::fresh(Engine::Sqlite).await;
    let rf = place.open(MigrateMode::Auto).await.unwrap();
    let connection = place.sqlite();
    for statement in chunked() {
        let text = statement.sqlite.unwrap().replace('$', "?");
        let mut explained = connection
            .prepare(&format!("EXPLAIN QUERY PLAN {text}"))
            .unwrap();
        let nulls = vec![rusqlite::types::Null; explained.parameter_count()];
        let plan = explained.query_map(rusqlite::params_from_iter(nulls), |row| row.get(3));
        let plan: Vec<String> = plan.unwrap().map(Result::unwrap).collect();
        let plan = plan.join("\n");
        let name = statement.name;
        assert!(!plan.contains("SCAN "), "{name}:\n{plan}");
        assert!(!plan.contains("TEMP B-TREE"), "{name}:\n{plan}");
        assert!(!plan.contains("AUTOMATIC"), "{name}:\n{plan}");
    }
    drop(connection);
    rf.shutdown().await.unwrap();
    place.remove().await;
}

#[test]
fn every_problem_says_what_could_be_done_about_it() {
    let all: BTreeSet<&str> = IntegrityProblem::ALL.iter().map(|it| it.remedy()).collect();
    assert_eq!(all.len(), IntegrityProblem::ALL.len());
    assert!(all.iter().all(|it| it.ends_with('.')));
}

/// `docs/integrity-scan.md` says of each problem what the library does.
#[test]
fn the_page_about_the_scan_is_what_the_library_does() {
    let page = include_str!("../../../../docs/integrity-scan.md");
    let rows = page.lines().filter(|line| line.starts_with("| `"));
    let told: Vec<Vec<&str>> = rows
        .map(|row| row.split('|').map(str::trim).collect())
        .filter(|row: &Vec<&str>| row.len() == 6 && row[1] != "`problem`")
        .collect();
    let wanted: Vec<(String, &str, &str)> = IntegrityProblem::ALL
        .iter()
        .map(|it| {
            let stops = if it.stops() { "yes" } else { "no" };
            (format!("`{}`", it.as_str()), stops, it.remedy())
        })
        .collect();
    let told: Vec<(String, &str, &str)> = told
        .iter()
        .map(|row| (row[1].to_owned(), row[3], row[4]))
        .collect();
    assert_eq!(told, wanted);
    let finding = IntegrityFinding {
        table: "missions".into(),
        key: "m1".into(),
        column: "drone_id".into(),
        problem: IntegrityProblem::TenantMismatch,
        stops: true,
        value: Some("d7".into()),
        tenant: Some("acme".into()),
        refers_to: Some("drones".into()),
        refers_to_tenant: Some("birch".into()),
        remedy: IntegrityProblem::TenantMismatch.remedy().into(),
    };
    let document = serde_json::to_string(&finding).unwrap();
    assert!(page.contains(&document), "{document}");
}
