//! The batch of the keys: what stays of a database whose tables are made anew, and what stands in its way.

use ringfence::model::DroneUpdate;
use ringfence::schema::version::{BASELINE, KEYS_BACKFILL, KEYS_ENFORCE};
use ringfence::{MigrateMode, Ringfence};
use ringfence_tests::fixture::{Engine, Place, each_engine};

use super::schema_error;
use crate::picture::{Inspect, Picture};
use crate::sqlite_fixture::ask;
use crate::{attacks, legacy_rows};

/// A database of the old platform before its keys are swapped.
async fn before_the_keys(place: &Place) -> Ringfence {
    legacy_rows::make(place).await;
    place.at(KEYS_BACKFILL).await
}

/// Without what each step writes about itself.
async fn settled(place: &Place) -> Picture {
    place.picture().await.settled()
}

each_engine!(
    #[tokio::test]
    async fn keys_go_back_to_what_they_were_and_come_again_with_the_rows_as_they_were(
        place: &Place,
    ) {
        let rf = before_the_keys(place).await;
        let before = settled(place).await;
        rf.migrate("suite".into(), None, None).await.unwrap();
        let after = settled(place).await;
        assert_eq!(after.rows, before.rows);
        assert_ne!(after.schema, before.schema);
        rf.rollback("suite".into(), KEYS_BACKFILL, None)
            .await
            .unwrap();
        assert_eq!(settled(place).await, before);
        rf.migrate("suite".into(), None, None).await.unwrap();
        assert_eq!(settled(place).await, after);
        assert!(rf.integrity_scan(None, None).await.unwrap().is_clean());
    }
);

each_engine!(
    #[tokio::test]
    async fn keys_are_not_taken_back_while_two_tenants_have_the_same_id(place: &Place) {
        let rf = place.open(MigrateMode::Auto).await.unwrap();
        place.raw(&attacks::seed().join(";\n")).await.unwrap();
        let scan = rf.integrity_scan(None, None).await.unwrap();
        assert!(scan.lets_migrate(), "{:?}", scan.findings);
        let before = place.picture().await;
        let outcome = rf.rollback("suite".into(), KEYS_BACKFILL, None).await;
        let (code, detail) = schema_error(outcome);
        assert_eq!(code, "lossy_rollback");
        let what = "rows of users whose id another tenant has too";
        assert!(detail.contains(what), "{detail}");
        assert_eq!(place.picture().await, before);
    }
);

/// Rows of the old platform whose links say their tenant: nothing else tells it where another has both ends as well.
fn linked_in(tenant: &str, rows: String) -> String {
    let rows = rows.replace("user_roles (user_id", "user_roles (tenant_id, user_id");
    let rows = rows.replace(
        "role_permissions (role_id",
        "role_permissions (tenant_id, role_id",
    );
    let links = ["u1_x', 'r", "u2_x', 'r", "r1_x', 'p", "r2_x', 'p"];
    links.iter().fold(rows, |rows, link| {
        rows.replace(&format!("('{link}"), &format!("('{tenant}', '{link}"))
    })
}

each_engine!(
    #[tokio::test]
    async fn what_another_tenant_has_under_the_same_id_is_neither_read_nor_written(place: &Place) {
        let rf = place.open(MigrateMode::Auto).await.unwrap();
        let permissions = "INSERT INTO permissions (id, name, created_at) VALUES
            ('p_read', 'inspection:read', NOW), ('p_odd', 'telemetry.read', NOW)";
        let permissions = legacy_rows::dated(place.engine, permissions);
        place.raw(&permissions).await.unwrap();
        for tenant in ["a", "b"] {
            let rows = legacy_rows::rows_of(place.engine, tenant);
            let same = rows.replace(&format!("_{tenant}'"), "_x'");
            let same = same.replace("'p_star'", "'permission:*'");
            place.raw(&linked_in(tenant, same)).await.unwrap();
        }
        let told = "UPDATE events SET event_type = 'theirs' WHERE tenant_id = 'b';
            UPDATE audit_logs SET resource = '/drones/d2_x'";
        place.raw(told).await.unwrap();
        let scan = rf.integrity_scan(None, None).await.unwrap();
        assert!(scan.is_clean(), "{:?}", scan.findings);
        let [a, b] = [
            rf.session("a".into(), "u1_x".into()).await.unwrap(),
            rf.session("b".into(), "u1_x".into()).await.unwrap(),
        ];
        let theirs = b.drones().get("d1_x".into()).await.unwrap();
        let renamed = DroneUpdate {
            name: Some("renamed".to_owned()),
            ..DroneUpdate::default()
        };
        let own = a.drones().update("d1_x".into(), renamed).await.unwrap();
        assert_eq!((own.name.as_str(), own.version), ("renamed", 2));
        a.drones().delete("d2_x".into()).await.unwrap();
        assert!(a.drones().get("d2_x".into()).await.is_err());
        assert_eq!(b.drones().get("d1_x".into()).await.unwrap(), theirs);
        assert!(b.drones().get("d2_x".into()).await.is_ok());
        let held = b.identity().permissions_of("u1_x".into()).await.unwrap();
        assert!(!held.permissions.is_empty());
        for (session, kind, path) in [
            (&a, "drone.created", "/drones/***"),
            (&b, "theirs", "/drones/d2_x"),
        ] {
            let event = session.audit().legacy_event("g1_x".into()).await.unwrap();
            let asked = session.audit().legacy_request("l1_x".into()).await.unwrap();
            assert_eq!(
                (event.event_type.as_str(), asked.resource.as_str()),
                (kind, path)
            );
            assert_eq!(asked.actor_id, Some("u1_x".into()));
        }
    }
);

each_engine!(
    /// Whoever stores a name writes no key, and another form of it.
    #[tokio::test]
    async fn a_name_gets_its_key_in_its_own_tenant(place: &Place) {
        let rf = place.open(MigrateMode::Auto).await.unwrap();
        let names = [
            ("a", "zoe\u{308}", "zo\u{eb}"),
            ("b", "a\u{308}nne", "\u{e4}nne"),
        ];
        for (tenant, stored, _) in names {
            let rows = format!(
                "INSERT INTO tenants (id, name, created_at) VALUES ('{tenant}', 'Tenant {tenant}', NOW);
                 INSERT INTO users (id, tenant_id, username, password_hash, is_active, created_at)
                 VALUES ('same', '{tenant}', '{stored}', 'x', true, NOW)"
            );
            let rows = legacy_rows::dated(place.engine, &rows);
            place.raw(&rows).await.unwrap();
        }
        rf.migrate("suite".into(), None, None).await.unwrap();
        for (tenant, _, key) in names {
            let asked =
                format!("SELECT name_key FROM users WHERE tenant_id = '{tenant}' AND id = 'same'");
            assert_eq!(place.raw_text(&asked).await.unwrap(), key);
        }
    }
);

/// What a host made beside: on our tables and of its own.
const OF_THE_HOST: &str = "
    CREATE TABLE notes (drone TEXT, told TEXT);
    CREATE VIEW fleet AS SELECT d.tenant_id, d.name, m.name AS mission FROM drones d LEFT JOIN missions m ON m.drone_id = d.id;
    CREATE INDEX host_vendors ON drones (vendor, name);
    ALTER TABLE drones ADD COLUMN nickName TEXT COLLATE NOCASE DEFAULT 'none, (yet)' CHECK (length(nickName) < 20);
    ALTER TABLE drones ADD COLUMN shout TEXT AS (upper(name)) VIRTUAL;
    CREATE TRIGGER host_tells AFTER UPDATE OF name ON drones BEGIN INSERT INTO notes VALUES (NEW.id, NEW.name); END;
    CREATE TRIGGER host_looks AFTER DELETE ON notes BEGIN
        INSERT INTO notes SELECT id, 'still there' FROM drones WHERE id = OLD.drone;
    END;
    UPDATE drones SET nickName = 'Anna' WHERE id = 'd1_a';
    UPDATE drones SET name = 'first' WHERE id = 'd1_b';";

#[tokio::test]
async fn what_a_host_made_on_tables_that_are_made_anew_on_sqlite_stays() {
    let place = Place::fresh(Engine::Sqlite).await;
    let rf = before_the_keys(&place).await;
    place.raw(OF_THE_HOST).await.unwrap();
    // Stored as it was written: to the end of the comment.
    let commented = "CREATE INDEX host_called ON drones (name) -- as the crew calls it";
    place.raw(commented).await.unwrap();
    let before = settled(&place).await;
    let of_the_host = |picture: &Picture| -> Vec<String> {
        let lines = picture.schema.iter();
        let host = [
            "fleet",
            "host_vendors",
            "host_called",
            "notes",
            "host_tells",
            "host_looks",
        ];
        lines
            .filter(|line| {
                host.iter()
                    .any(|name| line.contains(&format!("\"{name}\")")))
            })
            .cloned()
            .collect()
    };
    assert_eq!(of_the_host(&before).len(), 6);
    for _ in 0..2 {
        rf.migrate("suite".into(), None, None).await.unwrap();
        let after = settled(&place).await;
        assert_eq!(after.rows, before.rows);
        assert_eq!(of_the_host(&after), of_the_host(&before));
        let db = place.sqlite();
        db.execute_batch(
            "BEGIN;
             INSERT INTO notes VALUES ('d2_b', '');
             DELETE FROM notes WHERE told = '';
             UPDATE drones SET name = 'second' WHERE id = 'd2_b';",
        )
        .unwrap();
        let told = "SELECT group_concat(told) FROM notes WHERE drone = 'd2_b'";
        assert_eq!(ask::<String>(&db, told), "still there,second");
        let shout = "SELECT shout || nickName FROM drones WHERE id = 'd2_b'";
        assert_eq!(ask::<String>(&db, shout), "SECONDnone, (yet)");
        let nick = "SELECT count(*) FROM drones WHERE nickName = 'ANNA'";
        assert_eq!(ask::<i64>(&db, nick), 1);
        let long = "UPDATE drones SET nickName = 'a name of more than twenty characters'";
        let refused = db.execute_batch(long).unwrap_err().to_string();
        assert!(refused.contains("CHECK"), "{refused}");
        db.execute_batch("ROLLBACK").unwrap();
        drop(db);
        rf.rollback("suite".into(), KEYS_BACKFILL, None)
            .await
            .unwrap();
        assert_eq!(of_the_host(&settled(&place).await), of_the_host(&before));
    }
    place.remove().await;
}

/// As whoever writes without foreign keys leaves it: a row of ours stops the way back, on which no scan looks for it, and a
/// row of the host's is the host's own matter.
#[tokio::test]
async fn a_row_that_refers_to_nothing_when_tables_are_made_anew_on_sqlite_stops_it_if_it_is_ours() {
    let place = Place::fresh(Engine::Sqlite).await;
    let rf = before_the_keys(&place).await;
    place
        .raw(
            "CREATE TABLE batteries (id INT PRIMARY KEY, tenant TEXT, drone TEXT,
                 FOREIGN KEY (tenant, drone) REFERENCES drones (tenant_id, id));
             INSERT INTO batteries VALUES (1, 'a', 'gone')",
        )
        .await
        .unwrap();
    rf.migrate("suite".into(), None, None).await.unwrap();
    let refers = |to: &str| format!("UPDATE missions SET drone_id = '{to}' WHERE id = 'm1_a'");
    place.plant(&refers("gone")).await;
    let before = place.picture().await;
    let outcome = rf.rollback("suite".into(), KEYS_BACKFILL, None).await;
    let (code, detail) = schema_error(outcome);
    assert_eq!(code, "step_failed");
    assert!(detail.contains("07a9_keys_enforce"), "{detail}");
    assert_eq!(place.picture().await, before);
    place.plant(&refers("d1_a")).await;
    rf.rollback("suite".into(), KEYS_BACKFILL, None)
        .await
        .unwrap();
    let kept = "SELECT count(*) FROM batteries WHERE drone = 'gone'";
    assert_eq!(place.count(kept).await, 1);
    place.remove().await;
}

/// As an index of maps is, whose module the program that made it loads.
#[tokio::test]
async fn a_table_of_a_module_that_is_not_there_is_in_no_steps_way_on_sqlite() {
    let place = Place::fresh(Engine::Sqlite).await;
    legacy_rows::make(&place).await;
    let made = "PRAGMA writable_schema = ON;
         INSERT INTO sqlite_master VALUES
             ('table', 'places', 'places', 0, 'CREATE VIRTUAL TABLE places USING of_maps(drones)');
         PRAGMA writable_schema = RESET;";
    place.raw(made).await.unwrap();
    let rf = place.open(MigrateMode::Auto).await.unwrap();
    assert!(rf.integrity_scan(None, None).await.unwrap().is_clean());
    assert!(rf.boundary_report().await.unwrap().is_whole());
    rf.rollback("suite".into(), BASELINE, None).await.unwrap();
    let stands = "SELECT count(*) FROM sqlite_master WHERE name = 'places'";
    assert_eq!(ask::<i64>(&place.sqlite(), stands), 1);
    place.remove().await;
}

/// Numbers, documents and times as another program stored them under types of its own.
#[tokio::test]
async fn a_column_of_another_type_keeps_it_on_sqlite_and_every_value_with_it() {
    let place = Place::fresh(Engine::Sqlite).await;
    legacy_rows::make_altered(&place, |baseline| {
        let from = baseline.find("CREATE TABLE drones (").unwrap();
        let (before, table) = baseline.split_at(from);
        let table = table.replacen(
            "capabilities JSON NOT NULL",
            "capabilities TEXT NOT NULL",
            1,
        );
        format!(
            "{before}{}",
            table.replacen(
                "created_at DATETIME NOT NULL",
                "created_at TEXT NOT NULL",
                1
            )
        )
    })
    .await;
    place
        .raw("UPDATE drones SET capabilities = '1e3' WHERE id = 'd2_a'")
        .await
        .unwrap();
    let stored = "SELECT typeof(capabilities) || capabilities FROM drones WHERE id = 'd2_a'";
    let before = place.legacy_rows().await;
    let rf = place.open(MigrateMode::Auto).await.unwrap();
    for to in [KEYS_ENFORCE, 1] {
        rf.rollback("suite".into(), to, None).await.unwrap();
        assert_eq!(place.raw_text(stored).await.unwrap(), "text1e3", "{to}");
        assert_eq!(place.legacy_rows().await, before, "{to}");
        let text = "SELECT sql FROM sqlite_master WHERE name = 'drones'";
        let text = place.raw_text(text).await.unwrap();
        assert!(text.contains("capabilities TEXT NOT NULL"), "{text}");
        assert!(text.contains("updated_at DATETIME NOT NULL"), "{text}");
    }
    place.remove().await;
}
