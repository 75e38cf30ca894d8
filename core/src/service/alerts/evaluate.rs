//! What a drone says of itself raises alerts.

use std::sync::Arc;

use super::{ALERT, Alerts, active, may_raise, write};
use crate::database::fences::KnownFences;
use crate::error::{Failure, Result};
use crate::frame::{Call, Permit, Permitted, Written};
use crate::model::fence::{Bounds, Fences, ceiling_m};
use crate::model::sighting::{Sighting, sighted};
use crate::model::telemetry::{Finding, findings};
use crate::model::{Alert, AlertId, DroneId, Entity, Permission, TelemetrySample, plan};
use crate::service::drones;
use crate::store::statements::alerts::{FLOWN_MISSIONS, Flown};
use crate::store::statements::missions::MISSION_PLAN;
use crate::store::{Lane, Tx, WriteTx, values};

#[cfg_attr(feature = "uniffi", uniffi::export)]
impl Alerts {
    /// Raises what a sample of telemetry says is wrong, and returns the alerts that were raised or written anew, each
    /// with its event, all in one transaction:
    ///
    /// * `LOW_BATTERY`: at or under 20 per cent, CRITICAL at or under 10;
    /// * `LINK_LOSS`: `link_ok` is false, or the mode says so;
    /// * `GEOFENCE_BREACH`: the mode says so, or of a mission that the drone flies (RUNNING) and that has a plan, the
    ///   position is outside of the plan's fences or the altitude above `max_alt_m` of its constraints.
    ///
    /// An alert that is active is written as [`raise_alert`](Self::raise_alert) says. A sample that changes nothing is one
    /// transaction that reads. Alerts are closed by `close_alert` alone, not by a sample that says all is well.
    ///
    /// # Errors
    /// `Invalid` naming the field (`position.lat`); `NotFound` for the drone; `Forbidden` without `alert.write`.
    pub async fn evaluate(&self, sample: TelemetrySample) -> Result<Vec<Alert>> {
        sample.check()?;
        let method = self.scope.method("alerts.evaluate");
        let id = || self.scope.id::<AlertId>();
        let sample = Sample {
            said: sample,
            ids: [id()?, id()?, id()?],
            known: self.scope.known_fences(),
        };
        if method.read(sample.clone(), is_told).await? {
            return Ok(Vec::new());
        }
        method.write(Lane::Normal, sample, evaluate).await
    }
}

/// A sample, and what is known of the plans that it is held against.
#[derive(Clone)]
struct Sample {
    said: TelemetrySample,
    /// Of the alerts that it may raise.
    ids: [AlertId; 3],
    known: Arc<KnownFences>,
}

/// Whether what a sample says is told already by what is stored.
async fn is_told(call: &Call, tx: &mut Tx, sample: &Sample) -> Result<Permitted<bool>, Failure> {
    let (permit, found) = found_in(call, tx, sample).await?;
    let sightings = of_all(call, tx, sample, found).await?;
    let mut each = sightings.iter();
    let told = each.all(|sighting| matches!(sighting, Sighting::Known(_)));
    Ok(permit.read(told))
}

async fn evaluate(
    call: &Call,
    tx: &mut WriteTx,
    sample: &Sample,
) -> Result<Written<Vec<Alert>>, Failure> {
    let (permit, found) = found_in(call, tx, sample).await?;
    let mut alerts = Vec::new();
    let mut events = Vec::new();
    for sighting in of_all(call, tx, sample, found).await? {
        let Sighting::Told(news) = sighting else {
            continue;
        };
        let (alert, action, detail) = write(tx, news).await?;
        events.push((action, Entity::new(ALERT, alert.id.as_str()), detail));
        alerts.push(alert);
    }
    let mut events = events.into_iter();
    let Some((action, entity, detail)) = events.next() else {
        return Ok(permit.unchanged(alerts));
    };
    let mut written = permit.wrote(alerts, action, entity, detail);
    for (action, entity, detail) in events {
        let permit = call.authorize(Permission::AlertWrite, &entity)?;
        written = written.and(permit, action, entity, detail);
    }
    Ok(written)
}

/// What a sample says is wrong, held against the plans that its drone flies.
async fn found_in(
    call: &Call,
    tx: &mut Tx,
    Sample { said, ids, known }: &Sample,
) -> Result<(Permit, Vec<Finding>), Failure> {
    let drone = drones::find(tx, &said.drone_id).await?.id;
    let [id, ..] = ids;
    let permit = may_raise(call, id)?;
    let bounds = match said.position {
        Some(_) => bounds_of(call, tx, &drone, known).await?,
        None => Vec::new(),
    };
    Ok((permit, findings(said, &bounds)))
}

/// What all of it comes to beside what is stored.
async fn of_all(
    call: &Call,
    tx: &mut Tx,
    Sample { said, ids, .. }: &Sample,
    found: Vec<Finding>,
) -> Result<Vec<Sighting>, Failure> {
    let drone = &said.drone_id;
    let active = match found.is_empty() {
        true => Vec::new(),
        false => active(tx, drone).await?,
    };
    let now = call.signature.time;
    let each = found.into_iter().zip(ids);
    Ok(each
        .map(|(finding, id)| sighted(&active, drone, &finding, id, now))
        .collect())
}

/// What binds a drone now.
async fn bounds_of(
    call: &Call,
    tx: &mut Tx,
    drone: &DroneId,
    known: &KnownFences,
) -> Result<Vec<Bounds>, Failure> {
    let mut bounds = Vec::new();
    for flown in tx.all(&FLOWN_MISSIONS, &values![drone]).await? {
        bounds.push(Bounds {
            fences: fences_of(call, tx, &flown, known).await?,
            ceiling_m: ceiling_m(&flown.constraints),
        });
    }
    Ok(bounds)
}

/// The fences of a plan, which is read where that was not done lately: it may be megabytes. One that another program has
/// spoiled has none, as `missions.plan` says of it; what else is wrong with the drone is told all the same.
async fn fences_of(
    call: &Call,
    tx: &mut Tx,
    flown: &Flown,
    known: &KnownFences,
) -> Result<Arc<Fences>, Failure> {
    let sha256 = &flown.plan_sha256;
    if let Some(fences) = known.of(&call.tenant, sha256)? {
        return Ok(fences);
    }
    let stored = tx.opt(&MISSION_PLAN, &values![flown.id]).await?;
    let text = stored.and_then(|stored| stored.plan).unwrap_or_default();
    let Ok(fences) = plan::fences(&text, sha256) else {
        return Ok(Arc::default());
    };
    let fences = Arc::new(fences);
    known.keep(&call.tenant, sha256, &fences)?;
    Ok(fences)
}
