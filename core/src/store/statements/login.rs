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
    /// Database, login, and whether it may do what the runtime role does.
    RUNTIME_GRANTED: Control = {
        sqlite: "",
        postgres: "SELECT current_database()::text, current_user::text, \
                   has_table_privilege('drones', 'SELECT') AND has_table_privilege('drones', 'INSERT') \
                   AND has_table_privilege('audit_events', 'SELECT') \
                   AND has_table_privilege('audit_events', 'INSERT')",
    };
    /// The login; of the role: whether it is there, whether it passes row-level security, whether the login
    /// may take it on (from 16 on a member of a role need not have that right).
    ROLE_FACTS: Control = {
        sqlite: "",
        postgres: "SELECT current_user::text, r.oid IS NOT NULL, \
                   coalesce(r.rolsuper OR r.rolbypassrls, false), \
                   coalesce(pg_has_role(current_user, r.oid, CASE \
                     WHEN current_setting('server_version_num')::int >= 160000 THEN 'SET' ELSE 'MEMBER' END), false) \
                   FROM (SELECT $1::text AS name) AS wanted LEFT JOIN pg_roles r ON r.rolname = wanted.name",
    };
}
