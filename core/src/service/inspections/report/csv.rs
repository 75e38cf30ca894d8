//! A table (RFC 4180), every text quoted.
//!
//! A spreadsheet takes a text that begins with `=`, `+`, `-`, `@`, a tab or a line end for a formula, quoted or not
//! (OWASP, CSV injection): such a text gets an apostrophe before it. Numbers are no texts.

use super::subject::Subject;
use crate::model::Observation;

/// What a spreadsheet may take for the beginning of a formula, the wide forms among it.
const BEGINS_A_FORMULA: [char; 11] = [
    '=', '+', '-', '@', '\t', '\r', '\n', '\u{ff1d}', '\u{ff0b}', '\u{ff0d}', '\u{ff20}',
];

pub(super) fn head() -> String {
    "id,task_id,drone_id,ts,position_lat,position_lon,alt_m,item_code,item_title,severity,note,\
     media_url,confidence,created_at\r\n"
        .to_owned()
}

pub(super) fn row(subject: &Subject, observation: &Observation, out: &mut String) {
    let o = observation;
    let texts = |text: Option<&str>| text.map(quoted).unwrap_or_default();
    let title = subject.title(&o.item_code);
    let confidence = o.confidence.map(|it| it.to_string()).unwrap_or_default();
    let cells = [
        quoted(o.id.as_str()),
        quoted(o.task_id.as_str()),
        texts(o.drone_id.as_ref().map(AsRef::as_ref)),
        o.ts.to_string(),
        o.position_lat.to_string(),
        o.position_lon.to_string(),
        o.alt_m.to_string(),
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

fn quoted(text: &str) -> String {
    let guard = match text.trim_start_matches(' ').starts_with(BEGINS_A_FORMULA) {
        true => "'",
        false => "",
    };
    format!("\"{guard}{}\"", text.replace('"', "\"\""))
}
