//! What the old platform's logs say of ids: those of the tenant's rows are shown, all others are masked.
//!
//! Its log of requests holds paths as they were asked for, and its events what it knew of a row: both may name rows of
//! other tenants, and nothing says which. What has the form of an id is therefore shown where a row of the tenant has it,
//! and nowhere else. The rest of a text is kept, byte by byte.

use std::collections::HashSet;
use std::ops::Range;

/// What stands where an id was.
pub(super) const MASK: &str = "***";

/// The length of an id in the form that the old platform gave: `8-4-4-4-12` hexadecimal digits.
const LENGTH: usize = 36;

/// A text of the old platform's logs, and the ids that it names.
pub(super) struct Told {
    text: String,
    ids: Vec<Range<usize>>,
}

impl Told {
    /// A path, or what ends in one, such as `POST:/api/mission/missions/…/approve`: any part that is no word is an id.
    pub(super) fn path(text: String) -> Self {
        let is_part = |c: char| c.is_alphanumeric() || matches!(c, '-' | '_' | '.' | '%' | '~');
        let ids = parts(&text, is_part)
            .filter(|part| text.get(part.clone()).is_some_and(|it| !is_word(it)))
            .collect();
        Self { text, ids }
    }

    /// A JSON document: whatever has the form of an id, and what is said of a key that is one's, such as `drone_id`.
    pub(super) fn document(text: String) -> Self {
        let mut ids = Vec::new();
        let mut key = None;
        for string in strings(&text) {
            let rest = text.get(string.end + 1..).unwrap_or_default();
            let is_key = rest.trim_start().starts_with(':');
            let written = text.get(string.clone()).unwrap_or_default();
            let of_an_id = key
                .replace(is_key.then_some(written))
                .flatten()
                .is_some_and(|key| key.ends_with("_id") || key.ends_with("_by"));
            if (of_an_id && !is_key) || is_disguised(written) {
                ids.push(string);
            }
        }
        let apart = |form: &Range<usize>| !ids.iter().any(|it| it.contains(&form.start));
        let forms: Vec<_> = forms(&text).filter(apart).collect();
        ids.extend(forms);
        ids.sort_unstable_by_key(|it| it.start);
        Self { text, ids }
    }

    /// A text that is no path: whatever has the form of an id.
    pub(super) fn words(text: String) -> Self {
        let ids = forms(&text).collect();
        Self { text, ids }
    }

    /// A text that is one id.
    pub(super) fn id(text: String) -> Self {
        let whole = 0..text.len();
        Self {
            text,
            ids: vec![whole],
        }
    }

    /// The ids that it names.
    pub(super) fn ids(&self) -> impl Iterator<Item = &str> {
        self.ids.iter().filter_map(|it| self.text.get(it.clone()))
    }

    /// The text, with the ids that are the tenant's own.
    pub(super) fn shown(self, own: &HashSet<String>) -> String {
        let mut shown = self.text.clone();
        for id in self.ids.iter().rev() {
            let known = self.text.get(id.clone()).is_some_and(|it| own.contains(it));
            if !known {
                shown.replace_range(id.clone(), MASK);
            }
        }
        shown
    }
}

/// The longest stretches of such characters.
fn parts(text: &str, is_part: impl Fn(char) -> bool) -> impl Iterator<Item = Range<usize>> {
    let mut at = 0;
    let pieces = text.split(move |c| !is_part(c)).map(move |piece| {
        let start = at;
        let end = start + piece.len();
        // What splits them may have several bytes.
        at = end
            + text
                .get(end..)
                .and_then(|rest| rest.chars().next())
                .map_or(0, char::len_utf8);
        start..end
    });
    pieces.filter(|piece| !piece.is_empty())
}

/// Whether a part of a path is a word of it, such as `missions`, `dev-login` or `v1`: ids have digits.
fn is_word(part: &str) -> bool {
    let letters = |text: &str| {
        text.chars()
            .all(|c| c.is_ascii_alphabetic() || matches!(c, '-' | '_'))
    };
    let version = part
        .strip_prefix('v')
        .is_some_and(|it| it.len() <= 2 && it.bytes().all(|b| b.is_ascii_digit()));
    letters(part) || version
}

/// The strings of a JSON document, without their quotes, as they are written. What is no document has strings as far as it
/// goes.
fn strings(text: &str) -> impl Iterator<Item = Range<usize>> {
    let mut from = 0;
    std::iter::from_fn(move || {
        let start = from + text.get(from..)?.find('"')? + 1;
        let mut escaped = false;
        let length = text.get(start..)?.bytes().position(|byte| {
            let ends = byte == b'"' && !escaped;
            escaped = byte == b'\\' && !escaped;
            ends
        });
        let end = length.map_or(text.len(), |length| start + length);
        from = (end + 1).min(text.len());
        Some(start..end)
    })
}

/// Whether a string spells letters or digits as escapes, which no writer of the old platform's did.
fn is_disguised(string: &str) -> bool {
    let mut escapes = string.match_indices("\\u00");
    escapes.any(|(at, _)| {
        let digit = string.as_bytes().get(at + 4);
        digit.is_some_and(|digit| (b'2'..=b'7').contains(digit))
    })
}

/// Where a text has the form of an id.
fn forms(text: &str) -> impl Iterator<Item = Range<usize>> {
    let bytes = text.as_bytes();
    let mut from = 0;
    std::iter::from_fn(move || {
        loop {
            let form = bytes.get(from..from + LENGTH)?;
            if is_form(form) {
                let start = from;
                from += LENGTH;
                return Some(start..from);
            }
            from += 1;
        }
    })
}

fn is_form(bytes: &[u8]) -> bool {
    bytes.iter().enumerate().all(|(place, byte)| match place {
        8 | 13 | 18 | 23 => *byte == b'-',
        _ => byte.is_ascii_hexdigit(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    const OWN: &str = "0f5c2f0e-7c1f-4b3e-9d57-1c7bb8a3e001";
    const OTHER: &str = "0f5c2f0e-7c1f-4b3e-9d57-1c7bb8a3e002";

    fn shown(told: Told) -> String {
        told.shown(&HashSet::from([OWN.to_owned(), "d-1".to_owned()]))
    }

    #[test]
    fn a_path_keeps_its_words_and_the_ids_of_the_tenant() {
        for (asked, wanted) in [
            ("/api/mission/missions", "/api/mission/missions"),
            ("/api/v1/identity/dev-login", "/api/v1/identity/dev-login"),
            ("/missions/d-1/approve", "/missions/d-1/approve"),
            ("/missions/d-2/approve?at=5", "/missions/***/approve?at=***"),
            ("/a/ü1/b", "/a/***/b"),
            ("", ""),
        ] {
            assert_eq!(shown(Told::path(asked.to_owned())), wanted);
        }
        let both = format!("POST:/users/{OWN}/roles/{OTHER}");
        let wanted = format!("POST:/users/{OWN}/roles/***");
        assert_eq!(shown(Told::path(both)), wanted);
    }

    #[test]
    fn a_document_keeps_every_byte_but_those_of_other_ids() {
        for (written, wanted) in [
            (
                r#"{ "note":"\" d-2",  "n": 1e2 }"#,
                r#"{ "note":"\" d-2",  "n": 1e2 }"#,
            ),
            (
                r#"{"drone_id" : "d-2", "x": "d-2"}"#,
                r#"{"drone_id" : "***", "x": "d-2"}"#,
            ),
            (
                r#"{"drone_id":"d-1","acked_by":"ann"}"#,
                r#"{"drone_id":"d-1","acked_by":"***"}"#,
            ),
            (
                r#"{"drone_id":{"name":"d-2"}}"#,
                r#"{"drone_id":{"name":"d-2"}}"#,
            ),
            (r#"["\u0030f", "\u00fc"]"#, r#"["***", "\u00fc"]"#),
            ("[\"no end", "[\"no end"),
            ("5", "5"),
            (OTHER, "***"),
        ] {
            assert_eq!(shown(Told::document(written.to_owned())), wanted);
        }
        let written = format!(r#"{{"{OTHER}":["/x/{OTHER}.html","{OWN}"],"a":"{OTHER}"}}"#);
        let wanted = format!(r#"{{"***":["/x/***.html","{OWN}"],"a":"***"}}"#);
        assert_eq!(shown(Told::document(written)), wanted);
    }
}
