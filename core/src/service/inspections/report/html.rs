//! A page for a browser that needs nothing besides: no script, no picture, no font from anywhere, which its own policy
//! says to the browser as well.

use std::fmt::Write as _;

use super::place::{Extent, HEIGHT, WIDTH, position, written};
use super::subject::Subject;
use crate::model::Observation;

const STYLE: &str = "body{font:15px/1.4 system-ui,sans-serif;margin:2rem;color:#222}\
svg{border:1px solid #bbb;background:#f7f9fa;max-width:100%;height:auto}\
table{border-collapse:collapse;margin-top:1rem}\
td,th{border:1px solid #ddd;padding:.2rem .5rem;text-align:left;vertical-align:top}\
dt{font-weight:600}dl{display:grid;grid-template-columns:max-content auto;gap:.1rem 1rem}dd{margin:0}\
.area{fill:#dbe9f4;fill-rule:evenodd;stroke:#4a7ba6}.line{fill:none;stroke:#4a7ba6;stroke-width:2;stroke-linecap:round}\
circle{stroke:#333;stroke-width:.6;fill:#888}\
.s1{fill:#7fb77e}.s2{fill:#c6c94f}.s3{fill:#f0ad4e}.s4{fill:#e4683a}.s5{fill:#b3261e}";

pub(super) const FOOT: &str = "</tbody></table>\n</body></html>\n";

pub(super) fn head(subject: &Subject, extent: &Extent) -> String {
    let Subject {
        task,
        template,
        made_at,
        ..
    } = subject;
    let name = escaped(&task.name);
    let mut out = format!(
        "<!DOCTYPE html>\n<html lang=\"en\"><head><meta charset=\"utf-8\">\
         <meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'\">\
         <title>{name}</title><style>{STYLE}</style></head><body>\n<h1>{name}</h1>\n<dl>"
    );
    let rows = extent.rows.to_string();
    let facts = [
        ("Task", task.id.as_str()),
        ("Status", task.status.as_str()),
        ("Observations", rows.as_str()),
        ("Made", made_at.as_str()),
    ];
    for (term, fact) in facts {
        term_of(term, fact, &mut out);
    }
    if let Some(template) = template {
        term_of("Template", &template.name, &mut out);
        term_of("Category", &template.category, &mut out);
    }
    if let Some(mission) = &task.mission_id {
        term_of("Mission", mission.as_str(), &mut out);
    }
    if !task.area_geom.is_empty() {
        term_of("Area", &task.area_geom, &mut out);
    }
    let _ = write!(
        out,
        "</dl>\n<svg viewBox=\"0 0 {WIDTH} {HEIGHT}\" role=\"img\" aria-label=\"Where the observations lie\">\n"
    );
    area(&subject.area, extent, &mut out);
    out
}

/// The area that is inspected, beneath what was seen: what its rings enclose, and its other lines and places.
fn area(lines: &[Vec<(f64, f64)>], extent: &Extent, out: &mut String) {
    let Some(bounds) = extent.bounds else {
        return;
    };
    let (mut rings, mut others) = (String::new(), String::new());
    for line in lines {
        let is_ring = line.len() > 3 && line.first() == line.last();
        let path = if is_ring { &mut rings } else { &mut others };
        for (place, (lon, lat)) in line.iter().enumerate() {
            let (x, y) = bounds.drawn((*lat, *lon));
            let step = if place == 0 { 'M' } else { 'L' };
            let _ = write!(path, "{step}{x:.1} {y:.1}");
        }
        // A place alone is a line that goes nowhere, whose round ends are seen.
        path.push_str(match line.len() {
            1 => "h0",
            _ if is_ring => "z",
            _ => "",
        });
    }
    for (class, path) in [("area", rings), ("line", others)] {
        if !path.is_empty() {
            let _ = writeln!(out, "<path class=\"{class}\" d=\"{path}\"/>");
        }
    }
}

fn term_of(term: &str, fact: &str, out: &mut String) {
    let _ = write!(out, "<dt>{term}</dt><dd>{}</dd>", escaped(fact));
}

pub(super) fn point(extent: &Extent, observation: &Observation, out: &mut String) {
    let (Some(bounds), Some(position)) = (extent.bounds, position(observation)) else {
        return;
    };
    let (x, y) = bounds.drawn(position);
    let class = match observation.severity {
        severity @ 1..=5 => format!(" class=\"s{severity}\""),
        _ => String::new(),
    };
    let _ = writeln!(
        out,
        "<circle{class} cx=\"{x:.1}\" cy=\"{y:.1}\" r=\"5\"><title>{} ({})</title></circle>",
        escaped(&observation.item_code),
        observation.severity
    );
}

pub(super) fn between(extent: &Extent) -> String {
    let mut out = String::from("</svg>\n");
    if let Some(bounds) = extent.bounds {
        let _ = writeln!(
            out,
            "<p>South {:.6}, west {:.6}, north {:.6}, east {:.6} (degrees WGS 84)</p>",
            bounds.south,
            written(bounds.west),
            bounds.north,
            written(bounds.east)
        );
    }
    out.push_str(
        "<table><thead><tr><th>When</th><th>Item</th><th>Severity</th><th>Latitude</th><th>Longitude</th>\
         <th>Altitude (m)</th><th>Note</th><th>Media</th><th>Confidence</th><th>Drone</th><th>Id</th></tr></thead><tbody>\n",
    );
    out
}

pub(super) fn row(subject: &Subject, observation: &Observation, out: &mut String) {
    let o = observation;
    let item = match subject.title(&o.item_code) {
        Some(title) => format!("{}: {}", o.item_code, title),
        None => o.item_code.clone(),
    };
    let confidence = o.confidence.map(|it| it.to_string()).unwrap_or_default();
    let severity = o.severity.to_string();
    let when = o.ts.to_string();
    let (lat, lon, alt) = (
        o.position_lat.to_string(),
        o.position_lon.to_string(),
        o.alt_m.to_string(),
    );
    let media = o.media_url.as_deref().unwrap_or_default();
    let drone = o.drone_id.as_ref().map_or("", |id| id.as_str());
    let cells = [
        when.as_str(),
        item.as_str(),
        severity.as_str(),
        lat.as_str(),
        lon.as_str(),
        alt.as_str(),
        o.note.as_str(),
        media,
        confidence.as_str(),
        drone,
        o.id.as_str(),
    ];
    out.push_str("<tr>");
    for cell in cells {
        let _ = write!(out, "<td>{}</td>", escaped(cell));
    }
    out.push_str("</tr>\n");
}

/// A text as it may stand anywhere in a page, in an attribute too.
fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&#39;"),
            // Nothing that HTML lets through, and nothing that turns the direction of what stands behind it.
            c if c.is_control() && c != '\n' && c != '\t' => out.push('\u{fffd}'),
            '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' => out.push('\u{fffd}'),
            c => out.push(c),
        }
    }
    out
}
