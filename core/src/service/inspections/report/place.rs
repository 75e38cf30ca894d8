//! Where observations lie, and where that is in a drawing.

use super::subject::Subject;
use crate::model::Observation;

/// The smallest box around the task's area and the observations, in degrees WGS 84, and how many observations there are.
///
/// Longitudes are counted eastward from the first one, so that a box across the antimeridian is no wider than it is.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(in super::super) struct Extent {
    pub(in super::super) rows: u64,
    pub(super) bounds: Option<Bounds>,
}

#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Bounds {
    first_lon: f64,
    pub(super) south: f64,
    pub(super) north: f64,
    pub(super) west: f64,
    pub(super) east: f64,
}

/// A position on the earth, which adopted rows need not hold.
pub(super) fn position(observation: &Observation) -> Option<(f64, f64)> {
    let (lat, lon) = (observation.position_lat, observation.position_lon);
    let is_place = (-90.0..=90.0).contains(&lat) && (-180.0..=180.0).contains(&lon);
    is_place.then_some((lat, lon))
}

impl Extent {
    /// The task's area, without an observation yet.
    pub(in super::super) fn of(subject: &Subject) -> Self {
        let mut extent = Self::default();
        let places = subject.area.iter().flatten();
        places.for_each(|(lon, lat)| extent.reach(*lat, *lon));
        extent
    }

    pub(in super::super) fn add(&mut self, observation: &Observation) {
        self.rows += 1;
        if let Some((lat, lon)) = position(observation) {
            self.reach(lat, lon);
        }
    }

    fn reach(&mut self, lat: f64, lon: f64) {
        let bounds = self.bounds.get_or_insert(Bounds {
            first_lon: lon,
            south: lat,
            north: lat,
            west: lon,
            east: lon,
        });
        let lon = beside(bounds.first_lon, lon);
        bounds.south = bounds.south.min(lat);
        bounds.north = bounds.north.max(lat);
        bounds.west = bounds.west.min(lon);
        bounds.east = bounds.east.max(lon);
    }
}

/// The same longitude, within half a turn of another.
fn beside(first: f64, lon: f64) -> f64 {
    if lon - first > 180.0 {
        lon - 360.0
    } else if first - lon > 180.0 {
        lon + 360.0
    } else {
        lon
    }
}

/// A longitude as it is written.
pub(super) fn written(lon: f64) -> f64 {
    if lon > 180.0 {
        lon - 360.0
    } else if lon < -180.0 {
        lon + 360.0
    } else {
        lon
    }
}

/// The drawing's width and height, and the margin within.
pub(super) const WIDTH: f64 = 960.0;
pub(super) const HEIGHT: f64 = 540.0;
const MARGIN: f64 = 30.0;
/// No drawing shows less than about ten metres: one position alone lies in the middle.
const LEAST: f64 = 1e-4;

impl Bounds {
    /// Where a position lies in the drawing: east is right, north is up, and a metre is as long either way in the middle.
    pub(super) fn drawn(&self, (lat, lon): (f64, f64)) -> (f64, f64) {
        let lon = beside(self.first_lon, lon);
        let (middle_lat, middle_lon) = (
            f64::midpoint(self.south, self.north),
            f64::midpoint(self.west, self.east),
        );
        let narrowing = middle_lat.to_radians().cos().max(0.01);
        let (wide, high) = (
            ((self.east - self.west) * narrowing).max(LEAST),
            (self.north - self.south).max(LEAST),
        );
        let scale = ((WIDTH - 2.0 * MARGIN) / wide).min((HEIGHT - 2.0 * MARGIN) / high);
        let x = WIDTH / 2.0 + (lon - middle_lon) * narrowing * scale;
        let y = HEIGHT / 2.0 - (lat - middle_lat) * scale;
        // A row that came since the box was measured may lie outside.
        (x.clamp(0.0, WIDTH), y.clamp(0.0, HEIGHT))
    }
}
