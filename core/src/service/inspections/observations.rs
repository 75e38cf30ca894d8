//! What was seen is recorded, one by one or many at once, and corrected: `inspection.write`.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use jiff::Timestamp;
use sha2::{Digest, Sha256};

use super::{Inspections, OBSERVATION, TASK, find_observation, find_task};
use crate::audit::detail::Detail;
use crate::error::{Failure, Result};
use crate::frame::{Call, SessionScope, Written};
use crate::model::{
    Action, Entity, InspectionTask, InvalidField, NewObservation, Observation, ObservationId,
    ObservationUpdate, Permission, RecordedObservations, TaskId, TemplateItem, hex,
};
use crate::service::drones;
use crate::service::rows::seen;
use crate::store::statements::inspections::{
    ITEMS_OF_TEMPLATE, OBSERVATION_INSERT, OBSERVATION_UPDATE, OBSERVATIONS_INSERT,
};
use crate::store::{Lane, Tx, WriteTx, values};

/// How many rows are made and handed to the engine at a time.
const CHUNK: usize = 1_000;

#[cfg_attr(feature = "uniffi", uniffi::export)]
impl Inspections {
    /// Records something that was seen during an inspection.
    ///
    /// # Errors
    /// `Invalid` naming the field, `item_code` among them where the task's template has items and none of this code;
    /// `NotFound` for the task or the drone; `Forbidden` without `inspection.write`.
    pub async fn record(&self, task: TaskId, mut new: NewObservation) -> Result<Observation> {
        task.check(TASK)?;
        new.check()?;
        let id: ObservationId = self.scope.id()?;
        self.scope
            .method("inspections.record")
            .write(Lane::Normal, (id, task, new), record)
            .await
    }

    /// Records many at once, in their order: all of them, or none. One event tells how many there are and the SHA-256 of
    /// what was stored.
    ///
    /// # Errors
    /// `Invalid` naming the observation and its field (`observations[3].severity`), or for none at all
    /// (`observations`); `NotFound` for the task or a drone; `Forbidden` without `inspection.write`.
    pub async fn record_many(
        &self,
        task: TaskId,
        observations: Vec<NewObservation>,
    ) -> Result<RecordedObservations> {
        task.check(TASK)?;
        if observations.is_empty() {
            return Err(Failure::from(InvalidField::new("observations", "is empty")).into());
        }
        let method = self.scope.method("inspections.record_many");
        let scope = Arc::clone(&self.scope);
        // However many there are, looking at each is no executor's work.
        let checked = self.scope.off_thread(move || checked(&scope, observations));
        let (ids, observations) = checked.await??;
        method
            .write(Lane::Normal, (ids, task, observations), record_many)
            .await
    }

    /// Corrects an observation; absent fields stay as they are.
    ///
    /// # Errors
    /// `Invalid`, also for a new `item_code` that the task's template does not have where it has items; `NotFound` for
    /// the observation or the drone; `Forbidden` without `inspection.write`; `Conflict` for a stale version
    /// (`stale_version`).
    pub async fn update_observation(
        &self,
        id: ObservationId,
        mut update: ObservationUpdate,
    ) -> Result<Observation> {
        id.check("id")?;
        update.check()?;
        self.scope
            .method("inspections.update_observation")
            .write(Lane::Normal, (id, update), change)
            .await
    }
}

/// Observations that may be stored, and an id for each.
fn checked(
    scope: &SessionScope,
    mut observations: Vec<NewObservation>,
) -> Result<(Vec<ObservationId>, Vec<NewObservation>), Failure> {
    let mut ids = Vec::with_capacity(observations.len());
    for (place, new) in observations.iter_mut().enumerate() {
        new.check().map_err(|refused| of(place, refused))?;
        ids.push(scope.id()?);
    }
    Ok((ids, observations))
}

async fn record(
    call: &Call,
    tx: &mut WriteTx,
    (id, task, new): &(ObservationId, TaskId, NewObservation),
) -> Result<Written<Observation>, Failure> {
    let task = find_task(tx, task).await?;
    if let Some(drone) = &new.drone_id {
        drones::find(tx, drone).await?;
    }
    let entity = Entity::new(OBSERVATION, id.as_str());
    let permit = call.authorize(Permission::InspectionWrite, &entity)?;
    let items = Items::of(tx, &task).await?;
    let severity = items.severity(new)?;
    let observation = made(id, &task, new, severity, call.signature.time);
    tx.insert(&OBSERVATION_INSERT, &observation).await?;
    let detail = Detail::created(&observation);
    Ok(permit.wrote(observation, Action::Create, entity, detail))
}

async fn record_many(
    call: &Call,
    tx: &mut WriteTx,
    (ids, task, observations): &(Vec<ObservationId>, TaskId, Vec<NewObservation>),
) -> Result<Written<RecordedObservations>, Failure> {
    let task = find_task(tx, task).await?;
    let drones: BTreeSet<_> = observations.iter().flat_map(|new| &new.drone_id).collect();
    for drone in drones {
        drones::find(tx, drone).await?;
    }
    let entity = Entity::new(TASK, task.id.as_str());
    let permit = call.authorize(Permission::InspectionWrite, &entity)?;
    let items = Items::of(tx, &task).await?;
    let severities = observations.iter().enumerate().map(|(place, new)| {
        let severity = items.severity(new);
        severity.map_err(|refused| of(place, refused))
    });
    let severities: Vec<i64> = severities.collect::<Result<_, _>>()?;
    let all: Vec<_> = ids.iter().zip(observations).zip(severities).collect();
    let mut sha256 = Sha256::new();
    for some in all.chunks(CHUNK) {
        let mut rows = Vec::with_capacity(some.len());
        for ((id, new), severity) in some {
            let row = made(id, &task, new, *severity, call.signature.time);
            sha256.update(digested(&row)?);
            rows.push(row);
        }
        tx.insert_many(&OBSERVATION_INSERT, &OBSERVATIONS_INSERT, &rows)
            .await?;
    }
    let told = serde_json::json!({ "count": ids.len(), "sha256": hex(&sha256.finalize()) });
    let detail = Detail::new().with("observations", told);
    let recorded = RecordedObservations { ids: ids.clone() };
    Ok(permit.wrote(recorded, Action::Create, entity, detail))
}

async fn change(
    call: &Call,
    tx: &mut WriteTx,
    (id, update): &(ObservationId, ObservationUpdate),
) -> Result<Written<Observation>, Failure> {
    let before = find_observation(tx, id).await?;
    if let Some(drone) = update.drone_id.value() {
        drones::find(tx, drone).await?;
    }
    let entity = Entity::new(OBSERVATION, id.as_str());
    let permit = call.authorize(Permission::InspectionWrite, &entity)?;
    seen(update.version, before.version)?;
    let after = update.after(&before);
    if after == before {
        return Ok(permit.unchanged(before));
    }
    if after.item_code != before.item_code {
        let task = find_task(tx, &before.task_id).await?;
        Items::of(tx, &task).await?.of_code(&after.item_code)?;
    }
    let after = Observation {
        version: before.version + 1,
        ..after
    };
    tx.update(&OBSERVATION_UPDATE, &after, before.version)
        .await?;
    let detail = Detail::changed(&before, &after);
    Ok(permit.wrote(after, Action::Update, entity, detail))
}

/// The items of the task's template by their codes; of those that share one, the first. Where it has none, any code is
/// let in.
struct Items(BTreeMap<String, TemplateItem>);

impl Items {
    async fn of(tx: &mut Tx, task: &InspectionTask) -> Result<Self, Failure> {
        let mut items = BTreeMap::new();
        let of_template = values![task.template_id];
        for item in tx.all(&ITEMS_OF_TEMPLATE, &of_template).await? {
            items.entry(item.code.clone()).or_insert(item);
        }
        Ok(Self(items))
    }

    fn of_code(&self, code: &str) -> Result<Option<&TemplateItem>, InvalidField> {
        let item = self.0.get(code);
        if item.is_none() && !self.0.is_empty() {
            return Err(InvalidField::new(
                "item_code",
                "is no code of an item of the task's template",
            ));
        }
        Ok(item)
    }

    /// How grave it is: as it says itself, or as its item does, where that is a severity at all.
    fn severity(&self, new: &NewObservation) -> Result<i64, InvalidField> {
        let item = self.of_code(&new.item_code)?;
        let usual = item.map_or(1, |item| item.severity_default.clamp(1, 5));
        Ok(new.severity.unwrap_or(usual))
    }
}

/// The violation, seen from outside the observation at this place.
fn of(place: usize, refused: InvalidField) -> InvalidField {
    refused.inside(&format!("observations[{place}]"))
}

fn made(
    id: &ObservationId,
    task: &InspectionTask,
    new: &NewObservation,
    severity: i64,
    now: Timestamp,
) -> Observation {
    Observation {
        id: id.clone(),
        task_id: task.id.clone(),
        drone_id: new.drone_id.clone(),
        ts: new.ts.unwrap_or(now),
        position_lat: new.position_lat,
        position_lon: new.position_lon,
        alt_m: new.alt_m,
        item_code: new.item_code.clone(),
        severity,
        note: new.note.clone().unwrap_or_default(),
        media_url: new.media_url.clone(),
        confidence: new.confidence,
        created_at: now,
        version: 1,
    }
}

/// The line of an observation that the digest of many is made over: its JSON, as the export has it, and a line feed.
fn digested(observation: &Observation) -> Result<Vec<u8>, Failure> {
    let mut line = serde_json::to_vec(observation)
        .map_err(|error| Failure::Internal(format!("an observation without JSON: {error}")))?;
    line.push(b'\n');
    Ok(line)
}
