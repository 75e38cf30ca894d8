//! What the old platform's logs say of ids: those of the tenant's rows are shown, all others are masked.
//!
//! Its log of requests holds paths as they were asked for, and its events what it knew of a row: both may name rows of
//! other tenants, and nothing says which. What may be an id is therefore shown where a row of the tenant has it, and nowhere
//! else: ids need have no form, so that in a path all is one that is no word of the platform's routes. The rest of a text is
//! kept, byte by byte.

use std::collections::HashSet;
use std::ops::Range;

/// What stands where an id was.
pub(super) const MASK: &str = "***";

/// The length of an id in the form that the old platform gave: `8-4-4-4-12` hexadecimal digits.
const LENGTH: usize = 36;

/// The words of the old platform's routes: its areas, the kinds of its rows, and what is done with them. What is missing here
/// is masked.
const ROUTE_WORDS: &[&str] = &[
    "abort acceptances ack acknowledge actions activate admin alerts analytics api approval approvals approve archive",
    "assign assignments audit auth batch bindings bootstrap bootstrap-admin bulk cancel capabilities close",
    "command-requests commands comments compliance complete copy count create credentials dashboard deactivate defects",
    "delete detail dev-login disable docs drones edit enable evaluate events export exports fences finish geofence",
    "health healthz history identity import incidents info inspection inspections items land latest list login logout",
    "logs map me metrics mission missions observations openapi password pause permissions plan plans policies ready",
    "readyz registry reject report reporting reports reset resolve resume review role roles rth run runs schedule search",
    "start state states stats status stop submit summary system tasks telemetry templates tenants token tokens",
    "transition transitions update upload user users validate verify ws",
];

/// A text of the old platform's logs, and the ids that it names.
pub(super) struct Told {
    text: String,
    ids: Vec<Range<usize>>,
}

impl Told {
    /// A path, or what ends in one, such as `POST:/api/mission/missions/…/approve`: any part of the path that is no word of a
    /// route is an id, and before it any part that is no word.
    pub(super) fn path(text: String) -> Self {
        let is_part = |c: char| c.is_alphanumeric() || matches!(c, '-' | '_' | '.' | '%' | '~');
        let begins = text.find('/').unwrap_or(text.len());
        let is_said = |part: &Range<usize>| {
            let written = text.get(part.clone()).unwrap_or_default();
            is_word(written) && (part.start < begins || is_of_a_route(written))
        };
        let ids = parts(&text, is_part)
            .filter(|part| !is_said(part))
            .collect();
        Self { text, ids }
    }

    /// A JSON document: whatever has the form of an id, and every string in what is said of a key that is one's, such as
    /// `drone_id`, the keys in there among them.
    pub(super) fn document(text: String) -> Self {
        let mut ids = Vec::new();
        // Of what is open, whether it is said of an id; and whether what comes next is.
        let (mut open, mut of_an_id) = (Vec::new(), false);
        let mut from = 0;
        for string in strings(&text) {
            let between = text.get(from..string.start).unwrap_or_default();
            for c in between.chars() {
                match c {
                    '[' | '{' => open.push(of_an_id),
                    ']' | '}' => drop(open.pop()),
                    _ => {}
                }
                if matches!(c, ']' | '}' | ',') {
                    of_an_id = open.last().copied().unwrap_or_default();
                }
            }
            from = (string.end + 1).min(text.len());
            let rest = text.get(from..).unwrap_or_default();
            let is_key = rest.trim_start().starts_with(':');
            let written = text.get(string.clone()).unwrap_or_default();
            if of_an_id || is_disguised(written) {
                ids.push(string);
            }
            of_an_id |= is_key && (names_an_id(written) || is_disguised(written));
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

/// Whether a part of a path is a word of a route, or a version such as `v1`.
fn is_of_a_route(part: &str) -> bool {
    let mut words = ROUTE_WORDS.iter().flat_map(|line| line.split(' '));
    words.any(|word| word.eq_ignore_ascii_case(part)) || part.bytes().any(|b| b.is_ascii_digit())
}

/// Whether what is said of this key is an id, or several.
fn names_an_id(key: &str) -> bool {
    const ENDS: [&str; 5] = ["_id", "_ids", "_by", "Id", "Ids"];
    matches!(key, "id" | "ids") || ENDS.iter().any(|end| key.ends_with(end))
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
            (
                "/missions/d-2/approve?at=5",
                "/missions/***/approve?***=***",
            ),
            ("/tenants/south/users/sol", "/tenants/***/users/***"),
            ("/drones/heron", "/drones/***"),
            ("POST:/drones/heron", "POST:/drones/***"),
            ("approve", "approve"),
            ("/api/ü1/count", "/api/***/count"),
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
                r#"{"drone_id":{"name":"d-2"},"name":"d-2"}"#,
                r#"{"drone_id":{"***":"***"},"name":"d-2"}"#,
            ),
            (
                r#"{"drone_ids":["d-2","d-1",["d-3"],{"x":"d-4"},"d-5"],"n":["d-2"],"id":"d-2"}"#,
                r#"{"drone_ids":["***","d-1",["***"],{"***":"***"},"***"],"n":["d-2"],"id":"***"}"#,
            ),
            (
                r#"[{"droneId":"d-2","to":"[{,"},{"ids":[],"n":"d-2"}]"#,
                r#"[{"droneId":"***","to":"[{,"},{"ids":[],"n":"d-2"}]"#,
            ),
            (
                r#"{"\u0064rone":"d-2","id":null,"n":"d-2"}"#,
                r#"{"***":"***","id":null,"n":"d-2"}"#,
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
