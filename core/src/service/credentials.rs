//! The credentials of drones: set, read by who may, and told to no log.

use std::sync::Arc;

use zeroize::Zeroizing;

use super::drones::{self, Drones};
use crate::audit::detail::Detail;
use crate::database::keyring::Keyring;
use crate::error::{Failure, Result};
use crate::frame::{Call, Written};
use crate::model::{Action, Credential, DroneId, Entity, Json, Permission, SecretJson};
use crate::sealing::{NONCE_LEN, Owner, Stored};
use crate::store::statements::drone_credentials::{
    CREDENTIAL_DELETE, CREDENTIAL_INSERT, CREDENTIAL_OF, CREDENTIAL_UPDATE, StoredCredential,
};
use crate::store::{Lane, Tx, WriteTx, values};

/// What a credential is called in errors and events. It goes by its drone's id: a drone has one.
const CREDENTIAL: &str = "credential";

#[cfg_attr(feature = "uniffi", uniffi::export)]
impl Drones {
    /// Gives a drone the secret that it is spoken to with, a JSON object, in place of the one that it has. It is stored
    /// sealed with the database's `secret_key`, and the log says only that it was set.
    ///
    /// # Errors
    /// `Invalid`; `NotFound` for the drone; `Forbidden` without `registry.write`; `Conflict` where the database was opened
    /// without a key (`no_secret_key`), or the one that the drone has was sealed with another (`other_secret_key`).
    pub async fn set_credential(&self, drone: DroneId, secret: Json) -> Result<()> {
        let checked = secret.check("secret");
        // Wiped however this ends.
        let secret = Zeroizing::new(String::from(secret));
        drone.check("drone")?;
        checked?;
        let setting = Setting {
            drone,
            secret,
            id: self.scope.id()?,
            nonce: self.scope.random()?,
            keyring: self.scope.keyring(),
        };
        self.scope
            .method("drones.set_credential")
            .write(Lane::Normal, setting, set)
            .await
    }

    /// The secret that a drone is spoken to with. That it was read is an event (`export`), which does not say what it is.
    ///
    /// # Errors
    /// `Invalid`; `NotFound` for the drone, and where it has no credential; `Forbidden` without `registry.write`: who sees
    /// the registry sees no secret; `Conflict` where the database was opened without a key (`no_secret_key`) or with
    /// another (`other_secret_key`); `Integrity` for a secret that was changed or moved since it was sealed.
    pub async fn credential(&self, drone: DroneId) -> Result<Credential> {
        drone.check("drone")?;
        let reading = (drone, self.scope.keyring());
        self.scope
            .method("drones.credential")
            .write(Lane::Normal, reading, read)
            .await
    }

    /// Takes a drone's credential away. Needs no key.
    ///
    /// # Errors
    /// `Invalid`; `NotFound` for the drone, and where it has no credential; `Forbidden` without `registry.write`.
    pub async fn delete_credential(&self, drone: DroneId) -> Result<()> {
        drone.check("drone")?;
        self.scope
            .method("drones.delete_credential")
            .write(Lane::Normal, drone, remove)
            .await
    }
}

/// A credential that is about to be set.
struct Setting {
    drone: DroneId,
    secret: Zeroizing<String>,
    id: String,
    nonce: [u8; NONCE_LEN],
    keyring: Arc<Keyring>,
}

async fn set(call: &Call, tx: &mut WriteTx, new: &Setting) -> Result<Written<()>, Failure> {
    drones::find(tx, &new.drone).await?;
    let entity = Entity::new(CREDENTIAL, new.drone.as_str());
    let permit = call.authorize(Permission::RegistryWrite, &entity)?;
    let keys = new.keyring.keys()?;
    let sealer = keys.sealer()?;
    let before = of_drone(tx, &new.drone).await?;
    let owner = Owner {
        tenant: &call.tenant,
        drone: &new.drone,
    };
    let secret = sealer.seal(owner, &new.nonce, &new.secret)?;
    let (action, told) = match before {
        None => {
            let row = StoredCredential {
                id: new.id.clone(),
                drone_id: new.drone.clone(),
                secret: secret.into(),
                created_at: call.signature.time,
            };
            tx.insert(&CREDENTIAL_INSERT, &row).await?;
            (Action::Create, "set")
        }
        Some(before) => {
            // Else nobody would notice that the database was opened with the wrong key.
            keys.must_know(&Stored::read(before.secret.as_str()))?;
            tx.write(&CREDENTIAL_UPDATE, values![before.id, secret])
                .await?;
            (Action::Update, "changed")
        }
    };
    let detail = Detail::new().with("secret", told);
    Ok(permit.wrote((), action, entity, detail))
}

async fn read(
    call: &Call,
    tx: &mut WriteTx,
    (drone, keyring): &(DroneId, Arc<Keyring>),
) -> Result<Written<Credential>, Failure> {
    drones::find(tx, drone).await?;
    let entity = Entity::new(CREDENTIAL, drone.as_str());
    let permit = call.authorize(Permission::RegistryWrite, &entity)?;
    let stored = held(tx, drone).await?;
    let owner = Owner {
        tenant: &call.tenant,
        drone,
    };
    let secret = Stored::read(stored.secret.as_str());
    let is_sealed = matches!(secret, Stored::Sealed(_));
    let secret = keyring.keys()?.open(owner, &secret)?;
    let credential = Credential {
        drone_id: stored.drone_id,
        secret: Arc::new(SecretJson::new(secret)),
        created_at: stored.created_at,
    };
    let detail = Detail::new()
        .with("secret", "read")
        .with("sealed", is_sealed);
    Ok(permit.wrote(credential, Action::Export, entity, detail))
}

async fn remove(call: &Call, tx: &mut WriteTx, drone: &DroneId) -> Result<Written<()>, Failure> {
    drones::find(tx, drone).await?;
    let entity = Entity::new(CREDENTIAL, drone.as_str());
    let permit = call.authorize(Permission::RegistryWrite, &entity)?;
    let before = held(tx, drone).await?;
    tx.write(&CREDENTIAL_DELETE, values![before.id]).await?;
    let detail = Detail::new().with("secret", "gone");
    Ok(permit.wrote((), Action::Delete, entity, detail))
}

async fn of_drone(tx: &mut Tx, drone: &DroneId) -> Result<Option<StoredCredential>, Failure> {
    Ok(tx.opt(&CREDENTIAL_OF, &values![drone]).await?)
}

/// The credential that a drone must have. Asked behind the decision: who may not read it does not hear whether there is one.
async fn held(tx: &mut Tx, drone: &DroneId) -> Result<StoredCredential, Failure> {
    let found = of_drone(tx, drone).await?;
    found.ok_or(Failure::NotFound(CREDENTIAL))
}
