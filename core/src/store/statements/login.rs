//! What a Postgres login is. SQLite has no logins.

use crate::store::statement::statements;

statements! {
    /// Database, passes row-level security, any table of ours, owns one, may make tables.
    LOGIN_FACTS: Control = {
        sqlite: "",
        postgres: "SELECT current_database()::text, r.rolsuper OR r.rolbypassrls, \
                   count(c.oid) > 0, \
                   coalesce(bool_or(pg_has_role(current_user, c.relowner, 'USAGE')), false), \
                   coalesce(has_schema_privilege(current_schema(), 'CREATE'), false) \
                   FROM pg_roles r LEFT JOIN pg_class c ON c.relname = ANY($1) AND c.relkind = 'r' \
                   AND c.relnamespace = to_regnamespace(current_schema()::text) \
                   WHERE r.rolname = current_user GROUP BY r.rolsuper, r.rolbypassrls",
    };
    RUNTIME_GRANTED: Control = {
        sqlite: "",
        postgres: "SELECT current_database()::text, \
                   has_table_privilege('drones', 'SELECT, INSERT') \
                   AND has_table_privilege('audit_events', 'SELECT, INSERT')",
    };
    ROLE_USABLE: Control = {
        sqlite: "",
        postgres: "SELECT pg_has_role(current_user, r.oid, 'MEMBER') AND NOT r.rolsuper \
                   AND NOT r.rolbypassrls FROM pg_roles r WHERE r.rolname = $1",
    };
}
