//! What a Postgres login is, what the runtime role may do, and which server this is. SQLite has no logins.
//!
//! These run outside a transaction, where no search path is pinned: they name nothing but the server's own
//! catalogues, and the schema is a parameter.

use crate::store::sql::statement::{Raw, statements};

statements! {
    /// Of the tables `$1` in the schema `$2`, or else in the one that the login's search path leads to: database,
    /// passes row-level security, any table of ours, owns one, may make tables, schema, whether the server knows
    /// `transaction_timeout`.
    LOGIN_FACTS: Control Raw = {
        sqlite: "",
        postgres: "SELECT current_database()::text, r.rolsuper OR r.rolbypassrls, \
                   count(c.oid) > 0, \
                   coalesce(bool_or(pg_has_role(current_user, c.relowner, 'USAGE')), false), \
                   coalesce(has_schema_privilege(n.oid, 'CREATE'), false), n.nspname::text, \
                   current_setting('server_version_num')::int >= 170000 \
                   FROM pg_roles r LEFT JOIN pg_namespace n ON n.nspname = coalesce($2::text, current_schema()) \
                   LEFT JOIN pg_class c ON c.relname = ANY($1) AND c.relkind = 'r' AND c.relnamespace = n.oid \
                   WHERE r.rolname = current_user GROUP BY r.rolsuper, r.rolbypassrls, n.oid, n.nspname",
    };
    /// Whether triggers and foreign keys hold on a connection as it begins: `origin` is the server's own default.
    REPLICATION_ROLE: Control Raw = {
        sqlite: "",
        postgres: "SHOW session_replication_role",
    };
    /// What tells this server's data from any other's; its standbys share it.
    SERVER: Control Raw = {
        sqlite: "",
        postgres: "SELECT system_identifier::text FROM pg_control_system()",
    };
    /// The login; of the role `$1`: whether it is there, whether it passes row-level security, whether the login
    /// may take it on (from 16 on a member of a role need not have that right), whether it has its rights, whether
    /// it is a member; and whether a membership says by itself what it brings (from 16 on), and whether the login
    /// inherits otherwise.
    ROLE_FACTS: Control Raw = {
        sqlite: "",
        postgres: "SELECT current_user::text, r.oid IS NOT NULL, \
                   coalesce(r.rolsuper OR r.rolbypassrls, false), \
                   coalesce(pg_has_role(current_user, r.oid, CASE \
                     WHEN current_setting('server_version_num')::int >= 160000 THEN 'SET' ELSE 'MEMBER' END), false), \
                   coalesce(pg_has_role(current_user, r.oid, 'USAGE'), false), \
                   coalesce(pg_has_role(current_user, r.oid, 'MEMBER'), false), \
                   current_setting('server_version_num')::int >= 160000, \
                   (SELECT l.rolinherit FROM pg_roles l WHERE l.rolname = current_user) \
                   FROM (SELECT $1::text AS name) AS wanted LEFT JOIN pg_roles r ON r.rolname = wanted.name",
    };
    /// Of each of the tables `$3` in the schema `$2`: its owner; whether the role `$1` passes its row-level security
    /// as an owner; what that role may do with the whole table, and with single columns besides, by whatever way;
    /// and runtime roles of other databases than `$4`'s that may do anything.
    RIGHTS: Control Raw = {
        sqlite: "",
        postgres: "SELECT c.relname::text, pg_get_userbyid(c.relowner)::text, \
                   coalesce(pg_has_role(s.oid, c.relowner, 'USAGE'), false), \
                   ARRAY(SELECT p FROM unnest(k.of_table) AS p WHERE has_table_privilege(s.oid, c.oid, p)), \
                   ARRAY(SELECT p || ' ' || a.attname FROM pg_attribute a, unnest(k.of_column) AS p \
                     WHERE a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped \
                     AND has_column_privilege(s.oid, c.oid, a.attnum, p) \
                     AND NOT has_table_privilege(s.oid, c.oid, p)), \
                   ARRAY(SELECT DISTINCT g.rolname::text FROM aclexplode(c.relacl) AS e \
                     JOIN pg_roles g ON g.oid = e.grantee \
                     WHERE g.rolname ~ '^ringfence_[0-9a-f]{16}$' AND g.rolname <> $4) \
                   FROM pg_namespace n JOIN pg_class c ON c.relnamespace = n.oid AND c.relkind = 'r' \
                   LEFT JOIN pg_roles s ON s.rolname = $1, \
                   (SELECT ARRAY['SELECT', 'INSERT', 'UPDATE', 'DELETE', 'TRUNCATE', 'REFERENCES', 'TRIGGER'] \
                     || CASE WHEN current_setting('server_version_num')::int >= 170000 \
                        THEN ARRAY['MAINTAIN'] ELSE ARRAY[]::text[] END AS of_table, \
                     ARRAY['SELECT', 'INSERT', 'UPDATE', 'REFERENCES'] AS of_column) AS k \
                   WHERE n.nspname = $2 AND c.relname = ANY($3) ORDER BY c.relname",
    };
    /// The policies in the schema `$2` that apply to the role `$1`, as the server applies them: everybody's, and those of
    /// roles whose rights it has.
    POLICIES_OF: Control Raw = {
        sqlite: "",
        postgres: "SELECT c.relname::text, p.polname::text FROM pg_policy p JOIN pg_class c ON c.oid = p.polrelid \
                   JOIN pg_namespace n ON n.oid = c.relnamespace WHERE n.nspname = $2 AND (0 = ANY(p.polroles) \
                   OR EXISTS (SELECT 1 FROM pg_roles r, pg_roles m WHERE r.rolname = $1 AND m.oid = ANY(p.polroles) \
                   AND pg_has_role(r.oid, m.oid, 'USAGE')))",
    };
    /// Whether the role `$1` may look into the schema `$2`, the owner of `tenants`, and which of the functions `$3`
    /// have another.
    SCHEMA_RIGHTS: Control Raw = {
        sqlite: "",
        postgres: "SELECT coalesce(has_schema_privilege(s.oid, n.oid, 'USAGE'), false), \
                   pg_get_userbyid(t.relowner)::text, \
                   ARRAY(SELECT p.proname::text FROM pg_proc p WHERE p.pronamespace = n.oid \
                     AND p.proname = ANY($3) AND p.pronargs = 0 AND p.proowner <> t.relowner ORDER BY 1) \
                   FROM pg_namespace n LEFT JOIN pg_roles s ON s.rolname = $1 \
                   LEFT JOIN pg_class t ON t.relnamespace = n.oid AND t.relkind = 'r' AND t.relname = 'tenants' \
                   WHERE n.nspname = $2",
    };
}
