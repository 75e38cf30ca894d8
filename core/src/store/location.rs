//! Reading the URL of a database.

use std::path::PathBuf;

use super::postgres::PostgresConfig;
use super::sqlite::Place;
use crate::model::InvalidField;

/// Where a database is, as its URL says.
#[derive(Debug, Clone)]
pub(crate) enum Location {
    Sqlite(Place),
    Postgres(Box<PostgresConfig>),
}

impl Location {
    /// `sqlite:PATH`, `sqlite::memory:`, `postgres://…` or `postgresql://…`.
    pub(crate) fn parse(url: &str) -> Result<Self, InvalidField> {
        if let Some(path) = url.strip_prefix("sqlite:") {
            return match path {
                ":memory:" => Ok(Self::Sqlite(Place::Memory)),
                "" => Err(InvalidField::new("url", "names no file after `sqlite:`")),
                path if path.contains('\0') => {
                    Err(InvalidField::new("url", "must not contain NUL"))
                }
                path => Ok(Self::Sqlite(Place::File(PathBuf::from(path)))),
            };
        }
        if url.starts_with("postgres://") || url.starts_with("postgresql://") {
            return PostgresConfig::parse(url).map(Box::new).map(Self::Postgres);
        }
        Err(InvalidField::new(
            "url",
            "must start with `sqlite:`, `postgres://` or `postgresql://`",
        ))
    }
}
