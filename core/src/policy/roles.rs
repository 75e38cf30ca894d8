//! The roles that every tenant starts with.

use super::permission::PermissionSet;
use crate::model::Permission::{self, *};

/// A role that a new tenant gets.
#[derive(Clone, Copy, Debug)]
pub(crate) struct StartingRole {
    /// Its name.
    pub name: &'static str,
    /// What it is for.
    pub description: &'static str,
    /// What it is granted.
    pub permissions: &'static [Permission],
    /// What released versions granted it before, the oldest first: a tenant's role that still holds one of these sets
    /// is one that nobody changed. Whoever changes `permissions` after a release adds here what they were.
    pub earlier: &'static [&'static [Permission]],
}

impl StartingRole {
    /// What it is granted, as a set.
    pub(crate) fn set(&self) -> PermissionSet {
        self.permissions.iter().copied().collect()
    }
}

/// The role of a tenant's first user.
pub(crate) const ADMIN: &str = "admin";

/// Every role that a new tenant gets. Changing one changes new tenants, and on an operator's request those whose role is
/// as an earlier version made it.
pub(crate) const STARTING_ROLES: &[StartingRole] = &[
    StartingRole {
        name: ADMIN,
        description: "May do everything",
        permissions: &[All],
        earlier: &[],
    },
    StartingRole {
        name: "supervisor",
        description: "Approves missions and commands, runs incidents",
        permissions: &[
            RegistryRead,
            MissionRead,
            MissionWrite,
            MissionApprove,
            MissionFastlane,
            InspectionRead,
            DefectRead,
            IncidentRead,
            IncidentWrite,
            AlertRead,
            AlertWrite,
            ApprovalRead,
            ApprovalWrite,
            CommandRead,
            CommandApprove,
        ],
        earlier: &[],
    },
    StartingRole {
        name: "operator",
        description: "Plans and flies missions, commands drones, handles alerts",
        permissions: &[
            RegistryRead,
            MissionRead,
            MissionWrite,
            IncidentRead,
            AlertRead,
            AlertWrite,
            ApprovalRead,
            CommandRead,
            CommandWrite,
        ],
        earlier: &[],
    },
    StartingRole {
        name: "inspector",
        description: "Carries out inspections and follows defects",
        permissions: &[
            RegistryRead,
            MissionRead,
            InspectionRead,
            InspectionWrite,
            InspectionExport,
            DefectRead,
            DefectWrite,
        ],
        earlier: &[],
    },
    StartingRole {
        name: "dispatcher",
        description: "Claims and settles commands: for a gateway or an aircraft",
        permissions: &[RegistryRead, MissionRead, CommandRead, CommandDispatch],
        earlier: &[],
    },
    StartingRole {
        name: "analyst",
        description: "Reads everything but identity and the audit log",
        permissions: &[
            RegistryRead,
            MissionRead,
            InspectionRead,
            DefectRead,
            IncidentRead,
            AlertRead,
            ApprovalRead,
            CommandRead,
        ],
        earlier: &[],
    },
    StartingRole {
        name: "auditor",
        description: "Reads the audit log and exports it",
        permissions: &[AuditRead, AuditExport],
        earlier: &[],
    },
];

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    fn role(name: &str) -> PermissionSet {
        STARTING_ROLES
            .iter()
            .find(|role| role.name == name)
            .unwrap()
            .set()
    }

    #[test]
    fn only_the_admin_manages_users_or_holds_everything() {
        for starting in STARTING_ROLES {
            let may = |permission| starting.set().contains(permission);
            assert_eq!(may(All), starting.name == ADMIN);
            assert_eq!(may(IdentityWrite), starting.name == ADMIN);
        }
    }

    #[test]
    fn the_analyst_reads_all_but_identity_and_audit() {
        let reads = Permission::ALL.iter().copied().filter(|one| {
            one.as_str().ends_with(".read") && !matches!(one, IdentityRead | AuditRead)
        });
        assert_eq!(role("analyst"), reads.collect());
    }

    #[test]
    fn whoever_asks_for_commands_neither_approves_nor_sends_them() {
        for starting in STARTING_ROLES.iter().filter(|role| role.name != ADMIN) {
            let may = |permission| starting.set().contains(permission);
            let sides = [CommandWrite, CommandApprove, CommandDispatch];
            assert!(
                sides.into_iter().filter(|side| may(*side)).count() <= 1,
                "{}",
                starting.name
            );
        }
    }

    #[test]
    fn whoever_may_write_may_read() {
        for starting in STARTING_ROLES {
            for permission in starting.set().iter() {
                let Some((domain, _)) = permission.as_str().split_once('.') else {
                    continue;
                };
                let read = Permission::parse(&format!("{domain}.read")).unwrap();
                assert!(
                    starting.set().contains(read),
                    "{}: {permission}",
                    starting.name
                );
            }
        }
    }
}
