//! The registry of drones.

use std::sync::Arc;

use crate::audit::detail::{Detail, audited};
use crate::error::{Failure, Result};
use crate::frame::{Call, SessionScope, Written};
use crate::model::{
    Action, Drone, DroneFilter, DroneId, DronePage, DroneUpdate, Entity, NewDrone, PageRequest,
    Permission,
};
use crate::service::rows::{self, page_parameters, seen, spellings};
use crate::store::statements::drones::{
    DRONE_BY_ID, DRONE_DELETE, DRONE_INSERT, DRONE_PAGE, DRONE_UPDATE,
};
use crate::store::{Lane, Tx, Value, WriteTx, values};

/// What a drone is called in errors and events.
pub(super) const DRONE: &str = "drone";

audited! { Drone }

/// The registry of a tenant's drones: `registry.read`, `registry.write`.
#[cfg_attr(feature = "uniffi", derive(uniffi::Object))]
pub struct Drones {
    pub(crate) scope: Arc<SessionScope>,
}

#[cfg_attr(feature = "uniffi", uniffi::export)]
impl Drones {
    /// The drone with this id.
    ///
    /// # Errors
    /// `NotFound`; `Forbidden` without `registry.read`.
    pub async fn get(&self, id: DroneId) -> Result<Drone> {
        id.check("id")?;
        let entity = Entity::new(DRONE, id.as_str());
        let parameters = vec![Value::from(id)];
        self.scope
            .method("drones.get")
            .row(Permission::RegistryRead, entity, &DRONE_BY_ID, parameters)
            .await
    }

    /// Drones in the order of their ids, a page at a time.
    ///
    /// # Errors
    /// `Invalid` for a limit or a cursor that cannot be; `Forbidden` without `registry.read`.
    pub async fn list(&self, filter: DroneFilter, page: PageRequest) -> Result<DronePage> {
        filter.check()?;
        let window = page.check()?;
        let mut parameters = page_parameters(&window);
        parameters.push(filter.vendor.into());
        parameters.extend(spellings(filter.name));
        let found = self.scope.method("drones.list").rows(
            Permission::RegistryRead,
            DRONE,
            &DRONE_PAGE,
            parameters,
        );
        Ok(DronePage::cut(found.await?, &window))
    }

    /// Registers a drone.
    ///
    /// # Errors
    /// `Invalid` naming the field; `Forbidden` without `registry.write`; `Conflict` (`taken`) when the
    /// tenant has a drone of this name.
    pub async fn register(&self, mut new: NewDrone) -> Result<Drone> {
        new.check()?;
        let id: DroneId = self.scope.id()?;
        self.scope
            .method("drones.register")
            .write(Lane::Normal, (id, new), register)
            .await
    }

    /// Changes a drone; absent fields stay as they are.
    ///
    /// # Errors
    /// `Invalid`; `NotFound`; `Forbidden` without `registry.write`; `Conflict` for a stale version
    /// (`stale_version`) or a name that the tenant uses already (`taken`).
    pub async fn update(&self, id: DroneId, mut update: DroneUpdate) -> Result<Drone> {
        id.check("id")?;
        update.check()?;
        self.scope
            .method("drones.update")
            .write(Lane::Normal, (id, update), change)
            .await
    }

    /// Deletes a drone that nothing refers to.
    ///
    /// # Errors
    /// `NotFound`; `Forbidden` without `registry.write`; `Conflict` (`in_use`) while a mission or a
    /// credential refers to it.
    pub async fn delete(&self, id: DroneId) -> Result<()> {
        id.check("id")?;
        self.scope
            .method("drones.delete")
            .write(Lane::Normal, id, remove)
            .await
    }
}

/// The drone with this id, inside the transaction.
pub(super) async fn find(tx: &mut Tx, id: &DroneId) -> Result<Drone, Failure> {
    rows::find(tx, &DRONE_BY_ID, id.as_str(), DRONE).await
}

async fn register(
    call: &Call,
    tx: &mut WriteTx,
    (id, new): &(DroneId, NewDrone),
) -> Result<Written<Drone>, Failure> {
    let entity = Entity::new(DRONE, id.as_str());
    let permit = call.authorize(Permission::RegistryWrite, &entity)?;
    let now = call.signature.time;
    let drone = Drone {
        id: id.clone(),
        name: new.name.clone(),
        vendor: new.vendor.clone(),
        capabilities: new.capabilities.clone(),
        created_at: now,
        updated_at: now,
        version: 1,
    };
    tx.insert(&DRONE_INSERT, &drone).await?;
    let detail = Detail::created(&drone);
    Ok(permit.wrote(drone, Action::Create, entity, detail))
}

async fn change(
    call: &Call,
    tx: &mut WriteTx,
    (id, update): &(DroneId, DroneUpdate),
) -> Result<Written<Drone>, Failure> {
    let before = find(tx, id).await?;
    let entity = Entity::new(DRONE, id.as_str());
    let permit = call.authorize(Permission::RegistryWrite, &entity)?;
    seen(update.version, before.version)?;
    let after = update.after(&before);
    if after == before {
        return Ok(permit.unchanged(before));
    }
    let after = Drone {
        updated_at: call.signature.time,
        version: before.version + 1,
        ..after
    };
    tx.update(&DRONE_UPDATE, &after, before.version).await?;
    let detail = Detail::changed(&before, &after);
    Ok(permit.wrote(after, Action::Update, entity, detail))
}

async fn remove(call: &Call, tx: &mut WriteTx, id: &DroneId) -> Result<Written<()>, Failure> {
    let before = find(tx, id).await?;
    let entity = Entity::new(DRONE, id.as_str());
    let permit = call.authorize(Permission::RegistryWrite, &entity)?;
    tx.write(&DRONE_DELETE, values![before.id, before.version])
        .await?;
    let detail = Detail::gone(&before);
    Ok(permit.wrote((), Action::Delete, entity, detail))
}
