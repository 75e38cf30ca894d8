//! A table (RFC 4180), every text quoted.
//!
//! A spreadsheet takes a cell that begins with `=`, `+`, `-`, `@`, a tab or a line end for a formula, quoted or not (OWASP, CSV
//! injection), whatever nobody sees before it; and whoever reads the table with another separator than the comma begins
//! cells in the middle of a text. So an apostrophe stands where a formula could begin: before the text, and in it behind a
//! semicolon, a tab, a line end or a quote. Numbers are no texts; one that is none, as adopted rows may have it (infinity), is
//! left out, as JSON leaves it out.

use super::subject::Subject;
use crate::model::{Observation, text};

/// What a formula begins with, the wide forms among it.
const SIGNS: [char; 8] = [
    '=', '+', '-', '@', '\u{ff1d}', '\u{ff0b}', '\u{ff0d}', '\u{ff20}',
];

/// What a spreadsheet takes for a formula at the beginning of a text, besides.
const BREAKS: [char; 3] = ['\t', '\r', '\n'];

/// Behind what a cell may begin for whoever reads with another separator.
const ENDS: [char; 5] = [';', '\t', '\r', '\n', '"'];

pub(super) fn head() -> String {
    "id,task_id,drone_id,ts,position_lat,position_lon,alt_m,item_code,item_title,severity,note,\
     media_url,confidence,created_at\r\n"
        .to_owned()
}

pub(super) fn row(subject: &Subject, observation: &Observation, out: &mut String) {
    let o = observation;
    let texts = |text: Option<&str>| text.map(quoted).unwrap_or_default();
    let title = subject.title(&o.item_code);
    let confidence = o.confidence.map(number).unwrap_or_default();
    let cells = [
        quoted(o.id.as_str()),
        quoted(o.task_id.as_str()),
        texts(o.drone_id.as_ref().map(AsRef::as_ref)),
        o.ts.to_string(),
        number(o.position_lat),
        number(o.position_lon),
        number(o.alt_m),
        quoted(&o.item_code),
        texts(title),
        o.severity.to_string(),
        quoted(&o.note),
        texts(o.media_url.as_deref()),
        confidence,
        o.created_at.to_string(),
    ];
    out.push_str(&cells.join(","));
    out.push_str("\r\n");
}

fn number(number: f64) -> String {
    match number.is_finite() {
        true => number.to_string(),
        false => String::new(),
    }
}

fn quoted(text: &str) -> String {
    format!("\"{}\"", guarded(text).replace('"', "\"\""))
}

/// The text, with an apostrophe wherever a formula could begin.
fn guarded(text: &str) -> String {
    let mut guarded = String::with_capacity(text.len() + 1);
    for (place, cell) in text.split_inclusive(ENDS).enumerate() {
        let begins = cell.trim_start_matches(is_blank);
        if begins.starts_with(SIGNS) || (place == 0 && begins.starts_with(BREAKS)) {
            guarded.push('\'');
        }
        guarded.push_str(cell);
    }
    guarded
}

/// Whether nothing is seen of a character, so that a spreadsheet may pass over it: blanks, what is hidden, and the selectors of
/// variants, which belong to no character at the beginning of a text.
fn is_blank(c: char) -> bool {
    let selects = matches!(
        c,
        '\u{180b}'..='\u{180f}' | '\u{fe00}'..='\u{fe0f}' | '\u{e0100}'..='\u{e01ef}'
    );
    (selects || text::is_hidden(c) || c.is_whitespace()) && !BREAKS.contains(&c)
}

#[cfg(test)]
mod tests {
    use super::{guarded, number};

    #[test]
    fn no_cell_begins_with_a_formula_whatever_separates_cells_and_whatever_nobody_sees() {
        let blanks = [
            "",
            " ",
            "\u{a0}",
            "\u{200b}",
            "\u{feff}",
            "\u{3000}",
            "\u{1}",
            " \u{2060} ",
        ];
        for sign in ["=1", "+1", "-1", "@a", "\u{ff1d}1"] {
            for blank in blanks {
                let formula = format!("{blank}{sign}");
                assert_eq!(guarded(&formula), format!("'{formula}"));
                for end in [";", "\t", "\r", "\n", "\r\n", "\"", ";;"] {
                    let text = format!("x{end}{formula}");
                    assert_eq!(guarded(&text), format!("x{end}'{formula}"));
                }
            }
        }
        for text in ["\tx", "\u{a0}\nx"] {
            assert_eq!(guarded(text), format!("'{text}"));
        }
        for text in ["", "x", "a = b", "a, -5", "rust; 3 + 4", "\u{a0}x", "a\nb"] {
            assert_eq!(guarded(text), text);
        }
    }

    #[test]
    fn a_number_that_is_none_is_left_out() {
        assert_eq!(number(-12.5), "-12.5");
        for none in [f64::INFINITY, f64::NEG_INFINITY, f64::NAN] {
            assert_eq!(number(none), "");
        }
    }
}
