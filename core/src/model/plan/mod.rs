//! QGroundControl plans: read once when they are imported, and kept whole.
//!
//! The format: <https://docs.qgroundcontrol.com/master/en/qgc-dev-guide/file_formats/plan.html>. What is checked is what
//! the summary needs and what would make the file useless to a ground station; everything else, keys that are unknown
//! here included, is passed over and stays in the text. What QGroundControl loads is taken, older writings included.

mod fences;
mod formats;
mod items;
mod node;
mod waypoints;

use sha2::{Digest, Sha256};

use super::fence::{Fences, Inclusions};
use super::geodesy::{self, Position};
use super::hex::hex;
use super::json::Json;
use super::text::InvalidField;
use super::{PlanSummary, PlanType};
use items::{Route, count};
use node::{Node, Object};

/// Longest plan in bytes: 8 MiB. A survey of a thousand transects takes about 1 MiB.
pub(crate) const PLAN_MAX: usize = 8 << 20;

/// The only versions that exist of the file and of its parts.
const FILE_VERSION: f64 = 1.0;
const PART_VERSION: f64 = 2.0;

/// ArduPilot, as MAVLink numbers autopilots.
const ARDUPILOT: u16 = 3;

/// A plan that has been read.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Plan {
    /// The file, byte for byte.
    pub text: String,
    /// The SHA-256 of those bytes in lower-case hexadecimal.
    pub sha256: String,
    /// What it holds.
    pub summary: PlanSummary,
}

impl Plan {
    /// The summary as a mission's payload.
    pub(crate) fn payload(&self) -> Json {
        // Numbers and texts only: nothing in a summary can fail to become JSON.
        serde_json::to_string(&self.summary).map_or_else(|_| Json::default(), Json::from)
    }
}

/// Reads a plan. A violation names its place in the file: `plan.mission.items[3].params[4]`.
pub(crate) fn read(file: Vec<u8>) -> Result<Plan, InvalidField> {
    if file.len() > PLAN_MAX {
        return Err(InvalidField::new(
            "plan",
            format_args!("is longer than {PLAN_MAX} bytes"),
        ));
    }
    if let Some(rule) = formats::another(&file) {
        return Err(formats::refused(rule));
    }
    let sha256 = hex(&Sha256::digest(&file));
    let text = String::from_utf8(file).map_err(|_| InvalidField::new("plan", "is not UTF-8"))?;
    // Some editors begin a file with a mark of its byte order; it stays in the text.
    let body = text.trim_start_matches('\u{feff}');
    let contents = if body.starts_with(waypoints::BEGINNING) {
        Contents::of_mission(waypoints::route(body)?, Vehicle::default())
    } else {
        contents(&Node::root("plan", body)?)?
    };
    let summary = contents.summary();
    Ok(Plan {
        text,
        sha256,
        summary,
    })
}

/// The fences of a plan that was imported with this hash.
pub(crate) fn fences(text: &str, sha256: &str) -> Result<Fences, InvalidField> {
    if hex(&Sha256::digest(text)) != sha256 {
        return Err(InvalidField::new("plan", "is not what was imported"));
    }
    let body = text.trim_start_matches('\u{feff}');
    if body.starts_with(waypoints::BEGINNING) {
        return Ok(Fences::default());
    }
    let file = Node::root("plan", body)?.object()?;
    let mut found = optional(&file, "geoFence", fences::read)?.unwrap_or_default();
    let firmware = file
        .opt("mission")
        .and_then(|mission| mission.object().ok()?.opt("firmwareType")?.code().ok());
    if firmware == Some(ARDUPILOT) {
        found.inclusions = Inclusions::All;
    }
    Ok(found)
}

/// What a file holds, of whichever format.
struct Contents {
    route: Route,
    vehicle: Vehicle,
    fences: u32,
    rally_points: u32,
}

/// What a mission was planned for, as far as its file says.
#[derive(Debug, Default)]
struct Vehicle {
    firmware: Option<u16>,
    kind: Option<u16>,
    cruise_speed: Option<f64>,
    hover_speed: Option<f64>,
}

impl Contents {
    /// Formats that hold a mission and nothing else.
    fn of_mission(route: Route, vehicle: Vehicle) -> Self {
        Self {
            route,
            vehicle,
            fences: 0,
            rally_points: 0,
        }
    }

    fn summary(self) -> PlanSummary {
        let route = self.route;
        let places: Vec<Position> = route.path.iter().chain(&route.areas).copied().collect();
        PlanSummary {
            items: route.items,
            complex_items: route.complex_items,
            waypoints: count(route.path.len()),
            // Whole centimetres: what is finer depends on the platform's sine.
            length_m: (geodesy::length_m(&route.path) * 100.0).round() / 100.0,
            bounding_box: geodesy::bounding_box(&places),
            fences: self.fences,
            rally_points: self.rally_points,
            plan_type: plan_type(&route),
            firmware: self.vehicle.firmware,
            vehicle_type: self.vehicle.kind,
            cruise_speed_mps: self.vehicle.cruise_speed,
            hover_speed_mps: self.vehicle.hover_speed,
            altitudes: route.altitudes,
        }
    }
}

/// Reads a file of JSON: a plan, or a mission of before there were plans.
fn contents(file: &Node<'_>) -> Result<Contents, InvalidField> {
    let file = file.object()?;
    if formats::is_geojson(&file) {
        return Err(formats::refused("is GeoJSON"));
    }
    let is_mission = match file.opt("fileType") {
        Some(kind) => kind.expect_text("Mission").is_ok(),
        None => file.opt("items").is_some(),
    };
    if is_mission {
        return old_mission(&file);
    }
    file.get("fileType")?.expect_text("Plan")?;
    file.get("version")?.expect_number(FILE_VERSION)?;
    let mission = file.get("mission")?.object()?;
    mission.get("version")?.expect_number(PART_VERSION)?;
    let contents = Contents {
        fences: optional(&file, "geoFence", fences::read)?
            .map_or(0, |read| count(read.fences.len())),
        rally_points: optional(&file, "rallyPoints", count_rally_points)?.unwrap_or(0),
        route: route(&mission)?,
        vehicle: vehicle(&mission)?,
    };
    if contents.route.items == 0 && contents.fences == 0 && contents.rally_points == 0 {
        let items = mission.get("items")?;
        return Err(items.invalid("is empty, and there is no fence and no rally point"));
    }
    Ok(contents)
}

/// A mission's items, and its home, which is looked at.
fn route(mission: &Object<'_>) -> Result<Route, InvalidField> {
    if let Some(home) = mission.opt("plannedHomePosition") {
        home.place()?;
    }
    items::route(&mission.get("items")?)
}

/// What a mission was planned for.
fn vehicle(mission: &Object<'_>) -> Result<Vehicle, InvalidField> {
    let code = |key| mission.opt(key).map(|node| node.code()).transpose();
    let speed = |key| match mission.opt(key) {
        Some(node) => node.speed(),
        None => Ok(None),
    };
    Ok(Vehicle {
        firmware: code("firmwareType")?,
        kind: code("vehicleType")?,
        cruise_speed: speed("cruiseSpeed")?,
        hover_speed: speed("hoverSpeed")?,
    })
}

/// A `.mission` of QGroundControl before 3.2: of version 2, which is a plan's mission by itself, or of version 1, a text,
/// where home was an item and surveys stood beside the items.
fn old_mission(mission: &Object<'_>) -> Result<Contents, InvalidField> {
    let version = mission.get("version")?;
    let (read, vehicle) = if version.expect_text("1.0").is_ok() {
        if let Some(home) = mission.opt("plannedHomePosition") {
            home.object()?.get("coordinate")?.place()?;
        }
        let mut read = items::route(&mission.get("items")?)?;
        items::add_old_surveys(&mission.list("complexItems")?, &mut read)?;
        let firmware = mission.opt("MAV_AUTOPILOT");
        let vehicle = Vehicle {
            firmware: firmware.map(|node| node.code()).transpose()?,
            ..Vehicle::default()
        };
        (read, vehicle)
    } else {
        version.expect_number(PART_VERSION)?;
        (route(mission)?, vehicle(mission)?)
    };
    if read.items == 0 {
        return Err(mission.get("items")?.invalid("is empty"));
    }
    Ok(Contents::of_mission(read, vehicle))
}

/// The geofence and the rally points may be missing; a mission may not. Those of version 1, or of none, are from before
/// there were any in this format: QGroundControl passes them over, and so does this.
fn optional<T>(
    file: &Object<'_>,
    key: &str,
    read: fn(&Object<'_>) -> Result<T, InvalidField>,
) -> Result<Option<T>, InvalidField> {
    let Some(part) = file.opt(key) else {
        return Ok(None);
    };
    let part = part.object()?;
    match part.get("version") {
        Ok(version) if version.expect_number(1.0).is_err() => {
            version.expect_number(PART_VERSION)?;
            read(&part).map(Some)
        }
        _ => Ok(None),
    }
}

fn count_rally_points(rally_points: &Object<'_>) -> Result<u32, InvalidField> {
    let mut points = 0;
    for point in rally_points.list("points")?.iter() {
        point.position()?;
        points += 1;
    }
    Ok(points)
}

fn plan_type(route: &Route) -> PlanType {
    if route.covers_area {
        PlanType::AreaGrid
    } else if route.path.len() == 1 {
        PlanType::PointTask
    } else {
        PlanType::RouteWaypoints
    }
}

#[cfg(test)]
mod tests;
