//! The proof against the engine itself: whatever is proved gives the same rows whether the database
//! holds other tenants or not. Statements are drawn at random, good and bad ones alike.

use ringfence::testing::Engine;
use std::fmt::Write as _;

use rand::rngs::StdRng;
use rand::seq::IndexedRandom;
use rand::{Rng, SeedableRng};
use rusqlite::Connection;

use super::super::prove;
use super::tables;

const SCHEMA: &str = "CREATE TABLE drones (tenant_id TEXT NOT NULL, id TEXT, name TEXT); \
                      CREATE TABLE missions (tenant_id TEXT NOT NULL, id TEXT, name TEXT);";
const MINE: &str = "INSERT INTO drones VALUES ('me', 'a', 'x'), ('me', 'b', NULL), ('me', 'c', 'z'); \
                    INSERT INTO missions VALUES ('me', 'a', 'z'), ('me', 'd', 'x');";
const THEIRS: &str = "INSERT INTO drones VALUES ('it', 'a', 'x'), ('it', 'd', NULL), ('it', 'e', 'y'); \
                      INSERT INTO missions VALUES ('it', 'b', 'x'), ('it', 'a', NULL), ('it', 'e', 'y');";

fn database(batches: &[&str]) -> Connection {
    let connection = Connection::open_in_memory().unwrap();
    for batch in batches {
        connection.execute_batch(batch).unwrap();
    }
    connection
}

/// The rows of a query in a settled order, or None where SQLite refuses it.
fn rows(connection: &Connection, sql: &str) -> Option<Vec<String>> {
    let mut statement = connection.prepare(sql).ok()?;
    if statement.parameter_count() > 0 {
        statement.raw_bind_parameter(1, "me").unwrap();
    }
    let columns = statement.column_count();
    let mut found = statement.raw_query();
    let mut rows = Vec::new();
    while let Some(row) = found.next().ok()? {
        let mut text = String::new();
        for index in 0..columns {
            write!(text, "{:?};", row.get_ref(index).unwrap()).unwrap();
        }
        rows.push(text);
    }
    rows.sort();
    Some(rows)
}

/// Draws statements over two tables. Aliases are numbered through, so that a name says which source
/// it means, and outer sources stay visible in subqueries.
struct Draw {
    rng: StdRng,
    aliases: usize,
    ctes: Vec<&'static str>,
}

impl Draw {
    fn statement(&mut self) -> String {
        let mut text = String::new();
        self.ctes.clear();
        if self.rng.random_bool(0.25) {
            let name = *["drones", "mine"].choose(&mut self.rng).unwrap();
            let body = self.select(1, &[]);
            write!(text, "WITH {name} AS ({body}) ").unwrap();
            self.ctes.push(name);
        }
        text.push_str(&self.select(2, &[]));
        if self.rng.random_bool(0.2) {
            let op = ["UNION", "UNION ALL", "EXCEPT", "INTERSECT"]
                .choose(&mut self.rng)
                .unwrap();
            write!(text, " {op} {}", self.select(1, &[])).unwrap();
        }
        text
    }

    fn select(&mut self, depth: usize, outer: &[String]) -> String {
        let mut here = Vec::new();
        let mut from = self.source(depth, &mut here);
        for _ in 0..[0, 1, 1, 2].choose(&mut self.rng).copied().unwrap() {
            let source = self.source(depth, &mut here);
            let joins = ["JOIN", "LEFT JOIN", "RIGHT JOIN", "FULL JOIN", "CROSS JOIN"];
            let join = joins.choose(&mut self.rng).unwrap();
            write!(from, " {join} {source}").unwrap();
            if *join != "CROSS JOIN" {
                write!(from, " ON {}", self.predicate(depth, &here, outer)).unwrap();
            }
        }
        let shown = here.choose(&mut self.rng).unwrap().clone();
        let filter = self.predicate(depth, &here, outer);
        let last = here.last().unwrap();
        let lists = [
            format!("{shown}.tenant_id, {shown}.id, {last}.name"),
            format!("$1 AS tenant_id, max({shown}.id) AS id, min({last}.name) AS name"),
            format!("{shown}.tenant_id, {last}.id, {shown}.name"),
        ];
        let list = lists.choose(&mut self.rng).unwrap();
        format!("SELECT {list} FROM {from} WHERE {filter}")
    }

    fn source(&mut self, depth: usize, here: &mut Vec<String>) -> String {
        let tables = ["drones", "missions"];
        let source = if !self.ctes.is_empty() && self.rng.random_bool(0.3) {
            (*self.ctes.choose(&mut self.rng).unwrap()).to_owned()
        } else if depth > 0 && self.rng.random_bool(0.2) {
            format!("({})", self.select(depth - 1, &[]))
        } else if self.rng.random_bool(0.05) {
            "main.drones".to_owned()
        } else {
            (*tables.choose(&mut self.rng).unwrap()).to_owned()
        };
        self.aliases += 1;
        // Now and then an alias that is the name of a table.
        let free = !here.iter().any(|alias| alias == "missions");
        let alias = if free && self.rng.random_bool(0.1) {
            "missions".to_owned()
        } else {
            format!("s{}", self.aliases)
        };
        here.push(alias.clone());
        format!("{source} {alias}")
    }

    fn predicate(&mut self, depth: usize, here: &[String], outer: &[String]) -> String {
        let mut parts = Vec::new();
        for alias in here {
            if self.rng.random_bool(0.8) {
                parts.push(format!("{alias}.tenant_id = $1"));
            }
        }
        for _ in 0..[0, 1, 1, 2].choose(&mut self.rng).copied().unwrap() {
            parts.push(self.atom(depth, here, outer));
        }
        if parts.is_empty() {
            parts.push("1 = 1".to_owned());
        }
        let mut text = parts.remove(0);
        for part in parts {
            let op = if self.rng.random_bool(0.12) {
                "OR"
            } else {
                "AND"
            };
            write!(text, " {op} {part}").unwrap();
        }
        text
    }

    fn atom(&mut self, depth: usize, here: &[String], outer: &[String]) -> String {
        let visible = [here, outer].concat();
        let (a, b) = (
            visible.choose(&mut self.rng).unwrap(),
            visible.choose(&mut self.rng).unwrap(),
        );
        match self.rng.random_range(0..12) {
            0 => format!("{a}.tenant_id = {b}.tenant_id"),
            1 => format!("{a}.tenant_id <> $1"),
            2 => format!("NOT {a}.tenant_id = $1"),
            3 => format!("({a}.tenant_id, {a}.id) = ($1, {b}.id)"),
            4 => format!("({a}.tenant_id = $1 OR {b}.name IS NULL)"),
            5 => "tenant_id = $1".to_owned(),
            6 => format!("{a}.name IS NULL"),
            7 if depth > 0 => format!("EXISTS ({})", self.select(depth - 1, &visible)),
            8 if depth > 0 => {
                let inner = self.select(depth - 1, &visible);
                format!("{a}.id IN (SELECT x.id FROM ({inner}) x)")
            }
            _ => format!("{a}.id = {b}.id"),
        }
    }
}

#[test]
fn what_is_proved_gives_the_same_rows_with_and_without_other_tenants() {
    let (alone, shared) = (database(&[SCHEMA, MINE]), database(&[SCHEMA, THEIRS, MINE]));
    let mut draw = Draw {
        rng: StdRng::seed_from_u64(7),
        aliases: 0,
        ctes: Vec::new(),
    };
    let (mut proved, mut with_rows, mut leaks_refused) = (0, 0, 0);
    for _ in 0..8_000 {
        let sql = draw.statement();
        let verdict = prove(&sql, Engine::Sqlite, &tables());
        let run = sql.replace("$1", "?1");
        let Some(expected) = rows(&alone, &run) else {
            continue;
        };
        let same = rows(&shared, &run).as_ref() == Some(&expected);
        match verdict {
            Ok(_) => {
                assert!(same, "proved, and other tenants change its rows:\n{sql}");
                proved += 1;
                with_rows += usize::from(!expected.is_empty());
            }
            Err(_) => leaks_refused += usize::from(!same),
        }
    }
    assert!(
        proved > 400 && with_rows > 200,
        "{proved} proved, {with_rows} with rows"
    );
    assert!(
        leaks_refused > 400,
        "only {leaks_refused} leaking statements were drawn"
    );
}
