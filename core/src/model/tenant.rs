//! Tenants: the operators whose data is kept apart.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::text::{self, InvalidField};
use super::{NewUser, TenantId, User};

/// One drone operator: everything that a session can name belongs to exactly one.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "uniffi", derive(uniffi::Record))]
#[cfg_attr(
    feature = "python",
    pyo3::pyclass(module = "ringfence", frozen, get_all, eq)
)]
pub struct Tenant {
    /// Its id.
    pub id: TenantId,
    /// Its name, unique in the database.
    pub name: String,
    /// When it was created.
    pub created_at: Timestamp,
    /// Since when it opens no session, if it is disabled.
    pub disabled_at: Option<Timestamp>,
    /// Whether a mission's creator may approve it too; `false` unless the tenant switched it on.
    pub self_approval: bool,
}

/// A tenant to create, with its first administrator.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[cfg_attr(feature = "uniffi", derive(uniffi::Record))]
pub struct NewTenant {
    /// Its id; a new UUIDv7 when absent. Ids that start with `~` are reserved.
    #[cfg_attr(feature = "uniffi", uniffi(default = None))]
    #[serde(default)]
    pub id: Option<TenantId>,
    /// Its name, unique in the database; not blank, at most 200 bytes.
    pub name: String,
    /// The first user, who gets the role `admin`.
    pub admin: NewUser,
}

/// A tenant that was created, and the user whom the host can open its first session for.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "uniffi", derive(uniffi::Record))]
#[cfg_attr(
    feature = "python",
    pyo3::pyclass(module = "ringfence", frozen, get_all, eq)
)]
pub struct FoundedTenant {
    /// The tenant.
    pub tenant: Tenant,
    /// Its first user, who has the role `admin`.
    pub admin: User,
}

impl NewTenant {
    /// With an id of its own making.
    #[must_use]
    pub fn new(name: impl Into<String>, admin: NewUser) -> Self {
        Self {
            id: None,
            name: name.into(),
            admin,
        }
    }

    /// Refuses what cannot be stored, and brings the names into the form in which they are.
    pub(crate) fn check(&mut self) -> Result<(), InvalidField> {
        if let Some(id) = &self.id {
            id.check("id")?;
            text::made_up_id("id", id.as_str())?;
        }
        text::named("name", &mut self.name)?;
        self.admin.check().map_err(|error| error.inside("admin"))
    }
}
