//! Something of a tenant that a host's own route asks about.

use serde::{Deserialize, Serialize};

use super::text::InvalidField;
use super::{
    AlertId, DefectId, DroneId, ExportId, IncidentId, LegacyCommandId, MissionId, ObservationId,
    RoleId, RunId, TaskId, TemplateId, UserId,
};

/// Something that an authorization is asked for.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "uniffi", derive(uniffi::Enum))]
#[cfg_attr(
    feature = "python",
    pyo3::pyclass(module = "ringfence", frozen, eq, hash, from_py_object)
)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Resource {
    /// A drone.
    Drone {
        /// Its id.
        id: DroneId,
    },
    /// A mission.
    Mission {
        /// Its id.
        id: MissionId,
    },
    /// One flight of a mission.
    Run {
        /// Its id.
        id: RunId,
    },
    /// A user.
    User {
        /// Its id.
        id: UserId,
    },
    /// A role.
    Role {
        /// Its id.
        id: RoleId,
    },
    /// An inspection template.
    Template {
        /// Its id.
        id: TemplateId,
    },
    /// An inspection task.
    Task {
        /// Its id.
        id: TaskId,
    },
    /// Something that was seen during an inspection.
    Observation {
        /// Its id.
        id: ObservationId,
    },
    /// A report that was made of an inspection.
    Export {
        /// Its id.
        id: ExportId,
    },
    /// A defect.
    Defect {
        /// Its id.
        id: DefectId,
    },
    /// An incident.
    Incident {
        /// Its id.
        id: IncidentId,
    },
    /// An alert.
    Alert {
        /// Its id.
        id: AlertId,
    },
    /// What the old platform had a drone told.
    LegacyCommand {
        /// Its id.
        id: LegacyCommandId,
    },
}

impl Resource {
    /// What it is called in errors and events.
    #[must_use]
    pub const fn kind(&self) -> &'static str {
        match self {
            Self::Drone { .. } => "drone",
            Self::Mission { .. } => "mission",
            Self::Run { .. } => "run",
            Self::User { .. } => "user",
            Self::Role { .. } => "role",
            Self::Template { .. } => "template",
            Self::Task { .. } => "task",
            Self::Observation { .. } => "observation",
            Self::Export { .. } => "export",
            Self::Defect { .. } => "defect",
            Self::Incident { .. } => "incident",
            Self::Alert { .. } => "alert",
            Self::LegacyCommand { .. } => "legacy_command",
        }
    }

    /// Its id.
    #[must_use]
    pub fn id(&self) -> &str {
        match self {
            Self::Drone { id } => id.as_str(),
            Self::Mission { id } => id.as_str(),
            Self::Run { id } => id.as_str(),
            Self::User { id } => id.as_str(),
            Self::Role { id } => id.as_str(),
            Self::Template { id } => id.as_str(),
            Self::Task { id } => id.as_str(),
            Self::Observation { id } => id.as_str(),
            Self::Export { id } => id.as_str(),
            Self::Defect { id } => id.as_str(),
            Self::Incident { id } => id.as_str(),
            Self::Alert { id } => id.as_str(),
            Self::LegacyCommand { id } => id.as_str(),
        }
    }

    /// Refuses an id that cannot be any.
    pub(crate) fn check(&self) -> Result<(), InvalidField> {
        DroneId::from(self.id()).check("resource.id")
    }
}
