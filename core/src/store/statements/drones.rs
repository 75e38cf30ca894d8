//! Drones.

use crate::model::Drone;
use crate::store::sql::record::record;
use crate::store::sql::statement::{Insert, Stamped, Update, Write, statements};

record! {
    drone: Drone, drones as d { id, created_at, version }
    stamped { updated_at } edited { name, vendor, capabilities }
}

/// Which rows a filter selects: vendor `$4`, name `$5`, and as it was given `$6`.
macro_rules! filter {
    () => {
        "(CAST($4 AS TEXT) IS NULL OR d.vendor = $4) AND \
         (CAST($5 AS TEXT) IS NULL OR d.name IN ($5, $6))"
    };
}

statements! {
    DRONE_BY_ID: Tenant Stamped<Drone> = by_id drone;
    DRONE_PAGE: Tenant Stamped<Drone> = page drone (filter!());
    DRONE_INSERT: Tenant Insert<Drone> = insert drone;
    DRONE_UPDATE: Tenant Update<Drone> = update drone;
    DRONE_DELETE: Tenant Write = one
        "DELETE FROM drones WHERE tenant_id = $1 AND id = $2 AND version = $3";
}
