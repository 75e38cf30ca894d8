//! Ways to weaken a trigger: lose one of its statements, one of its alternatives, or the tenant in one of
//! its comparisons.

use std::collections::BTreeSet;
use std::fmt;

use ringfence::schema;
use rusqlite::Connection;

use crate::attacks::is_overtaken;

/// A trigger made weaker in one place.
pub(super) struct Mutant {
    pub(super) table: String,
    name: String,
    what: String,
    /// The weaker text; none when nothing of the body was left.
    sql: Option<String>,
}

impl Mutant {
    pub(super) fn apply(&self, db: &Connection) {
        db.execute_batch(&format!("DROP TRIGGER {}", self.name))
            .unwrap();
        if let Some(sql) = &self.sql {
            db.execute_batch(sql)
                .unwrap_or_else(|error| panic!("{self}: {error}\n{sql}"));
        }
    }
}

impl fmt::Display for Mutant {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} without: {}", self.name, self.what)
    }
}

/// Guards of an early step that a later one makes redundant; tested at the version where they count.
const OVERTAKEN: [&str; 1] = ["rf_tenants_reserved_update"];

/// Statements that keep a tenant likewise: these rows have a parent in it, which keeps it too.
fn overtaken_statements() -> Vec<String> {
    let overtaken = schema::catalogue()
        .iter()
        .filter(|table| is_overtaken(table));
    overtaken
        .map(|table| format!("ringfence.restrict:{}_tenant_id_fkey'", table.name))
        .collect()
}

/// Every mutant of every trigger of the database.
pub(super) fn of(db: &Connection) -> Vec<Mutant> {
    let triggers: Vec<(String, String, String)> = db
        .prepare(
            "SELECT tbl_name, name, sql FROM sqlite_master WHERE type = 'trigger' ORDER BY rowid",
        )
        .unwrap()
        .query_map([], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)))
        .unwrap()
        .map(Result::unwrap)
        .collect();
    let overtaken = overtaken_statements();
    triggers
        .iter()
        .filter(|(_, name, _)| !OVERTAKEN.contains(&name.as_str()))
        .flat_map(|(table, name, sql)| {
            assert!(name.starts_with("rf_"), "{name} is not named as ours");
            [statements(sql), alternatives(sql), terms(sql)]
                .concat()
                .into_iter()
                .filter(|(what, _)| overtaken.iter().all(|text| !what.contains(text)))
                .map(|(what, sql)| Mutant {
                    table: table.clone(),
                    name: name.clone(),
                    what: what.trim().to_owned(),
                    sql,
                })
        })
        .collect()
}

type Weaker = Vec<(String, Option<String>)>;

/// One statement of the body left out.
fn statements(sql: &str) -> Weaker {
    let (head, rest) = sql.split_once("\nBEGIN\n").unwrap();
    let body: Vec<&str> = rest
        .strip_suffix("END")
        .unwrap()
        .split_inclusive(";\n")
        .collect();
    (0..body.len())
        .map(|gone| {
            let mut kept = body.clone();
            let what = kept.remove(gone);
            let sql = (!kept.is_empty()).then(|| format!("{head}\nBEGIN\n{}END", kept.concat()));
            (what.to_owned(), sql)
        })
        .collect()
}

/// One side of an OR left out. A trigger has one condition with OR at most, each side on a line of its own.
fn alternatives(sql: &str) -> Weaker {
    let Some(or) = sql.find("\n    OR ") else {
        return Vec::new();
    };
    let start = ["\nWHEN ", "\n    WHERE "]
        .iter()
        .filter_map(|word| sql[..or].rfind(word).map(|at| at + word.len()))
        .max()
        .unwrap();
    let end = or
        + ["\nBEGIN", ";\n"]
            .iter()
            .filter_map(|word| sql[or..].find(word))
            .min()
            .unwrap();
    let sides: Vec<&str> = sql[start..end].split("\n    OR ").collect();
    (0..sides.len())
        .map(|gone| {
            let mut kept = sides.clone();
            let what = kept.remove(gone);
            (
                what.to_owned(),
                Some(format!(
                    "{}{}{}",
                    &sql[..start],
                    kept.join("\n    OR "),
                    &sql[end..]
                )),
            )
        })
        .collect()
}

/// One term of a conjunction left out, wherever it stands.
fn terms(sql: &str) -> Weaker {
    let may_be_null = schema::edges().filter_map(|(child, parent)| {
        let column = child.column(parent.column)?;
        column
            .null
            .then(|| format!("NEW.{} IS NOT NULL AND ", column.name))
    });
    let may_be_null: BTreeSet<String> = may_be_null.collect();
    let terms = [
        "tenant_id = NEW.tenant_id AND ",
        " AND rowid <> OLD.rowid",
        "NEW.tenant_id IS NULL OR ",
        " AND (NEW.tenant_id IS NULL OR tenant_id = NEW.tenant_id)",
        "\n        AND (NEW.tenant_id IS NULL OR users.tenant_id = NEW.tenant_id)",
        " AND roles.id = NEW.role_id",
        "OLD.tenant_id IS NOT NULL AND ",
        "\n            AND NOT tenants.self_approval",
        "NEW.audit_seq IS NOT NULL AND ",
        " AND NEW.decision = 'APPROVE'",
        " AND size <= NEW.seq",
        " AND seq = NEW.seq",
    ];
    let terms = terms
        .into_iter()
        .chain(may_be_null.iter().map(String::as_str));
    terms
        .flat_map(|term| {
            sql.match_indices(term).map(|(at, term)| {
                let weaker = format!("{}{}", &sql[..at], &sql[at + term.len()..]);
                (term.to_string(), Some(weaker))
            })
        })
        .collect()
}
