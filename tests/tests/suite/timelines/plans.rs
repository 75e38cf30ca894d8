//! How the engines read a page of what happens: by an index, in its order, and no further than the page, with statistics
//! and without, among twenty thousand rows of each table.

use std::collections::BTreeSet;

use ringfence::MigrateMode;
use ringfence::schema::{self, Column, Kind, Parent, Table};
use ringfence::testing::Registered;
use ringfence_tests::fixture::{Engine, Place, each_engine};

use crate::sqlite_fixture::teach;

/// Rows of each table that is listed.
const ROWS: u32 = 20_000;

/// Rows that the children of a table refer to, of each tenant the same number.
const PARENTS: u32 = 400;

const TENANTS: u32 = 4;

each_engine!(
    #[tokio::test]
    async fn a_page_in_the_order_of_time_is_read_by_its_index_and_no_other_way(place: &Place) {
        drop(place.open(MigrateMode::Auto).await.unwrap());
        let listed = |table: &&Table| {
            let mut indexes = table.indexes.iter();
            table.since == schema::version::BASELINE
                && indexes.any(|it| it.name.ends_with("_at_id") || it.name.ends_with("_ts_id"))
        };
        let listed: Vec<&Table> = schema::catalogue().iter().filter(listed).collect();
        assert!(listed.len() >= 10);
        fill(place, &listed).await;
        let mut failures = Vec::new();
        // The server takes statistics by itself.
        let unanalyzed = place.engine == Engine::Sqlite;
        for analyzed in [false, true].into_iter().skip(usize::from(!unanalyzed)) {
            if analyzed {
                place.raw("ANALYZE").await.unwrap();
            }
            for (name, plan) in plans(place).await {
                let wrong = wrong_with(place.engine, &name, &plan);
                failures.extend(wrong.map(|wrong| format!("{name}, {analyzed}: {wrong}\n{plan}")));
            }
        }
        assert!(failures.is_empty(), "{}", failures.join("\n"));
    }
);

each_engine!(
    /// Most alerts of a drone in trouble are closed ones.
    #[tokio::test]
    async fn a_sample_of_telemetry_passes_over_no_closed_alert_of_its_drone(place: &Place) {
        drop(place.open(MigrateMode::Auto).await.unwrap());
        fill(place, &[schema::table("alerts").unwrap()]).await;
        place
            .raw("UPDATE alerts SET status = 'CLOSED' WHERE id NOT LIKE '%00'; ANALYZE")
            .await
            .unwrap();
        let active = ringfence::testing::registry()
            .into_iter()
            .find(|it| it.name == "ACTIVE_ALERTS");
        let plan = plan(place, &active.unwrap()).await;
        assert!(plan.contains("ix_alerts_tenant_drone_id_status"), "{plan}");
    }
);

/// What an index alone would not do.
fn wrong_with(engine: Engine, name: &str, plan: &str) -> Option<&'static str> {
    let in_order = name.contains("EST_PAGE");
    let narrowed = name.split_once("_OF_").map(|(_, rest)| rest);
    let column = narrowed.and_then(|rest| {
        let column = rest
            .strip_suffix("_PAGE")
            .or_else(|| rest.strip_suffix("_COUNT"))?;
        let column = column.trim_end_matches("_OLDEST");
        Some(column.trim_end_matches("_NEWEST").to_ascii_lowercase())
    });
    let (sorts, scans) = match engine {
        Engine::Sqlite => (plan.contains("TEMP B-TREE"), plan.contains("SCAN ")),
        // The policy epochs of four tenants are one page.
        Engine::Postgres => (
            plan.contains("Sort"),
            plan.replace("Seq Scan on policy_epochs", "")
                .contains("Seq Scan on"),
        ),
    };
    // As SQLite writes it, `(created_at,id)>(?,?) AND created_at<?`.
    let says = |words: [&str; 2]| words.iter().any(|it| plan.contains(it));
    let is_bounded = engine == Engine::Postgres || (says([">(", ">?"]) && says(["<(", "<?"]));
    let by_index = in_order || name.ends_with("_COUNT");
    let of_column = column.is_none_or(|column| plan.contains(&format!("_{column}_")));
    let wrongs = [
        (scans, "reads the whole table"),
        (in_order && sorts, "sorts"),
        (
            by_index && !of_column,
            "does not use the index of what it is narrowed to",
        ),
        (
            by_index && !is_bounded,
            "goes on beyond the moments between which its rows lie",
        ),
    ];
    let wrong = wrongs.into_iter().find(|(is_so, _)| *is_so);
    wrong.map(|(_, wrong)| wrong)
}

/// The plan of each statement of a list of what happens, and of those that count a part of it.
async fn plans(place: &Place) -> Vec<(String, String)> {
    let lists = ringfence::testing::registry().into_iter().filter(|it| {
        let read = it.name.ends_with("_PAGE") || it.name.ends_with("_COUNT");
        let narrowed = it.name.contains("_OF_") && read;
        narrowed || it.name.ends_with("EST_PAGE")
    });
    let mut plans = Vec::new();
    for statement in lists {
        plans.push((statement.name.to_owned(), plan(place, &statement).await));
    }
    assert!(plans.len() >= 12, "only {}", plans.len());
    plans
}

/// How the engine reads what a statement asks for.
async fn plan(place: &Place, statement: &Registered) -> String {
    match place.engine {
        Engine::Sqlite => {
            let connection = place.sqlite();
            teach(&connection);
            let text = statement.sqlite.unwrap().replace('$', "?");
            let sql = format!("EXPLAIN QUERY PLAN {text}");
            let mut explained = connection.prepare(&sql).unwrap();
            let nulls = vec![rusqlite::types::Null; explained.parameter_count()];
            let lines = explained
                .query_map(rusqlite::params_from_iter(nulls), |row| {
                    row.get::<_, String>(3)
                })
                .unwrap();
            let lines = lines.map(Result::unwrap);
            lines.collect::<Vec<_>>().join("\n")
        }
        Engine::Postgres => planned(&place.postgres().await, statement.postgres.unwrap()).await,
    }
}

/// The plan that a statement has once it was run as often as the server plans it anew.
async fn planned(client: &tokio_postgres::Client, text: &str) -> String {
    let count = (1..)
        .take_while(|n| text.contains(&format!("${n}")))
        .count();
    let stamped = text.split_once(" FROM policy_epochs");
    let (_, rest) = stamped
        .map_or(text, |(_, rest)| rest)
        .split_once(" FROM ")
        .unwrap();
    let table = schema::table(rest.split_once(' ').unwrap().0).unwrap();
    let mut values = vec!["NULL".to_owned(); count];
    let bounds = ["'tenants-1'", "'2026-01-03Z'", "'2026-02-03Z'"];
    for (place, bound) in bounds.iter().enumerate().take(count) {
        values[place] = (*bound).to_owned();
    }
    // What counts has no page.
    if text.contains(" LIMIT ") {
        values[count - 2] = "''".to_owned();
        values[count - 1] = "101".to_owned();
    }
    for condition in text.split(" AND ") {
        let condition = condition.split(" ORDER BY").next().unwrap();
        let Some((column, number)) = condition.split_once(" = $") else {
            continue;
        };
        let (Some((_, column)), Ok(number)) = (column.split_once('.'), number.parse::<usize>())
        else {
            continue;
        };
        if number > 1 {
            values[number - 1] = known(client, table, column).await;
        }
    }
    let values = values.join(", ");
    let prepare = format!("DEALLOCATE ALL; PREPARE listed AS {text}");
    client.batch_execute(&prepare).await.unwrap();
    let run = format!("EXECUTE listed ({values});").repeat(8);
    client
        .batch_execute(&run)
        .await
        .unwrap_or_else(|refused| panic!("{refused:?}: {run}"));
    let explain = format!("EXPLAIN (COSTS OFF) EXECUTE listed ({values})");
    let rows = client.query(&explain, &[]).await.unwrap();
    let lines = rows.iter().map(|row| row.get::<_, String>(0));
    lines.collect::<Vec<_>>().join("\n")
}

/// A value that rows of the first tenant have.
async fn known(client: &tokio_postgres::Client, table: &Table, column: &str) -> String {
    let name = table.name;
    let any = format!(
        "SELECT quote_literal({column}) FROM {name} WHERE tenant_id = 'tenants-1' ORDER BY {column} LIMIT 1"
    );
    let found = client.query_one(&any, &[]).await.unwrap();
    found
        .get::<_, Option<String>>(0)
        .unwrap_or_else(|| "'nothing'".to_owned())
}

/// Rows of these tables and of their parents, each tenant's own.
async fn fill(place: &Place, listed: &[&Table]) {
    let parents = listed.iter().flat_map(|table| &table.parents);
    let mut needed: BTreeSet<&str> = parents
        .filter(|it| is_held(it))
        .map(|it| it.table)
        .collect();
    needed.extend(listed.iter().map(|table| table.name));
    needed.insert("inspection_templates");
    for table in schema::catalogue() {
        if !needed.contains(table.name) {
            continue;
        }
        let rows = match table.name {
            "tenants" => TENANTS,
            name if listed.iter().any(|it| it.name == name) => ROWS,
            _ => PARENTS,
        };
        let names: Vec<&str> = table.columns.iter().map(|it| it.name).collect();
        let values: Vec<String> = table
            .columns
            .iter()
            .map(|it| value(place.engine, table, it))
            .collect();
        let sql = format!(
            "INSERT INTO {} ({}) WITH RECURSIVE n(n) AS (SELECT 0 UNION ALL SELECT n + 1 FROM n WHERE n < {} - 1)
             SELECT {} FROM n",
            table.name,
            names.join(", "),
            rows,
            values.join(", ")
        );
        place
            .raw(&sql)
            .await
            .unwrap_or_else(|refused| panic!("{refused}: {sql}"));
    }
}

/// Whether anything is held of what a row refers to so.
fn is_held(parent: &Parent) -> bool {
    parent.within_the_tenant_at(schema::version::LATEST)
}

/// A value of the column in the row of number `n`.
fn value(engine: Engine, table: &Table, column: &Column) -> String {
    let parent = table
        .parents
        .iter()
        .find(|it| it.column == column.name && is_held(it));
    let text = |number: &str, what: &str| format!("'{what}' || ({number})");
    if table.name == "tenants" && column.name == "id" {
        return text("n", "tenants-");
    }
    if table.tenant_column() == Some(column.name) {
        return text(&format!("n % {TENANTS}"), "tenants-");
    }
    if let Some(parent) = parent {
        return text(&format!("n % {PARENTS}"), &format!("{}-", parent.table));
    }
    let mut chosen = table.parents.iter().filter_map(|it| it.when);
    if let Some(when) = chosen.find(|it| it.column == column.name) {
        return format!("'{}'", when.is);
    }
    if let Some(known) = column.known {
        let each = known.iter().enumerate();
        let each = each.map(|(at, text)| format!("WHEN {at} THEN '{text}'"));
        let each: String = each.collect::<Vec<_>>().join(" ");
        return format!("CASE n % {} {each} END", known.len());
    }
    let own = table
        .uniques
        .iter()
        .any(|unique| unique.columns.contains(&column.name));
    if column.null && !own {
        return "NULL".to_owned();
    }
    match (column.kind, engine) {
        (Kind::Text, _) if own => text("n", &format!("{}-", table.name)),
        (Kind::Text, _) => text("n % 50", "x"),
        (Kind::Int | Kind::Float, _) => "1".to_owned(),
        (Kind::Bool, _) => "true".to_owned(),
        (Kind::Json, _) => "'{}'".to_owned(),
        (Kind::Blob, _) => "''".to_owned(),
        (Kind::Time, Engine::Sqlite) => {
            "strftime('%Y-%m-%d %H:%M:%S.000000', '2026-01-01', '+' || (n % 15000) || ' minutes')"
                .to_owned()
        }
        (Kind::Time, Engine::Postgres) => {
            "timestamptz '2026-01-01 00:00:00Z' + (n % 15000) * interval '1 minute'".to_owned()
        }
    }
}
