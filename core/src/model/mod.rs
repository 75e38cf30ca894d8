//! Plain data and pure state machines: what goes into and comes out of every method.
//!
//! Nothing here does I/O, reads a clock, draws a random number or knows SQL. A plain name is what is
//! stored ([`Drone`]), `New…` is what comes in, `…Update` changes (an absent field stays as it is; where a
//! value may be taken away, the field is a [`Change`]), `…Filter` selects (an absent field selects everything),
//! `…Page` is one page of a list. All of it is owned data without other generics, so that every binding carries it as
//! it is.
//!
//! What a caller hands over is checked at the public method, by the `check` beside each type: a violation
//! is an [`InvalidField`], which names the field and the rule and never repeats the value.
//!
//! # Names
//!
//! The name of a tenant, a user, a role, a drone or a mission has 1 to 200 bytes, no blank before or behind it, and no
//! character that is not seen where it stands: no control, no separator of lines, and none of Unicode's format
//! characters (Cf), among which are those that turn the direction of text, and the joiners of some scripts and of
//! composed emoji. It is stored in Unicode's normalisation form C, so that two spellings of one name are one name. Names
//! that other programs stored stay as they are.

mod alert;
pub(crate) mod alert_state;
mod approval;
mod audit;
mod boundary;
mod change;
mod command;
pub(crate) mod content;
pub(crate) mod defect;
pub(crate) mod defect_status;
mod drone;
mod entity;
mod enums;
pub(crate) mod fastlane;
pub(crate) mod fence;
mod filter;
pub(crate) mod geodesy;
pub(crate) mod geometry;
pub(crate) mod given;
pub(crate) mod hex;
mod history;
mod identity;
mod ids;
mod incident;
pub(crate) mod incident_state;
pub(crate) mod inspection;
mod integrity;
mod json;
pub(crate) mod members;
mod migration;
mod mission;
pub(crate) mod mission_state;
mod page;
pub(crate) mod plan;
mod progress;
#[cfg(feature = "python")]
pub(crate) mod python;
#[cfg(feature = "python")]
pub(crate) mod python_enums;
#[cfg(feature = "python")]
mod python_pickle;
mod resource;
mod secret;
pub(crate) mod sighting;
pub(crate) mod step;
pub(crate) mod task_status;
pub(crate) mod telemetry;
mod tenant;
pub(crate) mod text;
mod text_enum;
pub(crate) mod time;

pub use alert::{Alert, AlertFilter, NewAlert};
pub use approval::{ApprovalRecord, ApprovalRecordFilter};
pub use audit::{AuditEvent, EventFilter, LogOutcome, LogVerification};
pub use boundary::{
    BoundaryFinding, BoundaryLayer, BoundaryProblem, BoundaryReport, LayerReport, LayerState,
};
pub use change::Change;
pub use command::{LegacyCommand, LegacyCommandFilter};
pub use defect::{
    Defect, DefectAction, DefectDetails, DefectFilter, DefectStats, DefectUpdate, DefectsOfStatus,
    NewDefect, NewDefectAction,
};
pub use drone::{Drone, DroneFilter, DroneUpdate, NewDrone};
pub(crate) use entity::Entity;
pub use enums::{
    Action, AlertSeverity, AlertStatus, AlertType, ApprovalEntity, ApprovalStatus, Decision,
    DefectStatus, ExportFormat, IncidentLevel, IncidentStatus, LegacyCommandStatus,
    LegacyCommandType, MissionState, Order, Outcome, Permission, PlanType, TaskStatus, Vendor,
};
pub(crate) use hex::hex;
pub use history::{LegacyEvent, LegacyEventFilter, LegacyRequest, LegacyRequestFilter};
pub use identity::{
    Assignment, EffectivePermissions, NewRole, NewUser, Role, RoleFilter, RoleGrowth, RoleUpdate,
    TenantGrowth, User, UserFilter, UserUpdate, WhoAmI,
};
pub use ids::{
    AlertId, ApprovalId, ApprovalRecordId, DefectActionId, DefectId, DroneId, ExportId, IncidentId,
    LegacyCommandId, LegacyEventId, LegacyRequestId, MissionId, ObservationId, RoleId, RunId,
    TaskId, TemplateId, TemplateItemId, TenantId, UserId,
};
pub(crate) use ids::{NOBODYS, tail};
pub use incident::{Incident, IncidentFilter, IncidentTask, NewIncident, NewIncidentTask};
pub use inspection::{
    ExportFilter, InspectionExport, InspectionTask, InspectionTaskUpdate, InspectionTemplate,
    NewInspectionTask, NewObservation, NewTemplate, NewTemplateItem, Observation,
    ObservationFilter, ObservationUpdate, RecordedObservations, TaskFilter, TemplateFilter,
    TemplateItem, TemplateItemUpdate, TemplateUpdate,
};
pub use integrity::{IntegrityFinding, IntegrityProblem, IntegrityReport};
pub use json::Json;
pub use migration::{MigrationStatus, MigrationStep};
pub use mission::{
    AltitudeFrame, AltitudeRange, Approval, BoundingBox, Mission, MissionFilter, MissionPlan,
    MissionRun, MissionUpdate, NewMission, NewPlan, PlanSummary,
};
pub use page::{
    AlertPage, ApprovalPage, ApprovalRecordPage, Cursor, DefectActionPage, DefectPage, DronePage,
    EventPage, ExportPage, IncidentPage, LegacyCommandPage, LegacyEventPage, LegacyRequestPage,
    MissionPage, ObservationPage, PageRequest, RolePage, RunPage, TaskPage, TemplateItemPage,
    TemplatePage, TenantGrowthPage, TenantPage, TimedPageRequest, UserPage,
};
pub(crate) use page::{PageWalk, Timeline, Window};
pub use progress::Progress;
#[cfg(feature = "python")]
pub use python::LogOutcome as LogOutcomeClass;
pub use resource::Resource;
pub(crate) use secret::from_configuration;
pub use secret::{Credential, SecretJson, SecretKey};
pub use telemetry::{TelemetryPosition, TelemetrySample};
pub use tenant::{FoundedTenant, NewTenant, Tenant};
pub use text::InvalidField;
pub(crate) use text_enum::{OpenEnum, Textual, text_enums};
pub(crate) use time::moments;
