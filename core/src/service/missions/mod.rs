//! Missions, their plans, approvals and runs: what is read. What is written stands in a file for each stage
//! of a mission's life: [`create`], [`revise`], [`decide`], [`fly`].

pub(in crate::service) mod create;
mod decide;
mod fly;
mod revise;

use std::sync::Arc;

use jiff::Timestamp;

use crate::audit::detail::audited;
use crate::error::{Conflict, ConflictCode, Failure, Result, StoreError};
use crate::frame::{Call, Permitted, SessionScope};
use crate::model::mission_state::{MissionEvent, next};
use crate::model::{
    Approval, ApprovalPage, Entity, Mission, MissionFilter, MissionId, MissionPage, MissionPlan,
    MissionRun, MissionState, Permission, RunId, RunPage, TimedPageRequest, Timeline, plan,
};
use crate::service::rows;
use crate::store::statements::missions::{
    APPROVALS, APPROVALS_OF_MISSION, MISSION_BY_ID, MISSION_MOVE, MISSION_PLAN, MISSIONS,
    RUN_BY_ID, RUNS,
};
use crate::store::{FromRow, Listing, Stamped, Tx, Value, WriteTx, values};

/// What a mission is called in errors and events.
pub(super) const MISSION: &str = "mission";
/// What one flight of a mission is called.
const RUN: &str = "run";
/// What the plan of a mission is called.
const PLAN: &str = "plan";

audited! {
    Mission {
        name, drone_id, plan_type, payload, constraints, state, created_by, edited_by, plan_sha256
    }
}

/// A tenant's missions: `mission.read`, `mission.write`, `mission.approve`, `mission.fastlane`.
#[cfg_attr(feature = "uniffi", derive(uniffi::Object))]
pub struct Missions {
    pub(crate) scope: Arc<SessionScope>,
}

#[cfg_attr(feature = "uniffi", uniffi::export)]
impl Missions {
    /// The mission with this id. Its plan is read with `plan`.
    ///
    /// # Errors
    /// `NotFound`; `Forbidden` without `mission.read`.
    pub async fn get(&self, id: MissionId) -> Result<Mission> {
        id.check("id")?;
        let entity = Entity::new(MISSION, id.as_str());
        self.row("missions.get", entity, &MISSION_BY_ID).await
    }

    /// Missions, a page at a time: in the order of their ids, or of the times at which they were created.
    ///
    /// # Errors
    /// `Invalid` for a limit, a cursor or an id that cannot be; `Forbidden` without `mission.read`.
    pub async fn list(&self, filter: MissionFilter, page: TimedPageRequest) -> Result<MissionPage> {
        filter.check()?;
        let asked = page.check(filter.span())?;
        let MissionFilter {
            state,
            drone_id,
            plan_type,
            created_by,
            ..
        } = filter;
        let filters = vec![
            drone_id.into(),
            state.into(),
            plan_type.into(),
            created_by.into(),
        ];
        let (query, parameters) = MISSIONS.page(&asked, filters);
        let method = self.scope.method("missions.list");
        let found = method.rows(Permission::MissionRead, MISSION, query, parameters);
        Ok(MissionPage::cut(found.await?, &asked))
    }

    /// The plan that a mission was imported from, byte for byte, with what it holds.
    ///
    /// # Errors
    /// `NotFound` for the mission (`mission`), or for its plan (`plan`) where it was not imported;
    /// `Forbidden` without `mission.read`; `Integrity` when the stored file is not the one that was imported.
    pub async fn plan(&self, id: MissionId) -> Result<MissionPlan> {
        id.check("id")?;
        let entity = Entity::new(MISSION, id.as_str());
        let stored = self.row("missions.plan", entity, &MISSION_PLAN).await?;
        let (Some(text), Some(sha256)) = (stored.plan, stored.plan_sha256) else {
            return Err(Failure::NotFound(PLAN).into());
        };
        match plan::read(text.into_bytes()) {
            Ok(plan) if plan.sha256 == sha256 => Ok(MissionPlan {
                file: plan.text.into_bytes(),
                sha256,
                summary: plan.summary,
            }),
            _ => Err(Failure::Integrity {
                detail: "the stored plan is not the one that was imported".to_owned(),
                findings: Vec::new(),
            }
            .into()),
        }
    }

    /// The decisions about a mission, a page at a time: in the order of their ids, or in which they were taken.
    ///
    /// # Errors
    /// `Invalid`; `NotFound`; `Forbidden` without `mission.read`.
    pub async fn approvals(
        &self,
        mission: MissionId,
        page: TimedPageRequest,
    ) -> Result<ApprovalPage> {
        let asked = page.check((None, None))?;
        let found = self
            .of_mission("missions.approvals", mission, &APPROVALS, &asked)
            .await?;
        Ok(ApprovalPage::cut(found, &asked))
    }

    /// The runs of a mission, a page at a time: in the order of their ids, or in which they began.
    ///
    /// # Errors
    /// `Invalid`; `NotFound`; `Forbidden` without `mission.read`.
    pub async fn runs(&self, mission: MissionId, page: TimedPageRequest) -> Result<RunPage> {
        let asked = page.check((None, None))?;
        let found = self
            .of_mission("missions.runs", mission, &RUNS, &asked)
            .await?;
        Ok(RunPage::cut(found, &asked))
    }

    /// The run with this id.
    ///
    /// # Errors
    /// `NotFound`; `Forbidden` without `mission.read`.
    pub async fn run(&self, id: RunId) -> Result<MissionRun> {
        id.check("id")?;
        let entity = Entity::new(RUN, id.as_str());
        self.row("missions.run", entity, &RUN_BY_ID).await
    }
}

impl Missions {
    /// The one row of a statement over the entity's id.
    async fn row<T: FromRow + 'static>(
        &self,
        method: &'static str,
        entity: Entity,
        query: &'static Stamped<T>,
    ) -> Result<T> {
        let parameters = vec![Value::from(entity.id.clone())];
        self.scope
            .method(method)
            .row(Permission::MissionRead, entity, query, parameters)
            .await
    }

    /// A page of what hangs on one mission, which may be empty where the mission is there.
    async fn of_mission<T: FromRow + 'static>(
        &self,
        method: &'static str,
        mission: MissionId,
        list: &'static Listing<T>,
        asked: &Timeline,
    ) -> Result<Vec<T>> {
        mission.check(MISSION)?;
        let (query, parameters) = list.page(asked, vec![mission.clone().into()]);
        let asked = (mission, query, parameters);
        self.scope.method(method).read(asked, of_mission).await
    }
}

async fn of_mission<T: FromRow>(
    call: &Call,
    tx: &mut Tx,
    (mission, query, parameters): &(MissionId, &'static Stamped<T>, Vec<Value<'static>>),
) -> Result<Permitted<Vec<T>>, Failure> {
    let mission = find(tx, mission).await?;
    let permit = call.authorize(Permission::MissionRead, &entity(&mission))?;
    Ok(permit.read(tx.all(query, parameters).await?))
}

/// The mission with this id, inside the transaction.
pub(super) async fn find(tx: &mut Tx, id: &MissionId) -> Result<Mission, Failure> {
    rows::find(tx, &MISSION_BY_ID, id.as_str(), MISSION).await
}

/// Every decision about a mission, the oldest first.
async fn decisions(tx: &mut Tx, mission: &MissionId) -> Result<Vec<Approval>, StoreError> {
    let asked = [Value::from(mission.as_str())];
    let mut found = tx.all(&APPROVALS_OF_MISSION, &asked).await?;
    found.sort_by(|a, b| a.created_at.cmp(&b.created_at).then(a.id.cmp(&b.id)));
    Ok(found)
}

/// What an event about this mission names.
fn entity(mission: &Mission) -> Entity {
    Entity::new(MISSION, mission.id.as_str())
}

/// Refuses a mission that nothing would fly.
fn needs_drone(mission: &Mission) -> Result<(), Failure> {
    match mission.drone_id {
        Some(_) => Ok(()),
        None => Err(Conflict::on(
            "drone_id",
            ConflictCode::NoDrone,
            "the mission has no drone",
        )
        .into()),
    }
}

/// Where an event takes a mission, or the refusal.
fn step(mission: &Mission, event: MissionEvent) -> Result<MissionState, Failure> {
    Ok(next(&mission.state, event)?)
}

/// Writes the state that an event took a mission to, and returns the mission as it is then.
async fn advance(
    tx: &mut WriteTx,
    before: &Mission,
    state: MissionState,
    now: Timestamp,
) -> Result<Mission, StoreError> {
    let after = Mission {
        state,
        updated_at: now,
        version: before.version + 1,
        ..before.clone()
    };
    tx.write(
        &MISSION_MOVE,
        values![after.id, after.state, now, before.version],
    )
    .await?;
    Ok(after)
}
