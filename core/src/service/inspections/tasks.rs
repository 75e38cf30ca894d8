//! Tasks are made, changed and carried out: `inspection.write`.

use super::{Inspections, TASK, find_task, find_template, must_be_active};
use crate::audit::detail::Detail;
use crate::error::{Failure, Result};
use crate::frame::{Call, Written};
use crate::model::inspection::PRIORITY_USUAL;
use crate::model::task_status::{self, TaskEvent};
use crate::model::{
    Action, Entity, InspectionTask, InspectionTaskUpdate, NewInspectionTask, OpenEnum, Permission,
    TaskId, TaskStatus, text,
};
use crate::service::missions;
use crate::service::rows::seen;
use crate::store::statements::inspections::{TASK_DELETE, TASK_INSERT, TASK_UPDATE};
use crate::store::{Lane, WriteTx, values};

#[cfg_attr(feature = "uniffi", uniffi::export)]
impl Inspections {
    /// Creates a task of a template, as a draft.
    ///
    /// # Errors
    /// `Invalid` naming the field; `NotFound` for the template or the mission; `Forbidden` without `inspection.write`;
    /// `Conflict` for a template that is not active (`inactive_template`).
    pub async fn create_task(&self, mut new: NewInspectionTask) -> Result<InspectionTask> {
        new.check()?;
        let id: TaskId = self.scope.id()?;
        self.scope
            .method("inspections.create_task")
            .write(Lane::Normal, (id, new), create)
            .await
    }

    /// Changes a task that is not DONE; absent fields stay as they are. Its template stays for good.
    ///
    /// # Errors
    /// `Invalid`; `NotFound` for the task or the mission; `Forbidden` without `inspection.write`; `Conflict` for a stale
    /// version (`stale_version`) or a task that is DONE (`illegal_transition`).
    pub async fn update_task(
        &self,
        id: TaskId,
        mut update: InspectionTaskUpdate,
    ) -> Result<InspectionTask> {
        id.check("id")?;
        update.check()?;
        self.scope
            .method("inspections.update_task")
            .write(Lane::Normal, (id, update), change)
            .await
    }

    /// Takes a task one step further: DRAFT, SCHEDULED, RUNNING, DONE. `version` is the one that the caller saw; absent:
    /// whatever is stored.
    ///
    /// # Errors
    /// `Invalid` for a status that the library does not know; `NotFound`; `Forbidden` without `inspection.write`;
    /// `Conflict` for a stale version (`stale_version`) or any other step (`illegal_transition`).
    pub async fn advance_task(
        &self,
        id: TaskId,
        to: TaskStatus,
        version: Option<i64>,
    ) -> Result<InspectionTask> {
        id.check("id")?;
        OpenEnum::check(&to, "to")?;
        text::version("version", version)?;
        self.scope
            .method("inspections.advance_task")
            .write(Lane::Normal, (id, to, version), advance)
            .await
    }

    /// Deletes a task that nothing refers to.
    ///
    /// # Errors
    /// `NotFound`; `Forbidden` without `inspection.write`; `Conflict` (`in_use`) while an observation, a report or an
    /// incident refers to it.
    pub async fn delete_task(&self, id: TaskId) -> Result<()> {
        id.check("id")?;
        self.scope
            .method("inspections.delete_task")
            .write(Lane::Normal, id, remove)
            .await
    }
}

async fn create(
    call: &Call,
    tx: &mut WriteTx,
    (id, new): &(TaskId, NewInspectionTask),
) -> Result<Written<InspectionTask>, Failure> {
    let template = find_template(tx, &new.template_id).await?;
    if let Some(mission) = &new.mission_id {
        missions::find(tx, mission).await?;
    }
    let entity = Entity::new(TASK, id.as_str());
    let permit = call.authorize(Permission::InspectionWrite, &entity)?;
    must_be_active(&template)?;
    let task = InspectionTask {
        id: id.clone(),
        name: new.name.clone(),
        template_id: template.id,
        mission_id: new.mission_id.clone(),
        area_geom: new.area_geom.clone().unwrap_or_default(),
        priority: new.priority.unwrap_or(PRIORITY_USUAL),
        status: TaskStatus::Draft,
        created_at: call.signature.time,
        version: 1,
    };
    tx.insert(&TASK_INSERT, &task).await?;
    let detail = Detail::created(&task);
    Ok(permit.wrote(task, Action::Create, entity, detail))
}

async fn change(
    call: &Call,
    tx: &mut WriteTx,
    (id, update): &(TaskId, InspectionTaskUpdate),
) -> Result<Written<InspectionTask>, Failure> {
    let before = find_task(tx, id).await?;
    if let Some(mission) = update.mission_id.value() {
        missions::find(tx, mission).await?;
    }
    let entity = Entity::new(TASK, id.as_str());
    let permit = call.authorize(Permission::InspectionWrite, &entity)?;
    seen(update.version, before.version)?;
    task_status::next(&before.status, &TaskEvent::Revise)?;
    let after = update.after(&before);
    if after == before {
        return Ok(permit.unchanged(before));
    }
    let after = moved(tx, &before, after).await?;
    let detail = Detail::changed(&before, &after);
    Ok(permit.wrote(after, Action::Update, entity, detail))
}

async fn advance(
    call: &Call,
    tx: &mut WriteTx,
    (id, to, version): &(TaskId, TaskStatus, Option<i64>),
) -> Result<Written<InspectionTask>, Failure> {
    let before = find_task(tx, id).await?;
    let entity = Entity::new(TASK, id.as_str());
    let permit = call.authorize(Permission::InspectionWrite, &entity)?;
    seen(*version, before.version)?;
    let status = task_status::next(&before.status, &TaskEvent::Advance(to.clone()))?;
    let after = InspectionTask {
        status,
        ..before.clone()
    };
    let after = moved(tx, &before, after).await?;
    let detail = Detail::changed(&before, &after);
    Ok(permit.wrote(after, Action::Update, entity, detail))
}

/// Writes a task as it is now, and returns it with its version.
async fn moved(
    tx: &mut WriteTx,
    before: &InspectionTask,
    after: InspectionTask,
) -> Result<InspectionTask, Failure> {
    let after = InspectionTask {
        version: before.version + 1,
        ..after
    };
    tx.update(&TASK_UPDATE, &after, before.version).await?;
    Ok(after)
}

async fn remove(call: &Call, tx: &mut WriteTx, id: &TaskId) -> Result<Written<()>, Failure> {
    let before = find_task(tx, id).await?;
    let entity = Entity::new(TASK, id.as_str());
    let permit = call.authorize(Permission::InspectionWrite, &entity)?;
    tx.write(&TASK_DELETE, values![before.id, before.version])
        .await?;
    let detail = Detail::gone(&before);
    Ok(permit.wrote((), Action::Delete, entity, detail))
}
