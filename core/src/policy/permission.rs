//! Stored permission names, and sets of permissions.

use crate::model::Permission;

/// The permission that a stored name stands for. The legacy platform spelled two with a colon; any other name that is
/// not in the catalogue stands for nothing.
pub(crate) fn from_stored(name: &str) -> Option<Permission> {
    match name {
        "inspection:read" => Some(Permission::InspectionRead),
        "inspection:write" => Some(Permission::InspectionWrite),
        _ => Permission::parse(name),
    }
}

/// A set of permissions. Adding or removing [`Permission::All`] adds or removes every one.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct PermissionSet(u64);

// Every permission has a bit.
const _: () = assert!(Permission::ALL.len() <= 64);

impl PermissionSet {
    /// The whole catalogue.
    pub(crate) const EVERYTHING: Self = Self(u64::MAX >> (64 - Permission::ALL.len()));

    const fn bit(permission: Permission) -> u64 {
        1 << (permission as u32)
    }

    const fn mask(permission: Permission) -> u64 {
        match permission {
            Permission::All => Self::EVERYTHING.0,
            one => Self::bit(one),
        }
    }

    /// Adds a permission.
    pub(crate) fn insert(&mut self, permission: Permission) {
        self.0 |= Self::mask(permission);
    }

    /// The permissions of this set that the other one lacks. What is then not the whole catalogue is not
    /// [`Permission::All`] either.
    pub(crate) fn without(self, other: Self) -> Self {
        let mut left = self.0 & !other.0;
        if other.0 != 0 {
            left &= !Self::bit(Permission::All);
        }
        Self(left)
    }

    /// The permissions of both sets.
    pub(crate) fn with(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }

    /// Whether the permission is in the set; for [`Permission::All`], whether every one is.
    pub(crate) fn contains(self, permission: Permission) -> bool {
        let mask = Self::mask(permission);
        self.0 & mask == mask
    }

    /// The first permission of the other set, in the catalogue's order, that this one lacks.
    pub(crate) fn first_missing(self, other: Self) -> Option<Permission> {
        other.iter().find(|permission| !self.contains(*permission))
    }

    /// The permissions in the catalogue's order; [`Permission::All`] leads where the set is the whole catalogue.
    pub(crate) fn iter(self) -> impl Iterator<Item = Permission> {
        Permission::ALL
            .iter()
            .copied()
            .filter(move |permission| self.contains(*permission))
    }
}

impl FromIterator<Permission> for PermissionSet {
    fn from_iter<I: IntoIterator<Item = Permission>>(permissions: I) -> Self {
        let mut set = Self::default();
        for permission in permissions {
            set.insert(permission);
        }
        set
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use proptest::prelude::*;
    use proptest::sample::subsequence;

    use super::*;

    /// Any but the star, which is all of them.
    fn some() -> impl Strategy<Value = Vec<Permission>> {
        let each: Vec<Permission> = Permission::ALL.iter().copied().skip(1).collect();
        let most = each.len();
        subsequence(each, 0..=most)
    }

    proptest! {
        #[test]
        fn sets_of_permissions_are_sets(ours in some(), theirs in some()) {
            let set = |names: &[Permission]| names.iter().copied().collect::<PermissionSet>();
            let (a, b) = (set(&ours), set(&theirs));
            let tree = |names: &[Permission]| names.iter().map(|it| it.as_str()).collect::<BTreeSet<_>>();
            let (x, y) = (tree(&ours), tree(&theirs));
            let named = |set: PermissionSet| set.iter().map(Permission::as_str).collect::<BTreeSet<_>>();
            prop_assert_eq!(named(a), x.clone());
            prop_assert_eq!(named(a.with(b)), &x | &y);
            prop_assert_eq!(named(a.without(b)), &x - &y);
            prop_assert_eq!(a.first_missing(b).is_none(), y.is_subset(&x));
        }
    }

    #[test]
    fn the_legacy_spellings_count_as_the_dotted_ones() {
        assert_eq!(
            from_stored("inspection:read"),
            Some(Permission::InspectionRead)
        );
        assert_eq!(
            from_stored("inspection:write"),
            Some(Permission::InspectionWrite)
        );
        for &permission in Permission::ALL {
            assert_eq!(from_stored(permission.as_str()), Some(permission));
        }
    }

    #[test]
    fn names_outside_the_catalogue_stand_for_nothing() {
        for name in [
            "",
            "**",
            "mission.*",
            "mission",
            "Mission.read",
            "mission.read ",
            "mission:read",
            "inspection:export",
            "telemetry.read",
            "telemetry.write",
            "reporting.read",
            "reporting.write",
            "dashboard.read",
            "payload.thermal",
        ] {
            assert_eq!(from_stored(name), None, "{name}");
        }
    }

    #[test]
    fn the_star_is_every_permission_and_no_less() {
        let star = PermissionSet::from_iter([Permission::All]);
        assert_eq!(star, PermissionSet::EVERYTHING);
        assert!(star.iter().eq(Permission::ALL.iter().copied()));
        let each_but_the_star: PermissionSet = Permission::ALL.iter().copied().skip(1).collect();
        assert!(!each_but_the_star.contains(Permission::All));
        assert!(each_but_the_star.contains(Permission::AuditExport));
        assert_eq!(each_but_the_star.first_missing(star), Some(Permission::All));
        assert_eq!(star.first_missing(each_but_the_star), None);
    }

    #[test]
    fn taking_one_permission_away_takes_the_star_away() {
        let fly = PermissionSet::from_iter([Permission::MissionWrite]);
        let rest = PermissionSet::EVERYTHING.without(fly);
        assert!(!rest.contains(Permission::All));
        assert!(!rest.contains(Permission::MissionWrite));
        assert_eq!(rest.iter().count(), Permission::ALL.len() - 2);
        assert_eq!(
            PermissionSet::EVERYTHING.without(PermissionSet::default()),
            PermissionSet::EVERYTHING
        );
        assert_eq!(
            PermissionSet::EVERYTHING.without(PermissionSet::EVERYTHING),
            PermissionSet::default()
        );
    }

    #[test]
    fn the_empty_set_holds_nothing_and_lacks_nothing_of_itself() {
        let none = PermissionSet::default();
        let some = PermissionSet::from_iter([Permission::AlertRead]);
        assert_eq!(none.iter().count(), 0);
        assert_eq!(none.first_missing(none), None);
        assert_eq!(none.first_missing(some), Some(Permission::AlertRead));
    }
}
