//! What the migration runner asks before and between its steps.

use crate::store::statement::statements;

statements! {
    HAS_TABLE: Operator = {
        sqlite: "SELECT count(*) > 0 FROM sqlite_master WHERE type = 'table' AND name = $1",
        postgres: "SELECT count(*) > 0 FROM pg_class WHERE relname = $1 AND relkind = 'r' \
                   AND relnamespace = to_regnamespace(current_schema()::text)",
    };
    HISTORY: Operator = {
        sqlite: "SELECT version, coalesce(applied_on, ''), coalesce(name, ''), coalesce(checksum, '') \
                 FROM ringfence_schema_history ORDER BY version",
        postgres: "SELECT version::bigint, coalesce(applied_on, ''), coalesce(name, ''), coalesce(checksum, '') \
                   FROM ringfence_schema_history ORDER BY version",
    };
    HISTORY_FORGET: Operator = one "DELETE FROM ringfence_schema_history WHERE version = $1";
    LEGACY_REVISION: Operator = "SELECT version_num FROM alembic_version";
    TABLE_COLUMNS: Operator = {
        sqlite: "SELECT name, type, \"notnull\" FROM pragma_table_info($1) ORDER BY cid",
        postgres: "SELECT a.attname::text, format_type(a.atttypid, a.atttypmod) \
                   || CASE WHEN a.attgenerated = '' THEN '' ELSE ', generated' END, a.attnotnull \
                   FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid \
                   WHERE c.relname = $1 AND c.relkind = 'r' \
                   AND c.relnamespace = to_regnamespace(current_schema()::text) \
                   AND a.attnum > 0 AND NOT a.attisdropped ORDER BY a.attnum",
    };
    SCHEMA_LOCK: Control = {
        sqlite: "",
        postgres: "SELECT pg_advisory_lock(hashtextextended('ringfence schema ' || current_schema(), 0))",
    };
}
