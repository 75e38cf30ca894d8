//! What differs between the two engines before a statement has any meaning: dialect and names.

use ringfence::testing::Engine;
use sqlparser::ast::{Ident, Statement};
use sqlparser::dialect::{PostgreSqlDialect, SQLiteDialect};
use sqlparser::parser::Parser;

use super::proof::{Reason, Violation};

/// How an engine reads a text. On SQLite names ignore case, quoted or not, and run-time texts number parameters `?n`; on
/// Postgres unquoted names fold to lower case, and quoted ones stand as written.
pub(super) trait Reads: Copy {
    /// The one statement in `sql`.
    fn parse(self, sql: &str) -> Result<Statement, Violation>;

    /// The name as the engine compares it.
    fn fold(self, ident: &Ident) -> String;

    /// The schema that the application's tables stand in.
    fn home_schema(self) -> &'static str;

    /// Whether `placeholder` is a numbered parameter that this engine's texts may hold.
    fn numbers(self, placeholder: &str) -> bool;
}

impl Reads for Engine {
    fn parse(self, sql: &str) -> Result<Statement, Violation> {
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

    fn fold(self, ident: &Ident) -> String {
        match (self, ident.quote_style) {
            (Engine::Postgres, Some(_)) => ident.value.clone(),
            (Engine::Sqlite, _) | (Engine::Postgres, None) => ident.value.to_ascii_lowercase(),
        }
    }

    fn home_schema(self) -> &'static str {
        match self {
            Engine::Sqlite => "main",
            Engine::Postgres => "public",
        }
    }

    fn numbers(self, placeholder: &str) -> bool {
        let digits = match (self, placeholder.split_at_checked(1)) {
            (_, Some(("$", digits))) | (Engine::Sqlite, Some(("?", digits))) => digits,
            _ => return false,
        };
        !digits.is_empty() && digits.bytes().all(|b| b.is_ascii_digit()) && !digits.starts_with('0')
    }
}
