//! Incidents.

use crate::model::Incident;
use crate::store::sql::listing::listings;
use crate::store::sql::record::record;
use crate::store::sql::statement::{Insert, Stamped, Write, statements};

record! {
    incident: Incident, incidents as n {
        id, title, level, location_geom, status, linked_task_id, created_at
    }
}

listings! {
    INCIDENTS: Incident = counted incident by created_at [narrows(linked_task_id), narrows(status), is(level)];
}

statements! {
    INCIDENT_BY_ID: Tenant Stamped<Incident> = by_id incident;
    INCIDENT_INSERT: Tenant Insert<Incident> = insert incident;
    /// `$5` is the status that was read.
    INCIDENT_MOVE: Tenant Write = one
        "UPDATE incidents SET status = $3, linked_task_id = $4 WHERE tenant_id = $1 AND id = $2 AND status = $5";
}
