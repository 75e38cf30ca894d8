//! What the calls name: one of everything, in every state that a call needs.

use futures_util::future::join_all;
use ringfence::TenantSession;
use ringfence::model::{
    Assignment, DroneId, MissionId, MissionState, NewMission, NewPlan, NewRole, PageRequest,
    Permission, RoleId, RunId, UserId,
};
use ringfence_tests::fixture::{Home, mission_in, register};

use super::Call;

/// One id of each kind, all of one tenant or of none.
#[derive(Clone)]
pub(crate) struct Ids {
    pub(crate) drone: DroneId,
    /// Nothing refers to it.
    pub(crate) spare_drone: DroneId,
    /// It has a credential.
    pub(crate) trusted_drone: DroneId,
    /// A draft.
    pub(crate) mission: MissionId,
    /// Of the draft, of the drone and of the user.
    pub(crate) version: i64,
    pub(crate) rejected: MissionId,
    pub(crate) approved: MissionId,
    /// Approved as well.
    pub(crate) emergency: MissionId,
    pub(crate) running: MissionId,
    pub(crate) paused: MissionId,
    /// Of the running mission.
    pub(crate) run: RunId,
    /// Somebody without a role.
    pub(crate) user: UserId,
    /// A role without a permission, which nobody has.
    pub(crate) role: RoleId,
    /// Somebody who has the role `member_role`.
    pub(crate) member: UserId,
    /// A role that may write identities.
    pub(crate) member_role: RoleId,
    /// The newest event.
    pub(crate) seq: i64,
}

impl Ids {
    /// Whether this id is one of them.
    pub(crate) fn has(&self, id: &str) -> bool {
        let missions = [
            &self.mission,
            &self.rejected,
            &self.approved,
            &self.emergency,
            &self.running,
            &self.paused,
        ];
        let drones = [&self.drone, &self.spare_drone, &self.trusted_drone];
        let users = [&self.user, &self.member];
        let roles = [&self.role, &self.member_role];
        missions.iter().any(|it| it.as_str() == id)
            || drones.iter().any(|it| it.as_str() == id)
            || users.iter().any(|it| it.as_str() == id)
            || roles.iter().any(|it| it.as_str() == id)
            || self.run.as_str() == id
    }
}

/// Ids that exist nowhere.
pub(crate) fn nowhere() -> Ids {
    let id = "0190d3a8-0000-7000-8000-000000000000";
    Ids {
        drone: id.into(),
        spare_drone: id.into(),
        trusted_drone: id.into(),
        mission: id.into(),
        version: 1,
        rejected: id.into(),
        approved: id.into(),
        emergency: id.into(),
        running: id.into(),
        paused: id.into(),
        run: id.into(),
        user: id.into(),
        role: id.into(),
        member: id.into(),
        member_role: id.into(),
        seq: 1 << 40,
    }
}

/// Ids that exist nowhere but for this text, which is that of everything of this kind.
pub(crate) fn nowhere_but(entity: &str, id: &str) -> Ids {
    let ids = nowhere();
    match entity {
        "drone" => Ids {
            drone: id.into(),
            spare_drone: id.into(),
            trusted_drone: id.into(),
            ..ids
        },
        "mission" => of_mission(&id.into(), ids),
        "run" => Ids {
            run: id.into(),
            ..ids
        },
        "user" => Ids {
            user: id.into(),
            member: id.into(),
            ..ids
        },
        "role" => Ids {
            role: id.into(),
            member_role: id.into(),
            ..ids
        },
        other => panic!("no id names a {other}"),
    }
}

/// These ids, every mission being this one.
pub(crate) fn of_mission(mission: &MissionId, ids: Ids) -> Ids {
    Ids {
        mission: mission.clone(),
        rejected: mission.clone(),
        approved: mission.clone(),
        emergency: mission.clone(),
        running: mission.clone(),
        paused: mission.clone(),
        ..ids
    }
}

/// Makes one of everything for each call that writes, and one for all others; side by side, because that is faster.
pub(crate) async fn settle_for(home: &Home, calls: &'static [Call]) -> Vec<(&'static Call, Ids)> {
    let seen = settle(home, "seen").await;
    let settled = calls.iter().enumerate().map(async |(number, call)| {
        let ids = match call.writes {
            Some(_) => settle(home, &number.to_string()).await,
            None => seen.clone(),
        };
        (call, ids)
    });
    join_all(settled).await
}

/// Makes one of everything in this tenant; the stem tells it from what was made before.
pub(crate) async fn settle(home: &Home, stem: &str) -> Ids {
    let admin = home.admin().await;
    let other = home.member("admin").await;
    let (missions, decisions) = (admin.missions(), other.missions());
    let drone = drone(&admin, &format!("kite {stem}")).await;
    let flown = async |state: MissionState, constraints: &str| {
        let new = survey(drone.clone(), constraints);
        mission_in(state, &missions, &decisions, new).await.id
    };
    let imported = missions.import_plan(river(drone.clone())).await.unwrap();
    let running = flown(MissionState::Running, "{}").await;
    let runs = missions.runs(running.clone(), page().into()).await.unwrap();
    let member = home.user(&format!("mara {stem}")).await;
    let member_role = role(&admin, &format!("member {stem}")).await;
    let identity = admin.identity();
    let grant = identity.grant(member_role.clone(), Permission::IdentityWrite);
    grant.await.unwrap();
    let assigned = identity.assign_role(assignment(member.clone(), member_role.clone()));
    assigned.await.unwrap();
    let trusted_drone = self::drone(&admin, &format!("trusted {stem}")).await;
    let drones = admin.drones();
    let given = drones.set_credential(trusted_drone.clone(), r#"{"pin":"1234"}"#.into());
    given.await.unwrap();
    Ids {
        trusted_drone,
        spare_drone: self::drone(&admin, &format!("spare {stem}")).await,
        mission: imported.id,
        version: imported.version,
        rejected: flown(MissionState::Rejected, "{}").await,
        approved: flown(MissionState::Approved, "{}").await,
        emergency: flown(MissionState::Approved, r#"{"emergency_fastlane":true}"#).await,
        running,
        paused: flown(MissionState::Paused, "{}").await,
        run: runs.items[0].id.clone(),
        user: home.user(&format!("ana {stem}")).await,
        role: role(&admin, &format!("role {stem}")).await,
        member,
        member_role,
        seq: admin.audit().verify().await.unwrap().size - 1,
        drone,
    }
}

pub(crate) async fn drone(admin: &TenantSession, name: &str) -> DroneId {
    register(admin, name).await.unwrap().id
}

async fn role(admin: &TenantSession, name: &str) -> RoleId {
    let new = NewRole::new(name);
    admin.identity().create_role(new).await.unwrap().id
}

pub(crate) fn page() -> PageRequest {
    PageRequest::default()
}

pub(crate) fn assignment(user_id: UserId, role_id: RoleId) -> Assignment {
    Assignment {
        user_id,
        role_id,
        expires_at: None,
    }
}

pub(crate) fn survey(drone: DroneId, constraints: &str) -> NewMission {
    NewMission {
        constraints: constraints.into(),
        ..ringfence_tests::fixture::survey(Some(&drone))
    }
}

pub(crate) fn river(drone: DroneId) -> NewPlan {
    NewPlan {
        drone_id: Some(drone),
        ..NewPlan::new(
            "river",
            include_bytes!("../../../../examples/data/river-survey.plan").to_vec(),
        )
    }
}
