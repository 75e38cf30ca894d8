//! One tenant, one actor.

use pyo3::prelude::*;
use ringfence::model::{Permission, Resource, Tenant, WhoAmI};

use crate::table::handles;

handles! {
    /// A session of one tenant and one actor: the only way to tenant data.
    ///
    /// Every method looks its ids up inside the tenant (`NotFound`), then decides on the permissions as of now
    /// (`Forbidden`), and records what it writes in the tenant's log. All raise `Unauthenticated` once the session, the
    /// user or the tenant has ended.
    class TenantSession(ringfence::TenantSession) {
        groups {
            /// The registry of drones.
            fn drones() -> Drones;

            /// Missions, their plans, approvals and runs.
            fn missions() -> Missions;

            /// Inspections: templates, tasks, observations and reports.
            fn inspections() -> Inspections;

            /// Defects, and what was done about them.
            fn defects() -> Defects;

            /// Incidents, and what is flown because of them.
            fn incidents() -> Incidents;

            /// Alerts, and the telemetry that raises them.
            fn alerts() -> Alerts;

            /// Recorded decisions.
            fn approvals() -> Approvals;
            /// What drones were told.
            fn commands() -> Commands;

            /// Users, roles and permissions.
            fn identity() -> Identity;

            /// The tenant's audit log.
            fn audit() -> Audit;
        }

        /// Who this session acts as, and what it may do now. Needs no permission.
        fn whoami() -> WhoAmI;

        /// The tenant that this session acts in. Needs no permission.
        fn tenant() -> Tenant;

        /// Lets whoever created a mission approve it too, or forbids it again, as it is in a new tenant.
        ///
        /// Raises `Forbidden` without `identity.write`, or without `mission.approve`, which this widens.
        fn set_self_approval(allowed: bool) -> Tenant;

        /// Decides whether the actor may, as of now, for a host's own routes. Without a resource only the permission
        /// counts. A refusal is recorded in the tenant's log.
        ///
        /// Raises `Invalid` for an id that cannot be; `NotFound` when the resource is not in the tenant; `Forbidden`.
        fn authorize(permission: Permission; resource: Option<Resource> = None) -> Nothing;
    }
}
