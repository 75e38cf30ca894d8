//! What stands in a line of a log.

use std::fmt::{self, Display, Write};

use crate::model::text::is_hidden;

/// Something as a line of the host's log shows it: a driver's words may hold data, and data may hold a line's end and a
/// forged line behind it, an escape that a terminal obeys, or what turns the direction of text. What is not seen where
/// it stands is spelled out: `\u{1b}`.
pub(crate) struct Visible<T>(pub(crate) T);

impl<T: Display> Display for Visible<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(Spelling(f), "{}", self.0)
    }
}

struct Spelling<'f, 'b>(&'f mut fmt::Formatter<'b>);

impl Write for Spelling<'_, '_> {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        let mut rest = text;
        while let Some(at) = rest.find(is_hidden) {
            let (plain, hidden) = rest.split_at(at);
            self.0.write_str(plain)?;
            let mut behind = hidden.chars();
            if let Some(c) = behind.next() {
                write!(self.0, "{}", c.escape_unicode())?;
            }
            rest = behind.as_str();
        }
        self.0.write_str(rest)
    }
}

#[cfg(test)]
mod tests {
    use super::Visible;

    #[test]
    fn a_forged_line_an_escape_and_what_turns_text_are_spelled_out() {
        let forged = "key (zoë\r\n2026-01-02 INFO all is well \u{1b}[2J\u{202e}) exists";
        let line = Visible(format_args!("{forged}")).to_string();
        assert_eq!(
            line,
            "key (zoë\\u{d}\\u{a}2026-01-02 INFO all is well \\u{1b}[2J\\u{202e}) exists"
        );
        // Nor is a name of what shows nothing taken for none.
        assert_eq!(
            Visible("\u{3164}\u{2800}").to_string(),
            "\\u{3164}\\u{2800}"
        );
        assert_eq!(Visible("無人機 \\n").to_string(), "無人機 \\n");
    }
}
