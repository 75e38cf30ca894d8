//! Limits on text that a caller hands over.
//!
//! The databases themselves would take a gigabyte: the limits keep a row, an audit leaf and an error small. Text that
//! is already stored is never checked again, because adopted rows keep what they have.
//!
//! A name is brought into Unicode's normalisation form C where it comes in ([`named`]), so that two spellings of one
//! name are one text, and the unique keys of the database tell them apart from nothing else.

use std::borrow::Cow;
use std::fmt;

use unicode_normalization::{IsNormalized, UnicodeNormalization, is_nfc_quick};
use unicode_properties::{GeneralCategory, UnicodeGeneralCategory};

/// Longest id in bytes.
pub(crate) const ID_MAX: usize = 200;
/// Longest name (tenant, user, role, drone, mission) in bytes.
pub(crate) const NAME_MAX: usize = 200;
/// Longest description or comment in bytes.
pub(crate) const TEXT_MAX: usize = 4_000;
/// Shortest new password in characters (NIST SP 800-63B-4, section 3.1.1.2).
pub(crate) const PASSWORD_MIN: usize = 8;
/// Longest password in bytes: Argon2id reads all of it at every attempt.
pub(crate) const PASSWORD_MAX: usize = 1_024;

/// What is wrong with a value that a caller handed over: the field, and the rule that it breaks.
///
/// It never holds the value itself, so that it can be logged and shown.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{field} {rule}")]
pub struct InvalidField {
    /// The field as the method's argument names it, with a path into it where there is one:
    /// `name`, `admin.username`, `plan.mission.items[3].params[4]`.
    pub field: String,
    /// The rule, as the rest of a sentence that begins with the field: `is empty`.
    pub rule: String,
}

impl InvalidField {
    /// `field` breaks `rule`.
    pub(crate) fn new(field: impl Into<String>, rule: impl fmt::Display) -> Self {
        Self {
            field: field.into(),
            rule: rule.to_string(),
        }
    }

    /// The same violation, seen from outside a part called `part`: `username` becomes `admin.username`.
    pub(crate) fn inside(self, part: &str) -> Self {
        Self {
            field: format!("{part}.{}", self.field),
            rule: self.rule,
        }
    }
}

/// A text of up to `max` bytes, which may be empty.
pub(crate) fn bounded(field: &str, text: &str, max: usize) -> Result<(), InvalidField> {
    if text.len() > max {
        return Err(InvalidField::new(
            field,
            format_args!("is longer than {max} bytes"),
        ));
    }
    if text.contains('\0') {
        return Err(InvalidField::new(
            field,
            "contains NUL, which Postgres cannot store",
        ));
    }
    Ok(())
}

/// A name: not blank, without blanks around it, at most [`NAME_MAX`] bytes, and of characters that are seen where they
/// stand: two names that look alike are told apart by nobody.
pub(crate) fn name(field: &str, text: &str) -> Result<(), InvalidField> {
    bounded(field, text, NAME_MAX)?;
    let trimmed = text.trim();
    if trimmed.is_empty() {
        return Err(InvalidField::new(field, "is blank"));
    }
    if trimmed.len() != text.len() {
        return Err(InvalidField::new(field, "begins or ends with a blank"));
    }
    if text.contains(is_formatting) {
        return Err(InvalidField::new(
            field,
            "contains a control, format or bidirectional character",
        ));
    }
    if has_unseen(text) {
        return Err(InvalidField::new(
            field,
            "contains a character that is not seen where it stands",
        ));
    }
    Ok(())
}

/// An id that a caller makes up, which people read and type like a name. One that is only looked for is any text, since
/// adopted ones keep what they have.
pub(crate) fn made_up_id(field: &str, id: &str) -> Result<(), InvalidField> {
    bounded(field, id, ID_MAX)?;
    name(field, id)
}

/// A name that is looked for: adopted ones keep what no rule of today lets through, their length included.
pub(crate) fn sought(field: &str, text: &str) -> Result<(), InvalidField> {
    bounded(field, text, TEXT_MAX)
}

/// A name that is about to be stored, which it is in form C.
pub(crate) fn named(field: &str, text: &mut String) -> Result<(), InvalidField> {
    name(field, text)?;
    if let Cow::Owned(composed) = nfc(text) {
        // What is composed may be longer, and a blank of another kind.
        name(field, &composed)?;
        *text = composed;
    }
    Ok(())
}

/// A name of a prefix and as much of a text as a name holds. Of a text that another program stored, which may be none that
/// a name can be made of, it is the prefix and `otherwise`.
pub(crate) fn name_of(prefix: &str, text: &str, otherwise: &str) -> String {
    let mut name = format!("{prefix}{text}");
    while name.len() > NAME_MAX {
        name.pop();
    }
    name.truncate(name.trim_end().len());
    match named("name", &mut name) {
        Ok(()) => name,
        Err(_) => format!("{prefix}{otherwise}"),
    }
}

/// A text in Unicode's normalisation form C (UAX 15), in which equal names and passwords are equal bytes.
pub(crate) fn nfc(text: &str) -> Cow<'_, str> {
    match is_nfc_quick(text.chars()) {
        IsNormalized::Yes => Cow::Borrowed(text),
        IsNormalized::No | IsNormalized::Maybe => {
            let composed: String = text.nfc().collect();
            match composed == text {
                true => Cow::Borrowed(text),
                false => Cow::Owned(composed),
            }
        }
    }
}

/// Whether a text has a filler, or what chooses a form of the character before it behind one that has no other forms.
fn has_unseen(text: &str) -> bool {
    let mut before = None;
    let mut behind = text.chars();
    while let Some(c) = behind.next() {
        let unseen = match c {
            // Text or picture: of a symbol, or of what becomes a key.
            '\u{fe0e}' | '\u{fe0f}' => !before.is_some_and(|it: char| {
                is_symbol(it) || it.is_ascii() && behind.as_str().starts_with('\u{20e3}')
            }),
            // The forms of a Mongolian letter.
            '\u{180b}'..='\u{180d}' | '\u{180f}' => {
                !before.is_some_and(|it| matches!(it, '\u{1820}'..='\u{18aa}'))
            }
            _ => {
                is_blank_by_itself(c)
                    || matches!(c, '\u{fe00}'..='\u{fe0d}' | '\u{e0100}'..='\u{e01ef}')
            }
        };
        if unseen {
            return true;
        }
        before = Some(c);
    }
    false
}

/// What may be a picture: emoji are symbols, but for a few of other categories.
fn is_symbol(c: char) -> bool {
    !c.is_ascii()
        && (matches!(
            c.general_category(),
            GeneralCategory::OtherSymbol
                | GeneralCategory::MathSymbol
                | GeneralCategory::ModifierSymbol
        ) || matches!(
            c,
            '\u{203c}' | '\u{2049}' | '\u{2139}' | '\u{3030}' | '\u{303d}'
        ))
}

/// Whether a character that Unicode counts among letters, marks and symbols shows nothing: the fillers and joiners of
/// `Default_Ignorable_Code_Point` but for the selectors of variants, which belong to the character before them, and the
/// blank of Braille.
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

/// Whether a character is not seen where it stands: the controls, line and paragraph separators, and Unicode's format
/// characters (Cf), among which are those that set the direction of text and those that join letters or part them; and
/// [fillers](is_blank_by_itself).
pub(crate) fn is_hidden(c: char) -> bool {
    is_formatting(c) || is_blank_by_itself(c)
}

fn is_formatting(c: char) -> bool {
    if c.is_ascii() {
        return c.is_ascii_control();
    }
    matches!(
        c.general_category(),
        GeneralCategory::Control
            | GeneralCategory::Format
            | GeneralCategory::LineSeparator
            | GeneralCategory::ParagraphSeparator
    )
}

/// A description or comment of at most [`TEXT_MAX`] bytes.
pub(crate) fn remark(field: &str, text: &str) -> Result<(), InvalidField> {
    bounded(field, text, TEXT_MAX)
}

/// Likewise, where it is given.
pub(crate) fn remarked(field: &str, text: Option<&str>) -> Result<(), InvalidField> {
    text.map_or(Ok(()), |text| remark(field, text))
}

/// What is shown to people: not blank, at most [`TEXT_MAX`] bytes.
pub(crate) fn message(field: &str, text: &str) -> Result<(), InvalidField> {
    remark(field, text)?;
    if text.trim().is_empty() {
        return Err(InvalidField::new(field, "is blank"));
    }
    Ok(())
}

/// A password that somebody tries: adopted ones may be short.
pub(crate) fn password(field: &str, text: &str) -> Result<(), InvalidField> {
    if text.len() > PASSWORD_MAX {
        return Err(InvalidField::new(
            field,
            format_args!("is longer than {PASSWORD_MAX} bytes"),
        ));
    }
    Ok(())
}

/// A password that is about to be set.
pub(crate) fn new_password(field: &str, text: &str) -> Result<(), InvalidField> {
    password(field, text)?;
    // As it is hashed: a letter and its accent are one character.
    if nfc(text).chars().count() < PASSWORD_MIN {
        return Err(InvalidField::new(
            field,
            format_args!("has fewer than {PASSWORD_MIN} characters"),
        ));
    }
    Ok(())
}

/// A version that an update says it saw: rows start at 1.
pub(crate) fn version(field: &str, version: Option<i64>) -> Result<(), InvalidField> {
    match version {
        Some(version) if version < 1 => Err(InvalidField::new(field, "is less than 1")),
        _ => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn a_name_of_ten_megabytes_is_refused_without_being_repeated() {
        let refused = name("name", &"x".repeat(10_000_000)).unwrap_err();
        assert_eq!(refused.to_string(), "name is longer than 200 bytes");
    }

    #[test]
    fn names_are_limited_in_bytes_not_in_characters() {
        assert!(name("name", &"é".repeat(100)).is_ok());
        assert!(name("name", &"é".repeat(101)).is_err());
    }

    #[test]
    fn blank_names_and_nul_are_refused() {
        for text in ["", " ", "\t\n", "a\0b", "\0"] {
            assert_eq!(name("name", text).unwrap_err().field, "name", "{text:?}");
        }
        assert!(remark("comment", "a\0b").is_err());
        assert!(remark("comment", "").is_ok());
    }

    #[test]
    fn names_with_what_is_not_seen_or_surrounding_blanks_are_refused_by_the_rule() {
        let hidden = "contains a control, format or bidirectional character";
        let around = "begins or ends with a blank";
        let unseen = "contains a character that is not seen where it stands";
        for (text, rule) in [
            ("a\nb", hidden),
            ("a\tb", hidden),
            ("a\u{1b}[31mb", hidden),
            ("a\u{9b}b", hidden),
            ("a\u{ad}b", hidden),
            ("a\u{61c}b", hidden),
            ("a\u{200b}b", hidden),
            ("a\u{200d}b", hidden),
            ("a\u{200f}b", hidden),
            ("a\u{2028}b", hidden),
            ("a\u{202e}b", hidden),
            ("a\u{2066}b", hidden),
            ("\u{feff}a", hidden),
            ("a\u{e0041}b", hidden),
            ("admin ", around),
            (" admin", around),
            ("admin\n", around),
            ("admin\u{a0}", around),
            ("admin\u{3000}", around),
            ("\u{3000}", "is blank"),
            ("\u{3164}", unseen),
            ("\u{115f}", unseen),
            ("a\u{1160}b", unseen),
            ("a\u{ffa0}b", unseen),
            ("a\u{34f}b", unseen),
            ("a\u{17b4}b", unseen),
            ("a\u{fe0f}b", unseen),
            ("\u{fe0f}", unseen),
            ("✈\u{fe0f}\u{fe0f}", unseen),
            ("1\u{fe0f}", unseen),
            ("a\u{fe00}b", unseen),
            ("a\u{180b}b", unseen),
            ("葛\u{e0100}", unseen),
            ("a\u{e0200}b", unseen),
            ("\u{2800}", unseen),
        ] {
            assert_eq!(name("name", text).unwrap_err().rule, rule, "{text:?}");
        }
        for text in [
            "Heron 2",
            "無人機",
            "עוף",
            "हिन्दी",
            "jürgen",
            "✈️",
            "1️⃣",
            "☀︎",
            "⠓⠑⠇⠇⠕",
            "ᠠ\u{180b}",
            "한글",
            "O’Neil",
        ] {
            assert!(name("name", text).is_ok(), "{text:?}");
        }
    }

    #[test]
    fn a_name_is_stored_in_form_c() {
        let stored = |text: &str| {
            let mut text = text.to_owned();
            named("name", &mut text).map(|()| text)
        };
        assert_eq!(stored("ju\u{308}rgen").unwrap(), "jürgen");
        assert_eq!(stored("jürgen").unwrap(), "jürgen");
        // KELVIN SIGN is K.
        assert_eq!(stored("\u{212a}").unwrap(), "K");
        // 198 bytes that are 204 in form C.
        let grows = "\u{fb2c}".repeat(66);
        assert!(name("name", &grows).is_ok());
        assert_eq!(stored(&grows).unwrap_err().rule, "is longer than 200 bytes");
    }

    #[test]
    fn a_new_password_has_eight_characters_and_at_most_a_kibibyte() {
        assert!(new_password("password", "hunter2").is_err());
        assert!(new_password("password", "hunter22").is_ok());
        assert!(new_password("password", "éééé").is_err());
        assert!(new_password("password", &"e\u{301}".repeat(4)).is_err());
        assert!(new_password("password", &"x".repeat(1_025)).is_err());
    }
}
