//! How SQLite compares the columns of a table, which it tells nowhere but in the statement that made the table.

/// A word or a mark of a statement.
#[derive(Debug, PartialEq, Eq)]
enum Token {
    /// A keyword or a name, without its quotes.
    Word(String),
    Mark(char),
}

/// The columns that are compared otherwise than byte by byte, each with its collation.
pub(super) fn collated(text: &str) -> Vec<(String, String)> {
    let mut found: Vec<(String, String)> = Vec::new();
    let (mut depth, mut column, mut names_one) = (0_u32, None, false);
    for token in tokens(text) {
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

/// The text without blanks and comments.
fn tokens(text: &str) -> Vec<Token> {
    let mut tokens = Vec::new();
    let mut rest = text.trim_start();
    while let Some(first) = rest.chars().next() {
        let (token, length) = match first {
            '-' if rest.starts_with("--") => (None, through(rest, "\n")),
            '/' if rest.starts_with("/*") => (None, through(rest, "*/")),
            '"' | '`' | '\'' => quoted(rest, first),
            '[' => quoted(rest, ']'),
            _ if is_of_a_name(first) => {
                let length = rest.find(|c| !is_of_a_name(c)).unwrap_or(rest.len());
                let word = rest.get(..length).unwrap_or_default();
                (Some(Token::Word(word.to_owned())), length)
            }
            _ => (Some(Token::Mark(first)), first.len_utf8()),
        };
        tokens.extend(token);
        rest = rest.get(length..).unwrap_or_default().trim_start();
    }
    tokens
}

fn is_of_a_name(c: char) -> bool {
    c == '_' || c == '$' || c.is_ascii_alphanumeric() || !c.is_ascii()
}

/// How long a comment is that ends so.
fn through(rest: &str, end: &str) -> usize {
    let behind = rest.get(2..).unwrap_or_default();
    behind.find(end).map_or(rest.len(), |at| 2 + at + end.len())
}

/// What stands between quotes, and how long it is with them. A quote that is doubled is one of the text.
fn quoted(rest: &str, closes: char) -> (Option<Token>, usize) {
    let mut word = String::new();
    let mut inside = rest.char_indices().skip(1).peekable();
    while let Some((at, c)) = inside.next() {
        if c != closes {
            word.push(c);
        } else if closes != ']' && inside.next_if(|(_, next)| *next == closes).is_some() {
            word.push(closes);
        } else {
            return (Some(Token::Word(word)), at + c.len_utf8());
        }
    }
    (Some(Token::Word(word)), rest.len())
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
