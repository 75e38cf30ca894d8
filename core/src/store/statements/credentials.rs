//! Logging in: what a user is verified against, and how often somebody tried.

use crate::error::StoreError;
use crate::policy::throttle::Throttle;
use crate::store::statement::statements;
use crate::store::{FromRow, Row};

statements! {
    /// A user by its name, beside its tenant, which is there even where the user is not.
    CANDIDATE: Tenant =
        "SELECT t.disabled_at, u.id, u.is_active, u.password_hash, u.password_argon2, \
         u.password_source FROM tenants t \
         LEFT JOIN users u ON u.tenant_id = $1 AND u.username = $2 WHERE t.id = $1";
    THROTTLE: Tenant =
        "SELECT l.failures, l.refused, l.window_started_at, l.blocked_until \
         FROM login_throttles l WHERE l.tenant_id = $1 AND l.subject = $2";
    THROTTLE_PUT: Tenant =
        "INSERT INTO login_throttles (tenant_id, subject, failures, refused, window_started_at, \
         blocked_until) VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT (tenant_id, subject) \
         DO UPDATE SET failures = excluded.failures, refused = excluded.refused, \
         window_started_at = excluded.window_started_at, blocked_until = excluded.blocked_until";
    THROTTLE_FORGET: Tenant =
        "DELETE FROM login_throttles WHERE tenant_id = $1 AND subject = $2";
    /// What was counted under names whose window is over since `$2`.
    THROTTLES_REFUSED: Tenant =
        "SELECT coalesce(sum(l.refused), 0) FROM login_throttles l WHERE l.tenant_id = $1 \
         AND l.window_started_at < $2 AND (l.blocked_until IS NULL OR l.blocked_until < $2)";
    THROTTLES_FORGET: Tenant =
        "DELETE FROM login_throttles WHERE tenant_id = $1 \
         AND window_started_at < $2 AND (blocked_until IS NULL OR blocked_until < $2)";
}

impl FromRow for Throttle {
    fn from_row(row: &Row<'_>) -> Result<Self, StoreError> {
        Ok(Self {
            failures: row.int(0)?,
            refused: row.int(1)?,
            window_started_at: row.time(2)?,
            blocked_until: row.opt_time(3)?,
        })
    }
}
