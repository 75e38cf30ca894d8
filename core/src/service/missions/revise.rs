//! A mission is changed or deleted while it may still be: as a draft, or after a rejection.

use super::{Missions, decisions, entity, find, step};
use crate::audit::detail::Detail;
use crate::error::{Failure, Result};
use crate::frame::{Call, Written};
use crate::model::mission_state::MissionEvent;
use crate::model::{
    Action, Approval, Mission, MissionId, MissionState, MissionUpdate, Permission, content,
    fastlane,
};
use crate::service::drones;
use crate::service::rows::seen;
use crate::store::statements::missions::{APPROVALS_DELETE, MISSION_DELETE, MISSION_UPDATE};
use crate::store::{Lane, WriteTx, values};

#[cfg_attr(feature = "uniffi", uniffi::export)]
impl Missions {
    /// Changes a mission in DRAFT or REJECTED, which is a draft afterwards; absent fields stay as they are.
    ///
    /// # Errors
    /// `Invalid`; `NotFound` for the mission or the drone; `Forbidden` without `mission.write`, or without
    /// `mission.fastlane` where the new constraints are those of an emergency mission; `Conflict` for a
    /// stale version (`stale_version`) or in any other state (`illegal_transition`).
    pub async fn update(&self, id: MissionId, mut update: MissionUpdate) -> Result<Mission> {
        id.check("id")?;
        update.check()?;
        self.scope
            .method("missions.update")
            .write(Lane::Normal, (id, update), change)
            .await
    }

    /// Deletes a mission in DRAFT or REJECTED, and with it the decisions about it, which the event in the
    /// log keeps.
    ///
    /// # Errors
    /// `NotFound`; `Forbidden` without `mission.write`; `Conflict` in any other state
    /// (`illegal_transition`), or while anything else refers to it (`in_use`).
    pub async fn delete(&self, id: MissionId) -> Result<()> {
        id.check("id")?;
        self.scope
            .method("missions.delete")
            .write(Lane::Normal, id, remove)
            .await
    }
}

async fn change(
    call: &Call,
    tx: &mut WriteTx,
    (id, update): &(MissionId, MissionUpdate),
) -> Result<Written<Mission>, Failure> {
    let before = find(tx, id).await?;
    if let Some(drone) = update.drone_id.value() {
        drones::find(tx, drone).await?;
    }
    let entity = entity(&before);
    let permit = call.authorize(Permission::MissionWrite, &entity)?;
    if update
        .constraints
        .as_ref()
        .is_some_and(fastlane::is_emergency)
    {
        call.authorize(Permission::MissionFastlane, &entity)?;
    }
    seen(update.version, before.version)?;
    let state = step(&before, MissionEvent::Revise)?;
    let Some(after) = revised(call, &before, update, state) else {
        return Ok(permit.unchanged(before));
    };
    let edited_version = after.version.into();
    tx.update_with(&MISSION_UPDATE, &after, [edited_version], before.version)
        .await?;
    let detail = Detail::changed(&before, &after);
    Ok(permit.wrote(after, Action::Update, entity, detail))
}

/// The mission as the update leaves it, if it changes anything.
fn revised(
    call: &Call,
    before: &Mission,
    update: &MissionUpdate,
    state: MissionState,
) -> Option<Mission> {
    let now = call.signature.time;
    let mut after = Mission {
        state,
        ..update.after(before)
    };
    if update.constraints.is_some() {
        after.constraints = fastlane::stamped(&after.constraints, &call.actor, now);
    }
    if after == *before {
        return None;
    }
    // Who makes a rejected mission a draft again, and changes nothing of it, takes nobody's authorship: it would hide
    // the one who edited last from four eyes.
    let edited_by = if content::same(before, &after) {
        before.edited_by.clone()
    } else {
        Some(call.actor.clone())
    };
    Some(Mission {
        updated_at: now,
        version: before.version + 1,
        edited_by,
        ..after
    })
}

async fn remove(call: &Call, tx: &mut WriteTx, id: &MissionId) -> Result<Written<()>, Failure> {
    let before = find(tx, id).await?;
    let entity = entity(&before);
    let permit = call.authorize(Permission::MissionWrite, &entity)?;
    step(&before, MissionEvent::Delete)?;
    let decisions = decisions(tx, id).await?;
    tx.write(&APPROVALS_DELETE, values![id]).await?;
    tx.write(&MISSION_DELETE, values![id, before.version])
        .await?;
    let detail = Detail::gone(&before).taken(
        "approvals",
        decisions.iter().map(as_json).collect::<Vec<_>>(),
    );
    Ok(permit.wrote((), Action::Delete, entity, detail))
}

/// A decision as the event keeps it: the old platform's stand in no log of ours.
fn as_json(decision: &Approval) -> serde_json::Value {
    serde_json::json!({
        "id": decision.id.as_str(),
        "approver_id": decision.approver_id.as_str(),
        "decision": decision.decision.as_str(),
        "comment": decision.comment,
        "created_at": decision.created_at.to_string(),
        "content_sha256": decision.content_sha256,
        "plan_sha256": decision.plan_sha256,
    })
}
