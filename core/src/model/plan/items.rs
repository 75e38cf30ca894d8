//! The mission of a plan: which items it has, and where they lead.

use super::node::{List, Node, Object, unsigned_zero};
use crate::model::geodesy::Position;
use crate::model::text::InvalidField;
use crate::model::{AltitudeFrame, AltitudeRange};

/// What a mission's items amount to.
#[derive(Debug, Default)]
pub(super) struct Route {
    /// Items as the file lists them.
    pub items: u32,
    /// How many of them are complex.
    pub complex_items: u32,
    /// Places that are flown to, in order.
    pub path: Vec<Position>,
    /// Corners of what surveys and scans cover.
    pub areas: Vec<Position>,
    /// Whether there is a survey or a scan.
    pub covers_area: bool,
    /// What it is flown at, in each frame that altitudes are given in.
    pub altitudes: Vec<AltitudeRange>,
}

/// What an item adds to the route.
#[derive(Debug, Default)]
pub(super) struct Leg {
    /// Where it leads, if it leads anywhere.
    pub place: Option<Position>,
    /// The altitude that it is flown at, in metres, if it says one.
    pub altitude: Option<(AltitudeFrame, f64)>,
}

impl Route {
    pub(super) fn fly(&mut self, leg: Leg) {
        self.path.extend(leg.place);
        let Some((frame, metres)) = leg.altitude else {
            return;
        };
        let place = self
            .altitudes
            .binary_search_by_key(&frame, |range| range.frame);
        match place {
            Ok(known) => {
                if let Some(range) = self.altitudes.get_mut(known) {
                    range.lowest_m = range.lowest_m.min(metres);
                    range.highest_m = range.highest_m.max(metres);
                }
            }
            Err(place) => self.altitudes.insert(
                place,
                AltitudeRange {
                    frame,
                    lowest_m: metres,
                    highest_m: metres,
                },
            ),
        }
    }
}

/// Reads a mission's items.
pub(super) fn route(items: &Node<'_>) -> Result<Route, InvalidField> {
    let list = items.list()?;
    let mut route = Route {
        items: count(list.len()),
        ..Route::default()
    };
    for item in list.iter() {
        let item = item.object()?;
        let kind = item.get("type")?;
        match kind.text()?.as_str() {
            // The second before there were complex items among these.
            "SimpleItem" | "missionItem" => route.fly(simple(&item)?),
            "ComplexItem" => complex(&item, &mut route)?,
            _ => return Err(kind.invalid("is neither \"SimpleItem\" nor \"ComplexItem\"")),
        }
    }
    Ok(route)
}

/// Where a simple item leads, and how high.
///
/// A simple item is a MAVLink MISSION_ITEM with its seven parameters; the fifth and sixth are latitude and longitude for
/// the commands of [`leads_somewhere`] in a global frame. "Not set" means wherever the vehicle then is, and adds nothing
/// to the route: that is NaN by the MAVLink standard (MISSION_ITEM_INT: "NaN … to use the component's current latitude"),
/// which QGroundControl writes as `null`, and 0/0 by ArduPilot's older custom (mavlink/qgroundcontrol#5272).
fn simple(item: &Object<'_>) -> Result<Leg, InvalidField> {
    let command = item.get("command")?.code()?;
    let frame = item.get("frame")?.code()?;
    let params = parameters(item)?;
    for param in &params {
        param.number()?;
    }
    let [_, _, _, _, lat, lon, altitude] = &params;
    leg(command, frame, altitude.number()?, || {
        Ok((lat.degrees(90.0)?, lon.degrees(180.0)?))
    })
}

/// What a command in this frame adds. Only where it leads somewhere its degrees are asked for. The altitude of a landing
/// is that of the ground, or below it to be sure of touching down: nothing is flown there.
pub(super) fn leg(
    command: u16,
    frame: u16,
    altitude: Option<f64>,
    degrees: impl FnOnce() -> Result<(Option<f64>, Option<f64>), InvalidField>,
) -> Result<Leg, InvalidField> {
    let (true, Some(frame)) = (leads_somewhere(command), altitude_frame(frame)) else {
        return Ok(Leg::default());
    };
    let place = match degrees()? {
        (Some(lat), Some(lon)) if lat != 0.0 || lon != 0.0 => Some(Position { lat, lon }),
        _ => None,
    };
    let altitude = altitude.filter(|_| !leads_to_ground(command));
    Ok(Leg {
        place,
        altitude: altitude.map(|metres| (frame, unsigned_zero(metres))),
    })
}

/// The seven parameters: in one list, or the last three in `coordinate`, as QGroundControl wrote them before 3.2; before
/// 3.0 each of the others had a key of its own.
fn parameters<'a>(item: &Object<'a>) -> Result<[Node<'a>; 7], InvalidField> {
    const KEYS: [&str; 4] = ["param1", "param2", "param3", "param4"];
    let has_keys = item.opt("params").is_none() && item.opt(KEYS[0]).is_some();
    let (mut all, coordinate): (Vec<Node<'a>>, _) = if has_keys {
        let params = KEYS.iter().map(|key| item.get(key));
        (
            params.collect::<Result<_, _>>()?,
            Some(item.get("coordinate")?),
        )
    } else {
        let params = item.get("params")?.list()?;
        let coordinate = item
            .opt("coordinate")
            .filter(|_| params.len() == KEYS.len());
        (params.iter().collect(), coordinate)
    };
    let Some(coordinate) = coordinate else {
        let params = item.get("params")?;
        return all
            .try_into()
            .map_err(|_| params.invalid("does not have 7 elements"));
    };
    all.extend(coordinate.list()?.iter());
    all.try_into()
        .map_err(|_| coordinate.invalid("does not have 3 elements"))
}

/// The MAV_CMD_NAV_* commands that fly to the latitude and longitude in their parameters
/// (<https://mavlink.io/en/messages/common.html#mav_commands>).
fn leads_somewhere(command: u16) -> bool {
    matches!(
        command,
        16 // WAYPOINT
        | 17
            ..=19 // LOITER_UNLIM, LOITER_TURNS, LOITER_TIME
        | 21 // LAND
        | 22 // TAKEOFF
        | 31 // LOITER_TO_ALT
        | 82 // SPLINE_WAYPOINT
        | 84 // VTOL_TAKEOFF
        | 85 // VTOL_LAND
        | 94 // PAYLOAD_PLACE
    )
}

/// Of these, the ones that end on the ground.
fn leads_to_ground(command: u16) -> bool {
    matches!(command, 21 | 85 | 94)
}

/// Where altitudes are counted from in the frames whose coordinates are degrees
/// (<https://mavlink.io/en/messages/common.html#MAV_FRAME>).
fn altitude_frame(frame: u16) -> Option<AltitudeFrame> {
    match frame {
        // GLOBAL, GLOBAL_INT
        0 | 5 => Some(AltitudeFrame::Amsl),
        // GLOBAL_RELATIVE_ALT, GLOBAL_RELATIVE_ALT_INT
        3 | 6 => Some(AltitudeFrame::Relative),
        // GLOBAL_TERRAIN_ALT, GLOBAL_TERRAIN_ALT_INT
        10 | 11 => Some(AltitudeFrame::Terrain),
        _ => None,
    }
}

/// A complex item: the ground station works out what is flown. Surveys and corridor scans carry the result as
/// `TransectStyleComplexItem.Items`; structure scans carry only the outline, landing patterns two positions.
fn complex(item: &Object<'_>, route: &mut Route) -> Result<(), InvalidField> {
    route.complex_items += 1;
    match item.get("complexItemType")?.text()?.as_str() {
        "fwLandingPattern" | "vtolLandingPattern" => {
            // The approach was called `loiterCoordinate` before QGroundControl 4.0; some write it under both names.
            let approach = item.opt("landingApproachCoordinate");
            let approach = approach.or_else(|| item.opt("loiterCoordinate"));
            if let Some(approach) = approach {
                let altitude = approach.altitude()?;
                route.fly(Leg {
                    place: Some(approach.position()?),
                    altitude: altitude.map(|metres| (approach_frame(item), metres)),
                });
            }
            if let Some(land) = item.opt("landCoordinate") {
                route.path.push(land.position()?);
            }
        }
        "survey" | "CorridorScan" | "StructureScan" => {
            route.covers_area = true;
            if !is_known(item) {
                return Ok(());
            }
            if let Some(polygon) = item.opt("polygon") {
                route.areas.extend(polygon.polygon()?);
            }
            if let Some(polyline) = item.opt("polyline") {
                route.areas.extend(polyline.positions()?);
            }
            if let Some(transects) = item.opt("TransectStyleComplexItem") {
                for inner in transects.object()?.list("Items")?.iter() {
                    route.fly(simple(&inner.object()?)?);
                }
            }
        }
        // A kind that a newer ground station knows: it is counted, and kept whole.
        _ => {}
    }
    Ok(())
}

/// Where the altitude of an approach is counted from. The second key is of landings before QGroundControl 4.0; without
/// either it is relative, as its own default.
fn approach_frame(landing: &Object<'_>) -> AltitudeFrame {
    let key = landing.opt("altitudesAreRelative");
    let is_relative = key.or_else(|| landing.opt("loiterAltitudeRelative"));
    match is_relative.and_then(|key| key.flag()) {
        Some(false) => AltitudeFrame::Amsl,
        Some(true) | None => AltitudeFrame::Relative,
    }
}

/// The surveys of a mission of version 1, which stood beside its items and without what is flown.
pub(super) fn add_old_surveys(surveys: &List<'_>, route: &mut Route) -> Result<(), InvalidField> {
    for survey in surveys.iter() {
        route.items += 1;
        route.complex_items += 1;
        route.covers_area = true;
        if let Some(polygon) = survey.object()?.opt("polygon") {
            route.areas.extend(polygon.polygon()?);
        }
    }
    Ok(())
}

/// Whether a survey or a scan is of a version that QGroundControl has written (5 is the newest, of surveys). What another
/// means by its keys is not guessed.
fn is_known(item: &Object<'_>) -> bool {
    let Some(version) = item.opt("version") else {
        return true;
    };
    version
        .code()
        .is_ok_and(|version| (1..=5).contains(&version))
}

pub(super) fn count(len: usize) -> u32 {
    // Each takes several bytes of a file that is not that long.
    u32::try_from(len).unwrap_or(u32::MAX)
}
