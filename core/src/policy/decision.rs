//! What a user may do, out of the rows that say so.

use jiff::Timestamp;

use super::permission::{self, PermissionSet};
use crate::model::{Permission, RoleId};
use crate::store::statements::policy::{Effect, Rule};

/// What a user may do, and how long that is sure to stay so while nobody changes a row.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Effective {
    /// Granted and not denied.
    pub allowed: PermissionSet,
    /// Denied.
    pub denied: PermissionSet,
    /// What was granted by which role.
    grants: Vec<(Permission, RoleId)>,
    /// Names that stand for nothing, in bytewise order and each once.
    pub unknown: Vec<String>,
    /// The first moment at which the decision has to be made anew, because an assignment ends then.
    pub valid_until: Option<Timestamp>,
}

impl Effective {
    /// Whether the user may. For [`Permission::All`]: whether everything.
    pub(crate) fn allows(&self, permission: Permission) -> bool {
        self.allowed.contains(permission)
    }

    /// The role in force where the user may: the first of those that grant it, by id.
    pub(crate) fn role_for(&self, permission: Permission) -> Option<&RoleId> {
        let grants = self.grants.iter();
        let grants = grants.filter(|(granted, _)| [permission, Permission::All].contains(granted));
        grants.map(|(_, role)| role).min()
    }

    /// Whether the decision still holds at this moment.
    pub(crate) fn holds_at(&self, now: Timestamp) -> bool {
        self.valid_until.is_none_or(|until| now < until)
    }
}

/// Decides as of `now`. An assignment that ends at a moment does not count at that moment any more. Deny wins.
/// A name that stands for nothing grants and denies nothing.
pub(crate) fn decide(rules: &[Rule], now: Timestamp) -> Effective {
    let mut granted = PermissionSet::default();
    let mut effective = Effective::default();
    for rule in rules {
        if rule.until.is_some_and(|until| until <= now) {
            continue;
        }
        match (permission::from_stored(&rule.name), rule.effect) {
            (Some(permission), Effect::Grant) => {
                granted.insert(permission);
                effective.grants.push((permission, rule.role.clone()));
            }
            (Some(permission), Effect::Deny) => effective.denied.insert(permission),
            (None, _) => {
                effective.unknown.push(rule.name.clone());
                continue;
            }
        }
        effective.valid_until = earlier(effective.valid_until, rule.until);
    }
    effective.allowed = granted.without(effective.denied);
    effective.unknown.sort_unstable();
    effective.unknown.dedup();
    effective
}

fn earlier(a: Option<Timestamp>, b: Option<Timestamp>) -> Option<Timestamp> {
    match (a, b) {
        (Some(a), Some(b)) => Some(a.min(b)),
        (a, b) => a.or(b),
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use proptest::prelude::*;

    use super::*;

    fn at(second: i64) -> Timestamp {
        Timestamp::from_second(second).unwrap()
    }

    fn grant(name: &str, until: Option<i64>) -> Rule {
        Rule {
            effect: Effect::Grant,
            role: RoleId::from(name),
            name: name.to_owned(),
            until: until.map(at),
        }
    }

    fn deny(name: &str, until: Option<i64>) -> Rule {
        Rule {
            effect: Effect::Deny,
            ..grant(name, until)
        }
    }

    #[test]
    fn without_a_rule_nothing_is_allowed() {
        let nothing = decide(&[], at(0));
        assert!(
            Permission::ALL
                .iter()
                .all(|permission| !nothing.allows(*permission))
        );
        assert!(nothing.holds_at(at(i32::MAX.into())));
    }

    #[test]
    fn deny_wins_whatever_grants_and_in_any_order() {
        for rules in [
            [grant("*", None), deny("mission.write", None)],
            [deny("mission.write", None), grant("*", None)],
        ] {
            let effective = decide(&rules, at(0));
            assert!(!effective.allows(Permission::MissionWrite));
            assert!(!effective.allows(Permission::All));
            assert!(effective.allows(Permission::MissionRead));
        }
        let nothing = decide(
            &[grant("*", None), deny("*", None), grant("alert.read", None)],
            at(0),
        );
        assert_eq!(nothing.allowed, PermissionSet::default());
    }

    #[test]
    fn an_assignment_counts_until_its_end_and_not_at_it() {
        let rules = [
            grant("alert.read", Some(10)),
            deny("alert.write", Some(20)),
            grant("alert.write", None),
        ];
        let before = decide(&rules, at(9));
        assert!(before.allows(Permission::AlertRead) && !before.allows(Permission::AlertWrite));
        assert_eq!(before.valid_until, Some(at(10)));
        assert!(before.holds_at(at(9)) && !before.holds_at(at(10)));
        let between = decide(&rules, at(10));
        assert!(!between.allows(Permission::AlertRead) && !between.allows(Permission::AlertWrite));
        assert_eq!(between.valid_until, Some(at(20)));
        let after = decide(&rules, at(20));
        assert!(after.allows(Permission::AlertWrite));
        assert_eq!(after.valid_until, None);
    }

    #[test]
    fn the_role_in_force_is_the_first_that_grants_it() {
        let granted = |role: &str, name: &str, until| Rule {
            role: RoleId::from(role),
            ..grant(name, until)
        };
        let rules = [
            granted("pilot", "mission.write", None),
            granted("chief", "*", Some(10)),
            granted("auditor", "audit.read", None),
        ];
        let role = |now, permission| {
            let effective = decide(&rules, at(now));
            effective.role_for(permission).map(ToString::to_string)
        };
        assert_eq!(role(0, Permission::MissionWrite).as_deref(), Some("chief"));
        assert_eq!(role(10, Permission::MissionWrite).as_deref(), Some("pilot"));
        assert_eq!(role(0, Permission::AuditRead).as_deref(), Some("auditor"));
        assert_eq!(role(10, Permission::DefectRead), None);
    }

    #[test]
    fn unknown_names_are_reported_once_and_do_nothing() {
        let rules = [
            grant("telemetry.read", Some(5)),
            grant("payload.thermal", None),
            deny("telemetry.read", None),
            grant("inspection:read", None),
        ];
        let effective = decide(&rules, at(0));
        assert_eq!(effective.unknown, ["payload.thermal", "telemetry.read"]);
        assert!(effective.allowed.iter().eq([Permission::InspectionRead]));
        assert_eq!(effective.denied, PermissionSet::default());
        assert_eq!(effective.valid_until, None);
    }

    fn rule() -> impl Strategy<Value = Rule> {
        let name = prop_oneof![
            prop::sample::select(Permission::ALL)
                .prop_map(|permission| permission.as_str().to_owned()),
            Just("telemetry.read".to_owned()),
        ];
        let effect = prop_oneof![3 => Just(Effect::Grant), 1 => Just(Effect::Deny)];
        (effect, name, prop::option::of(0_i64..50)).prop_map(|(effect, name, until)| Rule {
            effect,
            role: RoleId::from(name.as_str()),
            name,
            until: until.map(at),
        })
    }

    proptest! {
        /// The promise that a cache relies on.
        #[test]
        fn a_decision_stays_the_same_for_as_long_as_it_says(
            rules in prop::collection::vec(rule(), 0..12), now in 0_i64..50, later in 0_i64..60,
        ) {
            let effective = decide(&rules, at(now));
            let then = decide(&rules, at(now + later));
            if effective.holds_at(at(now + later)) {
                prop_assert_eq!((effective.allowed, effective.denied), (then.allowed, then.denied));
                for &permission in Permission::ALL {
                    prop_assert_eq!(effective.role_for(permission), then.role_for(permission));
                }
            }
        }

        #[test]
        fn a_permission_is_allowed_if_one_rule_grants_it_and_none_denies_it(
            rules in prop::collection::vec(rule(), 0..12), now in 0_i64..50,
        ) {
            let effective = decide(&rules, at(now));
            for &permission in Permission::ALL.iter().filter(|one| **one != Permission::All) {
                let says = |effect| rules.iter().any(|rule| {
                    rule.effect == effect
                        && rule.until.is_none_or(|until| until > at(now))
                        && (rule.name == "*" || rule.name == permission.as_str())
                });
                prop_assert_eq!(effective.allows(permission), says(Effect::Grant) && !says(Effect::Deny));
            }
        }
    }
}
