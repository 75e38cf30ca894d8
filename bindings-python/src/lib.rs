//! The native half of the Python package `ringfence`: convert, call, convert.
//!
//! Records and enums are classes where they are written, in the crate `ringfence` under its feature `python`. The
//! handles stand in [`handles`], each method once: from that line come the method that waits and the coroutine.
//! `python/ringfence/_ringfence/*.pyi` are made from what is compiled, documentation included (`cargo xtask stubs`).

mod answers;
mod arguments;
mod bell;
mod coroutine;
mod ending;
mod errors;
mod handles;
mod listener;
mod logs;
mod observations;
mod table;
mod waiting;

/// What the Python package is built on.
#[pyo3::pymodule]
mod _ringfence {
    #[pymodule_export]
    use crate::handles::sync::{
        Alerts, Approvals, Audit, Commands, Defects, DeploymentLog, Drones, Identity, Incidents,
        Inspections, Missions, Ringfence, TenantSession, open,
    };
    #[pymodule_export]
    use ringfence::model::{
        Alert, AlertPage, AltitudeRange, Approval, ApprovalPage, ApprovalRecord,
        ApprovalRecordPage, AuditEvent, BoundaryFinding, BoundaryReport, BoundingBox, Credential,
        Defect, DefectAction, DefectActionPage, DefectDetails, DefectPage, DefectStats,
        DefectsOfStatus, Drone, DronePage, EffectivePermissions, EventPage, ExportPage,
        FoundedTenant, Incident, IncidentPage, IncidentTask, InspectionExport, InspectionTask,
        InspectionTemplate, IntegrityFinding, IntegrityReport, LayerReport, LegacyCommand,
        LegacyCommandPage, LegacyEvent, LegacyEventPage, LegacyRequest, LegacyRequestPage,
        LogOutcomeClass, LogVerification, MigrationStatus, MigrationStep, Mission, MissionPage,
        MissionPlan, MissionRun, Observation, ObservationPage, PlanSummary, Progress,
        RecordedObservations, Resource, Role, RoleGrowth, RolePage, RunPage, SecretJson, TaskPage,
        TelemetryPosition, TemplateItem, TemplateItemPage, TemplatePage, Tenant, TenantGrowth,
        TenantGrowthPage, TenantPage, User, UserPage, WhoAmI,
    };

    #[pymodule_init]
    fn begin() -> pyo3::PyResult<()> {
        crate::logs::listen();
        pyo3::Python::attach(crate::ending::watch)
    }

    /// The same for asyncio: every method is a coroutine.
    #[pyo3::pymodule]
    mod _aio {
        #[pymodule_export]
        use crate::handles::aio::{
            Alerts, Approvals, Audit, Commands, Defects, DeploymentLog, Drones, Identity,
            Incidents, Inspections, Missions, Ringfence, TenantSession, open,
        };
    }
}
