//! Rows that break a boundary stop the first step that would build on them, and are named, each and no other.

use std::collections::BTreeSet;

use ringfence::model::{IntegrityFinding, IntegrityProblem};
use ringfence::schema::{self, version};
use ringfence::{Error, MigrateMode};

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

fn lines(findings: &[IntegrityFinding]) -> BTreeSet<String> {
    let lines: BTreeSet<String> = findings.iter().map(line).collect();
    assert_eq!(
        lines.len(),
        findings.len(),
        "a row is named twice: {findings:#?}"
    );
    lines
}

/// Rows that a database without foreign keys lets in, and the findings that they must give.
const PLANTED: &str = "
    INSERT INTO users (id, tenant_id, username, password_hash, is_active, created_at) VALUES
        ('bad_user', 'nowhere', 'eve', 'x', true, NOW);
    INSERT INTO roles (id, tenant_id, name, description, created_at) VALUES ('bad_role', 'nowhere', 'x', NULL, NOW);
    INSERT INTO user_roles (user_id, role_id, created_at) VALUES
        ('gone', 'r1_a', NOW), ('u1_a', 'gone', NOW), ('u1_a', 'r1_b', NOW);
    INSERT INTO role_permissions (role_id, permission_id, created_at) VALUES
        ('gone', 'p_star', NOW), ('r1_a', 'gone', NOW);
    INSERT INTO drones (id, tenant_id, name, vendor, capabilities, created_at, updated_at) VALUES
        ('bad_drone', 'nowhere', 'x', 'FAKE', '{}', NOW, NOW);
    INSERT INTO drone_credentials (id, tenant_id, drone_id, secret, created_at) VALUES
        ('bad_c1', 'nowhere', 'bad_drone', '{}', NOW), ('bad_c2', 'a', 'gone', '{}', NOW),
        ('bad_c3', 'a', 'd2_b', '{}', NOW);
    INSERT INTO missions (id, tenant_id, name, drone_id, plan_type, payload, constraints, state, created_by,
        created_at, updated_at) VALUES
        ('bad_m1', 'nowhere', 'x', NULL, 'AREA_GRID', '{}', '{}', 'DRAFT', 'u1_a', NOW, NOW),
        ('bad_m2', 'a', 'x', 'gone', 'AREA_GRID', '{}', '{}', 'DRAFT', 'u1_a', NOW, NOW),
        ('bad_m3', 'a', 'x', 'd1_b', 'AREA_GRID', '{}', '{}', 'DRAFT', 'u1_a', NOW, NOW);
    INSERT INTO mission_runs (id, tenant_id, mission_id, state, started_at, ended_at) VALUES
        ('bad_n1', 'nowhere', 'bad_m1', 'RUNNING', NOW, NULL), ('bad_n2', 'a', 'gone', 'RUNNING', NOW, NULL),
        ('bad_n3', 'a', 'm1_b', 'RUNNING', NOW, NULL);
    INSERT INTO approvals (id, tenant_id, mission_id, approver_id, decision, comment, created_at) VALUES
        ('bad_v1', 'nowhere', 'bad_m1', 'u1_a', 'APPROVE', NULL, NOW),
        ('bad_v2', 'a', 'gone', 'u1_a', 'APPROVE', NULL, NOW), ('bad_v3', 'a', 'm1_b', 'u1_a', 'APPROVE', NULL, NOW);";

const FOUND: [&str; 21] = [
    "users bad_user tenant_id unknown nowhere in nowhere -> tenants in -",
    "roles bad_role tenant_id unknown nowhere in nowhere -> tenants in -",
    "user_roles gone/r1_a user_id orphan gone in - -> users in -",
    "user_roles u1_a/gone role_id orphan gone in - -> roles in -",
    "user_roles u1_a/r1_b user_id mismatch u1_a in b -> users in a",
    "user_roles u1_a/r1_b role_id mismatch r1_b in a -> roles in b",
    "role_permissions gone/p_star role_id orphan gone in - -> roles in -",
    "role_permissions r1_a/gone permission_id orphan gone in - -> permissions in -",
    "drones bad_drone tenant_id unknown nowhere in nowhere -> tenants in -",
    "drone_credentials bad_c1 tenant_id unknown nowhere in nowhere -> tenants in -",
    "drone_credentials bad_c2 drone_id orphan gone in a -> drones in -",
    "drone_credentials bad_c3 drone_id mismatch d2_b in a -> drones in b",
    "missions bad_m1 tenant_id unknown nowhere in nowhere -> tenants in -",
    "missions bad_m2 drone_id orphan gone in a -> drones in -",
    "missions bad_m3 drone_id mismatch d1_b in a -> drones in b",
    "mission_runs bad_n1 tenant_id unknown nowhere in nowhere -> tenants in -",
    "mission_runs bad_n2 mission_id orphan gone in a -> missions in -",
    "mission_runs bad_n3 mission_id mismatch m1_b in a -> missions in b",
    "approvals bad_v1 tenant_id unknown nowhere in nowhere -> tenants in -",
    "approvals bad_v2 mission_id orphan gone in a -> missions in -",
    "approvals bad_v3 mission_id mismatch m1_b in a -> missions in b",
];

fn wanted() -> BTreeSet<String> {
    FOUND.iter().map(|line| (*line).to_owned()).collect()
}

/// Every reference of the old platform that the steps enforce is broken in every way that it can be.
#[test]
fn every_enforced_reference_is_broken_in_every_way() {
    let wanted = wanted();
    for (child, parent) in schema::edges() {
        if parent.enforced.is_none() || child.since > version::BASELINE {
            continue;
        }
        let problems: &[&str] = match parent.table {
            "tenants" => &["unknown"],
            "permissions" => &["orphan"],
            // A permission is everybody's, so the role alone says whose the grant is.
            _ if child.name == "role_permissions" => &["orphan"],
            _ => &["orphan", "mismatch"],
        };
        for problem in problems {
            let (begin, middle) = (
                format!("{} ", child.name),
                format!(" {} {problem} ", parent.column),
            );
            assert!(
                wanted
                    .iter()
                    .any(|line| line.starts_with(&begin) && line.contains(&middle)),
                "{begin}{middle}"
            );
        }
    }
}

async fn refuses_and_names_them(place: &Place, wanted: &BTreeSet<String>) {
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
    let scan = rf.integrity_scan().await.unwrap();
    assert_eq!(&lines(&scan.findings), wanted);
    assert_eq!(place.picture().await, before);
}

each_engine!(
    #[tokio::test]
    async fn broken_rows_stop_the_first_step_and_every_one_is_named(place: &Place) {
        let rf = place.at(1).await;
        place.raw(&legacy_rows::rows(place.engine)).await.unwrap();
        assert!(rf.integrity_scan().await.unwrap().is_clean());
        place.plant(&dated(place.engine, PLANTED)).await;
        refuses_and_names_them(place, &wanted()).await;
        assert_eq!(rf.migration_status().await.unwrap().current, 1);
    }
);

each_engine!(
    #[tokio::test]
    async fn broken_rows_stop_the_adoption_before_anything_is_written(place: &Place) {
        legacy_rows::make(place).await;
        place.plant(&dated(place.engine, PLANTED)).await;
        refuses_and_names_them(place, &wanted()).await;
        let rf = place.open(MigrateMode::Never).await.unwrap();
        assert_eq!(rf.migration_status().await.unwrap().current, 0);
    }
);

each_engine!(
    #[tokio::test]
    async fn broken_rows_are_found_with_the_log_in_place_as_well(place: &Place) {
        let rf = place.at(2).await;
        place.raw(&legacy_rows::rows(place.engine)).await.unwrap();
        place.plant(&dated(place.engine, PLANTED)).await;
        refuses_and_names_them(place, &wanted()).await;
        assert_eq!(rf.migration_status().await.unwrap().current, 2);
    }
);

each_engine!(
    /// The old platform goes on writing between the steps: what it breaks then stops the step that would hold it.
    #[tokio::test]
    async fn what_breaks_between_expand_and_enforce_stops_enforce(place: &Place) {
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
        assert_eq!(status.current, version::IDENTITY_BACKFILL);
        place
            .raw("DELETE FROM user_roles WHERE user_id = 'u1_a' AND role_id = 'r1_b'")
            .await
            .unwrap();

        rf.migrate("suite".into(), Some(version::CORE_A_BACKFILL), None)
            .await
            .unwrap();
        let run =
            "INSERT INTO mission_runs (id, tenant_id, mission_id, state, started_at, ended_at)
            VALUES ('late', 'a', 'm1_b', 'RUNNING', NOW, NULL)";
        place.plant(&dated(place.engine, run)).await;
        let outcome = rf.migrate("suite".into(), None, None).await;
        let Err(Error::Integrity { findings, .. }) = outcome else {
            panic!("{outcome:?}");
        };
        let found: Vec<String> = lines(&findings).into_iter().collect();
        assert_eq!(
            found,
            ["mission_runs late mission_id mismatch m1_b in a -> missions in b"]
        );
        place
            .raw("DELETE FROM mission_runs WHERE id = 'late'")
            .await
            .unwrap();
        let status = rf.migrate("suite".into(), None, None).await.unwrap();
        assert!(status.is_current());
    }
);

/// A legacy table without its keys, under a name that the old platform gave it.
fn without_keys(baseline: &str, engine: Engine) -> String {
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
        let scan = rf.integrity_scan().await.unwrap();
        assert!(!scan.lets_migrate());
        let stop = scan.findings.iter().filter(|it| it.problem.stops());
        assert_eq!(stop.count(), all);
        assert_eq!(rf.migration_status().await.unwrap().current, 0);
    }
);
