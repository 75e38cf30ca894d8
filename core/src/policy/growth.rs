//! Whether a tenant's starting role can follow what a newer version gives new tenants.

use super::permission::{PermissionSet, from_stored};
use super::roles::StartingRole;
use crate::model::{Permission, RoleId};
use crate::store::statements::policy::{Effect, Rule};

/// How a tenant's role compares with the starting role of its name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Growth {
    /// It lacks nothing.
    Current,
    /// It is as some released version made it, and lacks what has come since.
    Gains(PermissionSet),
    /// It lacks something, and the tenant has made it its own.
    Changed(PermissionSet),
}

impl StartingRole {
    /// Compares a role by its rules, which are its own and those that it inherits.
    pub(crate) fn growth(&self, role: &RoleId, rules: &[Rule]) -> Growth {
        let own = |rule: &&Rule| rule.effect == Effect::Grant && rule.role == *role;
        let stored: PermissionSet = rules
            .iter()
            .filter(own)
            .filter_map(|rule| from_stored(&rule.name))
            .collect();
        let lacks = self.lacked_by(stored);
        if lacks == PermissionSet::default() {
            return Growth::Current;
        }
        let only_grants = rules
            .iter()
            .all(|rule| own(&rule) && from_stored(&rule.name).is_some());
        let earlier = self.earlier.iter();
        let was_given = |set: &&[Permission]| stored == set.iter().copied().collect();
        if only_grants && earlier.copied().any(|set| was_given(&set)) {
            Growth::Gains(lacks)
        } else {
            Growth::Changed(lacks)
        }
    }

    /// What this version gives beyond `stored`; everything is one permission and not all of them.
    fn lacked_by(&self, stored: PermissionSet) -> PermissionSet {
        let today = self.set();
        if today.contains(Permission::All) {
            return match stored.contains(Permission::All) {
                true => PermissionSet::default(),
                false => PermissionSet::EVERYTHING,
            };
        }
        today.without(stored)
    }
}

impl Growth {
    /// What it lacks, as a list; everything as `*` alone.
    pub(crate) fn lacks(self) -> Vec<Permission> {
        match self {
            Self::Current => Vec::new(),
            Self::Gains(lacks) | Self::Changed(lacks) if lacks.contains(Permission::All) => {
                vec![Permission::All]
            }
            Self::Gains(lacks) | Self::Changed(lacks) => lacks.iter().collect(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::Permission::{All, DefectRead, InspectionRead, InspectionWrite};

    const ROLE: StartingRole = StartingRole {
        name: "inspector",
        description: "",
        permissions: &[InspectionRead, InspectionWrite, DefectRead],
        earlier: &[&[InspectionRead], &[InspectionRead, InspectionWrite]],
    };

    fn grants(names: &[&str]) -> Vec<Rule> {
        let rule = |name: &&str| Rule {
            effect: Effect::Grant,
            role: "its".into(),
            name: (*name).to_owned(),
            until: None,
        };
        names.iter().map(rule).collect()
    }

    fn growth(rules: &[Rule]) -> Growth {
        ROLE.growth(&"its".into(), rules)
    }

    fn set(permissions: &[Permission]) -> PermissionSet {
        permissions.iter().copied().collect()
    }

    #[test]
    fn a_role_that_is_as_any_version_made_it_gains_what_has_come_since() {
        let first = growth(&grants(&["inspection.read"]));
        assert_eq!(first, Growth::Gains(set(&[InspectionWrite, DefectRead])));
        // By the old platform's spelling, too.
        let second = growth(&grants(&["inspection:read", "inspection.write"]));
        assert_eq!(second, Growth::Gains(set(&[DefectRead])));
        assert_eq!(second.lacks(), [DefectRead]);
        let today = growth(&grants(&[
            "inspection.read",
            "inspection.write",
            "defect.read",
        ]));
        assert_eq!(today, Growth::Current);
        assert_eq!(today.lacks(), []);
    }

    #[test]
    fn a_role_that_a_tenant_changed_is_left() {
        let nothing = growth(&[]);
        assert_eq!(nothing, Growth::Changed(ROLE.set()));
        for names in [
            &["inspection.write"][..],
            &["inspection.read", "alert.read"],
            &["inspection.read", "telemetry.read"],
        ] {
            let changed = growth(&grants(names));
            assert!(
                matches!(changed, Growth::Changed(_)),
                "{names:?}: {changed:?}"
            );
        }
        // What it inherits, or denies, is a change as well.
        let mut inherits = grants(&["inspection.read", "alert.read"]);
        inherits
            .iter_mut()
            .skip(1)
            .for_each(|rule| rule.role = "another".into());
        assert!(matches!(growth(&inherits), Growth::Changed(_)));
        let mut denies = grants(&["inspection.read", "defect.read"]);
        denies
            .iter_mut()
            .skip(1)
            .for_each(|rule| rule.effect = Effect::Deny);
        assert!(matches!(growth(&denies), Growth::Changed(_)));
        // One that has more than all of it lacks nothing.
        let more = growth(&grants(&[
            "inspection.read",
            "inspection.write",
            "defect.read",
            "alert.read",
        ]));
        assert_eq!(more, Growth::Current);
        assert_eq!(growth(&grants(&["*"])), Growth::Current);
    }

    #[test]
    fn everything_is_lacked_as_one() {
        let admin = StartingRole {
            permissions: &[All],
            earlier: &[],
            ..ROLE
        };
        let left = admin.growth(&"its".into(), &grants(&["alert.read"]));
        assert_eq!(left, Growth::Changed(PermissionSet::EVERYTHING));
        assert_eq!(left.lacks(), [All]);
        assert_eq!(
            admin.growth(&"its".into(), &grants(&["*"])),
            Growth::Current
        );
    }
}
