//! Logging in: what a user is verified against, and how often somebody tried.

use crate::error::StoreError;
use crate::policy::throttle::Throttle;
use crate::store::statement::statements;
use crate::store::{FromRow, Row};

/// Whether the window of these counters goes on: something in it lies between the times `$4` and `$5`.
macro_rules! goes_on {
    () => {
        "(window_started_at > $4 AND window_started_at <= $5 \
         OR coalesce(blocked_until > $4 AND blocked_until <= $5, FALSE) \
         OR coalesce(in_flight_until > $4 AND in_flight_until <= $5, FALSE))"
    };
}

statements! {
    /// A user by its name, beside its tenant, which is there even where the user is not.
    CANDIDATE: Tenant =
        "SELECT t.disabled_at, u.id, u.is_active, u.password_hash, u.password_argon2, \
         u.password_source FROM tenants t \
         LEFT JOIN users u ON u.tenant_id = $1 AND u.username = $2 WHERE t.id = $1";
    /// A password's hash with stronger parameters, in place of the one that it was compared with. The version moves
    /// by its trigger.
    USER_REHASH: Tenant =
        "UPDATE users SET password_argon2 = $3 \
         WHERE tenant_id = $1 AND id = $2 AND password_argon2 = $4";
    /// The counters of two subjects, and of the names that nobody has.
    THROTTLES: Tenant =
        "SELECT l.subject, l.failures, l.refused, l.in_flight, l.window_started_at, \
         l.blocked_until, l.in_flight_until FROM login_throttles l \
         WHERE l.tenant_id = $1 AND l.subject IN ($2, $3, '')";
    THROTTLE_PUT: Tenant =
        "INSERT INTO login_throttles (tenant_id, subject, failures, refused, in_flight, \
         window_started_at, blocked_until, in_flight_until) VALUES ($1, $2, $3, $4, $5, $6, $7, $8) \
         ON CONFLICT (tenant_id, subject) DO UPDATE SET failures = excluded.failures, \
         refused = excluded.refused, in_flight = excluded.in_flight, \
         window_started_at = excluded.window_started_at, blocked_until = excluded.blocked_until, \
         in_flight_until = excluded.in_flight_until";
    THROTTLE_FORGET: Tenant =
        "DELETE FROM login_throttles WHERE tenant_id = $1 AND subject = $2";
    /// Of all subjects but two: how many have counters whose window goes on, and what the others counted.
    THROTTLES_OTHERS: Tenant = concat (
        "SELECT coalesce(sum(CASE WHEN ", goes_on!(), " THEN 1 ELSE 0 END), 0), \
         coalesce(sum(CASE WHEN ", goes_on!(), " THEN 0 ELSE refused END), 0) \
         FROM login_throttles WHERE tenant_id = $1 AND subject NOT IN ($2, $3, '')"
    );
    THROTTLES_FORGET: Tenant = concat (
        "DELETE FROM login_throttles WHERE tenant_id = $1 AND subject NOT IN ($2, $3, '') AND NOT ",
        goes_on!()
    );
}

/// The counters of one subject.
pub(crate) struct Counters {
    pub(crate) subject: String,
    pub(crate) throttle: Throttle,
}

impl FromRow for Counters {
    fn from_row(row: &Row<'_>) -> Result<Self, StoreError> {
        Ok(Self {
            subject: row.text(0)?,
            throttle: Throttle {
                failures: row.int(1)?,
                refused: row.int(2)?,
                in_flight: row.int(3)?,
                window_started_at: row.time(4)?,
                blocked_until: row.opt_time(5)?,
                in_flight_until: row.opt_time(6)?,
            },
        })
    }
}

/// What is counted under all other subjects of a tenant.
pub(crate) struct Others {
    /// How many go on.
    pub(crate) kept: i64,
    /// Refused logins under those whose window is over.
    pub(crate) refused: i64,
}

impl FromRow for Others {
    fn from_row(row: &Row<'_>) -> Result<Self, StoreError> {
        Ok(Self {
            kept: row.int(0)?,
            refused: row.int(1)?,
        })
    }
}
