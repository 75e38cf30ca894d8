//! Drones: the registry of a tenant's aircraft.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::given::given;
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

given! {
    /// A drone to register.
    new NewDrone;
    /// A change to a drone; absent fields stay as they are.
    update DroneUpdate of Drone;

    /// Its name, unique in the tenant; not blank, at most 200 bytes.
    name: String as text::named;
    /// Who makes it.
    vendor: Vendor;
    /// What it can do; `{}` says nothing. An update replaces it whole.
    capabilities: Json = "{}";
}

/// Selects drones; absent fields select all.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "uniffi", derive(uniffi::Record))]
#[serde(default)]
pub struct DroneFilter {
    /// Only this vendor's.
    #[cfg_attr(feature = "uniffi", uniffi(default = None))]
    pub vendor: Option<Vendor>,
    /// Exactly this name, in whatever form of Unicode it is written.
    #[cfg_attr(feature = "uniffi", uniffi(default = None))]
    pub name: Option<String>,
}

impl DroneFilter {
    /// Refuses what can never be stored.
    pub(crate) fn check(&self) -> Result<(), InvalidField> {
        Vendor::check_opt("vendor", self.vendor.as_ref())?;
        self.name
            .as_deref()
            .map_or(Ok(()), |name| text::sought("name", name))
    }
}
