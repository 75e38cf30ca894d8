//! The registry of a tenant's drones.

use std::sync::Arc;

use pyo3::prelude::*;
use ringfence::model::{
    Credential, Cursor, Drone, DroneFilter, DroneId, DronePage, DroneUpdate, Json, NewDrone,
    PageRequest, Vendor,
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

        /// Gives a drone the secret that it is spoken to with, a JSON object as text, in place of the one that it has. It is
        /// stored sealed with the database's `secret_key`, and the log says only that it was set.
        ///
        /// Raises `Invalid`; `NotFound` for the drone; `Forbidden` without `registry.write`; `Conflict` where the database
        /// was opened without a key (`no_secret_key`), or the one that the drone has was sealed with another
        /// (`other_secret_key`).
        fn set_credential(drone: DroneId, secret: Json) -> Nothing;

        /// The secret that a drone is spoken to with: `credential(drone).secret.expose()`. That it was read is an event.
        ///
        /// Raises `Invalid`; `NotFound` for the drone, and where it has no credential; `Forbidden` without
        /// `registry.write`; `Conflict` (`no_secret_key`, `other_secret_key`); `Integrity` for a secret that was changed or
        /// moved since it was sealed.
        fn credential(drone: DroneId) -> Credential;

        /// Takes a drone's credential away. Needs no key.
        ///
        /// Raises `Invalid`; `NotFound` for the drone, and where it has no credential; `Forbidden` without
        /// `registry.write`.
        fn delete_credential(drone: DroneId) -> Nothing;
    }
}
