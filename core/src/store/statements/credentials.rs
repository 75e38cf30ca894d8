//! Logging in: a better hash, and how often somebody tried.

use jiff::Timestamp;

use crate::error::StoreError;
use crate::store::sql::record::read_in_order;
use crate::store::sql::statement::{Count, Rows, Write, statements};
use crate::store::sql::{FromRow, Row};

/// Whether the window of these counters goes on: something in it lies between the times `$4` and `$5`.
macro_rules! goes_on {
    () => {
        "(window_started_at > $4 AND window_started_at <= $5 \
         OR coalesce(blocked_until > $4 AND blocked_until <= $5, FALSE) \
         OR coalesce(in_flight_until > $4 AND in_flight_until <= $5, FALSE))"
    };
}

statements! {
    /// A password's hash with stronger parameters, in place of the one that it was compared with. The version moves
    /// by its trigger.
    USER_REHASH: Tenant Write =
        "UPDATE users SET password_argon2 = $3 \
         WHERE tenant_id = $1 AND id = $2 AND password_argon2 = $4";
    /// The counters of two subjects, and of the names that nobody has.
    THROTTLES: Tenant Rows<Counters> =
        "SELECT l.subject, l.failures, l.refused, l.in_flight, l.window_started_at, \
         l.blocked_until, l.in_flight_until FROM login_throttles l \
         WHERE l.tenant_id = $1 AND l.subject IN ($2, $3, '')";
    THROTTLE_PUT: Tenant Count =
        "INSERT INTO login_throttles (tenant_id, subject, failures, refused, in_flight, \
         window_started_at, blocked_until, in_flight_until) VALUES ($1, $2, $3, $4, $5, $6, $7, $8) \
         ON CONFLICT (tenant_id, subject) DO UPDATE SET failures = excluded.failures, \
         refused = excluded.refused, in_flight = excluded.in_flight, \
         window_started_at = excluded.window_started_at, blocked_until = excluded.blocked_until, \
         in_flight_until = excluded.in_flight_until";
    THROTTLE_FORGET: Tenant Count =
        "DELETE FROM login_throttles WHERE tenant_id = $1 AND subject = $2";
    /// Of all subjects but two: how many have counters whose window goes on, and what the others counted.
    THROTTLES_OTHERS: Tenant Rows<Others> = concat!(
        "SELECT coalesce(sum(CASE WHEN ", goes_on!(), " THEN 1 ELSE 0 END), 0), \
         CAST(coalesce(sum(CASE WHEN ", goes_on!(), " THEN 0 ELSE refused END), 0) AS bigint) \
         FROM login_throttles WHERE tenant_id = $1 AND subject NOT IN ($2, $3, '')"
    );
    THROTTLES_FORGET: Tenant Count = concat!(
        "DELETE FROM login_throttles WHERE tenant_id = $1 AND subject NOT IN ($2, $3, '') AND NOT ",
        goes_on!()
    );
}

/// The counters of a window.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Throttle {
    /// Attempts that were refused.
    pub(crate) failures: i64,
    /// Refused logins that no event tells of yet.
    pub(crate) refused: i64,
    /// Attempts that are being verified.
    pub(crate) in_flight: i64,
    /// When the first attempt came.
    pub(crate) window_started_at: Timestamp,
    /// Until when no attempt is admitted.
    pub(crate) blocked_until: Option<Timestamp>,
    /// Until when those in flight are waited for.
    pub(crate) in_flight_until: Option<Timestamp>,
}

/// The counters of one subject.
pub(crate) struct Counters {
    pub(crate) subject: String,
    pub(crate) throttle: Throttle,
}

impl FromRow for Counters {
    fn from_row(row: &Row<'_>) -> Result<Self, StoreError> {
        let mut cells = row.cells();
        Ok(Self {
            subject: cells.next()?,
            throttle: Throttle {
                failures: cells.next()?,
                refused: cells.next()?,
                in_flight: cells.next()?,
                window_started_at: cells.next()?,
                blocked_until: cells.next()?,
                in_flight_until: cells.next()?,
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

read_in_order! { Others { kept, refused } }
