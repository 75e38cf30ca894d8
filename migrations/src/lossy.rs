//! What a rollback would destroy, per step: counting queries that read the same on both engines.

type Counts = &'static [(&'static str, &'static str)];

/// The rollback drops the tables themselves, so any row in them counts, but for the permissions that step 5 adds and takes
/// away again.
pub(crate) const LEGACY_BASELINE: Counts = &[
    ("rows of tenants", "SELECT count(*) FROM tenants"),
    (
        "rows of permissions",
        "SELECT count(*) FROM permissions WHERE id <> 'permission:' || name \
         OR coalesce(description, '') <> 'Ringfence permission'",
    ),
    ("rows of users", "SELECT count(*) FROM users"),
    ("rows of roles", "SELECT count(*) FROM roles"),
    ("rows of user_roles", "SELECT count(*) FROM user_roles"),
    (
        "rows of role_permissions",
        "SELECT count(*) FROM role_permissions",
    ),
    ("rows of drones", "SELECT count(*) FROM drones"),
    (
        "rows of drone_credentials",
        "SELECT count(*) FROM drone_credentials",
    ),
    ("rows of missions", "SELECT count(*) FROM missions"),
    ("rows of mission_runs", "SELECT count(*) FROM mission_runs"),
    ("rows of approvals", "SELECT count(*) FROM approvals"),
    (
        "rows of command_requests",
        "SELECT count(*) FROM command_requests",
    ),
    ("rows of alerts", "SELECT count(*) FROM alerts"),
    (
        "rows of inspection_templates",
        "SELECT count(*) FROM inspection_templates",
    ),
    (
        "rows of inspection_template_items",
        "SELECT count(*) FROM inspection_template_items",
    ),
    (
        "rows of inspection_tasks",
        "SELECT count(*) FROM inspection_tasks",
    ),
    (
        "rows of inspection_observations",
        "SELECT count(*) FROM inspection_observations",
    ),
    (
        "rows of inspection_exports",
        "SELECT count(*) FROM inspection_exports",
    ),
    ("rows of defects", "SELECT count(*) FROM defects"),
    (
        "rows of defect_actions",
        "SELECT count(*) FROM defect_actions",
    ),
    ("rows of incidents", "SELECT count(*) FROM incidents"),
    (
        "rows of approval_records",
        "SELECT count(*) FROM approval_records",
    ),
    ("rows of events", "SELECT count(*) FROM events"),
    ("rows of audit_logs", "SELECT count(*) FROM audit_logs"),
];

/// Heads are not counted: an empty log is made again with its tenant.
pub(crate) const AUDIT_LOG: Counts = &[(
    "audit events",
    "SELECT count(*) FROM audit_events WHERE entity_type <> 'schema'",
)];

/// A link's tenant follows from its user or role, and versions start again.
pub(crate) const IDENTITY_EXPAND: Counts = &[(
    "Argon2id password hashes",
    "SELECT count(*) FROM users WHERE password_argon2 IS NOT NULL",
)];

pub(crate) const CORE_BATCH_A_EXPAND: Counts = &[
    (
        "flight plans",
        "SELECT count(*) FROM missions WHERE plan IS NOT NULL",
    ),
    (
        "editors of missions",
        "SELECT count(*) FROM missions WHERE edited_by IS NOT NULL",
    ),
    (
        "approvals bound to what was approved",
        "SELECT count(*) FROM approvals WHERE content_sha256 IS NOT NULL",
    ),
    (
        "approvals bound to their audit event",
        "SELECT count(*) FROM approvals WHERE audit_seq IS NOT NULL",
    ),
];

pub(crate) const POLICY: Counts = &[
    (
        "inheritance between roles",
        "SELECT count(*) FROM role_inheritance",
    ),
    ("denied permissions", "SELECT count(*) FROM role_denies"),
    (
        "end times of assignments",
        "SELECT count(*) FROM user_roles WHERE expires_at IS NOT NULL",
    ),
    (
        "ended sessions",
        "SELECT count(*) FROM users WHERE session_epoch <> 0",
    ),
    (
        "disabled tenants",
        "SELECT count(*) FROM tenants WHERE disabled_at IS NOT NULL",
    ),
    (
        "tenants that allow self-approval",
        "SELECT count(*) FROM tenants WHERE self_approval",
    ),
    (
        "counts of refused logins",
        "SELECT count(*) FROM login_throttles WHERE refused > 0",
    ),
];

/// Counts the rows whose key other tenants have too, which comes back without the tenant.
macro_rules! shared {
    ($($table:literal by $($column:literal),+;)+) => {
        &[$((
            concat!("rows of ", $table, " whose ", shared!(@named $($column),+), " another tenant has too"),
            concat!(
                "SELECT count(*) FROM ", $table, " AS c WHERE EXISTS (SELECT 1 FROM ", $table,
                " AS o WHERE o.tenant_id <> c.tenant_id", $(" AND o.", $column, " = c.", $column),+, ")"
            ),
        )),+]
    };
    (@named $first:literal $(, $other:literal)*) => {
        concat!($first $(, " and ", $other)*)
    };
}

pub(crate) const KEYS: Counts = shared! {
    "users" by "id";
    "roles" by "id";
    "drones" by "id";
    "drone_credentials" by "id";
    "drone_credentials" by "drone_id";
    "missions" by "id";
    "mission_runs" by "id";
    "approvals" by "id";
    "inspection_templates" by "id";
    "inspection_template_items" by "id";
    "inspection_tasks" by "id";
    "inspection_observations" by "id";
    "inspection_exports" by "id";
    "defects" by "id";
    "defect_actions" by "id";
    "incidents" by "id";
    "alerts" by "id";
    "command_requests" by "id";
    "approval_records" by "id";
    "audit_logs" by "id";
    "user_roles" by "user_id", "role_id";
    "role_permissions" by "role_id", "permission_id";
    "events" by "event_id";
};
