//! An attack is a statement that must be refused; an allowed form is one that must do what it says.

use tokio_postgres::Client;
use tokio_postgres::error::DbError;

use crate::postgres_fixture::{Database, ask};

/// Who runs the statement.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum By {
    /// The owner of the tables, as the old platform and every tool of a DBA does.
    Owner,
    /// The runtime role in a transaction of tenant `a`, as Ringfence does.
    Runtime,
}

/// How it must be refused.
#[derive(Debug, Clone)]
pub(crate) enum Refused {
    /// By a guard with this message.
    Guard(&'static str),
    /// By the foreign key of this name.
    Reference(&'static str),
    /// By the unique key of this name.
    Unique(&'static str),
    /// Because this column, written `table.column`, may not be null.
    Null(&'static str),
    /// By row-level security's check of the new row: not by that of another table's, which a trigger writes.
    Policy,
    /// The role may not.
    Privilege,
    /// It finds nothing to change.
    Nothing,
}

#[derive(Debug, Clone)]
pub(crate) struct Attack {
    pub(crate) by: By,
    pub(crate) sql: String,
    pub(crate) refused: Refused,
}

/// An attack by the owner.
pub(super) fn owner(sql: impl Into<String>, refused: Refused) -> Attack {
    Attack {
        by: By::Owner,
        sql: sql.into(),
        refused,
    }
}

/// An attack by the runtime role of tenant `a`.
pub(super) fn runtime(sql: impl Into<String>, refused: Refused) -> Attack {
    Attack {
        by: By::Runtime,
        sql: sql.into(),
        refused,
    }
}

/// The same attack by both.
pub(super) fn anyone(sql: impl Into<String>, refused: Refused) -> [Attack; 2] {
    let sql = sql.into();
    [owner(sql.clone(), refused.clone()), runtime(sql, refused)]
}

impl Attack {
    /// Whether nobody is told: then the rows must be compared.
    pub(crate) fn passes_unnoticed(&self) -> bool {
        matches!(self.refused, Refused::Nothing)
    }

    /// Runs the attack in a savepoint `attack`, which it leaves open. The error is a line for people.
    pub(crate) async fn run(&self, database: &Database, client: &Client) -> Result<(), String> {
        let outcome = run(database, client, self.by, &self.sql).await;
        let ok = match (&self.refused, &outcome) {
            (Refused::Nothing, outcome) => outcome.is_ok(),
            (_, Ok(())) => false,
            (refused, Err(error)) => {
                refused.matches(&self.sql, error) && reveals_nothing(&self.sql, error)
            }
        };
        let Self { by, sql, refused } = self;
        if ok {
            Ok(())
        } else {
            Err(format!("{by:?} {sql}: wanted {refused:?}, got {outcome:?}"))
        }
    }
}

impl Refused {
    fn matches(&self, sql: &str, error: &DbError) -> bool {
        let (code, message) = (error.code().code(), error.message());
        match self {
            Self::Guard(text) => code == "RF001" && message == *text && error.detail().is_none(),
            // A refused deletion is a foreign key's violation up to Postgres 17, a restriction's from 18 on.
            Self::Reference(name) => {
                ["23503", "23001"].contains(&code) && error.constraint() == Some(name)
            }
            Self::Unique(name) => code == "23505" && error.constraint() == Some(name),
            Self::Null(column) => {
                let place = error.table().zip(error.column());
                code == "23502" && place == column.split_once('.')
            }
            Self::Policy => {
                let table =
                    message.strip_prefix("new row violates row-level security policy for table ");
                code == "42501" && table.is_some_and(|table| writes(sql, table.trim_matches('"')))
            }
            Self::Privilege => code == "42501" && message.starts_with("permission denied"),
            Self::Nothing => false,
        }
    }
}

/// Whether one of the statements writes into this table.
fn writes(sql: &str, table: &str) -> bool {
    let words: Vec<&str> = sql.split_whitespace().collect();
    words.windows(2).any(|pair| {
        let named = pair[1].trim_start_matches("public.");
        ["INTO", "UPDATE"].contains(&pair[0]) && named == table
    })
}

/// No value of the other tenant that the statement did not bring along.
fn reveals_nothing(sql: &str, error: &DbError) -> bool {
    let told = format!("{} {}", error.message(), error.detail().unwrap_or_default());
    let words = told.split(|c: char| !c.is_alphanumeric() && c != '_');
    words
        .filter(|word| word.ends_with("_b"))
        .all(|word| sql.contains(word))
}

/// Something that must go on working, and what is so afterwards.
#[derive(Debug, Clone)]
pub(crate) struct Allowed {
    pub(super) by: By,
    pub(super) sql: String,
    question: String,
    answer: String,
}

/// A form that both may use: afterwards the question, asked by the owner, has this answer.
pub(super) fn works(sql: &str, question: &str, answer: &str) -> [Allowed; 2] {
    [By::Owner, By::Runtime].map(|by| works_by(by, sql, question, answer))
}

/// A form for one of the two.
pub(crate) fn works_by(by: By, sql: &str, question: &str, answer: &str) -> Allowed {
    Allowed {
        by,
        sql: sql.into(),
        question: question.into(),
        answer: answer.into(),
    }
}

impl Allowed {
    /// Runs the form in a savepoint `attack`, which it leaves open. The error is a line for people.
    pub(crate) async fn run(&self, database: &Database, client: &Client) -> Result<(), String> {
        let Self {
            by,
            sql,
            question,
            answer,
        } = self;
        if let Err(error) = run(database, client, *by, sql).await {
            return Err(format!("{by:?} {sql}: refused with {error:?}"));
        }
        let got = ask(client, question).await;
        if got == *answer {
            Ok(())
        } else {
            Err(format!("{by:?} {sql}: {question}: {got}"))
        }
    }
}

async fn run(database: &Database, client: &Client, by: By, sql: &str) -> Result<(), Box<DbError>> {
    let role = match by {
        By::Owner => String::new(),
        By::Runtime => format!(
            "SET LOCAL ROLE {}; SELECT set_config('ringfence.tenant', 'a', true);",
            database.role()
        ),
    };
    client
        .batch_execute(&format!("SAVEPOINT attack; {role} {sql}; RESET ROLE"))
        .await
        .map_err(|error| Box::new(error.as_db_error().expect("the server answers").clone()))
}
