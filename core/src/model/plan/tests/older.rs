//! What QGroundControl and others wrote otherwise, and what is no plan at all.

use super::*;

#[test]
fn fences_and_rally_points_of_before_the_format_are_passed_over() {
    for version in [Some(json!(1)), Some(json!(1.0)), None] {
        let mut plan = plan_of(json!([waypoint(47.0, 8.0)]));
        for (part, what) in [("geoFence", "polygon"), ("rallyPoints", "points")] {
            plan[part] = json!({ what: "whatever it was" });
            if let Some(version) = &version {
                plan[part]["version"] = version.clone();
            }
        }
        let summary = summary(&plan);
        assert_eq!((summary.fences, summary.rally_points), (0, 0));
    }
}

#[test]
fn a_mission_may_be_nothing_but_a_fence_or_a_rally_point() {
    let mut plan = plan_of(json!([]));
    plan["geoFence"]["circles"] = json!([{"circle": {"center": [47.0, 8.0], "radius": 120.5}}]);
    let fence = summary(&plan);
    assert_eq!(
        (fence.items, fence.fences, fence.bounding_box),
        (0, 1, None)
    );
    let mut plan = plan_of(json!([]));
    plan["rallyPoints"]["points"] = json!([[47.0, 8.0, 50]]);
    assert_eq!(summary(&plan).rally_points, 1);
}

#[test]
fn a_home_of_nulls_is_none() {
    let mut plan = plan_of(json!([waypoint(47.0, 8.0)]));
    for home in [
        json!([null, null, null]),
        json!([null, null, 400]),
        Value::Null,
    ] {
        plan["mission"]["plannedHomePosition"] = home;
        assert_eq!(summary(&plan).waypoints, 1);
    }
    plan["mission"]["plannedHomePosition"] = json!([null, 8.0, 400]);
    assert_eq!(
        refused(&plan).to_string(),
        "plan.mission.plannedHomePosition is not a latitude and a longitude"
    );
    plan["mission"]["plannedHomePosition"] = json!([null]);
    assert!(refused(&plan).field.ends_with("plannedHomePosition"));
}

#[test]
fn a_coordinate_beside_four_parameters_is_the_other_three() {
    let item = |coordinate: Value| {
        plan_of(json!([{
            "type": "SimpleItem", "command": 16, "frame": 3, "params": [0, 0, 0, null],
            "coordinate": coordinate,
        }]))
    };
    let corner = summary(&item(json!([47.0, 8.0, 50]))).bounding_box.unwrap();
    assert_eq!((corner.south, corner.west), (47.0, 8.0));
    for (coordinate, expected) in [
        (
            json!([47.0, 8.0]),
            "plan.mission.items[0].coordinate does not have 3 elements",
        ),
        (
            json!([95.0, 8.0, 50]),
            "plan.mission.items[0].coordinate[0] is not between -90 and 90 degrees",
        ),
        (
            Value::Null,
            "plan.mission.items[0].params does not have 7 elements",
        ),
    ] {
        assert_eq!(refused(&item(coordinate)).to_string(), expected);
    }
}

#[test]
fn seven_parameters_are_the_item_whatever_else_stands_beside_them() {
    let mut item = waypoint(47.0, 8.0);
    item["coordinate"] = json!([1.0, 2.0, 3]);
    item["param1"] = json!("whatever it is");
    let corner = summary(&plan_of(json!([item]))).bounding_box.unwrap();
    assert_eq!((corner.south, corner.west), (47.0, 8.0));
}

#[test]
fn whole_numbers_may_be_written_with_a_point() {
    let plan = plan_of(json!([simple(16, 3, json!(47.0), json!(8.0))])).to_string();
    let plan = plan.replace("\"command\":16", "\"command\":16.0");
    let plan = plan.replace("\"frame\":3", "\"frame\":3.00");
    assert_eq!(read(plan.into_bytes()).unwrap().summary.waypoints, 1);
}

#[test]
fn a_mark_of_byte_order_stays_in_the_file() {
    let plan = format!("\u{feff}{}", plan_of(json!([waypoint(47.0, 8.0)])));
    assert_eq!(read(plan.clone().into_bytes()).unwrap().text, plan);
}

#[test]
fn what_nobody_can_represent_may_stand_in_a_key_that_nobody_asks_for() {
    let plan = plan_of(json!([waypoint(47.0, 8.0)])).to_string();
    for strange in ["1e999", "\"\\ud800\"", "[1e999, {\"a\": \"\\udfff\"}]"] {
        let plan = plan.replacen('{', &format!("{{\"unheardOf\": {strange},"), 1);
        assert_eq!(
            read(plan.into_bytes()).unwrap().summary.waypoints,
            1,
            "{strange}"
        );
    }
    // Brackets in a text are no levels.
    let deep = format!("{{\"unheardOf\": \"{}\\\"\",", "[".repeat(1_000));
    let plan = plan.replacen('{', &deep, 1);
    assert_eq!(read(plan.into_bytes()).unwrap().summary.waypoints, 1);
}

#[test]
fn a_landing_has_one_approach_under_whichever_names() {
    let landing = |approach: Value| {
        let mut item = json!({
            "type": "ComplexItem", "complexItemType": "fwLandingPattern", "version": 2,
            "landCoordinate": [47.003, 8.0, 0],
        });
        let keys = item.as_object_mut().unwrap();
        keys.extend(approach.as_object().unwrap().clone());
        summary(&plan_of(json!([item]))).waypoints
    };
    let (old, new) = (json!([47.0, 8.0, 30]), json!([47.0, 8.0, 30]));
    assert_eq!(
        landing(json!({"loiterCoordinate": old, "landingApproachCoordinate": new})),
        2
    );
    assert_eq!(landing(json!({"loiterCoordinate": old})), 2);
    assert_eq!(landing(json!({"landingApproachCoordinate": new})), 2);
}

#[test]
fn a_survey_of_a_version_that_nobody_knows_is_counted_and_not_interpreted() {
    for version in [json!(9), json!("9"), json!({})] {
        let plan = plan_of(json!([{
            "type": "ComplexItem", "complexItemType": "survey", "version": version,
            "polygon": "of another kind", "TransectStyleComplexItem": 7,
        }]));
        let summary = summary(&plan);
        assert_eq!((summary.complex_items, summary.waypoints), (1, 0));
        assert_eq!(summary.plan_type, PlanType::AreaGrid);
    }
}

#[test]
fn no_zero_of_a_summary_has_a_sign() {
    let plan = plan_of(json!([
        waypoint(-0.0, 8.0),
        waypoint(-0.0, -0.0),
        waypoint(1.0, -0.0),
        {"type": "SimpleItem", "command": 16, "frame": 0, "params": [0, 0, 0, 0, 47, 8, -0.0]},
    ]));
    let payload = read(plan.to_string().into_bytes()).unwrap().payload();
    assert!(!payload.as_str().contains("-0.0"), "{}", payload.as_str());
}

#[test]
fn a_file_of_another_format_is_refused_by_its_name() {
    for (file, expected) in [
        (
            &b"PK\x03\x04\x14\x00"[..],
            "plan is a ZIP archive, as KMZ is, not a QGroundControl plan",
        ),
        (
            b"\xef\xbb\xbf<?xml version=\"1.0\"?>\n<!-- drawn --><kml xmlns=\"\">",
            "plan is KML, not a QGroundControl plan",
        ),
        (
            br#"{"type": "FeatureCollection", "features": []}"#,
            "plan is GeoJSON, not a QGroundControl plan",
        ),
        (
            b"<?xml version=\"1.0\"?><GPX>",
            "plan is GPX, not a QGroundControl plan",
        ),
        (b"  <html>", "plan is XML, not a QGroundControl plan"),
    ] {
        assert_eq!(read(file.to_vec()).unwrap_err().to_string(), expected);
    }
}

#[test]
fn a_mission_of_before_there_were_plans_is_read() {
    let items = json!([
        {"type": "SimpleItem", "command": 16, "frame": 3, "params": [0, 0, 0, 0], "coordinate": [47.0, 8.0, 50]},
    ]);
    for kind in [json!("Mission"), Value::Null] {
        let mission = json!({
            "fileType": kind, "version": 2, "items": items, "plannedHomePosition": [47.0, 8.0, 0],
        });
        let summary = summary(&mission);
        assert_eq!(
            (summary.items, summary.waypoints, summary.fences),
            (1, 1, 0)
        );
    }
    let item = |command: u16, lat: f64| {
        json!({
            "type": "missionItem", "command": command, "frame": 3, "id": 1, "autoContinue": true,
            "param1": 0, "param2": 0, "param3": 0, "param4": 0, "coordinate": [lat, 8.0, 10],
        })
    };
    let mut first = json!({
        "MAV_AUTOPILOT": 12, "version": "1.0", "plannedHomePosition": item(16, 46.0),
        "items": [item(22, 47.0), item(16, 47.001)],
        "complexItems": [{"type": "survey", "version": 3, "polygon": [[47, 8], [47, 8.1], [47.1, 8]]}],
    });
    let read = summary(&first);
    assert_eq!((read.items, read.complex_items, read.waypoints), (3, 1, 2));
    assert_eq!(read.plan_type, PlanType::AreaGrid);
    assert_eq!(read.firmware, Some(12));
    for (pointer, value, expected) in [
        ("/version", json!("2.0"), "plan.version is not 2"),
        (
            "/items/0/coordinate",
            json!([47.0]),
            "plan.items[0].coordinate does not have 3 elements",
        ),
        (
            "/plannedHomePosition/coordinate/0",
            json!(91),
            "plan.plannedHomePosition.coordinate[0] is not between -90 and 90 degrees",
        ),
    ] {
        let mut wrong = first.clone();
        *wrong.pointer_mut(pointer).unwrap() = value;
        assert_eq!(refused(&wrong).to_string(), expected);
    }
    for empty in ["/items", "/complexItems"] {
        *first.pointer_mut(empty).unwrap() = json!([]);
    }
    assert_eq!(refused(&first).to_string(), "plan.items is empty");
}

const HOME: &str = "0\t1\t0\t16\t0\t0\t0\t0\t47.0\t8.0\t400\t1";

#[test]
fn a_list_of_waypoints_is_read() {
    let first = "1\t0\t3\t16\t0\t0\t0\t0\t47.001\t8.0\t50\t1";
    let jump = "2 0 2 177 1 3 0 0 0 0 0 1";
    let nowhere = "3\t0\t3\t16\t0\t0\t0\tnan\tNaN\tNaN\t50\t1";
    let read = |version: u32| {
        let text = format!("QGC WPL {version}\r\n{HOME}\r\n{first}\r\n{jump}\n\n{nowhere}\n");
        let plan = read(text.clone().into_bytes()).unwrap();
        assert_eq!(plan.text, text);
        (plan.summary.items, plan.summary.waypoints)
    };
    assert_eq!(read(110), (3, 1));
    // No home in these.
    assert_eq!(read(120), (4, 2));
}

#[test]
fn what_is_wrong_in_a_list_of_waypoints_is_named_by_its_line_and_field() {
    for (rest, expected) in [
        ("", "plan.lines holds no item"),
        (HOME, "plan.lines holds no item"),
        ("1\t0\t3", "plan.lines[1] does not have 12 fields"),
        (
            "0\t1\t-1\t16\t0\t0\t0\t0\t47\t8\t0\t1",
            "plan.lines[1][2] is not a whole number from 0 to 65535",
        ),
        (
            "0\t1\t3\t16\t0\tx\t0\t0\t47\t8\t0\t1",
            "plan.lines[1][5] is not a number",
        ),
        (
            "0\t1\t3\t16\t0\t0\t0\t0\t1e999\t8\t0\t1",
            "plan.lines[1][8] is not a number",
        ),
        (
            "0\t1\t3\t16\t0\t0\t0\t0\t47\t181\t0\t1",
            "plan.lines[1][9] is not between -180 and 180 degrees",
        ),
    ] {
        let file = format!("QGC WPL 110\n{rest}");
        assert_eq!(read(file.into_bytes()).unwrap_err().to_string(), expected);
    }
    for header in ["QGC WPL 100", "QGC WPL", "QGC WPL 1100"] {
        let file = format!("{header}\n{HOME}\n{HOME}");
        assert_eq!(read(file.into_bytes()).unwrap_err().field, "plan.lines[0]");
    }
}
