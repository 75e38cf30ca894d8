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
        // No path and no login is meant to hold one: it is the end of the line that the URL was read from.
        if url.contains(char::is_control) {
            let rule =
                "contains a control character, such as the line feed behind a line of a file";
            return Err(InvalidField::new("url", rule));
        }
        if let Some(path) = url.strip_prefix("sqlite:") {
            return match path {
                ":memory:" => Ok(Self::Sqlite(Place::Memory)),
                "" => Err(InvalidField::new("url", "names no file after `sqlite:`")),
                // `sqlite:///x` is `x` to some, and `/x` to others.
                path if path.starts_with("//") => Err(InvalidField::new(
                    "url",
                    "has slashes after `sqlite:`, which others read as another path than they say: a relative path \
                     stands there as it is (`sqlite:fleet.db`), an absolute one begins with one slash \
                     (`sqlite:/srv/fleet.db`)",
                )),
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

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::panic, reason = "tests")]
mod tests {
    use super::*;

    #[test]
    fn no_url_holds_a_control_character_whatever_the_engine() {
        for begins in ["sqlite:", "postgres://u@host/"] {
            for c in ['\0', '\n', '\r', '\t', '\u{1b}', '\u{7f}', '\u{85}'] {
                for url in [
                    format!("{begins}x.db{c}"),
                    format!("{begins}x{c}.db"),
                    format!("{c}{begins}x"),
                ] {
                    let refused = Location::parse(&url).unwrap_err();
                    assert_eq!(refused.field, "url");
                    assert!(
                        refused.rule.contains("control character"),
                        "{url:?}: {refused}"
                    );
                }
            }
        }
    }

    #[test]
    fn a_path_that_others_read_otherwise_is_refused_and_the_form_is_named() {
        for url in [
            "sqlite://x.db",
            "sqlite:///x.db",
            "sqlite:////x.db",
            "sqlite://",
        ] {
            let refused = Location::parse(url).unwrap_err();
            assert!(
                refused.rule.contains("`sqlite:/srv/fleet.db`"),
                "{url}: {refused}"
            );
        }
        for (url, path) in [
            ("sqlite:x.db", "x.db"),
            ("sqlite:/srv/x.db", "/srv/x.db"),
            ("sqlite:./x.db", "./x.db"),
            ("sqlite:/srv//x.db", "/srv//x.db"),
        ] {
            match Location::parse(url).unwrap() {
                Location::Sqlite(Place::File(found)) => assert_eq!(found, PathBuf::from(path)),
                other => panic!("{url}: {other:?}"),
            }
        }
    }
}
