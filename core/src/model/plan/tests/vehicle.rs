//! What a plan was made for: firmware, vehicle, speeds, and the altitudes that are flown.

use super::*;

fn range(frame: AltitudeFrame, lowest_m: f64, highest_m: f64) -> AltitudeRange {
    AltitudeRange {
        frame,
        lowest_m,
        highest_m,
    }
}

fn at(command: u16, frame: u16, altitude: Value) -> Value {
    let mut item = simple(command, frame, 47.0.into(), 8.0.into());
    item["params"][6] = altitude;
    item
}

#[test]
fn altitudes_are_told_apart_by_what_they_are_counted_from() {
    let plan = plan_of(json!([
        at(16, 11, json!(30)),
        at(16, 3, json!(50)),
        at(16, 6, json!(-2.5)),
        at(16, 0, json!(450.5)),
        at(16, 5, json!(440)),
        at(16, 10, json!(31)),
        at(16, 3, json!(20)),
    ]));
    assert_eq!(
        summary(&plan).altitudes,
        [
            range(AltitudeFrame::Amsl, 440.0, 450.5),
            range(AltitudeFrame::Relative, -2.5, 50.0),
            range(AltitudeFrame::Terrain, 30.0, 31.0),
        ]
    );
}

#[test]
fn only_what_is_flown_at_is_an_altitude() {
    let mut takeoff = at(22, 3, json!(12));
    // It takes off wherever it stands, and still to that altitude.
    takeoff["params"][4] = Value::Null;
    takeoff["params"][5] = Value::Null;
    let plan = plan_of(json!([
        takeoff,
        at(16, 3, Value::Null),
        at(16, 2, json!(900)),
        at(178, 3, json!(900)),
        at(21, 3, json!(-50)),
        at(85, 3, json!(0)),
        at(94, 3, json!(0)),
    ]));
    assert_eq!(
        summary(&plan).altitudes,
        [range(AltitudeFrame::Relative, 12.0, 12.0)]
    );
}

#[test]
fn surveys_and_the_approach_of_a_landing_have_altitudes() {
    let landing = |more: Value| {
        let mut landing = json!({
            "type": "ComplexItem", "complexItemType": "fwLandingPattern", "version": 2,
            "landingApproachCoordinate": [47.002, 8.0, 40], "landCoordinate": [47.003, 8.0, 0],
        });
        let item = landing.as_object_mut().unwrap();
        item.extend(more.as_object().unwrap().clone());
        landing
    };
    let flown = |landing: Value| {
        let transects = json!({"Items": [at(16, 3, json!(70)), at(2000, 2, json!(1))]});
        let survey = json!({
            "type": "ComplexItem", "complexItemType": "survey", "version": 5,
            "TransectStyleComplexItem": transects,
        });
        summary(&plan_of(json!([survey, landing]))).altitudes
    };
    let together = [range(AltitudeFrame::Relative, 40.0, 70.0)];
    let apart = [
        range(AltitudeFrame::Amsl, 40.0, 40.0),
        range(AltitudeFrame::Relative, 70.0, 70.0),
    ];
    assert_eq!(flown(landing(json!({}))), together);
    assert_eq!(
        flown(landing(json!({"altitudesAreRelative": true}))),
        together
    );
    assert_eq!(
        flown(landing(json!({"altitudesAreRelative": false}))),
        apart
    );
    assert_eq!(
        flown(landing(json!({"loiterAltitudeRelative": false}))),
        apart
    );
    let without = landing(json!({"landingApproachCoordinate": [47.002, 8.0]}));
    assert_eq!(flown(without), [range(AltitudeFrame::Relative, 70.0, 70.0)]);
}

#[test]
fn firmware_vehicle_and_speeds_are_what_the_mission_says() {
    let mut plan = plan_of(json!([waypoint(47.0, 8.0)]));
    let told = |plan: &Value| {
        let summary = summary(plan);
        let speeds = (summary.cruise_speed_mps, summary.hover_speed_mps);
        (summary.firmware, summary.vehicle_type, speeds)
    };
    assert_eq!(told(&plan), (None, None, (None, None)));
    let said = json!({"firmwareType": 3.0, "vehicleType": 1, "cruiseSpeed": 18, "hoverSpeed": 4.5});
    let mission = plan["mission"].as_object_mut().unwrap();
    mission.extend(said.as_object().unwrap().clone());
    let speeds = (Some(18.0), Some(4.5));
    assert_eq!(told(&plan), (Some(3), Some(1), speeds));
    // How a ground station writes that there is none.
    plan["mission"]["cruiseSpeed"] = Value::Null;
    plan["mission"]["hoverSpeed"] = json!(0);
    assert_eq!(told(&plan), (Some(3), Some(1), (None, None)));
}

#[test]
fn a_vehicle_that_cannot_be_read_is_refused_naming_its_place() {
    for (key, value, rule) in [
        (
            "firmwareType",
            json!("PX4"),
            "is not a whole number from 0 to 65535",
        ),
        (
            "vehicleType",
            json!(-1),
            "is not a whole number from 0 to 65535",
        ),
        ("cruiseSpeed", json!("fast"), "is not a number"),
        ("hoverSpeed", json!([5]), "is not a number"),
    ] {
        let mut plan = plan_of(json!([waypoint(47.0, 8.0)]));
        plan["mission"][key] = value;
        assert_eq!(
            refused(&plan).to_string(),
            format!("plan.mission.{key} {rule}")
        );
    }
}
