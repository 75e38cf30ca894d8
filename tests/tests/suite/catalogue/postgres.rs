//! The live Postgres schema as lines.

use std::collections::BTreeMap;

use ringfence::schema::{Kind, OnDelete, TENANT_SETTING};
use tokio_postgres::{Client, Row};

use super::declared::{shown_column, shown_reference};
use super::{Engine, Lines};

async fn all(client: &Client, sql: &str) -> Vec<Row> {
    client.query(sql, &[]).await.unwrap()
}

pub(super) async fn lines(client: &Client) -> Lines {
    let mut lines = columns(client).await;
    lines.extend(keys(client).await);
    lines.extend(references(client).await);
    lines.extend(policies(client).await);
    lines.extend(functions(client).await);
    lines
}

/// Every function of the schema: with whose rights it runs, and along which path it finds names.
async fn functions(client: &Client) -> Lines {
    const ALL: &str = "
        SELECT format('function %s(%s) as %s%s', proname, pg_get_function_identity_arguments(oid),
            CASE WHEN prosecdef THEN 'its owner' ELSE 'its caller' END,
            CASE WHEN proconfig = ARRAY[format('search_path=%s, pg_temp', current_schema())]
                THEN ', path pinned' ELSE coalesce(' with ' || proconfig::text, '') END)
        FROM pg_proc WHERE pronamespace = current_schema()::regnamespace";
    let rows = all(client, ALL).await;
    rows.iter().map(|row| row.get(0)).collect()
}

async fn columns(client: &Client) -> Lines {
    const ALL: &str = "
        SELECT table_name::text, column_name::text, data_type::text, is_nullable = 'YES',
            character_maximum_length::int4
        FROM information_schema.columns WHERE table_schema = current_schema()
        ORDER BY table_name, ordinal_position";
    let mut places: BTreeMap<String, usize> = BTreeMap::new();
    let mut lines = Lines::new();
    for row in all(client, ALL).await {
        let table: String = row.get(0);
        let place = places.entry(table.clone()).or_default();
        let limit: Option<i32> = row.get(4);
        lines.insert(shown_column(
            &table,
            *place,
            row.get(1),
            kind(row.get(2)),
            row.get(3),
            limit.map(i32::unsigned_abs),
        ));
        *place += 1;
    }
    lines
}

fn kind(word: &str) -> Option<Kind> {
    Some(match word {
        "character varying" | "text" => Kind::Text,
        "integer" | "bigint" => Kind::Int,
        "boolean" => Kind::Bool,
        "timestamp with time zone" => Kind::Time,
        "json" => Kind::Json,
        "double precision" => Kind::Float,
        "bytea" => Kind::Blob,
        _ => return None,
    })
}

async fn keys(client: &Client) -> Lines {
    const ALL: &str = r#"
        SELECT on_table.relname::text, by.relname::text, indisprimary, indisunique, indpred IS NOT NULL,
            (SELECT string_agg(attname || CASE WHEN collname = 'C' THEN ' bytewise' ELSE '' END, ', ' ORDER BY place)
             FROM unnest(indkey::int[], indcollation::oid[]) WITH ORDINALITY AS part (number, collation_id, place)
                JOIN pg_attribute ON attrelid = indrelid AND attnum = number
                LEFT JOIN pg_collation ON pg_collation.oid = collation_id)
        FROM pg_index JOIN pg_class AS by ON by.oid = indexrelid JOIN pg_class AS on_table ON on_table.oid = indrelid
        WHERE on_table.relnamespace = current_schema()::regnamespace AND indisvalid"#;
    let mut lines = Lines::new();
    for row in all(client, ALL).await {
        let (table, name, columns): (String, String, String) = (row.get(0), row.get(1), row.get(5));
        let partial = if row.get(4) { " partial" } else { "" };
        if row.get(2) {
            lines.insert(format!("{table} key ({columns})"));
        }
        lines.insert(match row.get(3) {
            true => format!("{table} unique {name} ({columns}){partial}"),
            false => format!("{table} index {name} ({columns}){partial}"),
        });
    }
    lines
}

async fn references(client: &Client) -> Lines {
    const ALL: &str = "
        SELECT child.relname::text, conname::text, parent.relname::text, confdeltype::text,
            (SELECT string_agg(attname, ', ' ORDER BY place) FROM unnest(conkey) WITH ORDINALITY AS part (number, place)
                JOIN pg_attribute ON attrelid = conrelid AND attnum = number),
            (SELECT string_agg(attname, ', ' ORDER BY place) FROM unnest(confkey) WITH ORDINALITY AS part (number, place)
                JOIN pg_attribute ON attrelid = confrelid AND attnum = number)
        FROM pg_constraint JOIN pg_class AS child ON child.oid = conrelid JOIN pg_class AS parent ON parent.oid = confrelid
        WHERE contype = 'f' AND convalidated AND NOT condeferrable";
    let mut lines = Lines::new();
    for row in all(client, ALL).await {
        let table: String = row.get(0);
        let on_delete = match row.get(3) {
            "c" => OnDelete::Cascade,
            "n" => OnDelete::SetNull,
            "r" => OnDelete::Restrict,
            other => panic!("{table} has a key ON DELETE {other}"),
        };
        let columns = [row.get(4), row.get(5)];
        lines.insert(shown_reference(
            Engine::Postgres,
            &table,
            row.get(1),
            columns,
            row.get(2),
            on_delete,
        ));
    }
    lines
}

async fn policies(client: &Client) -> Lines {
    const ENABLED: &str = "SELECT relname::text FROM pg_class
        WHERE relnamespace = current_schema()::regnamespace AND relrowsecurity AND NOT relforcerowsecurity";
    const ALL: &str = "SELECT tablename::text, policyname::text, qual, with_check FROM pg_policies
        WHERE cmd = 'ALL' AND roles = '{public}' AND permissive = 'PERMISSIVE'";
    let mut lines = Lines::new();
    for row in all(client, ENABLED).await {
        lines.insert(format!("{} row-level security", row.get::<_, &str>(0)));
    }
    for row in all(client, ALL).await {
        let (table, name): (&str, &str) = (row.get(0), row.get(1));
        let words = |text: &str| text.split_whitespace().collect::<Vec<_>>().join(" ");
        let (using, check) = (words(row.get(2)), words(row.get(3)));
        let held = policy_column(&using).filter(|_| using == check);
        lines.insert(format!(
            "{table} policy {name} on {}",
            held.unwrap_or(using)
        ));
    }
    lines
}

/// The column that the policy compares with the setting, if that is what the policy does and all of it; and
/// whether an id that no tenant may have is no tenant's to it.
fn policy_column(using: &str) -> Option<String> {
    let setting = format!("NULLIF(current_setting('{TENANT_SETTING}'::text, true), ''::text)");
    let any = format!(" = ( SELECT {setting} AS \"nullif\"))");
    let not_reserved = format!(
        " = ( SELECT named.named FROM {setting} named(named) WHERE (\"left\"(named.named, 1) <> '~'::text)))"
    );
    let not_nobodys = format!(
        " = ( SELECT named.named FROM {setting} named(named) WHERE (named.named <> 'system'::text)))"
    );
    let ends = [
        (any, ""),
        (not_reserved, ", not reserved"),
        (not_nobodys, ", not nobody's"),
    ];
    let (compared, which) = ends
        .iter()
        .find_map(|(end, which)| Some((using.strip_suffix(end.as_str())?, *which)))?;
    let compared = compared.strip_prefix('(')?;
    let column = match compared.strip_prefix('(') {
        Some(cast) => cast.strip_suffix(")::text")?,
        None => compared,
    };
    Some(format!("{column}{which}"))
}
