//! A mission is flown: from its start, which opens a run, to its end, which ends it.

use super::{Missions, advance, decisions, entity, find, needs_drone, step};
use crate::audit::detail::Detail;
use crate::error::{Conflict, ConflictCode, Failure, Result, StoreError};
use crate::frame::{Call, Written};
use crate::model::mission_state::MissionEvent;
use crate::model::step::IllegalStep;
use crate::model::{
    Action, Decision, Mission, MissionId, MissionRun, MissionState, Permission, RunId, content,
    fastlane,
};
use crate::store::statements::missions::{OPEN_RUNS, OPEN_RUNS_END, RUN_INSERT};
use crate::store::{Lane, Tx, Value, WriteTx, values};

/// What is to happen to which mission; `run` is the id of the run that a start opens.
struct Order {
    mission: MissionId,
    event: MissionEvent,
    run: RunId,
}

#[cfg_attr(feature = "uniffi", uniffi::export)]
impl Missions {
    /// Starts an approved mission and opens its run.
    ///
    /// # Errors
    /// `NotFound`; `Forbidden` without `mission.write`, or without `mission.fastlane` for an emergency
    /// mission; `Conflict` in any other state (`illegal_transition`), without a drone (`no_drone`), or when its
    /// content is not what was approved, which another program may change (`changed_since_approval`).
    pub async fn start(&self, id: MissionId) -> Result<Mission> {
        self.order("missions.start", id, MissionEvent::Start).await
    }

    /// Pauses a running mission; its run stays open.
    ///
    /// # Errors
    /// `NotFound`; `Forbidden` without `mission.write`; `Conflict` in any other state
    /// (`illegal_transition`).
    pub async fn pause(&self, id: MissionId) -> Result<Mission> {
        self.order("missions.pause", id, MissionEvent::Pause).await
    }

    /// Resumes a paused mission, with the run that its start opened.
    ///
    /// # Errors
    /// `NotFound`; `Forbidden` without `mission.write`; `Conflict` in any other state
    /// (`illegal_transition`).
    pub async fn resume(&self, id: MissionId) -> Result<Mission> {
        self.order("missions.resume", id, MissionEvent::Resume)
            .await
    }

    /// Completes a running mission and ends its run.
    ///
    /// # Errors
    /// `NotFound`; `Forbidden` without `mission.write`; `Conflict` in any other state
    /// (`illegal_transition`).
    pub async fn complete(&self, id: MissionId) -> Result<Mission> {
        self.order("missions.complete", id, MissionEvent::Complete)
            .await
    }

    /// Aborts a mission that is not over, and ends its run if there is one.
    ///
    /// # Errors
    /// `NotFound`; `Forbidden` without `mission.write`; `Conflict` for a mission that is over
    /// (`illegal_transition`).
    pub async fn abort(&self, id: MissionId) -> Result<Mission> {
        self.order("missions.abort", id, MissionEvent::Abort).await
    }
}

impl Missions {
    async fn order(
        &self,
        method: &'static str,
        mission: MissionId,
        event: MissionEvent,
    ) -> Result<Mission> {
        mission.check("id")?;
        let order = Order {
            mission,
            event,
            run: self.scope.id()?,
        };
        self.scope
            .method(method)
            .write(Lane::Normal, order, carry_out)
            .await
    }
}

async fn carry_out(
    call: &Call,
    tx: &mut WriteTx,
    order: &Order,
) -> Result<Written<Mission>, Failure> {
    let before = find(tx, &order.mission).await?;
    let entity = entity(&before);
    let permit = call.authorize(Permission::MissionWrite, &entity)?;
    let starts = order.event == MissionEvent::Start;
    if starts && fastlane::is_emergency(&before.constraints) {
        call.authorize(Permission::MissionFastlane, &entity)?;
    }
    let state = step(&before, order.event)?;
    if starts {
        needs_drone(&before)?;
        as_approved(tx, &before).await?;
    }
    let after = advance(tx, &before, state, call.signature.time).await?;
    let runs = match after.state {
        MissionState::Running if starts => open_run(tx, &after, &order.run).await?,
        MissionState::Completed | MissionState::Aborted => {
            end_runs(tx, &after, order.event).await?
        }
        _ => Vec::new(),
    };
    let mut detail = Detail::changed(&before, &after).with("event", order.event.as_str());
    if !runs.is_empty() {
        detail = detail.with("runs", runs);
    }
    Ok(permit.wrote(after, Action::Update, entity, detail))
}

/// Refuses a mission whose content is not what was approved. Only the database can have changed it: an approved
/// mission is edited by no method. A decision of the old platform says nothing of what it was about.
async fn as_approved(tx: &mut Tx, mission: &Mission) -> Result<(), Failure> {
    let mut decisions = decisions(tx, &mission.id).await?.into_iter();
    let approval = decisions.rfind(|decision| decision.decision == Decision::Approve);
    match approval.and_then(|approval| approval.content_sha256) {
        Some(approved) if approved != content::digest(mission) => {
            let text = "the mission is not what was approved any more; abort it and write another";
            Err(Conflict::new(ConflictCode::ChangedSinceApproval, text).into())
        }
        _ => Ok(()),
    }
}

/// Opens the run of a mission that starts; returns its id.
async fn open_run(
    tx: &mut WriteTx,
    mission: &Mission,
    run: &RunId,
) -> Result<Vec<String>, StoreError> {
    let run = MissionRun {
        id: run.clone(),
        mission_id: mission.id.clone(),
        state: mission.state.clone(),
        started_at: mission.updated_at,
        ended_at: None,
    };
    tx.insert(&RUN_INSERT, &run).await?;
    Ok(vec![run.id.as_str().to_owned()])
}

/// Ends every open run of a mission that is over; returns their ids. A run in a state that only another program
/// knows is not ended.
async fn end_runs(
    tx: &mut WriteTx,
    mission: &Mission,
    event: MissionEvent,
) -> Result<Vec<String>, Failure> {
    let id = mission.id.as_str();
    let open = tx.all(&OPEN_RUNS, &[Value::from(id)]).await?;
    if let Some(run) = open.iter().find(|run| !run.state.is_known()) {
        return Err(IllegalStep::new("a run", &run.state, event.as_str()).into());
    }
    let mut open: Vec<String> = open.into_iter().map(|run| run.id.into()).collect();
    open.sort();
    tx.write(
        &OPEN_RUNS_END,
        values![id, mission.state, mission.updated_at],
    )
    .await?;
    Ok(open)
}
