//! What an approval covers: a mission's content, and the digest of it, version 1.
//!
//! A change here breaks every approval that is waiting for its start: the vectors of `docs/spec/mission-content.md`
//! stand in the tests.

use sha2::{Digest, Sha256};

use super::{DroneId, Mission, hex};

/// The version byte that the digested bytes begin with.
const VERSION: u8 = 1;
/// Stands for the length of a field that is absent, which an empty one is not.
const ABSENT: u32 = u32::MAX;

/// The SHA-256 of a mission's content in lower-case hexadecimal.
pub(crate) fn digest(mission: &Mission) -> String {
    let mut sha256 = Sha256::new_with_prefix([VERSION]);
    for field in fields(mission) {
        // Neither engine holds a text of 4 GiB.
        let len = field.map_or(ABSENT, |text| u32::try_from(text.len()).unwrap_or(ABSENT));
        sha256.update(len.to_be_bytes());
        sha256.update(field.unwrap_or_default());
    }
    hex(&sha256.finalize())
}

/// Whether two missions are to fly the same in the same way.
pub(crate) fn same(a: &Mission, b: &Mission) -> bool {
    fields(a) == fields(b)
}

/// What whoever approves a mission has looked at; the plan's file stands there by its digest.
fn fields(mission: &Mission) -> [Option<&str>; 6] {
    [
        Some(&mission.name),
        mission.drone_id.as_ref().map(DroneId::as_str),
        Some(mission.plan_type.as_str()),
        Some(mission.payload.as_str()),
        Some(mission.constraints.as_str()),
        mission.plan_sha256.as_deref(),
    ]
}

#[cfg(test)]
mod tests {
    use jiff::Timestamp;

    use super::*;
    use crate::model::{MissionState, PlanType};

    fn mission(name: &str, drone: Option<&str>) -> Mission {
        Mission {
            id: "m".into(),
            name: name.into(),
            drone_id: drone.map(Into::into),
            plan_type: PlanType::PointTask,
            payload: "{}".into(),
            constraints: "{}".into(),
            state: MissionState::Draft,
            created_by: "ana".into(),
            created_at: Timestamp::UNIX_EPOCH,
            updated_at: Timestamp::UNIX_EPOCH,
            version: 1,
            plan_sha256: None,
            edited_by: None,
        }
    }

    fn imported() -> Mission {
        Mission {
            plan_type: PlanType::AreaGrid,
            payload: "{\"items\": 3}".into(),
            plan_sha256: Some(hex(&Sha256::digest("{}"))),
            ..mission("River survey", Some("0190d3a8-0000-7000-8000-000000000002"))
        }
    }

    #[test]
    fn the_digest_is_that_of_the_specification() {
        let spec = include_str!("../../../docs/spec/mission-content.md");
        let emergency = Mission {
            constraints: "{\"emergency_fastlane\": true}".into(),
            ..mission("Zoë", None)
        };
        for (mission, expected) in [
            (
                imported(),
                "31f37f3200f53e2947768a53afdd02286d8093edd2168a355ec417da616497a4",
            ),
            (
                emergency,
                "2049914a0f9874234fead6d9f80c62f9e930a316d865e2f596ea0cd4b3dd128d",
            ),
            (
                mission("", Some("")),
                "7c8f031129af1b33d412ba8c3508a9c76a58b2385f519aa020662475c112aff8",
            ),
        ] {
            assert_eq!(digest(&mission), expected);
            assert!(spec.contains(&format!("content_sha256 = {expected}")));
        }
    }

    #[test]
    fn each_field_of_the_content_moves_the_digest_and_nothing_else_does() {
        let one = imported();
        let content: [fn(&mut Mission); 7] = [
            |m| m.name.push('x'),
            |m| m.drone_id = None,
            |m| m.drone_id = Some("".into()),
            |m| m.plan_type = PlanType::PointTask,
            |m| m.payload = "{\"items\":3}".into(),
            |m| m.constraints = "{ }".into(),
            |m| m.plan_sha256 = None,
        ];
        let mut seen = vec![digest(&one)];
        for edit in content {
            let mut other = one.clone();
            edit(&mut other);
            assert!(!same(&one, &other));
            assert!(!seen.contains(&digest(&other)), "{other:?}");
            seen.push(digest(&other));
        }
        let moved = Mission {
            state: MissionState::Approved,
            version: 7,
            edited_by: Some("bo".into()),
            created_by: "cy".into(),
            ..one.clone()
        };
        assert!(same(&one, &moved));
        assert_eq!(digest(&one), digest(&moved));
    }

    #[test]
    fn no_byte_can_move_from_one_field_to_the_next() {
        let (left, right) = (mission("ab", Some("c")), mission("a", Some("bc")));
        assert_ne!(digest(&left), digest(&right));
    }
}
