//! Everything that is known, for programs.

use serde_json::json;

use super::subject::Subject;
use crate::model::Observation;

pub(super) fn head(subject: &Subject) -> String {
    let known = json!({
        "task": subject.task,
        "template": subject.template,
        "items": subject.items,
        "exported_at": subject.made_at,
    })
    .to_string();
    // The object goes on.
    let open = known.strip_suffix('}').unwrap_or(&known);
    format!("{open},\"observations\":[\n")
}

pub(super) fn row(observation: &Observation, first: bool, out: &mut String) {
    if !first {
        out.push_str(",\n");
    }
    out.push_str(&json!(observation).to_string());
}
