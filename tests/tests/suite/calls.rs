//! The table of calls: every public method of every handle of a session, once.
//!
//! What a rule says of every method is shown over this table, so that a method is covered by being listed here; one
//! that is not listed fails. Each is called on what [`things::settle`] made.

mod effects;
mod looks;
pub(crate) mod operators;
mod permissions;
#[macro_use]
mod row;
mod rows;
pub(crate) mod things;
mod versions;

use std::collections::{BTreeMap, BTreeSet};

use jiff::{SignedDuration, Timestamp};
use quote::ToTokens;
use ringfence::model::{
    Action, AlertFilter, AlertSeverity, AlertStatus, AlertType, ApprovalRecordFilter,
    ApprovalStatus, Assignment, Change, DefectFilter, DefectStatus, DefectUpdate, DroneFilter,
    DroneUpdate, EventFilter, ExportFilter, ExportFormat, IncidentFilter, IncidentLevel,
    IncidentStatus, InspectionTaskUpdate, LegacyCommandFilter, LegacyCommandStatus,
    LegacyEventFilter, LegacyRequestFilter, MissionFilter, MissionState, MissionUpdate, NewAlert,
    NewDefect, NewDefectAction, NewDrone, NewIncident, NewIncidentTask, NewInspectionTask,
    NewMission, NewObservation, NewPlan, NewRole, NewTemplate, NewTemplateItem, NewUser,
    ObservationFilter, ObservationUpdate, PageRequest, Permission, PlanType, Resource, RoleFilter,
    RoleUpdate, TaskFilter, TaskStatus, TelemetryPosition, TelemetrySample, TemplateFilter,
    TemplateItemUpdate, TemplateUpdate, UserFilter, UserUpdate, Vendor,
};
use ringfence::{Error, TenantSession};
use syn::Signature;

use crate::sources;
use row::Page;
pub(crate) use row::{Asked, Call, Listed, Texts, Writes};
use things::{assignment, folder, nowhere, river, seen, survey};

/// `handle.method as "with what" (permissions) on "what it names" at once listing key, event "about" in table.column and
/// others + kinds => call`: at once what is one statement, behind the plus what else has an event of its own. A call that
/// leaves its event alone writes in no table. What lists takes the `page`, and a text is `t(its field, the text)`.
pub(crate) const CALLS: &[Call] = calls! { |s, id, own, page, t|
    session.whoami () => s.whoami();
    session.tenant () => s.tenant();
    session.set_self_approval (IdentityWrite, MissionApprove), Update "tenant" in tenants.id
        => s.set_self_approval(true);
    session.authorize as "nothing" (RegistryRead) at once => s.authorize(Permission::RegistryRead, None);
    session.authorize as "a drone" (RegistryRead) on "drone"
        => s.authorize(Permission::RegistryRead, Some(Resource::Drone { id: id.drone }));
    session.authorize as "a mission" (MissionRead) on "mission"
        => s.authorize(Permission::MissionRead, Some(Resource::Mission { id: id.mission }));
    session.authorize as "a run" (MissionRead) on "run"
        => s.authorize(Permission::MissionRead, Some(Resource::Run { id: id.run }));
    session.authorize as "a user" (IdentityRead) on "user"
        => s.authorize(Permission::IdentityRead, Some(Resource::User { id: id.user }));
    session.authorize as "a role" (IdentityRead) on "role"
        => s.authorize(Permission::IdentityRead, Some(Resource::Role { id: id.role }));
    session.authorize as "a template" (InspectionRead) on "template"
        => s.authorize(Permission::InspectionRead, Some(Resource::Template { id: id.template }));
    session.authorize as "a task" (InspectionRead) on "task"
        => s.authorize(Permission::InspectionRead, Some(Resource::Task { id: id.task }));
    session.authorize as "an observation" (InspectionRead) on "observation"
        => s.authorize(Permission::InspectionRead, Some(Resource::Observation { id: id.observation }));
    session.authorize as "a report" (InspectionRead) on "export"
        => s.authorize(Permission::InspectionRead, Some(Resource::Export { id: id.export }));
    session.authorize as "an incident" (IncidentRead) on "incident"
        => s.authorize(Permission::IncidentRead, Some(Resource::Incident { id: id.incident }));
    session.authorize as "an alert" (AlertRead) on "alert"
        => s.authorize(Permission::AlertRead, Some(Resource::Alert { id: id.alert }));
    session.authorize as "a command of the old platform" (CommandRead) on "legacy_command"
        => s.authorize(Permission::CommandRead, Some(Resource::LegacyCommand { id: id.legacy_command }));
    session.authorize as "a defect" (DefectRead) on "defect"
        => s.authorize(Permission::DefectRead, Some(Resource::Defect { id: id.defect }));

    drones.register (RegistryWrite), Create "drone" in drones.id => s.drones().register(NewDrone {
        capabilities: t("capabilities", r#"{"camera":"rgb"}"#).into(), ..NewDrone::new(t("name", "heron"), Vendor::Dji)
    });
    drones.get (RegistryRead) on "drone" at once => s.drones().get(id.drone);
    drones.list (RegistryRead) at once listing id => s.drones().list(Default::default(), page.into());
    drones.update as "of a version" (RegistryWrite) on "drone", Update "drone" in drones.id
        => s.drones().update(id.drone, DroneUpdate {
            name: Some("harrier".into()), version: Some(id.version), ..DroneUpdate::default()
        });
    drones.update (RegistryWrite) on "drone", Update "drone" in drones.id
        => s.drones().update(id.drone, DroneUpdate {
            name: Some(t("name", "osprey")), vendor: Some(Vendor::Mavlink),
            capabilities: Some(t("capabilities", r#"{"rtk":true}"#).into()),
            ..DroneUpdate::default()
        });
    drones.delete (RegistryWrite) on "drone", Delete "drone" in drones.id => s.drones().delete(id.spare_drone);

    drones.set_credential (RegistryWrite) on "drone", Create "credential" in drone_credentials.drone_id
        => s.drones().set_credential(id.drone, t("secret", r#"{"user":"pilot"}"#).into());
    drones.set_credential as "in place of another" (RegistryWrite) on "drone",
        Update "credential" in drone_credentials.drone_id
        => s.drones().set_credential(id.trusted_drone, r#"{"user":"co-pilot"}"#.into());
    drones.credential (RegistryWrite) on "drone", Export "credential" => s.drones().credential(id.trusted_drone);
    drones.delete_credential (RegistryWrite) on "drone", Delete "credential" in drone_credentials.drone_id
        => s.drones().delete_credential(id.trusted_drone);

    missions.create (MissionWrite) on "drone", Create "mission" in missions.id
        => s.missions().create(NewMission {
            name: t("name", "survey"), payload: t("payload", r#"{"rows":4}"#).into(),
            ..survey(id.drone, &t("constraints", "{}"))
        });
    missions.create as "an emergency" (MissionWrite, MissionFastlane) on "drone", Create "mission" in missions.id
        => s.missions().create(survey(id.drone, r#"{"emergency_fastlane":true}"#));
    missions.import_plan (MissionWrite) on "drone", Create "mission" in missions.id
        => s.missions().import_plan(NewPlan {
            name: t("name", "river"), constraints: t("constraints", "{}").into(), ..river(id.drone)
        });
    missions.get (MissionRead) on "mission" at once => s.missions().get(id.mission);
    missions.list (MissionRead) at once listing id => s.missions().list(Default::default(), page.into());
    missions.list as "of a state" (MissionRead) at once => s.missions().list(MissionFilter {
        state: Some(MissionState::Draft), ..MissionFilter::default()
    }, page.into());
    missions.plan (MissionRead) on "mission" at once => s.missions().plan(id.mission);
    missions.update (MissionWrite) on "mission", Update "mission" in missions.id
        => s.missions().update(id.mission, MissionUpdate {
            name: Some(t("name", "delta")), payload: Some(t("payload", r#"{"speed":4}"#).into()), drone_id: Change::Clear,
            plan_type: Some(PlanType::PointTask),
            ..MissionUpdate::default()
        });
    missions.update as "of a version" (MissionWrite) on "mission", Update "mission" in missions.id
        => s.missions().update(id.mission, MissionUpdate {
            name: Some("echo".into()), version: Some(id.version), ..MissionUpdate::default()
        });
    missions.update as "to a drone" (MissionWrite) on "drone", Update "mission" in missions.id
        => s.missions().update(own.mission, MissionUpdate {
            drone_id: id.spare_drone.into(), ..MissionUpdate::default()
        });
    missions.update as "an emergency" (MissionWrite, MissionFastlane) on "mission", Update "mission" in missions.id
        => s.missions().update(id.mission, MissionUpdate {
            constraints: Some(t("constraints", r#"{"emergency_fastlane":true}"#).into()), ..MissionUpdate::default()
        });
    missions.delete (MissionWrite) on "mission", Delete "mission" in missions.id => s.missions().delete(id.mission);
    missions.delete as "a rejected one" (MissionWrite) on "mission", Delete "mission" in missions.id and approvals
        => s.missions().delete(id.rejected);
    missions.approve (MissionApprove) on "mission", Approval "mission" in missions.id and approvals
        => s.missions().approve(id.mission, id.version, Some(t("comment", "wind is fine")));
    missions.reject (MissionApprove) on "mission", Approval "mission" in missions.id and approvals
        => s.missions().reject(id.mission, id.version, Some(t("comment", "too close")));
    missions.approvals (MissionRead) on "mission" listing id => s.missions().approvals(id.rejected, page.into());
    missions.start (MissionWrite) on "mission", Update "mission" in missions.id and mission_runs
        => s.missions().start(id.approved);
    missions.start as "an emergency" (MissionWrite, MissionFastlane) on "mission",
        Update "mission" in missions.id and mission_runs => s.missions().start(id.emergency);
    missions.pause (MissionWrite) on "mission", Update "mission" in missions.id => s.missions().pause(id.running);
    missions.resume (MissionWrite) on "mission", Update "mission" in missions.id => s.missions().resume(id.paused);
    missions.complete (MissionWrite) on "mission", Update "mission" in missions.id and mission_runs
        => s.missions().complete(id.running);
    missions.abort (MissionWrite) on "mission", Update "mission" in missions.id and mission_runs
        => s.missions().abort(id.running);
    missions.runs (MissionRead) on "mission" listing id => s.missions().runs(id.running, page.into());
    missions.run (MissionRead) on "run" at once => s.missions().run(id.run);

    inspections.template (InspectionRead) on "template" at once => s.inspections().template(id.template);
    inspections.templates (InspectionRead) at once listing id => s.inspections().templates(Default::default(), page.into());
    inspections.count_templates (InspectionRead) at once => s.inspections().count_templates(Default::default());
    inspections.items (InspectionRead) on "template" listing id => s.inspections().items(id.template, page.into());
    inspections.task (InspectionRead) on "task" at once => s.inspections().task(id.task);
    inspections.tasks (InspectionRead) at once listing id => s.inspections().tasks(Default::default(), page.into());
    inspections.tasks as "of a status" (InspectionRead) at once => s.inspections().tasks(TaskFilter {
        status: Some(TaskStatus::Draft), ..TaskFilter::default()
    }, page.into());
    inspections.count_tasks (InspectionRead) at once => s.inspections().count_tasks(Default::default());
    inspections.count_tasks as "of a status" (InspectionRead) at once => s.inspections().count_tasks(TaskFilter {
        status: Some(TaskStatus::Draft), ..TaskFilter::default()
    });
    inspections.observation (InspectionRead) on "observation" at once => s.inspections().observation(id.observation);
    inspections.observations (InspectionRead) at once listing id
        => s.inspections().observations(Default::default(), page.into());
    inspections.count_observations (InspectionRead) at once
        => s.inspections().count_observations(Default::default());
    inspections.report (InspectionRead) on "export" at once => s.inspections().report(id.export);
    inspections.exports (InspectionRead) at once listing id
        => s.inspections().exports(Default::default(), page.into());
    inspections.count_exports (InspectionRead) at once => s.inspections().count_exports(Default::default());
    inspections.create_template (InspectionWrite), Create "template" in inspection_templates.id
        => s.inspections().create_template(NewTemplate {
            description: Some(t("description", "after a storm")),
            ..NewTemplate::new(t("name", "roof"), t("category", "buildings"))
        });
    inspections.update_template as "of a version" (InspectionWrite) on "template",
        Update "template" in inspection_templates.id => s.inspections().update_template(id.template, TemplateUpdate {
            name: Some("roofs".into()), version: Some(id.version), ..TemplateUpdate::default()
        });
    inspections.update_template (InspectionWrite) on "template", Update "template" in inspection_templates.id
        => s.inspections().update_template(id.template, TemplateUpdate {
            name: Some(t("name", "mast")), category: Some(t("category", "masts")),
            description: t("description", "in spring").into(), is_active: Some(false), ..TemplateUpdate::default()
        });
    inspections.delete_template (InspectionWrite) on "template",
        Delete "template" in inspection_templates.id and inspection_template_items
        => s.inspections().delete_template(id.spare_template);
    inspections.add_item (InspectionWrite) on "template", Create "template_item" in inspection_template_items.id
        => s.inspections().add_item(id.template, NewTemplateItem::new(t("code", "rust"), t("title", "Rust")));
    inspections.update_item as "of a version" (InspectionWrite) on "template_item",
        Update "template_item" in inspection_template_items.id
        => s.inspections().update_item(id.item, TemplateItemUpdate {
            required: Some(false), version: Some(id.version), ..TemplateItemUpdate::default()
        });
    inspections.update_item (InspectionWrite) on "template_item",
        Update "template_item" in inspection_template_items.id
        => s.inspections().update_item(id.item, TemplateItemUpdate {
            code: Some(t("code", "moss")), title: Some(t("title", "Moss")), severity_default: Some(4),
            required: Some(false), sort_order: Some(7), ..TemplateItemUpdate::default()
        });
    inspections.remove_item (InspectionWrite) on "template_item",
        Delete "template_item" in inspection_template_items.id => s.inspections().remove_item(id.item);
    inspections.create_task (InspectionWrite) on "template", Create "task" in inspection_tasks.id
        => s.inspections().create_task(NewInspectionTask {
            area_geom: Some(t("area_geom", "POINT(8.5 47.4)")), priority: Some(2),
            ..NewInspectionTask::new(t("name", "roofs"), id.template)
        });
    inspections.create_task as "of a mission" (InspectionWrite) on "mission", Create "task" in inspection_tasks.id
        => s.inspections().create_task(NewInspectionTask {
            mission_id: Some(id.mission), ..NewInspectionTask::new("roofs", own.template)
        });
    inspections.update_task as "of a version" (InspectionWrite) on "task", Update "task" in inspection_tasks.id
        => s.inspections().update_task(id.spare_task, InspectionTaskUpdate {
            priority: Some(9), version: Some(id.version), ..InspectionTaskUpdate::default()
        });
    inspections.update_task (InspectionWrite) on "task", Update "task" in inspection_tasks.id
        => s.inspections().update_task(id.task, InspectionTaskUpdate {
            name: Some(t("name", "all roofs")), area_geom: Some(t("area_geom", "POINT(8.5 47.4)")), priority: Some(1),
            ..InspectionTaskUpdate::default()
        });
    inspections.update_task as "to a mission" (InspectionWrite) on "mission", Update "task" in inspection_tasks.id
        => s.inspections().update_task(own.task, InspectionTaskUpdate {
            mission_id: id.mission.into(), ..InspectionTaskUpdate::default()
        });
    inspections.advance_task (InspectionWrite) on "task", Update "task" in inspection_tasks.id
        => s.inspections().advance_task(id.task, TaskStatus::Scheduled, None);
    inspections.advance_task as "of a version" (InspectionWrite) on "task", Update "task" in inspection_tasks.id
        => s.inspections().advance_task(id.spare_task, TaskStatus::Scheduled, Some(id.version));
    inspections.delete_task (InspectionWrite) on "task", Delete "task" in inspection_tasks.id
        => s.inspections().delete_task(id.spare_task);
    inspections.record (InspectionWrite) on "task", Create "observation" in inspection_observations.id
        => s.inspections().record(id.task, NewObservation {
            note: Some(t("note", "as wide as a thumb")), media_url: Some(t("media_url", "https://media.example/1.jpg")),
            confidence: Some(0.75), severity: Some(3), ..seen(&t("item_code", "crack 1"))
        });
    inspections.record as "of a drone" (InspectionWrite) on "drone",
        Create "observation" in inspection_observations.id => s.inspections().record(own.task, NewObservation {
            drone_id: Some(id.drone), ..seen("crack 1")
        });
    inspections.record_many (InspectionWrite) on "task", Create "task" in inspection_observations.task_id
        => s.inspections().record_many(id.task, vec![seen("crack 1")]);
    inspections.record_many as "of a drone" (InspectionWrite) on "drone",
        Create "task" in inspection_observations.task_id => s.inspections().record_many(own.task, vec![NewObservation {
            drone_id: Some(id.drone), ..seen("crack 1")
        }]);
    inspections.update_observation as "of a version" (InspectionWrite) on "observation",
        Update "observation" in inspection_observations.id
        => s.inspections().update_observation(id.observation, ObservationUpdate {
            severity: Some(5), version: Some(id.version), ..ObservationUpdate::default()
        });
    inspections.update_observation (InspectionWrite) on "observation",
        Update "observation" in inspection_observations.id
        => s.inspections().update_observation(id.observation, ObservationUpdate {
            item_code: Some(t("item_code", "crack 2")), note: Some(t("note", "wider")), position_lat: Some(-1.25),
            position_lon: Some(1.5), alt_m: Some(0.5), confidence: Change::Set(0.125), severity: Some(4),
            media_url: t("media_url", "https://media.example/2.jpg").into(), ..ObservationUpdate::default()
        });
    inspections.update_observation as "of a drone" (InspectionWrite) on "drone",
        Update "observation" in inspection_observations.id
        => s.inspections().update_observation(own.observation, ObservationUpdate {
            drone_id: id.spare_drone.into(), ..ObservationUpdate::default()
        });
    inspections.export (InspectionExport) on "task", Export "export" in inspection_exports.id
        => s.inspections().export(id.task, ExportFormat::Csv, t("folder", &folder()));
    inspections.export as "as a page" (InspectionExport) on "task", Export "export" in inspection_exports.id
        => s.inspections().export(id.task, ExportFormat::Html, folder());

    defects.get (DefectRead) on "defect" => s.defects().get(id.defect);
    defects.list (DefectRead) at once listing id => s.defects().list(Default::default(), page.into());
    defects.list as "of a status" (DefectRead) at once => s.defects().list(DefectFilter {
        status: Some(DefectStatus::Open), ..DefectFilter::default()
    }, page.into());
    defects.count (DefectRead) at once => s.defects().count(Default::default());
    defects.count as "of a status" (DefectRead) at once => s.defects().count(DefectFilter {
        status: Some(DefectStatus::Open), ..DefectFilter::default()
    });
    defects.stats (DefectRead) at once => s.defects().stats();
    defects.create (DefectWrite) on "observation", Create "defect" in defects.id and defect_actions
        => s.defects().create(NewDefect {
            title: Some(t("title", "Crack")), description: Some(t("description", "as wide as a thumb")),
            severity: Some(3), ..NewDefect::new(id.bare_observation)
        });
    defects.create as "as it was seen" (DefectWrite) on "observation", Create "defect" in defects.id and defect_actions
        => s.defects().create(NewDefect::new(id.bare_observation));
    defects.update as "of a version" (DefectWrite) on "defect", Update "defect" in defects.id
        => s.defects().update(id.defect, DefectUpdate {
            severity: Some(5), version: Some(id.version), ..DefectUpdate::default()
        });
    defects.update (DefectWrite) on "defect", Update "defect" in defects.id
        => s.defects().update(id.defect, DefectUpdate {
            title: Some(t("title", "Cracks")), description: t("description", "in tiles").into(),
            ..DefectUpdate::default()
        });
    defects.assign (DefectWrite) on "defect", Update "defect" in defects.id and defect_actions
        => s.defects().assign(id.defect, own.user, None);
    defects.assign as "to a user" (DefectWrite) on "user", Update "defect" in defects.id and defect_actions
        => s.defects().assign(own.defect, id.user, Some(own.version));
    defects.advance (DefectWrite) on "defect", Update "defect" in defects.id and defect_actions
        => s.defects().advance(id.defect, DefectStatus::Assigned, None, Some(t("note", "to the north crew")));
    defects.advance as "to FIXED" (DefectWrite) on "defect",
        Update "defect" in defects.id and defect_actions inspection_tasks + task
        => s.defects().advance(id.mended, DefectStatus::Fixed, Some(id.version), None);
    defects.add_action (DefectWrite) on "defect", Create "defect_action" in defect_actions.id
        => s.defects().add_action(id.defect, NewDefectAction {
            note: Some(t("note", "two tiles")), ..NewDefectAction::new(t("action_type", "PARTS_ORDERED"))
        });
    defects.actions (DefectRead) on "defect" listing id => s.defects().actions(id.defect, page.into());

    incidents.create (IncidentWrite), Create "incident" in incidents.id
        => s.incidents().create(NewIncident::new(
            t("title", "Road flooded"), IncidentLevel::High, t("location_geom", "POINT(8.5 47.4)"),
        ));
    incidents.get (IncidentRead) on "incident" at once => s.incidents().get(id.incident);
    incidents.list (IncidentRead) at once listing id => s.incidents().list(Default::default(), page.into());
    incidents.list as "of a status" (IncidentRead) at once => s.incidents().list(IncidentFilter {
        status: Some(IncidentStatus::Open), ..IncidentFilter::default()
    }, page.into());
    incidents.count (IncidentRead) at once => s.incidents().count(Default::default());
    incidents.count as "of a status" (IncidentRead) at once => s.incidents().count(IncidentFilter {
        status: Some(IncidentStatus::Open), ..IncidentFilter::default()
    });
    incidents.create_task (IncidentWrite, MissionWrite, InspectionRead) on "incident",
        Update "incident" in incidents.id and missions inspection_tasks + mission task
        => s.incidents().create_task(id.incident, NewIncidentTask::new(own.template));
    incidents.create_task as "with a template" (IncidentWrite, MissionWrite, InspectionRead) on "template",
        Update "incident" in incidents.id and missions inspection_tasks + mission task
        => s.incidents().create_task(own.incident, NewIncidentTask::new(id.template));
    incidents.create_task as "for a drone" (IncidentWrite, MissionWrite, InspectionRead) on "drone",
        Update "incident" in incidents.id and missions inspection_tasks + mission task
        => s.incidents().create_task(own.incident, NewIncidentTask {
            drone_id: Some(id.drone), ..NewIncidentTask::new(own.template)
        });
    incidents.close_incident (IncidentWrite) on "incident", Update "incident" in incidents.id
        => s.incidents().close_incident(id.incident, Some(t("comment", "drained")));

    alerts.raise_alert (AlertWrite) on "drone", Create "alert" in alerts.id
        => s.alerts().raise_alert(NewAlert {
            detail: t("detail", r#"{"mode":"AUTO"}"#).into(),
            ..NewAlert::new(id.drone, AlertType::GeofenceBreach, AlertSeverity::Warning, t("message", "too far"))
        });
    alerts.raise_alert as "graver than before" (AlertWrite) on "drone", Update "alert" in alerts.id
        => s.alerts().raise_alert(NewAlert::new(
            id.drone, AlertType::LowBattery, AlertSeverity::Critical, "nearly empty",
        ));
    alerts.evaluate (AlertWrite) on "drone", Create "alert" in alerts.id
        => s.alerts().evaluate(TelemetrySample {
            mode: Some(t("mode", "GEOFENCE_BREACH")), ..TelemetrySample::new(id.drone)
        });
    alerts.evaluate as "graver than before" (AlertWrite) on "drone", Update "alert" in alerts.id
        => s.alerts().evaluate(TelemetrySample { battery_percent: Some(5.0), ..TelemetrySample::new(id.drone) });
    alerts.evaluate as "with nothing wrong" (AlertWrite) on "drone"
        => s.alerts().evaluate(TelemetrySample {
            position: Some(TelemetryPosition { lat: 47.4, lon: 8.5, alt_m: Some(30.0) }),
            ..TelemetrySample::new(id.drone)
        });
    alerts.get (AlertRead) on "alert" at once => s.alerts().get(id.alert);
    alerts.list (AlertRead) at once listing id => s.alerts().list(Default::default(), page.into());
    alerts.list as "of a status" (AlertRead) at once => s.alerts().list(AlertFilter {
        status: Some(AlertStatus::Open), ..AlertFilter::default()
    }, page.into());
    alerts.count (AlertRead) at once => s.alerts().count(Default::default());
    alerts.count as "of a status" (AlertRead) at once => s.alerts().count(AlertFilter {
        status: Some(AlertStatus::Open), ..AlertFilter::default()
    });
    alerts.ack (AlertWrite) on "alert", Update "alert" in alerts.id
        => s.alerts().ack(id.alert, Some(t("comment", "on it")));
    alerts.close_alert (AlertWrite) on "alert", Update "alert" in alerts.id
        => s.alerts().close_alert(id.alert, Some(t("comment", "landed")));

    approvals.record (ApprovalWrite) on "mission", Approval "approval_record" in approval_records.id
        => s.approvals().record(Resource::Mission { id: id.mission }, ApprovalStatus::Approved);
    approvals.record as "about a template" (ApprovalWrite) on "template",
        Approval "approval_record" in approval_records.id
        => s.approvals().record(Resource::Template { id: id.template }, ApprovalStatus::Approved);
    approvals.record as "about a task" (ApprovalWrite) on "task", Approval "approval_record" in approval_records.id
        => s.approvals().record(Resource::Task { id: id.task }, ApprovalStatus::Rejected);
    approvals.record as "about an observation" (ApprovalWrite) on "observation",
        Approval "approval_record" in approval_records.id
        => s.approvals().record(Resource::Observation { id: id.observation }, ApprovalStatus::Approved);
    approvals.record as "about a defect" (ApprovalWrite) on "defect", Approval "approval_record" in approval_records.id
        => s.approvals().record(Resource::Defect { id: id.defect }, ApprovalStatus::Pending);
    approvals.record as "about an incident" (ApprovalWrite) on "incident",
        Approval "approval_record" in approval_records.id
        => s.approvals().record(Resource::Incident { id: id.incident }, ApprovalStatus::Approved);
    approvals.record as "about an alert" (ApprovalWrite) on "alert", Approval "approval_record" in approval_records.id
        => s.approvals().record(Resource::Alert { id: id.alert }, ApprovalStatus::Approved);
    approvals.record as "about a drone" (ApprovalWrite) on "drone", Approval "approval_record" in approval_records.id
        => s.approvals().record(Resource::Drone { id: id.drone }, ApprovalStatus::Approved);
    approvals.get (ApprovalRead) on "approval_record" at once => s.approvals().get(id.decision);
    approvals.list (ApprovalRead) at once listing id => s.approvals().list(Default::default(), page.into());
    approvals.list as "of a decision" (ApprovalRead) at once => s.approvals().list(ApprovalRecordFilter {
        status: Some(ApprovalStatus::Approved), ..ApprovalRecordFilter::default()
    }, page.into());
    approvals.count (ApprovalRead) at once => s.approvals().count(Default::default());
    approvals.count as "of a decision" (ApprovalRead) at once => s.approvals().count(ApprovalRecordFilter {
        status: Some(ApprovalStatus::Approved), ..ApprovalRecordFilter::default()
    });
    commands.legacy_command (CommandRead) on "legacy_command" at once
        => s.commands().legacy_command(id.legacy_command);
    commands.legacy_commands (CommandRead) at once listing id
        => s.commands().legacy_commands(Default::default(), page.into());
    commands.legacy_commands as "of a status" (CommandRead) at once
        => s.commands().legacy_commands(LegacyCommandFilter {
            status: Some(LegacyCommandStatus::Pending), ..LegacyCommandFilter::default()
        }, page.into());
    commands.count_legacy_commands (CommandRead) at once => s.commands().count_legacy_commands(Default::default());
    commands.count_legacy_commands as "of a status" (CommandRead) at once
        => s.commands().count_legacy_commands(LegacyCommandFilter {
            status: Some(LegacyCommandStatus::Pending), ..LegacyCommandFilter::default()
        });

    identity.create_user (IdentityWrite), Create "user" in users.id
        => s.identity().create_user(NewUser::new(t("username", "lena")));
    identity.create_user as "with a password" (IdentityWrite), Create "user" in users.id
        => s.identity().create_user(NewUser {
            password: Some(t("password", "a long password")), ..NewUser::new("nora")
        });
    identity.user (IdentityRead) on "user" at once => s.identity().user(id.user);
    identity.users (IdentityRead) at once listing id => s.identity().users(Default::default(), page.into());
    identity.update_user as "of a version" (IdentityWrite) on "user", Update "user" in users.id
        => s.identity().update_user(id.user, UserUpdate {
            username: Some("hanna".into()), version: Some(id.version), ..UserUpdate::default()
        });
    identity.update_user (IdentityWrite) on "user", Update "user" in users.id
        => s.identity().update_user(id.user, UserUpdate {
            username: Some(t("username", "anna")), is_active: Some(false), ..UserUpdate::default()
        });
    identity.update_user as "and not its name" (IdentityWrite) on "user", Update "user" in users.id
        => s.identity().update_user(id.user, UserUpdate { is_active: Some(false), ..UserUpdate::default() });
    identity.delete_user (IdentityWrite) on "user", Delete "user" in users.id => s.identity().delete_user(id.user);
    identity.set_password (IdentityWrite) on "user", Update "user" in users.id
        => s.identity().set_password(id.user, t("password", "a long password"));
    identity.end_sessions (IdentityWrite) on "user", Update "user" in users.id => s.identity().end_sessions(id.user);
    identity.create_role (IdentityWrite), Create "role" in roles.id => s.identity().create_role(NewRole {
        description: Some(t("description", "flies")), ..NewRole::new(t("name", "crew"))
    });
    identity.role (IdentityRead) on "role" at once => s.identity().role(id.role);
    identity.update_role as "of a version" (IdentityWrite) on "role", Update "role" in roles.id
        => s.identity().update_role(id.role, RoleUpdate {
            name: Some("pilots".into()), version: Some(id.version), ..RoleUpdate::default()
        });
    identity.update_role (IdentityWrite) on "role", Update "role" in roles.id
        => s.identity().update_role(id.role, RoleUpdate {
            name: Some(t("name", "aircrew")), description: t("description", "flies").into(), ..RoleUpdate::default()
        });
    identity.delete_role (IdentityWrite) on "role", Delete "role" in roles.id => s.identity().delete_role(id.role);
    identity.roles (IdentityRead) at once listing id => s.identity().roles(Default::default(), page.into());
    identity.assign_role as "to a user" (IdentityWrite) on "user", Update "user" in user_roles.user_id
        => s.identity().assign_role(assignment(id.user, own.role));
    identity.assign_role as "of a role" (IdentityWrite) on "role", Update "user" in user_roles.user_id
        => s.identity().assign_role(assignment(own.user, id.role));
    identity.assign_role as "with an end from now on" (IdentityWrite) on "user", Update "user" in user_roles.user_id
        => s.identity().assign_role(Assignment {
            expires_at: Some(Timestamp::now() + SignedDuration::from_hours(1)),
            ..assignment(id.member, own.member_role)
        });
    identity.unassign_role as "from a user" (IdentityWrite) on "user", Update "user" in user_roles.user_id
        => s.identity().unassign_role(id.member, own.member_role);
    identity.unassign_role as "of a role" (IdentityWrite) on "role", Update "user" in user_roles.user_id
        => s.identity().unassign_role(own.member, id.member_role);
    identity.grant (IdentityWrite) on "role", Update "role" in role_permissions.role_id
        => s.identity().grant(id.role, Permission::IdentityWrite);
    identity.revoke (IdentityWrite) on "role", Update "role" in role_permissions.role_id
        => s.identity().revoke(id.member_role, Permission::IdentityWrite);
    identity.permissions_of (IdentityRead) on "user" => s.identity().permissions_of(id.user);

    audit.events (AuditRead) at once listing seq => s.audit().events(EventFilter::default(), page.into());
    audit.event (AuditRead) on "event" at once => s.audit().event(id.seq);
    audit.verify (AuditRead) => s.audit().verify();
    audit.legacy_event (AuditRead) on "legacy_event" => s.audit().legacy_event(id.legacy_event);
    audit.legacy_events (AuditRead) listing event_id => s.audit().legacy_events(Default::default(), page.into());
    audit.count_legacy_events (AuditRead) at once => s.audit().count_legacy_events(Default::default());
    audit.legacy_request (AuditRead) on "legacy_request" => s.audit().legacy_request(id.legacy_request);
    audit.legacy_requests (AuditRead) listing id => s.audit().legacy_requests(Default::default(), page.into());
    audit.count_legacy_requests (AuditRead) at once => s.audit().count_legacy_requests(Default::default());
};

/// Every filter by a text or an id: by one that is not the tenant's it selects nothing.
pub(crate) const FILTERS: &[Call] = calls! { |s, id, own, page, t|
    drones.list as "of a name" (RegistryRead) => s.drones().list(DroneFilter {
        name: Some(t("name", id.drone.as_str())), ..DroneFilter::default()
    }, page.into());
    missions.list as "of a drone" (MissionRead) => s.missions().list(MissionFilter {
        drone_id: Some(t("drone_id", id.drone.as_str()).into()), ..MissionFilter::default()
    }, page.into());
    missions.list as "of a creator" (MissionRead) => s.missions().list(MissionFilter {
        created_by: Some(t("created_by", id.user.as_str()).into()), ..MissionFilter::default()
    }, page.into());
    inspections.templates as "of a category" (InspectionRead) => s.inspections().templates(TemplateFilter {
        category: Some(t("category", id.template.as_str())), ..TemplateFilter::default()
    }, page.into());
    inspections.count_templates as "of a category" (InspectionRead) => s.inspections().count_templates(TemplateFilter {
        category: Some(t("category", id.template.as_str())), ..TemplateFilter::default()
    });
    inspections.tasks as "of a template" (InspectionRead) => s.inspections().tasks(TaskFilter {
        template_id: Some(t("template_id", id.template.as_str()).into()), ..TaskFilter::default()
    }, page.into());
    inspections.count_tasks as "of a template" (InspectionRead) => s.inspections().count_tasks(TaskFilter {
        template_id: Some(t("template_id", id.template.as_str()).into()), ..TaskFilter::default()
    });
    inspections.tasks as "of a mission" (InspectionRead) => s.inspections().tasks(TaskFilter {
        mission_id: Some(t("mission_id", id.mission.as_str()).into()), ..TaskFilter::default()
    }, page.into());
    inspections.count_tasks as "of a mission" (InspectionRead) => s.inspections().count_tasks(TaskFilter {
        mission_id: Some(t("mission_id", id.mission.as_str()).into()), ..TaskFilter::default()
    });
    inspections.observations as "of a task" (InspectionRead) => s.inspections().observations(ObservationFilter {
        task_id: Some(t("task_id", id.task.as_str()).into()), ..ObservationFilter::default()
    }, page.into());
    inspections.count_observations as "of a task" (InspectionRead) => s.inspections().count_observations(ObservationFilter {
        task_id: Some(t("task_id", id.task.as_str()).into()), ..ObservationFilter::default()
    });
    inspections.observations as "of a drone" (InspectionRead) => s.inspections().observations(ObservationFilter {
        drone_id: Some(t("drone_id", id.drone.as_str()).into()), ..ObservationFilter::default()
    }, page.into());
    inspections.count_observations as "of a drone" (InspectionRead) => s.inspections().count_observations(ObservationFilter {
        drone_id: Some(t("drone_id", id.drone.as_str()).into()), ..ObservationFilter::default()
    });
    inspections.observations as "of an item" (InspectionRead) => s.inspections().observations(ObservationFilter {
        item_code: Some(t("item_code", id.observation.as_str())), ..ObservationFilter::default()
    }, page.into());
    inspections.count_observations as "of an item" (InspectionRead) => s.inspections().count_observations(ObservationFilter {
        item_code: Some(t("item_code", id.observation.as_str())), ..ObservationFilter::default()
    });
    inspections.exports as "of a task" (InspectionRead) => s.inspections().exports(ExportFilter {
        task_id: Some(t("task_id", id.task.as_str()).into()), ..ExportFilter::default()
    }, page.into());
    inspections.count_exports as "of a task" (InspectionRead) => s.inspections().count_exports(ExportFilter {
        task_id: Some(t("task_id", id.task.as_str()).into()), ..ExportFilter::default()
    });
    defects.list as "of an observation" (DefectRead) => s.defects().list(DefectFilter {
        observation_id: Some(t("observation_id", id.observation.as_str()).into()), ..DefectFilter::default()
    }, page.into());
    defects.count as "of an observation" (DefectRead) => s.defects().count(DefectFilter {
        observation_id: Some(t("observation_id", id.observation.as_str()).into()), ..DefectFilter::default()
    });
    defects.list as "of a user" (DefectRead) => s.defects().list(DefectFilter {
        assigned_to: Some(t("assigned_to", id.user.as_str())), ..DefectFilter::default()
    }, page.into());
    defects.count as "of a user" (DefectRead) => s.defects().count(DefectFilter {
        assigned_to: Some(t("assigned_to", id.user.as_str())), ..DefectFilter::default()
    });
    incidents.list as "of a task" (IncidentRead) => s.incidents().list(IncidentFilter {
        linked_task_id: Some(t("linked_task_id", id.task.as_str()).into()), ..IncidentFilter::default()
    }, page.into());
    incidents.count as "of a task" (IncidentRead) => s.incidents().count(IncidentFilter {
        linked_task_id: Some(t("linked_task_id", id.task.as_str()).into()), ..IncidentFilter::default()
    });
    alerts.list as "of a drone" (AlertRead) => s.alerts().list(AlertFilter {
        drone_id: Some(t("drone_id", id.drone.as_str()).into()), ..AlertFilter::default()
    }, page.into());
    alerts.count as "of a drone" (AlertRead) => s.alerts().count(AlertFilter {
        drone_id: Some(t("drone_id", id.drone.as_str()).into()), ..AlertFilter::default()
    });
    approvals.list as "of a thing" (ApprovalRead) => s.approvals().list(ApprovalRecordFilter {
        entity_id: Some(t("entity_id", id.drone.as_str())), ..ApprovalRecordFilter::default()
    }, page.into());
    approvals.list as "of a user" (ApprovalRead) => s.approvals().list(ApprovalRecordFilter {
        approved_by: Some(t("approved_by", id.user.as_str()).into()), ..ApprovalRecordFilter::default()
    }, page.into());
    approvals.count as "of a thing" (ApprovalRead) => s.approvals().count(ApprovalRecordFilter {
        entity_id: Some(t("entity_id", id.drone.as_str())), ..ApprovalRecordFilter::default()
    });
    approvals.count as "of a user" (ApprovalRead) => s.approvals().count(ApprovalRecordFilter {
        approved_by: Some(t("approved_by", id.user.as_str()).into()), ..ApprovalRecordFilter::default()
    });
    commands.legacy_commands as "of a drone" (CommandRead) => s.commands().legacy_commands(LegacyCommandFilter {
        drone_id: Some(t("drone_id", id.drone.as_str()).into()), ..LegacyCommandFilter::default()
    }, page.into());
    commands.count_legacy_commands as "of a drone" (CommandRead)
        => s.commands().count_legacy_commands(LegacyCommandFilter {
            drone_id: Some(t("drone_id", id.drone.as_str()).into()), ..LegacyCommandFilter::default()
        });
    identity.users as "of a name" (IdentityRead) => s.identity().users(UserFilter {
        username: Some(t("username", id.user.as_str())), ..UserFilter::default()
    }, page.into());
    identity.roles as "of a name" (IdentityRead) => s.identity().roles(RoleFilter {
        name: Some(t("name", id.role.as_str())),
    }, page.into());
    audit.events as "of a kind" (AuditRead) => s.audit().events(EventFilter {
        entity_type: Some(t("entity_type", id.mission.as_str())), ..EventFilter::default()
    }, page.into());
    audit.events as "of an entity" (AuditRead) => s.audit().events(EventFilter {
        entity_id: Some(t("entity_id", id.mission.as_str())), ..EventFilter::default()
    }, page.into());
    audit.events as "of an actor" (AuditRead) => s.audit().events(EventFilter {
        actor: Some(t("actor", id.user.as_str())), ..EventFilter::default()
    }, page.into());
    audit.legacy_events as "of a type" (AuditRead) => s.audit().legacy_events(LegacyEventFilter {
        event_type: Some(t("event_type", id.drone.as_str())), ..LegacyEventFilter::default()
    }, page.into());
    audit.count_legacy_events as "of a type" (AuditRead) => s.audit().count_legacy_events(LegacyEventFilter {
        event_type: Some(t("event_type", id.drone.as_str())), ..LegacyEventFilter::default()
    });
    audit.legacy_requests as "of a user" (AuditRead) => s.audit().legacy_requests(LegacyRequestFilter {
        actor_id: Some(t("actor_id", id.user.as_str()).into()), ..LegacyRequestFilter::default()
    }, page.into());
    audit.count_legacy_requests as "of a user" (AuditRead) => s.audit().count_legacy_requests(LegacyRequestFilter {
        actor_id: Some(t("actor_id", id.user.as_str()).into()), ..LegacyRequestFilter::default()
    });
};

/// Makes every call of the table, naming what exists nowhere, and keeps what came of each.
pub(crate) async fn each_call(session: &TenantSession) -> Vec<(String, Result<(), Error>)> {
    let mut came_of = Vec::new();
    for call in CALLS {
        let asked = Asked::of(session, &nowhere());
        came_of.push((call.shown(), (call.make)(&asked).await.map(drop)));
    }
    came_of
}

/// Those that name something.
pub(crate) fn lookups() -> impl Iterator<Item = (&'static Call, &'static str)> {
    CALLS.iter().filter_map(|call| Some((call, call.names?)))
}

/// The handles of a session, as the sources name their types.
const HANDLES: [(&str, &str); 11] = [
    ("session", "TenantSession"),
    ("drones", "Drones"),
    ("missions", "Missions"),
    ("inspections", "Inspections"),
    ("defects", "Defects"),
    ("incidents", "Incidents"),
    ("alerts", "Alerts"),
    ("approvals", "Approvals"),
    ("commands", "Commands"),
    ("identity", "Identity"),
    ("audit", "Audit"),
];

#[test]
fn nothing_but_what_a_caller_is_told_of_itself_is_without_a_permission() {
    let open = CALLS.iter().filter(|call| call.needs.is_empty());
    let open: Vec<&str> = open.map(|call| call.method).collect();
    assert_eq!(open, ["session.whoami", "session.tenant"]);
}

/// The public methods of these handles, by handle and method, as the sources have them.
fn defined(handles: &[(&str, &str)]) -> BTreeMap<String, Signature> {
    let owners = handles.iter().map(|(_, owner)| (*owner).to_owned());
    let signatures = sources::signatures("core/src", &owners.collect());
    let named = signatures.into_iter().map(|(owner, signature)| {
        let (handle, _) = handles.iter().find(|(_, name)| *name == owner).unwrap();
        (format!("{handle}.{}", signature.ident), signature)
    });
    named.collect()
}

/// Every public method that the tables of calls are about, likewise.
pub(crate) fn methods() -> BTreeMap<String, Signature> {
    let mut methods = defined(&HANDLES);
    methods.extend(defined(&operators::HANDLES));
    methods
}

#[test]
fn every_public_method_of_every_handle_is_in_the_table() {
    let listed: BTreeSet<String> = CALLS.iter().map(|call| call.method.to_owned()).collect();
    sources::same(
        &defined(&HANDLES).into_keys().collect(),
        &listed,
        [
            "in no line of CALLS in tests/tests/suite/calls.rs: add what it needs, names and writes",
            "in CALLS, and a method no more",
        ],
    );
    // A handle is whatever holds a session's scope.
    let known: BTreeSet<String> = HANDLES.iter().map(|(_, name)| (*name).to_owned()).collect();
    sources::same(
        &sources::handles(),
        &known,
        [
            "holds a session's scope: add it to HANDLES in tests/tests/suite/calls.rs",
            "in HANDLES, and a handle no more",
        ],
    );
}

#[test]
fn whatever_takes_a_page_is_said_to_list() {
    let taking = methods().into_iter().filter(|(_, signature)| {
        let inputs = signature.inputs.to_token_stream().to_string();
        inputs.contains("PageRequest")
    });
    let of_sessions = CALLS.iter().filter(|call| call.list.is_some());
    let of_operators = operators::lists().map(|(method, _)| method);
    let listed = of_sessions.map(|call| call.method).chain(of_operators);
    sources::same(
        &taking.map(|(method, _)| method).collect(),
        &listed.map(str::to_owned).collect(),
        [
            "takes a page: its line in the table of calls says `listing` and what tells its rows apart",
            "said to list, and takes no page",
        ],
    );
}
