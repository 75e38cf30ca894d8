//! The registry of a tenant's drones.

use std::sync::Arc;

use pyo3::prelude::*;
use ringfence::model::{
    Cursor, Drone, DroneFilter, DroneId, DronePage, DroneUpdate, Json, NewDrone, PageRequest,
    Vendor,
};

use crate::arguments::Given::{self, Absent};
use crate::table::handles;

handles! {
    /// The registry of a tenant's drones: `registry.read`, `registry.write`.
    class Drones(Arc<ringfence::Drones>) {
        /// The drone with this id.
        ///
        /// Raises `NotFound`; `Forbidden` without `registry.read`.
        fn get(id: DroneId) -> Drone;

        /// Drones in the order of their ids, a page at a time.
        ///
        /// Raises `Invalid` for a limit or a cursor that cannot be; `Forbidden` without `registry.read`.
        fn list(;
            vendor: Option<Vendor> = None,
            name: Option<String> = None,
            limit: Option<u32> = None,
            after: Option<Cursor> = None,
        ) -> DronePage => |drones| {
            drones.list(DroneFilter { vendor, name }, PageRequest { limit, after })
        };

        /// Registers a drone. `capabilities` is a JSON object as text.
        ///
        /// Raises `Invalid` naming the field; `Forbidden` without `registry.write`; `Conflict` (`taken`) when the tenant
        /// has a drone of this name.
        fn register(name: String, vendor: Vendor; capabilities: Option<Json> = None) -> Drone
            => |drones| {
                let capabilities = capabilities.unwrap_or_default();
                drones.register(NewDrone { name, vendor, capabilities })
            };

        /// Changes a drone; what is left out stays as it is.
        ///
        /// Raises `Invalid`; `NotFound`; `Forbidden` without `registry.write`; `Conflict` for a stale version
        /// (`stale_version`) or a name that the tenant uses already (`taken`).
        fn update(
            id: DroneId;
            name: Given<String> = Absent,
            vendor: Given<Vendor> = Absent,
            capabilities: Given<Json> = Absent,
            version: Option<i64> = None,
        ) -> Drone => |drones| {
            let update = DroneUpdate {
                name: name.value(),
                vendor: vendor.value(),
                capabilities: capabilities.value(),
                version,
            };
            drones.update(id, update)
        };

        /// Deletes a drone that nothing refers to.
        ///
        /// Raises `NotFound`; `Forbidden` without `registry.write`; `Conflict` (`in_use`) while anything refers to it.
        fn delete(id: DroneId) -> Nothing;
    }
}
