//! One raw statement and the refusal that it must meet, and a small language to write statements in.

use rusqlite::{Connection, Error};

/// A statement that must fail with one guard's text.
#[derive(Debug, Clone)]
pub(crate) struct Attack {
    pub(super) sql: String,
    pub(super) refused: String,
}

impl Attack {
    pub(crate) fn new(sql: impl Into<String>, refused: impl Into<String>) -> Self {
        Self {
            sql: sql.into(),
            refused: refused.into(),
        }
    }

    /// Runs it in a savepoint of its own; an error says what happened instead of the refusal.
    pub(crate) fn run(&self, db: &Connection) -> Result<(), String> {
        db.execute_batch("SAVEPOINT one").unwrap();
        let got = match db.execute_batch(&self.sql) {
            Ok(()) => "accepted".to_owned(),
            Err(Error::SqliteFailure(_, Some(text))) => text,
            Err(Error::SqlInputError { msg, .. }) => msg,
            Err(other) => other.to_string(),
        };
        if got == self.refused {
            // Nothing to roll back: what remains is for the caller to look at.
            db.execute_batch("RELEASE one").unwrap();
            return Ok(());
        }
        db.execute_batch("ROLLBACK TO one; RELEASE one").unwrap();
        Err(format!("{got}, not {}: {}", self.refused, self.sql))
    }
}

/// How an INSERT can be spelled: what it begins with and what it ends with.
pub(crate) const INSERTS: [(&str, &str); 9] = [
    ("INSERT", ""),
    ("INSERT OR ABORT", ""),
    ("INSERT OR FAIL", ""),
    ("INSERT OR IGNORE", ""),
    ("INSERT OR REPLACE", ""),
    ("INSERT OR ROLLBACK", ""),
    ("REPLACE", ""),
    ("INSERT", "ON CONFLICT DO NOTHING"),
    (
        "INSERT",
        "ON CONFLICT DO UPDATE SET created_at = excluded.created_at",
    ),
];

/// How an UPDATE can begin.
pub(crate) const UPDATES: [&str; 6] = [
    "UPDATE",
    "UPDATE OR ABORT",
    "UPDATE OR FAIL",
    "UPDATE OR IGNORE",
    "UPDATE OR REPLACE",
    "UPDATE OR ROLLBACK",
];

/// A new, valid row of tenant `a` for each table, in the columns that the legacy platform writes.
fn valid_row(table: &str) -> Vec<(&'static str, &'static str)> {
    let columns: &[(&str, &str)] = match table {
        "tenants" => &[("id", "'new'"), ("name", "'New'")],
        "permissions" => &[("id", "'new'"), ("name", "'new'")],
        "users" => &[
            ("id", "'new'"),
            ("tenant_id", "'a'"),
            ("username", "'new'"),
            ("password_hash", "'hash'"),
            ("is_active", "1"),
        ],
        "roles" => &[("id", "'new'"), ("tenant_id", "'a'"), ("name", "'new'")],
        "user_roles" => &[("user_id", "'u2_a'"), ("role_id", "'r1_a'")],
        "role_permissions" => &[("role_id", "'r2_a'"), ("permission_id", "'p_fly'")],
        "drones" => &[
            ("id", "'new'"),
            ("tenant_id", "'a'"),
            ("name", "'new'"),
            ("vendor", "'FAKE'"),
            ("capabilities", "'{}'"),
            ("updated_at", NOW),
        ],
        "drone_credentials" => &[
            ("id", "'new'"),
            ("tenant_id", "'a'"),
            ("drone_id", "'d1_a'"),
            ("secret", "'{}'"),
        ],
        "missions" => &[
            ("id", "'new'"),
            ("tenant_id", "'a'"),
            ("name", "'new'"),
            ("plan_type", "'AREA_GRID'"),
            ("payload", "'{}'"),
            ("constraints", "'{}'"),
            ("state", "'DRAFT'"),
            ("created_by", "'u1_a'"),
            ("updated_at", NOW),
        ],
        "mission_runs" => &[
            ("id", "'new'"),
            ("tenant_id", "'a'"),
            ("mission_id", "'m1_a'"),
            ("state", "'RUNNING'"),
            ("started_at", NOW),
        ],
        "approvals" => &[
            ("id", "'new'"),
            ("tenant_id", "'a'"),
            ("mission_id", "'m1_a'"),
            ("approver_id", "'u2_a'"),
            ("decision", "'APPROVE'"),
        ],
        "role_inheritance" => &[
            ("tenant_id", "'a'"),
            ("role_id", "'r2_a'"),
            ("inherits_role_id", "'r3_a'"),
        ],
        "role_denies" => &[
            ("tenant_id", "'a'"),
            ("role_id", "'r1_a'"),
            ("permission", "'fly'"),
        ],
        other => panic!("no valid row for {other}"),
    };
    let mut row = columns.to_vec();
    if table != "mission_runs" {
        row.push(("created_at", NOW));
    }
    row
}

const NOW: &str = "'2026-01-02 03:04:05.000000'";

/// An insert of a valid new row of tenant `a`, with some columns given otherwise (as SQL expressions).
pub(super) fn insert(table: &str, otherwise: &[(&str, &str)]) -> String {
    insert_as(("INSERT", ""), table, otherwise)
}

/// As [`insert`], in one of the spellings of [`INSERTS`].
pub(super) fn insert_as(
    (begin, end): (&str, &str),
    table: &str,
    otherwise: &[(&str, &str)],
) -> String {
    let mut row: Vec<(&str, &str)> = valid_row(table);
    row.retain(|(column, _)| otherwise.iter().all(|(other, _)| column != other));
    row.extend_from_slice(otherwise);
    let (columns, values): (Vec<&str>, Vec<&str>) = row.into_iter().unzip();
    format!(
        "{begin} INTO {table} ({}) VALUES ({}) {end}",
        columns.join(", "),
        values.join(", ")
    )
}

/// Every spelling of an insert that must meet the same refusal.
pub(super) fn inserts(table: &str, otherwise: &[(&str, &str)], refused: &str) -> Vec<Attack> {
    INSERTS
        .iter()
        .map(|form| Attack::new(insert_as(*form, table, otherwise), refused))
        .collect()
}

/// Every spelling of an update that must meet the same refusal; `rest` follows the table's name.
pub(super) fn updates(table: &str, rest: &str, refused: &str) -> Vec<Attack> {
    UPDATES
        .iter()
        .map(|verb| Attack::new(format!("{verb} {table} {rest}"), refused))
        .collect()
}
