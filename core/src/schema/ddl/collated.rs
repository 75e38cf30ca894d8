//! How SQLite compares the columns of a table, which it tells nowhere but in the statement that made the table.

use super::tokens::{Token, tokens};

/// The columns that are compared otherwise than byte by byte, each with its collation.
pub(super) fn collated(text: &str) -> Vec<(String, String)> {
    let mut found: Vec<(String, String)> = Vec::new();
    let (mut depth, mut column, mut names_one) = (0_u32, None, false);
    for (token, _) in tokens(text) {
        let names_it = std::mem::take(&mut names_one);
        match token {
            Token::Mark('(') => {
                depth += 1;
                if depth == 1 {
                    column = None;
                }
            }
            Token::Mark(')') => depth = depth.saturating_sub(1),
            Token::Mark(',') if depth == 1 => column = None,
            Token::Word(word) if depth == 1 => match &column {
                None => column = Some(word),
                Some(column) if names_it => {
                    // The last of several holds.
                    found.retain(|(other, _)| other != column);
                    found.push((column.clone(), word));
                }
                Some(_) => names_one = word.eq_ignore_ascii_case("COLLATE"),
            },
            Token::Word(_) | Token::Mark(_) => {}
        }
    }
    found.retain(|(_, collation)| !collation.eq_ignore_ascii_case("BINARY"));
    found
}

#[cfg(test)]
mod tests {
    use super::collated;

    #[test]
    fn a_collation_is_found_however_it_is_written() {
        for (column, expected) in [
            ("name VARCHAR NOT NULL", None),
            ("name VARCHAR COLLATE BINARY NOT NULL", None),
            ("name VARCHAR CHECK (name COLLATE NOCASE <> '')", None),
            ("name VARCHAR DEFAULT 'COLLATE NOCASE'", None),
            ("name VARCHAR -- COLLATE NOCASE\n", None),
            ("name VARCHAR COLLATE NOCASE NOT NULL", Some("NOCASE")),
            ("name VARCHAR(9) collate/* by */\"RTRIM\"", Some("RTRIM")),
            ("/* the, (name */ [name] COLLATE [odd]", Some("odd")),
            ("name COLLATE BINARY COLLATE NOCASE", Some("NOCASE")),
            ("name COLLATE NOCASE COLLATE BINARY", None),
        ] {
            let text = format!(
                "CREATE TABLE \"a (b\" (id TEXT DEFAULT 'x, ''(', {column}, UNIQUE (id COLLATE NOCASE))"
            );
            let found = collated(&text);
            let expected = expected.map(|it| ("name".to_owned(), it.to_owned()));
            assert_eq!(found, Vec::from_iter(expected), "{text}");
        }
    }
}
