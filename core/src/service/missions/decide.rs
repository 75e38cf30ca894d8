//! Somebody decides about a draft: approved or rejected.

use super::{Missions, advance, entity, find, needs_drone, step};
use crate::audit::detail::Detail;
use crate::error::{Conflict, Failure, Result, StoreError};
use crate::frame::{Call, Written};
use crate::model::mission_state::MissionEvent;
use crate::model::{
    Action, Approval, ApprovalId, Decision, Mission, MissionId, Permission, UserId, content, text,
};
use crate::service::rows::seen;
use crate::store::statements::missions::{APPROVAL_INSERT, SELF_APPROVAL};
use crate::store::{Lane, WriteTx};

/// A decision as it is asked for.
struct Verdict {
    id: ApprovalId,
    mission: MissionId,
    /// The version of the mission that was looked at.
    version: i64,
    decision: Decision,
    comment: Option<String>,
}

#[cfg_attr(feature = "uniffi", uniffi::export)]
impl Missions {
    /// Approves a draft, as it stood at the version that the approver saw. The approver has neither created it
    /// nor edited it last, unless the tenant allows that. The approval and its event keep the digest of what was
    /// approved, and only that is started.
    ///
    /// # Errors
    /// `Invalid`; `NotFound`; `Forbidden` without `mission.approve`; `Conflict` for a mission that was changed
    /// since that version (`stale_version`), in any other state (`illegal_transition`), without a drone
    /// (`no_drone`: what is approved cannot be given one any more), or for the actor's own work (`own_mission`).
    pub async fn approve(
        &self,
        id: MissionId,
        version: i64,
        comment: Option<String>,
    ) -> Result<Mission> {
        self.decide("missions.approve", id, version, Decision::Approve, comment)
            .await
    }

    /// Rejects a draft, as it stood at the version that was seen; `update` makes it a draft again. Authors may
    /// reject their own.
    ///
    /// # Errors
    /// `Invalid`; `NotFound`; `Forbidden` without `mission.approve`; `Conflict` for a mission that was changed
    /// since that version (`stale_version`), or in any other state (`illegal_transition`).
    pub async fn reject(
        &self,
        id: MissionId,
        version: i64,
        comment: Option<String>,
    ) -> Result<Mission> {
        self.decide("missions.reject", id, version, Decision::Reject, comment)
            .await
    }
}

impl Missions {
    async fn decide(
        &self,
        method: &'static str,
        mission: MissionId,
        version: i64,
        decision: Decision,
        comment: Option<String>,
    ) -> Result<Mission> {
        mission.check("id")?;
        text::version("version", Some(version))?;
        text::remarked("comment", comment.as_deref())?;
        let verdict = Verdict {
            id: self.scope.id()?,
            mission,
            version,
            decision,
            comment,
        };
        self.scope
            .method(method)
            .write(Lane::Normal, verdict, decide)
            .await
    }
}

async fn decide(
    call: &Call,
    tx: &mut WriteTx,
    verdict: &Verdict,
) -> Result<Written<Mission>, Failure> {
    let before = find(tx, &verdict.mission).await?;
    let entity = entity(&before);
    let permit = call.authorize(Permission::MissionApprove, &entity)?;
    seen(Some(verdict.version), before.version)?;
    let event = if verdict.decision == Decision::Approve {
        MissionEvent::Approve
    } else {
        MissionEvent::Reject
    };
    let state = step(&before, event)?;
    if verdict.decision == Decision::Approve {
        needs_drone(&before)?;
        if before.is_work_of(&call.actor) && !tx.one(&SELF_APPROVAL, &[]).await? {
            return Err(Conflict::own_mission().into());
        }
    }
    let now = call.signature.time;
    let approval = Approval {
        id: verdict.id.clone(),
        mission_id: before.id.clone(),
        approver_id: call.actor.clone(),
        decision: verdict.decision.clone(),
        comment: verdict.comment.clone(),
        created_at: now,
        content_sha256: Some(content::digest(&before)),
        plan_sha256: before.plan_sha256.clone(),
    };
    // The event of this very unit: a row that names one is held to the rule of four eyes.
    let event_seq = i64::try_from(tx.next_seq())
        .map_err(|_| StoreError::Corrupt("a log of more than 2^63 events".to_owned()))?;
    tx.insert_with(&APPROVAL_INSERT, &approval, [event_seq.into()])
        .await?;
    let after = advance(tx, &before, state, now).await?;
    let detail = Detail::changed(&before, &after)
        .with("approval_id", approval.id.as_str())
        .with("decision", approval.decision.as_str())
        .with("comment", approval.comment)
        .with("version", before.version)
        .with("content_sha256", approval.content_sha256)
        .with("plan_sha256", approval.plan_sha256)
        .with("editor", before.edited_by.as_ref().map(UserId::as_str));
    Ok(permit.wrote(after, Action::Approval, entity, detail))
}
