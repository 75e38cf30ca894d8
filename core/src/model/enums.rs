//! Enums that are stored as text: the texts are those of the legacy platform, which goes on reading them.
//!
//! All but the permissions are open: the platform, or a later version of this library beside it, may have stored a
//! text that this version does not know. Such a text is read as it is and never written.

use super::text_enum::text_enums;

text_enums! {
    /// Who makes the drone, and so which link speaks to it.
    pub open enum Vendor {
        /// DJI, through its mobile SDK.
        Dji = "DJI",
        /// Any autopilot that speaks MAVLink (PX4, ArduPilot).
        Mavlink = "MAVLINK",
        /// A simulated drone for tests and demonstrations.
        Fake = "FAKE",
    }

    /// What kind of flight a mission plans.
    pub open enum PlanType {
        /// An area flown in parallel lines.
        AreaGrid = "AREA_GRID",
        /// A route from waypoint to waypoint.
        RouteWaypoints = "ROUTE_WAYPOINTS",
        /// A task at one point.
        PointTask = "POINT_TASK",
    }

    /// Where a mission stands; which event leads where is in [`Mission`](super::Mission)'s documentation.
    pub open enum MissionState {
        /// Being written; may be edited and deleted.
        Draft = "DRAFT",
        /// Released by somebody other than its creator; may be started.
        Approved = "APPROVED",
        /// Sent back; editing it makes it a draft again.
        Rejected = "REJECTED",
        /// Being flown.
        Running = "RUNNING",
        /// Interrupted; may be resumed.
        Paused = "PAUSED",
        /// Flown to its end. Final.
        Completed = "COMPLETED",
        /// Given up. Final.
        Aborted = "ABORTED",
    }

    /// What an approver decided about a mission.
    pub open enum Decision {
        /// The mission may be flown.
        Approve = "APPROVE",
        /// The mission goes back to its author.
        Reject = "REJECT",
    }

    /// Where an inspection task stands.
    pub open enum TaskStatus {
        /// Being written.
        Draft = "DRAFT",
        /// Planned.
        Scheduled = "SCHEDULED",
        /// Being carried out.
        Running = "RUNNING",
        /// Carried out. Final.
        Done = "DONE",
    }

    /// What kind of file a report of an inspection is.
    pub open enum ExportFormat {
        /// A page for a browser, with a drawing of where the observations lie.
        Html = "html",
        /// A table (RFC 4180).
        Csv = "csv",
        /// Points for a map (RFC 7946).
        GeoJson = "geojson",
        /// Everything that is known, for programs.
        Json = "json",
    }

    /// Where a defect stands.
    pub open enum DefectStatus {
        /// Found.
        Open = "OPEN",
        /// Somebody is to mend it.
        Assigned = "ASSIGNED",
        /// Being mended.
        InProgress = "IN_PROGRESS",
        /// Mended, and not looked at yet.
        Fixed = "FIXED",
        /// Looked at, and mended indeed.
        Verified = "VERIFIED",
        /// Done with. Final.
        Closed = "CLOSED",
    }

    /// How grave an incident is. The platform that owned the database before took any text.
    pub open enum IncidentLevel {
        /// It can wait.
        Low = "LOW",
        /// It wants looking at.
        Medium = "MEDIUM",
        /// It wants looking at now.
        High = "HIGH",
        /// People or aircraft are in danger.
        Critical = "CRITICAL",
    }

    /// Where an incident stands.
    pub open enum IncidentStatus {
        /// Reported.
        Open = "OPEN",
        /// A mission and an inspection task were made of it.
        TaskCreated = "TASK_CREATED",
        /// Done with. Final.
        Closed = "CLOSED",
    }

    /// What a recorded decision is about.
    pub open enum ApprovalEntity {
        /// A mission.
        Mission = "mission",
        /// An inspection template.
        Template = "inspection_template",
        /// An inspection task.
        Task = "inspection_task",
        /// Something that was seen during an inspection.
        Observation = "inspection_observation",
        /// A defect.
        Defect = "defect",
        /// An incident.
        Incident = "incident",
        /// An alert.
        Alert = "alert",
        /// A drone.
        Drone = "drone",
    }

    /// What was decided. The platform that owned the database before took any text.
    pub open enum ApprovalStatus {
        /// Nothing yet: somebody was asked.
        Pending = "PENDING",
        /// Yes.
        Approved = "APPROVED",
        /// No.
        Rejected = "REJECTED",
    }

    /// What an alert is about.
    pub open enum AlertType {
        /// The battery is nearly empty.
        LowBattery = "LOW_BATTERY",
        /// The drone is out of touch.
        LinkLoss = "LINK_LOSS",
        /// The drone is where it must not be.
        GeofenceBreach = "GEOFENCE_BREACH",
    }

    /// How grave an alert is. While the alert is active it only rises.
    pub open enum AlertSeverity {
        /// Somebody should know.
        Warning = "WARNING",
        /// Somebody must act.
        Critical = "CRITICAL",
    }

    /// Where an alert stands.
    pub open enum AlertStatus {
        /// Nobody has taken it up.
        Open = "OPEN",
        /// Somebody has seen it.
        Acked = "ACKED",
        /// It is over. Final.
        Closed = "CLOSED",
    }

    /// What the platform that owned the database before had a drone told to do.
    pub open enum LegacyCommandType {
        /// Return to where it took off.
        Rth = "RTH",
        /// Land where it is.
        Land = "LAND",
        /// Stay where it is.
        Hold = "HOLD",
        /// Fly to a place.
        Goto = "GOTO",
        /// Begin a mission.
        StartMission = "START_MISSION",
        /// Give a mission up.
        AbortMission = "ABORT_MISSION",
        /// Interrupt what it does.
        Pause = "PAUSE",
        /// Go on with it.
        Resume = "RESUME",
    }

    /// What came of a command of that platform.
    pub open enum LegacyCommandStatus {
        /// Nothing is known: whoever asked for it went away.
        Pending = "PENDING",
        /// The drone agreed.
        Acked = "ACKED",
        /// The drone refused, or could not be told.
        Failed = "FAILED",
        /// The drone did not answer in time.
        Timeout = "TIMEOUT",
    }

    /// What an audit event says was done.
    pub open enum Action {
        /// Something new was stored.
        Create = "create",
        /// Something stored was changed.
        Update = "update",
        /// Something stored was removed.
        Delete = "delete",
        /// Data left the library in a file.
        Export = "export",
        /// A mission or a drone was told to do something.
        Command = "command",
        /// Somebody decided about somebody else's proposal.
        Approval = "approval",
        /// Somebody logged in, or tried to.
        Login = "login",
        /// Somebody lacked the permission for what they asked.
        Denied = "denied",
    }

    /// How what an audit event tells of came out.
    pub open enum Outcome {
        /// It was done.
        Done = "done",
        /// It was refused.
        Refused = "refused",
    }

    /// The order of time in which a list is read.
    #[cfg_attr(feature = "uniffi", derive(uniffi::Enum))]
    pub closed enum Order {
        /// What happened first comes first.
        Oldest = "oldest",
        /// What happened last comes first.
        Newest = "newest",
    }

    /// A permission of the library's fixed catalogue.
    ///
    /// A stored name that is not in it (the legacy platform let anybody add some) grants nothing and is reported
    /// by [`EffectivePermissions::unknown`](super::EffectivePermissions::unknown).
    #[cfg_attr(feature = "uniffi", derive(uniffi::Enum))]
    pub closed enum Permission {
        /// Every permission of the catalogue.
        All = "*",
        /// See users, roles and who holds what.
        IdentityRead = "identity.read",
        /// Manage users, roles, grants and assignments.
        IdentityWrite = "identity.write",
        /// See drones.
        RegistryRead = "registry.read",
        /// Register, change and remove drones and their credentials.
        RegistryWrite = "registry.write",
        /// See missions, their plans, runs and approvals.
        MissionRead = "mission.read",
        /// Write missions, and start, pause, resume, complete and abort them.
        MissionWrite = "mission.write",
        /// Approve or reject somebody else's mission.
        MissionApprove = "mission.approve",
        /// Create and start emergency missions.
        MissionFastlane = "mission.fastlane",
        /// See inspection templates, tasks and observations.
        InspectionRead = "inspection.read",
        /// Write inspection templates, tasks and observations.
        InspectionWrite = "inspection.write",
        /// Export inspection reports.
        InspectionExport = "inspection.export",
        /// See defects.
        DefectRead = "defect.read",
        /// Create, assign and advance defects.
        DefectWrite = "defect.write",
        /// See incidents.
        IncidentRead = "incident.read",
        /// Open, work on and close incidents.
        IncidentWrite = "incident.write",
        /// See alerts.
        AlertRead = "alert.read",
        /// Raise, acknowledge and close alerts.
        AlertWrite = "alert.write",
        /// See recorded decisions.
        ApprovalRead = "approval.read",
        /// Record decisions.
        ApprovalWrite = "approval.write",
        /// See drone commands.
        CommandRead = "command.read",
        /// Ask for drone commands, and cancel them.
        CommandWrite = "command.write",
        /// Claim, send and settle drone commands, as a gateway or an aircraft does.
        CommandDispatch = "command.dispatch",
        /// Release or refuse somebody else's drone command.
        CommandApprove = "command.approve",
        /// Read and verify the audit log.
        AuditRead = "audit.read",
        /// Export the audit log and its proofs.
        AuditExport = "audit.export",
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use std::fmt;

    use serde::{Deserialize, Serialize};

    use super::*;
    use crate::model::{OpenEnum, Textual};

    fn round_trip<T>(all: &[T], as_str: fn(&T) -> &str, parse: fn(&str) -> Option<T>)
    where
        T: PartialEq + fmt::Debug + Serialize + for<'de> Deserialize<'de>,
    {
        for value in all {
            let text = as_str(value);
            assert_eq!(parse(text).as_ref(), Some(value));
            let json = serde_json::to_string(value).unwrap();
            assert_eq!(json, format!("\"{text}\""));
            assert_eq!(&serde_json::from_str::<T>(&json).unwrap(), value);
        }
        assert_eq!(parse(""), None);
        assert_eq!(parse("unheard of"), None);
    }

    #[test]
    fn every_value_is_stored_and_serialised_as_the_same_text() {
        round_trip(Vendor::ALL, Vendor::as_str, Vendor::parse);
        round_trip(PlanType::ALL, PlanType::as_str, PlanType::parse);
        round_trip(MissionState::ALL, MissionState::as_str, MissionState::parse);
        round_trip(Decision::ALL, Decision::as_str, Decision::parse);
        round_trip(TaskStatus::ALL, TaskStatus::as_str, TaskStatus::parse);
        round_trip(ExportFormat::ALL, ExportFormat::as_str, ExportFormat::parse);
        round_trip(DefectStatus::ALL, DefectStatus::as_str, DefectStatus::parse);
        round_trip(
            IncidentLevel::ALL,
            IncidentLevel::as_str,
            IncidentLevel::parse,
        );
        round_trip(
            IncidentStatus::ALL,
            IncidentStatus::as_str,
            IncidentStatus::parse,
        );
        round_trip(
            ApprovalEntity::ALL,
            ApprovalEntity::as_str,
            ApprovalEntity::parse,
        );
        round_trip(
            ApprovalStatus::ALL,
            ApprovalStatus::as_str,
            ApprovalStatus::parse,
        );
        round_trip(AlertType::ALL, AlertType::as_str, AlertType::parse);
        round_trip(
            AlertSeverity::ALL,
            AlertSeverity::as_str,
            AlertSeverity::parse,
        );
        round_trip(
            LegacyCommandType::ALL,
            LegacyCommandType::as_str,
            LegacyCommandType::parse,
        );
        round_trip(
            LegacyCommandStatus::ALL,
            LegacyCommandStatus::as_str,
            LegacyCommandStatus::parse,
        );
        round_trip(AlertStatus::ALL, AlertStatus::as_str, AlertStatus::parse);
        round_trip(Action::ALL, Action::as_str, Action::parse);
        let name = |permission: &Permission| permission.as_str();
        round_trip(Permission::ALL, name, Permission::parse);
        round_trip(Order::ALL, |order| order.as_str(), Order::parse);
    }

    #[test]
    fn a_text_of_no_known_value_is_kept_and_only_read() {
        for text in ["PARROT", "dji", ""] {
            let vendor = Vendor::stored(text);
            assert_eq!(
                vendor,
                Vendor::Other {
                    text: text.to_owned()
                }
            );
            assert_eq!(vendor.as_str(), text);
            assert_eq!(vendor.clone().into_text(), text);
            let json = serde_json::to_string(&vendor).unwrap();
            assert_eq!(serde_json::from_str::<Vendor>(&json).unwrap(), vendor);
            let refused = vendor.check("vendor").unwrap_err();
            assert_eq!(refused.field, "vendor");
            assert_eq!(refused.rule, "is not one of DJI, MAVLINK, FAKE");
        }
        assert_eq!(Vendor::stored("DJI"), Vendor::Dji);
        assert!(Vendor::Dji.check("vendor").is_ok());
    }

    #[test]
    fn the_texts_are_the_legacy_platforms() {
        let texts: Vec<_> = MissionState::ALL
            .iter()
            .map(|state| state.as_str())
            .collect();
        assert_eq!(
            texts,
            [
                "DRAFT",
                "APPROVED",
                "REJECTED",
                "RUNNING",
                "PAUSED",
                "COMPLETED",
                "ABORTED"
            ]
        );
        assert_eq!(Vendor::parse("dji"), None);
    }
}
