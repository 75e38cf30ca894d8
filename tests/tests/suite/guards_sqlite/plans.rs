//! The guards stand in the path of every write: what they look up, they look up by an index.

use rusqlite::Connection;

/// The steps of the plan of each statement of each trigger, with the trigger's name.
pub(super) fn of(db: &Connection) -> Vec<(String, String)> {
    let triggers: Vec<(String, String)> = db
        .prepare("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'")
        .unwrap()
        .query_map([], |row| Ok((row.get(0)?, row.get(1)?)))
        .unwrap()
        .map(Result::unwrap)
        .collect();
    let mut steps = Vec::new();
    for (name, sql) in triggers {
        let body = sql
            .split_once("\nBEGIN\n")
            .unwrap()
            .1
            .strip_suffix("END")
            .unwrap();
        for statement in body.split_inclusive(";\n") {
            let explain = format!("EXPLAIN QUERY PLAN {}", outside_a_trigger(statement));
            let mut statement = db.prepare(&explain).unwrap();
            let mut rows = statement.raw_query();
            while let Some(row) = rows.next().unwrap() {
                steps.push((name.clone(), row.get("detail").unwrap()));
            }
        }
    }
    steps
}

/// The statement with parameters for the row at hand, and a value where it would raise.
fn outside_a_trigger(statement: &str) -> String {
    let mut sql = String::new();
    let mut rest = statement;
    while let Some(at) = ["NEW.", "OLD."]
        .iter()
        .filter_map(|row| rest.find(row))
        .min()
    {
        sql.push_str(&rest[..at]);
        sql.push_str(":of_");
        rest = &rest[at + "NEW.".len()..];
    }
    sql.push_str(rest);
    if let Some(start) = sql.find("RAISE(") {
        let end = start + sql[start..].find(')').unwrap();
        sql.replace_range(start..=end, "1");
    }
    sql
}
