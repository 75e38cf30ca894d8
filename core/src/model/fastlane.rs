//! The emergency fastlane: what a mission's constraints say about it.
//!
//! `"emergency_fastlane": true` makes a mission an emergency one. It takes the way of every mission, approval
//! included, as on the platform that the databases come from; what it needs besides is a permission. Whoever
//! makes it one stands in its constraints, under the keys that this platform wrote and goes on reading.

use jiff::Timestamp;

use super::members::Members;
use super::{Json, UserId};

const EMERGENCY: &str = "emergency_fastlane";
const AUTHORIZED_BY: &str = "fastlane_authorized_by";
const AUTHORIZED_AT: &str = "fastlane_authorized_at";

/// Whether these are the constraints of an emergency mission.
pub(crate) fn is_emergency(constraints: &Json) -> bool {
    constraints.is_true(EMERGENCY)
}

/// The constraints with the truth about who authorized the fastlane: `by` at `at` where they are those of an
/// emergency mission, nobody where they are not, whatever the caller's text claims. Every other value keeps
/// its spelling and its place, and a text that need not change stays byte for byte.
pub(crate) fn stamped(constraints: &Json, by: &UserId, at: Timestamp) -> Json {
    let Some(mut members) = Members::of(constraints) else {
        return constraints.clone();
    };
    let emergency = is_emergency(constraints);
    let claimed = members.remove(&[AUTHORIZED_BY, AUTHORIZED_AT]);
    if !emergency && !claimed {
        return constraints.clone();
    }
    if emergency {
        members.set(AUTHORIZED_BY, by.as_str());
        members.set(AUTHORIZED_AT, iso(at));
    }
    members.json().unwrap_or_else(|| constraints.clone())
}

/// As Python's `isoformat` spells it: microseconds and `+00:00`.
fn iso(time: Timestamp) -> String {
    time.strftime("%Y-%m-%dT%H:%M:%S%.6f+00:00").to_string()
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    fn stamp(constraints: &str) -> String {
        let by = UserId::from("ana \"quote\"");
        let at = "2026-01-06T20:10:20.86Z".parse().unwrap();
        stamped(&Json::from(constraints), &by, at).into()
    }

    #[test]
    fn an_emergency_mission_says_who_authorized_it_and_when() {
        assert_eq!(
            stamp("{\"reason\": \"flood\", \"emergency_fastlane\": true, \"max\": 1.50}"),
            "{\"reason\":\"flood\",\"emergency_fastlane\":true,\"max\":1.50,\
             \"fastlane_authorized_by\":\"ana \\\"quote\\\"\",\
             \"fastlane_authorized_at\":\"2026-01-06T20:10:20.860000+00:00\"}"
        );
    }

    #[test]
    fn an_authorization_that_the_caller_wrote_does_not_stand() {
        let forged = "{\"fastlane_authorized_by\": \"eve\", \"emergency_fastlane\": true, \
                      \"fastlane_authorized_at\": 1, \"fastlane_authorized_by\": \"mallory\"}";
        let settled = stamp(forged);
        assert!(
            !settled.contains("eve") && !settled.contains("mallory"),
            "{settled}"
        );
        assert_eq!(settled.matches(AUTHORIZED_BY).count(), 1);
        assert_eq!(settled.matches(AUTHORIZED_AT).count(), 1);
        assert_eq!(
            stamp("{\"fastlane_authorized_by\": \"eve\", \"emergency_fastlane\": \"true\"}"),
            "{\"emergency_fastlane\":\"true\"}"
        );
    }

    #[test]
    fn other_constraints_stay_byte_for_byte() {
        for text in [
            "{}",
            "{ \"emergency_fastlane\" :false, \"n\": 1e2 }",
            "{\"nested\": {\"emergency_fastlane\": true, \"fastlane_authorized_by\": \"eve\"}}",
        ] {
            assert_eq!(stamp(text), text);
        }
    }
}
