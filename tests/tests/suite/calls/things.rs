//! What the calls name: one of everything, in every state that a call needs.

use futures_util::{StreamExt, stream};
use ringfence::TenantSession;
use ringfence::model::{
    AlertId, AlertSeverity, AlertType, ApprovalRecordId, ApprovalStatus, Assignment, DefectId,
    DroneId, ExportId, IncidentId, IncidentLevel, LegacyCommandId, LegacyEventId, LegacyRequestId,
    MissionId, MissionState, NewAlert, NewIncident, NewInspectionTask, NewMission, NewObservation,
    NewPlan, NewRole, NewTemplate, NewTemplateItem, ObservationId, PageRequest, Permission,
    Resource, RoleId, RunId, TaskId, TemplateId, TemplateItemId, UserId,
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
    /// An inspection template with three items.
    pub(crate) template: TemplateId,
    /// One that no task was made of, with an item.
    pub(crate) spare_template: TemplateId,
    /// The item of the spare template.
    pub(crate) item: TemplateItemId,
    /// A draft, of the template.
    pub(crate) task: TaskId,
    /// Likewise, and nothing refers to it.
    pub(crate) spare_task: TaskId,
    /// Of the task.
    pub(crate) observation: ObservationId,
    /// Likewise, and has no defect.
    pub(crate) bare_observation: ObservationId,
    /// Of the task, as the old platform made it.
    pub(crate) export: ExportId,
    /// Of the observation, with three actions.
    pub(crate) defect: DefectId,
    /// Open.
    pub(crate) incident: IncidentId,
    /// An open warning of the drone's low battery.
    pub(crate) alert: AlertId,
    /// About the drone.
    pub(crate) decision: ApprovalRecordId,
    /// For the drone, as the old platform left it.
    pub(crate) legacy_command: LegacyCommandId,
    /// About the drone, as the old platform wrote it down.
    pub(crate) legacy_event: LegacyEventId,
    /// Likewise, as it was asked.
    pub(crate) legacy_request: LegacyRequestId,
    /// IN_PROGRESS.
    pub(crate) mended: DefectId,
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
            || self.template.as_str() == id
            || self.spare_template.as_str() == id
            || self.item.as_str() == id
            || self.spare_task.as_str() == id
            || self.task.as_str() == id
            || self.observation.as_str() == id
            || self.bare_observation.as_str() == id
            || self.mended.as_str() == id
            || self.export.as_str() == id
            || self.defect.as_str() == id
            || self.incident.as_str() == id
            || self.alert.as_str() == id
            || self.decision.as_str() == id
            || self.legacy_command.as_str() == id
            || self.legacy_event.as_str() == id
            || self.legacy_request.as_str() == id
    }
}

/// Ids that exist nowhere.
pub(crate) fn nowhere() -> Ids {
    let id = "0190d3a8-0000-7000-8000-000000000000";
    Ids {
        decision: id.into(),
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
        template: id.into(),
        spare_template: id.into(),
        item: id.into(),
        task: id.into(),
        spare_task: id.into(),
        observation: id.into(),
        bare_observation: id.into(),
        export: id.into(),
        defect: id.into(),
        incident: id.into(),
        alert: id.into(),
        legacy_command: id.into(),
        legacy_event: id.into(),
        legacy_request: id.into(),
        mended: id.into(),
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
        "template" => Ids {
            template: id.into(),
            spare_template: id.into(),
            ..ids
        },
        "task" => Ids {
            task: id.into(),
            spare_task: id.into(),
            ..ids
        },
        "template_item" => Ids {
            item: id.into(),
            ..ids
        },
        "observation" => Ids {
            observation: id.into(),
            bare_observation: id.into(),
            ..ids
        },
        "export" => Ids {
            export: id.into(),
            ..ids
        },
        "defect" => Ids {
            defect: id.into(),
            mended: id.into(),
            ..ids
        },
        "incident" => Ids {
            incident: id.into(),
            ..ids
        },
        "alert" => Ids {
            alert: id.into(),
            ..ids
        },
        "approval_record" => Ids {
            decision: id.into(),
            ..ids
        },
        "legacy_command" => Ids {
            legacy_command: id.into(),
            ..ids
        },
        "legacy_event" => Ids {
            legacy_event: id.into(),
            ..ids
        },
        "legacy_request" => Ids {
            legacy_request: id.into(),
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

/// How many are made side by side: more of them would wait for each other for too long.
const TOGETHER: usize = 12;

/// Makes one of everything for each call that writes, and one for all others; side by side, because that is faster.
pub(crate) async fn settle_for(
    home: &Home,
    calls: impl IntoIterator<Item = &'static Call>,
) -> Vec<(&'static Call, Ids)> {
    let seen = settle(home, "seen").await;
    let settled = calls.into_iter().enumerate().map(async |(number, call)| {
        let ids = match call.writes {
            Some(_) => settle(home, &number.to_string()).await,
            None => seen.clone(),
        };
        (call, ids)
    });
    stream::iter(settled).buffered(TOGETHER).collect().await
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
    let inspected = inspected(home, stem, &drone).await;
    let (incident, alert) = reported(&admin, &drone).await;
    let decision = decided(&admin, &drone).await;
    let inspections = admin.inspections();
    let template: TemplateId = inspected("template").into();
    let spare_template = NewTemplate::new(format!("roof {stem}"), "roof");
    let spare_template = inspections
        .create_template(spare_template)
        .await
        .unwrap()
        .id;
    let item = NewTemplateItem::new("rust", "Rust");
    let item = inspections
        .add_item(spare_template.clone(), item)
        .await
        .unwrap()
        .id;
    let spare_task = NewInspectionTask::new(format!("roofs {stem}"), template.clone());
    let spare_task = inspections.create_task(spare_task).await.unwrap().id;
    Ids {
        trusted_drone,
        incident,
        alert,
        decision,
        template,
        spare_template,
        item,
        spare_task,
        task: inspected("task").into(),
        observation: inspected("observation").into(),
        bare_observation: format!("{} besides", inspected("observation")).into(),
        mended: mended(home, &inspected).await,
        export: inspected("export").into(),
        legacy_command: inspected("legacy_command").into(),
        legacy_event: inspected("legacy_event").into(),
        legacy_request: inspected("legacy_request").into(),
        defect: inspected("defect").into(),
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

/// Two incidents and two alerts, of which the first are given.
pub(crate) async fn reported(admin: &TenantSession, drone: &DroneId) -> (IncidentId, AlertId) {
    let mut ids = Vec::new();
    for alert_type in [AlertType::LowBattery, AlertType::LinkLoss] {
        let new = NewIncident::new("Smoke", IncidentLevel::Medium, "POINT(8.5 47.4)");
        let incident = admin.incidents().create(new).await.unwrap();
        let new = NewAlert::new(drone.clone(), alert_type, AlertSeverity::Warning, "look");
        let alert = admin.alerts().raise_alert(new).await.unwrap();
        ids.push((incident.id, alert.id));
    }
    ids.swap_remove(0)
}

/// Two decisions about a drone, of which the first is given.
pub(crate) async fn decided(admin: &TenantSession, drone: &DroneId) -> ApprovalRecordId {
    let approvals = admin.approvals();
    let mut ids = Vec::new();
    for status in [ApprovalStatus::Approved, ApprovalStatus::Rejected] {
        let about = Resource::Drone { id: drone.clone() };
        ids.push(approvals.record(about, status).await.unwrap().id);
    }
    ids.swap_remove(0)
}

/// An inspection, commands for the drone and history as the old platform leaves them, with two of everything that hangs on nothing
/// else; gives the id of each kind.
pub(crate) async fn inspected(
    home: &Home,
    stem: &str,
    drone: &DroneId,
) -> impl Fn(&str) -> String + use<> {
    let tenant = home.tenant.clone();
    let id = {
        let (tenant, stem) = (tenant.clone(), stem.to_owned());
        move |kind: &str| format!("{kind} {stem} of {tenant}")
    };
    let (template, task, observation) = (id("template"), id("task"), id("observation"));
    let (defect, export) = (id("defect"), id("export"));
    let command = id("legacy_command");
    let (event, request) = (id("legacy_event"), id("legacy_request"));
    let mut sql = String::from("BEGIN;");
    let mut insert = |table: &str, columns: &str, values: String| {
        sql.push_str(&format!(
            "INSERT INTO {table} (tenant_id, {columns}) VALUES ('{tenant}', {values});"
        ));
    };
    let at = |n: usize| format!("'2026-01-0{n} 00:00:00.000000'");
    for (n, more) in ["", " besides"].into_iter().enumerate() {
        let at = at(n + 1);
        insert(
            "inspection_templates",
            "id, name, category, is_active, created_at",
            format!("'{template}{more}', 'Roof', 'roof', true, {at}"),
        );
        insert(
            "inspection_tasks",
            "id, name, template_id, area_geom, priority, status, created_at",
            format!("'{task}{more}', 'Roofs', '{template}', '', 5, 'DRAFT', {at}"),
        );
        insert(
            "inspection_observations",
            "id, task_id, drone_id, ts, position_lat, position_lon, alt_m, item_code, severity, note, created_at",
            format!(
                "'{observation}{more}', '{task}', '{drone}', {at}, 47.4, 8.5, 30, 'crack', 2, '', {at}"
            ),
        );
        insert(
            "inspection_exports",
            "id, task_id, format, file_path, created_at",
            format!("'{export}{more}', '{task}', 'html', 'logs/exports/x.html', {at}"),
        );
        insert(
            "defects",
            "id, observation_id, title, severity, status, created_at",
            format!("'{defect}{more}', '{observation}', 'Crack', 2, 'OPEN', {at}"),
        );
    }
    for (n, more) in ["", " besides"].into_iter().enumerate() {
        let at = at(n + 1);
        insert(
            "command_requests",
            "id, drone_id, command_type, params, idempotency_key, expect_ack, status, attempts, issued_at, updated_at",
            format!(
                "'{command}{more}', '{drone}', 'RTH', '{{}}', '{command}{more}', true, 'PENDING', 0, {at}, {at}"
            ),
        );
        insert(
            "events",
            "event_id, event_type, ts, payload",
            format!("'{event}{more}', 'drone.updated', {at}, '{{\"drone_id\": \"{drone}\"}}'"),
        );
        insert(
            "audit_logs",
            "id, action, resource, method, status_code, ts, detail",
            format!(
                "'{request}{more}', 'POST:/drones/{drone}', '/drones/{drone}', 'POST', 200, {at}, '{{}}'"
            ),
        );
    }
    for n in 1..=3 {
        let at = at(n);
        insert(
            "inspection_template_items",
            "id, template_id, code, title, severity_default, required, sort_order, created_at",
            format!("'{template} {n}', '{template}', 'crack {n}', 'Crack', 1, true, {n}, {at}"),
        );
        insert(
            "defect_actions",
            "id, defect_id, action_type, note, created_at",
            format!("'{defect} {n}', '{defect}', 'ASSIGNED', '', {at}"),
        );
    }
    sql.push_str("COMMIT;");
    home.plant(&sql).await;
    id
}

/// A defect of the inspection that somebody is at.
async fn mended(home: &Home, inspected: impl Fn(&str) -> String) -> DefectId {
    let id = inspected("mended");
    home.plant(&format!(
        "INSERT INTO defects (tenant_id, id, observation_id, title, severity, status, created_at) \
         VALUES ('{}', '{id}', '{}', 'Rust', 2, 'IN_PROGRESS', '2026-01-03 00:00:00.000000')",
        home.tenant,
        inspected("observation"),
    ))
    .await;
    id.into()
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

/// Something that was seen on the roof.
pub(crate) fn seen(code: &str) -> NewObservation {
    NewObservation::new(code, 47.4, 8.5, 30.0)
}

/// Where reports go, which are nobody's afterwards.
pub(crate) fn folder() -> String {
    let folder = std::env::temp_dir().join(format!("ringfence-reports-{}", std::process::id()));
    std::fs::create_dir_all(&folder).unwrap();
    folder.display().to_string()
}
