//! What the migration runner asks before and between its steps.

use crate::store::statement::statements;

statements! {
    HAS_TABLE: Operator = {
        sqlite: "SELECT count(*) > 0 FROM sqlite_master WHERE type = 'table' AND name = $1",
        postgres: "SELECT count(*) > 0 FROM pg_class WHERE relname = $1 AND relkind = 'r' \
                   AND relnamespace = to_regnamespace(current_schema()::text)",
    };
    HISTORY: Operator = {
        sqlite: "SELECT version, applied_on FROM ringfence_schema_history ORDER BY version",
        postgres: "SELECT version::bigint, applied_on FROM ringfence_schema_history ORDER BY version",
    };
    HISTORY_FORGET: Operator = "DELETE FROM ringfence_schema_history WHERE version = $1";
    LEGACY_REVISION: Operator = "SELECT version_num FROM alembic_version";
    SCHEMA_LOCK: Control = {
        sqlite: "",
        postgres: "SELECT pg_advisory_lock(hashtextextended('ringfence schema ' || current_schema(), 0))",
    };
}
