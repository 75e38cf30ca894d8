//! Names and literals in texts that take no parameters.

/// Quotes a name or a literal; the text holds no NUL.
pub(super) fn quoted(text: &str, quote: char) -> String {
    let doubled = text.replace(quote, &format!("{quote}{quote}"));
    format!("{quote}{doubled}{quote}")
}
