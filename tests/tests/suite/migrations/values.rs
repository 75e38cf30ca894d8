//! Values that a database of the old platform may hold and the library does not know: what can be read is kept and
//! reported, what cannot be read stops the step that would build on it.

use std::collections::BTreeSet;

use ringfence::model::{IntegrityFinding, IntegrityProblem, PageRequest};
use ringfence::schema::{self, version};
use ringfence::{Error, MigrateMode, Ringfence};
use ringfence_tests::fixture::{Engine, Place, each_engine};

use crate::legacy_rows;
use crate::picture::Inspect;

/// A finding as one line: `table.column key problem value`.
fn line(finding: &IntegrityFinding) -> String {
    let value = finding.value.as_deref().unwrap_or("-");
    assert_eq!(finding.stops, finding.problem.stops());
    format!(
        "{}.{} {} {:?} {value}",
        finding.table, finding.column, finding.key, finding.problem
    )
}

fn lines(findings: &[IntegrityFinding]) -> BTreeSet<String> {
    findings.iter().map(line).collect()
}

fn wanted(lines: &[&str]) -> BTreeSet<String> {
    lines.iter().map(|line| (*line).to_owned()).collect()
}

/// Every list that reads the rows of the tenant `a`.
async fn every_list_is_read(rf: &Ringfence) {
    let first = PageRequest::default;
    let session = rf.session("a".into(), "u1_a".into()).await.unwrap();
    let missions = session.missions();
    session
        .drones()
        .list(Default::default(), first())
        .await
        .unwrap();
    for mission in missions
        .list(Default::default(), first().into())
        .await
        .unwrap()
        .items
    {
        missions
            .runs(mission.id.clone(), first().into())
            .await
            .unwrap();
        missions
            .approvals(mission.id, first().into())
            .await
            .unwrap();
    }
    let identity = session.identity();
    identity.users(Default::default(), first()).await.unwrap();
    identity.roles(Default::default(), first()).await.unwrap();
    session
        .audit()
        .events(Default::default(), first())
        .await
        .unwrap();
    rf.tenants(first()).await.unwrap();
}

each_engine!(
    /// One row of each enum of the old platform holds a text of its own.
    #[tokio::test]
    async fn texts_of_no_known_value_are_reported_and_adopted_and_read(place: &Place) {
        legacy_rows::make(place).await;
        let mut planted = BTreeSet::new();
        for table in schema::catalogue() {
            for column in table.columns.iter().filter(|column| column.known.is_some()) {
                if table.since > version::BASELINE {
                    continue;
                }
                let (name, column) = (table.name, column.name);
                let key = format!("SELECT min(id) FROM {name} WHERE tenant_id = 'a'");
                let key = place.raw_text(&key).await.unwrap();
                let sql = format!("UPDATE {name} SET {column} = 'PARROT' WHERE id = '{key}'");
                place.plant(&sql).await;
                planted.insert(format!("{name}.{column} {key} UnknownValue PARROT"));
            }
        }
        let rows = place.legacy_rows().await;
        let looked = place.open(MigrateMode::Never).await.unwrap();
        let scan = looked.integrity_scan(None, None).await.unwrap();
        assert_eq!(lines(&scan.findings), planted);
        assert!(!scan.is_clean() && scan.lets_migrate());

        let rf = place.open(MigrateMode::Auto).await.unwrap();
        assert_eq!(place.legacy_rows().await, rows);
        every_list_is_read(&rf).await;
        let scan = rf.integrity_scan(None, None).await.unwrap();
        assert_eq!(lines(&scan.findings), planted);
    }
);

/// SQL that plants one value, and the line that must name it.
type Planted = (&'static str, &'static str);

/// What SQLite holds in any column.
const ON_SQLITE: [Planted; 9] = [
    (
        "UPDATE missions SET created_at = 'yesterday' WHERE id = 'm1_a'",
        "missions.created_at m1_a Unreadable yesterday",
    ),
    (
        "UPDATE drones SET updated_at = '2026-13-05 12:00:00.000000' WHERE id = 'd1_a'",
        "drones.updated_at d1_a Unreadable 2026-13-05 12:00:00.000000",
    ),
    (
        "UPDATE mission_runs SET ended_at = 1767323045 WHERE id = 'n1_a'",
        "mission_runs.ended_at n1_a Unreadable 1767323045",
    ),
    (
        "UPDATE users SET username = CAST(x'ff' AS TEXT) WHERE id = 'u1_a'",
        "users.username u1_a Unreadable -",
    ),
    (
        "UPDATE roles SET description = x'6162' WHERE id = 'r1_a'",
        "roles.description r1_a Unreadable -",
    ),
    (
        "UPDATE users SET is_active = 'yes' WHERE id = 'u2_a'",
        "users.is_active u2_a Unreadable -",
    ),
    (
        "UPDATE drones SET capabilities = x'7b7d' WHERE id = 'd2_a'",
        "drones.capabilities d2_a Unreadable -",
    ),
    (
        "UPDATE drones SET vendor = x'444a49' WHERE id = 'd1_a'",
        "drones.vendor d1_a Unreadable DJI",
    ),
    (
        "UPDATE user_roles SET created_at = '' WHERE user_id = 'u1_a'",
        "user_roles.created_at u1_a/r1_a Unreadable ",
    ),
];

/// What Postgres holds in spite of its types.
const ON_POSTGRES: [Planted; 3] = [
    (
        "UPDATE missions SET created_at = 'infinity' WHERE id = 'm1_a'",
        "missions.created_at m1_a Unreadable -",
    ),
    (
        "UPDATE drones SET updated_at = '-infinity' WHERE id = 'd1_a'",
        "drones.updated_at d1_a Unreadable -",
    ),
    (
        "UPDATE mission_runs SET ended_at = '12026-01-01 00:00:00+00' WHERE id = 'n1_a'",
        "mission_runs.ended_at n1_a Unreadable -",
    ),
];

const RESERVED: Planted = (
    "INSERT INTO tenants (id, name, created_at) VALUES ('~x', 'x', '2026-01-02 03:04:05.678901')",
    "tenants.id ~x TenantReserved ~x",
);

async fn refuses_and_names(place: &Place, wanted: &BTreeSet<String>) {
    let before = place.picture().await;
    match place.open(MigrateMode::Auto).await.err() {
        Some(Error::Integrity { findings, detail }) => {
            assert_eq!(&lines(&findings), wanted);
            assert!(findings.iter().all(|finding| finding.stops));
            let rows = format!("{} rows", wanted.len());
            assert!(detail.starts_with(&rows), "{detail}");
        }
        other => panic!("{other:?}"),
    }
    assert_eq!(place.picture().await, before);
    let looked = place.open(MigrateMode::Never).await.unwrap();
    let scan = looked.integrity_scan(None, None).await.unwrap();
    assert_eq!(&lines(&scan.findings), wanted);
    assert!(!scan.lets_migrate());
}

each_engine!(
    #[tokio::test]
    async fn what_cannot_be_read_stops_the_adoption_and_is_named_each_and_no_other(place: &Place) {
        legacy_rows::make(place).await;
        let planted: &[Planted] = match place.engine {
            Engine::Sqlite => &ON_SQLITE,
            Engine::Postgres => &ON_POSTGRES,
        };
        let all = || planted.iter().chain([&RESERVED]);
        for (sql, _) in all() {
            place.plant(sql).await;
        }
        let found: Vec<&str> = all().map(|(_, line)| *line).collect();
        refuses_and_names(place, &wanted(&found)).await;
    }
);

each_engine!(
    /// The old platform goes on writing: what it breaks then stops the step that would let the library read it.
    #[tokio::test]
    async fn what_cannot_be_read_stops_the_step_that_hardens_its_table(place: &Place) {
        let rf = place.at(1).await;
        place.raw(&legacy_rows::rows(place.engine)).await.unwrap();
        let expanded = Some(version::CORE_A_EXPAND);
        rf.migrate("suite".into(), expanded, None).await.unwrap();
        let (sql, named) = match place.engine {
            Engine::Sqlite => ON_SQLITE[0],
            Engine::Postgres => ON_POSTGRES[0],
        };
        place.plant(sql).await;
        match rf.migrate("suite".into(), None, None).await {
            Err(Error::Integrity { findings, .. }) => {
                assert_eq!(lines(&findings), wanted(&[named]));
            }
            other => panic!("{other:?}"),
        }
        let status = rf.migration_status().await.unwrap();
        assert_eq!(status.current, version::CORE_A_BACKFILL);
    }
);

/// Documents that are no JSON are kept as they were written. Postgres holds none.
#[tokio::test]
async fn a_document_that_is_no_json_is_reported_without_its_text_and_adopted() {
    let place = Place::fresh(Engine::Sqlite).await;
    legacy_rows::make(&place).await;
    place
        .plant(
            "UPDATE drones SET capabilities = '{broken' WHERE id = 'd1_a';
             UPDATE drone_credentials SET secret = 's3cret' WHERE id = 'c1_a';
             UPDATE missions SET payload = '' WHERE id = 'm1_a';
             UPDATE missions SET constraints = 5 WHERE id = 'm2_a'",
        )
        .await;
    let rf = place.open(MigrateMode::Auto).await.unwrap();
    let scan = rf.integrity_scan(None, None).await.unwrap();
    let found = [
        "drones.capabilities d1_a MalformedJson -",
        "drone_credentials.secret c1_a MalformedJson -",
        "missions.payload m1_a MalformedJson -",
    ];
    assert_eq!(lines(&scan.findings), wanted(&found));
    every_list_is_read(&rf).await;
    drop(rf);
    place.remove().await;
}

#[test]
fn only_what_can_be_read_lets_a_migration_go_on() {
    use IntegrityProblem::{MalformedJson, Orphan, TenantReserved, UnknownValue, Unreadable};
    for (problem, stops) in [
        (Orphan, true),
        (TenantReserved, true),
        (Unreadable, true),
        (UnknownValue, false),
        (MalformedJson, false),
    ] {
        assert_eq!(problem.stops(), stops, "{problem:?}");
    }
}
