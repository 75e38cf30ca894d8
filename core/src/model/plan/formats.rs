//! What a file is that is no plan, where it says so itself.

use super::node::Object;
use crate::model::text::InvalidField;

/// What a file begins with, and what it then is.
const BEGINNINGS: [(&[u8], &str); 2] = [
    (b"PK\x03\x04", "is a ZIP archive, as KMZ is"),
    (b"\x89PNG", "is a picture"),
];

/// The roots of the XML that flights are drawn in.
const ROOTS: [(&str, &str); 2] = [("<kml", "is KML"), ("<gpx", "is GPX")];

/// That a file is of this format.
pub(super) fn refused(rule: &str) -> InvalidField {
    InvalidField::new("plan", format_args!("{rule}, not a QGroundControl plan"))
}

/// Whether it is an object of RFC 7946.
pub(super) fn is_geojson(file: &Object<'_>) -> bool {
    let kind = file.opt("type").and_then(|kind| kind.text().ok());
    kind.is_some_and(|kind| ["FeatureCollection", "Feature"].contains(&kind.as_str()))
}

/// The rule that a file of another format breaks.
pub(super) fn another(file: &[u8]) -> Option<&'static str> {
    let mark: &[u8] = "\u{feff}".as_bytes();
    let file = file.strip_prefix(mark).unwrap_or(file).trim_ascii_start();
    let begins = BEGINNINGS.iter().find(|(with, _)| file.starts_with(with));
    if let Some((_, rule)) = begins {
        return Some(rule);
    }
    if !file.starts_with(b"<") {
        return None;
    }
    // The root comes behind a declaration and comments.
    let head = String::from_utf8_lossy(file.get(..4096).unwrap_or(file)).to_lowercase();
    let root = ROOTS.iter().find(|(root, _)| head.contains(root));
    Some(root.map_or("is XML", |(_, rule)| rule))
}
