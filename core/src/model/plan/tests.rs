#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic
)]

use std::path::Path;

use serde_json::{Value, json};

use super::*;
use crate::model::{AltitudeFrame, AltitudeRange, BoundingBox};

mod fenced;
mod older;
mod vehicle;

fn simple(command: u16, frame: u16, lat: Value, lon: Value) -> Value {
    json!({
        "type": "SimpleItem", "command": command, "frame": frame, "autoContinue": true,
        "params": [0, 0, 0, null, lat, lon, 50],
    })
}

fn waypoint(lat: f64, lon: f64) -> Value {
    simple(16, 3, lat.into(), lon.into())
}

fn plan_of(items: Value) -> Value {
    json!({
        "fileType": "Plan",
        "version": 1,
        "groundStation": "QGroundControl",
        "mission": {"version": 2, "items": items, "plannedHomePosition": [47.0, 8.0, 400]},
        "geoFence": {"version": 2, "polygons": [], "circles": []},
        "rallyPoints": {"version": 2, "points": []},
    })
}

fn summary(plan: &Value) -> PlanSummary {
    read(plan.to_string().into_bytes()).unwrap().summary
}

fn refused(plan: &Value) -> InvalidField {
    read(plan.to_string().into_bytes()).unwrap_err()
}

#[test]
fn the_file_is_kept_byte_for_byte_with_its_hash() {
    let mut plan = plan_of(json!([waypoint(47.0, 8.0)]));
    plan["unheardOf"] = json!({"kept": [1.50, "é"]});
    let text = format!("\n {plan:#} \n");
    let read = read(text.clone().into_bytes()).unwrap();
    assert_eq!(read.text, text);
    assert_eq!(read.sha256, hex(&Sha256::digest(text.as_bytes())));
}

#[test]
fn our_own_river_survey_is_summarised() {
    let plan =
        read(include_bytes!("../../../../examples/data/river-survey.plan").to_vec()).unwrap();
    let box_ = plan.summary.bounding_box.unwrap();
    assert_eq!(
        box_,
        BoundingBox {
            south: 52.15412,
            west: 9.95138,
            north: 52.15735,
            east: 9.9537
        }
    );
    assert_eq!(
        plan.payload().as_str(),
        "{\"items\":6,\"complex_items\":1,\"waypoints\":10,\"length_m\":1297.04,\
         \"bounding_box\":{\"south\":52.15412,\"west\":9.95138,\"north\":52.15735,\"east\":9.9537},\
         \"fences\":2,\"rally_points\":2,\"plan_type\":\"AREA_GRID\",\
         \"firmware\":12,\"vehicle_type\":2,\"cruise_speed_mps\":15.0,\"hover_speed_mps\":6.0,\
         \"altitudes\":[{\"frame\":\"RELATIVE\",\"lowest_m\":30.0,\"highest_m\":45.0}]}"
    );
    plan.payload().check("payload").unwrap();
}

#[test]
fn only_navigation_commands_with_a_place_of_their_own_make_the_route() {
    let plan = plan_of(json!([
        simple(22, 3, Value::Null, Value::Null),
        waypoint(47.0, 8.0),
        simple(2000, 2, 0.into(), 0.into()),
        simple(178, 2, 3.into(), 1000.into()),
        simple(201, 3, 10.into(), 10.into()),
        simple(16, 1, 500.into(), 500.into()),
        simple(17, 3, 0.into(), 0.into()),
        waypoint(47.0, 8.001),
        simple(20, 2, 0.into(), 0.into()),
    ]));
    let summary = summary(&plan);
    assert_eq!((summary.items, summary.waypoints), (9, 2));
    assert!(
        (summary.length_m - 75.83).abs() < 0.02,
        "{}",
        summary.length_m
    );
    assert_eq!(
        summary.bounding_box,
        Some(BoundingBox {
            south: 47.0,
            west: 8.0,
            north: 47.0,
            east: 8.001
        })
    );
    assert_eq!(summary.plan_type, PlanType::RouteWaypoints);
}

#[test]
fn a_place_on_the_equator_or_on_the_meridian_of_greenwich_counts() {
    let summary = summary(&plan_of(json!([waypoint(0.0, 8.0), waypoint(47.0, 0.0)])));
    assert_eq!(summary.waypoints, 2);
}

#[test]
fn one_place_is_a_point_task_and_none_has_no_box() {
    let point = summary(&plan_of(json!([
        waypoint(47.0, 8.0),
        simple(20, 2, 0.into(), 0.into())
    ])));
    assert_eq!(
        (point.plan_type, point.length_m),
        (PlanType::PointTask, 0.0)
    );
    let nowhere = summary(&plan_of(json!([simple(20, 2, 0.into(), 0.into())])));
    assert_eq!((nowhere.bounding_box, nowhere.waypoints), (None, 0));
}

#[test]
fn complex_items_bring_their_transects_their_outline_or_their_landing() {
    let transects = json!({"Items": [waypoint(47.0, 8.0), waypoint(47.001, 8.0)], "version": 1});
    let outline = json!([[47.01, 8.01], [47.02, 8.01], [47.02, 8.02]]);
    let plan = plan_of(json!([
        {"type": "ComplexItem", "complexItemType": "CorridorScan", "TransectStyleComplexItem": transects,
         "polyline": [[46.99, 8.0], [47.0, 8.0]], "version": 2},
        {"type": "ComplexItem", "complexItemType": "StructureScan", "polygon": outline, "version": 3},
        {"type": "ComplexItem", "complexItemType": "fwLandingPattern", "version": 1,
         "loiterCoordinate": [47.002, 8.0, 30], "landCoordinate": [47.003, 8.0, 0]},
        {"type": "ComplexItem", "complexItemType": "orbitOfTheFuture", "centre": [47.5, 8.5]},
    ]));
    let summary = summary(&plan);
    assert_eq!(
        (summary.items, summary.complex_items, summary.waypoints),
        (4, 4, 4)
    );
    assert!(
        (summary.length_m - 333.59).abs() < 0.05,
        "{}",
        summary.length_m
    );
    assert_eq!(
        summary.bounding_box,
        Some(BoundingBox {
            south: 46.99,
            west: 8.0,
            north: 47.02,
            east: 8.02
        })
    );
    assert_eq!(summary.plan_type, PlanType::AreaGrid);
}

#[test]
fn fences_and_rally_points_are_counted_and_may_be_missing() {
    let mut plan = plan_of(json!([waypoint(47.0, 8.0)]));
    plan["geoFence"]["polygons"] =
        json!([{"polygon": [[1, 2], [3, 4], [5, 6]], "inclusion": true, "version": 1}]);
    plan["geoFence"]["circles"] =
        json!([{"circle": {"center": [47.0, 8.0], "radius": 120.5}, "version": 1}]);
    plan["rallyPoints"]["points"] = json!([[47.0, 8.0, 50]]);
    let counted = summary(&plan);
    assert_eq!((counted.fences, counted.rally_points), (2, 1));
    plan.as_object_mut().unwrap().remove("geoFence");
    plan.as_object_mut().unwrap().remove("rallyPoints");
    let without = summary(&plan);
    assert_eq!((without.fences, without.rally_points), (0, 0));
}

#[test]
fn a_wrong_value_is_refused_naming_its_place() {
    let cases: &[(&str, Value, &str)] = &[
        (
            "/fileType",
            json!("Parameters"),
            "plan.fileType is not \"Plan\"",
        ),
        ("/fileType", json!(1), "plan.fileType is not \"Plan\""),
        ("/version", json!(2), "plan.version is not 1"),
        ("/version", json!("1"), "plan.version is not 1"),
        ("/mission", json!([]), "plan.mission is not an object"),
        (
            "/mission/version",
            json!(7),
            "plan.mission.version is not 2",
        ),
        (
            "/mission/version",
            Value::Null,
            "plan.mission.version is not 2",
        ),
        (
            "/geoFence/version",
            json!(3),
            "plan.geoFence.version is not 2",
        ),
        (
            "/rallyPoints/version",
            Value::Null,
            "plan.rallyPoints.version is not 2",
        ),
        (
            "/mission/plannedHomePosition",
            json!([91, 8, 0]),
            "plan.mission.plannedHomePosition[0] is not between -90 and 90 degrees",
        ),
        (
            "/mission/items",
            json!({}),
            "plan.mission.items is not a list",
        ),
        (
            "/mission/items",
            json!([]),
            "plan.mission.items is empty, and there is no fence and no rally point",
        ),
        (
            "/mission/items/0/command",
            json!(16.5),
            "plan.mission.items[0].command is not a whole number from 0 to 65535",
        ),
        (
            "/mission/items/0",
            json!(7),
            "plan.mission.items[0] is not an object",
        ),
        (
            "/mission/items/0/type",
            json!("Item"),
            "plan.mission.items[0].type is neither \"SimpleItem\" nor \"ComplexItem\"",
        ),
        (
            "/mission/items/0/command",
            json!(-1),
            "plan.mission.items[0].command is not a whole number from 0 to 65535",
        ),
        (
            "/mission/items/0/frame",
            json!(2.5),
            "plan.mission.items[0].frame is not a whole number from 0 to 65535",
        ),
        (
            "/mission/items/0/params",
            json!([0, 0]),
            "plan.mission.items[0].params does not have 7 elements",
        ),
        (
            "/mission/items/0/params/1",
            json!("NaN"),
            "plan.mission.items[0].params[1] is not a number",
        ),
        (
            "/mission/items/0/params/4",
            json!(-90.001),
            "plan.mission.items[0].params[4] is not between -90 and 90 degrees",
        ),
        (
            "/mission/items/0/params/5",
            json!(180.001),
            "plan.mission.items[0].params[5] is not between -180 and 180 degrees",
        ),
        (
            "/geoFence/polygons",
            json!([{"polygon": [[1, 2], [3, 4]]}]),
            "plan.geoFence.polygons[0].polygon has fewer than 3 corners",
        ),
        (
            "/geoFence/circles",
            json!([{"circle": {"center": [47], "radius": 1}}]),
            "plan.geoFence.circles[0].circle.center is not a latitude and a longitude",
        ),
        (
            "/geoFence/circles",
            json!([{"circle": {"center": [47, 8], "radius": 0}}]),
            "plan.geoFence.circles[0].circle.radius is not a number above 0",
        ),
        (
            "/rallyPoints/points",
            json!([[47.0, 8.0, 0], [47.0, 200.0, 0]]),
            "plan.rallyPoints.points[1][1] is not between -180 and 180 degrees",
        ),
    ];
    for (pointer, value, expected) in cases {
        let mut plan = plan_of(json!([waypoint(47.0, 8.0)]));
        *plan.pointer_mut(pointer).unwrap() = value.clone();
        assert_eq!(refused(&plan).to_string(), *expected);
    }
}

#[test]
fn a_missing_key_is_refused_naming_its_place() {
    for (inside, key, expected) in [
        ("", "fileType", "plan.fileType is missing"),
        ("", "version", "plan.version is missing"),
        ("", "mission", "plan.mission is missing"),
        ("/mission", "version", "plan.mission.version is missing"),
        ("/mission", "items", "plan.mission.items is missing"),
        (
            "/mission/items/0",
            "command",
            "plan.mission.items[0].command is missing",
        ),
        (
            "/mission/items/0",
            "params",
            "plan.mission.items[0].params is missing",
        ),
    ] {
        let mut plan = plan_of(json!([waypoint(47.0, 8.0)]));
        plan.pointer_mut(inside)
            .unwrap()
            .as_object_mut()
            .unwrap()
            .remove(key);
        assert_eq!(refused(&plan).to_string(), expected);
    }
}

#[test]
fn what_is_not_json_at_all_is_refused() {
    let good = plan_of(json!([waypoint(47.0, 8.0)])).to_string();
    let deep = good.replacen(
        '{',
        &format!("{{\"x\":{}1{},", "[".repeat(200), "]".repeat(200)),
        1,
    );
    let cases: [(Vec<u8>, &str); 9] = [
        (
            Vec::new(),
            "plan is not well-formed JSON: there is nothing in it",
        ),
        (b"\xff\xfe{}".to_vec(), "plan is not UTF-8"),
        (b"[]".to_vec(), "plan is not an object"),
        (b"{}\0".to_vec(), "plan is not well-formed JSON"),
        (
            good.replace("\"Plan\"", "\"Pl\0an\"").into_bytes(),
            "plan is not well-formed JSON",
        ),
        (
            good.replace("47.0", "NaN").into_bytes(),
            "plan is not well-formed JSON",
        ),
        (
            good.replace("[0,0,0,null,47.0", "[0,0,0,null,1e999")
                .into_bytes(),
            "plan.mission.items[0].params[4] is not a number",
        ),
        (deep.into_bytes(), "plan nests deeper than 127 levels"),
        (
            vec![b' '; PLAN_MAX + 1],
            "plan is longer than 8388608 bytes",
        ),
    ];
    for (file, expected) in cases {
        let refused = read(file).unwrap_err().to_string();
        assert!(refused.starts_with(expected), "{refused}");
    }
}

/// Plans that QGroundControl wrote, from MAVSDK's test suite; they are no part of this repository.
#[test]
fn plans_that_qgroundcontrol_wrote_are_read() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../shared/data/plans");
    if !folder.is_dir() {
        return;
    }
    let file = |name: &str| read(std::fs::read(folder.join(name)).unwrap());
    let counts = |name: &str| {
        let summary = file(name).unwrap().summary;
        (
            summary.items,
            summary.complex_items,
            summary.waypoints,
            summary.plan_type,
        )
    };
    assert_eq!(counts("sample.plan"), (6, 0, 4, PlanType::RouteWaypoints));
    assert_eq!(counts("structure-scan.plan"), (2, 1, 0, PlanType::AreaGrid));
    let (items, complex_items, waypoints, plan_type) = counts("survey.plan");
    assert_eq!(
        (items, complex_items, plan_type),
        (2, 1, PlanType::AreaGrid)
    );
    assert!(waypoints > 0);
    // Of a version that nobody knows: its place is not read.
    assert_eq!(
        counts("mavsdk-survey-unknown-version.plan"),
        (2, 1, 0, PlanType::AreaGrid)
    );
    assert_eq!(
        counts("by-a-library.plan"),
        (4, 0, 4, PlanType::RouteWaypoints)
    );
    assert_eq!(
        counts("px4-vtol-land-start.plan"),
        (9, 0, 8, PlanType::RouteWaypoints)
    );
    let fenced = |name: &str| {
        let summary = file(name).unwrap().summary;
        (summary.items, summary.waypoints, summary.fences)
    };
    assert_eq!(fenced("px4-fences.plan"), (5, 4, 3));
    assert_eq!(fenced("qgc-fence-only.plan"), (0, 0, 2));
    // Its items have `coordinate`, its fence is of version 1.
    assert_eq!(fenced("qgc-section-test.plan"), (5, 4, 0));
    // The first line is home.
    assert_eq!(fenced("mission-planner.waypoints"), (5, 5, 0));
    assert_eq!(fenced("px4-old-format-1.mission"), (4, 4, 0));
    // Its takeoff is in no frame of degrees.
    assert_eq!(fenced("qgc-old-format.mission"), (6, 5, 0));
    let relative = |lowest_m, highest_m| AltitudeRange {
        frame: AltitudeFrame::Relative,
        lowest_m,
        highest_m,
    };
    let flown = |name: &str| {
        let summary = file(name).unwrap().summary;
        let speeds = (summary.cruise_speed_mps, summary.hover_speed_mps);
        (
            summary.firmware,
            summary.vehicle_type,
            speeds,
            summary.altitudes,
        )
    };
    let px4 = (Some(12), Some(2), (Some(15.0), Some(5.0)));
    for (name, (firmware, kind, speeds), altitudes) in [
        ("sample.plan", px4, vec![relative(50.0, 50.0)]),
        ("survey.plan", px4, vec![relative(50.0, 50.0)]),
        ("structure-scan.plan", px4, vec![]),
        ("px4-fences.plan", px4, vec![relative(20.0, 20.0)]),
        ("qgc-fence-only.plan", px4, vec![]),
        // It lands 50 m below where it started; that is no altitude that it flies at.
        (
            "by-a-library.plan",
            (Some(12), Some(2), (None, Some(7.0))),
            vec![relative(50.0, 50.0)],
        ),
        (
            "px4-vtol-land-start.plan",
            (Some(12), Some(20), (Some(15.0), Some(5.0))),
            vec![relative(15.0, 30.0)],
        ),
        (
            "mission-planner.waypoints",
            (None, None, (None, None)),
            vec![relative(100.0, 100.0)],
        ),
        (
            "px4-old-format-1.mission",
            (Some(12), None, (None, None)),
            vec![relative(10.0, 10.0)],
        ),
        (
            "qgc-old-format.mission",
            (Some(3), None, (None, None)),
            vec![relative(5.0, 20.0)],
        ),
    ] {
        assert_eq!(flown(name), (firmware, kind, speeds, altitudes), "{name}");
    }
    assert_eq!(
        file("wrong-mission-version.plan").unwrap_err().to_string(),
        "plan.mission.version is not 2"
    );
}
