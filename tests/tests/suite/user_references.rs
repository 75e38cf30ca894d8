//! Whom rows name: what the old platform wrote stays and is reported, what is written is held.

use std::collections::BTreeSet;

use ringfence::model::{DefectUpdate, IntegrityProblem};
use ringfence::schema::{self, Naming, Parent, Table, version};
use ringfence::{MigrateMode, Ringfence, TenantSession};
use ringfence_tests::fixture::{Engine, Place, World, each_engine, on};

use crate::legacy_rows;
use crate::picture::Inspect;

/// The columns that name a user, each with its table.
fn naming() -> impl Iterator<Item = (&'static Table, &'static Parent, Naming)> {
    schema::children("users").filter_map(|(table, parent)| Some((table, parent, parent.naming?)))
}

/// The form of the ids that the old platform gave.
const GONE: &str = "0f5c2f0e-7c1f-4b3e-9d57-1c7bb8a3e001";

/// The rows of tenant a name a user who is gone, those of b one of a.
async fn name_others(place: &Place) -> BTreeSet<String> {
    let mut wanted = BTreeSet::new();
    for (table, parent, _) in naming() {
        let (name, column) = (table.name, parent.column);
        for (tenant, named, problem) in
            [("a", GONE, "names_nobody"), ("b", "u1_a", "names_foreign")]
        {
            let named_so =
                format!("UPDATE {name} SET {column} = '{named}' WHERE tenant_id = '{tenant}'");
            place.raw(&named_so).await.unwrap();
            let rows = format!("SELECT count(*) FROM {name} WHERE tenant_id = '{tenant}'");
            for row in 0..place.count(&rows).await {
                let id = format!(
                    "SELECT id FROM {name} WHERE tenant_id = '{tenant}' ORDER BY id LIMIT 1 OFFSET {row}"
                );
                let id = place.raw_text(&id).await.unwrap();
                wanted.insert(format!("{name} {id} {column} {problem} {named}"));
            }
        }
    }
    wanted
}

async fn scanned(rf: &Ringfence) -> BTreeSet<String> {
    let scan = rf.integrity_scan(None, None).await.unwrap();
    assert!(scan.lets_migrate(), "{scan:?}");
    let lines = scan.findings.iter().map(|it| {
        assert_eq!(it.refers_to.as_deref(), Some("users"), "{it:?}");
        let theirs = (it.problem == IntegrityProblem::NamesForeign).then_some("a");
        assert_eq!(it.refers_to_tenant.as_deref(), theirs, "{it:?}");
        let (problem, value) = (it.problem.as_str(), it.value.as_deref().unwrap());
        format!("{} {} {} {problem} {value}", it.table, it.key, it.column)
    });
    lines.collect()
}

/// Tenant a's admin, as the old platform left them.
async fn admin(rf: &Ringfence) -> TenantSession {
    rf.session("a".into(), "u1_a".into()).await.unwrap()
}

each_engine!(
    #[tokio::test]
    async fn whom_the_old_platforms_rows_name_is_reported_stays_and_is_read_as_it_is(
        place: &Place,
    ) {
        legacy_rows::make(place).await;
        let wanted = name_others(place).await;
        assert!(wanted.len() >= 12, "{wanted:?}");
        let before = place.legacy_rows().await;
        let looked = place.open(MigrateMode::Never).await.unwrap();
        assert_eq!(scanned(&looked).await, wanted);

        let rf = place.open(MigrateMode::Auto).await.unwrap();
        assert!(rf.migration_status().await.unwrap().is_current());
        assert_eq!(place.legacy_rows().await, before);
        assert_eq!(scanned(&rf).await, wanted);

        // The rows go on being written, by whoever leaves the name as it is.
        for (table, parent, _) in naming() {
            let (name, column) = (table.name, parent.column);
            let same = format!("UPDATE {name} SET {column} = {column}, id = id");
            place.raw(&same).await.unwrap();
        }
        let session = admin(&rf).await;
        let mission = session.missions().get("m2_a".into()).await.unwrap();
        assert_eq!(mission.created_by.as_str(), GONE);
        let alert = session.alerts().get("a1_a".into()).await.unwrap();
        assert_eq!(alert.acked_by.unwrap().as_str(), GONE);
        let update = DefectUpdate {
            title: Some("Crack of the roof".to_owned()),
            ..DefectUpdate::default()
        };
        let defect = session.defects().update("f1_a".into(), update).await;
        assert_eq!(defect.unwrap().assigned_to.as_deref(), Some(GONE));
        rf.rollback("suite".into(), version::AUDIT_LOG, None)
            .await
            .unwrap();
    }
);

each_engine!(
    #[tokio::test]
    async fn a_name_in_a_column_for_free_text_is_no_finding_and_stays_a_text(place: &Place) {
        legacy_rows::make(place).await;
        let named = "UPDATE defects SET assigned_to = 'Ann of the contractor'";
        place.raw(named).await.unwrap();
        let rf = place.open(MigrateMode::Auto).await.unwrap();
        assert_eq!(scanned(&rf).await, BTreeSet::new());
        let session = admin(&rf).await;
        let defect = session.defects().get("f1_a".into()).await.unwrap();
        let text = defect.defect.assigned_to.as_deref();
        assert_eq!(text, Some("Ann of the contractor"));
        // Who is meant by it may be named instead, and be replaced by a text of the old platform's again.
        let assigned = session
            .defects()
            .assign("f1_a".into(), "u1_a".into(), None)
            .await
            .unwrap();
        assert_eq!(assigned.assigned_to.as_deref(), Some("u1_a"));
        place.raw(named).await.unwrap();
    }
);

each_engine!(
    #[tokio::test]
    async fn what_is_written_names_a_user_of_the_tenant_from_the_enforcing_step_on(place: &Place) {
        legacy_rows::make(place).await;
        let rf = place.at(version::USER_REFERENCES_BACKFILL).await;
        let wrong: Vec<(String, &Parent)> = naming()
            .flat_map(|(table, parent, naming)| {
                let nobody = (!naming.or_text).then_some(GONE);
                let others = nobody.into_iter().chain(["u1_b"]);
                others.map(move |other| {
                    let (name, column) = (table.name, parent.column);
                    let sql =
                        format!("UPDATE {name} SET {column} = '{other}' WHERE tenant_id = 'a'");
                    (sql, parent)
                })
            })
            .collect();
        for (sql, _) in &wrong {
            place.raw(&format!("BEGIN; {sql}; ROLLBACK")).await.unwrap();
        }
        rf.migrate("suite".into(), None, None).await.unwrap();
        for (sql, parent) in &wrong {
            let refused = place.raw(sql).await.expect_err(sql);
            let guard = format!("ringfence.reference:{}", parent.constraint);
            assert!(refused.contains(&guard), "{refused}");
        }
        rf.rollback("suite".into(), version::USER_REFERENCES_BACKFILL, None)
            .await
            .unwrap();
        for (sql, _) in &wrong {
            place.raw(sql).await.unwrap();
        }
    }
);

/// Whoever names a user keeps him from being deleted meanwhile, and whoever is deleted meanwhile is not named.
#[tokio::test]
async fn on_postgres_nobody_is_named_and_deleted_at_once() {
    on(Engine::Postgres, async |world: &World| {
        for (user, names_first) in [("leaves", false), ("stays", true)] {
            let user = world.north.user(user).await;
            let name = format!(
                "INSERT INTO missions (id, tenant_id, name, plan_type, payload, constraints, state, created_by, created_at,
                     updated_at) VALUES ('of {user}', 'north', 'Late', 'AREA_GRID', '{{}}', '{{}}', 'DRAFT', '{user}',
                     now(), now())"
            );
            let delete = format!("DELETE FROM users WHERE id = '{user}'");
            let (first, second, refused) = match names_first {
                true => (name, delete, "ringfence.restrict:fk_missions_tenant_created_by"),
                false => (delete, name, "ringfence.reference:fk_missions_tenant_created_by"),
            };
            let (one, other) = (world.place.postgres().await, world.place.postgres().await);
            one.batch_execute(&format!("BEGIN; {first}")).await.unwrap();
            let second = tokio::spawn(async move { other.batch_execute(&second).await });
            let blocked = "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'";
            while world.place.count(blocked).await == 0 {
                assert!(!second.is_finished(), "{refused}");
            }
            one.batch_execute("COMMIT").await.unwrap();
            let error = second.await.unwrap().unwrap_err();
            assert_eq!(error.as_db_error().unwrap().message(), refused);
        }
    })
    .await;
}

/// A deletion with the eyes of its first statement would miss who was named since.
#[tokio::test]
async fn on_postgres_nobody_who_is_named_is_deleted_under_another_isolation() {
    on(Engine::Postgres, async |world: &World| {
        let place = &world.place;
        let deleter = place.postgres().await;
        let leaves = world.north.user("leaves").await.to_string();
        let mission = "INSERT INTO missions (id, tenant_id, name, plan_type, payload, constraints, state, created_by,
            created_at, updated_at) VALUES ('late', 'north', 'Late', 'AREA_GRID', '{}', '{}', 'DRAFT', 'unknown', now(),
            now())";
        place.plant(mission).await;
        for (isolation, table, id, guard) in [
            ("REPEATABLE READ", "missions", "late", "approval_records"),
            ("SERIALIZABLE", "missions", "late", "approval_records"),
            ("REPEATABLE READ", "users", leaves.as_str(), "users"),
        ] {
            let delete = format!("DELETE FROM {table} WHERE id = '{id}'");
            let begun = format!("BEGIN ISOLATION LEVEL {isolation}; {delete}");
            let refused = deleter.batch_execute(&begun).await.unwrap_err();
            let said = refused.as_db_error().unwrap().message();
            assert_eq!(said, format!("ringfence.isolation:{guard}"));
            deleter.batch_execute("ROLLBACK").await.unwrap();
        }
        for (table, id) in [("missions", "late"), ("users", leaves.as_str())] {
            let delete = format!("DELETE FROM {table} WHERE id = '{id}'");
            deleter.batch_execute(&delete).await.unwrap();
        }
    })
    .await;
}
