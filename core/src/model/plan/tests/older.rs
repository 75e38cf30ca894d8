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
        waypoint(1.0, -0.0)
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
            b"QGC WPL 110\n0\t1",
            "plan is a list of waypoints (QGC WPL), not a QGroundControl plan",
        ),
        (
            b"\xef\xbb\xbf<?xml version=\"1.0\"?>\n<!-- drawn --><kml xmlns=\"\">",
            "plan is KML, not a QGroundControl plan",
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
