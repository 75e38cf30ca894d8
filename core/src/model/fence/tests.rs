//! Places inside and outside of fences, wherever on the globe these stand.

#![allow(clippy::indexing_slicing)]

use proptest::prelude::*;

use super::*;

fn at(lat: f64, lon: f64) -> Position {
    Position { lat, lon }
}

/// A longitude as it is written, whatever was added to it.
fn lon(degrees: f64) -> f64 {
    wrapped(degrees)
}

fn polygon(corners: &[(f64, f64)]) -> Area {
    Area::Polygon(corners.iter().map(|(lat, lon)| at(*lat, *lon)).collect())
}

fn circle(center: Position, radius_m: f64) -> Area {
    Area::Circle { center, radius_m }
}

fn fence(is_inclusion: bool, area: Area) -> Fence {
    Fence { is_inclusion, area }
}

fn fences(fences: Vec<Fence>) -> Fences {
    Fences {
        fences,
        ..Fences::default()
    }
}

/// Ten degrees wide and high.
fn square(south: f64, west: f64) -> Area {
    polygon(&[
        (south, lon(west)),
        (south, lon(west + 10.0)),
        (south + 10.0, lon(west + 10.0)),
        (south + 10.0, lon(west)),
    ])
}

#[test]
fn a_drone_is_inside_an_inclusion_and_outside_every_exclusion() {
    let here = at(5.0, 5.0);
    let (around, elsewhere) = (square(0.0, 0.0), square(0.0, 20.0));
    let also_around = circle(at(5.0, 5.0), 1_000.0);
    let hole = circle(at(5.0, 5.0), 100.0);
    let breached = |of: Vec<Fence>| fences(of).are_breached(here);
    assert!(!breached(vec![]));
    assert!(!breached(vec![fence(true, around.clone())]));
    assert!(breached(vec![fence(true, elsewhere.clone())]));
    assert!(breached(vec![fence(false, around.clone())]));
    assert!(!breached(vec![fence(false, elsewhere.clone())]));
    assert!(breached(vec![
        fence(true, around.clone()),
        fence(false, hole)
    ]));
    assert!(!breached(vec![fence(true, also_around)]));
    // One of several is enough, unless all of them are wanted.
    let two = vec![fence(true, around), fence(true, elsewhere)];
    assert!(!breached(two.clone()));
    let all = Fences {
        inclusions: Inclusions::All,
        ..fences(two)
    };
    assert!(all.are_breached(here));
}

#[test]
fn what_is_higher_than_the_ceiling_breaches_it_wherever_it_is() {
    let here = at(5.0, 5.0);
    let bounds = |ceiling_m| Bounds {
        fences: fences(vec![fence(true, square(0.0, 0.0))]).into(),
        ceiling_m,
    };
    for (altitude, is_within) in [
        (Some(-50.0), true),
        (Some(120.0), true),
        (Some(120.1), false),
        (None, true),
    ] {
        assert_eq!(bounds(Some(120.0)).are_breached(here, altitude), !is_within);
        assert!(!bounds(None).are_breached(here, altitude));
        assert!(bounds(Some(120.0)).are_breached(at(50.0, 5.0), altitude));
    }
}

#[test]
fn a_ceiling_is_a_number_of_the_constraints() {
    for (constraints, ceiling) in [
        ("{}", None),
        (r#"{"max_alt_m": 120}"#, Some(120.0)),
        (r#"{"wind": [1], "max_alt_m": 60.5}"#, Some(60.5)),
        (r#"{"max_alt_m": "120"}"#, None),
        (r#"{"max_alt_m": null}"#, None),
        (r#"{"limits": {"max_alt_m": 120}}"#, None),
        ("null", None),
        ("[120]", None),
    ] {
        assert_eq!(ceiling_m(&constraints.into()), ceiling, "{constraints}");
    }
}

#[test]
fn a_polygon_encloses_the_pole_that_it_goes_around() {
    let ring = |lat: f64| {
        let corners: Vec<(f64, f64)> = (0..12)
            .map(|step| (lat, lon(f64::from(step) * 30.0)))
            .collect();
        polygon(&corners)
    };
    for meridian in [-180.0, -90.0, 0.0, 45.5, 179.9] {
        assert!(ring(80.0).contains(at(85.0, meridian)), "{meridian}");
        assert!(ring(80.0).contains(at(90.0, meridian)), "{meridian}");
        assert!(!ring(80.0).contains(at(75.0, meridian)), "{meridian}");
        assert!(!ring(80.0).contains(at(-85.0, meridian)), "{meridian}");
        assert!(ring(-80.0).contains(at(-85.0, meridian)), "{meridian}");
        assert!(ring(-80.0).contains(at(-90.0, meridian)), "{meridian}");
        assert!(!ring(-80.0).contains(at(-75.0, meridian)), "{meridian}");
        assert!(!ring(-80.0).contains(at(85.0, meridian)), "{meridian}");
    }
}

#[test]
fn a_polygon_without_an_area_has_nothing_inside() {
    for corners in [
        vec![],
        vec![(1.0, 1.0)],
        vec![(1.0, 1.0), (2.0, 2.0)],
        vec![(1.0, 1.0); 4],
        vec![(1.0, 1.0), (3.0, 1.0), (2.0, 1.0)],
        vec![(1.0, 1.0), (1.0, 3.0), (1.0, 2.0)],
    ] {
        for place in [at(1.0, 2.0), at(0.5, 1.0), at(2.0, 0.5), at(90.0, 0.0)] {
            assert!(!polygon(&corners).contains(place), "{corners:?} {place:?}");
        }
    }
}

#[test]
fn a_circle_is_measured_in_metres_along_the_ground() {
    // One degree of latitude is 111 195 m.
    for meridian in [-180.0, 0.0, 8.5, 179.99] {
        for parallel in [-89.0, 0.0, 47.4, 88.0] {
            let around = circle(at(parallel, meridian), 111_200.0);
            assert!(around.contains(at(parallel + 1.0, meridian)));
            assert!(!around.contains(at(parallel - 1.001, meridian)) || parallel - 1.001 < -90.0);
        }
    }
    let over_the_antimeridian = circle(at(0.0, 179.9), 25_000.0);
    assert!(over_the_antimeridian.contains(at(0.0, -179.9)));
    assert!(!over_the_antimeridian.contains(at(0.0, -179.8)));
    assert!(circle(at(90.0, 0.0), 1.0).contains(at(90.0, 123.0)));
}

/// The textbook's test, on a plane.
fn inside_on_a_plane(corners: &[(f64, f64)], (y, x): (f64, f64)) -> bool {
    let mut inside = false;
    for (number, (y1, x1)) in corners.iter().enumerate() {
        let (y2, x2) = corners[(number + 1) % corners.len()];
        if (*x1 > x) != (x2 > x) && y < y1 + (y2 - y1) * (x - x1) / (x2 - x1) {
            inside = !inside;
        }
    }
    inside
}

/// Corners within twenty degrees of the origin, on a grid of sixteenths, which addition keeps exact.
fn corners() -> impl Strategy<Value = Vec<(f64, f64)>> {
    let corner = (-320..320_i32, -320..320_i32);
    prop::collection::vec(corner, 3..9).prop_map(|all| {
        let scaled = all.into_iter();
        scaled
            .map(|(y, x)| (f64::from(y) / 16.0, f64::from(x) / 16.0))
            .collect()
    })
}

proptest! {
    #[test]
    fn it_is_the_same_polygon_wherever_around_the_globe_it_stands(
        corners in corners(),
        (y, x) in (-400..400_i32, -400..400_i32),
        east in -180..180_i32,
    ) {
        // Beside the grid, so that no corner is met.
        let (y, x) = (f64::from(y) / 16.0 + 1.0 / 64.0, f64::from(x) / 16.0 + 1.0 / 64.0);
        let east = f64::from(east);
        let turned: Vec<_> = corners.iter().map(|(lat, at)| (*lat, lon(at + east))).collect();
        let expected = inside_on_a_plane(&corners, (y, x));
        prop_assert_eq!(polygon(&turned).contains(at(y, lon(x + east))), expected);
    }

    #[test]
    fn the_corners_may_begin_anywhere_and_go_either_way(corners in corners(), (y, x) in (-400..400_i32, -400..400_i32)) {
        let place = at(f64::from(y) / 16.0 + 1.0 / 64.0, f64::from(x) / 16.0 + 1.0 / 64.0);
        let expected = polygon(&corners).contains(place);
        let mut other = corners;
        other.rotate_left(1);
        other.reverse();
        prop_assert_eq!(polygon(&other).contains(place), expected);
    }

    #[test]
    fn a_cap_around_a_pole_holds_what_is_nearer_to_it(
        edge in 60.0..89.0_f64,
        lat in 0.0..90.0_f64,
        meridian in -180.0..180.0_f64,
        first in 0.0..120.0_f64,
        north in any::<bool>(),
    ) {
        prop_assume!((lat - edge).abs() > 1e-6);
        let side = if north { 1.0 } else { -1.0 };
        let cap = [0.0, 120.0, 240.0].map(|step| (side * edge, lon(first + step)));
        prop_assert_eq!(polygon(&cap).contains(at(side * lat, meridian)), lat > edge);
    }
}
