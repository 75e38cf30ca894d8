//! Names and literals in texts that take no parameters.

/// Quotes a name or a literal; the text holds no NUL.
pub(super) fn quoted(text: &str, quote: char) -> String {
    let doubled = text.replace(quote, &format!("{quote}{quote}"));
    format!("{quote}{doubled}{quote}")
}

/// A literal that means the same whatever `standard_conforming_strings` is: the whole of a text is read before the
/// first statement in it runs.
pub(super) fn literal(text: &str) -> String {
    format!("E{}", quoted(&text.replace('\\', "\\\\"), '\''))
}

#[cfg(test)]
mod tests {
    use super::literal;

    #[test]
    fn a_literal_holds_backslashes_and_quotes() {
        assert_eq!(literal(r"a\' OR b"), r"E'a\\'' OR b'");
    }
}
