//! Where a drone may be: the geofences of a plan, and the ceiling of the mission that flies it.
//!
//! As PX4 has it (`Geofence::checkPolygons`, src/modules/navigator/geofence.cpp), a drone must be inside one of the
//! inclusion fences, where there are any, and outside every exclusion fence. ArduPilot wants it inside all of the inclusion
//! fences (<https://ardupilot.org/copter/docs/common-polygon_fence.html>; its planes may be told otherwise), so a plan that
//! says it is for ArduPilot is read so.
//!
//! Fences of a plan have no altitudes: QGroundControl writes none, and autopilots keep theirs among their parameters
//! (PX4's `GF_MAX_VER_DIST`, ArduPilot's `FENCE_ALT_MAX`). What a mission has is `max_alt_m` of its constraints, as the
//! platform that the databases come from wrote it.
//!
//! The sides of a polygon are straight on a map of equal degrees, as ground stations draw and autopilots test them; they
//! take the shorter way around the globe, so that a fence may cross the antimeridian or enclose a pole. A polygon without
//! an area has nothing inside.

use std::sync::Arc;

use super::Json;
use super::geodesy::{Position, distance_m};

/// What binds a drone while it flies a mission.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Bounds {
    pub fences: Arc<Fences>,
    /// Metres above which it must not be, where there are any.
    pub ceiling_m: Option<f64>,
}

/// The fences of a plan.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Fences {
    pub fences: Vec<Fence>,
    /// How several inclusion fences work together.
    pub inclusions: Inclusions,
}

/// How several inclusion fences work together.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Inclusions {
    /// The drone is inside one of them.
    #[default]
    Any,
    /// The drone is inside every one of them.
    All,
}

/// One fence.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Fence {
    /// Whether the drone must be inside; otherwise it must be outside.
    pub is_inclusion: bool,
    pub area: Area,
}

/// What a fence covers.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Area {
    /// Its corners; the last is joined to the first.
    Polygon(Vec<Position>),
    /// So many metres around a place, along the ground.
    Circle { center: Position, radius_m: f64 },
}

impl Bounds {
    /// Whether a drone that is here is where it must not be. An altitude that is not known breaches nothing.
    pub(crate) fn are_breached(&self, place: Position, altitude_m: Option<f64>) -> bool {
        let too_high = self.ceiling_m.zip(altitude_m);
        too_high.is_some_and(|(ceiling, altitude)| altitude > ceiling)
            || self.fences.are_breached(place)
    }
}

/// `max_alt_m` of a mission's constraints, where it is a number.
pub(crate) fn ceiling_m(constraints: &Json) -> Option<f64> {
    constraints.number("max_alt_m")
}

impl Fences {
    /// Whether a drone that is here is where it must not be.
    fn are_breached(&self, place: Position) -> bool {
        let (inclusions, exclusions): (Vec<&Fence>, Vec<&Fence>) =
            self.fences.iter().partition(|fence| fence.is_inclusion);
        if exclusions.iter().any(|fence| fence.area.contains(place)) {
            return true;
        }
        let mut inside = inclusions.iter().map(|fence| fence.area.contains(place));
        match self.inclusions {
            _ if inclusions.is_empty() => false,
            Inclusions::Any => !inside.any(|is_inside| is_inside),
            Inclusions::All => !inside.all(|is_inside| is_inside),
        }
    }

    /// How much room they take: one for each, and one for each corner.
    pub(crate) fn size(&self) -> usize {
        let corners = self.fences.iter().map(|fence| match &fence.area {
            Area::Polygon(corners) => corners.len(),
            Area::Circle { .. } => 0,
        });
        self.fences.len() + corners.sum::<usize>()
    }
}

impl Area {
    fn contains(&self, place: Position) -> bool {
        match self {
            Self::Polygon(corners) => is_inside(corners, place),
            Self::Circle { center, radius_m } => distance_m(*center, place) <= *radius_m,
        }
    }
}

/// Whether a place is inside a polygon: a line from it along its meridian to the North Pole crosses the polygon's sides an
/// odd number of times, or an even number where the pole itself is inside.
fn is_inside(corners: &[Position], place: Position) -> bool {
    let ends = corners.iter().skip(1).chain(corners.first());
    let (mut crosses, mut around) = (false, 0.0);
    for (from, to) in corners.iter().zip(ends) {
        around += wrapped(to.lon - from.lon);
        let (west, east) = (wrapped(from.lon - place.lon), wrapped(to.lon - place.lon));
        // A side that spans more meets the meridian on the other half of the globe.
        if (west < 0.0) != (east < 0.0) && (west - east).abs() < 180.0 {
            let met = from.lat + (to.lat - from.lat) * west / (west - east);
            crosses ^= met > place.lat;
        }
    }
    crosses != encloses_north_pole(corners, around)
}

/// Whether the North Pole is inside a polygon whose sides turn so many degrees around the axis: what goes once around
/// encloses the pole that its corners are nearer to.
fn encloses_north_pole(corners: &[Position], around: f64) -> bool {
    around.abs() > 180.0 && corners.iter().map(|corner| corner.lat).sum::<f64>() > 0.0
}

/// A difference of longitudes, the shorter way: from -180 degrees up to 180.
fn wrapped(degrees: f64) -> f64 {
    let turned = (degrees + 180.0).rem_euclid(360.0) - 180.0;
    // Rounding takes what is just below zero to a whole turn.
    if turned >= 180.0 { -180.0 } else { turned }
}

#[cfg(test)]
mod tests;
