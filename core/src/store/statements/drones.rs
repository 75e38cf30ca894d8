//! Drones.

use crate::model::Drone;
use crate::store::sql::record::record;
use crate::store::sql::statement::{Stamped, Write, statements};

record! { drone: Drone, drones as d { id, name, vendor, capabilities, created_at, updated_at, version } }

/// Which rows a filter selects: vendor `$4`, name `$5`.
macro_rules! filter {
    () => {
        "(CAST($4 AS TEXT) IS NULL OR d.vendor = $4) AND (CAST($5 AS TEXT) IS NULL OR d.name = $5)"
    };
}

statements! {
    DRONE_BY_ID: Tenant Stamped<Drone> = by_id drone;
    DRONE_PAGE: Tenant Stamped<Drone> = page drone (filter!());
    DRONE_INSERT: Tenant Write = inserted
        "INSERT INTO drones (tenant_id, id, name, vendor, capabilities, created_at, updated_at) \
         VALUES ($1, $2, $3, $4, $5, $6, $6)";
    /// The version moves by its trigger; `$7` is the one that was read.
    DRONE_UPDATE: Tenant Write = one
        "UPDATE drones SET name = $3, vendor = $4, capabilities = $5, updated_at = $6 \
         WHERE tenant_id = $1 AND id = $2 AND version = $7";
    DRONE_DELETE: Tenant Write = one
        "DELETE FROM drones WHERE tenant_id = $1 AND id = $2 AND version = $3";
}
