//! Drones: the registry of a tenant's aircraft.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::text::{self, InvalidField};
use super::{DroneId, Json, OpenEnum, Vendor};

/// A registered aircraft.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "uniffi", derive(uniffi::Record))]
#[cfg_attr(
    feature = "python",
    pyo3::pyclass(module = "ringfence", frozen, get_all, eq)
)]
pub struct Drone {
    /// Its id.
    pub id: DroneId,
    /// Its name, unique in the tenant.
    pub name: String,
    /// Who makes it.
    pub vendor: Vendor,
    /// What it can do, as the host describes it.
    pub capabilities: Json,
    /// When it was registered.
    pub created_at: Timestamp,
    /// When it was last changed.
    pub updated_at: Timestamp,
    /// Counts the changes of the row, from 1.
    pub version: i64,
}

/// A drone to register.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "uniffi", derive(uniffi::Record))]
pub struct NewDrone {
    /// Its name, unique in the tenant; not blank, at most 200 bytes.
    pub name: String,
    /// Who makes it.
    pub vendor: Vendor,
    /// What it can do; `{}` says nothing.
    #[cfg_attr(feature = "uniffi", uniffi(default = "{}"))]
    #[serde(default)]
    pub capabilities: Json,
}

impl NewDrone {
    /// Refuses what cannot be stored.
    pub(crate) fn check(&self) -> Result<(), InvalidField> {
        text::name("name", &self.name)?;
        self.vendor.check("vendor")?;
        self.capabilities.check("capabilities")
    }
}

/// A change to a drone; absent fields stay as they are.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "uniffi", derive(uniffi::Record))]
#[serde(default)]
pub struct DroneUpdate {
    /// The new name.
    #[cfg_attr(feature = "uniffi", uniffi(default = None))]
    pub name: Option<String>,
    /// The new vendor.
    #[cfg_attr(feature = "uniffi", uniffi(default = None))]
    pub vendor: Option<Vendor>,
    /// The new capabilities, which replace the old ones whole.
    #[cfg_attr(feature = "uniffi", uniffi(default = None))]
    pub capabilities: Option<Json>,
    /// The version that the caller saw; another one is a conflict. Absent: whatever is stored.
    #[cfg_attr(feature = "uniffi", uniffi(default = None))]
    pub version: Option<i64>,
}

impl DroneUpdate {
    /// Refuses what cannot be stored.
    pub(crate) fn check(&self) -> Result<(), InvalidField> {
        if let Some(name) = &self.name {
            text::name("name", name)?;
        }
        Vendor::check_opt("vendor", self.vendor.as_ref())?;
        if let Some(capabilities) = &self.capabilities {
            capabilities.check("capabilities")?;
        }
        text::version("version", self.version)
    }
}

/// Selects drones; absent fields select all.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "uniffi", derive(uniffi::Record))]
#[serde(default)]
pub struct DroneFilter {
    /// Only this vendor's.
    #[cfg_attr(feature = "uniffi", uniffi(default = None))]
    pub vendor: Option<Vendor>,
    /// Exactly this name.
    #[cfg_attr(feature = "uniffi", uniffi(default = None))]
    pub name: Option<String>,
}

impl DroneFilter {
    /// Refuses what can never be stored.
    pub(crate) fn check(&self) -> Result<(), InvalidField> {
        Vendor::check_opt("vendor", self.vendor.as_ref())?;
        self.name
            .as_deref()
            .map_or(Ok(()), |name| text::bounded("name", name, text::NAME_MAX))
    }
}
