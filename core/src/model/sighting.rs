//! What seeing something that is wrong with a drone does to the alerts about it: no I/O, no clock.

use jiff::{SignedDuration, Timestamp};

use super::members::Members;
use super::telemetry::Finding;
use super::{Alert, AlertId, AlertStatus, DroneId, Json, alert_state};

/// An alert that is seen again tells so at most so often, unless its severity rises: a drone says every second what is
/// wrong, and each write is an event in the log.
const TOLD_AGAIN: SignedDuration = SignedDuration::from_mins(1);

/// What a sighting comes to.
#[allow(
    clippy::large_enum_variant,
    reason = "there are three at most, and only for a moment"
)]
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Sighting {
    /// It is told well enough by what is stored.
    Known(Alert),
    /// It is written.
    Told(News),
}

/// What is written of a sighting.
#[allow(
    clippy::large_enum_variant,
    reason = "there are three at most, and only for a moment"
)]
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum News {
    /// It is the first of its kind.
    First(Alert),
    /// It is seen again.
    Again { before: Alert, after: Alert },
}

/// What a finding about a drone comes to, beside the drone's active alerts. Another program may have left several of a
/// type: the one that was seen last goes on.
pub(crate) fn sighted(
    active: &[Alert],
    drone: &DroneId,
    finding: &Finding,
    new_id: &AlertId,
    now: Timestamp,
) -> Sighting {
    let of_type = active
        .iter()
        .filter(|alert| alert.alert_type == finding.alert_type);
    let Some(before) = of_type.max_by_key(|alert| (alert.last_seen_at, &alert.id)) else {
        return Sighting::Told(News::First(Alert {
            id: new_id.clone(),
            drone_id: drone.clone(),
            alert_type: finding.alert_type.clone(),
            severity: finding.severity.clone(),
            status: AlertStatus::Open,
            message: finding.message.clone(),
            detail: finding.detail.clone(),
            first_seen_at: now,
            last_seen_at: now,
            acked_by: None,
            acked_at: None,
            closed_by: None,
            closed_at: None,
        }));
    };
    let severity = alert_state::raised(&before.severity, &finding.severity);
    let apart = now.duration_since(before.last_seen_at);
    if severity == before.severity && apart.abs() < TOLD_AGAIN {
        return Sighting::Known(before.clone());
    }
    // The clocks of two hosts may be a little apart; what lies further ahead is no moment at which anything was seen.
    let last_seen_at = match apart <= -TOLD_AGAIN {
        true => now,
        false => now.max(before.last_seen_at),
    };
    let after = Alert {
        severity,
        message: finding.message.clone(),
        detail: merged(&before.detail, &finding.detail),
        last_seen_at,
        ..before.clone()
    };
    Sighting::Told(News::Again {
        before: before.clone(),
        after,
    })
}

/// The detail with what was measured now in the place of what was; comments and whatever else stands there stay.
fn merged(before: &Json, seen: &Json) -> Json {
    let (Some(mut members), Some(newer)) = (Members::of(before), Members::of(seen)) else {
        return seen.clone();
    };
    members.put_all(newer);
    members.json().unwrap_or_else(|| seen.clone())
}

/// The detail with a comment, where it is an object or nothing: what another program stored instead is left alone.
pub(crate) fn commented(detail: &Json, name: &str, comment: &str) -> Json {
    let nothing = detail.as_str().trim() == "null";
    let members = Members::of(detail).or_else(|| nothing.then(Members::default));
    let Some(mut members) = members else {
        return detail.clone();
    };
    members.put(name, comment);
    members.json().unwrap_or_else(|| detail.clone())
}

#[cfg(test)]
mod tests {
    #![allow(clippy::panic)]
    use super::*;
    use crate::model::{AlertSeverity, AlertType};

    fn finding(severity: AlertSeverity, percent: f64) -> Finding {
        Finding {
            alert_type: AlertType::LowBattery,
            severity,
            message: "Low battery detected".to_owned(),
            detail: format!("{{\"battery_percent\":{percent}}}").into(),
        }
    }

    fn at(seconds: i64) -> Timestamp {
        Timestamp::UNIX_EPOCH + SignedDuration::from_secs(seconds)
    }

    fn seen(active: &[Alert], finding: &Finding, seconds: i64) -> Sighting {
        sighted(active, &"kite".into(), finding, &"new".into(), at(seconds))
    }

    /// An alert of 19 per cent, seen when the clock began.
    fn warned() -> Alert {
        match seen(&[], &finding(AlertSeverity::Warning, 19.0), 0) {
            Sighting::Told(News::First(alert)) => alert,
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn what_is_seen_again_is_told_once_a_minute_and_when_it_is_graver() {
        let before = warned();
        let active = [before.clone()];
        let warning = finding(AlertSeverity::Warning, 18.0);
        assert_eq!(seen(&active, &warning, 59), Sighting::Known(before.clone()));
        let told = |severity, percent, seconds| Alert {
            severity,
            detail: format!("{{\"battery_percent\":{percent}}}").into(),
            last_seen_at: at(seconds),
            ..before.clone()
        };
        let again = |after| {
            let before = before.clone();
            Sighting::Told(News::Again { before, after })
        };
        let after = told(AlertSeverity::Warning, 18, 60);
        assert_eq!(seen(&active, &warning, 60), again(after));
        let critical = finding(AlertSeverity::Critical, 9.0);
        let after = told(AlertSeverity::Critical, 9, 1);
        assert_eq!(seen(&active, &critical, 1), again(after));
        // The time that was stored is ahead of the clock.
        let after = told(AlertSeverity::Critical, 9, 0);
        assert_eq!(seen(&active, &critical, -5), again(after));
        assert_eq!(
            seen(&active, &warning, -59),
            Sighting::Known(before.clone())
        );
        // Far ahead, as another program may store it: it silences nothing, and is mended.
        let after = told(AlertSeverity::Warning, 18, -60);
        assert_eq!(seen(&active, &warning, -60), again(after.clone()));
        assert_eq!(
            seen(std::slice::from_ref(&after), &warning, -59),
            Sighting::Known(after)
        );
    }

    #[test]
    fn the_severity_stays_where_it_was_higher() {
        let active = [Alert {
            severity: AlertSeverity::Critical,
            ..warned()
        }];
        match seen(&active, &finding(AlertSeverity::Warning, 18.0), 3_600) {
            Sighting::Told(News::Again { after, .. }) => {
                assert_eq!(after.severity, AlertSeverity::Critical)
            }
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn another_type_is_another_alert_and_of_several_the_last_one_goes_on() {
        let other_type = Alert {
            alert_type: AlertType::LinkLoss,
            ..warned()
        };
        let warning = finding(AlertSeverity::Warning, 18.0);
        assert!(matches!(
            seen(&[other_type], &warning, 1),
            Sighting::Told(News::First(_))
        ));
        let newer = Alert {
            id: "newer".into(),
            last_seen_at: at(100),
            ..warned()
        };
        let sighting = seen(&[newer.clone(), warned()], &warning, 101);
        assert_eq!(sighting, Sighting::Known(newer));
    }

    #[test]
    fn comments_and_foreign_members_stay_in_the_detail() {
        let before =
            Json::from("{\"battery_percent\": 19.50, \"ack_comment\": \"seen\", \"n\": 1e2}");
        assert_eq!(
            merged(&before, &"{\"battery_percent\":9}".into()).as_str(),
            "{\"battery_percent\":9,\"ack_comment\":\"seen\",\"n\":1e2}"
        );
        assert_eq!(
            merged(&"null".into(), &"{\"a\":1}".into()).as_str(),
            "{\"a\":1}"
        );
        assert_eq!(
            commented(&"{\"a\": 1}".into(), "ack_comment", "on \"it\"").as_str(),
            "{\"a\":1,\"ack_comment\":\"on \\\"it\\\"\"}"
        );
        assert_eq!(
            commented(&"null".into(), "c", "x").as_str(),
            "{\"c\":\"x\"}"
        );
        assert_eq!(commented(&"[1]".into(), "c", "x").as_str(), "[1]");
    }
}
