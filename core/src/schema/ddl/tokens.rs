//! The words and marks of a statement, as SQLite reads it.

use std::ops::Range;

/// A word or a mark of a statement.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Token {
    /// A keyword, a name or a literal, without its quotes.
    Word(String),
    Mark(char),
}

/// What the text holds besides blanks and comments, each with where it stands.
pub(super) fn tokens(text: &str) -> Vec<(Token, Range<usize>)> {
    let mut tokens = Vec::new();
    let mut rest = text.trim_start();
    while let Some(first) = rest.chars().next() {
        let begins = text.len() - rest.len();
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
        tokens.extend(token.map(|token| (token, begins..begins + length)));
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
