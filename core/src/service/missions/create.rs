//! A mission begins: described by the host, or imported from a ground station's plan.

use super::{MISSION, Missions};
use crate::audit::detail::Detail;
use crate::error::{Failure, Result};
use crate::frame::{Call, Written};
use crate::model::{
    Action, DroneId, Entity, Json, Mission, MissionId, MissionState, NewMission, NewPlan,
    Permission, PlanType, fastlane,
    plan::{self, Plan},
};
use crate::service::drones;
use crate::store::statements::missions::MISSION_INSERT;
use crate::store::{Lane, WriteTx, values};

/// What comes in, from whichever source.
struct Draft {
    id: MissionId,
    name: String,
    drone_id: Option<DroneId>,
    plan_type: PlanType,
    payload: Json,
    constraints: Json,
    plan: Option<Plan>,
}

#[cfg_attr(feature = "uniffi", uniffi::export)]
impl Missions {
    /// Creates a mission, as a draft, from a QGroundControl `.plan`. The file is kept whole, keys that the
    /// library does not know included; the payload holds its summary.
    ///
    /// # Errors
    /// `Invalid` naming the field, inside the file as well (`plan.mission.items[3].params[4]`); `NotFound`
    /// for the drone; `Forbidden` without `mission.write`, or without `mission.fastlane` for an emergency
    /// mission.
    pub async fn import_plan(&self, new: NewPlan) -> Result<Mission> {
        new.check()?;
        let plan = plan::read(new.file)?;
        self.draft(
            "missions.import_plan",
            Draft {
                id: self.scope.id()?,
                name: new.name,
                drone_id: new.drone_id,
                plan_type: new
                    .plan_type
                    .unwrap_or_else(|| plan.summary.plan_type.clone()),
                payload: plan.payload(),
                constraints: new.constraints,
                plan: Some(plan),
            },
        )
        .await
    }

    /// Creates a mission, as a draft.
    ///
    /// # Errors
    /// `Invalid` naming the field; `NotFound` for the drone; `Forbidden` without `mission.write`, or without
    /// `mission.fastlane` for an emergency mission.
    pub async fn create(&self, new: NewMission) -> Result<Mission> {
        new.check()?;
        self.draft(
            "missions.create",
            Draft {
                id: self.scope.id()?,
                name: new.name,
                drone_id: new.drone_id,
                plan_type: new.plan_type,
                payload: new.payload,
                constraints: new.constraints,
                plan: None,
            },
        )
        .await
    }
}

impl Missions {
    async fn draft(&self, method: &'static str, draft: Draft) -> Result<Mission> {
        self.scope
            .method(method)
            .write(Lane::Normal, draft, create)
            .await
    }
}

async fn create(call: &Call, tx: &mut WriteTx, draft: &Draft) -> Result<Written<Mission>, Failure> {
    if let Some(drone) = &draft.drone_id {
        drones::find(tx, drone).await?;
    }
    let entity = Entity::new(MISSION, draft.id.as_str());
    let permit = call.authorize(Permission::MissionWrite, &entity)?;
    if fastlane::is_emergency(&draft.constraints) {
        call.authorize(Permission::MissionFastlane, &entity)?;
    }
    let now = call.signature.time;
    let mission = Mission {
        id: draft.id.clone(),
        name: draft.name.clone(),
        drone_id: draft.drone_id.clone(),
        plan_type: draft.plan_type.clone(),
        payload: draft.payload.clone(),
        constraints: fastlane::stamped(&draft.constraints, &call.actor, now),
        state: MissionState::Draft,
        created_by: call.actor.clone(),
        created_at: now,
        updated_at: now,
        version: 1,
        plan_sha256: draft.plan.as_ref().map(|plan| plan.sha256.clone()),
        edited_by: Some(call.actor.clone()),
    };
    let file = draft.plan.as_ref().map(|plan| plan.text.as_str());
    tx.write(
        &MISSION_INSERT,
        values![
            mission.id,
            mission.name,
            mission.drone_id,
            mission.plan_type,
            mission.payload,
            mission.constraints,
            mission.state,
            mission.created_by,
            now,
            file,
            mission.plan_sha256,
            mission.edited_by
        ],
    )
    .await?;
    let detail = Detail::created(&mission);
    Ok(permit.wrote(mission, Action::Create, entity, detail))
}
