//! The handles: a database, a session, and the groups of its methods.

use std::sync::Arc;

use pyo3::prelude::*;
use ringfence::blocking::wait;
use ringfence::model::{
    Cursor, Drone, DroneFilter, DroneId, DronePage, Json, Mission, MissionId, NewPlan, PageRequest,
    PlanType, TenantId, UserId, Vendor,
};
use ringfence::{MigrateMode, OpenOptions};

use crate::errors::call;

/// Opens `sqlite:PATH`, `sqlite::memory:` or `postgres://…`, and migrates as `migrate` says. A file that is
/// not there is made, unless `create_if_missing` is `False`. On Postgres the tables are in `schema`, or without one
/// where the login's `search_path` leads.
///
/// Raises `Invalid`, `Unavailable`, `Schema`, and `Integrity` with the rows that a legacy database would
/// have to mend first.
#[pyfunction]
#[pyo3(signature = (url, *, migrate=None, create_if_missing=None, pool_size=None, busy_timeout_ms=None, hashing_concurrency=None, migration_lock_timeout_ms=None, schema=None))]
#[allow(
    clippy::too_many_arguments,
    reason = "each is a keyword of the Python function"
)]
pub(crate) fn open(
    py: Python<'_>,
    url: String,
    migrate: Option<MigrateMode>,
    create_if_missing: Option<bool>,
    pool_size: Option<u32>,
    busy_timeout_ms: Option<u32>,
    hashing_concurrency: Option<u32>,
    migration_lock_timeout_ms: Option<u32>,
    schema: Option<String>,
) -> PyResult<Ringfence> {
    let usual = OpenOptions::default();
    let options = OpenOptions {
        migrate: migrate.unwrap_or(usual.migrate),
        create_if_missing: create_if_missing.unwrap_or(usual.create_if_missing),
        pool_size: pool_size.unwrap_or(usual.pool_size),
        busy_timeout_ms: busy_timeout_ms.unwrap_or(usual.busy_timeout_ms),
        hashing_concurrency: hashing_concurrency.unwrap_or(usual.hashing_concurrency),
        migration_lock_timeout_ms: migration_lock_timeout_ms
            .unwrap_or(usual.migration_lock_timeout_ms),
        schema,
    };
    call(py, || wait(ringfence::Ringfence::open(url, options))).map(Ringfence)
}

/// An open database: the door to the sessions of its tenants.
#[pyclass(module = "ringfence", frozen)]
pub(crate) struct Ringfence(ringfence::Ringfence);

#[pymethods]
impl Ringfence {
    /// Opens a session for an actor whom the host has authenticated.
    ///
    /// Raises `Unauthenticated` for an unknown or inactive actor, an unknown or disabled tenant.
    fn session(&self, py: Python<'_>, tenant: TenantId, actor: UserId) -> PyResult<TenantSession> {
        call(py, || wait(self.0.session(tenant, actor))).map(TenantSession)
    }

    /// Opens a session for a user who proves itself with its password.
    ///
    /// Raises `Unauthenticated` alike for whatever is wrong, and `Throttled` after five attempts that did
    /// not succeed; `Invalid`.
    fn login(
        &self,
        py: Python<'_>,
        tenant: TenantId,
        username: String,
        password: String,
    ) -> PyResult<TenantSession> {
        call(py, || wait(self.0.login(tenant, username, password))).map(TenantSession)
    }
}

/// A session of one tenant and one actor.
#[pyclass(module = "ringfence", frozen)]
pub(crate) struct TenantSession(ringfence::TenantSession);

#[pymethods]
impl TenantSession {
    /// The registry of drones.
    fn drones(&self) -> Drones {
        Drones(self.0.drones())
    }

    /// Missions and their plans.
    fn missions(&self) -> Missions {
        Missions(self.0.missions())
    }
}

/// The registry of a tenant's drones: `registry.read`, `registry.write`.
#[pyclass(module = "ringfence", frozen)]
pub(crate) struct Drones(Arc<ringfence::Drones>);

#[pymethods]
impl Drones {
    /// The drone with this id.
    ///
    /// Raises `NotFound`; `Forbidden` without `registry.read`.
    fn get(&self, py: Python<'_>, id: DroneId) -> PyResult<Drone> {
        call(py, || wait(self.0.get(id)))
    }

    /// Drones in the order of their ids, a page at a time.
    ///
    /// Raises `Invalid` for a limit or a cursor that cannot be; `Forbidden` without `registry.read`.
    #[pyo3(signature = (*, vendor=None, name=None, limit=None, after=None))]
    fn list(
        &self,
        py: Python<'_>,
        vendor: Option<Vendor>,
        name: Option<String>,
        limit: Option<u32>,
        after: Option<Cursor>,
    ) -> PyResult<DronePage> {
        call(py, || {
            wait(
                self.0
                    .list(DroneFilter { vendor, name }, PageRequest { limit, after }),
            )
        })
    }
}

/// A tenant's missions: `mission.read`, `mission.write`, `mission.fastlane`.
#[pyclass(module = "ringfence", frozen)]
pub(crate) struct Missions(Arc<ringfence::Missions>);

#[pymethods]
impl Missions {
    /// The mission with this id.
    ///
    /// Raises `NotFound`; `Forbidden` without `mission.read`.
    fn get(&self, py: Python<'_>, id: MissionId) -> PyResult<Mission> {
        call(py, || wait(self.0.get(id)))
    }

    /// Creates a mission, as a draft, from the bytes of a QGroundControl `.plan`, which are kept whole.
    ///
    /// Raises `Invalid` naming the field, inside the file as well (`plan.mission.items[3].params[4]`);
    /// `NotFound` for the drone; `Forbidden` without `mission.write`, or without `mission.fastlane` for an
    /// emergency mission.
    #[pyo3(signature = (name, file, *, drone_id=None, plan_type=None, constraints=None))]
    fn import_plan(
        &self,
        py: Python<'_>,
        name: String,
        file: &[u8],
        drone_id: Option<DroneId>,
        plan_type: Option<PlanType>,
        constraints: Option<Json>,
    ) -> PyResult<Mission> {
        let new = NewPlan {
            name,
            drone_id,
            file: file.to_vec(),
            plan_type,
            constraints: constraints.unwrap_or_default(),
        };
        call(py, || wait(self.0.import_plan(new)))
    }
}
