//! What the migration runner asks before and between its steps.

use jiff::Timestamp;

use super::scan::Named;
use crate::error::StoreError;
use crate::model::time::micros;
use crate::schema::ddl::{Live, LiveKind};
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
    /// Where the version table holds `$2` and nothing else, it holds `$1` from here on.
    LEGACY_REVISION_MOVE: Operator Write =
        "UPDATE alembic_version SET version_num = $1 WHERE version_num = $2";
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
    /// What stands: constraints, indexes, columns. An index that is not valid does not stand. On SQLite a table without pages
    /// belongs to a module, which need not be there and is not asked, here and below.
    LIVE_OBJECTS: Operator Rows<Live> = {
        sqlite: "SELECT 'index', m.name, l.name, 'CREATE ' || CASE WHEN l.\"unique\" THEN 'UNIQUE ' ELSE '' END \
                 || 'INDEX ' || l.name || ' ON ' || m.name || ' (' || (SELECT group_concat(coalesce(i.name, '?') \
                 || CASE WHEN i.\"desc\" THEN ' DESC' ELSE '' END \
                 || CASE WHEN i.coll = 'BINARY' THEN '' ELSE ' COLLATE ' || i.coll END, ', ') \
                 FROM pragma_index_xinfo(l.name) AS i WHERE i.key) || ')' \
                 || CASE WHEN l.partial THEN ' WHERE' ELSE '' END \
                 FROM sqlite_master AS m JOIN pragma_index_list(m.name) AS l WHERE m.type = 'table' \
                 UNION ALL SELECT 'column', m.name, c.name, c.type \
                 FROM sqlite_master AS m JOIN pragma_table_info(m.name) AS c WHERE m.rootpage <> 0",
        postgres: "WITH ours AS (SELECT c.oid, c.relname::text AS name FROM pg_class c \
                   WHERE c.relnamespace = (SELECT n.oid FROM pg_namespace n WHERE n.nspname = current_schema())) \
                   SELECT 'constraint', o.name, k.conname::text, pg_get_constraintdef(k.oid) \
                   FROM ours o JOIN pg_constraint k ON k.conrelid = o.oid WHERE k.contype IN ('p', 'u', 'f') \
                   UNION ALL SELECT 'index', o.name, i.relname::text, replace(replace(pg_get_indexdef(i.oid), \
                   ' ON ' || quote_ident(current_schema()::text) || '.', ' ON '), ' USING btree', '') \
                   FROM ours o JOIN pg_index x ON x.indrelid = o.oid JOIN pg_class i ON i.oid = x.indexrelid \
                   WHERE x.indisvalid \
                   UNION ALL SELECT 'column', o.name, a.attname::text, format_type(a.atttypid, a.atttypmod) \
                   FROM ours o JOIN pg_attribute a ON a.attrelid = o.oid \
                   UNION ALL SELECT 'not null', o.name, a.attname::text, '' \
                   FROM ours o JOIN pg_attribute a ON a.attrelid = o.oid WHERE a.attnotnull",
    };
    /// What stands besides: triggers, and which are switched off, declared references of SQLite, row-level security and
    /// policies, rules, functions without arguments, what others than the owner may do, and what puts keys and triggers to
    /// sleep on a connection. `%I` stands for the schema where a function names it.
    LIVE_GUARDS: Operator Rows<Live> = {
        sqlite: "SELECT 'trigger', m.tbl_name, m.name, m.sql FROM sqlite_master AS m WHERE m.type = 'trigger' \
                 UNION ALL SELECT 'reference', r.child, r.own, 'FOREIGN KEY (' || r.own || ') REFERENCES ' || r.parent \
                 || ' (' || r.theirs || ') ON DELETE ' || r.on_delete FROM (SELECT m.name AS child, f.\"table\" AS parent, \
                 f.on_delete AS on_delete, group_concat(f.\"from\", ', ' ORDER BY f.seq) AS own, \
                 group_concat(f.\"to\", ', ' ORDER BY f.seq) AS theirs \
                 FROM sqlite_master AS m JOIN pragma_foreign_key_list(m.name) AS f WHERE m.type = 'table' \
                 GROUP BY m.name, f.id) AS r \
                 UNION ALL SELECT 'setting', '', 'foreign_keys', CAST(f.foreign_keys AS TEXT) FROM pragma_foreign_keys AS f",
        postgres: "WITH ours AS (SELECT c.oid, c.relname::text AS name, c.relowner, c.relacl, c.relrowsecurity FROM pg_class c \
                   WHERE c.relnamespace = (SELECT n.oid FROM pg_namespace n WHERE n.nspname = current_schema())) \
                   SELECT 'trigger', o.name, t.tgname::text, pg_get_triggerdef(t.oid, true) \
                   FROM ours o JOIN pg_trigger t ON t.tgrelid = o.oid WHERE NOT t.tgisinternal \
                   UNION ALL SELECT 'disabled', o.name, coalesce(k.conname, t.tgname)::text, '' \
                   FROM pg_trigger t LEFT JOIN pg_constraint k ON k.oid = t.tgconstraint \
                   JOIN ours o ON o.oid = coalesce(k.conrelid, t.tgrelid) WHERE t.tgenabled IN ('D', 'R') \
                   UNION ALL SELECT 'row security', o.name, '', '' FROM ours o WHERE o.relrowsecurity \
                   UNION ALL SELECT 'policy', o.name, p.polname::text, 'CREATE POLICY ' || p.polname || ' ON ' || o.name \
                   || CASE WHEN p.polpermissive THEN '' ELSE ' AS RESTRICTIVE' END \
                   || CASE p.polcmd WHEN '*' THEN '' ELSE ' FOR ' || p.polcmd::text END \
                   || coalesce(' TO ' || (SELECT string_agg(r.rolname::text, ', ') FROM pg_roles r \
                   WHERE r.oid = ANY(p.polroles)), '') \
                   || coalesce(' USING (' || pg_get_expr(p.polqual, p.polrelid) || ')', '') \
                   || coalesce(' WITH CHECK (' || pg_get_expr(p.polwithcheck, p.polrelid) || ')', '') \
                   FROM ours o JOIN pg_policy p ON p.polrelid = o.oid \
                   UNION ALL SELECT 'rule', o.name, r.rulename::text, '' FROM ours o JOIN pg_rewrite r ON r.ev_class = o.oid \
                   UNION ALL SELECT 'function', '', p.proname::text, \
                   CASE WHEN p.prosecdef THEN 'SECURITY DEFINER ' ELSE '' END \
                   || coalesce(replace('SET ' || array_to_string(p.proconfig, ' SET ') || ' ', \
                   '=' || quote_ident(current_schema()::text) || ',', '=%I,'), '') || 'LANGUAGE ' || l.lanname || ' AS ' \
                   || replace(p.prosrc, ' ' || quote_ident(current_schema()::text) || '.', ' %I.') \
                   FROM pg_proc p JOIN pg_language l ON l.oid = p.prolang \
                   WHERE p.pronamespace = (SELECT n.oid FROM pg_namespace n WHERE n.nspname = current_schema()) \
                   AND p.pronargs = 0 \
                   UNION ALL SELECT 'grant', o.name, coalesce(g.rolname::text, ''), a.privilege_type \
                   FROM ours o CROSS JOIN aclexplode(o.relacl) AS a LEFT JOIN pg_roles g ON g.oid = a.grantee \
                   WHERE a.grantee <> o.relowner \
                   UNION ALL SELECT 'grant', o.name, coalesce(g.rolname::text, ''), \
                   a.privilege_type || ' (' || t.attname || ')' \
                   FROM ours o JOIN pg_attribute t ON t.attrelid = o.oid CROSS JOIN aclexplode(t.attacl) AS a \
                   LEFT JOIN pg_roles g ON g.oid = a.grantee WHERE a.grantee <> o.relowner \
                   UNION ALL SELECT 'setting', '', 'session_replication_role', current_setting('session_replication_role')",
    };
    /// What keys, guards and policies take for granted: what is no plain table, whose rows are whose as well, how columns are
    /// compared, by what unique keys and exclusions tell rows apart (those too that are not valid, which refuse rows all
    /// the same), and which rows have no rowid. A comma in somebody's name is none between names.
    LIVE_SHAPES: Operator Rows<Live> = {
        sqlite: "SELECT 'form', lower(m.name), m.name, CASE m.type WHEN 'view' THEN 'a view' ELSE 'named ' || m.name END \
                 FROM sqlite_master AS m WHERE m.type = 'view' OR m.type = 'table' AND m.name <> lower(m.name) \
                 UNION ALL SELECT 'table text', m.name, '', m.sql FROM sqlite_master AS m WHERE m.type = 'table' \
                 UNION ALL SELECT 'rowid', l.name, '', '' FROM pragma_table_list AS l \
                 WHERE l.schema = 'main' AND l.type = 'table' AND l.wr \
                 UNION ALL SELECT 'rowid', m.name, c.name, '' \
                 FROM sqlite_master AS m JOIN pragma_table_xinfo(m.name) AS c \
                 WHERE m.rootpage <> 0 AND lower(c.name) = 'rowid' \
                 UNION ALL SELECT 'key', m.name, l.name, CASE l.origin WHEN 'pk' THEN 'PRIMARY KEY' WHEN 'u' THEN 'UNIQUE' \
                 ELSE 'UNIQUE INDEX' END || ' (' || (SELECT group_concat(CASE WHEN i.coll = 'BINARY' \
                 THEN coalesce(replace(i.name, ',', ';'), '?') ELSE '?' END, ', ' ORDER BY i.seqno) \
                 FROM pragma_index_xinfo(l.name) AS i WHERE i.key) || ')' || CASE WHEN l.partial THEN ' WHERE' ELSE '' END \
                 FROM sqlite_master AS m JOIN pragma_index_list(m.name) AS l WHERE m.type = 'table' AND l.\"unique\"",
        postgres: "WITH ours AS (SELECT c.oid, c.relname::text AS name, c.relkind FROM pg_class c \
                   WHERE c.relnamespace = (SELECT n.oid FROM pg_namespace n WHERE n.nspname = current_schema())) \
                   SELECT 'form', o.name, o.name, CASE o.relkind WHEN 'p' THEN 'a partitioned table' WHEN 'v' THEN 'a view' \
                   WHEN 'm' THEN 'a materialized view' ELSE 'a foreign table' END \
                   FROM ours o WHERE o.relkind IN ('p', 'v', 'm', 'f') \
                   UNION ALL SELECT 'child', o.name, i.inhrelid::regclass::text, '' \
                   FROM ours o JOIN pg_inherits i ON i.inhparent = o.oid \
                   UNION ALL SELECT 'parent', o.name, i.inhparent::regclass::text, '' \
                   FROM ours o JOIN pg_inherits i ON i.inhrelid = o.oid \
                   UNION ALL SELECT 'collation', o.name, a.attname::text, l.collname::text \
                   FROM ours o JOIN pg_attribute a ON a.attrelid = o.oid JOIN pg_collation l ON l.oid = a.attcollation \
                   WHERE a.attnum > 0 AND NOT l.collisdeterministic \
                   UNION ALL SELECT 'key', o.name, i.relname::text, CASE WHEN x.indisprimary THEN 'PRIMARY KEY' \
                   WHEN k.contype = 'u' THEN 'UNIQUE' WHEN k.contype = 'x' THEN 'EXCLUDE' ELSE 'UNIQUE INDEX' END \
                   || ' (' || (SELECT string_agg(CASE WHEN l.collisdeterministic IS NOT FALSE \
                   AND (k.contype IS DISTINCT FROM 'x' OR p.oprname = '=') \
                   THEN coalesce(replace(a.attname::text, ',', ';'), '?') ELSE '?' END, ', ' ORDER BY s.n) \
                   FROM generate_series(1, x.indnkeyatts::int) AS s(n) \
                   LEFT JOIN pg_attribute a ON a.attrelid = o.oid AND a.attnum = x.indkey[s.n - 1] \
                   LEFT JOIN pg_collation l ON l.oid = x.indcollation[s.n - 1] \
                   LEFT JOIN pg_operator p ON p.oid = k.conexclop[s.n]) || ')' \
                   || CASE WHEN x.indpred IS NULL THEN '' ELSE ' WHERE' END \
                   FROM ours o JOIN pg_index x ON x.indrelid = o.oid JOIN pg_class i ON i.oid = x.indexrelid \
                   LEFT JOIN pg_constraint k ON k.conindid = i.oid AND k.conrelid = o.oid AND k.contype IN ('p', 'u', 'x') \
                   WHERE x.indisunique OR x.indisexclusion",
    };
    /// What relies on unique keys: tables that refer to one with their columns, and on Postgres views and whatever else cannot
    /// be without it; the table of the key and its columns, none of which are told where a reference of SQLite names none.
    LEANING: Operator Rows<Leaning> = {
        sqlite: "SELECT m.name, group_concat(f.\"from\", ', '), lower(f.\"table\"), \
                 coalesce(group_concat(lower(f.\"to\"), ', '), '') \
                 FROM sqlite_master AS m JOIN pragma_foreign_key_list(m.name) AS f GROUP BY m.name, f.id",
        postgres: "SELECT coalesce(f.conrelid::regclass::text, replace(i.identity, '\"_RETURN\" on ', '')), \
                   coalesce((SELECT string_agg(a.attname::text, ', ' ORDER BY s.n) \
                   FROM unnest(f.conkey) WITH ORDINALITY AS s(attnum, n) \
                   JOIN pg_attribute a ON a.attrelid = f.conrelid AND a.attnum = s.attnum), ''), t.relname::text, \
                   (SELECT string_agg(a.attname::text, ', ' ORDER BY s.n) \
                   FROM unnest(x.indkey) WITH ORDINALITY AS s(attnum, n) \
                   JOIN pg_attribute a ON a.attrelid = t.oid AND a.attnum = s.attnum) \
                   FROM pg_class t JOIN pg_index x ON x.indrelid = t.oid \
                   CROSS JOIN LATERAL (SELECT 'pg_class'::regclass::oid AS class, x.indexrelid AS oid \
                   UNION ALL SELECT 'pg_constraint'::regclass::oid AS class, k.oid AS oid FROM pg_constraint k \
                   WHERE k.conrelid = t.oid AND k.conindid = x.indexrelid) AS o \
                   JOIN pg_depend d ON d.refclassid = o.class AND d.refobjid = o.oid AND d.deptype = 'n' \
                   LEFT JOIN pg_constraint f ON f.oid = d.objid \
                   CROSS JOIN LATERAL pg_identify_object(d.classid, d.objid, d.objsubid) AS i \
                   WHERE t.relnamespace = (SELECT n.oid FROM pg_namespace n WHERE n.nspname = current_schema())",
    };
    /// Every column of every table as it was declared, in the order of the table: a generated one, and the text of the table,
    /// among it.
    TABLES_LAID: Control Raw = {
        sqlite: "SELECT m.name, c.name, c.type, c.\"notnull\", c.dflt_value, c.hidden > 1, m.sql \
                 FROM sqlite_master AS m JOIN pragma_table_xinfo(m.name) AS c WHERE m.rootpage <> 0",
        postgres: "",
    };
    /// What somebody made on a table, and how.
    STANDING_ON_TABLES: Control Raw = {
        sqlite: "SELECT m.tbl_name, m.name, m.sql FROM sqlite_master AS m \
                 WHERE m.sql IS NOT NULL",
        postgres: "",
    };
    /// Which tables declare a reference, and to which.
    REFERRING_TABLES: Control Raw = {
        sqlite: "SELECT m.name, lower(f.\"table\") FROM sqlite_master AS m \
                 JOIN pragma_foreign_key_list(m.name) AS f WHERE m.type = 'table'",
        postgres: "",
    };
    /// The tables whose rows are told apart in a publication by an index that somebody chose.
    REPLICA_IDENTITIES: Control Raw = {
        sqlite: "",
        postgres: "SELECT c.relname::text FROM pg_class c JOIN pg_index x ON x.indrelid = c.oid AND x.indisreplident \
                   WHERE c.relnamespace = (SELECT n.oid FROM pg_namespace n WHERE n.nspname = current_schema())",
    };
    BREAKS_REFERENCES: Control Raw = {
        sqlite: "SELECT EXISTS (SELECT 1 FROM pragma_foreign_key_check($1))",
        postgres: "",
    };
    /// The head of the deployment's log, kept by whoever asks.
    DEPLOYMENT_HEAD: Control Raw = {
        sqlite: "",
        postgres: "SELECT FROM audit_heads WHERE tenant_id = '~deployment' FOR UPDATE",
    };
    /// Which of these tables are as large as that, in bytes.
    LARGE_TABLES: Control Raw = {
        sqlite: "",
        postgres: "SELECT c.relname::text FROM pg_class c WHERE c.relnamespace = (SELECT n.oid FROM pg_namespace n \
                   WHERE n.nspname = current_schema()) AND c.relkind = 'r' AND c.relname = ANY($1) \
                   AND pg_relation_size(c.oid) >= $2",
    };
    /// A number that every transaction has passed that is not over yet, or that begins from here on.
    WRITTEN_SINCE: Control Raw = {
        sqlite: "",
        postgres: "SELECT (pg_snapshot_xmin(pg_current_snapshot())::text::numeric % 4294967296)::text",
    };
    /// What steps made beforehand and have not taken over: its name, its table, and the statement that takes it away.
    LEFT_AHEAD: Control Raw = {
        sqlite: "",
        postgres: "WITH ours AS (SELECT c.oid, c.relname::text AS name FROM pg_class c \
                   WHERE c.relnamespace = (SELECT n.oid FROM pg_namespace n WHERE n.nspname = current_schema())) \
                   SELECT k.conname::text, o.name, format('ALTER TABLE %I DROP CONSTRAINT %I', o.name, k.conname) \
                   FROM ours o JOIN pg_constraint k ON k.conrelid = o.oid WHERE starts_with(k.conname::text, $1) \
                   UNION ALL SELECT i.name, o.name, format('DROP INDEX %I', i.name) \
                   FROM ours o JOIN pg_index x ON x.indrelid = o.oid JOIN ours i ON i.oid = x.indexrelid \
                   WHERE starts_with(i.name, $1)",
    };
    /// References whose rows have not all been looked at: table and name.
    UNVALIDATED: Control Raw = {
        sqlite: "",
        postgres: "SELECT c.relname::text, k.conname::text FROM pg_constraint k JOIN pg_class c ON c.oid = k.conrelid \
                   WHERE c.relnamespace = (SELECT n.oid FROM pg_namespace n WHERE n.nspname = current_schema()) \
                   AND k.contype = 'f' AND NOT k.convalidated",
    };
    /// Whether the index that is built on this table waits for others.
    BUILD_WAITS: Control Raw = {
        sqlite: "",
        postgres: "SELECT EXISTS (SELECT 1 FROM pg_stat_progress_create_index p JOIN pg_class c ON c.oid = p.relid \
                   WHERE p.datname = current_database() AND c.relname = $1 AND p.phase LIKE 'waiting for %' \
                   AND c.relnamespace = (SELECT n.oid FROM pg_namespace n WHERE n.nspname = current_schema()))",
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

impl FromRow for Live {
    fn from_row(row: &Row<'_>) -> Result<Self, StoreError> {
        let kind: String = row.get(0)?;
        Ok(Self {
            kind: LiveKind::named(&kind)
                .ok_or_else(|| StoreError::Undecodable("an object of no kind".to_owned()))?,
            table: row.get(1)?,
            name: row.get(2)?,
            definition: row.get(3)?,
        })
    }
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

/// What relies on a key.
#[derive(Debug)]
pub(crate) struct Leaning {
    /// The table that refers to it, the view, or what else there is.
    pub(crate) what: String,
    /// The columns of a reference, between commas.
    pub(crate) columns: String,
    /// The table that the key is of.
    pub(crate) table: String,
    /// The columns of the key, between commas.
    pub(crate) key: String,
}

read_in_order! { Leaning { what, columns, table, key } }
