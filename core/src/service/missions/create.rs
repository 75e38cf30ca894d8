//! A mission begins: described by the host, or imported from a ground station's plan.

use super::{MISSION, Missions};
use crate::audit::detail::Detail;
use crate::error::{Failure, Result};
use crate::frame::{Call, Written};
use crate::model::{
    Action, Entity, Mission, MissionId, MissionState, NewMission, NewPlan, Permission, fastlane,
    plan::{self, Plan},
};
use crate::service::drones;
use crate::store::statements::missions::MISSION_INSERT;
use crate::store::{Lane, ToValue as _, WriteTx};

/// What comes in, from whichever source.
pub(in crate::service) struct Draft {
    pub(in crate::service) id: MissionId,
    pub(in crate::service) new: NewMission,
    pub(in crate::service) plan: Option<Plan>,
}

#[cfg_attr(feature = "uniffi", uniffi::export)]
impl Missions {
    /// Creates a mission, as a draft, from a QGroundControl `.plan`, an older `.mission` or a list of waypoints (`QGC
    /// WPL`). The file is kept whole, keys that the library does not know included; the payload holds its summary.
    ///
    /// # Errors
    /// `Invalid` naming the field, inside the file as well (`plan.mission.items[3].params[4]`, `plan.lines[3][8]`), and
    /// the format of a file of another; `NotFound` for the drone; `Forbidden` without `mission.write`, or without
    /// `mission.fastlane` for an emergency mission.
    pub async fn import_plan(&self, mut new: NewPlan) -> Result<Mission> {
        new.check()?;
        let plan = plan::read(new.file)?;
        let plan_type = new.plan_type;
        let mission = NewMission {
            drone_id: new.drone_id,
            payload: plan.payload(),
            constraints: new.constraints,
            ..NewMission::new(
                new.name,
                plan_type.unwrap_or_else(|| plan.summary.plan_type.clone()),
            )
        };
        self.draft("missions.import_plan", mission, Some(plan))
            .await
    }

    /// Creates a mission, as a new.
    ///
    /// # Errors
    /// `Invalid` naming the field; `NotFound` for the drone; `Forbidden` without `mission.write`, or without
    /// `mission.fastlane` for an emergency mission.
    pub async fn create(&self, mut new: NewMission) -> Result<Mission> {
        new.check()?;
        self.draft("missions.create", new, None).await
    }
}

impl Missions {
    async fn draft(
        &self,
        method: &'static str,
        new: NewMission,
        plan: Option<Plan>,
    ) -> Result<Mission> {
        let id = self.scope.id()?;
        self.scope
            .method(method)
            .write(Lane::Normal, Draft { id, new, plan }, create)
            .await
    }
}

async fn create(call: &Call, tx: &mut WriteTx, draft: &Draft) -> Result<Written<Mission>, Failure> {
    if let Some(drone) = &draft.new.drone_id {
        drones::find(tx, drone).await?;
    }
    let entity = Entity::new(MISSION, draft.id.as_str());
    let permit = call.authorize(Permission::MissionWrite, &entity)?;
    if fastlane::is_emergency(&draft.new.constraints) {
        call.authorize(Permission::MissionFastlane, &entity)?;
    }
    let mission = insert(call, tx, draft).await?;
    let detail = Detail::created(&mission);
    Ok(permit.wrote(mission, Action::Create, entity, detail))
}

/// Writes a draft that was decided about: the mission is its caller's work.
pub(in crate::service) async fn insert(
    call: &Call,
    tx: &mut WriteTx,
    Draft { id, new, plan }: &Draft,
) -> Result<Mission, Failure> {
    let now = call.signature.time;
    let mission = Mission {
        id: id.clone(),
        name: new.name.clone(),
        drone_id: new.drone_id.clone(),
        plan_type: new.plan_type.clone(),
        payload: new.payload.clone(),
        constraints: fastlane::stamped(&new.constraints, &call.actor, now),
        state: MissionState::Draft,
        created_by: call.actor.clone(),
        created_at: now,
        updated_at: now,
        version: 1,
        plan_sha256: plan.as_ref().map(|plan| plan.sha256.clone()),
        edited_by: Some(call.actor.clone()),
    };
    let file = plan.as_ref().map(|plan| plan.text.as_str());
    let more = [file.to_value(), mission.version.into()];
    tx.insert_with(&MISSION_INSERT, &mission, more).await?;
    Ok(mission)
}
