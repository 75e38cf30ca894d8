//! What a sample of a drone's telemetry says is wrong.

use serde::{Deserialize, Serialize};
use serde_json::{Value as JsonValue, json};

use super::fence::Bounds;
use super::geodesy::Position;
use super::text::{self, InvalidField};
use super::{AlertSeverity, AlertType, DroneId, Json};

/// At or under so many per cent of a charge the battery is low, as on the platform that the databases come from.
const LOW_BATTERY: f64 = 20.0;
/// At or under so many per cent somebody must act: PX4 calls a battery critical at 7 (`BAT_CRIT_THR`), which leaves nothing
/// for the way home.
const CRITICAL_BATTERY: f64 = 10.0;
/// The modes that say that the link is lost, in whatever case.
const LINK_LOST: [&str; 2] = ["LINK_LOST", "LINK_LOSS"];
/// The modes that say that a fence is breached, likewise.
const BREACHED: [&str; 3] = ["GEOFENCE_BREACH", "GEOFENCE_BREACHED", "FENCE_BREACH"];

/// What a drone said of itself at one moment; what is absent is not known, and says that nothing is wrong.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "uniffi", derive(uniffi::Record))]
pub struct TelemetrySample {
    /// The drone.
    pub drone_id: DroneId,
    /// What is left of the battery's charge, 0 to 100.
    #[cfg_attr(feature = "uniffi", uniffi(default = None))]
    #[serde(default)]
    pub battery_percent: Option<f64>,
    /// Where the drone is.
    #[cfg_attr(feature = "uniffi", uniffi(default = None))]
    #[serde(default)]
    pub position: Option<TelemetryPosition>,
    /// The mode that it flies in, at most 200 bytes: `LINK_LOST` and `LINK_LOSS` say that the link is lost, and
    /// `GEOFENCE_BREACH`, `GEOFENCE_BREACHED` and `FENCE_BREACH` that a fence is breached, in whatever case.
    #[cfg_attr(feature = "uniffi", uniffi(default = None))]
    #[serde(default)]
    pub mode: Option<String>,
    /// Whether there is a link to the drone.
    #[cfg_attr(feature = "uniffi", uniffi(default = None))]
    #[serde(default)]
    pub link_ok: Option<bool>,
    /// Milliseconds that the link takes, not below 0. It is told with the loss of a link, and is none by itself.
    #[cfg_attr(feature = "uniffi", uniffi(default = None))]
    #[serde(default)]
    pub latency_ms: Option<i64>,
}

/// Where a drone is.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "uniffi", derive(uniffi::Record))]
#[cfg_attr(
    feature = "python",
    pyo3::pyclass(module = "ringfence", frozen, get_all, eq, from_py_object)
)]
pub struct TelemetryPosition {
    /// Latitude in degrees WGS 84, -90 to 90.
    pub lat: f64,
    /// Longitude in degrees WGS 84, -180 to 180.
    pub lon: f64,
    /// Altitude in metres, counted from where `max_alt_m` of the mission's constraints is.
    #[cfg_attr(feature = "uniffi", uniffi(default = None))]
    #[serde(default)]
    pub alt_m: Option<f64>,
}

impl TelemetrySample {
    /// Of a drone of which nothing is known.
    #[must_use]
    pub fn new(drone_id: impl Into<DroneId>) -> Self {
        Self {
            drone_id: drone_id.into(),
            battery_percent: None,
            position: None,
            mode: None,
            link_ok: None,
            latency_ms: None,
        }
    }

    /// Refuses what no drone can say.
    pub(crate) fn check(&self) -> Result<(), InvalidField> {
        self.drone_id.check("drone_id")?;
        within("battery_percent", self.battery_percent, 0.0, 100.0)?;
        if let Some(TelemetryPosition { lat, lon, alt_m }) = self.position {
            within("position.lat", Some(lat), -90.0, 90.0)?;
            within("position.lon", Some(lon), -180.0, 180.0)?;
            if alt_m.is_some_and(|metres| !metres.is_finite()) {
                return Err(InvalidField::new(
                    "position.alt_m",
                    "is not a finite number",
                ));
            }
        }
        if let Some(mode) = &self.mode {
            text::bounded("mode", mode, text::NAME_MAX)?;
        }
        if self.latency_ms.is_some_and(|milliseconds| milliseconds < 0) {
            return Err(InvalidField::new("latency_ms", "is less than 0"));
        }
        Ok(())
    }

    fn says(&self, modes: &[&str]) -> bool {
        let mode = self.mode.as_deref().unwrap_or_default();
        modes.iter().any(|known| mode.eq_ignore_ascii_case(known))
    }

    fn breaches(&self, bounds: &[Bounds]) -> bool {
        self.position
            .is_some_and(|TelemetryPosition { lat, lon, alt_m }| {
                let place = Position { lat, lon };
                bounds.iter().any(|of| of.are_breached(place, alt_m))
            })
    }
}

fn within(field: &str, given: Option<f64>, least: f64, most: f64) -> Result<(), InvalidField> {
    match given {
        Some(number) if !(least..=most).contains(&number) => Err(InvalidField::new(
            field,
            format_args!("is not between {least} and {most}"),
        )),
        _ => Ok(()),
    }
}

/// Something that is wrong with a drone, as an alert tells it.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Finding {
    pub alert_type: AlertType,
    pub severity: AlertSeverity,
    pub message: String,
    pub detail: Json,
}

impl Finding {
    fn new(
        alert_type: AlertType,
        severity: AlertSeverity,
        message: &str,
        detail: JsonValue,
    ) -> Self {
        Self {
            alert_type,
            severity,
            message: message.to_owned(),
            detail: Json::from(detail.to_string()),
        }
    }
}

/// What a sample says is wrong, where these are the bounds of the missions that the drone flies. The texts and the shapes of
/// the details are those of the platform that the databases come from.
pub(crate) fn findings(sample: &TelemetrySample, bounds: &[Bounds]) -> Vec<Finding> {
    let mut found = Vec::new();
    if let Some(percent) = sample
        .battery_percent
        .filter(|percent| *percent <= LOW_BATTERY)
    {
        let (severity, threshold) = if percent <= CRITICAL_BATTERY {
            (AlertSeverity::Critical, CRITICAL_BATTERY)
        } else {
            (AlertSeverity::Warning, LOW_BATTERY)
        };
        found.push(Finding::new(
            AlertType::LowBattery,
            severity,
            "Low battery detected",
            json!({"battery_percent": percent, "threshold": threshold}),
        ));
    }
    if sample.link_ok == Some(false) || sample.says(&LINK_LOST) {
        found.push(Finding::new(
            AlertType::LinkLoss,
            AlertSeverity::Critical,
            "Link loss detected",
            json!({"mode": sample.mode, "latency_ms": sample.latency_ms}),
        ));
    }
    if sample.says(&BREACHED) || sample.breaches(bounds) {
        found.push(Finding::new(
            AlertType::GeofenceBreach,
            AlertSeverity::Critical,
            "Geofence breach detected",
            json!({"position": sample.position, "mode": sample.mode}),
        ));
    }
    found
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use proptest::prelude::*;

    use super::*;
    use crate::model::fence::{Area, Fence, Fences};

    fn sample() -> TelemetrySample {
        TelemetrySample::new("kite")
    }

    fn told(sample: &TelemetrySample, bounds: &[Bounds]) -> Vec<String> {
        let found = findings(sample, bounds).into_iter();
        found
            .map(|one| format!("{} {} {}", one.alert_type, one.severity, one.detail))
            .collect()
    }

    /// A kilometre around Zurich, up to 120 m.
    fn around_zurich() -> [Bounds; 1] {
        let area = Area::Circle {
            center: Position {
                lat: 47.4,
                lon: 8.5,
            },
            radius_m: 1_000.0,
        };
        let fence = Fence {
            is_inclusion: true,
            area,
        };
        let fences = Fences {
            fences: vec![fence],
            ..Fences::default()
        };
        [Bounds {
            fences: fences.into(),
            ceiling_m: Some(120.0),
        }]
    }

    fn at(lat: f64, lon: f64, alt_m: Option<f64>) -> TelemetrySample {
        TelemetrySample {
            position: Some(TelemetryPosition { lat, lon, alt_m }),
            ..sample()
        }
    }

    #[test]
    fn a_battery_is_low_at_a_fifth_and_critical_at_a_tenth() {
        let charged = |percent| TelemetrySample {
            battery_percent: Some(percent),
            ..sample()
        };
        assert!(told(&sample(), &[]).is_empty());
        assert!(told(&charged(20.1), &[]).is_empty());
        for (percent, said) in [
            (
                20.0,
                r#"LOW_BATTERY WARNING {"battery_percent":20.0,"threshold":20.0}"#,
            ),
            (
                10.1,
                r#"LOW_BATTERY WARNING {"battery_percent":10.1,"threshold":20.0}"#,
            ),
            (
                10.0,
                r#"LOW_BATTERY CRITICAL {"battery_percent":10.0,"threshold":10.0}"#,
            ),
            (
                0.0,
                r#"LOW_BATTERY CRITICAL {"battery_percent":0.0,"threshold":10.0}"#,
            ),
        ] {
            assert_eq!(told(&charged(percent), &[]), [said]);
        }
    }

    #[test]
    fn a_link_is_lost_by_its_flag_or_by_the_mode() {
        for mode in ["LINK_LOST", "link_loss"] {
            let lost = TelemetrySample {
                mode: Some(mode.to_owned()),
                latency_ms: Some(3_000),
                link_ok: Some(true),
                ..sample()
            };
            let said = format!(r#"LINK_LOSS CRITICAL {{"mode":"{mode}","latency_ms":3000}}"#);
            assert_eq!(told(&lost, &[]), [said]);
        }
        let flagged = TelemetrySample {
            link_ok: Some(false),
            ..sample()
        };
        let said = r#"LINK_LOSS CRITICAL {"mode":null,"latency_ms":null}"#;
        assert_eq!(told(&flagged, &[]), [said]);
        let slow = TelemetrySample {
            link_ok: Some(true),
            latency_ms: Some(60_000),
            mode: Some("AUTO".to_owned()),
            ..sample()
        };
        assert!(told(&slow, &[]).is_empty());
    }

    #[test]
    fn a_fence_is_breached_by_position_by_altitude_or_by_the_mode() {
        let bounds = around_zurich();
        assert!(told(&at(47.4, 8.5, Some(120.0)), &bounds).is_empty());
        assert!(told(&at(47.4, 8.5, None), &bounds).is_empty());
        assert!(told(&at(40.0, 8.5, Some(500.0)), &[]).is_empty(), "no plan");
        for (away, position) in [
            (
                at(47.5, 8.5, None),
                r#"{"lat":47.5,"lon":8.5,"alt_m":null}"#,
            ),
            (
                at(47.4, 8.5, Some(121.0)),
                r#"{"lat":47.4,"lon":8.5,"alt_m":121.0}"#,
            ),
        ] {
            let said = format!(r#"GEOFENCE_BREACH CRITICAL {{"position":{position},"mode":null}}"#);
            assert_eq!(told(&away, &bounds), [said]);
        }
        let flagged = TelemetrySample {
            mode: Some("Geofence_Breach".to_owned()),
            ..sample()
        };
        let said = r#"GEOFENCE_BREACH CRITICAL {"position":null,"mode":"Geofence_Breach"}"#;
        assert_eq!(told(&flagged, &[]), [said]);
    }

    #[test]
    fn everything_that_is_wrong_is_told_at_once() {
        let wrong = TelemetrySample {
            battery_percent: Some(3.0),
            link_ok: Some(false),
            ..at(0.0, 0.0, None)
        };
        assert_eq!(told(&wrong, &around_zurich()).len(), 3);
    }

    #[test]
    fn what_no_drone_can_say_is_refused_by_its_field() {
        let refused = |edit: fn(&mut TelemetrySample)| {
            let mut given = at(47.4, 8.5, Some(10.0));
            assert!(given.check().is_ok());
            edit(&mut given);
            given.check().unwrap_err().field
        };
        assert_eq!(refused(|it| it.drone_id = "".into()), "drone_id");
        for percent in [f64::NAN, f64::INFINITY, -0.1, 100.1] {
            let mut given = sample();
            given.battery_percent = Some(percent);
            assert_eq!(given.check().unwrap_err().field, "battery_percent");
        }
        assert_eq!(
            refused(|it| it.position.as_mut().unwrap().lat = 90.1),
            "position.lat"
        );
        assert_eq!(
            refused(|it| it.position.as_mut().unwrap().lon = f64::NAN),
            "position.lon"
        );
        assert_eq!(
            refused(|it| it.position.as_mut().unwrap().alt_m = Some(f64::NAN)),
            "position.alt_m"
        );
        assert_eq!(refused(|it| it.mode = Some("x".repeat(201))), "mode");
        assert_eq!(refused(|it| it.mode = Some("\0".to_owned())), "mode");
        assert_eq!(refused(|it| it.latency_ms = Some(-1)), "latency_ms");
    }

    proptest! {
        #[test]
        fn the_less_is_left_the_graver_it_is(less in 0.0..100.0_f64, more in 0.0..100.0_f64) {
            prop_assume!(less <= more);
            let severity = |percent| {
                let sample = TelemetrySample { battery_percent: Some(percent), ..sample() };
                findings(&sample, &[]).first().map(|found| found.severity.clone())
            };
            prop_assert!(severity(less) >= severity(more));
        }
    }
}
