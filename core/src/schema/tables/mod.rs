//! The tables, a file a subject.

mod core;
mod history;
mod identity;
mod inspection;
mod log;
mod operations;
mod policy;

use super::types::Table;

pub(super) const ALL: &[Table] = &[
    identity::TENANTS,
    identity::PERMISSIONS,
    identity::USERS,
    identity::ROLES,
    identity::USER_ROLES,
    identity::ROLE_PERMISSIONS,
    core::DRONES,
    core::DRONE_CREDENTIALS,
    core::MISSIONS,
    core::MISSION_RUNS,
    core::APPROVALS,
    inspection::INSPECTION_TEMPLATES,
    inspection::INSPECTION_TEMPLATE_ITEMS,
    inspection::INSPECTION_TASKS,
    inspection::INSPECTION_OBSERVATIONS,
    inspection::INSPECTION_EXPORTS,
    inspection::DEFECTS,
    inspection::DEFECT_ACTIONS,
    operations::INCIDENTS,
    operations::ALERTS,
    operations::COMMAND_REQUESTS,
    operations::APPROVAL_RECORDS,
    history::EVENTS,
    history::AUDIT_LOGS,
    log::AUDIT_HEADS,
    log::AUDIT_EVENTS,
    log::AUDIT_DETAILS,
    policy::POLICY_EPOCHS,
    policy::ROLE_INHERITANCE,
    policy::ROLE_DENIES,
    policy::LOGIN_THROTTLES,
];
