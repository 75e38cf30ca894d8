//! Users, roles, and who holds which permission.

use std::fmt;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::given::{anything, given};
use super::text::{self, InvalidField};
use super::{Permission, RoleId, TenantId, UserId};

/// Somebody, or something, that acts in a tenant.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "uniffi", derive(uniffi::Record))]
#[cfg_attr(
    feature = "python",
    pyo3::pyclass(module = "ringfence", frozen, get_all, eq)
)]
pub struct User {
    /// Its id.
    pub id: UserId,
    /// The name to log in with, unique in the tenant.
    pub username: String,
    /// Whether it may act; an inactive user opens no session.
    pub is_active: bool,
    /// When it was created.
    pub created_at: Timestamp,
    /// Counts the changes of the row, from 1.
    pub version: i64,
}

/// A user to create. Its `Debug` form does not show the password.
#[derive(Clone, PartialEq, Eq, Deserialize)]
#[cfg_attr(feature = "uniffi", derive(uniffi::Record))]
pub struct NewUser {
    /// The name to log in with, unique in the tenant; not blank, at most 200 bytes.
    pub username: String,
    /// Its password, 8 characters to 1024 bytes; absent for a user whom only the host vouches for, who cannot log in.
    #[cfg_attr(feature = "uniffi", uniffi(default = None))]
    #[serde(default)]
    pub password: Option<String>,
}

impl fmt::Debug for NewUser {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("NewUser")
            .field("username", &self.username)
            .field("password", &self.password.as_ref().map(|_| "…"))
            .finish()
    }
}

impl NewUser {
    /// Without a password: the host vouches for it.
    #[must_use]
    pub fn new(username: impl Into<String>) -> Self {
        Self {
            username: username.into(),
            password: None,
        }
    }

    /// Refuses what cannot be stored, and brings the name into the form in which it is.
    pub(crate) fn check(&mut self) -> Result<(), InvalidField> {
        text::named("username", &mut self.username)?;
        self.password
            .as_deref()
            .map_or(Ok(()), |password| text::new_password("password", password))
    }
}

given! {
    /// A change to a user; absent fields stay as they are.
    update UserUpdate of User;

    /// The new name to log in with; not blank, at most 200 bytes.
    username: String as text::named;
    /// Whether it may act from now on.
    is_active: bool as anything;
}

/// Selects users; absent fields select all.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "uniffi", derive(uniffi::Record))]
#[serde(default)]
pub struct UserFilter {
    /// Exactly this name, in whatever form of Unicode it is written.
    #[cfg_attr(feature = "uniffi", uniffi(default = None))]
    pub username: Option<String>,
    /// Only active, or only inactive users.
    #[cfg_attr(feature = "uniffi", uniffi(default = None))]
    pub is_active: Option<bool>,
}

impl UserFilter {
    /// Refuses what can never be stored.
    pub(crate) fn check(&self) -> Result<(), InvalidField> {
        self.username
            .as_deref()
            .map_or(Ok(()), |name| text::sought("username", name))
    }
}

/// A named set of permissions in a tenant.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "uniffi", derive(uniffi::Record))]
#[cfg_attr(
    feature = "python",
    pyo3::pyclass(module = "ringfence", frozen, get_all, eq)
)]
pub struct Role {
    /// Its id.
    pub id: RoleId,
    /// Its name, unique in the tenant.
    pub name: String,
    /// What it is for.
    pub description: Option<String>,
    /// When it was created.
    pub created_at: Timestamp,
    /// Counts the changes of the row, from 1.
    pub version: i64,
}

given! {
    /// A role to create; it starts without permissions.
    new NewRole;
    /// A change to a role; absent fields stay as they are.
    update RoleUpdate of Role;

    /// Its name, unique in the tenant; not blank, at most 200 bytes.
    name: String as text::named;
    /// What it is for, at most 4000 bytes.
    description: Option<String> as text::remark;
}

/// Selects roles; absent fields select all.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "uniffi", derive(uniffi::Record))]
#[serde(default)]
pub struct RoleFilter {
    /// Exactly this name, in whatever form of Unicode it is written.
    #[cfg_attr(feature = "uniffi", uniffi(default = None))]
    pub name: Option<String>,
}

impl RoleFilter {
    /// Refuses what can never be stored.
    pub(crate) fn check(&self) -> Result<(), InvalidField> {
        self.name
            .as_deref()
            .map_or(Ok(()), |name| text::sought("name", name))
    }
}

/// That a user holds a role, and until when.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "uniffi", derive(uniffi::Record))]
pub struct Assignment {
    /// The user.
    pub user_id: UserId,
    /// The role.
    pub role_id: RoleId,
    /// When the assignment ends by itself: from this moment on it counts no more. Absent: never.
    #[cfg_attr(feature = "uniffi", uniffi(default = None))]
    #[serde(default)]
    pub expires_at: Option<Timestamp>,
}

impl Assignment {
    /// Refuses ids that cannot be any.
    pub(crate) fn check(&self) -> Result<(), InvalidField> {
        self.user_id.check("user_id")?;
        self.role_id.check("role_id")
    }
}

/// What a user may do, as of the moment it was asked.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "uniffi", derive(uniffi::Record))]
#[cfg_attr(
    feature = "python",
    pyo3::pyclass(module = "ringfence", frozen, get_all, eq)
)]
pub struct EffectivePermissions {
    /// The user.
    pub user_id: UserId,
    /// What is granted and not denied, in the catalogue's order; `*` leads where everything is.
    pub permissions: Vec<Permission>,
    /// What a role of the user denies, whatever another one grants.
    pub denied: Vec<Permission>,
    /// Names that a role holds and the catalogue does not know: they count for nothing.
    pub unknown: Vec<String>,
    /// When the answer may change by itself because an assignment ends.
    pub valid_until: Option<Timestamp>,
}

/// Who a session acts as.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "uniffi", derive(uniffi::Record))]
#[cfg_attr(
    feature = "python",
    pyo3::pyclass(module = "ringfence", frozen, get_all, eq)
)]
pub struct WhoAmI {
    /// The session's tenant.
    pub tenant_id: TenantId,
    /// The session's user.
    pub user_id: UserId,
    /// The user's name.
    pub username: String,
    /// The names of the roles that the user holds now, inherited ones included, in alphabetical order.
    pub roles: Vec<String>,
    /// What the user may do now, in the catalogue's order.
    pub permissions: Vec<Permission>,
}

/// What a starting role of a tenant lacks of what this version gives new tenants.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "uniffi", derive(uniffi::Record))]
#[cfg_attr(
    feature = "python",
    pyo3::pyclass(module = "ringfence", frozen, get_all, eq)
)]
pub struct RoleGrowth {
    /// The role.
    pub role_id: RoleId,
    /// Its name, by which it is a starting role.
    pub name: String,
    /// What this version gives and the role does not hold, in the catalogue's order; `*` alone where it is everything.
    pub lacks: Vec<Permission>,
    /// Whether the tenant has changed the role, so that it is left as it is. Otherwise it is as some version made it.
    pub changed: bool,
}

/// The starting roles of a tenant that lack something.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "uniffi", derive(uniffi::Record))]
#[cfg_attr(
    feature = "python",
    pyo3::pyclass(module = "ringfence", frozen, get_all, eq)
)]
pub struct TenantGrowth {
    /// The tenant.
    pub tenant_id: TenantId,
    /// Those of its starting roles that lack something; none where all are as this version makes them, or hold more.
    pub roles: Vec<RoleGrowth>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_new_users_password_is_not_shown() {
        let user = NewUser {
            username: "mara".into(),
            password: Some("correct horse".into()),
        };
        assert_eq!(
            format!("{user:?}"),
            "NewUser { username: \"mara\", password: Some(\"…\") }"
        );
    }
}
