//! How far users and roles reach: what somebody must hold to touch them, so that nobody changes, gives or takes
//! beyond what they hold.

use jiff::Timestamp;

use super::decision::decide;
use super::permission::PermissionSet;
use crate::store::statements::policy::{Effect, Rule};

/// All that a user may do as of `now`, or will once a deny has ended by itself: whoever sets a password today can
/// still use it then.
pub(crate) fn of_user(rules: &[Rule], now: Timestamp) -> PermissionSet {
    let ends_of_denies = rules
        .iter()
        .filter(|rule| rule.effect == Effect::Deny)
        .filter_map(|rule| rule.until)
        .filter(|end| *end > now);
    ends_of_denies
        .chain([now])
        .map(|moment| decide(rules, moment).allowed)
        .fold(PermissionSet::default(), PermissionSet::with)
}

/// All that a role gives, and all that it denies: given to somebody it takes that away, taken from somebody it
/// gives that back.
pub(crate) fn of_role(rules: &[Rule], now: Timestamp) -> PermissionSet {
    let role = decide(rules, now);
    role.allowed.with(role.denied)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use crate::model::Permission::{self, All, MissionRead, MissionWrite};

    fn at(second: i64) -> Timestamp {
        Timestamp::from_second(second).unwrap()
    }

    fn rule(effect: Effect, permission: Permission, until: Option<i64>) -> Rule {
        Rule {
            effect,
            role: "role".into(),
            name: permission.as_str().to_owned(),
            until: until.map(at),
        }
    }

    fn set(permissions: &[Permission]) -> PermissionSet {
        permissions.iter().copied().collect()
    }

    #[test]
    fn a_user_reaches_as_far_as_what_is_granted_and_not_denied_now() {
        let rules = [
            rule(Effect::Grant, MissionRead, None),
            rule(Effect::Grant, MissionWrite, None),
            rule(Effect::Deny, MissionWrite, None),
            rule(Effect::Grant, All, Some(5)),
        ];
        assert_eq!(of_user(&rules, at(5)), set(&[MissionRead]));
        assert_eq!(of_user(&[], at(0)), PermissionSet::default());
    }

    #[test]
    fn what_comes_back_when_a_deny_ends_counts_while_it_lasts() {
        let rules = [
            rule(Effect::Grant, All, None),
            rule(Effect::Deny, All, Some(10)),
        ];
        assert_eq!(of_user(&rules, at(0)), PermissionSet::EVERYTHING);
        let beside = [
            rule(Effect::Grant, MissionRead, None),
            rule(Effect::Grant, MissionWrite, None),
            rule(Effect::Deny, MissionWrite, Some(10)),
        ];
        let both = set(&[MissionRead, MissionWrite]);
        assert_eq!(of_user(&beside, at(0)), both, "what it has throughout, too");
        // Not what ends before the deny does.
        let ending = [
            rule(Effect::Grant, All, Some(10)),
            rule(Effect::Deny, All, Some(10)),
            rule(Effect::Grant, MissionRead, None),
        ];
        assert_eq!(of_user(&ending, at(0)), set(&[MissionRead]));
    }

    #[test]
    fn a_role_reaches_as_far_as_what_it_gives_and_what_it_denies() {
        let rules = [
            rule(Effect::Grant, MissionRead, None),
            rule(Effect::Deny, MissionWrite, None),
        ];
        assert_eq!(of_role(&rules, at(0)), set(&[MissionRead, MissionWrite]));
        let nothing = [rule(Effect::Deny, All, None)];
        assert_eq!(of_role(&nothing, at(0)), PermissionSet::EVERYTHING);
    }
}
