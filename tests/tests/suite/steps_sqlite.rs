//! The steps of the SQLite schema: the baseline is what the legacy platform made, and each step can be
//! taken, taken back and taken again with rows present, without touching a legacy value.

use std::collections::BTreeMap;

use ringfence::schema::catalogue;
use ringfence::schema::version::KEYS_ENFORCE;
use ringfence_migrations::STEPS;
use rusqlite::Connection;

use crate::attacks::world_on_sqlite;
use crate::legacy_data;
use crate::sqlite_fixture::{
    SETTINGS, Settings, ask, columns, contents, down, empty, newest, rows, schema, seed_legacy,
    seed_policy, tables, two_tenants, up,
};

/// The columns of every table, as they are now.
fn layout(db: &Connection) -> BTreeMap<String, Vec<String>> {
    tables(db)
        .into_iter()
        .map(|table| (table.clone(), columns(db, &table)))
        .collect()
}

/// The rows in the tables and columns of an earlier layout, without the permissions that Ringfence adds.
fn values(
    db: &Connection,
    layout: &BTreeMap<String, Vec<String>>,
) -> BTreeMap<String, Vec<String>> {
    layout
        .iter()
        .map(|(table, columns)| {
            let mut rows = rows(db, table, columns);
            rows.retain(|row| !row.contains("Ringfence permission"));
            (table.clone(), rows)
        })
        .collect()
}

/// Text with every run of white space as one blank, and none inside the outer parentheses.
fn squeezed(sql: &str) -> String {
    sql.split_whitespace()
        .collect::<Vec<_>>()
        .join(" ")
        .replace("( ", "(")
        .replace(" )", ")")
}

/// The legacy file, opened as the legacy platform left it.
fn legacy(settings: Settings) -> Option<(tempfile::TempDir, Connection)> {
    let bytes = legacy_data::unpacked("clean.sqlite.gz")?;
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("legacy.db");
    std::fs::write(&path, bytes).unwrap();
    let db = Connection::open(path).unwrap();
    settings.apply(&db);
    Some((folder, db))
}

#[test]
fn the_baseline_is_what_the_legacy_platform_made() {
    let Some((_folder, theirs)) = legacy(SETTINGS[0]) else {
        return;
    };
    let ours = empty(SETTINGS[0]);
    up(&ours, 1, 1);
    let squeeze = |db: &Connection| -> BTreeMap<_, _> {
        let mut schema = schema(db);
        schema.retain(|(_, name), _| !name.contains("alembic_version"));
        schema
            .into_iter()
            .map(|(key, sql)| (key, sql.as_deref().map(squeezed)))
            .collect()
    };
    let (ours, theirs) = (squeeze(&ours), squeeze(&theirs));
    assert_eq!(ours.keys().filter(|(kind, _)| kind == "table").count(), 24);
    for (object, sql) in &theirs {
        assert_eq!(ours.get(object), Some(sql), "{object:?}");
    }
    assert_eq!(ours.len(), theirs.len());
}

#[test]
fn every_step_goes_down_and_up_again_with_rows_present() {
    for settings in SETTINGS {
        let db = empty(settings);
        let mut schemas = vec![schema(&db)];
        up(&db, 1, 1);
        schemas.push(schema(&db));
        seed_legacy(&db);
        let baseline = layout(&db);
        let before = values(&db, &baseline);
        for version in 2..=newest() {
            up(&db, version, version);
            schemas.push(schema(&db));
            assert_eq!(values(&db, &baseline), before, "V{version} up");
        }
        seed_policy(&db);
        db.execute_batch(
            "DELETE FROM approvals WHERE id IN ('v2_a', 'v3_a', 'v4_a', 'v2_b', 'v3_b', 'v4_b');
             DELETE FROM missions WHERE id IN ('m5_a', 'm5_b')",
        )
        .unwrap();
        for version in (2..=newest()).rev() {
            let at = version as usize;
            down(&db, version);
            assert_eq!(schema(&db), schemas[at - 1], "V{version} down");
            up(&db, version, version);
            assert_eq!(schema(&db), schemas[at], "V{version} up again");
            assert_eq!(values(&db, &baseline), before, "V{version} up again");
            down(&db, version);
            assert_eq!(schema(&db), schemas[at - 1], "V{version} down again");
            assert_eq!(values(&db, &baseline), before, "V{version} down again");
        }
        assert_eq!(contents(&db), before, "nothing is left of Ringfence");
        down(&db, 1);
        assert_eq!(schema(&db), schemas[0]);
        assert_eq!(ask::<String>(&db, "PRAGMA integrity_check"), "ok");
    }
}

/// The way down from the top meets each step once; a step must also come back from the version it makes.
#[test]
fn every_version_can_be_left_for_the_one_before_and_taken_to_the_newest() {
    for version in 2..=newest() {
        let db = empty(SETTINGS[0]);
        up(&db, 1, 1);
        seed_legacy(&db);
        up(&db, 2, version - 1);
        let below = schema(&db);
        up(&db, version, version);
        down(&db, version);
        assert_eq!(schema(&db), below, "V{version}");
        up(&db, version, newest());
        let fresh = empty(SETTINGS[0]);
        up(&fresh, 1, newest());
        assert_eq!(schema(&db), schema(&fresh), "V{version}");
    }
}

#[test]
fn the_legacy_database_is_hardened_without_touching_its_values() {
    for settings in SETTINGS {
        let Some((_folder, db)) = legacy(settings) else {
            return;
        };
        let (platform, before, made) = (layout(&db), contents(&db), schema(&db));
        up(&db, 2, newest());
        assert_eq!(values(&db, &platform), before);
        assert_eq!(ask::<String>(&db, "PRAGMA integrity_check"), "ok");
        for unfilled in ["user_roles", "role_permissions"] {
            let count = format!("SELECT count(*) FROM {unfilled} WHERE tenant_id IS NULL");
            assert_eq!(ask::<i64>(&db, &count), 0);
        }
        assert_eq!(
            ask::<i64>(&db, "SELECT count(*) FROM audit_heads"),
            4,
            "3 tenants and ~deployment"
        );
        assert_eq!(
            ask::<i64>(&db, "SELECT count(DISTINCT epoch) FROM policy_epochs"),
            3
        );
        for version in (2..=newest()).rev() {
            down(&db, version);
        }
        assert_eq!(contents(&db), before);
        // Tables that were made anew are spelled as the baseline spells them.
        let spelled = |schema: BTreeMap<_, Option<String>>| -> BTreeMap<(String, String), _> {
            let texts = schema.into_iter();
            texts
                .map(|(key, sql)| (key, sql.as_deref().map(squeezed)))
                .collect()
        };
        assert_eq!(spelled(schema(&db)), spelled(made));
    }
}

#[test]
fn links_are_filled_by_backfill_and_from_expand_on_by_trigger() {
    let db = empty(SETTINGS[0]);
    up(&db, 1, 1);
    seed_legacy(&db);
    up(&db, 2, 3);
    assert_eq!(
        ask::<i64>(&db, "SELECT count(tenant_id) FROM user_roles"),
        0
    );
    db.execute_batch(
        "INSERT INTO user_roles (user_id, role_id, created_at) VALUES ('u2_b', 'r3_b', '2026');
         INSERT INTO role_permissions (role_id, permission_id, created_at) VALUES ('r3_b', 'p_fly', '2026');",
    )
    .unwrap();
    assert_eq!(
        ask::<String>(&db, "SELECT group_concat(tenant_id) FROM user_roles"),
        "b"
    );
    assert_eq!(
        ask::<String>(&db, "SELECT group_concat(tenant_id) FROM role_permissions"),
        "b"
    );
    up(&db, 4, 4);
    for (link, parent, key) in [
        ("user_roles", "users", "user_id"),
        ("role_permissions", "roles", "role_id"),
    ] {
        let wrong = format!(
            "SELECT count(*) FROM {link} JOIN {parent} ON {parent}.id = {key}
             WHERE {link}.tenant_id IS NOT {parent}.tenant_id"
        );
        assert_eq!(ask::<i64>(&db, &wrong), 0, "{link}");
    }
}

#[test]
fn reserved_ids_are_refused_from_the_log_on() {
    let db = empty(SETTINGS[0]);
    up(&db, 1, 1);
    seed_legacy(&db);
    up(&db, 2, 2);
    for sql in [
        "UPDATE tenants SET id = '~a' WHERE id = 'a'",
        "UPDATE OR REPLACE tenants SET id = '~deployment' WHERE id = 'a'",
        "INSERT OR IGNORE INTO tenants (id, name, created_at) VALUES ('~a', 'x', '2026')",
    ] {
        let refused = db.execute_batch(sql).unwrap_err().to_string();
        assert_eq!(refused, "ringfence.reserved:tenants", "{sql}");
    }
    db.execute_batch("UPDATE tenants SET id = 'c' WHERE id = 'a'")
        .unwrap();
}

/// What a rollback would lose is counted at its step, and only there: a fresh database may go down freely.
#[test]
fn what_a_rollback_would_lose_is_counted() {
    let fresh = empty(SETTINGS[0]);
    for step in STEPS {
        up(&fresh, step.version, step.version);
        for (what, count) in step.sqlite.lossy {
            assert_eq!(ask::<i64>(&fresh, count), 0, "V{}: {what}", step.version);
        }
    }

    let db = two_tenants(SETTINGS[0]);
    db.execute_batch(
        "UPDATE users SET password_argon2 = 'x', session_epoch = 1;
         UPDATE missions SET plan = '{}';
         UPDATE approvals SET content_sha256 = 'x';
         UPDATE user_roles SET expires_at = '2027';
         UPDATE tenants SET disabled_at = '2027', self_approval = 1;
         UPDATE login_throttles SET refused = 1;",
    )
    .unwrap();
    let same_ids = world_on_sqlite(SETTINGS[0]);
    for step in STEPS.iter().skip(1) {
        let db = match step.version {
            KEYS_ENFORCE => &same_ids,
            _ => &db,
        };
        for (what, count) in step.sqlite.lossy {
            assert!(ask::<i64>(db, count) > 0, "V{}: {what}", step.version);
        }
    }
    // Every key that the tenant is taken out of.
    let keys = STEPS[KEYS_ENFORCE as usize - 1].sqlite.lossy;
    for table in catalogue() {
        let gone = table
            .uniques
            .iter()
            .filter(|it| it.until == Some(KEYS_ENFORCE));
        for unique in gone.filter(|it| !it.columns.contains(&"tenant_id")) {
            let same: Vec<String> = unique
                .columns
                .iter()
                .map(|it| format!("o.{it} = c.{it}"))
                .collect();
            let of = format!("FROM {} AS c WHERE EXISTS", table.name);
            let counted =
                |count: &str| count.contains(&of) && same.iter().all(|it| count.contains(it));
            assert!(
                keys.iter().any(|(_, count)| counted(count)),
                "{}",
                unique.name
            );
        }
    }
}
