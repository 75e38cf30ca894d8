//! Reads by id on Postgres find the row by an index that begins with the tenant, so that another tenant's id costs what
//! a random one costs.

use std::collections::BTreeMap;

use ringfence::schema;
use ringfence::testing::{self, Scope};
use ringfence_tests::fixture::{Engine, Home, World};
use serde_json::Value;
use tokio_postgres::{Client, SimpleQueryMessage};

/// Tenants whose ids are as long as those that the library makes. With so many rows of each the primary key over the
/// id alone is a level lower than what begins with the tenant, and the planner would rather take it.
const TENANTS: [&str; 2] = [
    "01936f7e-0000-7000-8000-000000000001",
    "01936f7e-0000-7000-8000-000000000002",
];
const ROWS: u32 = 6_000;

/// The tables whose rows are read by an id, filled.
const FILL: [(&str, &str); 17] = [
    (
        "users",
        "(tenant_id, id, username, password_hash, is_active, created_at)
         SELECT t, 'u' || md5(t || i), 'n' || i, 'x', true, now()",
    ),
    (
        "roles",
        "(tenant_id, id, name, created_at) SELECT t, 'r' || md5(t || i), 'n' || i, now()",
    ),
    (
        "drones",
        "(tenant_id, id, name, vendor, capabilities, created_at, updated_at)
         SELECT t, 'd' || md5(t || i), 'n' || i, 'FAKE', '{}', now(), now()",
    ),
    (
        "missions",
        "(tenant_id, id, name, plan_type, payload, constraints, state, created_by, created_at, updated_at)
         SELECT t, 'm' || md5(t || i), 'n' || i, 'AREA_GRID', '{}', '{}', 'DRAFT', 'u' || md5(t || i), now(), now()",
    ),
    (
        "mission_runs",
        "(tenant_id, id, mission_id, state, started_at)
         SELECT t, 'o' || md5(t || i), 'm' || md5(t || i), 'RUNNING', now()",
    ),
    (
        "inspection_templates",
        "(tenant_id, id, name, category, created_at) SELECT t, 't' || md5(t || i), 'n', 'roof', now()",
    ),
    (
        "inspection_template_items",
        "(tenant_id, id, template_id, code, title, created_at)
         SELECT t, 'i' || md5(t || i), 't' || md5(t || i), 'crack', 'Crack', now()",
    ),
    (
        "inspection_tasks",
        "(tenant_id, id, name, template_id, created_at)
         SELECT t, 'k' || md5(t || i), 'n', 't' || md5(t || i), now()",
    ),
    (
        "inspection_observations",
        "(tenant_id, id, task_id, ts, position_lat, position_lon, alt_m, item_code, created_at)
         SELECT t, 'o' || md5(t || i), 'k' || md5(t || i), now(), 47.4, 8.5, 30, 'crack', now()",
    ),
    (
        "inspection_exports",
        "(tenant_id, id, task_id, format, file_path, created_at)
         SELECT t, 'x' || md5(t || i), 'k' || md5(t || i), 'html', 'x', now()",
    ),
    (
        "defects",
        "(tenant_id, id, observation_id, title, created_at)
         SELECT t, 'f' || md5(t || i), 'o' || md5(t || i), 'Crack', now()",
    ),
    (
        "incidents",
        "(tenant_id, id, title, level, location_geom, status, created_at)
         SELECT t, 'n' || md5(t || i), 'Smoke', 'HIGH', 'POINT(8.5 47.4)', 'OPEN', now()",
    ),
    (
        "alerts",
        "(tenant_id, id, drone_id, alert_type, severity, status, message, detail, first_seen_at, last_seen_at)
         SELECT t, 'al' || md5(t || i), 'd' || md5(t || i), 'LINK_LOSS', 'WARNING', 'CLOSED', 'm', '{}', now(), now()",
    ),
    (
        "approval_records",
        "(tenant_id, id, entity_type, entity_id, status, approved_by, created_at)
         SELECT t, 'ar' || md5(t || i), 'drone', 'd' || md5(t || i), 'APPROVED', 'u' || md5(t || i), now()",
    ),
    (
        "command_requests",
        "(tenant_id, id, drone_id, command_type, params, idempotency_key, expect_ack, status, attempts, issued_at,
         updated_at)
         SELECT t, 'lc' || md5(t || i), 'd' || md5(t || i), 'RTH', '{}', 'once ' || i, true, 'ACKED', 1, now(), now()",
    ),
    (
        "events",
        "(tenant_id, event_id, event_type, ts, payload)
         SELECT t, 'le' || md5(t || i), 'drone.updated', now(), '{}'",
    ),
    (
        "audit_logs",
        "(tenant_id, id, action, resource, method, status_code, ts, detail)
         SELECT t, 'lr' || md5(t || i), 'POST:/drones', '/drones', 'POST', 200, now(), '{}'",
    ),
];

/// Every statement of the registry that reads rows by an id of its own.
fn lookups() -> Vec<(&'static str, &'static str)> {
    let all = testing::registry();
    all.iter()
        .filter(|statement| statement.scope == Scope::Tenant)
        .filter_map(|statement| Some((statement.name, statement.postgres?)))
        .filter(|(_, text)| !text.contains("RETURNING"))
        .filter(|(_, text)| {
            let mut ids = text
                .match_indices(".id ")
                .chain(text.match_indices(".event_id "));
            ids.any(|(at, found)| {
                let rest = &text[at + found.len()..];
                let rest = rest.strip_prefix("COLLATE \"C\" ").unwrap_or(rest);
                rest.starts_with("= $") && !rest.starts_with("= $1")
            })
        })
        .collect()
}

/// The first column of every index.
async fn leading_columns(client: &Client) -> BTreeMap<String, String> {
    const ALL: &str = "SELECT indexrelid::regclass::text, attname::text FROM pg_index
        JOIN pg_attribute ON attrelid = indrelid AND attnum = indkey[0]";
    let rows = client.query(ALL, &[]).await.unwrap();
    rows.iter().map(|row| (row.get(0), row.get(1))).collect()
}

fn nodes<'p>(plan: &'p Value, found: &mut Vec<&'p Value>) {
    found.push(plan);
    for inner in plan["Plans"].as_array().into_iter().flatten() {
        nodes(inner, found);
    }
}

async fn explained(client: &Client, name: &str, id: &str) -> Value {
    let sql = format!(
        "EXPLAIN (ANALYZE, BUFFERS, FORMAT JSON) EXECUTE {name}('{}', '{id}')",
        TENANTS[0]
    );
    let answer = client.simple_query(&sql).await.unwrap();
    let text = answer.iter().find_map(|message| match message {
        SimpleQueryMessage::Row(row) => row.get(0),
        _ => None,
    });
    let plans: Value = serde_json::from_str(text.unwrap()).unwrap();
    plans[0]["Plan"].clone()
}

/// Buffers that the statement touched, planning apart.
async fn touched(client: &Client, name: &str, id: &str) -> u64 {
    let plan = explained(client, name, id).await;
    let count = |kind: &str| plan[kind].as_u64().unwrap();
    count("Shared Hit Blocks") + count("Shared Read Blocks")
}

async fn filled(world: &World) -> Client {
    for tenant in TENANTS {
        Home::found(&world.ringfence, tenant).await;
    }
    let client = world.place.postgres().await;
    for (table, rows) in FILL {
        let sql = format!(
            "INSERT INTO {table} {rows} FROM unnest(ARRAY['{}', '{}']) AS t, generate_series(1, {ROWS}) AS i",
            TENANTS[0], TENANTS[1]
        );
        client.batch_execute(&sql).await.unwrap();
    }
    client.batch_execute("VACUUM ANALYZE").await.unwrap();
    client
}

#[tokio::test]
async fn another_tenants_id_touches_no_more_buffers_than_a_random_one() {
    let world = World::new(Engine::Postgres).await;
    let client = filled(&world).await;
    let leading = leading_columns(&client).await;
    let role = "SELECT DISTINCT grantee::text FROM information_schema.role_table_grants
        WHERE table_name = 'drones' AND grantee LIKE 'ringfence\\_%'";
    let role: String = client.query_one(role, &[]).await.unwrap().get(0);
    let lookups = lookups();
    assert!(lookups.len() >= 12, "{lookups:?}");
    for (name, text) in &lookups {
        let prepare = format!("PREPARE {name} (text, text) AS {text}");
        client.batch_execute(&prepare).await.unwrap();
    }
    client
        .batch_execute(&format!(
            "BEGIN; SET LOCAL ROLE {role}; SET LOCAL ringfence.tenant = '{}'",
            TENANTS[0]
        ))
        .await
        .unwrap();
    for mode in ["force_generic_plan", "force_custom_plan"] {
        let planned = format!("SET LOCAL plan_cache_mode = {mode}");
        client.batch_execute(&planned).await.unwrap();
        for (name, text) in &lookups {
            let (table, _) = FILL
                .iter()
                .find(|(table, _)| text.contains(&format!("FROM {table} ")))
                .unwrap_or_else(|| panic!("{name} reads a table that is not filled: {text}"));
            let plan = explained(&client, name, "nothing").await;
            let mut all = Vec::new();
            nodes(&plan, &mut all);
            let scans = all.iter().filter(|node| node["Relation Name"] == *table);
            assert!(scans.clone().count() > 0, "{name}: {plan:#}");
            for scan in scans {
                let index = scan["Index Name"].as_str();
                let index = index.unwrap_or_else(|| panic!("{name}: {plan:#}"));
                let column = schema::table(table).unwrap().tenant_column().unwrap();
                assert_eq!(leading[index], column, "{name} under {mode} by {index}");
            }
            let letter = FILL.iter().find(|(filled, _)| filled == table);
            let letter = letter
                .and_then(|(_, rows)| rows.split('\'').nth(1))
                .unwrap();
            let mut costs = [Vec::new(), Vec::new()];
            for number in 1..=8 {
                for (costs, seed) in costs.iter_mut().zip([TENANTS[1], "nowhere"]) {
                    let id = format!("SELECT '{letter}' || md5('{seed}{number}')");
                    let id: String = client.query_one(&id, &[]).await.unwrap().get(0);
                    costs.push(touched(&client, name, &id).await);
                }
            }
            let [foreign, random] = costs.map(|costs| costs.into_iter().max());
            assert_eq!(foreign, random, "{name} under {mode}");
        }
    }
    client.batch_execute("COMMIT").await.unwrap();
    world.ringfence.shutdown().await.unwrap();
    world.place.remove().await;
}
