//! What differs between the two engines before a statement has any meaning: dialect and names.

use sqlparser::ast::{Ident, Statement};
use sqlparser::dialect::{PostgreSqlDialect, SQLiteDialect};
use sqlparser::parser::Parser;

use super::proof::{Reason, Violation};

/// The engine whose dialect a statement is read in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Engine {
    /// SQLite: names ignore case, quoted or not; run-time texts number parameters `?n`.
    Sqlite,
    /// Postgres: unquoted names fold to lower case, quoted ones stand as written.
    Postgres,
}

impl Engine {
    /// Both engines, in the order in which reports name them.
    pub const ALL: [Engine; 2] = [Engine::Sqlite, Engine::Postgres];

    /// The one statement in `sql`.
    pub(super) fn parse(self, sql: &str) -> Result<Statement, Violation> {
        let parsed = match self {
            Engine::Sqlite => Parser::parse_sql(&SQLiteDialect {}, sql),
            Engine::Postgres => Parser::parse_sql(&PostgreSqlDialect {}, sql),
        };
        let mut statements = parsed
            .map_err(|error| Violation::of_statement(Reason::DoesNotParse(error.to_string())))?;
        match (statements.pop(), statements.len()) {
            (Some(statement), 0) => Ok(statement),
            (last, before) => {
                let count = before + usize::from(last.is_some());
                Err(Violation::of_statement(Reason::NotOneStatement(count)))
            }
        }
    }

    /// The name as the engine compares it.
    pub(super) fn fold(self, ident: &Ident) -> String {
        match (self, ident.quote_style) {
            (Engine::Postgres, Some(_)) => ident.value.clone(),
            (Engine::Sqlite, _) | (Engine::Postgres, None) => ident.value.to_ascii_lowercase(),
        }
    }

    /// The schema that the application's tables stand in.
    pub(super) fn home_schema(self) -> &'static str {
        match self {
            Engine::Sqlite => "main",
            Engine::Postgres => "public",
        }
    }

    /// Whether `placeholder` is a numbered parameter that this engine's texts may hold.
    pub(super) fn numbers(self, placeholder: &str) -> bool {
        let digits = match (self, placeholder.split_at_checked(1)) {
            (_, Some(("$", digits))) | (Engine::Sqlite, Some(("?", digits))) => digits,
            _ => return false,
        };
        !digits.is_empty() && digits.bytes().all(|b| b.is_ascii_digit()) && !digits.starts_with('0')
    }
}

impl std::fmt::Display for Engine {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Engine::Sqlite => "SQLite",
            Engine::Postgres => "Postgres",
        })
    }
}
