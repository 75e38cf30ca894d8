//! Distances and boxes on the sphere.

use super::BoundingBox;

/// The mean radius of the Earth in metres (IUGG, R1). Against the ellipsoid a distance on this sphere is off by at
/// most 0.6 per cent, which is enough for a summary.
const EARTH_RADIUS_M: f64 = 6_371_008.8;

/// A place in degrees WGS 84.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Position {
    /// Degrees north of the equator, -90 to 90.
    pub lat: f64,
    /// Degrees east of Greenwich, -180 to 180.
    pub lon: f64,
}

/// Metres between two places along a great circle, by the haversine formula.
pub(crate) fn distance_m(a: Position, b: Position) -> f64 {
    let half_lat = (b.lat - a.lat).to_radians() / 2.0;
    let half_lon = (b.lon - a.lon).to_radians() / 2.0;
    let h = half_lat.sin().powi(2)
        + a.lat.to_radians().cos() * b.lat.to_radians().cos() * half_lon.sin().powi(2);
    // Rounding takes `h` past 1 for antipodes, where the arcsine has no value.
    2.0 * EARTH_RADIUS_M * h.min(1.0).sqrt().asin()
}

/// Metres along a path, in the order of its places.
pub(crate) fn length_m(path: &[Position]) -> f64 {
    path.iter()
        .zip(path.iter().skip(1))
        .map(|(a, b)| distance_m(*a, *b))
        .sum()
}

/// The smallest box around all places; it crosses the antimeridian where that makes it narrower.
pub(crate) fn bounding_box(places: &[Position]) -> Option<BoundingBox> {
    let mut lons: Vec<f64> = places.iter().map(|place| place.lon).collect();
    lons.sort_by(f64::total_cmp);
    let (first, last) = (*lons.first()?, *lons.last()?);
    // The box is what the widest gap between neighbouring longitudes leaves over; at first the gap over the antimeridian.
    let (mut west, mut east, mut widest) = (first, last, first + 360.0 - last);
    for (a, b) in lons.iter().zip(lons.iter().skip(1)) {
        if b - a > widest {
            (west, east, widest) = (*b, *a, b - a);
        }
    }
    let lats = places.iter().map(|place| place.lat);
    Some(BoundingBox {
        south: lats.clone().fold(f64::INFINITY, f64::min),
        west,
        north: lats.fold(f64::NEG_INFINITY, f64::max),
        east,
    })
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    fn at(lat: f64, lon: f64) -> Position {
        Position { lat, lon }
    }

    #[test]
    fn distances_agree_with_known_ones() {
        let near = |a, b, metres: f64| (distance_m(a, b) - metres).abs() < metres * 1e-6 + 1e-6;
        assert!(
            near(at(0.0, 0.0), at(0.0, 1.0), 111_195.08),
            "one degree of the equator"
        );
        assert!(
            near(at(90.0, 0.0), at(-90.0, 0.0), 20_015_114.4),
            "pole to pole"
        );
        assert!(
            near(at(0.0, 179.5), at(0.0, -179.5), 111_195.08),
            "over the antimeridian"
        );
        assert!(near(at(12.0, 34.0), at(12.0, 34.0), 0.0), "nowhere");
    }

    #[test]
    fn a_path_is_as_long_as_its_legs() {
        let (a, b, c) = (at(47.0, 8.0), at(47.1, 8.0), at(47.1, 8.1));
        assert!((length_m(&[a, b, c]) - distance_m(a, b) - distance_m(b, c)).abs() < 1e-9);
        assert!(length_m(&[a]).abs() < f64::EPSILON);
        assert!(length_m(&[]).abs() < f64::EPSILON);
    }

    #[test]
    fn a_box_crosses_the_antimeridian_where_that_makes_it_narrower() {
        let fiji = bounding_box(&[at(-17.0, 179.0), at(-16.0, -179.5), at(-18.0, 178.0)]).unwrap();
        assert_eq!(
            fiji,
            BoundingBox {
                south: -18.0,
                west: 178.0,
                north: -16.0,
                east: -179.5
            }
        );
        let zurich = bounding_box(&[at(47.4, 8.5), at(47.3, 8.6)]).unwrap();
        assert_eq!(
            zurich,
            BoundingBox {
                south: 47.3,
                west: 8.5,
                north: 47.4,
                east: 8.6
            }
        );
        let point = bounding_box(&[at(1.0, 2.0)]).unwrap();
        assert_eq!(
            point,
            BoundingBox {
                south: 1.0,
                west: 2.0,
                north: 1.0,
                east: 2.0
            }
        );
        assert_eq!(bounding_box(&[]), None);
    }
}
