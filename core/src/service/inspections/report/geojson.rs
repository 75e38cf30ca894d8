//! Points for a map (RFC 7946). What lies nowhere on the earth, as adopted rows may, is a feature without a geometry.
//!
//! The altitude is a property: GeoJSON counts it from the ellipsoid, and nobody says what that of an observation is
//! counted from.

use serde_json::{Value, json};

use super::place::position;
use super::subject::Subject;
use crate::model::Observation;

pub(super) fn head(subject: &Subject) -> String {
    let name = Value::from(subject.task.name.as_str());
    format!("{{\"type\":\"FeatureCollection\",\"name\":{name},\"features\":[\n")
}

pub(super) fn feature(subject: &Subject, observation: &Observation, first: bool, out: &mut String) {
    let o = observation;
    let geometry = position(o).map_or(
        Value::Null,
        |(lat, lon)| json!({ "type": "Point", "coordinates": [lon, lat] }),
    );
    let feature = json!({
        "type": "Feature",
        "id": o.id,
        "geometry": geometry,
        "properties": {
            "task_id": o.task_id,
            "drone_id": o.drone_id,
            "ts": o.ts,
            "alt_m": o.alt_m,
            "item_code": o.item_code,
            "item_title": subject.title(&o.item_code),
            "severity": o.severity,
            "note": o.note,
            "media_url": o.media_url,
            "confidence": o.confidence,
            "created_at": o.created_at,
        },
    });
    if !first {
        out.push_str(",\n");
    }
    out.push_str(&feature.to_string());
}
