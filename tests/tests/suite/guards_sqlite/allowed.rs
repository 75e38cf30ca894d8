//! One raw statement that must go on working, and what is so afterwards.

use rusqlite::Connection;
use rusqlite::types::Value;

/// Statements that must succeed, then questions of one value each with their answers.
#[derive(Debug, Clone)]
pub(crate) struct Allowed {
    pub(super) sql: String,
    pub(super) then: Vec<(String, String)>,
}

/// Which tenants' epochs have moved since the statement, as `a,b`.
pub(super) const MOVED: &str = "SELECT coalesce(group_concat(tenant_id), '') FROM (
    SELECT policy_epochs.tenant_id FROM policy_epochs JOIN temp.before USING (tenant_id)
    WHERE policy_epochs.epoch <> before.epoch ORDER BY 1)";

/// Makes room for what [`MOVED`] compares with. Once for a connection: each change of the schema would make
/// SQLite read all of it again.
pub(crate) fn prepare(db: &Connection) {
    db.execute_batch("CREATE TEMP TABLE before (tenant_id PRIMARY KEY, epoch)")
        .unwrap();
}

impl Allowed {
    pub(crate) fn new(sql: impl Into<String>) -> Self {
        Self {
            sql: sql.into(),
            then: Vec::new(),
        }
    }

    pub(crate) fn then(mut self, question: &str, answer: &str) -> Self {
        self.then.push((question.to_owned(), answer.to_owned()));
        self
    }

    /// Runs it and takes it back; an error says what was not as it should be.
    pub(crate) fn run(&self, db: &Connection) -> Result<(), String> {
        db.execute_batch("SAVEPOINT one; INSERT INTO temp.before SELECT * FROM policy_epochs")
            .unwrap();
        let outcome = self.hold(db);
        db.execute_batch("ROLLBACK TO one; RELEASE one").unwrap();
        outcome
    }

    fn hold(&self, db: &Connection) -> Result<(), String> {
        db.execute_batch(&self.sql)
            .map_err(|error| format!("{error}: {}", self.sql))?;
        for (question, answer) in &self.then {
            let got = match db.query_row(question, [], |row| row.get(0)) {
                Ok(Value::Text(text)) => text,
                Ok(Value::Integer(number)) => number.to_string(),
                other => format!("{other:?}"),
            };
            if got != *answer {
                return Err(format!(
                    "{got}, not {answer}, by {question} after {}",
                    self.sql
                ));
            }
        }
        Ok(())
    }
}
