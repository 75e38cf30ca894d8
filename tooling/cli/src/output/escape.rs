//! What no terminal is sent as it is.

use std::borrow::Cow;

use unicode_properties::{GeneralCategory, UnicodeGeneralCategory};

/// Whether a character moves the cursor, reorders what stands around it, or cannot be seen, by its general category:
/// the controls of ASCII and of Latin-1 (C0, DEL, C1), line and paragraph separators, and Unicode's format characters,
/// which set the direction of text (UAX 9) or have no width; and fillers, which Unicode counts among letters, marks and
/// symbols. No name may have them, and the library's log spells them out.
pub(crate) fn is_hidden(c: char) -> bool {
    matches!(
        c.general_category(),
        GeneralCategory::Control
            | GeneralCategory::Format
            | GeneralCategory::LineSeparator
            | GeneralCategory::ParagraphSeparator
    ) || is_blank_by_itself(c)
}

/// As in the library. What chooses a form of the character before it is left, as emoji have it.
fn is_blank_by_itself(c: char) -> bool {
    matches!(
        c,
        '\u{34f}'
            | '\u{115f}'
            | '\u{1160}'
            | '\u{17b4}'
            | '\u{17b5}'
            | '\u{2065}'
            | '\u{2800}'
            | '\u{3164}'
            | '\u{ffa0}'
            | '\u{fff0}'..='\u{fff8}'
            | '\u{e0000}'..='\u{e00ff}'
            | '\u{e01f0}'..='\u{e0fff}'
    )
}

/// The text with hidden characters spelled out: `\u{1b}`. A line feed is one of them, so that a value never
/// begins a line.
pub(crate) fn escaped(text: &str) -> Cow<'_, str> {
    if !text.contains(is_hidden) {
        return text.into();
    }
    let mut shown = String::with_capacity(text.len() + 16);
    for c in text.chars() {
        if is_hidden(c) {
            shown.extend(c.escape_unicode());
        } else {
            shown.push(c);
        }
    }
    shown.into()
}

/// The same in a string of JSON, where it changes the spelling and not the value.
pub(crate) fn escaped_in_json(text: &str) -> Cow<'_, str> {
    if !text.contains(is_hidden) {
        return text.into();
    }
    let mut shown = String::with_capacity(text.len() + 16);
    for c in text.chars() {
        if is_hidden(c) {
            for unit in c.encode_utf16(&mut [0; 2]) {
                shown += &format!("\\u{unit:04x}");
            }
        } else {
            shown.push(c);
        }
    }
    shown.into()
}

#[cfg(test)]
mod tests {
    use super::{escaped, escaped_in_json};

    #[test]
    fn what_moves_reorders_or_hides_is_spelled_out_and_what_is_read_is_not() {
        for (hidden, shown) in [
            ("\0", "\\u{0}"),
            ("\u{1b}]0;title\u{7}", "\\u{1b}]0;title\\u{7}"),
            ("\n\r\t\u{7f}", "\\u{a}\\u{d}\\u{9}\\u{7f}"),
            ("\u{80}\u{9b}\u{9f}", "\\u{80}\\u{9b}\\u{9f}"),
            ("\u{61c}\u{200e}\u{200f}", "\\u{61c}\\u{200e}\\u{200f}"),
            ("\u{202a}\u{202e}", "\\u{202a}\\u{202e}"),
            ("\u{2066}\u{2069}", "\\u{2066}\\u{2069}"),
            ("\u{2028}\u{2029}", "\\u{2028}\\u{2029}"),
            ("\u{ad}\u{200b}\u{feff}", "\\u{ad}\\u{200b}\\u{feff}"),
            ("\u{e0001}\u{e007f}", "\\u{e0001}\\u{e007f}"),
            ("\u{3164}\u{115f}\u{34f}", "\\u{3164}\\u{115f}\\u{34f}"),
            ("\u{2800}", "\\u{2800}"),
        ] {
            assert_eq!(escaped(hidden), shown);
        }
        for read in [
            "",
            "Heron 2",
            "naïve ✈",
            "✈️",
            "無人機",
            "עוף",
            "हिन्दी",
            "e\u{301}",
            "C:\\n",
        ] {
            assert_eq!(escaped(read), read);
        }
    }

    #[test]
    fn an_escape_of_json_means_the_same_character() {
        for text in ["\u{9b}1m", "a\u{202e}b", "\u{e0041}", "\u{7f}"] {
            let spelled = format!("\"{}\"", escaped_in_json(text));
            assert!(spelled.is_ascii(), "{spelled}");
            let read: Result<String, _> = serde_json::from_str(&spelled);
            assert!(matches!(&read, Ok(read) if read == text), "{read:?}");
        }
    }
}
