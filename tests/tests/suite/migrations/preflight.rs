//! Rows that break a boundary stop the first step that would build on them, and are named, each and no other.

use std::collections::BTreeSet;

use ringfence::model::{IntegrityFinding, IntegrityProblem};
use ringfence::schema::{Batch, version};
use ringfence::{Error, MigrateMode, Ringfence};
use ringfence_migrations::STEPS;

use super::planted::{self, Broken, Planted};

use crate::legacy_rows::{self, dated};
use crate::picture::Inspect;
use ringfence_tests::fixture::{Engine, Place, each_engine};

/// A finding as one line: `table key column problem value tenant -> parent's tenant`.
fn line(finding: &IntegrityFinding) -> String {
    let problem = match finding.problem {
        IntegrityProblem::TenantMissing => "missing",
        IntegrityProblem::TenantUnknown => "unknown",
        IntegrityProblem::TenantMismatch => "mismatch",
        IntegrityProblem::Orphan => "orphan",
        IntegrityProblem::Duplicate => "duplicate",
        other => panic!("{other:?}: {finding:?}"),
    };
    let or_none = |text: &Option<String>| text.clone().unwrap_or_else(|| "-".to_owned());
    format!(
        "{} {} {} {problem} {} in {} -> {} in {}",
        finding.table,
        finding.key,
        finding.column,
        or_none(&finding.value),
        or_none(&finding.tenant),
        or_none(&finding.refers_to),
        or_none(&finding.refers_to_tenant),
    )
}

pub(super) fn lines(findings: &[IntegrityFinding]) -> BTreeSet<String> {
    let lines: BTreeSet<String> = findings.iter().map(line).collect();
    assert_eq!(
        lines.len(),
        findings.len(),
        "a row is named twice: {findings:#?}"
    );
    lines
}

/// Links that a database without foreign keys lets in, and the findings that they must give. What breaks the other
/// references follows from the catalogue: [`planted`].
const LINKS: &str = "
    INSERT INTO user_roles (user_id, role_id, created_at) VALUES
        ('gone', 'r1_a', NOW), ('u1_a', 'gone', NOW), ('u1_a', 'r1_b', NOW);
    INSERT INTO role_permissions (role_id, permission_id, created_at) VALUES
        ('gone', 'p_star', NOW), ('r1_a', 'gone', NOW);";

const FOUND: [&str; 6] = [
    "user_roles gone/r1_a user_id orphan gone in - -> users in -",
    "user_roles u1_a/gone role_id orphan gone in - -> roles in -",
    "user_roles u1_a/r1_b user_id mismatch u1_a in b -> users in a",
    "user_roles u1_a/r1_b role_id mismatch r1_b in a -> roles in b",
    "role_permissions gone/p_star role_id orphan gone in - -> roles in -",
    "role_permissions r1_a/gone permission_id orphan gone in - -> permissions in -",
];

/// Breaks every reference that the steps enforce in every way that it can be, and says what must be found.
pub(super) async fn break_every_reference(place: &Place) -> BTreeSet<String> {
    let rows = planted::rows(place, None).await;
    let all: String = rows.iter().map(|row| row.insert.as_str()).collect();
    place.plant(&(dated(place.engine, LINKS) + &all)).await;
    let mut wanted = planted::named(&rows);
    wanted.extend(FOUND.map(str::to_owned));
    for (child, parent) in planted::edges() {
        for way in planted::ways(child, parent) {
            let problem = format!("{way:?}").to_lowercase();
            let (begin, middle) = (
                format!("{} ", child.name),
                format!(" {} {problem} ", parent.column),
            );
            let mut named = wanted.iter();
            let is_named = named.any(|it| it.starts_with(&begin) && it.contains(&middle));
            assert!(is_named, "{begin}{middle}");
        }
    }
    wanted
}

/// Those that stop a step. The others are of rows that were moved to no tenant, and name nobody of it.
pub(super) fn stopping(findings: Vec<IntegrityFinding>) -> Vec<IntegrityFinding> {
    let (stopping, others): (Vec<_>, Vec<_>) = findings.into_iter().partition(|it| it.stops);
    let foreign = |it: &IntegrityFinding| it.problem == IntegrityProblem::NamesForeign;
    assert!(others.iter().all(foreign), "{others:#?}");
    stopping
}

pub(super) async fn refuses_and_names_them(place: &Place, wanted: &BTreeSet<String>) {
    let before = place.picture().await;
    let rf = place.open(MigrateMode::Never).await.unwrap();
    let outcomes = [
        rf.migrate("suite".into(), None, None).await.err(),
        place.open(MigrateMode::Auto).await.err(),
    ];
    for outcome in outcomes {
        match outcome {
            Some(Error::Integrity { findings, detail }) => {
                assert_eq!(&lines(&findings), wanted);
                assert!(
                    detail.starts_with(&format!("{} rows", wanted.len())),
                    "{detail}"
                );
            }
            other => panic!("{other:?}"),
        }
    }
    assert_eq!(place.picture().await, before);
    let scan = rf.integrity_scan(None, None).await.unwrap();
    assert_eq!(&lines(&stopping(scan.findings)), wanted);
    assert_eq!(place.picture().await, before);
}

each_engine!(
    #[tokio::test]
    async fn broken_rows_stop_the_first_step_and_every_one_is_named(place: &Place) {
        let rf = place.at(1).await;
        place.raw(&legacy_rows::rows(place.engine)).await.unwrap();
        assert!(rf.integrity_scan(None, None).await.unwrap().is_clean());
        let wanted = break_every_reference(place).await;
        refuses_and_names_them(place, &wanted).await;
        assert_eq!(rf.migration_status().await.unwrap().current, 1);
    }
);

each_engine!(
    #[tokio::test]
    async fn broken_rows_stop_the_adoption_before_anything_is_written(place: &Place) {
        legacy_rows::make(place).await;
        let wanted = break_every_reference(place).await;
        refuses_and_names_them(place, &wanted).await;
        let rf = place.open(MigrateMode::Never).await.unwrap();
        assert_eq!(rf.migration_status().await.unwrap().current, 0);
    }
);

each_engine!(
    #[tokio::test]
    async fn broken_rows_are_found_with_the_log_in_place_as_well(place: &Place) {
        let rf = place.at(2).await;
        place.raw(&legacy_rows::rows(place.engine)).await.unwrap();
        let wanted = break_every_reference(place).await;
        refuses_and_names_them(place, &wanted).await;
        assert_eq!(rf.migration_status().await.unwrap().current, 2);
    }
);

/// The batches in whose tables rows of the old platform can break a reference, each with the versions of its three steps.
fn batches() -> Vec<(Batch, [u32; 3])> {
    let mut all: Vec<Batch> = planted::edges().map(|(table, _)| table.batch).collect();
    all.sort_unstable();
    all.dedup();
    let steps = |batch: Batch| {
        let own = STEPS.iter().filter(|step| step.batch == batch.label());
        let versions: Vec<u32> = own.map(|step| step.version).collect();
        Some((batch, versions.try_into().ok()?))
    };
    all.into_iter().filter_map(steps).collect()
}

/// A migration stops at this version because of these rows. When they are gone, it can go on.
async fn stops_at(place: &Place, rf: &Ringfence, version: u32, rows: &[Planted]) {
    let all: String = rows.iter().map(|row| row.insert.as_str()).collect();
    place.plant(&all).await;
    let kept = place.picture().await;
    let outcome = rf.migrate("suite".into(), None, None).await;
    let Err(Error::Integrity { findings, .. }) = outcome else {
        panic!("{outcome:?}");
    };
    assert_eq!(lines(&findings), planted::named(rows));
    assert_eq!(rf.migration_status().await.unwrap().current, version);
    assert_eq!(place.picture().await, kept);
    planted::repair(place, rows).await;
}

each_engine!(
    /// The old platform goes on writing between the steps: what it breaks behind the first look stops the step that
    /// validates its batch, and what it breaks behind that the one that holds it.
    #[tokio::test]
    async fn what_breaks_between_the_steps_of_a_batch_stops_the_next_and_nothing_else(
        place: &Place,
    ) {
        let rf = place.at(1).await;
        place.raw(&legacy_rows::rows(place.engine)).await.unwrap();
        breaks_between_the_steps(place, &rf).await;
    }
);

pub(super) async fn breaks_between_the_steps(place: &Place, rf: &Ringfence) {
    let batches = batches();
    assert!(batches.len() >= 2, "{batches:?}");
    for (batch, [expanded, validated, _]) in batches {
        for version in [expanded, validated] {
            rf.migrate("suite".into(), Some(version), None)
                .await
                .unwrap();
            let rows = planted::rows(place, Some(batch)).await;
            assert!(!rows.is_empty(), "{batch:?}");
            stops_at(place, rf, version, &rows).await;
        }
    }
    let status = rf.migrate("suite".into(), None, None).await.unwrap();
    assert!(status.is_current());
}

each_engine!(
    /// Whatever a run begins with, it looks at every table first.
    #[tokio::test]
    async fn broken_rows_of_a_later_batch_stop_a_run_that_begins_with_another(place: &Place) {
        let rf = place.at(1).await;
        place.raw(&legacy_rows::rows(place.engine)).await.unwrap();
        let batches = batches();
        let [(_, [expanded, validated, _]), .., (later, _)] = batches.as_slice() else {
            panic!("{batches:?}");
        };
        for version in [*expanded, *validated] {
            rf.migrate("suite".into(), Some(version), None)
                .await
                .unwrap();
            let rows = planted::rows(place, Some(*later)).await;
            stops_at(place, &rf, version, &rows).await;
        }
    }
);

/// Lets the history itself write these rows with the row of a step, behind what the step has looked at.
async fn writes_with_step(place: &Place, version: u32, inserts: &str) {
    let when = format!(
        "AFTER INSERT ON ringfence_schema_history FOR EACH ROW WHEN (NEW.version = {version})"
    );
    let trigger = match place.engine {
        Engine::Sqlite => format!("CREATE TRIGGER host_writes {when} BEGIN {inserts} END"),
        Engine::Postgres => format!(
            "CREATE FUNCTION host_writes() RETURNS trigger LANGUAGE plpgsql AS
             $$ BEGIN {inserts} RETURN NULL; END $$;
             CREATE TRIGGER host_writes {when} EXECUTE FUNCTION host_writes()"
        ),
    };
    place.raw(&trigger).await.unwrap();
}

async fn writes_no_more(place: &Place) {
    let drop = match place.engine {
        Engine::Sqlite => "DROP TRIGGER host_writes",
        Engine::Postgres => "DROP FUNCTION host_writes() CASCADE",
    };
    place.raw(drop).await.unwrap();
}

each_engine!(
    /// Within one run, too, in which everything was looked at before the first step.
    #[tokio::test]
    async fn what_is_written_while_a_run_goes_on_stops_the_step_that_validates_it(place: &Place) {
        let rf = place.at(1).await;
        place.raw(&legacy_rows::rows(place.engine)).await.unwrap();
        let mut stopped = 0;
        for (batch, [expanded, ..]) in batches() {
            let mut rows = planted::rows(place, Some(batch)).await;
            // What the old platform's own keys let in.
            rows.retain(|row| row.way == Broken::Mismatch);
            let inserts: String = rows.iter().map(|row| row.insert.as_str()).collect();
            if rows.is_empty() {
                continue;
            }
            writes_with_step(place, expanded, &inserts).await;
            let outcome = rf.migrate("suite".into(), None, None).await;
            writes_no_more(place).await;
            let Err(Error::Integrity { findings, .. }) = outcome else {
                panic!("{batch:?}: {outcome:?}");
            };
            assert_eq!(lines(&findings), planted::named(&rows));
            let status = rf.migration_status().await.unwrap();
            assert_eq!(status.current, expanded, "{batch:?}");
            planted::repair(place, &rows).await;
            stopped += 1;
        }
        assert!(stopped > 0);
        let status = rf.migrate("suite".into(), None, None).await.unwrap();
        assert!(status.is_current());
    }
);

each_engine!(
    /// A link has no tenant until it is filled: then its two parents are seen to disagree.
    #[tokio::test]
    async fn a_link_between_two_tenants_stops_the_step_that_fills_it(place: &Place) {
        let rf = place.at(1).await;
        place.raw(&legacy_rows::rows(place.engine)).await.unwrap();
        rf.migrate("suite".into(), Some(version::IDENTITY_EXPAND), None)
            .await
            .unwrap();
        let link =
            "INSERT INTO user_roles (user_id, role_id, created_at) VALUES ('u1_a', 'r1_b', NOW)";
        place.plant(&dated(place.engine, link)).await;
        let outcome = rf.migrate("suite".into(), None, None).await;
        let Err(Error::Integrity { findings, .. }) = outcome else {
            panic!("{outcome:?}");
        };
        let found = lines(&findings);
        assert!(
            found.contains("user_roles u1_a/r1_b role_id mismatch r1_b in a -> roles in b"),
            "{found:#?}"
        );
        let status = rf.migration_status().await.unwrap();
        assert_eq!(status.current, version::IDENTITY_EXPAND);
        place
            .raw("DELETE FROM user_roles WHERE user_id = 'u1_a' AND role_id = 'r1_b'")
            .await
            .unwrap();
        let status = rf.migrate("suite".into(), None, None).await.unwrap();
        assert!(status.is_current());
    }
);

/// A legacy table without its keys, under a name that the old platform gave it.
pub(super) fn without_keys(baseline: &str, engine: Engine) -> String {
    let kept = baseline.lines().filter(|line| {
        let words: Vec<&str> = line.split_whitespace().collect();
        let key = |words: &[&str]| matches!(words, ["PRIMARY", "KEY", ..] | ["UNIQUE", ..]);
        let is_key = match words.as_slice() {
            ["CONSTRAINT", _, rest @ ..] => key(rest),
            words => key(words),
        };
        !is_key
    });
    // On Postgres a reference needs a key to refer to.
    let kept = kept.filter(|line| engine == Engine::Sqlite || !line.contains(" FOREIGN KEY "));
    // No comma before the end of a table.
    kept.collect::<Vec<_>>().join("\n").replace(",\n)", "\n)")
}

/// Each key of the tables that a step hardens is held by two rows; of some it is the very row.
const DOUBLED: &str = "
    INSERT INTO tenants (id, name, created_at) VALUES ('a2', 'Twice', NOW), ('a3', 'Twice', NOW);
    INSERT INTO permissions (id, name, description, created_at) VALUES ('p9', 'twice', NULL, NOW), ('p8', 'twice', NULL, NOW);
    INSERT INTO users (id, tenant_id, username, password_hash, is_active, created_at) VALUES
        ('u8', 'a', 'twice', 'x', true, NOW), ('u9', 'a', 'twice', 'x', true, NOW), ('u9', 'b', 'twice', 'x', true, NOW);
    INSERT INTO user_roles (user_id, role_id, created_at) SELECT user_id, role_id, created_at FROM user_roles
        WHERE user_id = 'u1_a';
    INSERT INTO drones (id, tenant_id, name, vendor, capabilities, created_at, updated_at) VALUES
        ('d9', 'a', 'nine', 'FAKE', '{}', NOW, NOW), ('d9', 'b', 'ten', 'FAKE', '{}', NOW, NOW);";

each_engine!(
    /// A key that was dropped let them in; the step that makes one would have stopped half-way, naming nobody.
    #[tokio::test]
    async fn rows_that_share_a_key_stop_the_first_step_and_every_one_is_named(place: &Place) {
        let engine = place.engine;
        legacy_rows::make_altered(place, |baseline| without_keys(baseline, engine)).await;
        place.plant(&dated(engine, DOUBLED)).await;
        let before = place.picture().await;
        let rf = place.open(MigrateMode::Never).await.unwrap();
        let outcome = rf.migrate("suite".into(), None, None).await;
        let Err(Error::Integrity { findings, .. }) = outcome else {
            panic!("{outcome:?}");
        };
        assert_eq!(place.picture().await, before);
        let links = "SELECT count(*) FROM user_roles WHERE user_id = 'u1_a'";
        let links = usize::try_from(place.count(links).await).unwrap();
        let mut found: Vec<String> = findings.iter().map(line).collect();
        found.sort_unstable();
        let all = found.len();
        found.retain(|line| !line.starts_with("user_roles "));
        assert_eq!(
            all - found.len(),
            links,
            "every row of a link that is there twice"
        );
        assert_eq!(
            found,
            [
                "drones d9 id duplicate d9 in a -> - in -",
                "drones d9 id duplicate d9 in b -> - in -",
                "permissions p8 name duplicate twice in - -> - in -",
                "permissions p9 name duplicate twice in - -> - in -",
                "tenants a2 name duplicate Twice in a2 -> - in -",
                "tenants a3 name duplicate Twice in a3 -> - in -",
                "users u8 username duplicate twice in a -> - in -",
                "users u9 id duplicate u9 in a -> - in -",
                "users u9 id duplicate u9 in b -> - in -",
                "users u9 username duplicate twice in a -> - in -",
            ]
        );
        let scan = rf.integrity_scan(None, None).await.unwrap();
        assert!(!scan.lets_migrate());
        let stop = scan.findings.iter().filter(|it| it.problem.stops());
        assert_eq!(stop.count(), all);
        assert_eq!(rf.migration_status().await.unwrap().current, 0);
    }
);
