//! A defect is taken further, and what is FIXED is looked at again: `defect.write`.

use super::{Defects, entity, find, moved, step, tell};
use crate::audit::detail::Detail;
use crate::error::{Failure, Result};
use crate::frame::{Call, Written};
use crate::model::defect::done;
use crate::model::defect_status::DefectEvent;
use crate::model::{
    Action, Defect, DefectActionId, DefectId, DefectStatus, Entity, InspectionTask, OpenEnum,
    Permission, TaskId, TaskStatus, geometry, tail, text,
};
use crate::service::inspections::{TASK, find_observation, find_task};
use crate::service::rows::seen;
use crate::store::statements::inspections::TASK_INSERT;
use crate::store::{Lane, Tx, WriteTx};

/// How urgent it is to look at what was mended, as the platform that the databases come from had it.
const REVIEW_PRIORITY: i64 = 2;

/// Where a defect is to stand, and the ids of what is told and made.
struct Step {
    defect: DefectId,
    to: DefectStatus,
    version: Option<i64>,
    note: Option<String>,
    /// Of the step and of its review. They are told at one moment, and so stand in the order of their ids.
    actions: [DefectActionId; 2],
    review: TaskId,
}

#[cfg_attr(feature = "uniffi", uniffi::export)]
impl Defects {
    /// Takes a defect one step further: OPEN, ASSIGNED, IN_PROGRESS, FIXED, VERIFIED, CLOSED. What is FIXED is to be
    /// looked at again: in the same transaction it gets an inspection task, `Review-…`, of the template by which it was
    /// found. `version` is the one that the caller saw; absent: whatever is stored. `note`, at most 4000 bytes, is kept
    /// with the action.
    ///
    /// # Errors
    /// `Invalid` for a status that the library does not know, or naming another field; `NotFound`; `Forbidden` without
    /// `defect.write`; `Conflict` for a stale version (`stale_version`) or any other step (`illegal_transition`).
    pub async fn advance(
        &self,
        id: DefectId,
        to: DefectStatus,
        version: Option<i64>,
        note: Option<String>,
    ) -> Result<Defect> {
        id.check("id")?;
        OpenEnum::check(&to, "to")?;
        text::version("version", version)?;
        text::remarked("note", note.as_deref())?;
        let mut actions = [self.scope.id()?, self.scope.id()?];
        actions.sort();
        let step = Step {
            defect: id,
            to,
            version,
            note,
            actions,
            review: self.scope.id()?,
        };
        self.scope
            .method("defects.advance")
            .write(Lane::Normal, step, advance)
            .await
    }
}

async fn advance(call: &Call, tx: &mut WriteTx, asked: &Step) -> Result<Written<Defect>, Failure> {
    let before = find(tx, &asked.defect).await?;
    let entity = entity(&before);
    let permit = call.authorize(Permission::DefectWrite, &entity)?;
    seen(asked.version, before.version)?;
    let after = Defect {
        status: step(&before, &DefectEvent::Advance(asked.to.clone()))?,
        ..before.clone()
    };
    let after = moved(tx, &before, after).await?;
    let [of_step, of_review] = &asked.actions;
    let action = done::step(&after.status);
    let note = asked.note.clone().unwrap_or_default();
    tell(call, tx, of_step, &after, action, note).await?;
    let detail = Detail::changed(&before, &after).said("note", asked.note.as_deref());
    if after.status != DefectStatus::Fixed {
        return Ok(permit.wrote(after, Action::Update, entity, detail));
    }
    let looked_at = Entity::new(TASK, asked.review.as_str());
    let looks = call.authorize(Permission::DefectWrite, &looked_at)?;
    let task = review(call, tx, &asked.review, &after).await?;
    tx.insert(&TASK_INSERT, &task).await?;
    let note = format!("task_id={}", task.id);
    tell(call, tx, of_review, &after, done::REVIEW, note).await?;
    let detail = detail.with("review_task_id", task.id.as_str());
    Ok(permit.wrote(after, Action::Update, entity, detail).and(
        looks,
        Action::Create,
        looked_at,
        Detail::created(&task),
    ))
}

/// The task of looking at a mended defect, where and by what it was found. Its template need not be active any more.
async fn review(
    call: &Call,
    tx: &mut Tx,
    id: &TaskId,
    defect: &Defect,
) -> Result<InspectionTask, Failure> {
    let observation = find_observation(tx, &defect.observation_id).await?;
    let found_by = find_task(tx, &observation.task_id).await?;
    let (longitude, latitude) = (observation.position_lon, observation.position_lat);
    let mut area_geom = format!("POINT({longitude} {latitude})");
    // Another program may have stored a position that is none.
    if geometry::geometry("area_geom", &mut area_geom).is_err() {
        area_geom.clear();
    }
    Ok(InspectionTask {
        id: id.clone(),
        name: format!("Review-{}", tail(defect.id.as_str())),
        template_id: found_by.template_id,
        mission_id: None,
        area_geom,
        priority: REVIEW_PRIORITY,
        status: TaskStatus::Scheduled,
        created_at: call.signature.time,
        version: 1,
    })
}
