//! Defects are made out, changed and assigned, and what is done about them is told: `defect.write`.

use super::{DEFECT, DEFECT_ACTION, Defects, entity, find, moved, step, tell};
use crate::audit::detail::Detail;
use crate::error::{Conflict, ConflictCode, Failure, Result};
use crate::frame::{Call, Written};
use crate::model::defect::done;
use crate::model::defect_status::DefectEvent;
use crate::model::{
    Action, Defect, DefectAction, DefectActionId, DefectId, DefectStatus, DefectUpdate, Entity,
    NewDefect, NewDefectAction, Observation, Permission, UserId, tail, text,
};
use crate::service::identity::find_user;
use crate::service::inspections::find_observation;
use crate::service::rows::seen;
use crate::store::statements::defects::{DEFECT_INSERT, DEFECT_OF_OBSERVATION};
use crate::store::{Lane, WriteTx, values};

#[cfg_attr(feature = "uniffi", uniffi::export)]
impl Defects {
    /// Makes a defect out of an observation, which has one at most.
    ///
    /// # Errors
    /// `Invalid` naming the field; `NotFound` for the observation; `Forbidden` without `defect.write`; `Conflict`
    /// (`taken`) when the observation has a defect.
    pub async fn create(&self, mut new: NewDefect) -> Result<Defect> {
        new.check()?;
        let (id, action) = (self.scope.id()?, self.scope.id()?);
        self.scope
            .method("defects.create")
            .write(Lane::Normal, (id, action, new), create)
            .await
    }

    /// Changes what is said of a defect that is not CLOSED; absent fields stay as they are.
    ///
    /// # Errors
    /// `Invalid`; `NotFound`; `Forbidden` without `defect.write`; `Conflict` for a stale version (`stale_version`) or a
    /// defect that is CLOSED (`illegal_transition`).
    pub async fn update(&self, id: DefectId, mut update: DefectUpdate) -> Result<Defect> {
        id.check("id")?;
        update.check()?;
        self.scope
            .method("defects.update")
            .write(Lane::Normal, (id, update), change)
            .await
    }

    /// Gives a defect that is not CLOSED to a user of the tenant, who begins with it: it is ASSIGNED, wherever it stood.
    /// `version` is the one that the caller saw; absent: whatever is stored.
    ///
    /// # Errors
    /// `Invalid`; `NotFound` for the defect or the user; `Forbidden` without `defect.write`; `Conflict` for a stale
    /// version (`stale_version`) or a defect that is CLOSED (`illegal_transition`).
    pub async fn assign(&self, id: DefectId, user: UserId, version: Option<i64>) -> Result<Defect> {
        id.check("id")?;
        user.check("user")?;
        text::version("version", version)?;
        let action = self.scope.id()?;
        self.scope
            .method("defects.assign")
            .write(Lane::Normal, (id, user, version, action), assign)
            .await
    }

    /// Tells of something that was done about a defect, wherever that stands; the defect stays as it is.
    ///
    /// # Errors
    /// `Invalid` naming the field, `action_type` among them where it is one that the library writes itself; `NotFound`;
    /// `Forbidden` without `defect.write`.
    pub async fn add_action(
        &self,
        defect: DefectId,
        mut new: NewDefectAction,
    ) -> Result<DefectAction> {
        defect.check(DEFECT)?;
        new.check()?;
        let id = self.scope.id()?;
        self.scope
            .method("defects.add_action")
            .write(Lane::Normal, (id, defect, new), add_action)
            .await
    }
}

async fn create(
    call: &Call,
    tx: &mut WriteTx,
    (id, action, new): &(DefectId, DefectActionId, NewDefect),
) -> Result<Written<Defect>, Failure> {
    let observation = find_observation(tx, &new.observation_id).await?;
    let entity = Entity::new(DEFECT, id.as_str());
    let permit = call.authorize(Permission::DefectWrite, &entity)?;
    let others = tx
        .all(&DEFECT_OF_OBSERVATION, &values![observation.id])
        .await?;
    if !others.is_empty() {
        return Err(Conflict::on(
            "observation_id",
            ConflictCode::Taken,
            "the observation has a defect",
        )
        .into());
    }
    let defect = made(call, id, new, observation);
    tx.insert(&DEFECT_INSERT, &defect).await?;
    let note = format!("observation_id={}", defect.observation_id);
    tell(call, tx, action, &defect, done::MADE_OUT, note).await?;
    let detail = Detail::created(&defect);
    Ok(permit.wrote(defect, Action::Create, entity, detail))
}

/// A defect as it is told, and otherwise as the observation was, which another program may have written.
fn made(call: &Call, id: &DefectId, new: &NewDefect, observation: Observation) -> Defect {
    let title = || {
        let (code, observed) = (&observation.item_code, observation.id.as_str());
        text::name_of("Defect for item ", code, tail(observed))
    };
    let note = Some(observation.note.clone()).filter(|note| !note.is_empty());
    Defect {
        id: id.clone(),
        title: new.title.clone().unwrap_or_else(title),
        description: new.description.clone().or(note),
        severity: new.severity.unwrap_or(observation.severity.clamp(1, 5)),
        status: DefectStatus::Open,
        assigned_to: None,
        created_at: call.signature.time,
        version: 1,
        observation_id: observation.id,
    }
}

async fn change(
    call: &Call,
    tx: &mut WriteTx,
    (id, update): &(DefectId, DefectUpdate),
) -> Result<Written<Defect>, Failure> {
    let before = find(tx, id).await?;
    let entity = entity(&before);
    let permit = call.authorize(Permission::DefectWrite, &entity)?;
    seen(update.version, before.version)?;
    step(&before, &DefectEvent::Revise)?;
    let after = update.after(&before);
    if after == before {
        return Ok(permit.unchanged(before));
    }
    let after = moved(tx, &before, after).await?;
    let detail = Detail::changed(&before, &after);
    Ok(permit.wrote(after, Action::Update, entity, detail))
}

async fn assign(
    call: &Call,
    tx: &mut WriteTx,
    (id, user, version, action): &(DefectId, UserId, Option<i64>, DefectActionId),
) -> Result<Written<Defect>, Failure> {
    let before = find(tx, id).await?;
    let user = find_user(tx, user).await?;
    let entity = entity(&before);
    let permit = call.authorize(Permission::DefectWrite, &entity)?;
    seen(*version, before.version)?;
    let after = Defect {
        status: step(&before, &DefectEvent::Assign)?,
        assigned_to: Some(user.id.as_str().to_owned()),
        ..before.clone()
    };
    if after == before {
        return Ok(permit.unchanged(before));
    }
    let after = moved(tx, &before, after).await?;
    let note = format!("assigned_to={}", user.id);
    tell(call, tx, action, &after, done::ASSIGNED, note).await?;
    let detail = Detail::changed(&before, &after);
    Ok(permit.wrote(after, Action::Update, entity, detail))
}

async fn add_action(
    call: &Call,
    tx: &mut WriteTx,
    (id, defect, new): &(DefectActionId, DefectId, NewDefectAction),
) -> Result<Written<DefectAction>, Failure> {
    let defect = find(tx, defect).await?;
    let entity = Entity::new(DEFECT_ACTION, id.as_str());
    let permit = call.authorize(Permission::DefectWrite, &entity)?;
    let note = new.note.clone().unwrap_or_default();
    let action = tell(call, tx, id, &defect, new.action_type.as_str(), note).await?;
    let detail = Detail::created(&action);
    Ok(permit.wrote(action, Action::Create, entity, detail))
}
