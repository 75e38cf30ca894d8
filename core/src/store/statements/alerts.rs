//! Alerts, and what a sample of telemetry is held against.

use crate::model::{Alert, Json, MissionId};
use crate::store::sql::listing::listings;
use crate::store::sql::record::record;
use crate::store::sql::statement::{Insert, Rows, Stamped, Write, statements};

record! {
    alert: Alert, alerts as al {
        id, drone_id, alert_type, severity, status, message, detail, first_seen_at, last_seen_at, acked_by, acked_at,
        closed_by, closed_at
    }
}

record! { flown: Flown, missions as m { id, constraints, plan_sha256 } }

listings! {
    ALERTS: Alert = counted alert by first_seen_at [narrows(drone_id), narrows(status), is(alert_type), is(severity)];
}

statements! {
    ALERT_BY_ID: Tenant Stamped<Alert> = by_id alert;
    /// The active alerts of a drone: one of each type, or several where another program wrote them.
    ACTIVE_ALERTS: Tenant Rows<Alert> = of alert ("al.drone_id = $2 AND al.status IN ('OPEN', 'ACKED')");
    /// The missions of a plan that a drone flies now.
    FLOWN_MISSIONS: Tenant Rows<Flown> =
        of flown ("m.drone_id = $2 AND m.state = 'RUNNING' AND m.plan_sha256 IS NOT NULL");
    ALERT_INSERT: Tenant Insert<Alert> = insert alert;
    /// It is seen again; `$7` and `$8` are the status and the severity that were read.
    ALERT_SEEN: Tenant Write = one
        "UPDATE alerts SET severity = $3, message = $4, detail = $5, last_seen_at = $6 \
         WHERE tenant_id = $1 AND id = $2 AND status = $7 AND severity = $8";
    /// `$7` is the status that was read.
    ALERT_ACK: Tenant Write = one
        "UPDATE alerts SET status = $3, detail = $4, acked_by = $5, acked_at = $6 \
         WHERE tenant_id = $1 AND id = $2 AND status = $7";
    /// Likewise.
    ALERT_CLOSE: Tenant Write = one
        "UPDATE alerts SET status = $3, detail = $4, closed_by = $5, closed_at = $6 \
         WHERE tenant_id = $1 AND id = $2 AND status = $7";
}

/// What of a mission binds the drone that flies it.
pub(crate) struct Flown {
    pub(crate) id: MissionId,
    pub(crate) constraints: Json,
    pub(crate) plan_sha256: String,
}
