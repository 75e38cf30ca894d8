//! What the migration runner asks before and between its steps.

use jiff::Timestamp;

use super::scan::Named;
use crate::error::StoreError;
use crate::model::time::micros;
use crate::store::sql::record::read_in_order;
use crate::store::sql::statement::{Query, Raw, Rows, Write, statements};
use crate::store::sql::{FromRow, Row};

/// The table that refinery keeps.
pub(in crate::store) const HISTORY_TABLE: &str = "ringfence_schema_history";

statements! {
    HAS_TABLE: Operator Rows<bool> = {
        sqlite: "SELECT count(*) > 0 FROM sqlite_master WHERE type = 'table' AND name = $1",
        postgres: "SELECT count(*) > 0 FROM pg_class WHERE relname = $1 AND relkind = 'r' \
                   AND relnamespace = (SELECT n.oid FROM pg_namespace n WHERE n.nspname = current_schema())",
    };
    HISTORY: Operator Rows<AppliedStep> = {
        sqlite: "SELECT version, coalesce(applied_on, ''), coalesce(name, ''), coalesce(checksum, '') \
                 FROM ringfence_schema_history ORDER BY version",
        postgres: "SELECT version::bigint, coalesce(applied_on, ''), coalesce(name, ''), coalesce(checksum, '') \
                   FROM ringfence_schema_history ORDER BY version",
    };
    HISTORY_FORGET: Operator Write = one "DELETE FROM ringfence_schema_history WHERE version = $1";
    LEGACY_REVISION: Operator Rows<String> = "SELECT version_num FROM alembic_version";
    /// What [`Named`](super::scan::Named) makes the keys of.
    USERNAMES: Operator Query<Named> =
        "SELECT u.tenant_id, u.id, u.username, u.name_key FROM users u ORDER BY u.tenant_id";
    NAME_KEY: Operator Write = "UPDATE users SET name_key = $3 WHERE tenant_id = $1 AND id = $2";
    TABLE_COLUMNS: Operator Rows<LiveColumn> = {
        sqlite: "SELECT name, type, \"notnull\" FROM pragma_table_info($1) ORDER BY cid",
        postgres: "SELECT a.attname::text, format_type(a.atttypid, a.atttypmod) \
                   || CASE WHEN a.attgenerated = '' THEN '' ELSE ', generated' END, a.attnotnull \
                   FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid \
                   WHERE c.relname = $1 AND c.relkind = 'r' \
                   AND c.relnamespace = (SELECT n.oid FROM pg_namespace n WHERE n.nspname = current_schema()) \
                   AND a.attnum > 0 AND NOT a.attisdropped ORDER BY a.attnum",
    };
    /// Keeps other migrations of the schema `$1` out, for as long as the transaction is open.
    SCHEMA_LOCK: Control Raw = {
        sqlite: "",
        postgres: "SELECT pg_advisory_xact_lock(hashtextextended('ringfence schema ' || $1::text, 0))",
    };
    /// Who keeps them out, and since when: its process, the name that it gave itself, when it was last answered.
    /// The latter two are not shown of another login's.
    SCHEMA_LOCK_HOLDER: Control Raw = {
        sqlite: "",
        postgres: "SELECT l.pid, coalesce(a.application_name, ''), \
                   to_char(a.state_change AT TIME ZONE 'UTC', 'YYYY-MM-DD HH24:MI:SS UTC') \
                   FROM (SELECT hashtextextended('ringfence schema ' || $1::text, 0) AS key) AS k \
                   JOIN pg_locks l ON l.locktype = 'advisory' AND l.granted AND l.objsubid = 1 \
                   AND (l.classid::bigint << 32 | l.objid::bigint) = k.key \
                   AND l.database = (SELECT d.oid FROM pg_database d WHERE d.datname = current_database()) \
                   LEFT JOIN pg_stat_activity a ON a.pid = l.pid",
    };
}

/// One applied step.
pub(crate) struct AppliedStep {
    pub(crate) version: u32,
    pub(crate) applied_at: Option<Timestamp>,
    pub(crate) name: String,
    pub(crate) checksum: String,
}

impl FromRow for AppliedStep {
    fn from_row(row: &Row<'_>) -> Result<Self, StoreError> {
        Ok(Self {
            version: u32::try_from(row.get::<i64>(0)?)
                .map_err(|_| StoreError::Undecodable("a step of negative number".to_owned()))?,
            applied_at: row.get::<String>(1)?.parse().ok().map(micros),
            name: row.get(2)?,
            checksum: row.get(3)?,
        })
    }
}

/// A column as the engine describes it.
#[derive(Debug)]
pub(crate) struct LiveColumn {
    pub(crate) name: String,
    /// Its type in the engine's words, such as `character varying(20)`.
    pub(crate) declared: String,
    pub(crate) not_null: bool,
}

read_in_order! { LiveColumn { name, declared, not_null } }
