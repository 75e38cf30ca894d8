//! Geometry is text, WKT (OGC 06-103r4, section 7) or GeoJSON (RFC 7946): checked where it comes in, and kept as it was
//! given.
//!
//! Of every place the first number is the longitude and the second the latitude, in degrees WGS 84, as both formats
//! have it. A line has two places or more, a ring four or more and ends where it begins.

use geojson::{GeoJson, Geometry, GeometryValue};
use wkt::Wkt;
use wkt::types::{Coord, LineString, Polygon};

use super::json;
use super::text::{self, InvalidField};

/// Longest geometry in bytes: 256 KiB, some ten thousand corners.
pub(crate) const GEOMETRY_MAX: usize = 256 << 10;
/// Most levels of brackets: a collection of features takes eight, and the parsers follow each on the stack.
const LEVELS: u32 = 32;

/// A rule that a geometry breaks, as the rest of a sentence.
type Rule = &'static str;

const NOT_WKT: Rule = "is neither well-formed WKT nor GeoJSON";
const NOT_GEOJSON: Rule = "is JSON, and not well-formed GeoJSON (RFC 7946)";
const UNREADABLE: Rule = "has a number that cannot be read";
const NOWHERE: Rule = "has no coordinates";
const LONGITUDE: Rule =
    "has a longitude (the first of two numbers) that is not between -180 and 180 degrees";
const LATITUDE: Rule =
    "has a latitude (the second of two numbers) that is not between -90 and 90 degrees";
const INCOMPLETE: Rule = "has a place without a longitude and a latitude";
const SHORT_LINE: Rule = "has a line of fewer than 2 places";
const SHORT_RING: Rule = "has a ring of fewer than 4 places";
const OPEN_RING: Rule = "has a ring that does not end where it begins";

/// A geometry that is about to be stored.
pub(crate) fn geometry(field: &str, given: &mut str) -> Result<(), InvalidField> {
    shapes(field, given).map(drop)
}

/// Its lines, rings and lone places, each a row of longitudes and latitudes: none where it is no geometry.
pub(crate) fn lines(given: &str) -> Vec<Vec<(f64, f64)>> {
    let shapes = shapes("geometry", given);
    let lines = shapes.map(|shapes| shapes.lines).unwrap_or_default();
    lines.into_iter().filter(|line| !line.is_empty()).collect()
}

fn shapes(field: &str, given: &str) -> Result<Shapes, InvalidField> {
    text::bounded(field, given, GEOMETRY_MAX)?;
    let body = given.trim();
    if body.is_empty() {
        return Err(InvalidField::new(field, "is empty"));
    }
    json::levels_within(field, body, LEVELS, b"([{", b")]}")?;
    let mut shapes = Shapes::default();
    let checked = if body.starts_with('{') {
        body.parse()
            .map_err(|_| NOT_GEOJSON)
            .and_then(|read| shapes.geojson(&read))
    } else {
        wkt(body).and_then(|read| shapes.wkt(&read))
    };
    match checked {
        Ok(()) if shapes.lines.iter().all(Vec::is_empty) => Err(InvalidField::new(field, NOWHERE)),
        Ok(()) => Ok(shapes),
        Err(rule) => Err(InvalidField::new(field, rule)),
    }
}

/// Likewise, where an empty text says that there is none.
pub(crate) fn geometry_or_none(field: &str, given: &mut str) -> Result<(), InvalidField> {
    if given.is_empty() {
        return Ok(());
    }
    geometry(field, given)
}

/// Reads WKT. The parser stops where a geometry ends, whatever stands behind it, and logs a number that it cannot read:
/// so both are looked at first.
fn wkt(body: &str) -> Result<Wkt<f64>, Rule> {
    let mut open = 0_usize;
    for (at, c) in body.char_indices() {
        match c {
            '(' => open += 1,
            ')' => open = open.checked_sub(1).ok_or(NOT_WKT)?,
            _ => continue,
        }
        let behind = at + c.len_utf8();
        if open == 0 && behind < body.len() {
            return Err(NOT_WKT);
        }
    }
    if open > 0 {
        return Err(NOT_WKT);
    }
    let is_mark = |c: char| matches!(c, '(' | ')' | ',') || c.is_ascii_whitespace();
    let is_number = |token: &&str| {
        token.starts_with([
            '+', '-', '.', '0', '1', '2', '3', '4', '5', '6', '7', '8', '9',
        ])
    };
    for token in body.split(is_mark).filter(is_number) {
        if !token.parse::<f64>().is_ok_and(f64::is_finite) {
            return Err(UNREADABLE);
        }
    }
    body.parse().map_err(|_| NOT_WKT)
}

/// What was looked at so far.
#[derive(Default)]
struct Shapes {
    /// The places, by the line, the ring or the point that they belong to.
    lines: Vec<Vec<(f64, f64)>>,
}

impl Shapes {
    fn place(lon: f64, lat: f64) -> Result<(f64, f64), Rule> {
        if !(-180.0..=180.0).contains(&lon) {
            return Err(LONGITUDE);
        }
        if !(-90.0..=90.0).contains(&lat) {
            return Err(LATITUDE);
        }
        Ok((lon, lat))
    }

    /// A line, or nothing at all.
    fn line(places: usize) -> Result<(), Rule> {
        if places == 1 { Err(SHORT_LINE) } else { Ok(()) }
    }

    /// A ring, or nothing at all; `ends` are its first and its last place.
    fn ring<T: PartialEq>(places: usize, ends: Option<(T, T)>) -> Result<(), Rule> {
        match ends {
            Some(_) if places < 4 => Err(SHORT_RING),
            Some((first, last)) if first != last => Err(OPEN_RING),
            _ => Ok(()),
        }
    }

    fn wkt(&mut self, read: &Wkt<f64>) -> Result<(), Rule> {
        match read {
            Wkt::Point(point) => self.coords(point.coord()),
            Wkt::LineString(line) => self.wkt_line(line),
            Wkt::Polygon(polygon) => self.wkt_polygon(polygon),
            Wkt::MultiPoint(all) => all
                .points()
                .iter()
                .try_for_each(|point| self.coords(point.coord())),
            Wkt::MultiLineString(all) => all
                .line_strings()
                .iter()
                .try_for_each(|line| self.wkt_line(line)),
            Wkt::MultiPolygon(all) => all
                .polygons()
                .iter()
                .try_for_each(|polygon| self.wkt_polygon(polygon)),
            Wkt::GeometryCollection(all) => {
                all.geometries().iter().try_for_each(|one| self.wkt(one))
            }
        }
    }

    fn coords<'c>(&mut self, coords: impl IntoIterator<Item = &'c Coord<f64>>) -> Result<(), Rule> {
        let places = coords.into_iter().map(|it| Self::place(it.x, it.y));
        self.lines.push(places.collect::<Result<_, _>>()?);
        Ok(())
    }

    fn wkt_line(&mut self, line: &LineString<f64>) -> Result<(), Rule> {
        Self::line(line.coords().len())?;
        self.coords(line.coords())
    }

    fn wkt_polygon(&mut self, polygon: &Polygon<f64>) -> Result<(), Rule> {
        for ring in polygon.rings() {
            let coords = ring.coords();
            let ends = coords.first().zip(coords.last());
            Self::ring(coords.len(), ends.map(|(a, b)| ((a.x, a.y), (b.x, b.y))))?;
            self.coords(coords)?;
        }
        Ok(())
    }

    fn geojson(&mut self, read: &GeoJson) -> Result<(), Rule> {
        match read {
            GeoJson::Geometry(geometry) => self.geometry(geometry),
            GeoJson::Feature(feature) => feature
                .geometry
                .iter()
                .try_for_each(|geometry| self.geometry(geometry)),
            GeoJson::FeatureCollection(all) => all
                .features
                .iter()
                .filter_map(|feature| feature.geometry.as_ref())
                .try_for_each(|geometry| self.geometry(geometry)),
        }
    }

    fn geometry(&mut self, geometry: &Geometry) -> Result<(), Rule> {
        match &geometry.value {
            GeometryValue::Point { coordinates } => self.positions([coordinates]),
            GeometryValue::MultiPoint { coordinates } => coordinates
                .iter()
                .try_for_each(|position| self.positions([position])),
            GeometryValue::LineString { coordinates } => self.path(coordinates),
            GeometryValue::MultiLineString { coordinates } => {
                coordinates.iter().try_for_each(|line| self.path(line))
            }
            GeometryValue::Polygon { coordinates } => self.rings(coordinates),
            GeometryValue::MultiPolygon { coordinates } => {
                coordinates.iter().try_for_each(|rings| self.rings(rings))
            }
            GeometryValue::GeometryCollection { geometries } => {
                geometries.iter().try_for_each(|one| self.geometry(one))
            }
        }
    }

    fn positions<'p>(
        &mut self,
        positions: impl IntoIterator<Item = &'p geojson::Position>,
    ) -> Result<(), Rule> {
        let places = positions.into_iter().map(|it| match it.as_slice() {
            [lon, lat, ..] => Self::place(*lon, *lat),
            _ => Err(INCOMPLETE),
        });
        self.lines.push(places.collect::<Result<_, _>>()?);
        Ok(())
    }

    fn path(&mut self, positions: &[geojson::Position]) -> Result<(), Rule> {
        Self::line(positions.len())?;
        self.positions(positions)
    }

    fn rings(&mut self, rings: &[Vec<geojson::Position>]) -> Result<(), Rule> {
        for ring in rings {
            let ends = ring.first().zip(ring.last());
            Self::ring(ring.len(), ends)?;
            self.positions(ring)?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use proptest::prelude::*;

    use super::*;

    fn rule(given: &str) -> Result<(), String> {
        let mut text = given.to_owned();
        let checked = geometry("area_geom", &mut text);
        assert_eq!(text, given, "kept as it was given");
        checked.map_err(|refused| {
            assert_eq!(refused.field, "area_geom");
            refused.rule
        })
    }

    #[test]
    fn each_kind_of_both_formats_is_taken() {
        for given in [
            "POINT(8.5 47.4)",
            " point z (8.5 47.4 410)\n",
            "POINTZ(8.5 47.4 410)",
            "POINT(-180 -90)",
            "LINESTRING(8 47, 9 48)",
            "POLYGON((0 0, 1 0, 1 1, 0 0),(0.2 0.1,0.3 0.1,0.3 0.2,0.2 0.1))",
            "MULTIPOINT((1 2),(3 4))",
            "MULTILINESTRING((1 2,3 4),(5 6,7 8))",
            "MULTIPOLYGON(((0 0,1 0,1 1,0 0)))",
            "GEOMETRYCOLLECTION(POINT(1e1 2),POINT EMPTY)",
            r#"{"type":"Point","coordinates":[8.5,47.4]}"#,
            r#"{"type":"Point","coordinates":[180,90,1200.5]}"#,
            r#"{"type":"MultiPoint","coordinates":[[1,2],[3,4]]}"#,
            r#"{"type":"LineString","coordinates":[[1,2],[3,4]]}"#,
            r#"{"type":"MultiLineString","coordinates":[[[1,2],[3,4]]]}"#,
            r#"{"type":"Polygon","coordinates":[[[0,0],[1,0],[1,1],[0,0]]]}"#,
            r#"{"type":"MultiPolygon","coordinates":[[[[0,0],[1,0],[1,1],[0,0]]]]}"#,
            r#"{"type":"GeometryCollection","geometries":[{"type":"Point","coordinates":[1,2]}]}"#,
            r#"{"type":"Feature","properties":{"a":[1]},"geometry":{"type":"Point","coordinates":[1,2]}}"#,
            r#"{"type":"FeatureCollection","features":[{"type":"Feature","properties":null,
                "geometry":{"type":"Point","coordinates":[1,2]}}]}"#,
        ] {
            assert_eq!(rule(given), Ok(()), "{given}");
        }
    }

    #[test]
    fn what_is_neither_format_is_refused_by_its_rule() {
        for (given, expected) in [
            ("", "is empty"),
            (" \n", "is empty"),
            ("somewhere", NOT_WKT),
            ("POINT", NOT_WKT),
            ("POINT(8.5)", NOT_WKT),
            ("POINT(8.5 47.4", NOT_WKT),
            ("POINT(8.5 47.4))", NOT_WKT),
            ("POINT(8.5 47.4) POINT(1 2)", NOT_WKT),
            ("POINT(8.5 47.4); DROP TABLE incidents", NOT_WKT),
            ("SRID=4326;POINT(8.5 47.4)", NOT_WKT),
            ("CIRCLE(8.5 47.4)", NOT_WKT),
            ("POINT(NaN 47.4)", NOT_WKT),
            ("[8.5, 47.4]", UNREADABLE),
            ("POINT(8..5 47.4)", UNREADABLE),
            ("POINT Z (8.5 47.4 1e999)", UNREADABLE),
            ("POINT EMPTY", NOWHERE),
            ("POINT EMPTY (1 2)", NOWHERE),
            ("GEOMETRYCOLLECTION EMPTY", NOWHERE),
            ("POINT(180.5 0)", LONGITUDE),
            ("POINT(47.4 98.5)", LATITUDE),
            ("LINESTRING(1 2, 3 4, -181 0)", LONGITUDE),
            ("LINESTRING(1 2)", SHORT_LINE),
            ("POLYGON((0 0, 1 0, 0 0))", SHORT_RING),
            ("POLYGON((0 0, 1 0, 1 1, 0 1))", OPEN_RING),
            ("{}", NOT_GEOJSON),
            ("{\"type\":\"Point\"", NOT_GEOJSON),
            (r#"{"type":"Point","coordinates":[1]}"#, NOT_GEOJSON),
            (r#"{"type":"Point","coordinates":["1","2"]}"#, NOT_GEOJSON),
            (r#"{"type":"Point","coordinates":[1,1e999]}"#, NOT_GEOJSON),
            (r#"{"type":"Circle","coordinates":[1,2]}"#, NOT_GEOJSON),
            (
                r#"{"type":"MultiPoint","coordinates":[[1,2],[3]]}"#,
                INCOMPLETE,
            ),
            (r#"{"type":"Point","coordinates":[1,91]}"#, LATITUDE),
            (r#"{"type":"LineString","coordinates":[[1,2]]}"#, SHORT_LINE),
            (
                r#"{"type":"Polygon","coordinates":[[[0,0],[1,0],[1,1],[0,1]]]}"#,
                OPEN_RING,
            ),
            (
                r#"{"type":"Feature","properties":null,"geometry":null}"#,
                NOWHERE,
            ),
            (r#"{"type":"FeatureCollection","features":[]}"#, NOWHERE),
            ("POINT(1 2)\0", "contains NUL, which Postgres cannot store"),
        ] {
            assert_eq!(rule(given), Err(expected.to_owned()), "{given}");
        }
    }

    #[test]
    fn neither_depth_nor_length_reaches_a_parser() {
        let deep = format!(
            "{}POINT(1 2){}",
            "GEOMETRYCOLLECTION(".repeat(50_000),
            ")".repeat(50_000)
        );
        let too_long = format!("is longer than {GEOMETRY_MAX} bytes");
        assert_eq!(rule(&deep), Err(too_long));
        let too_deep = "nests deeper than 32 levels".to_owned();
        assert_eq!(
            rule(&"GEOMETRYCOLLECTION(".repeat(10_000)),
            Err(too_deep.clone())
        );
        assert_eq!(rule(&"(".repeat(GEOMETRY_MAX)), Err(too_deep.clone()));
        let open = r#"{"type":"GeometryCollection","geometries":["#;
        assert_eq!(rule(&open.repeat(5_000)), Err(too_deep.clone()));
        assert_eq!(
            rule(&format!(
                "{{\"type\":\"Point\",\"coordinates\":{}",
                "[".repeat(100)
            )),
            Err(too_deep)
        );
        let nested = format!(
            "{}{}{}",
            open.repeat(15),
            r#"{"type":"Point","coordinates":[1,2]}"#,
            "]}".repeat(15)
        );
        assert_eq!(rule(&nested), Ok(()));
    }

    #[test]
    fn its_lines_are_the_places_of_each_ring_line_and_point() {
        let wkt = "GEOMETRYCOLLECTION(POINT(1 2),POINT EMPTY,LINESTRING(3 4,5 6),MULTIPOINT((7 8),(9 10)))";
        let json = r#"{"type":"GeometryCollection","geometries":[{"type":"Point","coordinates":[1,2]},
            {"type":"LineString","coordinates":[[3,4],[5,6]]},{"type":"MultiPoint","coordinates":[[7,8],[9,10]]}]}"#;
        let expected = vec![
            vec![(1.0, 2.0)],
            vec![(3.0, 4.0), (5.0, 6.0)],
            vec![(7.0, 8.0)],
            vec![(9.0, 10.0)],
        ];
        assert_eq!(lines(wkt), expected);
        assert_eq!(lines(json), expected);
        for none in ["", "somewhere", "POINT(200 2)"] {
            assert_eq!(lines(none), Vec::<Vec<_>>::new());
        }
    }

    #[test]
    fn only_an_empty_text_is_none() {
        let checked = |text: &str| geometry_or_none("area_geom", &mut text.to_owned());
        assert_eq!(checked(""), Ok(()));
        assert_eq!(checked("POINT(1 2)"), Ok(()));
        assert!(checked(" ").is_err());
        assert!(checked("POINT(1 92)").is_err());
    }

    proptest! {
        #[test]
        fn no_text_makes_it_panic(given in "[POINTEMTY(){}\\[\\]\",:0-9eE+. \\-]{0,80}") {
            let _ = rule(&given);
        }

        #[test]
        fn a_point_is_taken_exactly_where_it_is_on_the_globe(lon in -400.0..400.0_f64, lat in -200.0..200.0_f64) {
            let on_the_globe = lon.abs() <= 180.0 && lat.abs() <= 90.0;
            prop_assert_eq!(rule(&format!("POINT({lon} {lat})")).is_ok(), on_the_globe);
            let json = format!(r#"{{"type":"Point","coordinates":[{lon},{lat}]}}"#);
            prop_assert_eq!(rule(&json).is_ok(), on_the_globe);
        }
    }
}
