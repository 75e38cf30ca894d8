//! The mission of a plan: which items it has, and where they lead.

use super::node::{List, Node, Object};
use crate::model::geodesy::Position;
use crate::model::text::InvalidField;

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
            "SimpleItem" | "missionItem" => route.path.extend(simple(&item)?),
            "ComplexItem" => complex(&item, &mut route)?,
            _ => return Err(kind.invalid("is neither \"SimpleItem\" nor \"ComplexItem\"")),
        }
    }
    Ok(route)
}

/// Where a simple item leads, if it leads anywhere.
///
/// A simple item is a MAVLink MISSION_ITEM with its seven parameters; the fifth and sixth are latitude and longitude for
/// the commands of [`leads_somewhere`] in a global frame. "Not set" means wherever the vehicle then is, and adds nothing
/// to the route: that is NaN by the MAVLink standard (MISSION_ITEM_INT: "NaN … to use the component's current latitude"),
/// which QGroundControl writes as `null`, and 0/0 by ArduPilot's older custom (mavlink/qgroundcontrol#5272).
fn simple(item: &Object<'_>) -> Result<Option<Position>, InvalidField> {
    let command = item.get("command")?.code()?;
    let frame = item.get("frame")?.code()?;
    let params = parameters(item)?;
    for param in &params {
        param.number()?;
    }
    let [_, _, _, _, lat, lon, _] = &params;
    leads_to(command, frame, || {
        Ok((lat.degrees(90.0)?, lon.degrees(180.0)?))
    })
}

/// Where a command leads that is given in this frame, if it leads anywhere. Only then its degrees are asked for.
pub(super) fn leads_to(
    command: u16,
    frame: u16,
    degrees: impl FnOnce() -> Result<(Option<f64>, Option<f64>), InvalidField>,
) -> Result<Option<Position>, InvalidField> {
    if !(leads_somewhere(command) && is_global(frame)) {
        return Ok(None);
    }
    match degrees()? {
        (Some(lat), Some(lon)) if lat != 0.0 || lon != 0.0 => Ok(Some(Position { lat, lon })),
        _ => Ok(None),
    }
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

/// The frames whose coordinates are degrees: MAV_FRAME_GLOBAL, GLOBAL_RELATIVE_ALT, GLOBAL_INT,
/// GLOBAL_RELATIVE_ALT_INT, GLOBAL_TERRAIN_ALT and GLOBAL_TERRAIN_ALT_INT.
fn is_global(frame: u16) -> bool {
    matches!(frame, 0 | 3 | 5 | 6 | 10 | 11)
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
            for place in approach.into_iter().chain(item.opt("landCoordinate")) {
                route.path.push(place.position()?);
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
                    route.path.extend(simple(&inner.object()?)?);
                }
            }
        }
        // A kind that a newer ground station knows: it is counted, and kept whole.
        _ => {}
    }
    Ok(())
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
