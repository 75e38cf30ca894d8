//! The geofences of a plan.

use super::node::Object;
use crate::model::fence::{Area, Fence, Fences};
use crate::model::text::InvalidField;

/// Reads a geofence of version 2: polygons and circles, of which one that does not say so is an inclusion.
pub(super) fn read(geofence: &Object<'_>) -> Result<Fences, InvalidField> {
    let mut fences = Vec::new();
    for polygon in geofence.list("polygons")?.iter() {
        let polygon = polygon.object()?;
        let corners = polygon.get("polygon")?.polygon()?;
        fences.push(fence(&polygon, Area::Polygon(corners)));
    }
    for circle in geofence.list("circles")?.iter() {
        let circle = circle.object()?;
        let area = circle.get("circle")?.object()?;
        let center = area.get("center")?.position()?;
        let radius_m = area.get("radius")?.positive()?;
        fences.push(fence(&circle, Area::Circle { center, radius_m }));
    }
    Ok(Fences {
        fences,
        ..Fences::default()
    })
}

fn fence(of: &Object<'_>, area: Area) -> Fence {
    let inclusion = of.opt("inclusion").and_then(|key| key.flag());
    Fence {
        is_inclusion: inclusion != Some(false),
        area,
    }
}
