//! Databases for the tests of the SQLite schema: the steps applied by hand, two tenants that mirror each
//! other, and a picture of everything in the file to compare before with after.

use std::collections::BTreeMap;

use ringfence_migrations::STEPS;
use rusqlite::Connection;
use rusqlite::functions::FunctionFlags;
use rusqlite::types::{Value, ValueRef};

use crate::later_batches;

/// The settings of a connection that must not matter to a guard.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Settings {
    pub(crate) foreign_keys: bool,
    pub(crate) recursive_triggers: bool,
}

/// Every combination; the first is the barest, with nothing but the guards to hold a boundary.
pub(crate) const SETTINGS: [Settings; 4] = [
    Settings {
        foreign_keys: false,
        recursive_triggers: false,
    },
    Settings {
        foreign_keys: false,
        recursive_triggers: true,
    },
    Settings {
        foreign_keys: true,
        recursive_triggers: false,
    },
    Settings {
        foreign_keys: true,
        recursive_triggers: true,
    },
];

impl Settings {
    pub(crate) fn apply(self, db: &Connection) {
        db.pragma_update(None, "foreign_keys", self.foreign_keys)
            .unwrap();
        db.pragma_update(None, "recursive_triggers", self.recursive_triggers)
            .unwrap();
        let read_back =
            |name: &str| -> bool { db.pragma_query_value(None, name, |row| row.get(0)).unwrap() };
        assert_eq!(self.foreign_keys, read_back("foreign_keys"));
        assert_eq!(self.recursive_triggers, read_back("recursive_triggers"));
    }
}

/// Makes known what statements call, to a connection that runs none of them: what it says is no matter there.
pub(crate) fn teach(db: &Connection) {
    let flags = FunctionFlags::SQLITE_UTF8;
    db.create_scalar_function("ringfence_within", 3, flags, |_| Ok(true))
        .unwrap();
}

/// An empty database in memory.
pub(crate) fn empty(settings: Settings) -> Connection {
    let db = Connection::open_in_memory().unwrap();
    settings.apply(&db);
    db
}

/// Takes the steps from `from` to `to`, both included.
pub(crate) fn up(db: &Connection, from: u32, to: u32) {
    for step in STEPS
        .iter()
        .filter(|step| (from..=to).contains(&step.version))
    {
        run(db, step.sqlite.up)
            .unwrap_or_else(|error| panic!("V{}__{} up: {error}", step.version, step.name));
    }
}

/// Runs the text of a step. Where it makes tables anew, foreign keys are off meanwhile, as the runner has them.
pub(crate) fn run(db: &Connection, text: &str) -> rusqlite::Result<()> {
    let on: bool = db.pragma_query_value(None, "foreign_keys", |row| row.get(0))?;
    let rebuilds = text.contains("PRAGMA legacy_alter_table");
    db.pragma_update(None, "foreign_keys", on && !rebuilds)?;
    let outcome = db.execute_batch(text);
    db.pragma_update(None, "foreign_keys", on)?;
    outcome
}

/// Takes one step back.
pub(crate) fn down(db: &Connection, version: u32) {
    let step = STEPS.iter().find(|step| step.version == version).unwrap();
    run(db, step.sqlite.down)
        .unwrap_or_else(|error| panic!("V{}__{} down: {error}", step.version, step.name));
}

/// The newest version that the crate knows.
pub(crate) fn newest() -> u32 {
    STEPS.last().unwrap().version
}

/// A database of the newest version with [`seed_legacy`] and [`seed_policy`] in it.
pub(crate) fn two_tenants(settings: Settings) -> Connection {
    let db = empty(settings);
    up(&db, 1, newest());
    seed_legacy(&db);
    seed_policy(&db);
    seed_names(&db);
    db
}

/// A user of each of the two tenants whose name has a key.
fn seed_names(db: &Connection) {
    for tenant in ["a", "b"] {
        write(
            db,
            &"INSERT INTO users (id, tenant_id, username, password_hash, is_active, created_at, name_key)
              VALUES ('u3_@', '@', 'zoë', 'hash', 1, NOW, 'zoë');"
                .replace('@', tenant),
        );
    }
}

/// Two tenants in the tables of the batches, written as the legacy platform writes: its columns only. The
/// ids end in their tenant (`u1_a`, `d1_b`). Three more tenants have one row each, of
/// which their own deletion is to be refused; one has none. [`later_batches`] adds its own.
pub(crate) fn seed_legacy(db: &Connection) {
    write(
        db,
        "INSERT INTO permissions (id, name, description, created_at)
         VALUES ('p_fly', 'fly', NULL, NOW),
                ('p_land', 'land', NULL, NOW);",
    );
    for tenant in ["a", "b"] {
        write(
            db,
            &"INSERT INTO tenants (id, name, created_at) VALUES ('@', 'Tenant @', NOW);
              INSERT INTO users (id, tenant_id, username, password_hash, is_active, created_at) VALUES
                ('u1_@', '@', 'ann', 'hash', 1, NOW),
                ('u2_@', '@', 'bob', 'hash', 1, NOW);
              INSERT INTO roles (id, tenant_id, name, description, created_at) VALUES
                ('r1_@', '@', 'pilot', NULL, NOW),
                ('r2_@', '@', 'viewer', NULL, NOW),
                ('r3_@', '@', 'spare', NULL, NOW);
              INSERT INTO user_roles (user_id, role_id, created_at) VALUES
                ('u1_@', 'r1_@', NOW),
                ('u1_@', 'r2_@', NOW);
              INSERT INTO role_permissions (role_id, permission_id, created_at) VALUES
                ('r1_@', 'p_fly', NOW),
                ('r1_@', 'p_land', NOW);
              INSERT INTO drones (id, tenant_id, name, vendor, capabilities, created_at, updated_at) VALUES
                ('d1_@', '@', 'one', 'FAKE', '{}', NOW, NOW),
                ('d2_@', '@', 'two', 'FAKE', '{}', NOW, NOW),
                ('d3_@', '@', 'three', 'FAKE', '{}', NOW, NOW),
                ('d4_@', '@', 'spare', 'FAKE', '{}', NOW, NOW);
              INSERT INTO drone_credentials (id, tenant_id, drone_id, secret, created_at) VALUES
                ('c1_@', '@', 'd2_@', '{}', NOW),
                ('c2_@', '@', 'd3_@', '{}', NOW);
              INSERT INTO missions (id, tenant_id, name, drone_id, plan_type, payload, constraints, state,
                created_by, created_at, updated_at) VALUES
                ('m1_@', '@', 'survey', 'd1_@', 'AREA_GRID', '{}', '{}', 'DRAFT', 'u1_@', NOW, NOW),
                ('m2_@', '@', 'patrol', NULL, 'AREA_GRID', '{}', '{}', 'DRAFT', 'u1_@', NOW, NOW),
                ('m3_@', '@', 'spare', NULL, 'AREA_GRID', '{}', '{}', 'DRAFT', 'u1_@', NOW, NOW),
                ('m4_@', '@', 'of u2', NULL, 'AREA_GRID', '{}', '{}', 'DRAFT', 'u2_@', NOW, NOW);
              INSERT INTO mission_runs (id, tenant_id, mission_id, state, started_at, ended_at) VALUES
                ('n1_@', '@', 'm1_@', 'RUNNING', NOW, NULL);
              INSERT INTO approvals (id, tenant_id, mission_id, approver_id, decision, comment, created_at) VALUES
                ('v1_@', '@', 'm2_@', 'u2_@', 'REJECT', NULL, NOW);"
                .replace('@', tenant),
        );
    }
    write(
        db,
        "INSERT INTO tenants (id, name, created_at) VALUES
            ('only_a_user', 'Only a user', NOW),
            ('only_a_role', 'Only a role', NOW),
            ('only_a_drone', 'Only a drone', NOW),
            ('empty', 'Empty', NOW);
         INSERT INTO users (id, tenant_id, username, password_hash, is_active, created_at) VALUES
            ('only_user', 'only_a_user', 'ann', 'hash', 1, NOW);
         INSERT INTO roles (id, tenant_id, name, description, created_at) VALUES
            ('only_role', 'only_a_role', 'pilot', NULL, NOW);
         INSERT INTO drones (id, tenant_id, name, vendor, capabilities, created_at, updated_at) VALUES
            ('only_drone', 'only_a_drone', 'one', 'FAKE', '{}', NOW, NOW);",
    );
    write(db, &later_batches::seed("NOW"));
}

/// Rows in the tables and columns of Ringfence's own: two events in each log, inheritance, denies, a
/// throttle, a mission that another than its creator edited, approvals one step short of approving one's own mission, and an event that its head does not
/// count yet.
pub(crate) fn seed_policy(db: &Connection) {
    for tenant in ["a", "b"] {
        write(
            db,
            &"INSERT INTO audit_events (tenant_id, seq, time, actor, method, action, outcome, entity_type, entity_id,
                detail_hash, leaf_hash, subtrees, salt, detail, origin) VALUES
                ('@', 0, NOW, 'u1_@', 'x.y', 'x', 'done', 'drone', 'd1_@', x'00', x'00', x'', x'00', '{}', NULL),
                ('@', 1, NOW, 'u1_@', 'x.y', 'x', 'done', 'drone', 'd2_@', x'00', x'00', x'00', x'00', '{}', '::1');
              UPDATE audit_heads SET size = 2, range = x'00' WHERE tenant_id = '@';
              INSERT INTO role_inheritance VALUES ('@', 'r1_@', 'r2_@', NOW);
              INSERT INTO role_denies VALUES ('@', 'r2_@', 'fly', NOW);
              INSERT INTO missions (id, tenant_id, name, plan_type, payload, constraints, state, created_by, created_at,
                updated_at, edited_by, edited_version) VALUES
                ('m5_@', '@', 'edited', 'AREA_GRID', '{}', '{}', 'DRAFT', 'u1_@', NOW, NOW, 'u2_@', 1);
              INSERT INTO approvals (id, tenant_id, mission_id, approver_id, decision, created_at, audit_seq) VALUES
                ('v2_@', '@', 'm4_@', 'u2_@', 'REJECT', NOW, 0),
                ('v3_@', '@', 'm4_@', 'u2_@', 'APPROVE', NOW, NULL),
                ('v4_@', '@', 'm4_@', 'u1_@', 'APPROVE', NOW, 1);
              INSERT INTO login_throttles VALUES ('@', 'ff', 1, 0, 0, NOW, NULL, NULL);"
                .replace('@', tenant),
        );
    }
    write(
        db,
        "INSERT INTO audit_events (tenant_id, seq, time, actor, method, action, outcome, entity_type, entity_id,
            detail_hash, leaf_hash, subtrees, salt, detail) VALUES
            ('only_a_role', 0, NOW, 'x', 'x.y', 'x', 'done', 'drone', 'd1', x'00', x'00', x'', x'00', '{}');",
    );
}

/// Runs statements in which NOW stands for one and the same time.
fn write(db: &Connection, sql: &str) {
    db.execute_batch(&sql.replace("NOW", "'2026-01-02 03:04:05.000000'"))
        .unwrap();
}

/// Every object of the schema with its text. Indexes that the engine made have none.
pub(crate) fn schema(db: &Connection) -> BTreeMap<(String, String), Option<String>> {
    db.prepare("SELECT type, name, sql FROM sqlite_master")
        .unwrap()
        .query_map([], |row| Ok(((row.get(0)?, row.get(1)?), row.get(2)?)))
        .unwrap()
        .map(Result::unwrap)
        .collect()
}

/// The names of the tables.
pub(crate) fn tables(db: &Connection) -> Vec<String> {
    schema(db)
        .into_keys()
        .filter(|(kind, _)| kind == "table")
        .map(|(_, name)| name)
        .collect()
}

/// The columns of a table, in order.
pub(crate) fn columns(db: &Connection, table: &str) -> Vec<String> {
    db.prepare("SELECT name FROM pragma_table_info(?1)")
        .unwrap()
        .query_map([table], |row| row.get(0))
        .unwrap()
        .map(Result::unwrap)
        .collect()
}

/// The rows of a table, sorted, each value written out; with the rowid where there is one.
pub(crate) fn rows(db: &Connection, table: &str, columns: &[String]) -> Vec<String> {
    let without_rowid = schema(db)[&("table".to_owned(), table.to_owned())]
        .as_ref()
        .is_some_and(|sql| sql.contains("WITHOUT ROWID"));
    let rowid = if without_rowid { "NULL" } else { "rowid" };
    let sql = format!("SELECT {rowid}, {} FROM {table}", columns.join(", "));
    let mut statement = db.prepare(&sql).unwrap();
    let width = columns.len() + 1;
    let mut rows: Vec<String> = statement
        .query_map([], |row| {
            let values: Vec<Value> = (0..width)
                .map(|i| Ok(written_out(row.get_ref(i)?)))
                .collect::<rusqlite::Result<_>>()?;
            Ok(format!("{values:?}"))
        })
        .unwrap()
        .map(Result::unwrap)
        .collect();
    rows.sort();
    rows
}

/// A value as it is, a text that is no UTF-8 among them.
fn written_out(value: ValueRef<'_>) -> Value {
    match value {
        ValueRef::Text(bytes) => Value::Text(match str::from_utf8(bytes) {
            Ok(text) => text.to_owned(),
            Err(_) => bytes.escape_ascii().to_string(),
        }),
        other => other.try_into().unwrap(),
    }
}

/// The rows of every table.
pub(crate) fn contents(db: &Connection) -> BTreeMap<String, Vec<String>> {
    tables(db)
        .into_iter()
        .map(|table| {
            let columns = columns(db, &table);
            let rows = rows(db, &table, &columns);
            (table, rows)
        })
        .collect()
}

/// One text or number, for the short questions of a test.
pub(crate) fn ask<T: rusqlite::types::FromSql>(db: &Connection, sql: &str) -> T {
    db.query_row(sql, [], |row| row.get(0))
        .unwrap_or_else(|error| panic!("{sql}: {error}"))
}
