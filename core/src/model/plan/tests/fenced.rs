//! The fences of a plan.

use serde_json::{Value, json};
use sha2::{Digest, Sha256};

use crate::model::fence::{Area, Fence, Fences, Inclusions};
use crate::model::geodesy::Position;
use crate::model::hex::hex;
use crate::model::plan::fences;
use crate::model::text::InvalidField;

fn plan(firmware: u16, geofence: &Value) -> String {
    json!({
        "fileType": "Plan", "version": 1, "geoFence": geofence,
        "mission": {"version": 2, "firmwareType": firmware, "items": []},
    })
    .to_string()
}

fn imported(text: &str) -> Result<Fences, InvalidField> {
    fences(text, &hex(&Sha256::digest(text)))
}

fn of(firmware: u16, geofence: &Value) -> Fences {
    imported(&plan(firmware, geofence)).unwrap()
}

/// What QGroundControl writes of a polygon and a circle.
fn drawn() -> Value {
    json!({"version": 2, "polygons": [
        {"version": 1, "inclusion": true, "polygon": [[47.0, 8.0], [47.0, 9.0], [48.0, 9.0]]},
    ], "circles": [
        {"version": 1, "inclusion": false, "circle": {"center": [47.2, 8.8], "radius": 120.5}},
    ]})
}

#[test]
fn the_fences_are_what_the_ground_station_drew() {
    let read = of(12, &drawn());
    let place = |lat, lon| Position { lat, lon };
    let corners = vec![place(47.0, 8.0), place(47.0, 9.0), place(48.0, 9.0)];
    let circle = Area::Circle {
        center: place(47.2, 8.8),
        radius_m: 120.5,
    };
    let fence = |is_inclusion, area| Fence { is_inclusion, area };
    let expected = [fence(true, Area::Polygon(corners)), fence(false, circle)];
    assert_eq!(read.fences, expected);
    assert_eq!(read.inclusions, Inclusions::Any);
    assert_eq!(of(3, &drawn()).inclusions, Inclusions::All);
}

#[test]
fn what_has_no_fence_has_none() {
    for none in [
        json!(null),
        json!({"version": 2, "polygons": [], "circles": []}),
        // Of before there were any in this format.
        json!({"version": 1, "polygon": [[47.0, 8.0], [47.0, 9.0], [48.0, 9.0]]}),
    ] {
        assert_eq!(of(12, &none), Fences::default(), "{none}");
    }
    assert_eq!(imported("QGC WPL 110\n").unwrap(), Fences::default());
    assert!(imported("no plan").is_err());
}

#[test]
fn a_fence_that_does_not_say_so_is_an_inclusion() {
    let mut silent = drawn();
    silent["circles"][0]
        .as_object_mut()
        .unwrap()
        .remove("inclusion");
    assert!(of(12, &silent).fences[1].is_inclusion);
}

#[test]
fn what_is_not_what_was_imported_has_no_fences_that_hold() {
    let text = plan(12, &drawn());
    let sha256 = hex(&Sha256::digest(&text));
    assert!(fences(&text, &sha256).is_ok());
    assert_eq!(
        fences(&format!("{text} "), &sha256).unwrap_err().field,
        "plan"
    );
}

#[test]
fn a_fence_has_no_altitude_whatever_another_program_wrote_beside_it() {
    let mut bounded = drawn();
    bounded["maxAltitude"] = json!(120);
    bounded["polygons"][0]["maxAltitude"] = json!(30.5);
    assert_eq!(of(12, &bounded), of(12, &drawn()));
}
